"""`assay policy withdraw`: takes a policy out of force."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note


class WithdrawFlags(LedgerFlags):
    """What `assay policy withdraw` takes."""

    by: str


@click.command("withdraw", short_help="Take a policy out of force")
@click.argument("id_", metavar="POLICY")
@click.option("--by", default="", metavar="NAME", help="Who decided it; you by default.")
@at_ledger
def command(id_: str, **flags: Unpack[WithdrawFlags]) -> None:
    """Record that the policy in force no longer holds.

    All that was recorded of it stays.
    """
    from msgspec.structs import replace

    from assay.cli.policy_moving import in_force
    from assay.ledger.policy_standing import WITHDRAWN

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        approved = in_force(session, id_).approved
        assert approved is not None
        move = replace(approved.move, move=WITHDRAWN, by=flags["by"] or session.actor, attachments=())
        (sealed,) = session.remember([session.fact(id_, move)])
    note(f"assay: recorded as entry {sealed.sequence}")
