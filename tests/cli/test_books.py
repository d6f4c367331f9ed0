"""Access reviews, deployments, pauses, corrections and retention on the command line, with what people get wrong."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from tests.cli.command import OPEN, Done, assay, git, project

from assay_verify.command import main

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


def test_a_deployment_holds_the_commits_since_the_last_one_in_its_environment(shop: Path) -> None:
    git(shop, "init", "--quiet")
    names = []
    for number in range(4):
        git(shop, "commit", "--quiet", "--allow-empty", "--message", str(number))
        git(shop, "tag", f"v{number}")
        names.append((shop / ".git" / "refs" / "tags" / f"v{number}").read_text().strip())
    lines = ("commit,env,actor,date,state", f"{names[0]},production,ci,2026-01-01,success",
             f"{names[1]},staging,ci,2026-01-02,success", f"{names[2]},production,ci,2026-01-03,failure")  # fmt: skip
    assert ask(shop, "deploy", "--import", written(shop, "d.csv", "\n".join(lines))).code == 0
    assert (
        ask(shop, "deploy", "--commit", "v3", "--environment", "production", "--at", "2026-01-04T00:00:00Z").code == 0
    )
    again = written(shop, "e.csv", "\n".join(lines[:2]))
    assert "0 of 1 deployments recorded, 1 known already" in ask(shop, "deploy", "--import", again).err
    pack = shop.parent / "p.zip"
    assert ask(shop, "pack", "--audit", "A", "-o", pack).code == 0
    with zipfile.ZipFile(pack) as found:
        rows = list(csv.DictReader(io.StringIO(found.read("populations/deployments.csv").decode())))
    told = [(row["commit"], row["commits_without_change"]) for row in rows]
    assert told == [(names[0], "0"), (names[1], "0"), (names[2], "0"), (names[3], "3")]


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
    assert "Nothing is over 36 months." in ask(shop, "prune").out
    assert ask(shop, "retain", "--hold", "case", "--reason", "A dispute.").code == 0
    assert "while case stands" in ask(shop, "prune", "--remove").err
    assert ask(shop, "retain", "--release", "case", "--reason", "Settled.").code == 2
    assert ask(shop, "retain", "--release", "case", "--reason", "Settled.", "--approver", "bob@example.org").code == 0
    assert ask(shop, "prune", "--remove").code == 0


def test_a_hold_of_a_scope_names_one_that_the_ledger_knows(shop: Path) -> None:
    words = ("retain", "--hold", "case", "--reason", "A dispute.", "--scope")
    refused = ask(shop, *words, "static:shpo")
    assert (refused.code, "the ledger remembers static:shop" in refused.err) == (2, True)
    assert ask(shop, "retain", "--scope", "static:shop").code == 2
    assert ask(shop, *words, "static:shop").code == 0
    assert "case, static:shop: A dispute." in ask(shop, "retain").out
    assert "case of static:shop placed" in ask(shop, "log").out
    assert ask(shop, "prune", "--remove").code == 0, "what no hold keeps may go"


def test_an_owner_and_a_ticket_are_in_the_timeline_and_the_pack(shop: Path) -> None:
    print_ = finding(shop)
    assert ask(shop, "assign", print_, "--owner", "dan", "--ticket", "https://tracker.example/T-1").code == 0
    words = ("assign", print_[:8], "--owner", "eve@example.org", "--ticket", "https://tracker.example/T-2")
    assert ask(shop, *words).code == 0
    (told,) = json.loads(ask(shop, "timeline", print_, "--format", "json").out)
    assert {(each["owner"], each["ticket"]) for each in told["states"]} == {
        ("eve@example.org", "https://tracker.example/T-2")
    }
    out = " ".join(ask(shop, "timeline", print_).out.split())
    assert "eve@example.org answers for it" in out
    assert "dan answers for it, https://tracker.example/T-1" in out
    pack = accepted(shop, "--finding", print_)
    with zipfile.ZipFile(pack) as found:
        (scope,) = json.loads(found.read(f"findings/{print_}.json"))["scopes"]
        rows = list(csv.DictReader(io.StringIO(found.read("populations/findings.csv").decode())))
    assert (scope["owner"], scope["ticket"]) == ("eve@example.org", "https://tracker.example/T-2")
    assert any("dan answers for it" in each["text"] for each in scope["timeline"])
    assert [(row["owner"], row["ticket"]) for row in rows] == [("eve@example.org", "https://tracker.example/T-2")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--owner", " "), "owner must be stated"),
        (("--owner", "dan", "--ticket", "T-1"), "'T-1' is no address of a ticket"),
        (("--owner", "dan", "--ticket", "https://dan:key@tracker.example/1"), "without a password"),
        (("--ticket", "https://tracker.example/T-1"), "--owner"),
    ],
)
def test_an_assignment_that_says_nothing_is_refused(shop: Path, words: tuple[str, ...], told: str) -> None:
    done = ask(shop, "assign", finding(shop), *words)
    assert done.code == 2
    assert told in done.err


def test_nobody_answers_for_a_finding_that_the_ledger_does_not_know(shop: Path) -> None:
    done = ask(shop, "assign", "f" * 32, "--owner", "dan")
    assert done.code == 2
    assert "the ledger knows no such finding" in done.err


def test_a_control_that_others_answer_for_is_outside_everywhere_with_the_reason(shop: Path) -> None:
    state_audit(shop)
    hosted = ("CC6.4", "--carved-out", "Cloud Inc", "--reason", "They run the halls.")
    assert audit(shop, "mark", "year", *hosted).code == 0
    assert audit(shop, "mark", "year", "cc6.1", "--user-entity", "--reason", "They keep their accounts.").code == 0
    assert audit(shop, "mark", "year", "CC6.8", "--user-entity", "--reason", "A slip.").code == 0
    assert audit(shop, "mark", "year", "CC6.8", "--in-scope", "--reason", "Ours after all.").code == 0
    (shown,) = json.loads(audit(shop, "show", "year", "--format", "json").out)
    positions = [(each["control"], each["position"], each["to"]) for each in shown["boundary"]]
    assert positions == [("CC6.1", "user-entity", ""), ("CC6.4", "carved-out", "Cloud Inc"), ("CC6.8", "in-scope", "")]
    assert "carved out to Cloud Inc" in " ".join(audit(shop, "show").out.split())
    ready = json.loads(audit(shop, "readiness", "--format", "json").out)
    assert ready["outside"] == [
        "soc2 CC6.1: for the user entities to do: They keep their accounts.",
        "soc2 CC6.4: carved out to Cloud Inc: They run the halls.",
    ]
    assert "CC6.1" not in {gap["subject"] for gap in ready["gaps"]}
    assert "outside: soc2 CC6.4: carved out to Cloud Inc" in audit(shop, "readiness").out
    with zipfile.ZipFile(accepted(shop, "--audit", "year")) as found:
        scope = json.loads(found.read("scope.json"))
        control = json.loads(found.read("controls/soc2/CC6.1.json"))
        rows = {row["Control ID"]: row for row in csv.DictReader(io.StringIO(found.read("grc/controls.csv").decode()))}
        page = found.read("report.html").decode()
        remarks = json.loads(found.read("oscal/assessment-results.json"))["assessment-results"]["results"][0]["remarks"]
        (last,) = [name for name in found.namelist() if name.startswith("runs/") and name.endswith(".html")]
        scan = found.read(last).decode()
    assert [(each["control"], each["position"]) for each in scope["boundary"]] == [each[:2] for each in positions]
    assert not {"soc2 CC6.1", "soc2 CC6.4"} & set(scope["outside_of_what_a_tool_tests"])
    assert control["state"] == "outside"
    assert control["boundary"]["reason"] == "They keep their accounts."
    assert "seen all the same" in control["summary"], "an open finding is not hidden by the boundary"
    assert (rows["CC6.4"]["Status"], rows["CC6.4"]["Result"]) == ("outside", "Needs review")
    assert "carved out to Cloud Inc: They run the halls" in page
    assert "Outside of the boundary of this audit: soc2 CC6.1" in remarks
    assert ": for the user entities to do: They keep their accounts; seen all the same: 1 endpoint" in scan
    assert "carved out to Cloud Inc: They run the halls" in scan, "the last scan is told with the same boundary"


def test_a_mark_holds_for_its_audit_alone(shop: Path) -> None:
    state_audit(shop)
    assert audit(shop, "mark", "year", "CC6.1", "--user-entity", "--reason", "Theirs.").code == 0
    with zipfile.ZipFile(accepted(shop, "--audit", "other")) as found:
        assert json.loads(found.read("scope.json"))["boundary"] == []
        assert json.loads(found.read("controls/soc2/CC6.1.json"))["state"] == "deviation"
    with zipfile.ZipFile(accepted(shop, "--control", "CC6.1")) as found:
        (mark,) = json.loads(found.read("scope.json"))["boundary"]
        entries = [json.loads(line)["sequence"] for line in found.read("ledger/entries.jsonl").splitlines()]
    assert (mark["audit"], mark["position"]) == ("year", "user-entity")
    assert mark["entry"] in entries, "what is told is proven"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("year", "CC99.1", "--user-entity"), "CC99.1: audit year has no such control in soc2, pci"),
        (("next", "CC6.1", "--user-entity"), "audit next: the ledger states year"),
        (("year", "CC6.1"), "A control lies on one side"),
        (("year", "CC6.1", "--user-entity", "--in-scope"), "A control lies on one side"),
        (("year", "CC6.1", "--carved-out", " "), "to must be stated"),
        (("year", "CC6.1", "--user-entity", "--framework", "hipaa"), "has no such control in hipaa"),
    ],
)
def test_a_mark_that_means_nothing_is_refused(shop: Path, words: tuple[str, ...], told: str) -> None:
    state_audit(shop, "--framework", "soc2,pci")
    done = audit(shop, "mark", *words, "--reason", "Why not.")
    assert done.code == 2
    assert told in done.err
    assert "Mend:" in done.err


def audit(root: Path, *words: str) -> Done:
    return assay("audit", *words, "--path", root, ASSAY_ACTOR="ann@example.org")


def state_audit(root: Path, *words: str) -> None:
    done = audit(root, "new", "--type", "2", "--from", "2026-01-01", "--to", "2099-12-31", "--name", "year", *words)
    assert done.code == 0, done.err


def accepted(root: Path, *words: str) -> Path:
    """A pack that the verifier takes."""
    path = root.parent / "made.zip"
    done = ask(root, "pack", *words, "-o", path)
    assert done.code == 0, done.err
    assert main([str(path), "--key", done.out.split("--key ")[1].split()[0]]) == 0
    return path
