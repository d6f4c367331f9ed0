"""The gate gives the exit codes 0, 1 and 3, and says why."""

import pytest
from msgspec.structs import replace
from tests.assessment.scene import endpoint, guard, inventory, order, rooms, rule, silent, unguarded

from assay.assessment.baseline import Baseline, compared
from assay.assessment.gate import Gate, exit_of
from assay.assessment.run import assessed
from assay.assessment.settings import settings
from assay.model.assessment import Assessment
from assay.model.program import FileCount, Inventory
from assay.model.verdict import Confidence

HOUSE = rooms(inventory(endpoint("DELETE /orders/{id}")), rule("AP004", unguarded))
OPEN = assessed(order(), HOUSE, silent)
CLEAN = assessed(order(), rooms(inventory(endpoint("GET /orders", guard())), rule("AP004", unguarded)), silent)
EMPTY = assessed(order(), rooms(Inventory()), silent)


def test_a_finding_as_bad_as_the_threshold_fails() -> None:
    said = exit_of(OPEN, Gate("high"))
    assert (said.code, said.why) == (1, "1 finding of severity high or worse.")


@pytest.mark.parametrize("threshold", ["critical", "never"])
def test_a_finding_below_the_threshold_passes(threshold: str) -> None:
    assert exit_of(OPEN, Gate(threshold)).code == 0


def test_a_suspicion_never_fails() -> None:
    (finding,) = OPEN.findings
    unsure = replace(finding, verdict=replace(finding.verdict, confidence=Confidence.TENTATIVE))
    assert exit_of(replace(OPEN, findings=(unsure,)), Gate("info")).code == 0


def test_a_suppressed_finding_never_fails() -> None:
    (finding,) = OPEN.findings
    assert exit_of(replace(OPEN, findings=(replace(finding, state="excepted"),)), Gate("info")).code == 0


@pytest.mark.parametrize(("known", "code"), [(True, 0), (False, 1)])
def test_with_new_only_what_is_known_passes(known: bool, code: int) -> None:
    prints = frozenset(each.fingerprint for each in OPEN.findings) if known else frozenset()
    marked = replace(OPEN, findings=compared(OPEN.findings, Baseline("known.json", prints)))
    assert exit_of(marked, Gate("high", is_new_only=True)).code == code


def test_what_was_not_covered_is_not_clean() -> None:
    half = replace(CLEAN, coverage=replace(CLEAN.coverage, share=0.5))
    assert exit_of(half, Gate("high", min_coverage=50)).code == 0
    assert exit_of(half, Gate("high", min_coverage=51)).code == 3


def test_a_finding_weighs_more_than_missing_coverage() -> None:
    assert exit_of(replace(OPEN, coverage=replace(OPEN.coverage, share=0.1)), Gate("high", min_coverage=90)).code == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (FileCount(), "no C# or Python source file was found"),
        (
            FileCount(found=3, passed_over=3),
            "0 endpoints in 3 source files (3 without a word of a known web framework)",
        ),
        (FileCount(found=1, left_out=1), "if this folder is itself a test or vendored project, scan it as PATH"),
        (FileCount(found=2, read=1, skipped=1), "2 source files (1 read, 1 that could not be read)"),
    ],
)
def test_no_endpoint_is_told_with_what_was_found_instead(files: FileCount, words: str) -> None:
    said = exit_of(_with(files), Gate("never"))
    assert said.code == 3
    assert words in said.why
    assert "Mend: " in said.why


def test_apis_that_are_all_out_of_scope_are_told_as_such() -> None:
    found = assessed(order(settings('[scope]\napis = ["none"]')), HOUSE, silent)
    assert "correct scope.apis in assay.toml" in exit_of(found, Gate("never")).why


def _with(files: FileCount) -> Assessment:
    return replace(EMPTY, inventory=Inventory(files=files))
