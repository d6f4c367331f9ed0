"""The Merkle tree over a growing list of leaves, of which every 256 make a tile that is hashed once.

A root or a proof reads at most 255 hashes of each level, however many entries there are. Tiles only save work: `integrity` reads the
entries themselves. The idea is that of C2SP tlog-tiles.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from assay.ledger import merkle

WIDTH = 256
"""Hashes that make one of the next level."""
Hashes: TypeAlias = "Callable[[int, int, int], Sequence[bytes]]"
"""The hashes of a level (0: leaves) from one number on and before another."""


class Tiles(Struct, frozen=True):
    """A tree of which the hashes are kept elsewhere."""

    hashes: Hashes

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        return self._subtree(0, size) if size else merkle.EMPTY

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The audit path of a leaf, counted from 0."""
        return merkle.inclusion_path(index, size, self._subtree)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """The proof that the tree only grew."""
        return merkle.consistency_path(old, size, self._subtree)

    def completed(self, old: int, size: int) -> Iterator[tuple[int, int, bytes]]:
        """The tiles that became whole as the tree grew: (level, number, hash), lower levels first.

        Whoever asks keeps each before taking the next: higher levels are made of lower ones.
        """
        level, width = 0, WIDTH
        while size // width:
            for number in range(old // width, size // width):
                top = merkle.root(self.hashes(level, number * WIDTH, (number + 1) * WIDTH))
                yield level + 1, number, top
            level, width = level + 1, width * WIDTH

    def _subtree(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0 and start % size == 0:
            level = (size.bit_length() - 1) // 8
            unit = WIDTH**level
            return merkle.root(self.hashes(level, start // unit, end // unit))
        middle = start + merkle.split(size)
        return merkle.node(self._subtree(start, middle), self._subtree(middle, end))
