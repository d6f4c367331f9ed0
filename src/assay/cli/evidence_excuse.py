"""`assay evidence excuse`: say that no scan was to be expected for some days, as in a freeze."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


class ExcuseFlags(LedgerFlags):
    """What `assay evidence excuse` takes."""

    first: str
    last: str
    reason: str
    approver: str
    scope: str


@click.command("excuse", short_help="Say that no scan was to be expected")
@click.option("--first", required=True, metavar="DATE", help="The first day.")
@click.option("--last", required=True, metavar="DATE", help="The last day; only whole slots are excused.")
@click.option("--reason", required=True, metavar="TEXT", help="Why no scan could come.")
@click.option("--approver", required=True, metavar="NAME", help="Who approves it; not you.")
@click.option("--scope", default="", metavar="NAME", help="Which project, where the ledger remembers several.")
@at_ledger
def command(**flags: Unpack[ExcuseFlags]) -> None:
    """Record that no scan was to be expected from one day to another.

    The slots in between count as excused instead of missed, and stay visible.
    """
    from assay.errors import UsageError
    from assay.model.decision import Excuse

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        scopes = recalling(session.ledger).scopes()
        scope = flags["scope"] or (scopes[0] if len(scopes) == 1 else "")
        if scope not in scopes:
            message = f"--scope {scope}: the ledger remembers {', '.join(scopes)}. Mend: name one of them."
            raise UsageError(message)
        fact = Excuse(scope, flags["first"], flags["last"], flags["reason"], session.actor, flags["approver"])
        if flags["last"] < flags["first"]:
            message = f"--last {flags['last']}: this is before {flags['first']}. Mend: turn --first and --last round."
            raise UsageError(message)
        (sealed,) = session.remember([session.fact(scope, fact)])
    note(f"assay: recorded as entry {sealed.sequence}")
