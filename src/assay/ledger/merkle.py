"""The tree over all entries: its root, and proofs that an entry is in it and that a later tree only grew. Source: RFC 6962 §2.1.

A leaf and a node are hashed with different first bytes, so that none passes for the other. Verification follows RFC 9162
§2.1.3.2 and §2.1.4.2, which spell out the algorithms for the same tree.
"""

import hashlib
from collections.abc import Iterable, Sequence

from assay.errors import LedgerError

EMPTY = hashlib.sha256(b"").digest()
"""The root of no entries."""


def leaf(body: bytes) -> bytes:
    """The hash of one entry's canonical bytes."""
    return hashlib.sha256(b"\x00" + body).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and with memory for one hash a level."""
    peaks: list[tuple[int, bytes]] = []
    for each in leaves:
        size, top = 1, each
        while peaks and peaks[-1][0] == size:
            size, top = size * 2, node(peaks.pop()[1], top)
        peaks.append((size, top))
    if not peaks:
        return EMPTY
    _, top = peaks.pop()
    while peaks:
        top = node(peaks.pop()[1], top)
    return top


def inclusion(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The audit path of one leaf, counted from 0, from the leaf upwards."""
    if not 0 <= index < len(leaves):
        raise LedgerError(f"There is no leaf {index} among {len(leaves)}. Mend: ask for an entry of the tree.")
    path: list[bytes] = []
    while len(leaves) > 1:
        half = _split(len(leaves))
        if index < half:
            path.append(root(leaves[half:]))
            leaves = leaves[:half]
        else:
            path.append(root(leaves[:half]))
            leaves, index = leaves[half:], index - half
    return tuple(reversed(path))


def consistency(old: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The proof that the tree of the first `old` leaves is the beginning of this one; empty if they are the same."""
    if not 0 < old <= len(leaves):
        raise LedgerError(f"No proof leads from {old} to {len(leaves)} leaves. Mend: ask from 1 up to the tree's size.")
    path: list[bytes] = []
    is_whole = True
    while old != len(leaves):
        half = _split(len(leaves))
        if old <= half:
            path.append(root(leaves[half:]))
            leaves = leaves[:half]
        else:
            path.append(root(leaves[:half]))
            leaves, old, is_whole = leaves[half:], old - half, False
    if not is_whole:
        path.append(root(leaves))
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


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _risen(place: int, last: int) -> tuple[int, int]:
    """Up past the levels on which a subtree at the right edge has no partner."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
