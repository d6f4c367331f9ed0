"""`assay accept`: an exception, an accepted risk or a false positive, with a second person and an end."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.ledger.history import State
    from assay.model.decision import Acceptance


class AcceptFlags(LedgerFlags):
    """What `assay accept` takes besides the finding."""

    kind: str
    reason: str
    measure: str
    approver: str
    requester: str
    expires: str


@click.command("accept", short_help="Accept a finding until a day")
@click.argument("what", metavar="FINGERPRINT")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["risk", "exception", "false-positive"]),
    default="risk",
    help="What it is accepted as.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted.")
@click.option("--measure", required=True, metavar="TEXT", help="What lowers the risk meanwhile; why none is needed.")
@click.option("--approver", required=True, metavar="NAME", help="Who approves it; not who asks for it.")
@click.option("--requester", default="", metavar="NAME", help="Who asks for it; you by default.")
@click.option("--expires", required=True, metavar="DATE", help="From which day on it no longer holds.")
@at_ledger
def command(what: str, **flags: Unpack[AcceptFlags]) -> None:
    """Record that a finding is accepted until a day.

    It ends by itself on that day, when the finding gets worse, and when it
    was fixed and comes back. Nobody approves what they asked for.
    """
    from assay.ledger.recall import only

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        recall = recalling(session.ledger)
        fingerprint = only(recall, what)
        accepted = _acceptance(recall.states(fingerprint)[0], session.actor, flags)
        (sealed,) = session.remember([session.fact(fingerprint, accepted)])
    note(f"assay: recorded as entry {sealed.sequence}; it holds until {accepted.expires}")


def _acceptance(state: "State", actor: str, flags: AcceptFlags) -> "Acceptance":
    """What is recorded. Raises `UsageError` if there is nothing to accept, or no time in which it holds."""
    from datetime import date

    from assay.assessment.clock import now
    from assay.errors import UsageError
    from assay.model.decision import Acceptance

    if state.closed:
        message = f"{state.fingerprint}: it is {state.name}; there is nothing to accept."
        raise UsageError(message)
    accepted = Acceptance(
        fingerprint=state.fingerprint,
        kind=flags["kind"],
        requester=flags["requester"] or actor,
        approver=flags["approver"],
        reason=flags["reason"],
        measure=flags["measure"],
        severity=state.last.severity,
        expires=flags["expires"],
    )
    if date.fromisoformat(accepted.expires) <= now().date():
        message = f"--expires {accepted.expires}: this day is past. Mend: name a later one."
        raise UsageError(message)
    return accepted
