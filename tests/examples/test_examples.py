"""The examples of the demonstration: a scan says what their truth files say, no more and no less."""

from pathlib import Path

import pytest
from tests.examples.truth import ASPNETCORE, FASTAPI, said, scanned, truth

both = pytest.mark.parametrize("example", [FASTAPI, ASPNETCORE], ids=lambda each: each.name)


@both
def test_a_scan_finds_the_endpoints_of_the_truth_and_who_may_call_them(example: Path) -> None:
    assert said(scanned(example)).endpoints == truth(example).endpoints


@both
def test_a_scan_finds_the_weaknesses_of_the_truth_and_no_other(example: Path) -> None:
    assert said(scanned(example)).findings == truth(example).findings


@both
def test_a_scan_finds_the_settings_and_names_of_the_truth_and_no_other(example: Path) -> None:
    assert said(scanned(example)).settings == truth(example).settings


@both
def test_a_scan_of_an_example_leaves_nothing_undecided(example: Path) -> None:
    found = scanned(example).inventory
    assert [each.name for each in found.endpoints if each.auth is None] == []
    assert [each for each in found.skipped if each.kind != "left-out"] == []


@both
def test_an_example_has_right_neighbours_for_its_weaknesses(example: Path) -> None:
    known = truth(example)
    weak = {(method, path) for _, method, path in known.findings}
    assert len(known.endpoints) >= 18
    assert len(known.endpoints) > 2 * len(weak) >= 2


def test_every_posture_rule_and_the_rules_of_bodies_speak_in_an_example() -> None:
    spoken = set()
    for example in (FASTAPI, ASPNETCORE):
        known = truth(example)
        spoken |= {rule for rule, *_ in known.findings} | {rule for rule, _ in known.settings}
    # AP004 is always told by a more specific rule of its family there.
    posture = {f"AP{number:03}" for number in range(1, 11)} - {"AP004"}
    assert spoken == posture | {"AP101", "AP102", "AP105", "AP106", "AP107", "AP109", "AP110"}
