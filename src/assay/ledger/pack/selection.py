"""Which entries of the ledger go into a pack: all of them, or those about one finding with what they rest upon."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.ledger.canonical import Json
from assay.ledger.chain import Sealed
from assay.ledger.store import Store

LATE = ("pack",)
"""What is recorded because a pack was made is not in it, or no pack could be made again."""
ALWAYS = ("ledger", "key-rotation", "key-revocation", "schedule", "sla")
"""Who signs, and what was to be done: needed to read anything else."""
OF_FINDING = ("finding", "fix-claim", "confirmation", "acceptance")


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries up to a size of the ledger."""

    size: int
    sequences: frozenset[int] | None = None
    """None: every one."""

    def entries(self, ledger: Store) -> Iterable[Sealed]:
        """In their order."""
        if self.sequences is None:
            for sealed in ledger.entries():
                if sealed.sequence > self.size:
                    return
                yield sealed
            return
        for sequence in sorted(self.sequences):
            found = ledger.entry(sequence)
            assert found is not None
            yield found


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
    return Selection(size, frozenset(sequence for sequence in chosen if sequence <= size))


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


def body_of(ledger: Store, sealed: Sealed) -> Mapping[str, Json]:
    """What an entry says."""
    body = ledger.body(sealed.entry.payload)
    assert isinstance(body, Mapping)
    return body
