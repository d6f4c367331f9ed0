"""`assay evidence assign`: name who answers for a finding, and where it is worked on."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


@click.command("assign", short_help="Name who answers for a finding")
@click.argument("what", metavar="FINGERPRINT")
@click.option("--owner", required=True, metavar="NAME", help="Who has it fixed.")
@click.option("--ticket", default="", metavar="URL", help="Where it is worked on.")
@at_ledger
def command(what: str, owner: str, ticket: str, **flags: Unpack[LedgerFlags]) -> None:
    """Record who answers for a finding, with the ticket.

    Assigning it again replaces owner and ticket; both stay in its timeline. No
    state and no due date changes by it.
    """
    from assay.errors import UsageError
    from assay.ledger.history import CLOSED
    from assay.ledger.recall import only
    from assay.model.decision import Assignment

    with writing_to(flags) as session:
        recall = recalling(session.ledger)
        fingerprint = only(recall, what)
        if all(state.name in CLOSED for state in recall.states(fingerprint)):
            message = f"{fingerprint}: it is closed; nobody has to fix it. Mend: assign one that is open."
            raise UsageError(message)
        assignment = Assignment(fingerprint, owner, ticket, session.actor)
        (sealed,) = session.remember([session.fact(fingerprint, assignment)])
    note(f"assay: recorded as entry {sealed.sequence}; {owner} answers for it")
