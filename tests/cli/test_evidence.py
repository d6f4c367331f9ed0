"""Scans that remember, and what people ask of the ledger: log, timeline, status, claim, accept, verify, sample, anchor."""

import json
import shutil
import sqlite3
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import GUARDED, OPEN, Done, assay, git, project
from tests.house.tree import ROOT
from tests.ledger import authority


def ann(*words: str | Path, is_recording: bool = False) -> Done:
    identity = {
        f"GIT_{role}_{part}": "ann@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    return assay(*words, is_recording=is_recording, at=None, ASSAY_ACTOR="ann@example.org", **identity)


def scan(root: Path, *words: str | Path) -> Done:
    return ann("scan", root, "--quiet", "--fail-on", "never", *words, is_recording=True)


def ask(root: Path, *words: str | Path) -> Done:
    return ann("evidence", *words, "--path", root)


def answer(root: Path, *words: str) -> Any:
    done = ask(root, *words, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def repository(root: Path, text: str = OPEN) -> Path:
    project(root, text)
    git(root, "init", "-q")
    commit(root, text)
    return root


def commit(root: Path, text: str) -> None:
    (root / "main.py").write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "change")


def finding(root: Path) -> str:
    found: str = answer(root, "log", "--type", "finding")[-1]["subject"]
    return found


def state(root: Path) -> str:
    found: str = answer(root, "timeline", finding(root))[0]["states"][0]["state"]
    return found


def test_a_scan_says_where_it_is_remembered_and_leaves_the_tree_clean(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    first = ann("scan", root, "--format", "json", is_recording=True)
    assert "recorded as entry 3 of .assay/ledger.sqlite, with 1 change of findings" in first.err
    assert "Keep its fingerprint elsewhere: " in first.err
    assert (root / ".assay" / "key").stat().st_mode & 0o777 == 0o600
    second = ann("scan", root, "--format", "json", is_recording=True)
    assert "entry 5" in second.err
    assert second.out == first.out, "the report says the same, remembered or not"
    assert assay("scan", root, "--format", "json").out == first.out
    assert "+changes" not in json.loads(second.out)["run"]["commit"]


def test_no_record_records_nothing(tmp_path: Path) -> None:
    root = project(tmp_path)
    assay("scan", root, "--no-record", is_recording=True)
    assert not (root / ".assay").exists()
    assert "there is no ledger yet" in ask(root, "log").err


def test_what_cannot_be_remembered_is_told_and_fails_no_scan(tmp_path: Path) -> None:
    root = project(tmp_path, GUARDED)
    (root / ".assay").write_text("no folder", encoding="utf-8")
    done = assay("scan", root, is_recording=True)
    assert done.code == 0
    assert "this run is NOT recorded" in done.err


def test_the_whole_story_of_a_finding(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    fingerprint = finding(root)
    commit(root, GUARDED)
    assert ask(root, "claim", fingerprint[:8], "--commit", "HEAD").code == 0
    assert state(root) == "fix_claimed"
    scan(root)
    (told,) = answer(root, "timeline", "DELETE /orders/{id}")
    assert [entry["state"] for entry in told["entries"]] == ["detected", "fix_claimed", "verified_fixed"]
    assert told["entries"][1]["commit"] == told["entries"][2]["commit"] != told["entries"][0]["commit"]
    assert len(told["entries"][2]["commit"]) == 40
    text = ask(root, "timeline", fingerprint).out
    assert "verified_fixed since" in text
    commit(root, OPEN)
    scan(root)
    assert state(root) == "regressed"
    assert "AP705" in ask(root, "status").out


def test_a_claim_is_answered_only_by_a_scan_that_contains_its_commit(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    git(root, "checkout", "-q", "-b", "fix")
    commit(root, GUARDED)
    ask(root, "claim", finding(root), "--commit", "fix")
    git(root, "checkout", "-q", "-")
    scan(root)
    assert state(root) == "fix_claimed", "this commit does not hold the fix"
    git(root, "merge", "-q", "fix")
    scan(root)
    assert state(root) == "verified_fixed"


def test_a_finding_survives_a_renamed_file_and_moved_lines(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    (root / "main.py").rename(root / "api.py")
    (root / "api.py").write_text("\n\n# moved\n" + OPEN, encoding="utf-8")
    scan(root)
    assert len(answer(root, "log", "--type", "finding")) == 1
    assert state(root) == "detected"


def test_a_deleted_endpoint_is_removed_and_an_unread_one_is_not_observed(tmp_path: Path) -> None:
    other = OPEN + '\n\n@app.get("/health")\ndef health() -> None: ...\n'
    root = repository(tmp_path / "shop", other)
    scan(root)
    broken = other.replace('@app.delete("/orders/{id}")', '@app.delete(path_of("/orders"))')
    commit(root, broken)
    scan(root)
    assert state(root) == "not_observed"
    commit(root, other.replace('@app.delete("/orders/{id}")\n', ""))
    scan(root)
    assert state(root) == "verified_removed"


def test_weaker_settings_fix_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    exemption = '[[exemptions]]\nendpoint = "DELETE /orders/{id}"\nreason = "Behind the gateway."\n'
    (root / "assay.toml").write_text(exemption, encoding="utf-8")
    scan(root)
    assert state(root) == "not_observed"
    assert "the settings exempt it" in ask(root, "timeline", finding(root)).out


def test_an_acceptance_needs_a_second_person_and_an_end(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    words = ["accept", finding(root), "--reason", "r", "--measure", "m", "--path", str(root)]
    own = ann(*words, "--approver", "Ann <ann@example.org>", "--expires", "2099-01-31")
    assert (own.code, "cannot approve" in own.err) == (2, True)
    past = ann(*words, "--approver", "bob", "--expires", "2020-01-31")
    assert (past.code, "this day is past" in past.err) == (2, True)
    soon = ann(*words, "--approver", "bob", "--expires", "soon")
    assert (soon.code, "no date" in soon.err) == (2, True)
    assert ann(*words, "--approver", "bob", "--expires", "2099-01-31").code == 0
    assert state(root) == "excepted"


def test_verify_tells_a_changed_ledger_from_a_sound_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    key = answer(root, "verify")["key"]
    assert ask(root, "verify", "--key", key).code == 0
    assert ask(root, "anchor", "--file", tmp_path / "head", "--git-note", "--git-tag").code == 0
    assert ask(root, "verify", "--checkpoint", tmp_path / "head").code == 0
    assert ask(root, "verify", "--key", "0" * 64).code == 1
    connection = sqlite3.connect(root / ".assay" / "ledger.sqlite")
    connection.execute("DROP TRIGGER entry_is")
    connection.execute("UPDATE entry SET text = replace(text, 'ann@', 'bob@') WHERE sequence = 3")
    connection.commit()
    connection.close()
    done = ask(root, "verify")
    assert done.code == 1
    assert "CHANGED at 3" in done.out


def test_a_sample_is_the_same_for_everybody_who_draws_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    for _ in range(3):
        scan(root)
    at = answer(root, "log", "--type", "run")[0]["recorded_at"]
    week = f"{date.fromisoformat(at[:10]):%G-W%V}"
    words = ("sample", "--week", week, "--control", "CC6.1", "--seed", "auditor", "--size", "2")
    first, second = answer(root, *words), answer(root, *words)
    assert first["selected_entries"] == second["selected_entries"]
    assert first["population_sha256"] == second["population_sha256"]
    assert ask(root, *words, "--output", tmp_path / "out").code == 0
    assert (tmp_path / "out" / "population.csv").is_file()
    assert ask(root, "sample", "--week", "2026-23").code == 2
    assert ask(root, "sample", "--week", week, "--control", "CC99").code == 2


def test_a_schedule_and_days_to_fix_are_versioned_as_settings_change(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    for text in ("[ledger]\n", "[ledger]\n", "[ledger]\nevery-days = 30\n\n[ledger.sla]\nhigh = 60\n"):
        (root / "assay.toml").write_text(text, encoding="utf-8")
        scan(root)
    schedules = answer(root, "log", "--type", "schedule")
    assert [entry["body"]["days"] for entry in schedules] == [30, 7]
    assert [entry["body"]["high"] for entry in answer(root, "log", "--type", "sla")] == [60, 30]


@pytest.mark.parametrize("text", ["[ledger]\nevery-days = 0\n", "[ledger]\npaht = 'x'\n", "[ledger]\nsigner = ['x']\n"])
def test_a_mistake_in_the_ledger_table_is_told(tmp_path: Path, text: str) -> None:
    root = project(tmp_path)
    (root / "assay.toml").write_text(text, encoding="utf-8")
    done = assay("scan", root)
    assert done.code == 2
    assert "assay.toml: ledger." in done.err


def test_the_ledger_may_lie_elsewhere(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    (root / "assay.toml").write_text('[ledger]\npath = "evidence/shop.sqlite"\n', encoding="utf-8")
    scan(root)
    assert (root / "evidence" / "shop.sqlite").is_file()
    given = tmp_path / "elsewhere" / "ledger.sqlite"
    assay("scan", root, is_recording=True, ASSAY_LEDGER=str(given))
    assert sorted(each.name for each in given.parent.iterdir()) == [
        "head",
        "key",
        "ledger.sqlite",
        "lock",
        "redaction-key",
    ]


def test_no_secret_reaches_the_ledger(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    root = repository(tmp_path / "shop", OPEN + f'\nPASSWORD = "{secret[::-1]}"\nTOKEN = "{secret}"\n')
    scan(root)
    connection = sqlite3.connect(root / ".assay" / "ledger.sqlite")
    kept = [row[0].encode() for row in connection.execute("SELECT text FROM body UNION SELECT text FROM entry")]
    kept += [zlib.decompress(row[0]) for row in connection.execute("SELECT packed FROM attachment")]
    connection.close()
    assert len(kept) > 5
    assert not [text for text in kept if secret.encode() in text or secret[::-1].encode() in text]


def test_no_answer_calls_anything_compliant_or_certified(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    for words in (["log"], ["status"], ["timeline", "DELETE /orders/{id}"], ["verify"], ["log", "--format", "json"]):
        text = ask(root, *words).out.lower()
        assert text
        assert "complian" not in text
        assert "certified" not in text


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_a_head_is_stamped_by_an_authority_that_the_owner_asks(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    scan(root)
    roots = authority.made(tmp_path / "authority")
    words = ["evidence", "stamp", "--path", str(root), "--roots", str(roots)]
    alone = assay(*words, at=ROOT)
    assert (alone.code, "it has no answer yet" in alone.err) == (3, True)
    program = " ".join(authority.program(tmp_path / "authority"))
    done = assay(*words, "--command", program, at=ROOT)
    assert (done.code, "entries existed by" in done.err) == (0, True), done.err
    assert ask(root, "verify", "--roots", roots).code == 0
    assert "not verified: give --roots" in ask(root, "verify").out
    other = authority.made(tmp_path / "other")
    assert ask(root, "verify", "--roots", other).code == 1


def test_people_confirm_excuse_and_respond(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    (root / "assay.toml").write_text("[ledger]\n", encoding="utf-8")
    scan(root)
    assert ask(root, "confirm", finding(root), "--reason", "Tried it.").code == 0
    assert state(root) == "confirmed"
    days = ["--first", "2026-12-28", "--last", "2027-01-03", "--reason", "Freeze."]
    assert "cannot approve" in ask(root, "excuse", *days, "--approver", "ann@example.org").err
    assert ask(root, "excuse", *days, "--approver", "bob").code == 0
    assert "there is no such deviation" in ask(root, "deviation", "D-1", "--response", "Noted.").err
    said = ["--control", "CC7.1", "--cause", "Runner down.", "--extent", "One week.", "--response", "Monitored now."]
    assert "recorded as entries" in ask(root, "deviation", "D-1", *said).err
    assert ask(root, "deviation", "D-1", "--response", "Closed.").code == 0
    assert ask(root, "log", "--limit", "1").err == ""
    types = [entry["type"] for entry in answer(root, "log", "--limit", "5")]
    assert types == ["response", "response", "deviation", "excuse", "confirmation"]
