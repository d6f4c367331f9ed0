"""`assay audit show`: the audits that were stated."""

import json
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, in_form, looking
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.model.decision import Audit


@click.command("show", short_help="Show the audits that were stated")
@click.argument("name", metavar="[NAME]", default="")
@in_form
@at_ledger
def command(name: str, form: str, **flags: Unpack[LedgerFlags]) -> None:
    """Show all audits that were stated, or one of them."""
    from msgspec import to_builtins

    from assay.assessment.clock import now
    from assay.cli.audit_stated import audits, only_audit
    from assay.ledger.boundary import boundaries

    with looking(flags) as ledger:
        known = [only_audit(ledger, name)] if name else list(audits(ledger).values())
        marks = {each.id: boundaries(ledger, each.id, now()) for each in known}
    if form == "json":
        told = [{**to_builtins(each), "boundary": [to_builtins(mark) for _, mark in marks[each.id]]} for each in known]
        say(json.dumps(told, indent=2, sort_keys=True) + "\n")
        return
    head = ("AUDIT", "TYPE", "FROM", "TO", "CATALOGS", "CRITERIA", "SYSTEMS AND CARVE-OUTS")
    say(columns(head, [_row(each) for each in known]) if known else "No audit was stated.\n")
    rows = [
        (mark.audit, f"{mark.catalog} {mark.control}", mark.words, mark.by, str(sequence))
        for each in known
        for sequence, mark in marks[each.id]
    ]
    if rows:
        say("\n" + columns(("AUDIT", "CONTROL", "BOUNDARY", "BY", "ENTRY"), rows))


def _row(audit: "Audit") -> tuple[str, ...]:
    out = f"; not: {', '.join(audit.carve_outs)}" if audit.carve_outs else ""
    systems = f"{', '.join(audit.systems) or 'all'}{out}"
    return (
        audit.id,
        audit.type,
        audit.first,
        audit.last,
        ", ".join(audit.catalogs),
        ", ".join(("security", *audit.criteria)),
        systems,
    )
