"""`assay evidence verify`: whether everything in the ledger is what was recorded."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, places_of
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.ledger.integrity import Verified
    from assay.ledger.sqlite import Ledger

CHANGED, INCOMPLETE = 1, 3
FINGERPRINT = re.compile(r"[0-9a-fA-F]{64}")


@click.command("verify", short_help="Verify chain, attachments and signed heads")
@click.option(
    "--checkpoint",
    "files",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="A signed head that was kept elsewhere; repeatable.",
)
@click.option(
    "--key", "fingerprint", default="", metavar="FINGERPRINT", help="Of the signing key, received out of band."
)
@click.option(
    "--roots",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Root certificates of the time-stamping authority, PEM.",
)
@in_form
@at_ledger
def command(
    files: tuple[Path, ...], fingerprint: str, roots: Path | None, form: str, **flags: Unpack[LedgerFlags]
) -> None:
    """Verify every entry, body, attachment and signed head of the ledger.

    Exit codes: 0 nothing was changed, 1 something was, 3 something could not
    be shown, as that no signed head covers the newest entries.
    """
    from assay.errors import UsageError
    from assay.ledger.integrity import verified
    from assay.ledger.session import reading

    if fingerprint and not FINGERPRINT.fullmatch(fingerprint):
        message = f"--key {fingerprint}: a fingerprint has 64 hexadecimal digits. Mend: give the one that was kept."
        raise UsageError(message)
    where = places_of(flags)
    heads = [file.read_bytes() for file in files]
    if where.head.is_file():
        heads.append(where.head.read_bytes())
    with reading(where) as ledger:
        found = _with_stamps(verified(ledger, heads, fingerprint.lower()), ledger, roots)
    say(_json(found) if form == "json" else _text(found))
    click.get_current_context().exit(
        CHANGED if not found.is_sound else INCOMPLETE if found.signed < _count(found) else 0
    )


def _with_stamps(found: "Verified", ledger: "Ledger", roots: Path | None) -> "Verified":
    """What is found, with what the timestamps show."""
    from msgspec.structs import replace

    count = ledger.counts().get("timestamp", 0)
    if not count:
        return replace(found, gaps=(*found.gaps, "no outside authority says by when the heads existed"))
    if roots is None:
        return replace(found, gaps=(*found.gaps, f"{count} timestamps were not verified: give --roots"))
    from assay.ledger.stamping import faults

    return replace(found, faults=(*found.faults, *faults(ledger, roots)))


def _count(found: "Verified") -> int:
    from assay.ledger.chain import Intact

    return found.outcome.count if isinstance(found.outcome, Intact) else 0


def _text(found: "Verified") -> str:
    from assay.ledger.chain import Broken
    from assay.ledger.judgement import integrity

    lines = [f"ledger       {found.origin or 'unknown'}"]
    if isinstance(found.outcome, Broken):
        lines.append(f"entries      CHANGED at {found.outcome.sequence}: {found.outcome.reason}")
    else:
        lines.append(f"entries      {found.outcome.count} as they were recorded, head {found.outcome.head}")
    lines.append(f"signed heads {found.checkpoints} fit, the newest covers {found.signed} entries")
    lines.append(f"key          {found.key or 'none'}")
    lines += [f"CHANGED      {fault}" for fault in found.faults]
    lines += [f"not shown    {gap}" for gap in found.gaps]
    verdict = integrity(found.origin, found)
    lines.append(f"{verdict.rule}        {verdict.outcome.upper()}: {verdict.message}")
    return "\n".join(lines) + "\n"


def _json(found: "Verified") -> str:
    from assay.ledger.chain import Broken

    outcome = found.outcome
    broken = {"sequence": outcome.sequence, "reason": outcome.reason} if isinstance(outcome, Broken) else None
    said = {
        "origin": found.origin,
        "entries": _count(found),
        "broken": broken,
        "checkpoints": found.checkpoints,
        "signed": found.signed,
        "key": found.key,
        "faults": list(found.faults),
        "gaps": list(found.gaps),
    }
    return json.dumps(said, indent=2, sort_keys=True) + "\n"
