"""`assay evidence confirm`: say that a finding is real; from then on its time to be fixed runs."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


@click.command("confirm", short_help="Say that a finding is real")
@click.argument("what", metavar="FINGERPRINT")
@click.option("--reason", required=True, metavar="TEXT", help="How you know.")
@at_ledger
def command(what: str, reason: str, **flags: Unpack[LedgerFlags]) -> None:
    """Record that a person looked at a finding and that it is real.

    The time to fix a suspicion runs from here; of what was seen in the code
    it runs from detection.
    """
    from assay.ledger.recall import only
    from assay.model.decision import Confirmation

    with writing_to(flags) as session:
        fingerprint = only(recalling(session.ledger), what)
        fact = Confirmation(fingerprint, session.actor, reason)
        (sealed,) = session.remember([session.fact(fingerprint, fact)])
    note(f"assay: recorded as entry {sealed.sequence}")
