"""Every framework's `spec.md` is true: its snippets give the endpoints that it says."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assay.model.program import Inventory
from assay.source.scan import scan

FRAMEWORKS = Path(__file__).parents[3] / "src" / "assay" / "source" / "frameworks"
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Section:
    """One section of a specification: a project and what it must give."""

    framework: str
    title: str
    files: dict[str, str] = field(default_factory=dict)
    expected: list[str] = field(default_factory=list)


def sections() -> list[Section]:
    """The sections of all specifications that hold a project."""
    found: list[Section] = []
    for path in sorted(FRAMEWORKS.glob("*/spec.md")):
        parts = SECTION.split(path.read_text("utf-8"))
        for title, body in zip(parts[1::2], parts[2::2], strict=True):
            section = Section(path.parent.name, title.strip())
            for language, name, text in FENCE.findall(body):
                if language == "endpoints":
                    section.expected = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
                elif name:
                    section.files[name] = text
            if section.files:
                found.append(section)
    return found


def shown(inventory: Inventory, expected: list[str]) -> list[str]:
    """The endpoints as a specification writes them; guards only where it names them."""
    with_guards = {line.partition(" [")[0] for line in expected if " [" in line}
    lines: list[str] = []
    for endpoint in sorted(inventory.endpoints, key=lambda one: (one.path, one.method)):
        line = f"{endpoint.method} {endpoint.path} {endpoint.authorization.value}"
        if line in with_guards:
            line += f" [{', '.join(guard.name for guard in endpoint.effective_guards)}]"
        lines.append(line)
    return lines


@pytest.mark.parametrize("section", sections(), ids=lambda section: f"{section.framework}: {section.title}")
def test_a_section_gives_the_endpoints_that_it_says(section: Section, tmp_path: Path) -> None:
    for name, text in section.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    inventory = scan(tmp_path).inventory
    routes = [line for line in section.expected if not line.startswith("skipped:")]
    reasons = [line.removeprefix("skipped:").strip() for line in section.expected if line.startswith("skipped:")]
    assert shown(inventory, routes) == routes
    for reason in reasons:
        assert any(reason in skipped.reason for skipped in inventory.skipped), reason


def test_every_framework_has_a_specification() -> None:
    missing = [
        path.parent.name for path in FRAMEWORKS.glob("*/__init__.py") if not (path.parent / "spec.md").exists()
    ]
    assert missing == []
