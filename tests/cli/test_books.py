"""Access reviews, deployments, pauses, corrections and retention on the command line, with what people get wrong."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from tests.cli.command import OPEN, Done, assay, project

LIST = "User;Role;Type;Owner\nann@example.org;admin;person;\ncarl@example.org;admin;person;\nci;deploy;service;ann@example.org\n"
DECIDED = "email,role,decision,reviewer,date\nann@example.org,admin,keep,bob@example.org,2026-01-06\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = project(tmp_path / "shop", OPEN)
    done = assay("scan", root, "--quiet", "--fail-on", "never", is_recording=True, ASSAY_ACTOR="ann@example.org")
    assert done.code == 0, done.err
    return root


def ask(root: Path, *words: str | Path) -> Done:
    return assay("evidence", *words, "--path", root, ASSAY_ACTOR="ann@example.org")


def written(root: Path, name: str, text: str) -> Path:
    path = root.parent / name
    path.write_text(text, encoding="utf-8")
    return path


def finding(root: Path) -> str:
    found: str = json.loads(ask(root, "log", "--type", "finding", "--format", "json").out)[0]["subject"]
    return found


def listed(root: Path) -> None:
    done = ask(
        root, "access-review", "--system", "crm", "--snapshot", written(root, "l.csv", LIST), "--taken", "2026-01-05"
    )
    assert done.code == 0, done.err


def test_a_list_decisions_and_a_later_list_are_in_the_pack(shop: Path) -> None:
    listed(shop)
    decisions = (
        DECIDED
        + "carl@example.org,admin,remove,bob@example.org,2026-01-06\nci,deploy,keep,bob@example.org,2026-01-06\n"
    )
    assert ask(shop, "access-review", "--system", "crm", "--decisions", written(shop, "d.csv", decisions)).code == 0
    assert "AP717" in ask(shop, "access-review").out
    later = written(shop, "later.csv", "user,role\nann@example.org,admin\nci,deploy\n")
    assert ask(shop, "access-review", "--system", "crm", "--snapshot", later).code == 0
    assert "AP717" not in ask(shop, "access-review").out
    pack = shop.parent / "p.zip"
    assert ask(shop, "pack", "--audit", "A", "-o", pack).code == 0
    with zipfile.ZipFile(pack) as found:
        rows = list(csv.DictReader(io.StringIO(found.read("populations/access-review-rows.csv").decode())))
        sheet = json.loads(found.read("populations/access-review-rows.ipe.json"))
        names = [name for name in found.namelist() if name.startswith("access-reviews/crm-2026-01-05-")]
    assert [(row["principal"], row["state"]) for row in rows[:3]] == [
        ("ann@example.org", "kept"), ("carl@example.org", "done"), ("ci", "kept"),
    ]  # fmt: skip
    assert len(names) == 1
    assert str(len(rows)) in json.dumps(sheet)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the column principal is missing"),
        ("user,role\n", "the table has no rows"),
        ("user,role\nann,\n", ":2: role is empty"),
        ("user,email,role\na,b,c\n", "two headings mean principal"),
        ("user,role\nann,admin\nANN,Admin\n", ":3: ANN holds Admin twice"),
        ("user,role\nann,ghp_0123456789012345678901234567\n", ":2: role holds a key itself"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(shop: Path, text: str, told: str) -> None:
    done = ask(shop, "access-review", "--system", "crm", "--snapshot", written(shop, "l.csv", text))
    assert done.code == 2
    assert told in done.err
    assert "Mend:" in done.err


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("ann@example.org,admin,keep,ANN@example.org,2026-01-06", "cannot review their own access"),
        ("ci,deploy,keep,ann@example.org,2026-01-06", "answers for ci and cannot review it"),
        ("ann@example.org,admin,maybe,bob,2026-01-06", "'maybe' is no decision"),
        ("ann@example.org,admin,keep,,2026-01-06", "reviewer must be stated"),
        ("ann@example.org,admin,keep,bob,soon", "decided is 'soon', which is no date"),
        ("ann@example.org,admin,keep,bob,2026-01-04", "Mend: name a day from 2026-01-05"),
        ("dan,admin,keep,bob,2026-01-06", "the newest list has no dan with admin"),
        ("ann@example.org,admin,,,", "no row has a decision"),
    ],
)
def test_a_decision_that_does_not_count_is_refused(shop: Path, row: str, told: str) -> None:
    listed(shop)
    path = written(shop, "d.csv", f"user,role,decision,reviewer,date\n{row}\n")
    done = ask(shop, "access-review", "--system", "crm", "--decisions", path)
    assert done.code == 2
    assert told in done.err


def test_deployments_are_imported_once(shop: Path) -> None:
    entry = {
        "id": 7,
        "sha": "a" * 40,
        "environment": "production",
        "creator": {"login": "ann"},
        "created_at": "2026-01-06T10:00:00Z",
    }
    path = written(shop, "d.json", json.dumps([entry]))
    assert "1 of 1 deployments recorded" in ask(shop, "deploy", "--import", path).err
    assert "0 of 1 deployments recorded, 1 known already" in ask(shop, "deploy", "--import", path).err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "no list of deployments"),
        ('[{"id": 1}]', "deployment 1: id, sha"),
        ("[{", "it is no JSON"),
        ("commit,env,actor,date\na,b,c,yesterday\n", ":2: 'yesterday' is no moment"),
        ("commit,env,actor,date\na,b,c,2026-01-06T10:00:00\n", "names no offset"),
        ("commit,env,actor,date\na,b,c,2999-01-06\n", "which is to come"),
    ],
)
def test_deployments_that_are_none_are_refused(shop: Path, text: str, told: str) -> None:
    done = ask(shop, "deploy", "--import", written(shop, "d", text))
    assert done.code == 2
    assert told in done.err


def test_a_pause_is_shown_and_refused_to_who_asks_alone(shop: Path) -> None:
    words = (finding(shop), "--reason", "Awaited.", "--until", "2099-01-01")
    assert ask(shop, "pause", *words, "--approver", "ann@example.org").code == 2
    assert ask(shop, "pause", *words, "--approver", "bob@example.org").code == 0
    assert "its clock stands still until 2099-01-01" in ask(shop, "timeline", finding(shop)).out
    assert ask(shop, "resume", finding(shop), "--reason", "It came.").code == 0
    assert ask(shop, "resume", finding(shop), "--reason", "It came.").code == 2


def test_a_correction_is_shown_at_the_entry_that_stays(shop: Path) -> None:
    before = json.loads(ask(shop, "log", "--format", "json").out)
    run = next(each for each in before if each["type"] == "run")
    words = ("correct", str(run["sequence"]), "--reason", "It was staging.")
    assert "has apis" in ask(shop, *words, "--field", "tarjet").err
    assert ask(shop, *words, "--field", "target", "--replacement", "staging").code == 0
    assert json.loads(ask(shop, "log", "--format", "json").out)[1:] == before
    out = " ".join(ask(shop, "log").out.split())
    assert "(corrected by entry" in out
    assert f"entry {run['sequence']}: target should be 'staging': It was staging." in out


def test_nothing_is_removed_without_being_asked_to_or_while_a_hold_stands(shop: Path) -> None:
    assert "Nothing is over." in ask(shop, "prune").out
    assert ask(shop, "retain", "--hold", "case", "--reason", "A dispute.").code == 0
    assert "while case stands" in ask(shop, "prune", "--remove").err
    assert ask(shop, "retain", "--release", "case", "--reason", "Settled.").code == 2
    assert ask(shop, "retain", "--release", "case", "--reason", "Settled.", "--approver", "bob@example.org").code == 0
    assert ask(shop, "prune", "--remove").code == 0
