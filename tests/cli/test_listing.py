"""`rules`, `controls` and `explain RULE` tell what Assay knows without reading code."""

import json
import re

import pytest
from tests.cli.command import assay


def test_rules_are_listed_for_people_and_for_programs() -> None:
    table, listed = assay("rules"), json.loads(assay("rules", "--format", "json").out)
    assert re.search(r"^AP004 +high +write-without-guard ", table.out, re.MULTILINE)
    assert [rule["id"] for rule in listed] == sorted(rule["id"] for rule in listed)
    assert {"id": "AP004", "severity": "high", "weakness": "missing-authentication"}.items() <= next(
        rule for rule in listed if rule["id"] == "AP004"
    ).items()


@pytest.mark.parametrize("id_", ["AP004", "AP316", "AP410", "AP601", "AP701", "AP714"])
def test_every_kind_of_rule_is_listed_and_explained(id_: str) -> None:
    assert re.search(rf"^{id_} ", assay("rules").out, re.MULTILINE)
    assert "## What it cannot see" in assay("explain", id_).out


def test_controls_are_listed_with_the_rules_that_test_them() -> None:
    done = assay("controls", "--format", "json")
    (control,) = (row for row in json.loads(done.out) if row["control"] == "CC6.1")
    tested = {weakness["weakness"]: weakness["rules"] for weakness in control["weaknesses"]}
    assert "AP004" in tested["missing-authentication"]
    assert control["catalog"] == "soc2"


def test_what_judges_the_evidence_tests_controls_too() -> None:
    rows = json.loads(assay("controls", "--format", "json").out)
    assert "AP701" in {rule for row in rows for weakness in row["weaknesses"] for rule in weakness["rules"]}


def test_controls_of_another_catalog_are_asked_for_by_name() -> None:
    rows = json.loads(assay("controls", "--framework", "pci", "--format", "json").out)
    assert {row["catalog"] for row in rows} == {"pci-dss-4.0.1"}


def test_a_catalog_that_is_not_known_is_refused_with_the_known_ones() -> None:
    done = assay("controls", "--framework", "sox")
    assert (done.code, done.out) == (2, "")
    assert "choose from" in done.err


@pytest.mark.parametrize("word", ["AP004", "ap004", "write-without-guard"])
def test_a_rule_is_explained_by_id_or_name(word: str) -> None:
    done = assay("explain", word)
    assert done.code == 0
    assert done.out.startswith("# AP004: ")
    assert "## How to fix" in done.out


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest() -> None:
    done = assay("explain", "write-without-gard")
    assert (done.code, done.out) == (2, "")
    assert "Did you mean write-without-guard?" in done.err


def test_a_command_that_does_not_exist_is_refused_with_the_nearest() -> None:
    done = assay("scna")
    assert done.code == 2
    assert "Did you mean scan?" in done.err


@pytest.mark.parametrize("command", ["scan", "inventory", "explain", "rules", "controls", "diff", "init"])
def test_every_command_has_help_that_reads_as_the_list_says(command: str) -> None:
    short = re.search(rf"^  {command} +(.+)$", assay("--help").out, re.MULTILINE)
    done = assay(command, "--help")
    assert short
    assert done.code == 0
    assert len(short[1]) < 72


def test_listing_rules_loads_no_parser() -> None:
    done = assay("rules", PYTHONPROFILEIMPORTTIME="1")
    assert "assay.rules" in done.err
    assert "tree_sitter" not in done.err
