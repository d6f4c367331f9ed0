"""The tree over all entries: its root, and proofs that an entry is in it and that a later tree only grew. Source: RFC 6962 §2.1.

A leaf and a node are hashed with different first bytes, so that none passes for the other. Verification follows RFC 9162
§2.1.3.2 and §2.1.4.2, which spell out the algorithms for the same tree.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from assay.errors import LedgerError

Subtree: TypeAlias = "Callable[[int, int], bytes]"
"""The root over the leaves from one number on and before another."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of no entries."""


def leaf(body: bytes) -> bytes:
    """The hash of one entry's canonical bytes."""
    return hashlib.sha256(b"\x00" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that grows leaf by leaf, with memory for one hash a level."""

    __slots__ = ("_peaks",)

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Put a leaf hash behind the others."""
        size, top = 1, leaf
        while self._peaks and self._peaks[-1][0] == size:
            size, top = size * 2, node(self._peaks.pop()[1], top)
        self._peaks.append((size, top))

    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._peaks:
            return EMPTY
        *higher, (_, top) = self._peaks
        for _, peak in reversed(higher):
            top = node(peak, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass."""
    tree = Growing()
    for each in leaves:
        tree.add(each)
    return tree.root()


def inclusion(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The audit path of one leaf, counted from 0, from the leaf upwards."""
    return inclusion_path(index, len(leaves), lambda start, end: root(leaves[start:end]))


def consistency(old: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The proof that the tree of the first `old` leaves is the beginning of this one; empty if they are the same."""
    return consistency_path(old, len(leaves), lambda start, end: root(leaves[start:end]))


def inclusion_path(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The audit path of one leaf in a tree of this size, of which `subtree` knows the parts."""
    if not 0 <= index < size:
        raise LedgerError(f"There is no leaf {index} among {size}. Mend: ask for an entry of the tree.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The proof that the tree of the first `old` leaves is the beginning of one of this size, of which `subtree` knows the parts."""
    if not 0 < old <= size:
        raise LedgerError(f"No proof leads from {old} to {size} leaves. Mend: ask from 1 up to the tree's size.")
    path: list[bytes] = []
    start, end = 0, size
    is_whole = True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(subtree(start, end))
    return tuple(reversed(path))


def is_included(entry: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Whether the leaf hash `entry` stands at `index` in the tree of this size and root. Source: RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, entry
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(each, found)
            place, last = _risen(place, last)
        else:
            found = node(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == top


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the tree `old` (size and root) is the beginning of `new`. Source: RFC 9162 §2.1.4.2."""
    (before, former), (after, present) = old, new
    if not 0 < before <= after:
        return False
    if before == after:
        return not path and former == present
    steps = [former, *path] if before & (before - 1) == 0 else [*path]
    if not steps:
        return False
    place, last = before - 1, after - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for each in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node(each, first), node(each, second)
            place, last = _risen(place, last)
        else:
            second = node(second, each)
        place, last = place >> 1, last >> 1
    return last == 0 and first == former and second == present


def split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _risen(place: int, last: int) -> tuple[int, int]:
    """Up past the levels on which a subtree at the right edge has no partner."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
