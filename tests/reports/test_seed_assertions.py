"""Each class of finding that the mapping asserts shows its criterion in every report for people and in the one for machines."""

import json
from html import unescape

import pytest
from msgspec.structs import replace
from tests.compliance.test_weigh import SEEDS
from tests.reports.shop import SHOP

from assay.assessment.rooms import Progress, Reading, Wish
from assay.assessment.settings import Settings
from assay.assessment.wiring import reports, rooms
from assay.compliance import edition
from assay.compliance.read import _document
from assay.model.assessment import Assessment
from assay.model.verdict import Finding, Outcome, Severity, Subject, Verdict, fingerprint

REPORTS = {report.name: report for report in reports()}


def test_the_assertions_are_those_of_the_mapping() -> None:
    rows = _document(edition.HOME / edition.MAPPING).values["seed_assertions"]
    assert {(each["weakness"], each["control"]) for each in rows} == set(SEEDS)
    assert {each["framework"] for each in rows} == {"soc2"}


@pytest.mark.parametrize(("weakness", "control"), SEEDS)
def test_a_class_of_finding_shows_its_criterion_in_every_report(weakness: str, control: str) -> None:
    found = _found(weakness)
    (row,) = [
        each for each in json.loads(REPORTS["json"].write(found))["controls"] if _named(each) == ("soc2", control)
    ]
    assert "fail" in json.dumps(row).casefold()
    assert weakness in json.dumps(row)
    markdown = REPORTS["markdown"].write(found)
    assert [line for line in markdown.splitlines() if control in line and "FAIL" in line]
    page = unescape(REPORTS["html"].write(found))
    assert control in page
    assert "FAIL" in page
    assert control in REPORTS["terminal"].write(found)


def _named(row: dict[str, str]) -> tuple[str, str]:
    return row["catalog"], row.get("control") or row["id"]


def _found(weakness: str) -> Assessment:
    """A run that found one such weakness, weighed as every run is."""
    subject = Subject("shop", "endpoint", "GET", "/orders")
    verdict = Verdict("AP004", weakness, subject, Outcome.FAIL, "It is so.", Severity.HIGH)
    parts = (("api", "shop"), ("weakness", weakness))
    findings = (Finding(verdict, fingerprint(parts), parts),)
    weighed = rooms(Settings(), _unread).weigh(SHOP.inventory, (verdict,), findings, ("AP004",))
    return replace(
        SHOP, verdicts=(verdict,), findings=findings, controls=weighed.controls, catalogs=weighed.catalogs,
        weaknesses=weighed.weaknesses, coverage=weighed.coverage, score=weighed.score,
    )  # fmt: skip


def _unread(root: object, wish: Wish, progress: Progress) -> Reading:
    raise AssertionError
