"""`assay policy acknowledge`: says that somebody read the policies in force."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.ledger.policy_standing import PolicyStanding
    from assay.model.decision import PolicyMove


class AcknowledgeFlags(LedgerFlags):
    """What `assay policy acknowledge` takes."""

    by: tuple[str, ...]


@click.command("acknowledge", short_help="Say that somebody read a policy")
@click.argument("ids", metavar="POLICY...", nargs=-1, required=True)
@click.option("--by", multiple=True, metavar="NAME", help="Who read it; you by default; repeatable.")
@at_ledger
def command(ids: tuple[str, ...], **flags: Unpack[AcknowledgeFlags]) -> None:
    """Record that somebody read the text of a policy that is in force.

    It is bound to the SHA-256 of that text: a new text is read anew.
    """
    from msgspec.structs import replace

    from assay.cli.policy_moving import in_force

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        names = flags["by"] or (session.actor,)
        moves = {id_: _acknowledged(in_force(session, id_)) for id_ in ids}
        sealed = session.remember([session.fact(id_, replace(moves[id_], by=name)) for id_ in moves for name in names])
    note(
        f"assay: recorded as {'entries' if len(sealed) > 1 else 'entry'} {', '.join(str(each.sequence) for each in sealed)}"
    )


def _acknowledged(found: "PolicyStanding") -> "PolicyMove":
    from msgspec.structs import replace

    from assay.ledger.policy_standing import ACKNOWLEDGED

    assert found.approved is not None
    return replace(found.approved.move, move=ACKNOWLEDGED, attachments=())
