"""`assay evidence prune`: remove attachments whose time is over; the entries with their digests stay."""

from typing import Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, looking, recalling, writing_to
from assay.cli.stdout import note, say
from assay.reports.outline.text import counted


@click.command("prune", short_help="Remove attachments whose time is over")
@click.option("--remove", is_flag=True, help="Remove them; without it they are only listed.")
@at_ledger
def command(*, remove: bool, **flags: Unpack[LedgerFlags]) -> None:
    """List the attachments whose time is over, or remove them.

    Each removal is an entry. Entries, digests, names and sizes stay, texts of
    policies and timestamps too, and nothing goes that a hold keeps.
    """
    from assay.assessment.keeping import kept_months
    from assay.assessment.settings import found
    from assay.ledger.retention import expired, pruned

    months, rule = kept_months(found(flags["path"], flags["config"]), flags["path"].name)
    if remove:
        with writing_to(flags) as session:
            recall = recalling(session.ledger)
            over = expired(recall, months)
            count = pruned(session, recall, over, f"kept {months} months: {rule}")
        held = f"; {len(over) - count} are kept by a hold" if len(over) > count else ""
        note(f"assay: {counted(count, 'attachment')} removed; their entries stay{held}")
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
            each.hold,
        )
        for each in over
    ]
    say(
        columns(("ENTRY", "RECORDED", "ATTACHMENT", "BYTES", "SHA-256", "HELD BY"), rows)
        if rows
        else "Nothing is over.\n"
    )
    note(f"assay: {counted(len(rows), 'attachment')} over {months} months; nothing was removed. Add --remove to do it.")
