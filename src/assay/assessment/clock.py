"""The only clock: which day a run judges expiries by, and when what is remembered was so."""

from datetime import UTC, date, datetime

from assay.errors import UsageError


def day(as_of: str = "") -> date:
    """The day that was asked for, else today in UTC. Raises `UsageError` for what is no ISO date."""
    if not as_of:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(as_of)
    except ValueError as error:
        message = f"--as-of {as_of}: this is no date. Mend: write it as 2027-01-31."
        raise UsageError(message) from error


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)
