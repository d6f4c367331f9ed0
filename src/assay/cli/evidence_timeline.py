"""`assay evidence timeline`: the dated chain of a finding, from detection to its verified fix."""

import json
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns, cut
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking, recalling
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.ledger.history import State
    from assay.ledger.recall import Recall
    from assay.ledger.timeline import Row


@click.command("timeline", short_help="Show the dated chain of a finding")
@click.argument("what", metavar="FINGERPRINT|ENDPOINT")
@in_form
@at_ledger
def command(what: str, form: str, **flags: Unpack[LedgerFlags]) -> None:
    """Print what was recorded of a finding, with dates and commits.

    WHAT is a fingerprint, its beginning, or an endpoint with its method, as
    "DELETE /orders/{id}", for all findings that it ever had.
    """
    from assay.errors import UsageError

    with looking(flags) as ledger:
        recall = recalling(ledger)
        found = recall.find(what)
        if not found:
            message = f"{what}: the ledger knows no such finding. Mend: assay evidence log --type finding lists them."
            raise UsageError(message)
        if form == "json":
            say(json.dumps([_plain(recall, each) for each in found], indent=2, sort_keys=True) + "\n")
            return
        say("\n".join(_text(recall, each) for each in found))


def _text(recall: "Recall", fingerprint: str) -> str:
    from assay.ledger.timeline import timeline

    states = recall.states(fingerprint)
    head = [f"{states[0].last.endpoint}  {states[0].last.weakness}  {states[0].last.severity}  {fingerprint}"]
    head += [_stands(state) for state in states]
    rows = [
        (f"{row.at:%Y-%m-%d %H:%M:%S}", str(row.sequence), row.state, row.commit[:12], cut(row.actor), row.text)
        for row in timeline(recall, fingerprint)
    ]
    return "\n".join(head) + "\n\n" + columns(("WHEN (UTC)", "ENTRY", "STATE", "COMMIT", "BY", "WHAT"), rows)


def _stands(state: "State") -> str:
    due = f", due {state.due:%Y-%m-%d}" if state.due and state.is_open else ""
    due += f", its clock stands still until {state.paused:%Y-%m-%d}" if state.paused and state.is_open else ""
    due += f", {owner} answers for it" if (owner := _owner(state)[0]) else ""
    why = f": {state.why}" if state.why else ""
    return f"  {state.name} since {state.since.at:%Y-%m-%d} in {state.scope}{due}{why}"


def _owner(state: "State") -> tuple[str, str]:
    """Who answers for it, and the ticket; blank while nobody was named."""
    from assay.model.decision import Assignment

    fact = state.assignment.fact if state.assignment else None
    return (fact.owner, fact.ticket) if isinstance(fact, Assignment) else ("", "")


def _plain(recall: "Recall", fingerprint: str) -> dict[str, object]:
    from assay.ledger.timeline import timeline

    states = [
        {
            "scope": state.scope,
            "state": state.name,
            "since": state.since.at.isoformat(),
            "due": state.due.isoformat() if state.due else "",
            "paused": state.paused.isoformat() if state.paused else "",
            "why": state.why,
            "owner": _owner(state)[0],
            "ticket": _owner(state)[1],
        }
        for state in recall.states(fingerprint)
    ]
    return {
        "fingerprint": fingerprint,
        "states": states,
        "entries": [_row(row) for row in timeline(recall, fingerprint)],
    }


def _row(row: "Row") -> dict[str, object]:
    return {
        "sequence": row.sequence,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "state": row.state,
        "text": row.text,
        "commit": row.commit,
        "run": row.run,
        "scope": row.scope,
    }
