"""CODEOWNERS as forges read it, and the files that need an owner."""

import time

import pytest

from assay.change.owners import ownership, relevant
from assay.change.procedures import candidates, rollback
from assay.change.rulesets import exported
from assay.model.change import BranchRules


@pytest.mark.parametrize(
    ("pattern", "path", "is_owned"),
    [
        ("*", "src/auth/login.py", True),
        ("/src/auth/", "src/auth/login.py", True),
        ("src/auth", "src/auth/login.py", True),
        ("auth/", "src/auth/login.py", True),
        ("/auth/", "src/auth/login.py", False),
        ("*.py", "src/auth/login.py", True),
        ("src/*", "src/auth/login.py", False),
        ("src/**", "src/auth/login.py", True),
        ("**/login.py", "src/auth/login.py", True),
        ("login", "src/auth/login.py", False),
        ("*.cs", "src/auth/login.py", False),
    ],
)
def test_patterns_match_as_forges_do(pattern: str, path: str, is_owned: bool) -> None:
    ((name, owners),) = ownership(f"{pattern} @team\n", "CODEOWNERS", "CODEOWNERS", [path]).covered
    assert (name, bool(owners)) == (path, is_owned)


def test_the_last_line_that_matches_decides_and_may_name_nobody() -> None:
    text = "# all\n* @team\n/src/auth/ @security # they know it\n/src/auth/login.py\n"
    found = dict(ownership(text, "CODEOWNERS", "CODEOWNERS", ["src/auth/login.py", "src/auth/token.py"]).covered)
    assert found == {"src/auth/login.py": (), "src/auth/token.py": ("@security",)}


def test_sections_of_gitlab_give_their_owners() -> None:
    text = "[Security][2] @sec\n/src/auth/\n^[Docs]\n*.md @docs\n"
    ((_, owners),) = ownership(text, "CODEOWNERS", "CODEOWNERS", ["src/auth/login.py"]).covered
    assert owners == ("@sec",)


def test_files_that_decide_who_may_do_what_need_an_owner() -> None:
    files = [
        ".github/workflows/ci.yml",
        "src/AuthController.cs",
        "src/authors.py",
        "tests/auth/test_login.py",
        "docs/auth.md",
        "CODEOWNERS",
        "src/orders.py",
    ]
    assert relevant(files, "CODEOWNERS") == (".github/workflows/ci.yml", "CODEOWNERS", "src/AuthController.cs")


@pytest.mark.parametrize(
    ("name", "text", "line", "tried"),
    [
        ("docs/rollback.md", "# Way back\nLast tried: 2026-03-01, before 2025-01-01", 0, "2026-03-01"),
        ("RELEASING.md", "# Release\n\n## Rolling back\n\ntested on 2026-02-03", 3, "2026-02-03"),
        ("docs/runbook.md", "# Start\n## Rollback\n", 2, ""),
    ],
)
def test_a_way_back_is_found_with_its_last_trial(name: str, text: str, line: int, tried: str) -> None:
    assert list(candidates([name])) == [name]
    found = rollback(text, name, name)
    assert found is not None
    assert (found.place.line, found.tried) == (line, tried)


def test_a_text_that_only_mentions_it_is_no_procedure() -> None:
    assert rollback("# Release\nA transaction may roll back.\n", "RELEASING.md", "RELEASING.md") is None
    assert list(candidates(["src/rollback.py", "migrations/rollback.md", "docs/orders.md"])) == []


def test_a_ruleset_that_is_not_active_or_not_for_the_branch_protects_nothing() -> None:
    form = '{"include": ["%s"], "exclude": []}'
    text = (
        '[{"target": "branch", "enforcement": "%s", "conditions": {"ref_name": '
        + form
        + '}, "rules": [{"type": "pull_request"}]}]'
    )
    said = [
        exported(text % words, "r.json", "main")
        for words in (("active", "refs/heads/ma*"), ("evaluate", "~ALL"), ("active", "refs/heads/dev"))
    ]
    assert [found.is_protected for found in said if isinstance(found, BranchRules)] == [True, False, False]


def test_a_file_that_states_no_rules_says_why() -> None:
    assert exported("{", "r.json", "main") == "r.json is no JSON"
    assert exported("[]", "r.json", "main") == "r.json holds neither rulesets nor a branch protection"


def test_a_hostile_pattern_takes_no_time() -> None:
    began = time.process_time()
    for pattern in ("*a" * 40 + "b", "**/" * 40 + "b", "/" * 5000):
        ownership(f"{pattern} @team\n", "CODEOWNERS", "CODEOWNERS", ["auth/" * 20 + "a" * 200 + ".py"])
    assert time.process_time() - began < 2
