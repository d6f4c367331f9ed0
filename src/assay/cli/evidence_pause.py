"""`assay evidence pause`: let the clock of a finding stand still until a day, with a second person."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


class PauseFlags(LedgerFlags):
    """What `assay evidence pause` takes besides the finding."""

    reason: str
    approver: str
    requester: str
    until: str


@click.command("pause", short_help="Let the clock of a finding stand still")
@click.argument("what", metavar="FINGERPRINT")
@click.option("--reason", required=True, metavar="TEXT", help="Why it cannot be fixed meanwhile.")
@click.option("--approver", required=True, metavar="NAME", help="Who approves it; not who asks for it.")
@click.option("--requester", default="", metavar="NAME", help="Who asks for it; you by default.")
@click.option("--until", required=True, metavar="DATE", help="From which day on the clock runs again.")
@at_ledger
def command(what: str, **flags: Unpack[PauseFlags]) -> None:
    """Record that the time to fix a finding stands still until a day.

    The due date moves by the days that pass. What is overdue already stays
    so, and a pause never begins before it is recorded.
    """
    from assay.assessment.clock import now
    from assay.errors import UsageError
    from assay.ledger.recall import only
    from assay.model.decision import Pause

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        recall = recalling(session.ledger)
        fingerprint = only(recall, what)
        asked = flags["requester"] or session.actor
        pause = Pause(fingerprint, asked, flags["approver"], flags["reason"], flags["until"])
        if pause.until <= now().date().isoformat():
            message = f"--until {pause.until}: this day is past. Mend: name a later one."
            raise UsageError(message)
        if not recall.states(fingerprint)[0].is_open:
            message = f"{fingerprint}: it is not open; no clock runs."
            raise UsageError(message)
        (sealed,) = session.remember([session.fact(fingerprint, pause)])
    note(f"assay: recorded as entry {sealed.sequence}; its clock stands still until {pause.until}")
