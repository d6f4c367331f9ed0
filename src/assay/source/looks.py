"""Which bodies of functions were looked at, so that a scan knows later what the change of one body can touch.

Everything that reads the body of a function notes it in `LOOKS.seen`; who begins something that has looks of its own puts a fresh
dictionary there. Source: docs/decisions/0011.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

Key = tuple[str, int, int]
"""A function: its name, its first and its last line; ("a path", 0, 0): the text of a file."""
Seen = dict[int | str | Key, object]
"""Functions by their ids, which stay theirs because they are kept; files by their paths; what another process saw by its key."""


class Looks:
    """Who looks at bodies now, and what was looked at for everybody."""

    __slots__ = ("seen", "shared")

    def __init__(self) -> None:
        self.shared: Seen = {}
        """What the program as a whole depends on: bodies that ran before any handler was followed, or for all of them."""
        self.seen: Seen = self.shared

    def begin(self) -> None:
        """Forget everything; from here on it is the program that looks."""
        self.seen = self.shared = {}

    def text(self, path: str) -> None:
        """The text of a file is asked for, functions or not."""
        self.seen[path] = path

    def own(self) -> AbstractContextManager[None]:
        """Whoever looks meanwhile uses it for one endpoint only, which is read anew at every scan."""
        return self.into({})

    @contextmanager
    def into(self, seen: Seen) -> Iterator[None]:
        """What looks meanwhile looks for somebody else."""
        held, self.seen = self.seen, seen
        try:
            yield
        finally:
            self.seen = held


LOOKS = Looks()
