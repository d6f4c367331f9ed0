"""`assay scan PATH URL` as people use it: the example's code, contract and running API, with two identities, in every report."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.command import Done, assay
from tests.examples.truth import FASTAPI

from tools.example_server import CALLERS, served, token

WORST = ("critical", "high", "medium")
VIEWS = ["code", "contract", "live"]
Name = tuple[str, str, str]
TRUTH: dict[str, Any] = json.loads((FASTAPI / "truth.json").read_text("utf-8"))


class Scanned:
    """One scan and every report of it."""

    def __init__(self, done: Done, folder: Path, tokens: list[str]) -> None:
        self.done, self.tokens = done, tokens
        self.texts = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
        self.report: dict[str, Any] = json.loads(self.texts["report.json"])

    def findings(self) -> dict[Name, dict[str, Any]]:
        return {
            (each["rule"], each["endpoint"]["method"], each["endpoint"]["path"]): each
            for each in self.report["findings"]
            if each["endpoint"]
        }


def named(kind: str) -> set[Name]:
    """What the truth says of live calls."""
    return {(each["rule"], each["method"], each["path"]) for each in TRUTH["live"][kind]}


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    folder = tmp_path_factory.mktemp("reports")
    with served() as origin:
        tokens = {f"TOKEN_{name.upper()}": token(origin, name) for name in CALLERS}
        names = [f"--identity={name}=bearer:env:TOKEN_{name.upper()}" for name in CALLERS]
        files = [
            f"--output={kind}={folder / f'report.{end}'}"
            for kind, end in (
                ("json", "json"),
                ("html", "html"),
                ("sarif", "sarif"),
                ("har", "har"),
                ("markdown", "md"),
            )
        ]
        words: list[str | Path] = ["scan", FASTAPI, origin, "--rate", "200", "--show=endpoints", *names, *files]
        done = assay(*words, at=None, is_recording=False, **tokens)
    return Scanned(done, folder, list(tokens.values()))


def test_the_gate_fails_and_the_run_is_whole(joined: Scanned) -> None:
    assert joined.done.code == 1, joined.done.err
    assert joined.report["run"]["is_complete"]
    left = {each["path"] for each in joined.report["skipped"] if each["kind"] != "left-out"}
    closed = {
        f"GET /api/v1/{path}" for path in ("admin/audit", "admin/figures", "invoices", "partners/prices", "users")
    }
    assert left == closed | {"GET /api/v1/invoices/{invoice_id}", "GET /api/v1/users/{user_id}"}


def test_one_endpoint_is_told_once_with_the_views_that_have_it(joined: Scanned) -> None:
    seen = [(each["method"], each["path"]) for each in joined.report["endpoints"]]
    views = {(each["method"], each["path"]): each["views"] for each in joined.report["endpoints"]}
    assert set(seen) == {(each["method"], each["path"]) for each in TRUTH["endpoints"]}
    assert len(seen) == len(set(seen))
    apart = {name: each for name, each in views.items() if each != VIEWS[: 3 if name[0] == "GET" else 2]}
    # The gateway refuses every path beside it as well, so a refusal does not tell that it is there.
    assert apart == {("GET", "/api/v1/partners/prices"): VIEWS[:2]}


def test_a_live_call_confirms_what_the_code_makes_suspicious_in_one_finding(joined: Scanned) -> None:
    (name,) = named("confirmed")
    finding = joined.findings()[name]
    assert finding["confidence"] == "confirmed"
    assert [step["text"] for step in finding["steps"] if step["place"]][-1].startswith("AP520 says live: ")
    assert {each["identity"]: each["status"] for each in finding["exchanges"]} == {"ada": 200, "bob": 200, "": 401}
    assert not [each for each in joined.report["findings"] if each["rule"] == "AP520"]


def test_a_live_refusal_refutes_what_looks_open_in_the_code_and_says_so(joined: Scanned) -> None:
    (name,) = named("refuted")
    assert name not in joined.findings()
    (verdict,) = [
        each
        for each in joined.report["verdicts"]
        if (each["rule"], each["subject"]["method"], each["subject"]["path"]) == name
    ]
    assert verdict["outcome"] == "pass"
    assert verdict["exchanges"][0]["status"] == 401
    said = "but a live call without credentials was refused (AP501)"
    flat = " ".join(joined.done.out.split())
    assert "Refuted: suspicions of the code that live calls do not bear out (1)" in flat
    assert said in flat
    assert said in joined.texts["report.html"]
    assert "Refuted by live calls (1)" in joined.texts["report.md"]


def test_a_live_answer_shows_that_an_endpoint_is_open(joined: Scanned) -> None:
    found = joined.findings()
    for name in named("shown"):
        assert "A live call without credentials was answered (AP501)." in found[name]["message"]
        assert found[name]["exchanges"][0]["status"] == 200


def test_the_running_api_has_the_findings_of_the_truth_and_no_other(joined: Scanned) -> None:
    live = {name for name in joined.findings() if name[0][:3] in {"AP4", "AP5"}}
    assert live == named("found")
    whole = {each["rule"] for each in joined.report["findings"] if not each["endpoint"]}
    assert {rule for rule in whole if rule[:3] in {"AP4", "AP5"}} == set(TRUTH["live"]["settings"])


def test_an_open_cross_origin_policy_is_one_finding_with_the_code_and_the_calls(joined: Scanned) -> None:
    found = [each for each in joined.report["findings"] if each["weakness"] == "permissive-cors"]
    assert [each["rule"] for each in found] == ["AP105"]
    assert "AP420" in found[0]["message"]
    assert (found[0]["confidence"], found[0]["place"]["path"][-3:]) == ("confirmed", ".py")
    assert all(each["curl"].startswith("curl -i ") for each in found[0]["exchanges"])


def test_endpoints_that_are_right_have_no_finding(joined: Scanned) -> None:
    clean = {(each["method"], each["path"]) for each in TRUTH["endpoints"] if not each["findings"]}
    grave = [name for name, each in joined.findings().items() if each["severity"] in WORST and name[1:] in clean]
    assert grave == []


def test_no_report_shows_a_token_or_an_address_of_a_person(joined: Scanned) -> None:
    said = {"terminal": joined.done.out + joined.done.err, **joined.texts}
    for secret in (*joined.tokens, *(email for email, _ in CALLERS.values())):
        assert [name for name, text in said.items() if secret in text] == []


def test_every_call_can_be_repeated_with_credentials_of_ones_own(joined: Scanned) -> None:
    calls = [each for finding in joined.report["findings"] for each in finding["exchanges"]]
    assert calls
    for call in calls:
        assert call["curl"].startswith("curl -i ")
        assert ("CREDENTIALS_OF" in call["curl"]) == bool(call["identity"])


def test_html_shows_the_exchanges_folded(joined: Scanned) -> None:
    text = joined.texts["report.html"]
    assert text.count("<summary><code>GET http://127.0.0.1") >= 4
    assert "<details open" not in text


def test_sarif_names_addresses_and_files_as_what_they_are(joined: Scanned) -> None:
    results = json.loads(joined.texts["report.sarif"])["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in results]
    assert all(("uriBaseId" in place) == ("://" not in place["uri"]) for place in places)
    assert any(place["uri"].startswith("http://127.0.0.1:") for place in places)
    assert not [place for place in places if "%3A//" in place["uri"]]


def test_har_holds_the_exchanges_of_the_findings(joined: Scanned) -> None:
    entries = json.loads(joined.texts["report.har"])["log"]["entries"]
    calls = [each["curl"] for finding in joined.report["findings"] for each in finding["exchanges"]]
    assert len(entries) == len(calls) > 0
    assert {each["response"]["status"] for each in entries} >= {200, 401}
    assert any("asked as bob" in each["comment"] for each in entries)


def test_the_running_example_ends_with_its_block() -> None:
    with served() as origin:
        assert httpx.get(f"{origin}/health").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{origin}/health")
