"""What `[change]` in assay.toml says: that git and CI are looked at as well, and what is known of them."""

from msgspec import Struct

from assay.assessment.table import Table

QUARTER = 90
"""Days of changes that one scan looks at, unless something else is stated."""


class Changing(Struct, frozen=True):
    """How changes get to production; every field has a default, so that nothing need be stated."""

    is_stated: bool = False
    """Whether there is a `[change]` table: then each scan looks."""
    branch: str = ""
    """The default branch; "" asks git."""
    days: int = QUARTER
    rules: tuple[str, ...] = ()
    """Exported rules of the branch, relative to the scanned folder."""
    rollback: str = ""
    """Where the way back is written, if not in the tree."""


def changing(table: Table, *, is_stated: bool) -> Changing:
    """What the table says. Raises `ConfigurationError` naming key and mend."""
    found = Changing(
        is_stated=is_stated,
        branch=table.text("branch"),
        days=int(table.number("days", QUARTER, 1, 3660)),
        rules=table.texts("rules"),
        rollback=table.text("rollback"),
    )
    table.close()
    return found
