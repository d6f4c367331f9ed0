"""Deployments as other systems list them: CSV, or the JSON that GitHub gives for a repository, read as facts of the ledger."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from assay.assessment.rows import rows
from assay.errors import LedgerError, UsageError
from assay.model.access import Deployment

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("id", "deployment", "deployment id"), "id"),
    **dict.fromkeys(("commit", "sha", "revision", "version"), "commit"),
    **dict.fromkeys(("environment", "env", "target"), "environment"),
    **dict.fromkeys(("actor", "deployed by", "user", "creator"), "actor"),
    **dict.fromkeys(("deployed", "deployed at", "date", "time", "created at", "timestamp"), "deployed"),
    **dict.fromkeys(("state", "status", "result"), "state"),
    **dict.fromkeys(("override", "override reason"), "override"),
    **dict.fromkeys(("approver", "approved by", "override approver"), "approver"),
}
"""What a heading means."""
NEEDED = ("commit", "environment", "actor", "deployed")


def listed(raw: bytes, path: Path) -> tuple[Deployment, ...]:
    """The deployments of a file, in its order. Raises `UsageError` naming file, place and mend."""
    source = sha256(raw).hexdigest()
    is_json = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}
    found = (
        _json(raw, path) if is_json else ((f"{path}:{line}", cells) for line, cells in rows(raw, path, NEEDED, NAMES))
    )
    return tuple(made(where, cells, source) for where, cells in found)


def made(where: str, cells: Mapping[str, str], source: str) -> Deployment:
    """A deployment from its cells. Its id is that of its source, else made of commit, environment and time."""
    deployed = moment(where, cells["deployed"])
    id_ = (
        cells.get("id", "")
        or sha256(f"{cells['commit']}\n{cells['environment']}\n{deployed}".encode()).hexdigest()[:16]
    )
    try:
        return Deployment(
            id_, cells["commit"], cells["environment"], cells["actor"], deployed, cells.get("state", "") or "success", source,
            cells.get("override", ""), cells.get("approver", ""),
        )  # fmt: skip
    except LedgerError as error:
        message = f"{where}: {error}"
        raise UsageError(message) from error


def moment(where: str, text: str) -> str:
    """A moment with an offset, in UTC; a day is its beginning. Raises `UsageError` for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{where}: {text!r} is no moment. Mend: write it as 2027-01-31T12:00:00Z."
        raise UsageError(message) from error
    if found.tzinfo is None and len(text) > len("2027-01-31"):
        message = f"{where}: {text!r} names no offset. Mend: write it as 2027-01-31T12:00:00Z."
        raise UsageError(message)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _json(raw: bytes, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """As `GET /repos/{owner}/{repo}/deployments` answers (https://docs.github.com/rest/deployments/deployments)."""
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        message = f"{path}: it is no JSON: {error}. Mend: save the answer of the forge again."
        raise UsageError(message) from error
    if not isinstance(value, list) or not value:
        message = f"{path}: it is no list of deployments. Mend: save the answer of GET /repos/OWNER/REPO/deployments."
        raise UsageError(message)
    for number, each in enumerate(value):
        where = f"{path}: deployment {number + 1}"
        match each:
            case {
                "id": int(id_),
                "sha": str(sha),
                "environment": str(environment),
                "creator": {"login": str(login)},
                "created_at": str(at),
            }:
                told = {"id": str(id_), "commit": sha, "environment": environment, "actor": login, "deployed": at}
                yield where, {**told, "state": str(each.get("state", ""))}
            case _:
                message = f"{where}: id, sha, environment, creator or created_at is missing. Mend: save the whole answer of the forge."
                raise UsageError(message)
