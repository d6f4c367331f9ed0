"""Reads what the ledger remembers back as facts, up to a moment: of a finding, of all findings of a scope, of runs and policies."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, field

from assay.errors import LedgerError
from assay.ledger import history, lines
from assay.ledger.chain import Sealed
from assay.ledger.encoding import decoded, read
from assay.ledger.history import Event, Fact, Policies, State
from assay.ledger.standing import Standing
from assay.ledger.store import Store
from assay.model.decision import (
    Acceptance,
    Assignment,
    Confirmation,
    Correction,
    FixClaim,
    Pause,
    Resumption,
    Schedule,
    Sla,
)
from assay.model.evidence import FindingChange, RunRecord

FACTS: dict[str, type[Fact]] = {
    "finding": FindingChange,
    "fix-claim": FixClaim,
    "acceptance": Acceptance,
    "assignment": Assignment,
    "confirmation": Confirmation,
    "pause": Pause,
    "resumption": Resumption,
}
"""What is said of findings."""


class Recall(Struct, frozen=True):
    """A ledger as it was at a moment."""

    store: Store
    at: datetime
    size: int
    """Entries that were recorded by then."""
    policies: Policies
    kept: dict[str, RunRecord] = field(default_factory=dict)
    """Runs that were read already."""

    def run(self, id_: str) -> RunRecord:
        """The record of a run."""
        if id_ not in self.kept:
            self.kept[id_] = decoded(RunRecord, self.store.body(id_))
        return self.kept[id_]

    def events(self, fingerprint: str) -> tuple[Event, ...]:
        """All that was said of a finding, in its order."""
        return tuple(self._event(sealed) for sealed in self.store.of_subject(fingerprint) if self._counts(sealed))

    def states(self, fingerprint: str) -> tuple[State, ...]:
        """How a finding stands in every scope that saw it, worst first."""
        return history.states(self.events(fingerprint), self.run, self.policies, self.at)

    def last_run(self, scope: str) -> Sealed | None:
        """The newest run of a scope."""
        return self.store.newest(scope, "run", self.size + 1)

    def scopes(self) -> tuple[str, ...]:
        """All scopes that have a policy, which every scope gets with its first run; sorted."""
        return tuple(sorted({sla.scope for _, sla in self.policies.versions}))

    def standings(self, scope: str) -> tuple[Standing, ...]:
        """Every finding that a scope ever had, as its newest run left it."""
        last = self.last_run(scope)
        if last is None:
            return ()
        named = next((each for each in self.run(last.entry.payload).attachments if each.name == "findings"), None)
        return tuple(read(Standing, line) for line in lines.read(self.store.attachment(named.digest))) if named else ()

    def findings(self, scope: str) -> Iterator[State]:
        """How every finding of a scope stands there, by fingerprint."""
        for standing in self.standings(scope):
            yield from (state for state in self.states(standing.fingerprint) if state.scope == scope)

    def schedules(self, scope: str) -> tuple[tuple[Sealed, Schedule], ...]:
        """The versions of the schedule of a scope, in their order."""
        found = ((sealed, self.store.body(sealed.entry.payload)) for sealed in self.store.of_type("schedule"))
        read_back = ((sealed, decoded(Schedule, body)) for sealed, body in found if sealed.sequence <= self.size)
        return tuple((sealed, schedule) for sealed, schedule in read_back if schedule.scope == scope)

    def corrections(self, sequence: int) -> tuple[tuple[Sealed, Correction], ...]:
        """What was said later of an entry, in its order."""
        found = (each for each in self.store.of_subject(f"entry {sequence}") if each.entry.type == "correction")
        within = (each for each in found if each.sequence <= self.size)
        return tuple((each, decoded(Correction, self.store.body(each.entry.payload))) for each in within)

    def find(self, what: str) -> tuple[str, ...]:
        """The fingerprints that a word means: one, its beginning, or an endpoint with its method."""
        if " " in what:
            return self.store.of_endpoint(what)
        return tuple(each for each in self.store.beginning_with(what.lower()) if len(each) == 32)

    def _counts(self, sealed: Sealed) -> bool:
        return sealed.sequence <= self.size and sealed.entry.type in FACTS

    def _event(self, sealed: Sealed) -> Event:
        fact = decoded(FACTS[sealed.entry.type], self.store.body(sealed.entry.payload))
        return Event(sealed.sequence, sealed.recorded_at, sealed.entry.actor, fact)


def recalled(store: Store, at: datetime) -> Recall:
    """The ledger as it was at a moment."""
    size = store.position(at)
    versions = (
        (sealed.sequence, decoded(Sla, store.body(sealed.entry.payload)))
        for sealed in store.of_type("sla")
        if sealed.sequence <= size
    )
    return Recall(store, at, size, Policies(tuple(versions)))


def only(recall: Recall, what: str) -> str:
    """The one fingerprint that a word means. Raises `LedgerError` for none and for several."""
    found = recall.find(what)
    if not found:
        raise LedgerError(
            f"{what}: the ledger knows no such finding. Mend: assay evidence log --type finding lists them."
        )
    if len(found) > 1:
        raise LedgerError(f"{what}: this may be any of {', '.join(found)}. Mend: give more digits.")
    return found[0]
