"""`assay evidence rotate`: a new signing key, handed over by the old one."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, places_of, writing_to
from assay.cli.stdout import note


@click.command("rotate", short_help="Hand over to a new signing key")
@click.option(
    "--revoke", default="", metavar="REASON", help="Say that the old key must not count from now on, and why."
)
@at_ledger
def command(revoke: str, **flags: Unpack[LedgerFlags]) -> None:
    """Make a new signing key, and record that the old one hands over to it.

    Both keys sign the hand-over. Heads that the old key signed stay valid. The
    old key file is kept beside the new one, under its fingerprint.
    """
    from assay.ledger.handover import handed_over

    with writing_to(flags) as session:
        key = handed_over(session, places_of(flags), revoke)
    note(f"assay: the new key signs from now on. Keep its fingerprint elsewhere: {key.fingerprint}")
