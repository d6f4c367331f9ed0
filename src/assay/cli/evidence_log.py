"""`assay evidence log`: list what was recorded, newest first."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns, cut
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking
from assay.cli.stdout import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.ledger.canonical import Json
    from assay.ledger.chain import Sealed
    from assay.ledger.sqlite import Ledger


@click.command("log", short_help="List what was recorded")
@click.option(
    "--type", "type_", default="", metavar="TYPE", help="Entries of one type only: run, finding, fix-claim, ..."
)
@click.option("--limit", type=click.IntRange(0), default=50, metavar="N", help="The newest N; 0 for all. Default 50.")
@in_form
@at_ledger
def command(type_: str, limit: int, form: str, **flags: Unpack[LedgerFlags]) -> None:
    """List the entries of the ledger, newest first."""
    from assay.ledger.chain import instant

    with looking(flags) as ledger:
        found = ledger.backwards(type_)
        listed = list(islice(found, limit) if limit else found)
        if form == "json":
            rows = [
                {**_plain(sealed, instant(sealed.recorded_at)), "body": ledger.body(sealed.entry.payload)}
                for sealed in listed
            ]
            say(json.dumps(rows, indent=2, sort_keys=True) + "\n")
            return
        say(columns(("ENTRY", "RECORDED (UTC)", "TYPE", "BY", "WHAT"), _rows(ledger, listed)))


def _rows(ledger: "Ledger", listed: "list[Sealed]") -> Iterator[tuple[str, ...]]:
    for sealed in listed:
        entry = sealed.entry
        what = _what(entry.type, ledger.body(entry.payload)) or entry.subject
        later = [
            str(each.sequence)
            for each in ledger.of_subject(f"entry {sealed.sequence}")
            if each.entry.type == "correction"
        ]
        what += f" (corrected by entry {', '.join(later)})" if later else ""
        yield str(sealed.sequence), f"{sealed.recorded_at:%Y-%m-%d %H:%M:%S}", entry.type, cut(entry.actor), what


def _plain(sealed: "Sealed", recorded_at: str) -> dict[str, object]:
    entry = sealed.entry
    return {
        "sequence": sealed.sequence,
        "recorded_at": recorded_at,
        "type": entry.type,
        "actor": entry.actor,
        "subject": entry.subject,
        "payload": entry.payload,
        "hash": sealed.hash,
        "previous": sealed.previous,
    }


def _what(type_: str, body: "Json") -> str:
    """An entry in a few words."""
    if not isinstance(body, dict):
        return ""
    match type_:
        case "run":
            return _run(body)
        case "finding":
            return f"{body['fingerprint']} {body['endpoint']}: {body['before'] or 'new'} -> {body['outcome']}"
        case "fix-claim":
            return f"{body['fingerprint']} {body['commit'] or body['pull_request']}"
        case "acceptance":
            return f"{body['fingerprint']} {body['kind']} until {body['expires']}, approved by {body['approver']}"
    return _kept(type_, body)


def _kept(type_: str, body: "Mapping[str, Json]") -> str:
    """What people keep books on, in a few words."""
    match type_:
        case "pause":
            return f"{body['fingerprint']} until {body['until']}, approved by {body['approver']}"
        case "correction":
            change = f"{body['field']} should be {body['replacement']!r}: " if body.get("field") else ""
            return f"entry {body['sequence']}: {change}{body['text']}"
        case "deployment":
            return f"{str(body['commit'])[:12]} to {body['environment']} at {body['deployed']} ({body['state']})"
        case "access-snapshot":
            return f"{body['system']}: {body['rows']} rights on {body['taken']}"
        case "assignment":
            return f"{body['fingerprint']} to {body['owner']} {body['ticket']}".rstrip()
        case "boundary":
            return f"{body['audit']}: {body['catalog']} {body['control']} {body['position']} {body['to']}".rstrip()
        case "hold":
            about = f" of {body['scope']}" if body.get("scope") else ""
            return f"{body['id']}{about} {body['move']}: {body['reason']}"
    return ""


def _run(body: "Mapping[str, Json]") -> str:
    commit = str(body["commit"])[:12] or "no commit"
    share = body["coverage"]
    covered = f"{share:.0%}" if isinstance(share, int | float) else ""
    state = "" if body["is_complete"] else ", NOT COMPLETE"
    counts = f"{_counted(body, 'endpoint')}, {_counted(body, 'finding')}, {covered} covered"
    return f"{body['scope']} at {commit}: {counts}{_writes(body)}{state}"


def _counted(body: "Mapping[str, Json]", noun: str) -> str:
    from assay.reports.outline.text import counted

    count = body[f"{noun}s"]
    return counted(count, noun) if isinstance(count, int) else ""


def _writes(body: "Mapping[str, Json]") -> str:
    """What an active run wrote to its target."""
    match body.get("writes"):
        case [_, *_] as found:
            left = sum(isinstance(each, dict) and each["standing"] == "changed" for each in found)
            return f", {len(found)} written{f' ({left} NOT PUT BACK)' if left else ''}"
    return ""
