"""The page that says what does each check of the catalogue names what there is, all of it."""

import re
from pathlib import Path

from assay.assessment.wiring import probes, rules

PAGE = Path(__file__).parents[2] / "docs" / "live-checks.md"
ID = re.compile(r"AP\d{3}")


def rows() -> list[str]:
    return [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "**" not in line
    ]


def test_every_row_names_a_probe_or_rule_that_exists() -> None:
    known = {probe.id for probe in probes()} | {rule.id for rule in rules()}
    named = [ID.findall(row.split("|")[2]) for row in rows()[2:]]
    assert all(named)
    assert {each for ids in named for each in ids} <= known


def test_every_probe_has_its_row() -> None:
    assert {probe.id for probe in probes()} <= set(ID.findall("\n".join(rows())))
