"""The SARIF report keeps the official schema, and says what code scanning needs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from msgspec.structs import replace
from tests.reports.made import assessments, bounded
from tests.reports.shop import EMPTY, SHOP

from assay.model.assessment import Assessment
from assay.model.place import Place
from assay.reports.sarif import REPORT

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
SARIF = Draft4Validator(SCHEMA)


def run(assessment: Assessment = SHOP) -> Any:
    return json.loads(REPORT.write(assessment))["runs"][0]


@pytest.mark.parametrize("assessment", [SHOP, EMPTY], ids=["shop", "empty"])
def test_a_realistic_log_keeps_the_official_schema(assessment: Assessment) -> None:
    SARIF.validate(json.loads(REPORT.write(assessment)))


@bounded
@given(assessments)
def test_any_log_keeps_the_official_schema(assessment: Assessment) -> None:
    SARIF.validate(json.loads(REPORT.write(assessment)))


def test_a_result_names_its_rule_place_and_fingerprint() -> None:
    found = run()
    result = found["results"][0]
    rule = found["tool"]["driver"]["rules"][result["ruleIndex"]]
    physical = result["locations"][0]["physicalLocation"]
    assert rule["id"] == result["ruleId"] == "AP004"
    assert result["level"] == "error"
    assert result["kind"] == "fail"
    assert physical["artifactLocation"] == {"uri": "services/orders/routes/orders.py", "uriBaseId": "SRCROOT"}
    assert physical["region"] == {"startLine": 41}
    assert result["partialFingerprints"] == {"assay/v1": SHOP.findings[0].fingerprint}
    assert result["locations"][0]["logicalLocations"][0]["name"] == "DELETE /orders/{id}"


def test_a_rule_carries_its_page_its_cwe_and_a_security_severity() -> None:
    rule = next(each for each in run()["tool"]["driver"]["rules"] if each["id"] == "AP004")
    assert "## How to fix" in rule["help"]["markdown"]
    assert "external/cwe/cwe-306" in rule["properties"]["tags"]
    assert float(rule["properties"]["security-severity"]) > 9
    assert rule["helpUri"] == "https://assay.example/rules/AP004/"


def test_steps_become_a_code_flow_in_order() -> None:
    locations = run()["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [each["location"]["message"]["text"] for each in locations] == [
        "DELETE /orders/{id} is declared here",
        "the router has no dependency",
        "no middleware refuses",
        "no guard was found",
    ]
    last = locations[-1]["location"]["physicalLocation"]["artifactLocation"]["uri"]
    assert last == "services/orders/main.py", "a step without a place is told where the one before it is"


def test_suppressions_stand_on_every_result_and_expired_ones_do_not_suppress() -> None:
    results = run()["results"]
    accepted = [each for each in results if each["suppressions"]]
    assert all("suppressions" in each for each in results), "SARIF §3.27.23: on all results or on none"
    assert [each["ruleId"] for each in accepted] == ["AP004"]
    assert accepted[0]["suppressions"][0]["justification"] == "reset is reachable from the cluster only, see ADR 12"
    assert accepted[0]["suppressions"][0]["kind"] == "external"
    expired = next(each for each in results if each["ruleId"] == "AP105")
    assert "front end moves" in expired["properties"]["expiredSuppression"]


def test_the_baseline_state_is_told_when_it_is_known_and_only_then() -> None:
    assert [each["baselineState"] for each in run()["results"]][:2] == ["new", "unchanged"]
    unknown = replace(SHOP, findings=tuple(replace(each, is_new=None) for each in SHOP.findings))
    assert all("baselineState" not in each for each in run(unknown)["results"])


def test_what_was_skipped_is_a_notification() -> None:
    invocation = run()["invocations"][0]
    texts = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert invocation["executionSuccessful"] is True
    assert "services/orders/legacy.py: cannot be parsed: 14 errors" in texts
    assert run(EMPTY)["invocations"][0]["executionSuccessful"] is False


def test_a_place_without_a_line_has_no_region() -> None:
    verdict = replace(SHOP.findings[0].verdict, place=Place("a.py", 0))
    result = run(replace(SHOP, findings=(replace(SHOP.findings[0], verdict=verdict),)))["results"][0]
    assert "region" not in result["locations"][0]["physicalLocation"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü#1?.py", "a%20b/%C3%BC%231%3F.py"),
        ("src/\udce4.py", "src/%E4.py"),
        ("100%.py", "100%25.py"),
    ],
)
def test_a_path_is_escaped_as_an_address(path: str, uri: str) -> None:
    verdict = replace(SHOP.findings[0].verdict, place=Place(path, 1))
    result = run(replace(SHOP, findings=(replace(SHOP.findings[0], verdict=verdict),)))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_message_holds_no_link_and_no_placeholder_of_others() -> None:
    verdict = replace(
        SHOP.findings[0].verdict, message="see [here](https://evil.example) and {0} at /a/{id} [Authorize]", fix=""
    )
    result = run(replace(SHOP, findings=(replace(SHOP.findings[0], verdict=verdict),)))["results"][0]
    assert result["message"]["text"] == r"see \[here](https://evil.example) and {{0}} at /a/{id} [Authorize]"
