"""`assay policy list`: the policies, and the values that they still need."""

from typing import Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger
from assay.cli.stdout import say


@click.command("list", short_help="List policies, their values and what is missing")
@at_ledger
def command(**flags: Unpack[LedgerFlags]) -> None:
    """List the policies with the values that nobody stated yet.

    State them under [policy] in assay.toml, as company-name = "Shop Ltd".
    """
    from assay.assessment.policies import document, required
    from assay.assessment.settings import found

    settings = found(flags["path"], flags["config"])
    rows = []
    for outline in required(settings):
        missing = document(outline.id, settings, flags["path"].name).policy.missing
        text = f"missing: {', '.join(name.replace('_', '-') for name in missing)}" if missing else "complete"
        rows.append((outline.id, outline.title, text))
    say(columns(("POLICY", "TITLE", "VALUES"), rows))
