"""`assay evidence resume`: let the clock of a finding run again before its pause ends."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


@click.command("resume", short_help="Let the clock of a finding run again")
@click.argument("what", metavar="FINGERPRINT")
@click.option("--reason", required=True, metavar="TEXT", help="Why it can be fixed now.")
@at_ledger
def command(what: str, reason: str, **flags: Unpack[LedgerFlags]) -> None:
    """Record that the time to fix a finding runs again."""
    from assay.errors import UsageError
    from assay.ledger.recall import only
    from assay.model.decision import Resumption

    with writing_to(flags) as session:
        recall = recalling(session.ledger)
        fingerprint = only(recall, what)
        if not any(state.paused for state in recall.states(fingerprint)):
            message = f"{fingerprint}: its clock runs already."
            raise UsageError(message)
        (sealed,) = session.remember([session.fact(fingerprint, Resumption(fingerprint, session.actor, reason))])
    note(f"assay: recorded as entry {sealed.sequence}; its clock runs again")
