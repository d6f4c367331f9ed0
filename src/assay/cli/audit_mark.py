"""`assay audit mark`: says of a control whether it is in scope of an audit, carved out, or for user entities to do."""

from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.ledger_flags import LedgerFlags, at_ledger, writing_to
from assay.cli.stdout import note

if TYPE_CHECKING:
    from assay.model.decision import Audit


class MarkFlags(LedgerFlags):
    """What `assay audit mark` takes besides audit and control."""

    carved_out: str
    user_entity: bool
    in_scope: bool
    reason: str
    framework: str


@click.command("mark", short_help="Say who answers for a control")
@click.argument("name", metavar="AUDIT")
@click.argument("control", metavar="CONTROL")
@click.option("--carved-out", default="", metavar="TO", help="A subservice organization answers for it: this one.")
@click.option("--user-entity", is_flag=True, help="Those who use the service have to do it.")
@click.option("--in-scope", is_flag=True, help="It is in scope after all.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, as an auditor is to read it.")
@click.option("--framework", default="", metavar="NAME", help="Its catalog, where several have a control of that name.")
@at_ledger
def command(name: str, control: str, **flags: Unpack[MarkFlags]) -> None:
    """Record on which side of the boundary of an audit a control lies.

    Every control is in scope until it is marked. One that others answer for is
    shown as outside, with the reason, and never counts as a pass.
    """
    from assay.cli.audit_stated import only_audit
    from assay.model.decision import Boundary

    position = _position(flags)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        audit = only_audit(session.ledger, name)
        catalog, id_ = _control(audit, control, flags["framework"])
        mark = Boundary(audit.id, catalog, id_, position, flags["carved_out"], flags["reason"], session.actor)
        (sealed,) = session.remember([session.fact(audit.id, mark)])
    note(f"assay: recorded as entry {sealed.sequence}; {catalog} {id_} is {mark.words}")


def _position(flags: MarkFlags) -> str:
    from assay.errors import UsageError

    asked = {
        "carved-out": bool(flags["carved_out"]),
        "user-entity": flags["user_entity"],
        "in-scope": flags["in_scope"],
    }
    chosen = [position for position, is_chosen in asked.items() if is_chosen]
    if len(chosen) != 1:
        message = "A control lies on one side. Mend: one of --carved-out TO, --user-entity and --in-scope."
        raise UsageError(message)
    return chosen[0]


def _control(audit: "Audit", word: str, framework: str) -> tuple[str, str]:
    """The catalog and the id of the one control that a word means, of those that the audit is held against."""
    from assay.assessment.wiring import catalogs
    from assay.errors import UsageError

    chosen = catalogs(audit.catalogs, audit.criteria)
    named = {each.id for each in catalogs((framework,), audit.criteria)} if framework else {each.id for each in chosen}
    found = [
        (catalog.id, control.id)
        for catalog in chosen
        for control in catalog.controls
        if catalog.id in named and control.id.casefold() == word.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(catalog for catalog, _ in found)
        message = f"{word}: {listed} have such a control. Mend: add --framework NAME."
        raise UsageError(message)
    listed = ", ".join(each.id for each in chosen if each.id in named) or f"{framework}, which is not in it"
    message = f"{word}: audit {audit.id} has no such control in {listed}. Mend: assay controls lists them."
    raise UsageError(message)
