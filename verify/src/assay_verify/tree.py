"""Merkle trees as in RFC 6962 §2.1: leaves, roots over a growing log, proofs. The algorithms for proofs are those of RFC 9162 §2.1."""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(body: bytes) -> bytes:
    """The hash of one record."""
    return sha256(b"\0" + body).digest()


def joined(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\1" + left + right).digest()


class Range:
    """The tree over all leaves up to here, held as its perfect subtrees, so that it can go on growing from any size."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """From a size and its peaks, the largest first. Raises `ValueError` if they are not as many as the size has bits set."""
        if size < 0 or len(peaks) != size.bit_count():
            raise ValueError(f"{len(peaks)} peaks do not make a tree of {size}")
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf_hash: bytes) -> None:
        """Put one leaf behind the others."""
        top, size = leaf_hash, self.size
        while size & 1:
            top, size = joined(self.peaks.pop(), top), size >> 1
        self.peaks.append(top)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves up to here."""
        if not self.peaks:
            return EMPTY
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = joined(peak, top)
        return top


def root_from(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which an audit path leads from the leaf at `index`; None if the path is not one for this place."""
    if not 0 <= index < size:
        return None
    # Every level on which the place has a partner takes one hash of the path.
    found, rest = leaf_hash, list(path)
    last = size - 1
    while last:
        if index & 1 or index < last:
            if not rest:
                return None
            other = rest.pop(0)
            found = joined(other, found) if index & 1 else joined(found, other)
        index, last = index >> 1, last >> 1
    return None if rest else found


def is_beginning(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the tree `old` (size, root) is the beginning of `new`. Source: RFC 9162 §2.1.4.2."""
    (before, old_root), (after, new_root) = old, new
    if not 0 < before <= after:
        return False
    if before == after:
        return not path and old_root == new_root
    steps = list(path)
    if before.bit_count() == 1:
        steps.insert(0, old_root)
    if not steps:
        return False
    inner, outer = before - 1, after - 1
    while inner & 1:
        inner, outer = inner >> 1, outer >> 1
    first = second = steps.pop(0)
    while outer:
        if inner & 1 or inner < outer:
            if not steps:
                return False
            other = steps.pop(0)
            first, second = (
                (joined(other, first), joined(other, second)) if inner & 1 else (first, joined(second, other))
            )
        inner, outer = inner >> 1, outer >> 1
    return not steps and first == old_root and second == new_root
