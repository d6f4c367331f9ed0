"""`assay policy exercise`: says that a plan was exercised."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note


class ExerciseFlags(LedgerFlags):
    """What `assay policy exercise` takes."""

    on: str
    by: str


@click.command("exercise", short_help="Say that a plan was exercised")
@click.argument("id_", metavar="POLICY")
@click.option("--on", required=True, metavar="DATE", help="The day of the exercise.")
@click.option("--by", default="", metavar="NAME", help="Who led it; you by default.")
@at_ledger
def command(id_: str, **flags: Unpack[ExerciseFlags]) -> None:
    """Record that a plan in force, as incident-response, was exercised."""
    from msgspec.structs import replace

    from assay.assessment.clock import day
    from assay.cli.policy_moving import a_day, in_force
    from assay.errors import UsageError
    from assay.ledger.policy_standing import EXERCISED

    on = a_day("--on", flags["on"])
    if on > day().isoformat():
        message = f"--on {on}: this day is still to come. Mend: record the exercise when it is over."
        raise UsageError(message)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        approved = in_force(session, id_).approved
        assert approved is not None
        move = replace(approved.move, move=EXERCISED, by=flags["by"] or session.actor, effective=on, attachments=())
        (sealed,) = session.remember([session.fact(id_, move)])
    note(f"assay: recorded as entry {sealed.sequence}")
