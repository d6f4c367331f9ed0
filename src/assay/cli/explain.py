"""`assay explain`: the page of a rule, or what guards an endpoint and how that is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.flags import ReadFlags, path_argument, reading
from assay.cli.stdout import is_terminal, say

if TYPE_CHECKING:
    from assay.model.assessment import RuleSheet
    from assay.model.endpoint import Endpoint, Guard
    from assay.model.place import Place


@click.command("explain", short_help="Explain a rule or an endpoint")
@click.argument("what", metavar="RULE|ENDPOINT")
@path_argument
@reading
def command(what: str, path: Path, **flags: Unpack[ReadFlags]) -> None:
    """Print the page of a rule or probe, as AP004, or what guards an endpoint below PATH.

    An endpoint is written with its method, as "DELETE /orders/{id}"; * stands
    for a segment, ** for any number of them.
    """
    from assay.assessment.pattern import endpoint_pattern

    pattern = endpoint_pattern(what)
    if pattern is None:
        say(_page(what))
        return
    from assay.cli.reading import inventory_of
    from assay.errors import UsageError

    endpoints = inventory_of(path, flags).endpoints
    found = [endpoint for endpoint in endpoints if pattern.matches(endpoint.method, endpoint.path)]
    if not found:
        from assay.assessment.table import nearest

        near = nearest(what, [endpoint.name for endpoint in endpoints])
        mend = f"Did you mean {near}?" if near else "List them with assay inventory."
        message = f"{what}: no such endpoint among the {len(endpoints)} that were found. {mend}"
        raise UsageError(message)
    say("\n".join(explained(endpoint) for endpoint in found))


def explained(endpoint: "Endpoint") -> str:
    """An endpoint in words: its class, its guards in order, and the steps behind both."""
    lines = [
        endpoint.name,
        f"  authorization  {endpoint.authorization}",
        f"  handler        {endpoint.handler}  {endpoint.place}",
        f"  api            {endpoint.api} ({endpoint.framework})",
    ]
    lines += [f"  remark         {reason}" for reason in endpoint.reasons]
    lines += ["", "  How its path came together"] if endpoint.steps else []
    lines += [f"    {step.text}{_at(step.place)}" for step in endpoint.steps]
    lines += ["", "  Guards, outermost first"]
    lines += [line for guard in endpoint.guards for line in _guard(guard)] or ["    none was found"]
    return "\n".join(lines) + "\n"


def _guard(guard: "Guard") -> list[str]:
    demand = f"{guard.demand} ({', '.join(guard.values)})" if guard.values else str(guard.demand)
    state = "" if guard.is_effective else f"  NEVER DECIDES: {guard.defeat}"
    return [
        f"    {guard.name}  {guard.kind} at {guard.level} level, demands {demand}{_at(guard.place)}{state}",
        *(f"      {step.text}{_at(step.place)}" for step in guard.steps),
    ]


def _at(place: "Place | None") -> str:
    return f"  [{place}]" if place else ""


def _page(what: str) -> str:
    from assay.assessment.evidence_sheets import evidence_sheets
    from assay.assessment.table import nearest
    from assay.assessment.wiring import probe_sheets, sheets
    from assay.errors import UsageError

    known = (*sheets(), *probe_sheets(), *evidence_sheets())
    word = what.strip().lower()
    found = next((sheet for sheet in known if word in {sheet.id.lower(), sheet.name.lower()}), None)
    if found is None:
        names = [name for sheet in known for name in (sheet.id, sheet.name)]
        near = nearest(what, names)
        mend = f"Did you mean {near}?" if near else 'List the rules with assay rules; write an endpoint as "GET /path".'
        message = f"{what}: no rule has this id or name. {mend}"
        raise UsageError(message)
    return _drawn(found) if is_terminal() else _text(found)


def _text(sheet: "RuleSheet") -> str:
    head = (
        f"# {sheet.id}: {sheet.title}\n\n`{sheet.name}` · severity {sheet.severity} · weakness `{sheet.weakness}`\n\n"
    )
    return head + sheet.page


def _drawn(sheet: "RuleSheet") -> str:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    with console.capture() as capture:
        console.print(Markdown(_text(sheet)))
    return capture.get()
