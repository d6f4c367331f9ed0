"""The two GitLab reports have the fields that GitLab asks for.

The SAST schema below states the demands of GitLab's report schema 15.2.1 that a report of findings must meet; Code Quality has no
schema, and its fields are those that GitLab's documentation names.
"""

import json
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from tests.reports.made import assessments, bounded
from tests.reports.shop import SHOP

from assay.model.assessment import Assessment
from assay.reports import gitlab, gitlab_sast

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}


def shape(required: dict[str, object], **optional: object) -> dict[str, object]:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


TOOL = shape({"id": TEXT, "name": TEXT, "version": TEXT, "vendor": shape({"name": TEXT})})
IDENTIFIER = shape({"type": TEXT, "name": TEXT, "value": TEXT}, url={"type": "string", "pattern": "^https?://.+"})
SIGNATURE = shape({"algorithm": {"type": "string"}, "value": {"type": "string"}})
TRACKED = shape(
    {"signatures": {"type": "array", "minItems": 1, "items": SIGNATURE}},
    file={"type": "string"},
    start_line={"type": "number"},
)
VULNERABILITY = shape(
    {
        "id": TEXT,
        "identifiers": {"type": "array", "minItems": 1, "items": IDENTIFIER},
        "location": shape({}, file=TEXT, start_line={"type": "number"}),
    },
    name={"type": "string", "maxLength": 255},
    description={"type": "string", "maxLength": 1048576},
    solution={"type": "string", "maxLength": 7000},
    severity={"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
    tracking=shape({"items": {"type": "array", "items": TRACKED}}, type={"const": "source"}),
)
SAST = Draft202012Validator(
    shape(
        {
            "version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
            "scan": shape(
                {
                    "analyzer": TOOL,
                    "scanner": TOOL,
                    "start_time": MOMENT,
                    "end_time": MOMENT,
                    "status": {"enum": ["success", "failure"]},
                    "type": {"const": "sast"},
                },
                messages={
                    "type": "array",
                    "items": shape({"level": {"enum": ["info", "warn", "fatal"]}, "value": TEXT}),
                },
                primary_identifiers={"type": "array", "items": IDENTIFIER},
            ),
            "vulnerabilities": {"type": "array", "items": VULNERABILITY},
        },
        schema={"type": "string", "pattern": "^https?://.+"},
    )
)
QUALITY = Draft202012Validator(
    {
        "type": "array",
        "items": shape(
            {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": shape({"path": TEXT, "lines": shape({"begin": {"type": "integer", "minimum": 1}})}),
            }
        ),
    }
)


def sast(assessment: Assessment = SHOP) -> Any:
    return json.loads(gitlab_sast.REPORT.write(assessment))


def quality(assessment: Assessment = SHOP) -> Any:
    return json.loads(gitlab.REPORT.write(assessment))


@bounded
@given(assessments)
def test_any_sast_report_meets_the_demands(assessment: Assessment) -> None:
    SAST.validate(sast(assessment))


@bounded
@given(assessments)
def test_any_code_quality_report_meets_the_demands(assessment: Assessment) -> None:
    QUALITY.validate(quality(assessment))


def test_a_vulnerability_has_cwe_place_and_a_signature_that_outlives_lines() -> None:
    first = sast()["vulnerabilities"][0]
    assert first["severity"] == "Critical"
    assert first["location"] == {"file": "services/orders/routes/orders.py", "start_line": 41}
    assert [each["name"] for each in first["identifiers"]] == ["Assay AP004", "CWE-306"]
    assert first["tracking"]["items"][0]["signatures"][0]["value"] == SHOP.findings[0].fingerprint
    assert first["name"] == "Write endpoint without any guard"


def test_suppressed_findings_and_skipped_files_stand_in_the_messages_of_the_scan() -> None:
    found = sast()
    told = [each["value"] for each in found["scan"]["messages"]]
    assert any("Suppressed: AP004 POST /api/health/reset" in each and "ops@shop.example" in each for each in told)
    assert any("cannot be parsed: 14 errors: services/orders/legacy.py:3" in each for each in told)
    assert not any("health/reset" in each["description"] for each in found["vulnerabilities"])


def test_an_incomplete_run_is_no_success() -> None:
    assert sast(replace(SHOP, run=replace(SHOP.run, is_complete=False)))["scan"]["status"] == "failure"


def test_code_quality_says_what_was_suppressed_and_by_whom() -> None:
    found = next(each for each in quality() if "health/reset" in each["description"])
    assert found["severity"] == "info"
    assert "Suppressed: reset is reachable from the cluster only" in found["description"]
    assert quality()[0]["severity"] == "blocker"
    assert quality()[0]["location"] == {"path": "services/orders/routes/orders.py", "lines": {"begin": 41}}


def test_a_suspicion_is_marked_as_such_in_both() -> None:
    assert next(each for each in quality() if each["check_name"] == "AP006")["severity"] == "info"
    assert any(each["name"] == "Review: Role name that says nothing" for each in sast()["vulnerabilities"])
