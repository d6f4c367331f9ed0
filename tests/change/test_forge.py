"""What GitHub and GitLab tell of reviews and rules becomes verdicts; what they refuse is not tested."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.change.forging import forging
from tests.change.test_scan import WORKFLOW, outcomes, repository, said
from tests.cli.command import Done, assay, git

from assay.change.forge import Forge, forge_of
from assay.change.transport import Line
from assay.errors import UsageError

HUB, LAB = "/api/v3/repos/org/shop", "/api/v4/projects/org%2Fshop"
RULES = [
    {"type": "pull_request", "parameters": {"required_approving_review_count": 1, "require_code_owner_review": True}},
    {"type": "non_fast_forward"},
    {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "security"}]}},
]


def commits(root: Path) -> list[str]:
    done = subprocess.run(["git", "-C", str(root), "log", "--format=%H"], check=True, capture_output=True, timeout=30)
    return done.stdout.decode().split()


def shop(root: Path) -> Path:
    """Two commits on main, and a workflow with a gate."""
    repository(root, **{".github/workflows/ci.yml": WORKFLOW, ".github/CODEOWNERS": "* @org/team\n"})
    git(root, "commit", "-q", "--allow-empty", "-m", "second (#2)")
    return root


def scan(root: Path, address: str, path: str = "org/shop") -> Done:
    return assay(
        "scan", root, "--change", "--format", "json", "--fail-on", "never",
        ASSAY_FORGE_TOKEN="t0ken", ASSAY_FORGE=f"{address}/{path}",
    )  # fmt: skip


def pull(number: int, commit: str, author: str) -> dict[str, Any]:
    return {
        "number": number, "merged_at": "2026-01-01T00:00:00Z", "merge_commit_sha": commit,
        "user": {"login": author}, "base": {"ref": "main"}, "head": {"sha": f"{number:040d}"},
    }  # fmt: skip


def hub(root: Path, reviews: dict[int, list[tuple[str, str]]], check: str = "success") -> dict[str, Any]:
    second, first = commits(root)
    answers: dict[str, Any] = {
        HUB: {"default_branch": "main"},
        f"{HUB}/rules/branches/main": RULES,
        f"{HUB}/pulls": [pull(2, second, "ann"), pull(1, first, "bob")],
    }
    for number, given in reviews.items():
        answers[f"{HUB}/pulls/{number}/reviews"] = [{"user": {"login": name}, "state": state} for name, state in given]
        answers[f"{HUB}/commits/{number:040d}/check-runs"] = {"check_runs": [{"name": "security", "conclusion": check}]}
    return answers


def test_reviewed_changes_of_a_protected_branch_pass(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    with forging(hub(root, {1: [("ann", "APPROVED")], 2: [("bob", "APPROVED"), ("bob", "COMMENTED")]})) as forge:
        done = scan(root, forge.address)
    found = outcomes(done)
    assert found["AP602"] == ["pass", "pass", "pass"], said(done)["AP602"]
    assert found["AP603"] == found["AP604"] == ["pass"]
    assert found["AP605"] == ["pass", "pass"]
    assert forge.tokens == {"Bearer t0ken"}
    assert "t0ken" not in done.out + done.err


def test_self_approval_withdrawn_approval_and_direct_pushes_fail(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    second, first = commits(root)
    answers = hub(root, {2: [("ann", "APPROVED"), ("bob", "APPROVED"), ("bob", "DISMISSED")]})
    answers[f"{HUB}/pulls"] = [pull(2, second, "ann")]
    answers[f"{HUB}/commits/{first}/pulls"] = []
    with forging(answers) as forge:
        (verdict,) = said(scan(root, forge.address))["AP603"]
    assert verdict["outcome"] == "fail"
    assert verdict["message"] == "2 of 2 changes reached main within 90 days without an independent approval."
    texts = [step["text"] for step in verdict["steps"]]
    assert "was approved by its author ann alone" in texts[0]
    assert "was pushed by" in texts[1]


def test_a_change_that_was_merged_red_went_past_the_gate(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    with forging(hub(root, {1: [("ann", "APPROVED")], 2: [("bob", "APPROVED")]}, check="failure")) as forge:
        found = [each for each in said(scan(root, forge.address))["AP602"] if each["outcome"] == "fail"]
    assert [each["message"] for each in found] == ["2 changes of 2 reached main although a check had failed."]


def test_an_unprotected_branch_fails(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    with forging({**hub(root, {}), f"{HUB}/rules/branches/main": []}) as forge:
        (verdict,) = said(scan(root, forge.address))["AP604"]
    assert verdict["message"] == "main can be changed by everybody who may write: no rule protects it."


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "the token is not accepted"), (403, "may not read"), (404, "no such repository"), (302, "answered 302")],
)
def test_what_a_forge_refuses_is_not_tested(tmp_path: Path, status: int, reason: str) -> None:
    root = shop(tmp_path / "shop")
    with forging({HUB: status}) as forge:
        done = scan(root, forge.address)
    assert outcomes(done)["AP603"] == outcomes(done)["AP604"] == ["not-tested"]
    assert reason in said(done)["AP603"][0]["message"]
    assert forge.asked == [HUB], "no redirect is followed and nothing more is asked"


def test_reviews_that_cannot_be_read_are_no_missing_reviews(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    with forging({**hub(root, {}), f"{HUB}/pulls/1/reviews": 403, f"{HUB}/pulls/2/reviews": 500}) as forge:
        (verdict,) = said(scan(root, forge.address))["AP603"]
    assert verdict["outcome"] == "not-tested"
    assert "told nothing of 2 of 2 changes" in verdict["message"]


def test_gitlab_tells_the_same(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    second, first = commits(root)
    (root / ".gitlab-ci.yml").write_text("security:\n  script: [assay scan .]\n", encoding="utf-8")
    answers: dict[str, Any] = {
        LAB: {"default_branch": "main", "only_allow_merge_if_pipeline_succeeds": True},
        f"{LAB}/protected_branches/main": {
            "push_access_levels": [{"access_level": 0}],
            "allow_force_push": False,
            "code_owner_approval_required": True,
        },
        f"{LAB}/approval_rules": [{"approvals_required": 1}],
        f"{LAB}/merge_requests": [{"iid": 7, "merge_commit_sha": second, "author": {"username": "ann"}}],
        f"{LAB}/merge_requests/7/approvals": {"approved_by": [{"user": {"username": "bob"}}]},
        f"{LAB}/merge_requests/7/pipelines": [{"id": 70}],
        f"{LAB}/pipelines/70/jobs": [{"name": "security", "status": "failed"}],
        f"{LAB}/repository/commits/{first}/merge_requests": [],
    }
    with forging(answers) as forge:
        done = scan(root, forge.address, "org/shop#gitlab")
    assert outcomes(done)["AP604"] == ["pass"], said(done)["AP604"]
    (review,) = said(done)["AP603"]
    assert review["message"].startswith("1 of 2 changes reached main")
    assert "1 change of 1 reached main although a check had failed." in [
        each["message"] for each in said(done)["AP602"]
    ]
    assert forge.tokens == {"t0ken"}


def test_the_known_forges_are_known_by_the_remote() -> None:
    assert forge_of("", "t", "git@github.com:org/shop.git") == Forge(
        "github", "https://api.github.com", "org/shop", "t"
    )
    found = forge_of("", "t", "https://user:pw@gitlab.com/a/b/c.git")
    assert found == Forge("gitlab", "https://gitlab.com/api/v4", "a/b/c", "t")
    assert forge_of("https://git.corp.example/a/b", "t", "").api == "https://git.corp.example/api/v3"


@pytest.mark.parametrize("remote", ["", "/srv/git/shop", "ssh://git@git.corp.example:22/a/b.git"])
def test_no_token_goes_to_a_host_that_only_the_tree_names(remote: str) -> None:
    with pytest.raises(UsageError, match="Mend: set ASSAY_FORGE"):
        forge_of("", "t", remote)


def test_no_token_goes_out_in_the_clear() -> None:
    with pytest.raises(UsageError, match="https only"):
        Line("http://git.corp.example/api/v3", {})
