"""Records moves of policies: what each needs, and which text it is bound to."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from assay.cli.ledger_flags import LedgerFlags, recalling
from assay.errors import UsageError

if TYPE_CHECKING:
    from assay.assessment.policies import Document
    from assay.assessment.settings import Settings
    from assay.ledger.policy_standing import PolicyStanding
    from assay.ledger.session import Session
    from assay.model.evidence import Attachment


def settings_and_document(id_: str, flags: LedgerFlags) -> "tuple[Settings, Document]":
    """The settings, and the policy as it reads by them."""
    from assay.assessment.policies import document
    from assay.assessment.settings import found

    settings = found(flags["path"], flags["config"])
    return settings, document(id_, settings, flags["path"].name)


def in_force(session: "Session", id_: str) -> "PolicyStanding":
    """The policy as it stands now. Raises `UsageError` when none is in force."""
    from assay.assessment.clock import day
    from assay.compliance.policy import outline
    from assay.ledger.policy_standing import standing

    outline(id_)
    found = standing(recalling(session.ledger), id_, day())
    if found.approved is None:
        message = f"{id_}: no approved version is in force. Mend: assay policy approve {id_}."
        raise UsageError(message)
    return found


def audience(settings: "Settings") -> "tuple[tuple[Attachment, ...], tuple[bytes, ...]]":
    """The people who have to know a text, as an attachment; none where the settings name nobody."""
    from assay.ledger.policy_standing import AUDIENCE

    people = settings.policy.people
    if not people:
        return (), ()
    raw = json.dumps(sorted(set(people)), ensure_ascii=False).encode()
    return (attachment(AUDIENCE, "application/json", raw),), (raw,)


def attachment(name: str, media: str, raw: bytes) -> "Attachment":
    """Bytes as an entry names them."""
    from assay.model.evidence import Attachment

    return Attachment(name, media, sha256(raw).hexdigest(), len(raw))


def months(settings: "Settings", name: str) -> int:
    """The longest gap between reviews. Raises `UsageError` for what is no number from 1 to 12."""
    from assay.assessment.policies import values

    stated = values(settings, name)["review_interval_months"]
    if not stated.isdigit() or not 1 <= int(stated) <= 12:
        message = f"policy.review-interval-months is {stated!r}. Mend: write a number from 1 to 12."
        raise UsageError(message)
    return int(stated)


def a_day(flag: str, text: str) -> str:
    """An ISO day. Raises `UsageError` for anything else."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        message = f"{flag} {text}: this is no date. Mend: write it as 2027-01-31."
        raise UsageError(message) from error
