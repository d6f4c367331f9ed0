"""Where something stands, and the steps that lead to a judgement."""

from msgspec import Struct


class Place(Struct, frozen=True, order=True):
    """A line of a file of the scanned folder."""

    path: str
    """Relative to the scanned folder, with forward slashes."""
    line: int
    """1-based; 0 means the file as a whole."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Step(Struct, frozen=True):
    """One step of the path of evidence, in the order in which a reader follows it."""

    text: str
    place: Place | None = None


ROUTE_CLOSED = "route-closed"
"""The kind of what is skipped because a running API let nobody in to it."""

NOT_PUT_BACK = "not-put-back"
"""The kind of an object that a live scan changed and could not put back."""


class Skipped(Struct, frozen=True, order=True):
    """What could not be looked at, and why; it appears in every report."""

    path: str
    """The file, folder or subject."""
    reason: str
    kind: str = "file"
    """`file`, `route`, `guard`, `rule`, or `left-out` (tests, vendored and generated code: left out on purpose) or
    `suppression` (a suppression or exemption without effect)."""
    line: int = 0
