"""`assay evidence retain`: how long evidence is kept, and the holds that keep it longer."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, looking, recalling, writing_to
from assay.cli.stdout import note, say
from assay.reports.outline.text import counted

if TYPE_CHECKING:
    from assay.ledger.recall import Recall


class RetainFlags(LedgerFlags):
    """What `assay evidence retain` takes."""

    hold: str
    release: str
    scope: str
    reason: str
    approver: str


@click.command("retain", short_help="Show how long evidence is kept; place holds")
@click.option("--hold", default="", metavar="ID", help="Place a hold: nothing is removed while it stands.")
@click.option("--release", default="", metavar="ID", help="Release a hold.")
@click.option("--scope", default="", metavar="NAME", help="Hold one project or system only, not everything.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is placed or released.")
@click.option("--approver", default="", metavar="NAME", help="Who else releases it; not you.")
@at_ledger
def command(**flags: Unpack[RetainFlags]) -> None:
    """Show retention and holds, or place or release a hold.

    Evidence is kept for the longest of what the catalogs, the policies and
    the stated audits ask for.
    """
    from assay.errors import UsageError
    from assay.ledger.retention import holds
    from assay.model.decision import Hold

    id_ = flags["hold"] or flags["release"]
    if flags["scope"] and not flags["hold"]:
        message = "--scope says what a hold is about. Mend: add --hold ID."
        raise UsageError(message)
    if not id_:
        _show(flags)
        return
    if flags["hold"] and flags["release"]:
        message = "--hold and --release name two moves. Mend: one at a time."
        raise UsageError(message)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        recall = recalling(session.ledger)
        standing = {each.id: each for each in holds(recall)}
        if (id_ in standing) == bool(flags["hold"]):
            message = f"{id_}: this hold {'stands already' if flags['hold'] else 'does not stand'}."
            raise UsageError(message)
        scope = _known(recall, flags["scope"]) if flags["hold"] else standing[id_].scope
        move = "placed" if flags["hold"] else "released"
        hold = Hold(id_, move, flags["reason"], session.actor, flags["approver"], scope)
        (sealed,) = session.remember([session.fact(id_, hold)])
    note(f"assay: recorded as entry {sealed.sequence}; the hold {id_} is {move}")


def _known(recall: "Recall", scope: str) -> str:
    """The scope, which the ledger has to know: a slip of the pen would hold nothing."""
    from assay.errors import UsageError
    from assay.ledger.access import systems

    known = (*recall.scopes(), *(each.system for each in systems(recall)))
    if scope and scope not in known:
        message = f"--scope {scope}: the ledger remembers {', '.join(known)}. Mend: name one of them."
        raise UsageError(message)
    return scope


def _show(flags: RetainFlags) -> None:
    from assay.assessment.keeping import kept_months
    from assay.assessment.settings import found
    from assay.ledger.retention import expired, holds

    months, rule = kept_months(found(flags["path"], flags["config"]), flags["path"].name)
    with looking({"path": flags["path"], "config": flags["config"]}) as ledger:
        recall = recalling(ledger)
        standing, over = holds(recall), expired(recall, months)
    say(f"kept      {months} months: {rule}; evidence of an audit at least 12 months after its window\n")
    say(
        f"over      {counted(len(over), 'attachment')}, {counted(sum(each.attachment.size for each in over), 'byte')}\n"
    )
    rows = [f"hold      {each.id}, {each.scope or 'everything'}: {each.reason} ({each.by})\n" for each in standing]
    say("".join(rows) or "hold      none\n")
