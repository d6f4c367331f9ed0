"""What a pack tells: OSCAL keeps the schemas of NIST, tables keep their rows, the page hides no gap, and nothing in them is run."""

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft7Validator
from msgspec.structs import replace
from tests.reports.dossiers import EMPTY, OTHER, PRINT, SHOP, STATES, dossiers
from tests.reports.made import bounded

from assay.model.dossier import Dossier
from assay.model.evidence import Written
from assay.reports.dossier import printed, written

DATA = Path(__file__).parent / "data"
OSCAL = ("assessment-plan", "assessment-results", "poam")


def files(dossier: Dossier = SHOP) -> dict[str, str]:
    return {each.path: each.text for each in written(dossier)}


def oscal(name: str, dossier: Dossier = SHOP) -> Any:
    (content,) = json.loads(files(dossier)[f"oscal/{name}.json"]).values()
    return content


@cache
def _validator(name: str) -> Draft7Validator:
    text = (DATA / f"oscal_{name}_schema-1.2.1.json").read_text(encoding="utf-8")
    # Python's patterns know no \p{L}, and no letters but these are ever written there.
    return Draft7Validator(
        json.loads(
            text.replace(r"\\p{L}", "A-Za-z").replace(
                "(A-Za-z|_)(A-Za-z|\\\\p{N}|[.\\\\-_])*", "[A-Za-z_][A-Za-z0-9._-]*"
            )
        )
    )


def _valid(dossier: Dossier) -> Iterator[str]:
    for name in OSCAL:
        text = files(dossier).get(f"oscal/{name}.json")
        if text is not None:
            _validator(name).validate(json.loads(text))
            yield name


@pytest.mark.parametrize(("dossier", "names"), [(SHOP, [*OSCAL]), (EMPTY, ["assessment-plan", "assessment-results"])])
def test_oscal_keeps_the_schemas_of_nist(dossier: Dossier, names: list[str]) -> None:
    assert list(_valid(dossier)) == names


@bounded
@given(dossiers)
def test_any_oscal_keeps_the_schemas_of_nist(dossier: Dossier) -> None:
    assert list(_valid(dossier))


def test_the_schemas_refuse_what_is_wrong() -> None:
    content = {"assessment-results": {**oscal("assessment-results"), "uuid": "1"}}
    assert not _validator("assessment-results").is_valid(content)
    assert not _validator("poam").is_valid({"plan-of-action-and-milestones": {}})


def test_every_uuid_that_is_named_is_there() -> None:
    results = oscal("assessment-results")["results"][0]
    known = {each["uuid"] for kind in ("observations", "risks", "findings") for each in results[kind]}
    named = re.findall(r'"(?:observation|risk)-uuid": "([^"]+)"', files()["oscal/assessment-results.json"])
    assert named
    assert set(named) <= known
    plan = oscal("poam")
    assert {each["related-risks"][0]["risk-uuid"] for each in plan["poam-items"]} == {
        each["uuid"] for each in plan["risks"]
    }


def test_what_was_not_tested_is_never_satisfied() -> None:
    findings = oscal("assessment-results")["results"][0]["findings"]
    states = {each["props"][0]["value"]: each["target"]["status"] for each in findings}
    assert states["not_tested"] == {"state": "not-satisfied", "reason": "other"}
    assert states["deviation"] == {"state": "not-satisfied", "reason": "fail"}
    assert "outside" not in states
    assert "soc2 CC1.2" in oscal("assessment-results")["results"][0]["remarks"]


@bounded
@given(dossiers)
def test_only_a_control_that_operated_all_through_is_satisfied(dossier: Dossier) -> None:
    findings = oscal("assessment-results", dossier)["results"][0].get("findings", [])
    for each in findings:
        is_satisfied = each["target"]["status"]["state"] == "satisfied"
        assert is_satisfied == (each["props"][0]["value"] == "operating")


def test_risks_follow_the_words_of_oscal() -> None:
    risks = oscal("assessment-results")["results"][0]["risks"]
    assert [each["status"] for each in risks] == ["open", "deviation-approved", "closed"]
    turns = [each["status-change"] for each in risks[2]["risk-log"]["entries"]]
    assert turns == ["open", "remediating", "closed"]
    assert len(oscal("poam")["poam-items"]) == 2


def test_a_missed_week_stands_first_on_the_page_and_in_the_table() -> None:
    page = files()["report.html"]
    assert page.index("<h2>Expected scans</h2>") < page.index("<h2>Controls</h2>") < page.index("<h2>Findings</h2>")
    assert '<span class="bad">missed</span>' in page
    rows = list(csv.DictReader(io.StringIO(files()["cadence.csv"])))
    assert [row["state"] for row in rows] == ["filled", "missed"]


def test_a_population_has_as_many_rows_as_its_sheet_says() -> None:
    found = files()
    names = [
        path.removeprefix("populations/").removesuffix(".csv")
        for path in found
        if path.startswith("populations/") and path.endswith(".csv")
    ]
    assert names == ["changes", "exceptions", "expected-scans", "findings", "fixes", "policies", "scans", "writes"]
    for name in names:
        text, sheet = found[f"populations/{name}.csv"], json.loads(found[f"populations/{name}.ipe.json"])
        assert sheet["rows"] == len(list(csv.DictReader(io.StringIO(text, newline=""))))
        assert sheet["sha256"] == sha256(text.encode()).hexdigest()
        assert {"system", "source", "query", "window", "time_zone", "as_of", "again"} <= set(sheet)


