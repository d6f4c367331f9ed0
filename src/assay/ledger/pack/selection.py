"""Which entries of the ledger go into a pack: all of them, or those about one finding with what they rest upon."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from msgspec import Struct

from assay.ledger.canonical import Json
from assay.ledger.chain import Sealed
from assay.ledger.store import Store

LATE = ("pack",)
"""What is recorded because a pack was made is not in it, or no pack could be made again."""
ALWAYS = ("ledger", "key-rotation", "key-revocation", "schedule", "sla")
"""Who signs, and what was to be done: needed to read anything else."""
OF_FINDING = ("finding", "fix-claim", "confirmation", "acceptance", "assignment", "pause", "resumption")


class Selection(Struct, frozen=True):
    """Entries up to a size of the ledger."""

    size: int
    sequences: frozenset[int] | None = None
    """None: every one."""

    def entries(self, ledger: Store) -> Iterator[Sealed]:
        """In their order."""
        if self.sequences is None:
            yield from takewhile(lambda sealed: sealed.sequence <= self.size, ledger.entries())
            return
        for sequence in sorted(self.sequences):
            found = ledger.entry(sequence)
            assert found is not None
            yield found


class Extract(Struct, frozen=True):
    """What was selected, read once."""

    selection: Selection
    entries: tuple[Sealed, ...]
    bodies: Mapping[str, Json]
    """What the entries say, by digest; each once, in the order of the entries."""

    def said(self, sealed: Sealed) -> Mapping[str, Json]:
        """What an entry says."""
        body = self.bodies[sealed.entry.payload]
        assert isinstance(body, Mapping)
        return body


def extract(ledger: Store, selection: Selection) -> Extract:
    """The selected entries with what they say."""
    entries = tuple(selection.entries(ledger))
    payloads = dict.fromkeys(sealed.entry.payload for sealed in entries)
    return Extract(selection, entries, {payload: ledger.body(payload) for payload in payloads})


def newest(ledger: Store) -> int:
    """The size of the ledger without what only packs left behind."""
    head = ledger.head()
    while head and head.entry.type in LATE:
        head = ledger.entry(head.sequence - 1)
    return head.sequence if head else 0


def about(ledger: Store, fingerprints: Iterable[str], size: int) -> Selection:
    """Entries about these findings, the runs that they name, the changes that claim to fix them, and what is needed to read them."""
    chosen: dict[int, Sealed] = {}
    for fingerprint in fingerprints:
        for sealed in ledger.of_subject(fingerprint):
            if sealed.entry.type in OF_FINDING:
                chosen[sealed.sequence] = sealed
    bodies = [ledger.body(sealed.entry.payload) for sealed in chosen.values() if sealed.sequence <= size]
    for run in sorted({each for body in bodies for each in _runs(body)}):
        found = ledger.of_run(run)
        if found:
            chosen[found.sequence] = found
    commits = {commit for body in bodies if (commit := _commit(body))}
    for type_ in ALWAYS:
        chosen |= {sealed.sequence: sealed for sealed in ledger.of_type(type_)}
    for sealed in ledger.of_type("change"):
        if commits & set(_commits(ledger.body(sealed.entry.payload))):
            chosen[sealed.sequence] = sealed
    return _dated(ledger, size, chosen)


def joined(ledger: Store, selection: Selection, more: Iterable[int]) -> Selection:
    """The selection with further entries of the same ledger, as far as they are within its size."""
    assert selection.sequences is not None
    return _dated(ledger, selection.size, {*selection.sequences, *more})


def _dated(ledger: Store, size: int, sequences: Iterable[int]) -> Selection:
    """With the first timestamp behind each entry: it shows that the entry existed by then."""
    within = {sequence for sequence in sequences if sequence <= size}
    for sealed in ledger.of_type("correction"):
        if sealed.sequence <= size and int(sealed.entry.subject.rpartition(" ")[2]) in within:
            within.add(sealed.sequence)
    stamps = {
        stamped_size(sealed): sealed.sequence for sealed in ledger.of_type("timestamp") if sealed.sequence <= size
    }
    sizes = sorted(stamps)
    places = {bisect_left(sizes, sequence) for sequence in within}
    return Selection(size, frozenset(within | {stamps[sizes[place]] for place in places if place < len(sizes)}))


def stamped_size(sealed: Sealed) -> int:
    """The size of the head that a timestamp is of."""
    return int(sealed.entry.subject.rpartition(" ")[2])


def _runs(body: Json) -> tuple[str, ...]:
    match body:
        case {"schema": "assay/finding/v1", "run": str(run), "last_failed": str(failed)}:
            return tuple(each for each in (run, failed) if each)
    return ()


def _commit(body: Json) -> str:
    match body:
        case {"schema": "assay/fix-claim/v1", "commit": str(commit)}:
            return commit
    return ""


def _commits(body: Json) -> tuple[str, ...]:
    match body:
        case {"commits": [*commits]}:
            return tuple(map(str, commits))
    return ()
