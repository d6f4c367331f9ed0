"""What an auditor would find missing: gaps in a window, dated by week."""

from datetime import date

from msgspec import Struct

from assay.model.verdict import Severity


class Gap(Struct, frozen=True):
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


class ReadyWeek(Struct, frozen=True):
    """An ISO week of the window."""

    name: str
    """`2026-W23`."""
    worst: str
    """Severity of the worst gap; "" without one."""
    gaps: int


class Readiness(Struct, frozen=True):
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
