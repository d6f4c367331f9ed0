"""Every framework's spec.md: the snippets of each section give exactly the endpoints that the section names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.source.scan import scan

SPECS = sorted((Path(__file__).parents[3] / "src/assay/source/frameworks").glob("*/spec.md"))
SECTION = re.compile(r"^## +(.+?)[ \t]*$", re.MULTILINE)
FENCE = re.compile(r"^(`{3,})([\w.+-]*)([^\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)


class Case(Struct, frozen=True):
    """One section: the files of its project, and the lines that it demands."""

    framework: str
    title: str
    files: tuple[tuple[str, str], ...]
    endpoints: tuple[str, ...]
    skipped: tuple[str, ...]


def cases(spec: Path) -> list[Case]:
    """The sections of a spec that demand endpoints."""
    text = spec.read_text("utf-8")
    fenced = [(match.start(), match.end()) for match in FENCE.finditer(text)]
    marks = [m for m in SECTION.finditer(text) if not any(a <= m.start() < b for a, b in fenced)]
    bounds = [*(mark.start() for mark in marks[1:]), len(text)]
    found = []
    for mark, end in zip(marks, bounds, strict=True):
        files: list[tuple[str, str]] = []
        wanted: list[str] = []
        for fence in FENCE.finditer(text[mark.end() : end]):
            if fence[2] == "endpoints":
                wanted += [line.strip() for line in fence[4].splitlines() if line.strip() and not line.startswith("#")]
            elif fence[3].strip():
                files.append((fence[3].strip(), fence[4]))
        if files:
            skipped = tuple(line.removeprefix("skipped:").strip() for line in wanted if line.startswith("skipped:"))
            endpoints = tuple(line for line in wanted if not line.startswith("skipped:"))
            found.append(Case(spec.parent.name, mark[1], tuple(files), endpoints, skipped))
    return found


CASES = [case for spec in SPECS for case in cases(spec)]


def line_of(endpoint: Endpoint, *, with_guards: bool) -> str:
    """An endpoint as a spec writes it."""
    line = f"{endpoint.method} {endpoint.path} {endpoint.authorization.value}"
    names = [guard.name for guard in endpoint.guards if guard.is_effective]
    return f"{line} [{', '.join(names)}]" if with_guards else line


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.framework}: {case.title}")
def test_a_section_of_a_spec_gives_its_endpoints(case: Case, tmp_path: Path) -> None:
    for name, content in case.files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    inventory = scan(tmp_path).inventory
    found = sorted(inventory.endpoints, key=lambda endpoint: (endpoint.path, endpoint.method))
    has_guards = [line.endswith("]") for line in case.endpoints]
    if len(has_guards) == len(found):
        lines = [line_of(endpoint, with_guards=shown) for endpoint, shown in zip(found, has_guards, strict=True)]
    else:
        lines = [line_of(endpoint, with_guards=True) for endpoint in found]
    assert lines == list(case.endpoints)
    for text in case.skipped:
        assert any(text in skipped.reason for skipped in inventory.skipped), inventory.skipped


def test_every_framework_has_a_spec_with_sections() -> None:
    folders = {
        path.parent.name for path in (Path(__file__).parents[3] / "src/assay/source/frameworks").glob("*/__init__.py")
    }
    assert {case.framework for case in CASES} == folders
