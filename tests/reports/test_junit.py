"""The JUnit report is XML that holds every verdict, whatever the names are."""

from xml.etree import ElementTree as ET

from hypothesis import given
from tests.reports.made import assessments, bounded
from tests.reports.shop import SHOP

from assay.model.assessment import Assessment
from assay.reports.junit import REPORT


def case(name: str, rule: str) -> ET.Element:
    root = ET.fromstring(REPORT.write(SHOP))
    return next(
        each for each in root.iter("testcase") if each.get("name") == name and rule in str(each.get("classname"))
    )


def test_every_verdict_is_a_test_case() -> None:
    root = ET.fromstring(REPORT.write(SHOP))
    assert root.get("tests") == str(len(SHOP.verdicts)) == str(len(list(root.iter("testcase"))))
    assert root.get("failures") == "5"
    assert root.get("skipped") == "3"


def test_a_failure_has_message_severity_steps_and_fix() -> None:
    failure = case("DELETE /orders/{id}", "AP004").find("failure")
    assert failure is not None
    assert failure.get("type") == "critical"
    assert "has no guard" in str(failure.get("message"))
    assert "1. DELETE /orders/{id} is declared here (services/orders/routes/orders.py:41)" in str(failure.text)
    assert "Fix: Add a dependency" in str(failure.text)


def test_a_pass_is_a_case_without_more() -> None:
    assert not list(case("POST /orders", "AP004"))


def test_what_was_not_tested_is_skipped_with_the_reason() -> None:
    skipped = case("GET /reports/{name}", "AP001").find("skipped")
    assert skipped is not None
    assert str(skipped.get("message")).startswith("not-tested: The guard gate comes from")


def test_a_suppressed_failure_is_skipped_with_owner_and_end() -> None:
    skipped = case("POST /api/health/reset", "AP004").find("skipped")
    assert skipped is not None
    assert "ops@shop.example, until 2027-01-31" in str(skipped.get("message"))


@bounded
@given(assessments)
def test_any_report_is_well_formed_and_counts_right(assessment: Assessment) -> None:
    root = ET.fromstring(REPORT.write(assessment).encode("utf-8"))
    assert root.get("tests") == str(len(assessment.verdicts))
    assert sum(int(str(suite.get("tests"))) for suite in root) == len(assessment.verdicts)
