"""The contracts of `.importlinter` catch what they are there for: each broken in a house of cards, one at a time."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.tree import ROOT

HOUSE = {
    "version": "",
    "errors": "",
    "model/place": "from assay import errors",
    "plugins/rule": "from assay.model import place",
    "source/languages/python": "import tree_sitter, tree_sitter_python, tree_sitter_c_sharp",
    "source/frameworks/flask/routes": "",
    "source/frameworks/fastapi/routes": "",
    "rules/authn/missing": "from assay.plugins import rule",
    "rules/authn/weak": "",
    "compliance/catalog": "",
    "reports/outline/text": "",
    "reports/json": "from assay.reports.outline import text",
    "reports/html_report": "import jinja2, markdown_it, markupsafe",
    "reports/terminal": "import rich",
    "assessment/run": "from assay import rules, source",
    "cli/main": "import click\nfrom assay.assessment import run",
}
"""A house that keeps every contract: file to what it imports."""

BREAKS = [
    ("model/place", "from assay.plugins import rule", "floors"),
    ("rules/authn/weak", "from assay.source.languages import python", "floors"),
    ("reports/json", "from assay.assessment import run", "floors"),
    ("stray", "", "floors"),
    ("source/frameworks/flask/routes", "from assay.source.frameworks.fastapi import routes", "frameworks"),
    ("rules/authn/weak", "from assay.rules.authn import missing", "rules"),
    ("reports/json", "from assay.reports import terminal", "reports"),
    ("source/frameworks/flask/routes", "import tree_sitter", "tree-sitter"),
    ("reports/json", "import click", "click"),
    ("reports/json", "import rich", "rich"),
    ("source/languages/python", "from assay.source.frameworks.flask import routes", "source"),
    ("reports/json", "import jinja2", "html"),
    ("reports/json", "import socket", "offline"),
    ("source/frameworks/flask/routes", "import flask", "offline"),
]


def test_a_house_that_keeps_the_floors_passes(tmp_path: Path) -> None:
    _build(tmp_path, HOUSE)
    assert _broken(tmp_path) == ""


@pytest.mark.parametrize(("file", "line", "contract"), BREAKS)
def test_a_broken_contract_is_caught(tmp_path: Path, file: str, line: str, contract: str) -> None:
    _build(tmp_path, {**HOUSE, file: f"{HOUSE.get(file, '')}\n{line}"})
    assert "BROKEN" in _broken(tmp_path, contract)


def _build(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "assay" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    for folder in (root / "assay", *(path for path in (root / "assay").rglob("*") if path.is_dir())):
        (folder / "__init__.py").touch()


def _broken(root: Path, contract: str = "") -> str:
    """What import-linter says of a broken house, "" when every contract (or the one named) is kept."""
    only = ["--contract", contract] if contract else []
    options = [str(ROOT / ".importlinter"), "--no-cache", "--no-logo", *only]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, *options], capture_output=True, text=True, cwd=root, timeout=60, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr
