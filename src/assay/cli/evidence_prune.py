"""`assay evidence prune`: remove attachments whose time is over; the entries with their digests stay."""

from typing import Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, looking, recalling, writing_to
from assay.cli.stdout import note, say


@click.command("prune", short_help="Remove attachments whose time is over")
@click.option("--remove", is_flag=True, help="Remove them; without it they are only listed.")
@at_ledger
def command(*, remove: bool, **flags: Unpack[LedgerFlags]) -> None:
    """List the attachments whose time is over, or remove them.

    Each removal is an entry. Entries, digests, names and sizes stay, texts of
    policies and timestamps too, and nothing goes while a hold stands.
    """
    from assay.assessment.keeping import kept_months
    from assay.assessment.settings import found
    from assay.ledger.retention import expired, pruned

    months, rule = kept_months(found(flags["path"], flags["config"]), flags["path"].name)
    if remove:
        with writing_to(flags) as session:
            recall = recalling(session.ledger)
            count = pruned(session, recall, expired(recall, months), f"kept {months} months: {rule}")
        note(f"assay: {count} attachments removed; their entries stay")
        return
    with looking(flags) as ledger:
        over = expired(recalling(ledger), months)
    rows = [
        (
            str(each.sequence),
            f"{each.recorded}",
            each.attachment.name,
            str(each.attachment.size),
            each.attachment.digest[:16],
        )
        for each in over
    ]
    say(columns(("ENTRY", "RECORDED", "ATTACHMENT", "BYTES", "SHA-256"), rows) if rows else "Nothing is over.\n")
    note(f"assay: {len(rows)} attachments are older than {months} months; nothing was removed. Add --remove to do it.")
