"""`assay scan URL`: a running API alone and together with its code, in a process of its own."""

import json
from pathlib import Path

import pytest
from tests.cli.command import assay, project
from tests.live.servers import strong, weak
from tests.live.serving import free_port, served

PLAIN = """from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def items() -> list[str]:
    return []


@app.get("/items/{number}")
def item(number: str) -> dict[str, str]:
    return {}
"""
QUICK = ("--rate", "5000", "--no-record", "--format", "json")


def test_a_weak_api_fails_and_every_finding_can_be_repeated(tmp_path: Path) -> None:
    with served(weak.app) as origin:
        done = assay("scan", origin, *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert done.code == 1
    assert report["run"]["target"] == origin
    live = [finding for finding in report["findings"] if finding["rule"].startswith("AP4")]
    assert live
    assert all(finding["exchanges"][0]["curl"].startswith("curl -i ") for finding in live)
    assert "hunter2-very-secret" not in done.out


def test_a_strong_api_is_clean(tmp_path: Path) -> None:
    with served(strong.app) as origin:
        done = assay("scan", origin, *QUICK, "--fail-on", "medium", at=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert all(
        "live" in each["views"]
        for each in json.loads(done.out)["endpoints"]
        if each["path"] == "/orders" and each["method"] == "GET"
    )


def test_a_dead_host_is_not_assessed(tmp_path: Path) -> None:
    done = assay("scan", f"http://127.0.0.1:{free_port()}", *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert done.code == 3
    assert "The live test is not complete" in done.err
    assert (report["score"], report["endpoints"], report["run"]["is_complete"]) == (None, [], False)
    assert {verdict["outcome"] for verdict in report["verdicts"]} == {"not-tested"}


def test_code_and_running_api_are_told_together(tmp_path: Path) -> None:
    with served(weak.app) as origin:
        done = assay("scan", project(tmp_path, PLAIN), origin, *QUICK)
    report = json.loads(done.out)
    views = {(each["method"], each["path"]): each["views"] for each in report["endpoints"]}
    assert views["GET", "/items"] == ["code", "contract", "live"]
    trace = next(finding for finding in report["findings"] if finding["rule"] == "AP436")
    assert trace["endpoint"] == {"method": "GET", "path": "/items/{number}"}
    assert trace["place"]["path"] == "main.py"


def test_an_identity_of_the_environment_is_used_and_never_shown(tmp_path: Path) -> None:
    with served(strong.app) as origin:
        done = assay(
            "scan", origin, *QUICK, "--identity", "alice=bearer:env:TOKEN", at=tmp_path, TOKEN="alice-token-000001"
        )
    assert done.code == 0
    assert done.err == ""
    assert "alice-token-000001" not in done.out


def test_a_secret_in_the_clear_is_warned_of(tmp_path: Path) -> None:
    with served(strong.app) as origin:
        done = assay("scan", origin, *QUICK, "--identity", "alice=bearer:alice-token-000001", at=tmp_path)
    assert "written in the clear" in done.err
    assert "alice-token-000001" not in done.out + done.err


def test_identities_and_the_address_may_stand_in_the_settings(tmp_path: Path) -> None:
    with served(strong.app) as origin:
        text = f'[live]\nurl = "{origin}"\nrate = 5000\n[identities.alice]\nkind = "bearer"\ntoken = "env:TOKEN"\nrole = "user"\n'
        (tmp_path / "assay.toml").write_text(text, encoding="utf-8")
        (tmp_path / "main.py").write_text(PLAIN, encoding="utf-8")
        done = assay("scan", tmp_path, *QUICK, "--fail-on", "never", TOKEN="alice-token-000001")
    assert done.code == 0, done.err
    assert dict(json.loads(done.out)["run"]["options"])["target"] == origin


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["https://a.example", "https://b.example"], "second URL"),
        (["ftp://a.example"], "no URL of an API"),
        (["https://ada:pw@a.example"], "holds credentials"),
        (["https://a.example", "--mode", "active"], "--confirm-host a.example"),
        (["https://a.example", "--mode", "active", "--confirm-host", "b.example"], "--confirm-host names b.example"),
        (["http://[::1]:9", "--mode", "active", "--confirm-host", "["], "--confirm-host [::1]:9"),
        (["https://a.example", "--identity", "alice"], "NAME=KIND"),
        (["https://a.example", "--identity", "alice=basic:onlyone"], "USER:SECRET"),
        (["https://a.example", "--identity", "alice=bearer:env:NOT_SET_HERE"], "NOT_SET_HERE is not set"),
        (["https://a.example", "--identity", "alice=login:https://x/l:u:pw"], "no path of the target"),
        (["https://a.example", "--ca-file", "nosuch.pem"], "there is no such file"),
        (["https://a.example", "--ca-file", __file__], "it holds no certificates"),
    ],
)
def test_a_mistake_is_told_with_its_mend_before_anything_is_asked(tmp_path: Path, words: list[str], told: str) -> None:
    done = assay("scan", *words, at=tmp_path)
    assert done.code == 2
    assert told in done.err
    assert "pw@" not in done.err


def test_the_page_of_a_probe_is_explained(tmp_path: Path) -> None:
    assert "Strict-Transport-Security" in assay("explain", "AP410", at=tmp_path).out


def test_a_contract_of_the_command_line_says_what_is_asked_and_its_servers_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(
        json.dumps({**strong.app.openapi(), "servers": [{"url": "https://elsewhere.example.com"}]}), encoding="utf-8"
    )
    with served(strong.app) as origin:
        done = assay("scan", origin, "--contract", "spec.json", *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert done.code == 0, done.err
    orders = next(each for each in report["endpoints"] if (each["method"], each["path"]) == ("GET", "/orders"))
    assert (orders["api"], orders["place"]["path"], orders["authorization"]) == (origin, "spec.json", "authenticated")
