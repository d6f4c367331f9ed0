"""`assay evidence sample`: freeze a population and draw a sample that anybody can draw again."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from assay.cli.columns import columns
from assay.cli.ledger_flags import LedgerFlags, at_ledger, window, writing_to
from assay.cli.stdout import note, say

if TYPE_CHECKING:
    from assay.ledger.canonical import Json
    from assay.ledger.sampling import Population, Query
    from assay.ledger.session import Session


class SampleFlags(LedgerFlags):
    """What `assay evidence sample` takes."""

    week: str
    control: str
    type_: str
    seed: str
    size: int
    output: Path | None
    form: str


@click.command("sample", short_help="Draw a sample that anybody can draw again")
@click.option("--week", required=True, metavar="WEEK", help="The ISO week, as 2026-W23, in UTC.")
@click.option("--control", default="", metavar="ID", help="Entries that touch a control, as CC7.1 or soc2:CC7.1.")
@click.option("--type", "type_", default="", metavar="TYPE", help="Entries of one type only: run, finding, ...")
@click.option("--seed", default="1", metavar="TEXT", help="Chooses the rows; the auditor names it. Default 1.")
@click.option("--size", type=click.IntRange(1), default=25, metavar="N", help="Rows to draw. Default 25.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write population and IPE sheet."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@at_ledger
def command(**flags: Unpack[SampleFlags]) -> None:
    """Draw a reproducible sample from all entries of a week.

    The population is frozen with its digest, the selection is recorded. The
    same ledger, week, control and seed give the same rows.
    """
    from assay.ledger.sampling import drawn, population, remembered, selected_rows, sheet

    query = _query(flags)
    with writing_to({"path": flags["path"], "config": flags["config"]}) as session:
        found = population(session.ledger, query)
        selected = drawn(found, flags["seed"], flags["size"])
        ipe = sheet(found, flags["seed"], selected, _about(session, flags))
        sample, blobs = remembered(found, flags["seed"], selected, ipe)
        (sealed,) = session.remember([session.fact(found.digest, sample, *blobs)])
    if flags["output"]:
        _write(flags["output"], found, ipe)
    if flags["form"] == "json":
        say(json.dumps(ipe, indent=2, sort_keys=True) + "\n")
    else:
        rows = [
            (row[0], row[1], row[2][:19].replace("T", " "), row[3], row[7]) for row in selected_rows(found, selected)
        ]
        say(columns(("ROW", "ENTRY", "RECORDED (UTC)", "TYPE", "WHAT"), rows))
    note(
        f"assay: {len(selected)} of {len(found.rows)} rows, population {found.digest}; recorded as entry {sealed.sequence}"
    )


def _query(flags: SampleFlags) -> "Query":
    from assay.ledger.sampling import Query

    start, end = window(flags["week"])
    weaknesses = _weaknesses(flags["control"]) if flags["control"] else frozenset()
    return Query(start, end, flags["control"], weaknesses, flags["type_"])


def _weaknesses(control: str) -> frozenset[str]:
    """The weaknesses that touch a control. Raises `UsageError` for a control that no catalog has."""
    from assay.compliance.load import compendium
    from assay.errors import UsageError

    catalog, _, id_ = control.rpartition(":")
    known = {
        (each.id, clause.id)
        for each in compendium().catalogs
        for clause in each.controls
        if clause.id == id_ and (not catalog or each.id == catalog or each.id.startswith(f"{catalog}-"))
    }
    if not known:
        message = f"--control {control}: no catalog has it. Mend: assay controls --framework all lists them."
        raise UsageError(message)
    weaknesses = compendium().weaknesses
    return frozenset(
        each.id for each in weaknesses if any((link.catalog, link.control) in known for link in each.links)
    )


def _about(session: "Session", flags: SampleFlags) -> tuple[tuple[str, str], ...]:
    from assay.ledger.chain import instant
    from assay.version import VERSION

    words = [f"--week {flags['week']}", f"--seed {flags['seed']}", f"--size {flags['size']}"]
    words += [f"--control {flags['control']}"] if flags["control"] else []
    words += [f"--type {flags['type_']}"] if flags["type_"] else []
    return (
        ("command", f"assay evidence sample {' '.join(words)}"),
        ("extracted_at", instant(session.clock())),
        ("generator", session.actor),
        ("system", f"assay {VERSION}"),
    )


def _write(folder: Path, found: "Population", ipe: "dict[str, Json]") -> None:
    from assay.cli.output import write_text

    write_text(folder / "population.csv", found.csv.decode())
    write_text(folder / "population.ipe.json", json.dumps(ipe, indent=2, sort_keys=True) + "\n")
