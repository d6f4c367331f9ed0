"""`assay policy approve`: binds an approval to the text as it reads today."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.assessment.policies import Document


class ApproveFlags(LedgerFlags):
    """What `assay policy approve` takes."""

    approver: str
    author: str


@click.command("approve", short_help="Approve the text as it reads today")
@click.argument("id_", metavar="POLICY")
@click.option("--approver", default="", metavar="NAME", help="Who approves it; you by default. Never its author.")
@click.option("--author", default="", metavar="NAME", help="Who wrote it; by default author under [policy].")
@at_ledger
def command(id_: str, **flags: Unpack[ApproveFlags]) -> None:
    """Record that a policy was approved, bound to the SHA-256 of its text.

    The text itself and the people who have to know it are kept with it. It is
    in force from its effective-date on, and never before it was approved.
    """
    from datetime import date

    from assay.assessment.clock import day
    from assay.cli.policy_moving import a_day, attachment, audience, months, settings_and_document
    from assay.ledger.policy_standing import APPROVED, months_after, moves
    from assay.model.decision import PolicyMove

    settings, made = settings_and_document(id_, flags)
    _refuse_draft(made)
    effective = a_day("policy.effective-date", dict(made.policy.facts)["Effective date"])
    review = months_after(max(date.fromisoformat(effective), day()), months(settings, flags["path"].name))
    raw = made.text.encode()
    parts, blobs = audience(settings)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        known = [each for each in moves(recalling(session.ledger), id_) if each.move.move == APPROVED]
        move = PolicyMove(
            id=id_,
            version=str(len(known) + 1),
            move=APPROVED,
            content=made.digest,
            author=flags["author"] or settings.policy.author,
            by=flags["approver"] or session.actor,
            effective=effective,
            review=review.isoformat(),
            attachments=(attachment("text", "text/markdown", raw), *parts),
        )
        (sealed,) = session.remember([session.fact(id_, move, raw, *blobs)])
    note(
        f"assay: recorded as entry {sealed.sequence}: version {move.version}, SHA-256 {made.digest}, next review on {move.review}"
    )


def _refuse_draft(made: "Document") -> None:
    from assay.errors import UsageError

    if made.policy.missing:
        names = ", ".join(name.replace("_", "-") for name in made.policy.missing)
        message = (
            f"{made.policy.id}: it is a draft; nobody stated {names}. Mend: state them under [policy] in assay.toml."
        )
        raise UsageError(message)
