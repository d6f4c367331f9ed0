"""What a verification can come to, and what stops it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """The exit code."""

    VALID = 0
    TAMPERED = 1
    INCOMPLETE = 2
    """Nothing was changed, as far as it can be told; but something is missing that was asked for or that the pack names."""
    UNREADABLE = 3


class State(StrEnum):
    """How one step went."""

    OK = "ok"
    FAILED = "failed"
    MISSING = "missing"
    """It could not be established."""
    NONE = "none"
    """There is nothing to look at, and that is no fault."""
    SKIPPED = "skipped"
    """An earlier step failed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit, and where."""

    place: str
    """A file of the pack, or the archive itself."""
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at."""

    name: str
    state: State
    said: str
    count: int = 0
    """Of what was looked at, if it can be counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All steps, in their order, and what they come to."""

    verdict: Verdict
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]
    lacks: tuple[str, ...] = ()
    """What is missing, as sentences."""


class Tampered(Exception):
    """Something is not as it was signed."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{each.place}: {each.reason}" for each in faults))
        self.faults = faults


class Unreadable(Exception):
    """This is no evidence pack."""


def tampered(place: str, reason: str) -> Tampered:
    """One fault, to be raised."""
    return Tampered(Fault(place, reason))
