"""`assay policy review`: says that a policy was looked at and stays as it is."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note


class ReviewFlags(LedgerFlags):
    """What `assay policy review` takes."""

    by: str


@click.command("review", short_help="Say that a policy was reviewed and stays")
@click.argument("id_", metavar="POLICY")
@click.option("--by", default="", metavar="NAME", help="Who reviewed it; you by default.")
@at_ledger
def command(id_: str, **flags: Unpack[ReviewFlags]) -> None:
    """Record that the text in force was reviewed and does not change.

    The next review is due one interval later, and the people who have to know
    it are taken down anew. A text that changes is approved anew instead.
    """
    from msgspec.structs import replace

    from assay.assessment.clock import day
    from assay.cli.policy_moving import audience, in_force, months, settings_and_document
    from assay.errors import UsageError
    from assay.ledger.policy_standing import REVIEWED, months_after

    settings, made = settings_and_document(id_, flags)
    review = months_after(day(), months(settings, flags["path"].name)).isoformat()
    parts, blobs = audience(settings)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        approved = in_force(session, id_).approved
        assert approved is not None
        if approved.move.content != made.digest:
            message = f"{id_}: it reads differently today than what was approved. Mend: assay policy approve {id_}."
            raise UsageError(message)
        move = replace(approved.move, move=REVIEWED, by=flags["by"] or session.actor, review=review, attachments=parts)
        (sealed,) = session.remember([session.fact(id_, move, *blobs)])
    note(f"assay: recorded as entry {sealed.sequence}; next review on {review}")
