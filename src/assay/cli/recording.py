"""Remembers what a command found, and says where; what cannot be remembered is told and fails nothing."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from assay.assessment.clock import now
from assay.assessment.record import Circumstances, Recorded, places, recorded
from assay.assessment.revision import contains
from assay.assessment.rooms import Rooms
from assay.assessment.settings import Settings
from assay.cli.actor import actor
from assay.cli.stdout import note
from assay.errors import LedgerError
from assay.ledger import redaction
from assay.ledger.session import Places, folders
from assay.model.assessment import Assessment


def circumstances(house: Rooms, root: Path, settings: Settings, started: datetime, *, has_code: bool) -> Circumstances:
    """What a run of this project is, besides what it says."""
    patterns = tuple(exemption.endpoint for exemption in settings.exemptions)
    return Circumstances(
        kind=("joint" if has_code else "live") if house.ask else "static",
        actor=actor(root),
        started_at=started,
        report="",
        details=_details(house) if house.ask else (),
        asking=frozenset(probe.id for probe in house.probes),
        contains=lambda commit: contains(root, commit),
        is_exempt=lambda method, path: any(pattern.matches(method, path) for pattern in patterns),
    )


def _details(house: Rooms) -> tuple[tuple[str, str], ...]:
    """How a running API was asked: what an auditor wants to know was allowed."""
    from assay.assessment.live_room import LiveRoom

    if not isinstance(house.ask, LiveRoom):
        return ()
    order, budget = house.ask.order, house.ask.order.budget
    found = {
        "budget": f"{budget.requests} requests, {budget.seconds:g} s, {budget.rate:g} a second, {budget.connections} at once",
        "identities": ", ".join(sorted(identity.name for identity in order.identities)) or "none",
        "mode": order.mode.value,
        "target": f"{order.origin}{order.base}",
    }
    if order.listener:
        found["listener"] = order.listener
    return tuple(sorted(found.items()))


def remember(found: Assessment, root: Path, settings: Settings, about: Circumstances, *, is_quiet: bool) -> None:
    """Remember a run in the ledger of the project. Whatever keeps it from being remembered is told."""
    about = about if about.report else replace(about, report=digest_of(_json(found)))
    where = where_of(root, settings)
    try:
        done = recorded(found, where, settings.ledger, about, now)
    except (LedgerError, OSError) as error:
        note(f"assay: this run is NOT recorded: {error}")
        return
    if not is_quiet or done.is_new:
        note(_told(done, root, where))


def digest_of(report: str) -> str:
    """The SHA-256 of a report as it is written to a file."""
    return hashlib.sha256(report.encode("utf-8", "replace")).hexdigest()


def _json(found: Assessment) -> str:
    from assay.assessment.wiring import reports

    return next(each for each in reports() if each.name == "json").write(found)


def where_of(root: Path, settings: Settings) -> Places:
    """Where the ledger of a project lies: ASSAY_LEDGER names another file than the settings do."""
    given = os.environ.get("ASSAY_LEDGER", "")
    where = places(root, settings.ledger)
    if not given:
        return where
    ledger = Path(given).absolute()
    return replace(where, ledger=ledger, key=where.key if settings.ledger.key else ledger.with_name("key"))


def mask_key(root: Path, settings: Settings, *, is_recording: bool) -> bytes:
    """The key that lies beside the ledger. A run that is not recorded makes none, and masks without marks where there is none."""
    where = where_of(root, settings)
    folder = where.ledger.parent
    try:
        if is_recording:
            folders(where)
        elif not (folder / redaction.FILE).exists():
            return b""
        return redaction.key(folder)
    except (LedgerError, OSError):
        return b""  # recording says why


def _told(done: Recorded, root: Path, where: Places) -> str:
    path = _short(done.path, root)
    changes = f"{len(done.changes)} change{'' if len(done.changes) == 1 else 's'}"
    text = f"assay: recorded as entry {done.sequence} of {path}, with {changes} of findings"
    if not done.is_new:
        return text
    signer = "an outside signer" if where.signer else f"a new key in {_short(where.key, root)}"
    return (
        f"{text}.\nassay: this is the first run that is remembered here; {signer} signs. "
        f"Keep its fingerprint elsewhere: {done.fingerprint}"
    )


def _short(path: Path, root: Path) -> str:
    """A path as people read it: relative to the project where it lies in it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
