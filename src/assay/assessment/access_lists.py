"""Access lists and decisions as they are exported, read as facts of the ledger."""

import re
from collections.abc import Mapping
from pathlib import Path

from assay.assessment.rows import rows
from assay.errors import LedgerError, UsageError
from assay.model.access import AccessDecision, AccessRow
from assay.model.person import person

NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        ("principal", "account", "user", "username", "user name", "email", "login", "identity"), "principal"
    ),
    **dict.fromkeys(("role", "permission", "group", "access", "scope", "right"), "role"),
    **dict.fromkeys(("kind", "type", "account type"), "kind"),
    **dict.fromkeys(("holder", "owner", "responsible"), "holder"),
    **dict.fromkeys(("decision", "review", "outcome"), "decision"),
    **dict.fromkeys(("reviewer", "reviewed by"), "reviewer"),
    **dict.fromkeys(("decided", "date", "reviewed on", "decided on", "review date"), "decided"),
    **dict.fromkeys(("reason", "comment", "note"), "reason"),
}
"""What a heading means."""
SECRET = re.compile(
    r"-----BEGIN|\bgh[pousr]_\w{20,}|\bsk_live_\w{10,}|\bxox[abprs]-\w{8,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\bglpat-[\w-]{16,}"
)
"""Keys and tokens themselves, whose place is no ledger; an AWS access key id (AKIA...) is a name."""


def listed(raw: bytes, path: Path) -> tuple[AccessRow, ...]:
    """The rights of a list, sorted. Raises `UsageError` naming file, line and mend."""
    found: dict[tuple[str, str], AccessRow] = {}
    for line, cells in rows(raw, path, ("principal", "role"), NAMES):
        _refuse_secrets(path, line, cells)
        row = AccessRow(cells["principal"], cells.get("kind", "") or "person", cells["role"], cells.get("holder", ""))
        if row.key in found:
            message = f"{path}:{line}: {row.principal} holds {row.role} twice. Mend: list each right once."
            raise UsageError(message)
        found[row.key] = row
    return tuple(found[key] for key in sorted(found))


def decided(raw: bytes, path: Path, known: Mapping[tuple[str, str], AccessRow]) -> tuple[AccessDecision, ...]:
    """The decisions of a table; rows whose decision is blank are not decided.

    Raises `UsageError` for one about a right that the list has not, by whom it is about, or incomplete.
    """
    found: dict[tuple[str, str], AccessDecision] = {}
    for line, cells in rows(raw, path, ("principal", "role"), NAMES):
        if not cells.get("decision"):
            continue
        try:
            _refuse_secrets(path, line, cells)
            each = AccessDecision(
                cells["principal"], cells["role"], cells["decision"].casefold(), cells.get("reviewer", ""), cells.get("decided", ""),
                cells.get("reason", ""),
            )  # fmt: skip
        except LedgerError as error:
            message = f"{path}:{line}: {error}"
            raise UsageError(message) from error
        _fit(each, known, f"{path}:{line}")
        if each.key in found:
            message = f"{path}:{line}: {each.principal} ({each.role}) is decided twice. Mend: leave one of them out."
            raise UsageError(message)
        found[each.key] = each
    if not found:
        message = f"{path}: no row has a decision. Mend: fill in decision, reviewer and decided."
        raise UsageError(message)
    return tuple(found[key] for key in sorted(found))


def _fit(each: AccessDecision, known: Mapping[tuple[str, str], AccessRow], where: str) -> None:
    row = known.get(each.key)
    if row is None:
        message = f"{where}: the newest list has no {each.principal} with {each.role}. Mend: record the list with --snapshot first."
        raise UsageError(message)
    if row.holder and person(row.holder) == person(each.reviewer):
        message = (
            f"{where}: {each.reviewer} answers for {each.principal} and cannot review it. Mend: name another reviewer."
        )
        raise UsageError(message)


def _refuse_secrets(path: Path, line: int, cells: Mapping[str, str]) -> None:
    for column, cell in cells.items():
        if SECRET.search(cell):
            message = f"{path}:{line}: {column} holds a key itself. Mend: list its name or id, and replace the key: it was exported."
            raise UsageError(message)
