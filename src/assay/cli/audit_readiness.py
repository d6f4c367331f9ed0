"""`assay audit readiness`: what an auditor would find missing today, week by week, worst first."""

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking, recalling
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.ledger.store import Store
    from assay.model.readiness import Gap, Readiness

FAILED = 1


@click.command("readiness", short_help="Show what an auditor would find missing")
@click.argument("name", metavar="[AUDIT]", default="")
@click.option("--as-of", default="", metavar="DATE", help="As it stood at the end of that day.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something is missing.")
@in_form
@at_ledger
def command(name: str, as_of: str, form: str, *, strict: bool, **flags: Unpack[LedgerFlags]) -> None:
    """List the gaps of an audit, worst first, with the weeks they are in.

    Without AUDIT it is the one that was stated with `assay audit new`. All is
    derived from the ledger, as of today or of --as-of.
    """
    from assay.assessment.readiness import readiness
    from assay.assessment.settings import found
    from assay.cli.audit_stated import only_audit

    settings = found(flags["path"], flags["config"])
    with looking(flags) as ledger:
        audit = only_audit(ledger, name)
        said = readiness(recalling(ledger, _end(ledger, as_of)), audit, settings)
    say(_json(said) if form == "json" else _text(said))
    click.get_current_context().exit(FAILED if strict and said.gaps else 0)


def _end(ledger: "Store", as_of: str) -> datetime | None:
    from datetime import UTC, time, timedelta

    from assay.assessment.clock import day

    return datetime.combine(day(as_of) + timedelta(days=1), time(), UTC) - timedelta(microseconds=1) if as_of else None


def _text(said: "Readiness") -> str:
    bad = sum(bool(week.gaps) for week in said.weeks)
    counts = Counter(str(gap.severity) for gap in said.gaps)
    total = ", ".join(
        f"{counts[word]} {word}" for word in ("critical", "high", "medium", "low", "info") if counts[word]
    )
    head = f"{said.audit}: {said.first} to {said.last}, as of {said.as_of}\n"
    head += f"{bad} of {len(said.weeks)} weeks have gaps; {total or 'nothing is missing'}\n"
    head += "".join(f"outside: {each}\n" for each in said.outside)
    if not said.gaps:
        return head
    rows = [
        (str(gap.severity), _weeks(gap), gap.rule or "-", f"{gap.message}. Mend: {gap.mend.rstrip('.')}.")
        for gap in said.gaps
    ]
    return f"{head}\n{columns(('SEVERITY', 'WEEKS', 'RULE', 'WHAT IS MISSING'), rows)}"


def _weeks(gap: "Gap") -> str:
    from assay.assessment.readiness import week_name

    first, last = week_name(gap.first), week_name(gap.last)
    return first if first == last else f"{first}..{last}"


def _json(said: "Readiness") -> str:
    gaps = [
        {
            "severity": gap.severity, "from": gap.first.isoformat(), "to": gap.last.isoformat(), "weeks": _weeks(gap), "rule": gap.rule,
            "subject": gap.subject, "message": gap.message, "mend": gap.mend, "controls": list(gap.controls),
        }
        for gap in said.gaps
    ]  # fmt: skip
    weeks = [{"week": week.name, "worst": week.worst, "gaps": week.gaps} for week in said.weeks]
    told = {
        "audit": said.audit,
        "as_of": said.as_of.isoformat(),
        "from": said.first.isoformat(),
        "to": said.last.isoformat(),
        "gaps": gaps,
        "weeks": weeks,
        "outside": list(said.outside),
    }
    return json.dumps(told, indent=2, sort_keys=True) + "\n"
