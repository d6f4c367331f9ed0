"""Skeletons: what `make rule` and `make framework` write is in the right place, sound, and plainly unfinished."""

import ast
from pathlib import Path

import pytest
from tests.house.tree import ROOT

from assay.plugins.page import page
from tools.changelog import fault
from tools.skeleton.__main__ import TEMPLATES, framework, main, rule


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for room in ("authn", "limits"):
        (tmp_path / "src/assay/rules" / room).mkdir(parents=True)
    return tmp_path


def test_a_rule_skeleton_is_a_file_with_a_full_page_and_a_fragment(root: Path) -> None:
    fragment, module = rule(root, "AP012", "authn", "token-in-url")
    assert module == root / "src/assay/rules/authn/token_in_url.py"
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    headings = [heading for heading, _ in page(text).sections]
    assert headings == [
        "What it finds",
        "Why it matters",
        "Bad",
        "Good",
        "How to fix",
        "What it cannot see",
        "References",
    ]
    assert fault(fragment), "an unwritten fragment must not pass"


def test_a_framework_skeleton_is_a_folder_with_its_spec(root: Path) -> None:
    paths = framework(root, "sanic-ext", "python")
    folder = root / "src/assay/source/frameworks/sanicext"
    assert {path.name for path in paths if path.parent == folder} == {
        "__init__.py", "guards.py", "routes.py", "spec.md", "vocabulary.toml",
    }  # fmt: skip
    for path in paths:
        if path.suffix == ".py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("AP12", "authn", "token"), "three digits"),
        (("AP912", "authn", "token"), "three digits"),
        (("AP012", "kitchen", "token"), "authn, limits"),
        (("AP012", "authn", "Token In Url"), "hyphens"),
    ],
)
def test_a_wrong_argument_is_told_how_to_mend(root: Path, arguments: tuple[str, str, str], mend: str) -> None:
    with pytest.raises(SystemExit, match=mend):
        rule(root, *arguments)


def test_an_existing_rule_is_never_overwritten(root: Path) -> None:
    rule(root, "AP012", "authn", "token-in-url")
    with pytest.raises(SystemExit, match="is there already"):
        rule(root, "AP013", "authn", "token-in-url")


def test_no_arguments_print_the_usage() -> None:
    with pytest.raises(SystemExit, match="usage: make rule"):
        main([])


def test_templates_follow_the_tree() -> None:
    homes = {path.relative_to(TEMPLATES).parts[1] for path in TEMPLATES.rglob("*.tmpl")}
    assert all((ROOT / home).is_dir() for home in homes)
