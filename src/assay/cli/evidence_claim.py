"""`assay evidence claim`: say that a finding is fixed; a later scan has to show it."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


@click.command("claim", short_help="Say that a finding is fixed")
@click.argument("what", metavar="FINGERPRINT")
@click.option("--commit", default="", metavar="SHA", help="The commit that fixes it.")
@click.option("--pull-request", default="", metavar="URL", help="The pull request that fixes it.")
@click.option("--note", "text", default="", metavar="TEXT", help="What was done.")
@at_ledger
def command(what: str, commit: str, pull_request: str, text: str, **flags: Unpack[LedgerFlags]) -> None:
    """Record that a finding is fixed, by commit or pull request.

    A claim closes nothing: the next complete scan that judges it again does.
    """
    from assay.assessment.revision import resolved
    from assay.errors import RevisionError, UsageError
    from assay.ledger.recall import only
    from assay.model.decision import FixClaim

    if not (commit or pull_request):
        message = "Nothing says what fixes it. Mend: add --commit SHA or --pull-request URL."
        raise UsageError(message)
    if commit:
        try:
            commit = resolved(flags["path"], commit)
        except RevisionError:
            note(f"assay: git does not know {commit} here; it is recorded as it is written.")
    with writing_to(flags) as session:
        fingerprint = only(recalling(session.ledger), what)
        claim = FixClaim(fingerprint, commit, pull_request, session.actor, text)
        (sealed,) = session.remember([session.fact(fingerprint, claim)])
    note(f"assay: recorded as entry {sealed.sequence}; the next complete scan verifies it")
