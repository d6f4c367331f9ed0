"""What git alone tells of changes: merges, pull requests that messages name, reviewers in trailers, and where history ends."""

import subprocess
from pathlib import Path

import pytest
from tests.cli.command import git

from assay.change.delivery import Asked, delivery
from assay.model.change import Change
from assay.model.program import Inventory
from assay.model.verdict import Outcome
from assay.rules.change.unreviewed_change import RULE


def repository(root: Path) -> Path:
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return root


def commit(root: Path, message: str, *words: str) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", message, *words)


def changes(root: Path, days: int = 90) -> tuple[Change, ...]:
    return delivery(root, Asked(days=days)).changes


@pytest.mark.parametrize(
    ("message", "request_"),
    [
        ("Merge pull request #12 from a/b", "#12"),
        ("Add orders (#7)", "#7"),
        ("Merge branch 'x' into 'main'\n\nSee merge request team/shop!9", "!9"),
        ("Close #7", ""),
        ("Add (#7) orders", ""),
    ],
)
def test_messages_name_the_request_that_brought_a_change(tmp_path: Path, message: str, request_: str) -> None:
    root = repository(tmp_path / "shop")
    commit(root, message)
    assert changes(root)[0].request == request_


def test_a_merge_is_one_change_whatever_it_brought(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    commit(root, "first")
    git(root, "checkout", "-q", "-b", "work")
    commit(root, "a")
    commit(root, "b")
    git(root, "checkout", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "Merge pull request #1 from work", "work")
    found = changes(root)
    assert [(each.subject, each.is_merge) for each in found] == [
        ("Merge pull request #1 from work", True),
        ("first", False),
    ]


def test_changes_of_another_branch_are_none_of_the_default_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    commit(root, "first")
    git(root, "checkout", "-q", "-b", "work")
    commit(root, "unfinished")
    assert [each.subject for each in changes(root)] == ["first"]


def test_who_reviewed_their_own_change_alone_is_told_without_a_forge(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    commit(root, "one\n\nReviewed-by: Bob <bob@example.org>\nReviewed-by: a <a@example.org>")
    (verdict,) = RULE.judge(Inventory(delivery=delivery(root, Asked())))
    assert verdict.outcome is Outcome.NOT_TESTED, "git cannot prove a review"
    commit(root, "two\n\nReviewed-by: a <A@example.org>  ")
    (verdict,) = RULE.judge(Inventory(delivery=delivery(root, Asked())))
    assert verdict.message == "1 of 2 changes reached main within 90 days without an independent approval."


def test_changes_older_than_the_window_are_left_out_by_the_newest_and_not_by_the_clock(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    for day in ("2020-01-01", "2020-06-01", "2020-06-20"):
        done = [
            "git",
            "-C",
            str(root),
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            day,
        ]
        subprocess.run(
            done, check=True, timeout=30, env={"GIT_COMMITTER_DATE": f"{day}T00:00:00Z", "PATH": "/usr/bin:/bin"}
        )
    assert [each.subject for each in changes(root)] == ["2020-06-20", "2020-06-01"]


def test_a_shallow_clone_says_that_its_history_is_cut_off(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    commit(root, "one")
    commit(root, "two")
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{root}", str(tmp_path / "copy")], check=True, timeout=30
    )
    (verdict,) = RULE.judge(Inventory(delivery=delivery(tmp_path / "copy", Asked())))
    assert verdict.outcome is Outcome.NOT_TESTED
    assert "the clone is shallow" in verdict.message


def test_a_folder_inside_a_repository_names_its_files_from_there(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    (root / ".github" / "workflows").mkdir(parents=True)
    (root / ".github" / "workflows" / "ci.yml").write_text(
        "on: push\njobs: {a: {steps: [{run: make}]}}\n", encoding="utf-8"
    )
    (root / "api").mkdir()
    commit(root, "first")
    (found,) = delivery(root / "api", Asked()).pipelines
    assert found.path == "../.github/workflows/ci.yml"
