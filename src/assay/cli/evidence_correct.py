"""`assay evidence correct`: say what an earlier entry should have said; that entry stays as it is."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.ledger.sqlite import Ledger


@click.command("correct", short_help="Say what an entry should have said")
@click.argument("sequence", metavar="ENTRY", type=click.IntRange(1))
@click.option("--reason", required=True, metavar="TEXT", help="Why it is wrong, and what is right.")
@click.option("--field", default="", metavar="NAME", help="The field that is wrong, as log --format json shows it.")
@click.option("--replacement", default="", metavar="TEXT", help="What should stand in that field.")
@at_ledger
def command(sequence: int, reason: str, field: str, replacement: str, **flags: Unpack[LedgerFlags]) -> None:
    """Record a correction as a new entry that points back.

    Nothing is edited, and no state changes by it: a finding is closed by a
    later scan, and a decision is replaced by another decision.
    """
    from assay.model.decision import Correction

    with writing_to(flags) as session:
        _fits(session.ledger, sequence, field)
        said = Correction(sequence, reason, session.actor, field, replacement)
        (sealed,) = session.remember([session.fact(f"entry {sequence}", said)])
    note(f"assay: recorded as entry {sealed.sequence}; entry {sequence} stays as it is")


def _fits(ledger: "Ledger", sequence: int, field: str) -> None:
    """Raises `UsageError` for an entry or a field that is not there."""
    from assay.errors import UsageError

    found = ledger.entry(sequence)
    if found is None:
        message = f"{sequence}: the ledger has no such entry. Mend: assay evidence log lists them."
        raise UsageError(message)
    body = ledger.body(found.entry.payload)
    known = sorted(body.keys() - {"schema"}) if isinstance(body, dict) else []
    if field and field not in known:
        message = f"--field {field}: entry {sequence} has {', '.join(known)}. Mend: name one of them."
        raise UsageError(message)
