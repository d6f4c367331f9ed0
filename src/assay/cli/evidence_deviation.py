"""`assay evidence deviation`: record that a control did not operate, and what management says of it."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note


class DeviationFlags(LedgerFlags):
    """What `assay evidence deviation` takes besides its id."""

    control: str
    cause: str
    extent: str
    impact: str
    correction: str
    retest: str
    response: str


@click.command("deviation", short_help="Record a deviation, or the response to one")
@click.argument("id_", metavar="ID")
@click.option("--control", default="", metavar="ID", help="The control that did not operate.")
@click.option("--cause", default="", metavar="TEXT", help="Why it did not.")
@click.option("--extent", default="", metavar="TEXT", help="What a look back over the window showed.")
@click.option("--impact", default="", metavar="TEXT", help="What it led to.")
@click.option("--correction", default="", metavar="TEXT", help="What was done.")
@click.option("--retest", default="", metavar="RUN", help="Id of the run that shows the correction.")
@click.option("--response", default="", metavar="TEXT", help="What management says of it, with your name and the date.")
@at_ledger
def command(id_: str, **flags: Unpack[DeviationFlags]) -> None:
    """Record a deviation under an id, the response to one, or both.

    Without --control, only --response is recorded, to a deviation that is there.
    """
    from assay.errors import UsageError
    from assay.model.decision import Deviation, Response

    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        facts: list[object] = []
        if flags["control"]:
            parts = (flags["control"], flags["cause"], flags["extent"], flags["impact"], flags["correction"])
            facts.append(Deviation(id_, *parts, flags["retest"]))
        elif session.ledger.newest(id_, "deviation", 0) is None:
            message = f"{id_}: there is no such deviation. Mend: name what did not operate with --control."
            raise UsageError(message)
        if flags["response"]:
            facts.append(Response(id_, session.actor, flags["response"]))
        if not facts:
            message = f"{id_}: nothing is said of it. Mend: add --response TEXT."
            raise UsageError(message)
        sealed = session.remember([session.fact(id_, fact) for fact in facts])
    note(
        f"assay: recorded as {'entries' if len(sealed) > 1 else 'entry'} {', '.join(str(each.sequence) for each in sealed)}"
    )
