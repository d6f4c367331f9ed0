"""What goes into a pack for an audit, a control or a finding: entries of the ledger, and the files that are derived from them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from assay.assessment.dossier import Found, Question, found
from assay.assessment.entry_population import entry_population
from assay.assessment.in_force import Edition, framework_files, in_force, redactions
from assay.assessment.policy_files import policy_files
from assay.assessment.settings import Settings
from assay.assessment.wiring import reports
from assay.errors import LedgerError
from assay.ledger.history import Event
from assay.ledger.pack.export import Order
from assay.ledger.pack.manifest import Missing, Occasion, PackFile
from assay.ledger.pack.selection import Selection, about, joined, newest
from assay.ledger.recall import Recall, recalled
from assay.ledger.store import Store
from assay.model.assessment import Assessment
from assay.model.dossier import Dossier
from assay.reports.dossier import printed, written

OF_RUNS = {"sarif": ("sarif/{name}.sarif", "application/sarif+json"), "html": ("runs/{name}.html", "text/html")}
"""Reports of the last run of each scope that an audit holds as well: by format, path and media type."""
DERIVED = "derived from the ledger"
BESIDE = (
    "access-review", "access-snapshot", "change", "correction", "deployment", "deviation", "excuse", "hold", "policy", "removal",
    "response",
)  # fmt: skip
"""Types of entries that a control's evidence may rest upon, besides its findings and runs."""


class Wish(Struct, frozen=True):
    """What a pack is asked for."""

    kind: str
    """audit, control, finding."""
    subject: str
    window: tuple[datetime, datetime] | None = None
    size: int = 0
    """Of the ledger; 0 takes everything that is recorded."""
    since: tuple[int, ...] = ()
    """Sizes of heads that the reader holds."""


class _Memory(Recall, frozen=True):
    """A recall that keeps what it has read of findings: for a pack, each is asked for several times."""

    events_kept: dict[str, tuple[Event, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, recall: Recall, size: int) -> "_Memory":
        """The same recall, of no more than so many entries."""
        return cls(recall.store, recall.at, min(recall.size, size), recall.policies)

    def events(self, fingerprint: str) -> tuple[Event, ...]:
        if fingerprint not in self.events_kept:
            self.events_kept[fingerprint] = Recall.events(self, fingerprint)
        return self.events_kept[fingerprint]


def ordered(ledger: Store, wish: Wish, settings: Settings, now: datetime) -> Order:
    """What the pack is to hold. The same ledger and wish give the same, once the window is over.

    Raises `LedgerError` for an empty ledger, a size that it has not reached, a finding or control that it does not know.
    """
    size = wish.size or newest(ledger)
    last = ledger.entry(size) if size else None
    first = ledger.entry(1)
    if last is None or first is None:
        raise LedgerError(f"The ledger has no entry {size or 1}. Mend: record a run, or name a smaller size.")
    at = _at(wish, last.recorded_at, now)
    recall = _Memory.of(recalled(ledger, at), size)
    edition = in_force(recall)
    asked = Question(
        wish.kind, wish.subject, first.entry.subject, last.recorded_at, wish.window, settings, edition.known
    )
    told = found(recall, asked)
    selection = _selection(recall, told.dossier, size)
    told = replace(told, dossier=_held(told.dossier, selection))
    occasion = Occasion(wish.kind, wish.subject, wish.window)
    gaps = tuple(Missing("the last scan", gap) for gap in told.gaps)
    derived = (*_files(told, wish.kind), *_in_force(recall, told.dossier, edition))
    return Order(occasion, selection, derived, gaps, wish.since)


def _at(wish: Wish, recorded: datetime, now: datetime) -> datetime:
    """The moment of which states are told: the end of the window once it is over, else of the newest entry in the pack."""
    if wish.window and wish.window[1] <= now:
        return wish.window[1]
    return recorded


def _selection(recall: Recall, dossier: Dossier, size: int) -> Selection:
    if dossier.kind == "audit":
        return Selection(size)
    if dossier.kind == "finding" and not dossier.cases:
        raise LedgerError(f"{dossier.subject}: no such finding in the window. Mend: assay evidence log lists them.")
    if dossier.kind == "control" and not dossier.operations:
        raise LedgerError(f"{dossier.subject}: no such control in the catalogs. Mend: assay controls lists them.")
    chosen = about(recall.store, {case.fingerprint for case in dossier.cases}, size)
    if dossier.kind == "finding":
        return chosen
    marks = (sequence for sequence, _ in dossier.boundaries)
    beside = (sealed.sequence for type_ in BESIDE for sealed in recall.store.of_type(type_))
    return joined(recall.store, chosen, [*(look.sequence for look in dossier.looks), *beside, *marks])


def _held(dossier: Dossier, selection: Selection) -> Dossier:
    """Nothing that rests upon entries outside of the pack."""
    if selection.sequences is None:
        return dossier
    kept = selection.sequences
    prints = {case.fingerprint for case in dossier.cases}
    operations = (replace(each, cases=tuple(sorted(prints & set(each.cases)))) for each in dossier.operations)
    return replace(
        dossier,
        looks=tuple(look for look in dossier.looks if look.sequence in kept),
        changes=tuple(each for each in dossier.changes if each[0] in kept),
        deviations=tuple(each for each in dossier.deviations if each[0] in kept),
        responses=tuple(each for each in dossier.responses if each[0] in kept),
        operations=tuple(operations),
    )


def _files(told: Found, kind: str) -> Iterator[PackFile]:
    for each in written(told.dossier):
        yield PackFile(each.path, each.text.encode(), each.media, DERIVED)
    yield PackFile("report.pdf", printed(told.dossier), "application/pdf", DERIVED)
    if kind == "audit":
        yield from _of_runs(told.assessments)


def _of_runs(assessments: Sequence[tuple[str, Assessment]]) -> Iterator[PackFile]:
    known = {report.name: report for report in reports()}
    for scope, assessment in assessments:
        name = "".join(each if each.isascii() and each.isalnum() else "-" for each in scope).strip("-") or "scope"
        for form, (path, media) in OF_RUNS.items():
            text = known[form].write(assessment)
            yield PackFile(path.format(name=name), text.encode(), media, f"the last run of {scope}")


def _in_force(recall: Recall, dossier: Dossier, edition: Edition) -> Iterator[PackFile]:
    """What weaknesses meant for controls then, and what was taken out of the evidence."""
    yield from framework_files(recall, edition, dossier.looks, dossier.catalogs)
    if dossier.kind == "audit":
        yield from entry_population(recall, dossier.size)
    if dossier.kind != "finding":
        yield from policy_files(recall, is_ended=dossier.window is not None and dossier.window[1] == recall.at)
    yield redactions(recall, dossier.looks, is_told=dossier.kind == "audit")
