"""A scan that looks at changes as well: from git and files alone, and with a token from a forge."""

import json
from pathlib import Path
from typing import Any

from tests.cli.command import GUARDED, Done, assay, git, project

WORKFLOW = """on: [pull_request]
permissions: {contents: read}
jobs:
  security:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
      - run: assay scan .
"""


def repository(root: Path, **files: str) -> Path:
    project(root, GUARDED)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def said(done: Done) -> dict[str, list[dict[str, Any]]]:
    """The verdicts of AP6xx by rule."""
    found: dict[str, list[dict[str, Any]]] = {}
    for verdict in json.loads(done.out)["verdicts"]:
        if verdict["rule"].startswith("AP6"):
            found.setdefault(verdict["rule"], []).append(verdict)
    return found


def outcomes(done: Done) -> dict[str, list[str]]:
    return {rule: [each["outcome"] for each in verdicts] for rule, verdicts in said(done).items()}


def test_nothing_is_said_of_changes_unless_it_is_asked_for(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    assert said(assay("scan", root, "--format", "json")) == {}


def test_git_and_files_alone_prove_the_gate_and_leave_reviews_open(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", **{".github/workflows/ci.yml": WORKFLOW})
    done = assay("scan", root, "--change", "--format", "json", "--fail-on", "never")
    assert done.code == 0, done.err
    found = outcomes(done)
    assert found["AP601"] == ["pass"]
    assert found["AP602"] == ["pass", "not-tested", "not-tested"]
    assert found["AP603"] == found["AP604"] == ["not-tested"]
    assert found["AP605"] == ["fail"]
    assert [found[rule] for rule in ("AP606", "AP607", "AP608")] == [["pass"], ["pass"], ["pass"]]
    assert "no token was given" in said(done)["AP603"][0]["message"]


def test_the_settings_ask_for_it_and_controls_of_change_rest_upon_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", **{"assay.toml": "[change]\n", ".github/workflows/ci.yml": WORKFLOW})
    done = assay("scan", root, "--format", "json", "--fail-on", "never")
    controls = {each["control"]: each for each in json.loads(done.out)["controls"]}
    assert controls["CC8.1"]["state"] == "partly-tested", controls["CC8.1"]


def test_the_same_commit_gives_the_same_report(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop", **{".github/workflows/ci.yml": WORKFLOW})
    first, second = (assay("scan", root, "--change", "--format", "json") for _ in range(2))
    assert first.out == second.out


def test_a_folder_outside_git_is_not_tested_and_says_why(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path / "shop", GUARDED), "--change", "--format", "json", "--fail-on", "never")
    (verdict,) = said(done)["AP603"]
    assert (verdict["outcome"], verdict["message"]) == (
        "not-tested",
        "Review of changes: not known; no git repository holds this folder.",
    )


def test_a_token_for_an_unknown_host_is_not_sent_where_the_tree_says(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    git(root, "remote", "add", "origin", "https://evil.example.org/a/b.git")
    done = assay("scan", root, "--change", ASSAY_FORGE_TOKEN="secret")
    assert done.code == 2
    assert "only where you name it" in done.err
    assert "secret" not in done.err + done.out


def test_the_ledger_remembers_each_change_once(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    git(root, "commit", "-q", "--allow-empty", "-m", "SHOP-7 more (#2)")
    for _ in range(2):
        assert assay("scan", root, "--change", "--fail-on", "never", is_recording=True).code == 0
    done = assay("evidence", "log", "--path", root, "--type", "change", "--format", "json")
    bodies = json.loads(done.out)
    assert len(bodies) == 2, done.out
