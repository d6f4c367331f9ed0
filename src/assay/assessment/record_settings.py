"""What `[ledger]` in assay.toml says: where runs are remembered, who signs, how often is to be scanned, how soon is to be fixed."""

from msgspec import Struct

from assay.assessment.table import Table

WEEK = 7
"""Days between scans, and for the worst findings, unless something else is stated."""


class Remembering(Struct, frozen=True):
    """How runs are remembered; every field has a default, so that nothing need be stated."""

    is_stated: bool = False
    """Whether there is a `[ledger]` table: then a schedule is in force."""
    path: str = ""
    """The ledger file, relative to the project; "" for `.assay/ledger.sqlite`."""
    key: str = ""
    """The file of the signing key; "" for `.assay/key`."""
    signer: tuple[str, ...] = ()
    """A program that signs instead."""
    signer_key: str = ""
    """The public key of that program, in base64."""
    scope: str = ""
    """What is remembered together; "" for the name of the project."""
    every_days: int = WEEK
    grace_days: int = 1
    coverage: float = 95.0
    """Percent that a run has to reach to count for the schedule."""
    sla: tuple[int, int, int, int] = (WEEK, 30, 90, 180)
    """Days to fix: critical, high, medium, low."""


def remembering(table: Table, *, is_stated: bool) -> Remembering:
    """What the table says. Raises `ConfigurationError` naming key and mend."""
    days = table.table("sla")
    default = Remembering()
    names = ("critical", "high", "medium", "low")
    sla = tuple(int(days.number(name, each, 1, 3650)) for name, each in zip(names, default.sla, strict=True))
    found = Remembering(
        is_stated=is_stated,
        path=table.text("path"),
        key=table.text("key"),
        signer=table.texts("signer"),
        signer_key=table.text("signer-key"),
        scope=table.text("scope"),
        every_days=int(table.number("every-days", WEEK, 1, 366)),
        grace_days=int(table.number("grace-days", default.grace_days, 0, 366)),
        coverage=table.number("coverage", default.coverage, 0, 100),
        sla=(sla[0], sla[1], sla[2], sla[3]),
    )
    if found.signer and not found.signer_key:
        table.refuse("signer-key", "is missing", "give the public key of the signer: 32 bytes in base64")
    for part in (days, table):
        part.close()
    return found
