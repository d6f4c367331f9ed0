"""`assay evidence access-review`: record who may do what, what was decided of it, and show how it stands."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking, recalling, writing_to
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assay.ledger.access import SystemStanding
    from assay.ledger.session import Session
    from assay.ledger.store import Fact
    from assay.model.access import AccessDecision, AccessRow


class AccessFlags(LedgerFlags):
    """What `assay evidence access-review` takes."""

    system: str
    snapshot: Path | None
    decisions: Path | None
    taken: str
    form: str
    strict: bool


@click.command("access-review", short_help="Record who may do what, and reviews of it")
@click.option("--system", default="", metavar="NAME", help="The system that the list is of.")
@click.option(
    "--snapshot", type=click.Path(path_type=Path), metavar="FILE", help="All its accounts, roles and keys, as CSV."
)
@click.option("--taken", default="", metavar="DATE", help="The day of the export; today by default.")
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE", help="Decisions on the newest list, as CSV."
)
@click.option("--strict", is_flag=True, help="Exit with 1 if something is amiss.")
@in_form
@at_ledger
def command(**flags: Unpack[AccessFlags]) -> None:
    """Record a list of access, decisions on it, or show how all stand.

    Columns of a list: principal, role; kind and holder if there are any. Of
    decisions: principal, role, decision (keep, change, remove), reviewer,
    decided (a date), reason. One file may be both. Nobody decides on their
    own access; a removal is proven by a later list without the row.
    """
    from assay.errors import UsageError

    if not (flags["snapshot"] or flags["decisions"]):
        _show(flags)
        return
    if not flags["system"].strip():
        message = "Nothing says which system the list is of. Mend: add --system NAME."
        raise UsageError(message)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        told = [*_snapshot(session, flags), *_decisions(session, flags)]
    note("\n".join(f"assay: {each}" for each in told))


def _snapshot(session: "Session", flags: AccessFlags) -> list[str]:
    from assay.assessment.access_lists import listed
    from assay.assessment.clock import day
    from assay.assessment.rows import read_bytes
    from assay.errors import UsageError

    path = flags["snapshot"]
    if path is None:
        return []
    raw, taken = read_bytes(path), day(flags["taken"])
    if taken > session.clock().date():
        message = f"--taken {taken}: this day is to come. Mend: name the day of the export."
        raise UsageError(message)
    found = listed(raw, path)
    if flags["decisions"]:
        _decided(session, flags, found, taken.isoformat())  # nothing is recorded if the decisions are no good
    (sealed,) = session.remember([_listed(session, flags, found, raw, taken.isoformat())])
    return [f"{len(found)} rights of {flags['system']} on {taken} recorded as entry {sealed.sequence}"]


def _listed(session: "Session", flags: AccessFlags, found: "Sequence[AccessRow]", raw: bytes, taken: str) -> "Fact":
    from hashlib import sha256

    from assay.assessment.keeping import review_months, revoke_hours
    from assay.assessment.settings import found as settings_of
    from assay.ledger import lines
    from assay.ledger.encoding import plain
    from assay.model.access import AccessSnapshot

    settings = settings_of(flags["path"], flags["config"])
    blob = lines.written(plain(row) for row in found)
    snapshot = AccessSnapshot(
        system=flags["system"],
        taken=taken,
        rows=len(found),
        source=sha256(raw).hexdigest(),
        by=session.actor,
        months=review_months(settings, flags["path"].name),
        hours=revoke_hours(settings, flags["path"].name),
        attachments=(lines.attachment("rows", "application/vnd.assay.access+jsonl", blob),),
    )
    return session.fact(flags["system"], snapshot, blob)


def _decided(
    session: "Session", flags: AccessFlags, listed: "Sequence[AccessRow]", taken: str
) -> "tuple[AccessDecision, ...]":
    """The decisions on a list. Raises `UsageError` for those that were made before it was taken, or are to come."""
    from assay.assessment.access_lists import decided
    from assay.assessment.rows import read_bytes
    from assay.errors import UsageError

    path = flags["decisions"]
    assert path is not None
    found = decided(read_bytes(path), path, {row.key: row for row in listed})
    today = session.clock().date().isoformat()
    for each in found:
        if not taken <= each.decided <= today:
            message = f"{path}: {each.principal} ({each.role}) is decided on {each.decided}. Mend: name a day from {taken} to {today}."
            raise UsageError(message)
    return found


def _decisions(session: "Session", flags: AccessFlags) -> list[str]:
    from assay.errors import UsageError
    from assay.ledger.access import newest
    from assay.model.access import AccessReview

    system = flags["system"]
    if flags["decisions"] is None:
        return []
    last = newest(recalling(session.ledger), system)
    if last is None:
        message = f"{system}: no list of its access is recorded. Mend: add --snapshot FILE."
        raise UsageError(message)
    found = _decided(session, flags, last.rows, last.snapshot.taken)
    (sealed,) = session.remember([session.fact(system, AccessReview(system, last.sequence, session.actor, found))])
    return [f"{len(found)} of {len(last.rows)} rights decided, recorded as entry {sealed.sequence}"]


def _show(flags: AccessFlags) -> None:
    from assay.assessment.clock import day
    from assay.assessment.keeping import review_months
    from assay.assessment.settings import found
    from assay.ledger.access import systems
    from assay.ledger.access_judgement import access_judged
    from assay.model.verdict import Outcome

    months = review_months(found(flags["path"], flags["config"]), flags["path"].name)
    with looking({"path": flags["path"], "config": flags["config"]}) as ledger:
        recall = recalling(ledger)
        standing, said = systems(recall), access_judged(recall, day(), months)
    rows = [row for each in standing for row in _rows(each)]
    amiss = [each for each in said if each.outcome is Outcome.FAIL]
    if flags["form"] == "json":
        verdicts = [
            {"rule": each.rule, "outcome": each.outcome, "subject": each.subject.symbol, "message": each.message}
            for each in said
        ]
        say(
            json.dumps(
                {"lists": [dict(zip(HEAD, row, strict=True)) for row in rows], "verdicts": verdicts},
                indent=2,
                sort_keys=True,
            )
            + "\n"
        )
    else:
        say(columns([each.upper() for each in HEAD], rows) if rows else "No access was ever listed.\n")
        told = [(each.rule, str(each.severity), each.message) for each in amiss]
        say("\n" + columns(("RULE", "SEVERITY", "WHAT IS AMISS"), told) if told else "")
    click.get_current_context().exit(1 if flags["strict"] and amiss else 0)


HEAD = ("entry", "system", "taken", "rows", "decided", "undone", "proven", "due")


def _rows(system: "SystemStanding") -> "list[tuple[str, ...]]":
    from assay.ledger.access import DONE, PENDING, REMAINS

    found = []
    for review in system.reviews:
        states = [row.state for row in review.rows]
        counts = (len(states), review.decided, states.count(REMAINS) + states.count(PENDING), states.count(DONE))
        found.append(
            (str(review.list.sequence), system.system, review.list.snapshot.taken, *map(str, counts), system.due or "-")
        )
    return found
