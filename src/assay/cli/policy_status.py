"""`assay policy status`: which policies are in force, which are due, and who has not read them."""

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking, recalling
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.assessment.policies import Document
    from assay.ledger.policy_standing import PolicyStanding
    from assay.model.verdict import Verdict

FAILED = 1


@click.command("status", short_help="Show which are in force, due and unread")
@click.option("--as-of", default="", metavar="DATE", help="As it stood on that day.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something is amiss.")
@in_form
@at_ledger
def command(as_of: str, form: str, *, strict: bool, **flags: Unpack[LedgerFlags]) -> None:
    """Show how each policy stands, and what an auditor would find missing.

    A policy whose text reads differently today than what was approved is
    `changed`: the approved text stays in force until the new one is approved.
    """
    from assay.assessment.clock import day
    from assay.assessment.policies import document, required
    from assay.assessment.settings import found
    from assay.ledger.policy_judgement import policies_judged
    from assay.ledger.policy_standing import standing
    from assay.model.verdict import Outcome

    on = day(as_of)
    settings = found(flags["path"], flags["config"])
    ids = tuple(each.id for each in required(settings))
    with looking(flags) as ledger:
        recall = recalling(ledger)
        patience = timedelta(days=settings.policy.acknowledge_days)
        said = policies_judged(recall, ids, on, patience)
        rows = [_row(standing(recall, id_, on), document(id_, settings, flags["path"].name), on) for id_ in ids]
    say(_json(rows, said) if form == "json" else _text(rows, said))
    amiss = any(each.outcome is Outcome.FAIL for each in said) or any(row["state"] == "changed" for row in rows)
    click.get_current_context().exit(FAILED if strict and amiss else 0)


def _row(found: "PolicyStanding", made: "Document", on: date) -> dict[str, object]:
    move = found.approved.move if found.approved else None
    return {
        "policy": found.id,
        "state": _state(found, made, on),
        "version": move.version if move else "",
        "content": move.content if move else "",
        "today": made.digest,
        "review": found.review,
        "acknowledged": len(found.acknowledged),
        "people": len(found.people or ()),
    }


def _state(found: "PolicyStanding", made: "Document", on: date) -> str:
    """draft, approved (in force later), changed, review due, in force."""
    if found.approved is None:
        return "approved" if found.next else "draft"
    if found.approved.move.content != made.digest and not (found.next and found.next.move.content == made.digest):
        return "changed"
    return "review due" if found.review < on.isoformat() else "in force"


def _text(rows: list[dict[str, object]], said: "tuple[Verdict, ...]") -> str:
    head = ("POLICY", "STATE", "VERSION", "REVIEW", "ACKNOWLEDGED")
    table = [
        (
            *(str(row[key]) for key in ("policy", "state", "version", "review")),
            f"{row['acknowledged']} of {row['people'] or '?'}",
        )
        for row in rows
    ]
    amiss = [(each.rule, str(each.severity), each.message) for each in said if each.fix]
    return columns(head, table) + ("\n" + columns(("RULE", "SEVERITY", "WHAT IS AMISS"), amiss) if amiss else "")


def _json(rows: list[dict[str, object]], said: "tuple[Verdict, ...]") -> str:
    verdicts = [
        {
            "rule": each.rule,
            "weakness": each.weakness,
            "policy": each.subject.symbol,
            "outcome": each.outcome,
            "message": each.message,
        }
        for each in said
    ]
    return json.dumps({"policies": rows, "verdicts": verdicts}, indent=2, sort_keys=True) + "\n"
