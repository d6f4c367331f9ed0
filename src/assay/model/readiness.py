"""What an auditor would find missing: gaps in a window, dated by week."""

from dataclasses import dataclass
from datetime import date

from assay.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing for some time."""

    severity: Severity
    first: date
    last: date
    rule: str
    """AP7xx; "" where no rule stands for it."""
    subject: str
    message: str
    mend: str
    controls: tuple[str, ...] = ()
    """Ids of the controls that it touches, those of the first catalog first."""


@dataclass(frozen=True, slots=True)
class ReadyWeek:
    """An ISO week of the window."""

    name: str
    """`2026-W23`."""
    worst: str
    """Severity of the worst gap; "" without one."""
    gaps: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """An audit, as it stands."""

    audit: str
    as_of: date
    first: date
    last: date
    gaps: tuple[Gap, ...]
    """Worst first."""
    weeks: tuple[ReadyWeek, ...]
    """In their order, until today."""
    outside: tuple[str, ...] = ()
    """Controls that others answer for, each with who and why."""
