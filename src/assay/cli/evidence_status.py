"""`assay evidence status`: how findings and slots stand, and what an auditor would find missing."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking, recalling
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.ledger.recall import Recall
    from assay.model.verdict import Verdict

FAILED = 1


@click.command("status", short_help="Show open findings, slots and what is amiss")
@click.option("--weeks", type=click.IntRange(1, 520), default=13, metavar="N", help="How many weeks back. Default 13.")
@click.option("--as-of", default="", metavar="DATE", help="As it stood at the end of that day.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something is amiss.")
@in_form
@at_ledger
def command(weeks: int, as_of: str, form: str, *, strict: bool, **flags: Unpack[LedgerFlags]) -> None:
    """Judge the evidence: missed scans, late fixes, unverified claims, exceptions.

    States are derived from what was recorded until then, never from settings.
    """
    from assay.assessment.keeping import review_months
    from assay.assessment.settings import found as settings

    with looking(flags) as ledger:
        recall = recalling(ledger, _end(as_of))
        start = recall.at - timedelta(weeks=weeks)
        found = {scope: _judged(recall, scope, start) for scope in recall.scopes()}
        counts = {scope: Counter(state.name for state in recall.findings(scope)) for scope in found}
        found |= _kept(recall, start, review_months(settings(flags["path"], flags["config"]), flags["path"].name))
    if form == "json":
        say(
            json.dumps(
                [_plain(scope, said, counts.get(scope, Counter())) for scope, said in found.items()],
                indent=2,
                sort_keys=True,
            )
            + "\n"
        )
    else:
        say("\n".join(_text(scope, said, counts.get(scope)) for scope, said in found.items()))
    amiss = any(_is_amiss(verdict) for said in found.values() for verdict in said)
    click.get_current_context().exit(FAILED if strict and amiss else 0)


def _end(as_of: str) -> datetime | None:
    from datetime import UTC, time

    from assay.assessment.clock import day

    return datetime.combine(day(as_of) + timedelta(days=1), time(), UTC) if as_of else None


def _judged(recall: "Recall", scope: str, start: datetime) -> "tuple[Verdict, ...]":
    from assay.ledger.judgement import judged

    return judged(recall, scope, start, recall.at)


def _kept(recall: "Recall", start: datetime, months: int) -> "dict[str, tuple[Verdict, ...]]":
    """What is amiss with access reviews and deployments, if the ledger knows of any."""
    from assay.ledger.access_judgement import access_judged
    from assay.ledger.deployment import deployments_judged

    found = {
        "access-reviews": access_judged(recall, recall.at.date(), months),
        "deployments": deployments_judged(recall, start, recall.at),
    }
    return {name: said for name, said in found.items() if said}


def _is_amiss(verdict: "Verdict") -> bool:
    from assay.model.verdict import Outcome

    return verdict.outcome is Outcome.FAIL


def _text(scope: str, said: "tuple[Verdict, ...]", counts: Counter[str] | None) -> str:
    states = ", ".join(f"{count} {name}" for name, count in sorted((counts or {}).items())) or "none"
    amiss = sorted(
        (verdict for verdict in said if _is_amiss(verdict)), key=lambda each: (each.severity.rank, each.rule)
    )
    head = f"{scope}\n" + (f"  findings  {states}\n" if counts is not None else "")
    if not amiss:
        return head + "  evidence  nothing is amiss\n"
    rows = [(verdict.rule, str(verdict.severity), verdict.message) for verdict in amiss]
    return head + "\n" + columns(("RULE", "SEVERITY", "WHAT IS AMISS"), rows)


def _plain(scope: str, said: "tuple[Verdict, ...]", counts: Counter[str]) -> dict[str, object]:
    verdicts = [
        {
            "rule": verdict.rule,
            "weakness": verdict.weakness,
            "subject": verdict.subject.symbol,
            "outcome": verdict.outcome,
            "severity": verdict.severity,
            "message": verdict.message,
            "fix": verdict.fix,
        }
        for verdict in said
    ]
    return {"scope": scope, "states": dict(sorted(counts.items())), "verdicts": verdicts}
