"""`assay evidence pack`: exports evidence for an auditor, as a zip that a separate program verifies."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from msgspec.structs import replace

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from assay.assessment.packing import Wish
    from assay.ledger.pack.export import Pack
    from assay.ledger.session import Session


class PackFlags(LedgerFlags):
    """What is to be exported, and where to."""

    audit: str
    control: str
    finding: str
    first: str
    last: str
    size: int | None
    since: tuple[int, ...]
    framework: tuple[str, ...]
    output: Path | None
    no_record: bool


@click.command("pack", short_help="Export evidence for an auditor")
@click.option("--audit", default="", metavar="NAME", help="All evidence, under this name; the default.")
@click.option("--control", default="", metavar="ID", help="Evidence of one control, as CC6.1.")
@click.option("--finding", default="", metavar="FINGERPRINT", help="Evidence of one finding; its beginning will do.")
@click.option("--from", "first", default="", metavar="DAY", help="First day of the window, as 2026-01-01.")
@click.option("--to", "last", default="", metavar="DAY", help="Last day of the window.")
@click.option("--size", type=click.IntRange(1), metavar="N", help="Of the first N entries; all by default.")
@click.option(
    "--since", type=click.IntRange(1), multiple=True, metavar="N", help="Prove growth from a head of N entries."
)
@click.option("--framework", multiple=True, metavar="NAME", help="Catalogs, as soc2,pci; default those of assay.toml.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to write it."
)
@click.option("--no-record", is_flag=True, help="Do not remember that the pack was made.")
@at_ledger
def command(**flags: Unpack[PackFlags]) -> None:
    """Export an audit, a control or a finding as a zip of plain files.

    An audit that was stated (assay audit new) brings its window, catalogs and
    criteria. The same ledger and options give the same bytes. Verify it with the
    separate program assay-verify, or as README.md in it says.
    """
    from assay.assessment.clock import now
    from assay.assessment.packing import Wish, ordered
    from assay.assessment.settings import found
    from assay.cli.audit_stated import audits
    from assay.ledger.pack import archive
    from assay.ledger.pack.export import packed

    settings = found(flags["path"], flags["config"])
    if flags["framework"]:
        settings = replace(settings, frameworks=flags["framework"])
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        kind, subject = _about(session, flags)
        window = _window(flags["first"], flags["last"])
        known = audits(session.ledger)
        stated = known.get(subject) if kind == "audit" else None
        if stated:
            window = window or (_window(stated.first, stated.last) if stated.type == "2" else None)
            settings = replace(settings, frameworks=flags["framework"] or stated.catalogs, criteria=stated.criteria)
        wish = Wish(kind, subject, window, flags["size"] or 0, flags["since"])
        made = packed(session.ledger, ordered(session.ledger, wish, settings, now()), [session.signer])
        path = flags["output"] or Path(f"{kind}-{_name(subject)}.zip")
        length = archive.write(path, made.files)
        if not flags["no_record"]:
            _remember(session, wish, made)
    if flags["audit"] and known and not stated:
        note(f"assay: no audit was stated as {subject}, so this is all evidence; stated are {', '.join(sorted(known))}")
    say(_told(path, length, made, session.signer.public.fingerprint))


def _about(session: "Session", flags: PackFlags) -> tuple[str, str]:
    from assay.assessment.clock import now
    from assay.errors import UsageError
    from assay.ledger.recall import only, recalled

    audit, control, finding = flags["audit"], flags["control"], flags["finding"]
    if sum(map(bool, (audit, control, finding))) > 1:
        message = "--audit, --control and --finding exclude each other. Mend: make one pack after the other."
        raise UsageError(message)
    if finding:
        return "finding", only(recalled(session.ledger, now()), finding)
    return ("control", control) if control else ("audit", audit or "evidence")


def _window(first: str, last: str) -> tuple[datetime, datetime] | None:
    """From the beginning of the first day until the end of the last, in UTC."""
    from assay.errors import UsageError

    if not first and not last:
        return None
    if not first or not last:
        message = "A window has a first and a last day. Mend: give --from and --to."
        raise UsageError(message)
    start, end = _day("--from", first), _day("--to", last)
    if end < start:
        message = f"--to {last}: the window ends before it begins. Mend: turn --from and --to round."
        raise UsageError(message)
    midnight = time(tzinfo=UTC)
    return datetime.combine(start, midnight), datetime.combine(end + timedelta(days=1), midnight)


def _day(flag: str, text: str) -> date:
    from assay.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{flag} {text}: this is no date. Mend: write it as 2027-01-31."
        raise UsageError(message) from error


def _remember(session: "Session", wish: "Wish", made: "Pack") -> None:
    from assay.ledger.canonical import digest
    from assay.ledger.pack.manifest import MANIFEST
    from assay.model.evidence import PackExport

    name = digest(made.files[MANIFEST])
    session.remember([session.fact(name, PackExport(wish.kind, wish.subject, name, made.head.size))])


def _told(path: Path, length: int, made: "Pack", fingerprint: str) -> str:
    lines = [
        f"{path}: {len(made.files)} files, {length:,} bytes, {made.head.size} entries as of {made.head.at:%Y-%m-%d %H:%M:%S} UTC",
        *(f"missing: {each.what}: {each.why}" for each in made.missing),
        f"Verify: assay-verify {path} --key {fingerprint}",
        "Tell the reader this fingerprint another way than with the pack.",
    ]
    return "\n".join(lines) + "\n"


def _name(text: str) -> str:
    """A word as a file may be called."""
    return "".join(each if each.isalnum() or each in "._-" else "-" for each in text).strip("-.") or "pack"
