"""Populations and samples: all entries of a stretch of time that touch a control, frozen, and a selection that anybody can draw again.

No generator of random numbers is used: a row is drawn for the SHA-256 over seed, population and row number, smallest first, so the
same seed gives the same rows on any machine, and `sha256sum` shows it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.chain import Sealed, instant
from assay.ledger.lines import attachment
from assay.ledger.store import Store
from assay.model.evidence import Attachment, Pairs, Sample

COLUMNS = ("row", "sequence", "recorded_at", "type", "actor", "subject", "payload", "what")
ALWAYS = (
    "access-review",
    "access-snapshot",
    "correction",
    "deployment",
    "hold",
    "run",
    "excuse",
    "schedule",
    "sla",
    "deviation",
    "response",
    "policy",
    "change",
    "key-rotation",
    "key-revocation",
    "removal",
)
"""Types that touch every control: they show that the process ran, and how."""
OF_FINDINGS = ("finding", "fix-claim", "acceptance", "assignment", "confirmation", "pause", "resumption")
"""Types that touch the controls of the weakness of their finding."""
LARGEST = 100_000
"""Rows of a population: a longer one asks for a narrower window."""


class Query(Struct, frozen=True):
    """Which entries make a population."""

    start: datetime
    end: datetime
    control: str
    """As it was asked for, "" for all."""
    weaknesses: frozenset[str]
    """Those that the control is linked with; empty with no control."""
    type: str = ""
    """One type only."""


class Population(Struct, frozen=True):
    """All rows, as they were when they were taken."""

    query: Query
    rows: tuple[tuple[str, ...], ...]
    sequences: tuple[int, ...]
    csv: bytes
    size: int
    """Of the ledger."""
    head: str
    """Hash of its newest entry."""

    @property
    def digest(self) -> str:
        """SHA-256 of the CSV."""
        return digest(self.csv)


def population(store: Store, query: Query, most: int = LARGEST) -> Population:
    """All entries that a query means, in their order. Raises `LedgerError` if they are too many."""
    head = store.head()
    rows: list[tuple[str, ...]] = []
    sequences: list[int] = []
    weak: dict[str, str] = {}
    for sealed in store.within(query.start, query.end, query.type):
        body = store.body(sealed.entry.payload)
        if not _touches(store, query, sealed, body, weak):
            continue
        if len(rows) == most:
            raise LedgerError(f"The population has more than {most} rows. Mend: name a shorter window, or --type.")
        rows.append((str(len(rows) + 1), *_row(sealed, body)))
        sequences.append(sealed.sequence)
    raw = _csv(rows)
    return Population(
        query, tuple(rows), tuple(sequences), raw, head.sequence if head else 0, head.hash if head else ""
    )


def drawn(found: Population, seed: str, count: int) -> tuple[int, ...]:
    """The numbers of the rows that are drawn, counted from 1, in order: all of them if there are no more."""
    order = sorted(range(1, len(found.rows) + 1), key=lambda row: digest(f"{seed}\n{found.digest}\n{row}\n".encode()))
    return tuple(sorted(order[:count]))


def sheet(found: Population, seed: str, selected: Sequence[int], about: Pairs) -> dict[str, Json]:
    """The sheet on information produced by the entity (IPE): where the rows come from, and how to make them again.

    `about` says who made it when, with which tool and by which command.
    """
    query = found.query
    return {
        "schema": "assay/ipe/v1",
        "query": dict(query_of(query)),
        "control_weaknesses": sorted(query.weaknesses),
        "source": {"entries": found.size, "head": found.head},
        "time_zone": "UTC",
        "columns": list(COLUMNS),
        "rows": len(found.rows),
        "rows_by_type": _by_type(found),
        "population_sha256": found.digest,
        "seed": seed,
        "method": "rows in the order of SHA-256(seed LF population_sha256 LF row LF), smallest first",
        "selected_rows": list(selected),
        "selected_entries": [found.sequences[row - 1] for row in selected],
        **dict(about),
    }


def remembered(
    found: Population, seed: str, selected: Sequence[int], ipe: Mapping[str, Json]
) -> tuple[Sample, tuple[bytes, ...]]:
    """The sample as a fact, with its attachments."""
    raw = canonical(ipe)
    named: tuple[Attachment, ...] = (
        attachment("population", "text/csv", found.csv),
        attachment("ipe", "application/json", raw),
    )
    sequences = tuple(found.sequences[row - 1] for row in selected)
    sample = Sample(query_of(found.query), found.digest, len(found.rows), found.size, seed, sequences, named)
    return sample, (found.csv, raw)


def query_of(query: Query) -> Pairs:
    """A query in words."""
    told = {"control": query.control, "end": instant(query.end), "start": instant(query.start), "type": query.type}
    return tuple((key, value) for key, value in sorted(told.items()) if value)


def _touches(store: Store, query: Query, sealed: Sealed, body: Json, weak: dict[str, str]) -> bool:
    type_ = sealed.entry.type
    if type_ in ALWAYS:
        return True
    if type_ not in OF_FINDINGS:
        return False
    return not query.control or _weakness(store, sealed.entry.subject, body, weak) in query.weaknesses


def _weakness(store: Store, fingerprint: str, body: Json, weak: dict[str, str]) -> str:
    """The weakness of a finding: stated in its own entries, looked up for what people said of it."""
    if isinstance(body, Mapping) and isinstance(stated := body.get("weakness"), str):
        weak[fingerprint] = stated
    if fingerprint not in weak:
        seen = store.newest(fingerprint, "finding", 0)
        known = store.body(seen.entry.payload) if seen else None
        weak[fingerprint] = str(known.get("weakness", "")) if isinstance(known, Mapping) else ""
    return weak[fingerprint]


def _row(sealed: Sealed, body: Json) -> tuple[str, ...]:
    entry = sealed.entry
    at = instant(sealed.recorded_at)
    return (str(sealed.sequence), at, entry.type, entry.actor, entry.subject, entry.payload, _what(body))


def _what(body: Json) -> str:
    """A body in a few words: what was found, or which commit ran."""
    if not isinstance(body, Mapping):
        return ""
    words = ("endpoint", "weakness", "before", "outcome", "commit", "kind", "reason")
    return " ".join(str(body[word]) for word in words if body.get(word))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _by_type(found: Population) -> dict[str, Json]:
    counts: dict[str, int] = {}
    for row in found.rows:
        counts[row[3]] = counts.get(row[3], 0) + 1
    return dict(sorted(counts.items()))


def selected_rows(found: Population, selected: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """The rows that were drawn."""
    for row in selected:
        yield found.rows[row - 1]
