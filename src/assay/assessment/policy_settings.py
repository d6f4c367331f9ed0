"""What `[policy]` in assay.toml says: the values that policies are written with, who writes and approves them, and who has to know them."""

from msgspec import Struct

from assay.assessment.table import Table

PATIENCE = 14
"""Days within which people acknowledge a policy, unless something else is stated."""


class PolicySettings(Struct, frozen=True):
    """Every field has a default, so that nothing need be stated."""

    is_stated: bool = False
    """Whether there is a `[policy]` table."""
    required: tuple[str, ...] = ()
    """Ids of the policies that have to be in force; empty: all."""
    author: str = ""
    people: tuple[str, ...] = ()
    """Who has to acknowledge them."""
    acknowledge_days: int = PATIENCE
    values: tuple[tuple[str, str], ...] = ()
    """By the names that the outlines give them, sorted."""


def policy_settings(table: Table, *, is_stated: bool) -> PolicySettings:
    """What the table says. Raises `ConfigurationError` naming key and mend."""
    own = {"required", "author", "people", "acknowledge-days"}
    found = PolicySettings(
        is_stated=is_stated,
        required=table.texts("required"),
        author=table.text("author"),
        people=table.texts("people"),
        acknowledge_days=int(table.number("acknowledge-days", PATIENCE, 0, 365)),
        values=tuple((key.replace("-", "_"), table.plain(key)) for key in table.names if key not in own),
    )
    table.close()
    return found
