"""`assay audit new`: states what is to be audited."""

from typing import Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, recalling, writing_to
from assay.cli.stdout import note


class NewFlags(LedgerFlags):
    """What `assay audit new` takes."""

    name: str
    type: str
    first: str
    last: str
    criteria: tuple[str, ...]
    framework: tuple[str, ...]
    system: tuple[str, ...]
    carve_out: tuple[str, ...]


@click.command("new", short_help="Say what is to be audited, and when")
@click.option("--name", default="", metavar="TEXT", help="What it is called; by default after type and days.")
@click.option(
    "--type",
    type=click.Choice(["1", "2"]),
    required=True,
    help="1: the design on a day; 2: the operation over a window.",
)
@click.option("--from", "first", required=True, metavar="DATE", help="First day; of type 1 the day itself.")
@click.option("--to", "last", default="", metavar="DATE", help="Last day of the window.")
@click.option("--criteria", multiple=True, metavar="NAME", help="Criteria besides security, as availability.")
@click.option("--framework", multiple=True, metavar="NAME", help="Catalogs, as soc2,pci; default soc2.")
@click.option("--system", multiple=True, metavar="SCOPE", help="Scopes of the ledger that are in it; all by default.")
@click.option("--carve-out", multiple=True, metavar="TEXT", help="What others answer for, and who; repeatable.")
@at_ledger
def command(**flags: Unpack[NewFlags]) -> None:
    """State an audit in the ledger: type, days, criteria, systems, carve-outs.

    One that is stated again under the same name takes the place of the former;
    both stay in the ledger.
    """
    from assay.assessment.wiring import catalogs
    from assay.cli.policy_moving import a_day
    from assay.errors import UsageError
    from assay.model.decision import Audit

    first = a_day("--from", flags["first"])
    if flags["type"] == "2" and not flags["last"]:
        message = "--type 2: a window has a last day. Mend: add --to DATE."
        raise UsageError(message)
    last = a_day("--to", flags["last"]) if flags["last"] else first
    frameworks = flags["framework"] or ("soc2",)
    catalogs(frameworks, flags["criteria"])
    name = flags["name"] or (f"type1-{first}" if flags["type"] == "1" else f"type2-{first}-{last}")
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        known = recalling(session.ledger).scopes()
        strange = [scope for scope in flags["system"] if scope not in known]
        if strange:
            message = f"--system {strange[0]}: the ledger remembers {', '.join(known)}. Mend: name one of them."
            raise UsageError(message)
        stated = Audit(
            name,
            flags["type"],
            first,
            last,
            frameworks,
            flags["criteria"],
            flags["system"],
            flags["carve_out"],
            session.actor,
        )
        (sealed,) = session.remember([session.fact(name, stated)])
    note(f"assay: recorded audit {name} as entry {sealed.sequence}")
