"""Refusals of facts that must not be recorded at all: something is not stated, is no day, or was approved by who asked for it."""

from datetime import date

from assay.errors import LedgerError
from assay.model.person import person


def independent(requester: str, approver: str) -> None:
    """Raises `LedgerError` if both names are the same person."""
    if person(requester) == person(approver):
        raise LedgerError(f"{approver} cannot approve what {requester} asked for. Mend: name another approver.")


def stated(noun: object, *names: str) -> None:
    """Raises `LedgerError` if one of these fields is blank."""
    missing = [name for name in names if not str(getattr(noun, name)).strip()]
    if missing:
        raise LedgerError(f"{type(noun).__name__}: {' and '.join(missing)} must be stated. Mend: say it.")


def a_day(text: str, name: str) -> None:
    """Raises `LedgerError` if a text is no ISO day."""
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise LedgerError(f"{name} is {text!r}, which is no date. Mend: write it as 2027-01-31.") from error
