"""The documentation says what is so: its settings parse, its commands exist, and whatever judges has a page."""

import re
from pathlib import Path

import click
import pytest
from tests.house.tree import ROOT

from assay.assessment.settings import settings
from assay.cli.main import cli
from tools.docs.pages import sheets
from tools.registry import lines

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(sh|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _lines(path: Path, tool: str) -> list[str]:
    """The lines of shell fences that call a tool, and calls of it inside a line of text, without their comments."""
    text = path.read_text(encoding="utf-8")
    fenced = "\n".join(body for kind, body in FENCE.findall(text) if kind == "sh").replace("\\\n", " ")
    inline = re.findall(rf"(?<!`)`((?:\.venv/bin/)?{tool} [^`\n]+)`(?!`)", text)
    calls = [line.split("#")[0].strip() for line in (*fenced.splitlines(), *inline)]
    return [call.removeprefix(".venv/bin/") for call in calls if re.match(rf"(\.venv/bin/)?{tool} ", call)]


def _calls(tool: str) -> list[tuple[str, str]]:
    return [(path.name, line) for path in PAGES for line in _lines(path, tool)]


@pytest.mark.parametrize(("page", "line"), _calls("make"))
def test_every_make_command_of_the_documentation_exists(page: str, line: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    asked = [word for word in line.split()[1:] if "=" not in word]
    assert asked, f"{page}: {line}"
    assert set(asked) <= set(targets), f"{page}: {line}"


@pytest.mark.parametrize(("page", "line"), _calls("assay"))
def test_every_assay_command_of_the_documentation_exists(page: str, line: str) -> None:
    words = re.sub(r"\[[^\]]*\]", "", line).split()[1:]
    if words[0] in {"--version", "--help", "COMMAND"}:
        return
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, f"{page}: {line}"
    if isinstance(command, click.Group) and len(words) > 1 and not words[1].startswith("-"):
        command = command.get_command(click.Context(command), words[1])
        assert command is not None, f"{page}: {line}"
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    flags = {word.split("=")[0] for word in words if word.startswith("-")}
    assert flags <= known, f"{page}: {line}"


def test_the_readme_says_how_to_set_up_and_how_to_test() -> None:
    assert {"make demo", "make test"} <= set(_lines(ROOT / "README.md", "make"))


def test_the_settings_that_the_documentation_shows_are_accepted() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    shown = [body for kind, body in FENCE.findall(text) if kind == "toml"]
    assert shown
    for body in shown:
        assert settings(body).suppressions[0].owner


@pytest.mark.parametrize("kind", ["rule", "probe", "evidence"])
def test_whatever_judges_has_a_page_and_stands_in_an_index(kind: str) -> None:
    folder = {"rule": "rules", "probe": "probes", "evidence": "evidence-rules"}[kind]
    pages = {sheet.path: sheet.text for sheet in sheets()}
    known = [line.split()[1] for line in lines() if line.startswith(f"{kind} ")]
    assert known
    for id_ in known:
        assert pages[f"{folder}/{id_}.md"].startswith(f"# {id_}: ")
        assert f"| [{id_}]({id_}.md) |" in pages[f"{folder}/index.md"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name[:4])
def test_a_decision_has_the_parts_of_the_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.name[:4]}\. \S.*\n\n\*\d{{4}}-\d\d-\d\d\. (Accepted|Replaced by)", text)
    parts = [line for line in text.splitlines() if line in {"## Why it came up", "## Decision", "## What follows"}]
    assert parts == ["## Why it came up", "## Decision", "## What follows"]
