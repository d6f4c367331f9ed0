"""`assay inventory`: list endpoints and what guards them, without judging."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.drawing import inventory_text
from assay.cli.flags import ReadFlags, path_argument, reading
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from assay.model.endpoint import Endpoint
    from assay.model.program import Inventory

HEAD = ("method", "path", "authorization", "guards", "handler", "place", "api")
# OWASP, CSV injection: a spreadsheet runs a cell that begins so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class InventoryFlags(ReadFlags):
    """What `assay inventory` takes besides PATH."""

    format: str


@click.command("inventory", short_help="List endpoints and what guards them")
@path_argument
@click.option(
    "--format", type=click.Choice(["table", "json", "csv", "markdown"]), default="table", help="How to print them."
)
@reading
def command(path: Path, **flags: Unpack[InventoryFlags]) -> None:
    """List the endpoints below PATH and what guards them.

    Exit codes: 0 endpoints were found, 2 usage or configuration error, 3 none.
    """
    from assay.assessment.gate import NOT_ASSESSED, nothing_found
    from assay.cli.reading import inventory_of

    inventory = inventory_of(path, flags)
    say(WRITERS[flags["format"]](inventory))
    if not inventory.endpoints:
        note(f"assay: {nothing_found(inventory)}")
        click.get_current_context().exit(NOT_ASSESSED)


def as_json(inventory: "Inventory") -> str:
    """A JSON list, as `inventory.schema.json` says."""
    from assay.reports.json_report import inventory_json

    return inventory_json(inventory)


def as_csv(inventory: "Inventory") -> str:
    """Comma-separated values with a head; no cell can be run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([_safe(cell) for cell in _row(endpoint)] for endpoint in inventory.endpoints)
    return text.getvalue()


def as_markdown(inventory: "Inventory") -> str:
    """A Markdown table."""
    lines = [
        "| method | path | authorization | guards | handler | place | api |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {' | '.join(_cell(cell) for cell in _row(endpoint))} |" for endpoint in inventory.endpoints]
    return "\n".join(lines) + "\n"


def _row(endpoint: "Endpoint") -> tuple[str, ...]:
    return (
        endpoint.method,
        endpoint.path,
        str(endpoint.authorization),
        _guards(endpoint),
        endpoint.handler,
        str(endpoint.place),
        endpoint.api,
    )


def _guards(endpoint: "Endpoint") -> str:
    return ", ".join(guard.name if guard.is_effective else f"{guard.name} (never decides)" for guard in endpoint.guards)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _cell(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").replace("<", "&lt;").split())


WRITERS: dict[str, Callable[["Inventory"], str]] = {
    "table": inventory_text,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}
