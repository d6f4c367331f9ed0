"""Finds how the paths of a contract stand to those of the code: a prefix that only one of the two writes, as behind a proxy."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from assay.assessment.template import Segments, literals

SHARE = 0.2
"""Of the operations that must speak for a prefix."""
FEW = 2


class Alignment(Struct, frozen=True, order=True):
    """What is taken from the front of a contract's path, and what is put there instead."""

    drop: Segments = ()
    add: Segments = ()

    def path(self, operation: Segments) -> Segments | None:
        """The path as the code would write it; None when it does not begin so."""
        if operation[: len(self.drop)] != self.drop:
            return None
        return (*self.add, *operation[len(self.drop) :])


def alignments(operations: Iterable[Segments], code: Iterable[Segments]) -> tuple[Alignment, ...]:
    """The ways to read a contract, best first: as it is written always, and the prefix that most operations speak for.

    An operation speaks for a prefix when the code has its path but for that prefix, and for no shorter one.
    """
    wanted, known = tuple(dict.fromkeys(operations)), frozenset(code)
    ends = _ends(known)
    votes: Counter[Alignment] = Counter()
    for path in wanted:
        if path not in known:
            votes.update(_votes(path, known, ends))
    plain = Alignment()
    if not votes:
        return (plain,)
    best = min(votes, key=lambda each: (-votes[each], each))
    agreeing = sum(path in known for path in wanted)
    is_enough = votes[best] >= max(FEW, SHARE * len(wanted)) or (votes[best] == len(wanted))
    if not is_enough:
        return (plain,)
    return (best, plain) if votes[best] > agreeing else (plain, best)


def _votes(path: Segments, known: frozenset[Segments], ends: dict[Segments, set[Segments]]) -> set[Alignment]:
    """The shortest prefixes by which the code has the path: put in front, or taken away."""
    if literals(path):
        longer = ends.get(path, set())
        if longer:
            shortest = min(map(len, longer))
            return {Alignment(add=front) for front in longer if len(front) == shortest}
    for cut in range(1, len(path)):
        rest = path[cut:]
        if literals(rest) and rest in known:
            return {Alignment(drop=path[:cut])}
        fronts = ends.get(rest, set()) if literals(rest) > 1 else set()
        if fronts and cut <= FEW:
            return {Alignment(path[:cut], front) for front in fronts}
    return set()


def _ends(known: frozenset[Segments]) -> dict[Segments, set[Segments]]:
    """By the end of a path: what stands before it."""
    found: dict[Segments, set[Segments]] = defaultdict(set)
    for path in known:
        for cut in range(1, len(path)):
            found[path[cut:]].add(path[:cut])
    return found
