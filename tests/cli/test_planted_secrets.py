"""Secrets planted in the code and in the answers of a running API stand in no output, and the pack says what was taken out."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from tests.cli.command import OPEN, assay, git, project
from tests.live.serving import served

from assay.plugins.registry import registry
from assay.plugins.report import Report
from assay_verify.archive import files

IN_CODE = "AKIA" + "Q3EGRXT7ZPLN2VKB"
TOKEN = "tok-" + "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
CARD, MAIL, PASSWORD = "4532018755236982", "ada.lovelace@example.org", "correct-horse-battery-7"
PLANTED = (IN_CODE, IN_CODE[4:16], TOKEN, TOKEN[4:20], CARD, MAIL, PASSWORD)
app = FastAPI()


@app.get("/orders/{id}")
def order(id: str, request: Request) -> JSONResponse:  # noqa: A002 - the name in the path
    content = {"id": id, "card": CARD, "email": MAIL, "password": PASSWORD, "said": dict(request.headers)}
    answer = JSONResponse(content)
    answer.set_cookie("sessionid", TOKEN)
    return answer


@app.get("/customers")
def customers() -> list[dict[str, str]]:
    return [{"email": MAIL, "password": PASSWORD, "card": CARD}]


@pytest.mark.slow
def test_no_output_of_a_run_holds_a_planted_secret_and_the_pack_lists_what_was_taken_out(tmp_path: Path) -> None:
    text = OPEN + f'\n\nAWS_ACCESS_KEY_ID = "{IN_CODE}"\n\n\n@app.get("/customers")\ndef customers() -> None: ...\n'
    root, out = project(tmp_path / "shop", text), tmp_path / "out"
    out.mkdir()
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "as it is")
    forms = [each for each in registry("assay.reports", "REPORT", Report, "name") if each.name != "terminal"]
    wanted = [f"--output={each.name}={out / each.name}" for each in forms]
    with served(app) as origin:
        words = (
            "--identity=ada=bearer:env:TOKEN",
            "--rate",
            "500",
            "--history",
            "--show=endpoints",
            "--fail-on",
            "never",
        )
        done = assay("scan", root, origin, *words, *wanted, is_recording=True, TOKEN=TOKEN)
    assert done.code == 0, done.err
    pack = assay("evidence", "pack", "--path", root, "--output", out / "audit.zip")
    assert pack.code == 0, pack.err
    said = {
        "stdout": done.out,
        "stderr": done.err,
        "log": assay("evidence", "log", "--path", root, "--format", "json").out,
    }
    content = {name: each.encode() for name, each in said.items()} | dict(files(out / "audit.zip"))
    content |= {each.name: (out / each.name).read_bytes() for each in forms}
    content |= {path.name: path.read_bytes() for path in (root / ".assay").iterdir() if path.is_file()}
    assert content["har"].count(b"characters, ") > 1
    assert b"AP201" in content["json"]
    assert [(name, word) for name, each in content.items() for word in PLANTED if word.encode() in each] == []
    plain = [sha256(word.encode()).hexdigest()[:8].encode() for word in (CARD, MAIL, PASSWORD, TOKEN)]
    assert not [name for name, each in content.items() if any(mark in each for mark in plain)], "marks are keyed"
    removed = json.loads(content["redactions.json"])["removed"]
    assert {each["rule"] for each in removed} == {"secret-masked", "traffic-masked", "traffic-not-kept"}
    assert all(len(each["digest"]) == 64 for each in removed if each["rule"] != "traffic-not-kept")


def test_marks_of_masked_values_are_the_same_in_one_workspace_and_say_nothing_elsewhere(tmp_path: Path) -> None:
    words = ("--rate", "5000", "--fail-on", "never", "--format", "json", "--quiet")
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    with served(app) as origin:
        bare = assay("scan", origin, *words, at=mine)
        first, again, unrecorded, theirs = (
            assay("scan", origin, *words, at=at, is_recording=is_recording).out
            for at, is_recording in ((mine, True), (mine, True), (mine, False), (other, True))
        )
    assert {each.partition(", ")[0].rstrip("]") for each in _masks(first)} == {
        each.rstrip("]") for each in _masks(bare.out)
    }
    assert all(re.search(r", [0-9a-f]{8}\]$", each) for each in _masks(first))
    assert _masks(first) == _masks(again) == _masks(unrecorded)
    assert not _masks(first) & _masks(theirs)


def _masks(report: str) -> set[str]:
    found = set(re.findall(r"\S{0,2}…\[[^\]]+\]", json.dumps(json.loads(report), ensure_ascii=False)))
    assert found
    return found
