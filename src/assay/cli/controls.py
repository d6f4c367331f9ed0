"""`assay controls`: list the controls of catalogs, the weaknesses under each and the rules that test those."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from assay.cli.columns import columns
from assay.cli.stdout import say

if TYPE_CHECKING:
    from assay.model.catalog import Catalog
    from assay.model.weakness import Weakness


class Row(Struct, frozen=True):
    """A control with what tests it."""

    catalog: str
    control: str
    title: str
    automatable: str
    weaknesses: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(weakness, relation, ids of the rules that find it)."""


@click.command("controls", short_help="List controls and what tests them")
@click.option("--framework", multiple=True, metavar="NAME", help="Catalogs, as soc2,pci; default soc2; all for all.")
@click.option("--criteria", multiple=True, metavar="NAME", help="Criteria besides security, as availability.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print them.")
def command(framework: tuple[str, ...], criteria: tuple[str, ...], form: str) -> None:
    """List the controls of catalogs, with the weaknesses and rules that test them.

    A control without a rule is not tested by this version; `none` means that its evidence is for people.
    """
    from assay.assessment.evidence_sheets import evidence_sheets
    from assay.assessment.wiring import catalogs, finders, weaknesses

    rows = listed(catalogs(framework, criteria), weaknesses(), finders(evidence_sheets()))
    if form == "json":
        say(json.dumps([_json(row) for row in rows], indent=2) + "\n")
        return
    table = [(row.catalog, row.control, row.automatable, row.title + _tests(row)) for row in rows]
    say(columns(("CATALOG", "CONTROL", "BY A TOOL", "TITLE: RULES THAT TEST IT"), table))


def listed(
    catalogs: Sequence["Catalog"], weaknesses: Sequence["Weakness"], finders: Mapping[str, tuple[str, ...]]
) -> tuple[Row, ...]:
    """The controls in the order of their catalogs."""
    linked: dict[tuple[str, str], list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
    for weakness in weaknesses:
        for link in weakness.links:
            linked[link.catalog, link.control].append((weakness.id, link.relation, finders.get(weakness.id, ())))
    return tuple(
        Row(catalog.id, control.id, control.title, control.automatable, tuple(linked[catalog.id, control.id]))
        for catalog in catalogs
        for control in catalog.controls
    )


def _tests(row: Row) -> str:
    found = sorted({rule for _, _, rules in row.weaknesses for rule in rules})
    return f": {', '.join(found)}" if found else ""


def _json(row: Row) -> dict[str, object]:
    weaknesses = [{"weakness": name, "relation": relation, "rules": rules} for name, relation, rules in row.weaknesses]
    return {
        "catalog": row.catalog,
        "control": row.control,
        "title": row.title,
        "automatable": row.automatable,
        "weaknesses": weaknesses,
    }