def test_what_a_live_scan_wrote_is_told_and_what_was_not_put_back_with_its_mend() -> None:
    left = Written("PUT /orders/1", "bob", "200", "changed", "/orders/1", "PUT /orders/1 as ann with {}")
    record = replace(SHOP.looks[0].record, writes=(replace(left, standing="put-back", mend=""), left))
    told = files(replace(SHOP, looks=(replace(SHOP.looks[0], record=record), SHOP.looks[1])))
    rows = list(csv.DictReader(io.StringIO(told["populations/writes.csv"])))
    assert [(row["entry"], row["number"], row["standing"]) for row in rows] == [
        ("3", "1", "put-back"),
        ("3", "2", "changed"),
    ]
    assert "1 NOT PUT BACK, 1 put back, and read again as before" in told["report.html"]
    assert "PUT /orders/1 as ann with {}" in told["report.html"]
    assert "Written to the targets" not in files()["report.html"]


def test_the_inventory_says_how_endpoints_changed_over_the_window() -> None:
    rows = list(csv.DictReader(io.StringIO(files()["inventory/endpoints.csv"])))
    told = [(row["path"], row["at_the_start"], row["at_the_end"], row["change"]) for row in rows]
    assert told == [
        ("/a", "public", "authenticated", "changed"),
        ("/b", "public", "", "removed"),
        ("/c", "", "public", "added"),
    ]
    assert json.loads(files()["scope.json"])["systems"] == ["static:shop"]


def test_platforms_get_one_row_a_control_and_one_a_finding() -> None:
    controls = list(csv.DictReader(io.StringIO(files()["grc/controls.csv"])))
    findings = list(csv.DictReader(io.StringIO(files()["grc/issues.csv"])))
    assert [(row["Control ID"], row["Result"]) for row in controls] == [
        ("CC6.1", "Fail"),
        ("164.312(a)(1)", "Needs review"),
        ("CC1.2", "Needs review"),
    ]
    assert [row["Status"] for row in findings] == ["Open", "Risk accepted", "Closed"]
    assert all(row["Evidence"] in files() for row in (*controls, *findings))


def test_a_finding_has_a_file_with_its_dated_chain() -> None:
    found = json.loads(files()[f"findings/{PRINT}.json"])
    chain = [(each["at"][:10], each["state"]) for each in found["scopes"][0]["timeline"]]
    assert chain == [("2026-01-05", "detected"), ("2026-01-12", "fix_claimed"), ("2026-01-26", "verified_fixed")]
    assert found["controls"] == ["soc2 CC6.1"]
    assert json.loads(files()[f"findings/{OTHER}.json"])["scopes"][0]["acceptance"]["approver"] == "bob"


def test_a_control_names_its_deviations_with_the_answer_of_management() -> None:
    found = json.loads(files()["controls/soc2/CC6.1.json"])
    assert found["deviations"][0]["cause"] == "no scan"
    assert found["responses"][0]["author"] == "cfo"
    assert "controls/hipaa/164.312-a-1.json" in files()


@bounded
@given(dossiers)
def test_nothing_that_a_project_wrote_is_run_by_a_reader(dossier: Dossier) -> None:
    for path, text in files(dossier).items():
        if path.endswith(".csv"):
            for row in csv.reader(io.StringIO(text, newline="")):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202e\u2066]", text)
    seen = _Tags()
    seen.feed(files(dossier)["report.html"])
    assert seen.tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "a", "code", "span", "section", "table",
        "tr", "th", "td",
    }  # fmt: skip
    assert all(
        not link or re.match(r"(findings|controls|runs|populations)/|cadence\.csv$", link) for link in seen.links
    )


@bounded
@given(dossiers)
def test_the_same_dossier_gives_the_same_text(dossier: Dossier) -> None:
    assert written(dossier) == written(dossier)


def test_no_verdict_on_the_whole_is_spoken() -> None:
    assert not [
        path for path, text in files().items() if re.search(r"\bcompliant\b|\bcertified\b", text, re.IGNORECASE)
    ]


def test_every_state_of_a_control_has_a_target_but_the_one_outside() -> None:
    from assay.reports.dossier._oscal import TARGETS

    assert {*TARGETS, "outside"} == set(STATES)


@pytest.mark.parametrize("dossier", [SHOP, EMPTY], ids=["shop", "empty"])
def test_the_report_on_paper_is_tagged_archivable_and_holds_the_evidence(dossier: Dossier) -> None:
    paper = printed(dossier)
    assert paper.startswith(b"%PDF-")
    assert b"<pdfaid:part>3" in paper
    assert b"<pdfaid:conformance>A" in paper
    assert b"/StructTreeRoot" in paper
    assert b"evidence.json" in paper
    assert paper == printed(dossier)


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(dossiers)
def test_any_dossier_can_be_printed(dossier: Dossier) -> None:
    assert printed(dossier).startswith(b"%PDF-")


class _Tags(HTMLParser):
    """The elements and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
