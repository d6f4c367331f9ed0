"""Writes the generated pages: rules, probes, web frameworks, catalogs, the command line, and the texts that live at the root."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from assay.assessment.evidence_sheets import evidence_sheets
from assay.assessment.wiring import probe_sheets
from assay.assessment.wiring import sheets as sheets_of_rules
from assay.model.assessment import RuleSheet
from assay.plugins.framework import Framework
from assay.plugins.page import CONTRACT, FENCE, page
from assay.plugins.registry import registry
from tools.docs.commands import commands

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "assay"
CATALOGS = SOURCE / "compliance" / "catalogs"
LEXERS = {"csharp": "csharp", "python": "python"}
"""The highlighter's name of a language that a web framework is written in."""


class Sheet(Struct, frozen=True):
    """A page of the site: where it lies, and its Markdown."""

    path: str
    text: str


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every generated page, by path; the code is read once a build."""
    listed = [*_rules(), *_probes(), *_evidence_rules()]
    found = [*_root(), *listed, *_frameworks(), *_catalogs(), Sheet("cli.md", commands())]
    return tuple(sorted(found, key=lambda sheet: sheet.path))


def loaded_catalogs(folder: Path) -> list[dict[str, Any]]:
    """The catalogs of a folder as they are written, by file name."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]


def _root() -> list[Sheet]:
    links = {
        "](docs/": "](",
        "](ARCHITECTURE.md)": "](architecture.md)",
        "](CONTRIBUTING.md)": "](contributing.md)",
        "](SECURITY.md)": "](security.md)",
        "](changelog.d/README.md)": "](changelog.md)",
    }
    places = {
        "ARCHITECTURE.md": "architecture.md",
        "CONTRIBUTING.md": "contributing.md",
        "SECURITY.md": "security.md",
        "changelog.d/README.md": "changelog.md",
    }
    found = []
    for source, path in places.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        for old, new in links.items():
            text = text.replace(old, new)
        found.append(Sheet(path, text))
    return found


def _rules() -> list[Sheet]:
    introduction = """A rule gives a verdict for every subject that it looked at, so that what passed is on record as well as what failed.
`assay explain AP004` prints the same page in a terminal. What asks a running API is among the [probes](../probes/index.md); what judges
the evidence itself is [apart](../evidence-rules/index.md)."""
    return _listed("rules", "Rules", introduction, sheets_of_rules())


def _probes() -> list[Sheet]:
    introduction = """A probe asks a [running API](../live.md) and judges what it answers. Its examples are exchanges, and run as tests:
each Bad one is a finding, each Good one passes, and no answer is never a pass. `assay explain AP410` prints the same page in a
terminal."""
    return _listed("probes", "Live probes", introduction, probe_sheets())


def _evidence_rules() -> list[Sheet]:
    introduction = """These judge what is [remembered](../evidence.md) and not what is scanned: `assay evidence status` and
`assay policy status` print what they say, `assay evidence verify` says AP708, and a
[pack](../evidence-packs.md) carries the others."""
    return _listed("evidence-rules", "Rules about the evidence", introduction, evidence_sheets())


def _listed(folder: str, title: str, introduction: str, found: Sequence[RuleSheet]) -> list[Sheet]:
    rows = [f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity} | `{rule.name}` |" for rule in found]
    index = [f"# {title}\n", f"{introduction}\n", "| id | finds | severity | name |\n| --- | --- | --- | --- |", *rows]
    return [
        Sheet(f"{folder}/index.md", "\n".join(index) + "\n"),
        *(Sheet(f"{folder}/{rule.id}.md", _rule(rule)) for rule in found),
    ]


def _rule(rule: RuleSheet) -> str:
    text = page(rule.page)
    facts = f"*`{rule.name}` · severity {rule.severity} · weakness `{rule.weakness}`*"
    sections = [f"## {heading}\n\n{body}\n" for heading, body in text.sections]
    return _lit(
        "\n".join(
            [f"# {rule.id}: {rule.title}\n", f"{facts}\n", f"{text.title}\n", f"{text.introduction}\n", *sections]
        )
    )


def _frameworks() -> list[Sheet]:
    found = []
    rows = []
    for spec in sorted((SOURCE / "source" / "frameworks").glob("*/spec.md")):
        text = spec.read_text(encoding="utf-8")
        title = text.splitlines()[0].lstrip("# ")
        rows.append(f"- [{title}]({spec.parent.name}.md)")
        found.append(Sheet(f"frameworks/{spec.parent.name}.md", _lit(text)))
    index = [
        "# Web frameworks\n",
        "What Assay understands of each, from ordinary to odd. Each section is a test: its code must give its endpoints.\n",
        *rows,
    ]
    return [Sheet("frameworks/index.md", "\n".join(index) + "\n"), *found]


def _catalogs() -> list[Sheet]:
    found = []
    rows = []
    for catalog in loaded_catalogs(CATALOGS):
        rows.append(f"| [{catalog['name']}]({catalog['id']}.md) | {catalog['version']} | `{catalog['id']}` |")
        found.append(Sheet(f"catalogs/{catalog['id']}.md", _catalog(catalog)))
    index = [
        "# Catalogs\n",
        "A catalog is a set of controls. Verdicts reach a control through the weakness that a rule names; titles are short",
        "paraphrases, and the publisher's text counts.\n",
        "| catalog | version | `--framework` |\n| --- | --- | --- |",
        *rows,
    ]
    return [Sheet("catalogs/index.md", "\n".join(index) + "\n"), *found]


def _catalog(catalog: dict[str, Any]) -> str:
    rows = [
        f"| {control['id']} | {_cell(control['title'])} | {control.get('automatable', '')} |"
        for control in catalog["controls"]
    ]
    head = [
        f"# {catalog['name']}\n",
        f"*{catalog['version']}, [{catalog['publisher']}]({catalog['url']})*\n",
        f"Scope: {catalog.get('scope', 'see the publisher')}.\n",
        "The last column says how much of a control's evidence a tool can give; the rest is for people.\n",
        "| control | title | by a tool |\n| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _lit(text: str) -> str:
    """Fences that name a web framework or a file, as fences that a highlighter knows, with that name as their title."""
    headers = registry("assay.source.frameworks", "FRAMEWORK", Framework, "name")
    lexers = {CONTRACT: "yaml", **{header.name: LEXERS[header.language] for header in headers}}

    def fence(match: re.Match[str]) -> str:
        ticks, word, path, body = match[1], match[2], match[3].strip(), match[4]
        name = path or (word if word in lexers else "")
        title = f' title="{name}"' if name else ""
        return f"{ticks}{lexers.get(word, word)}{title}\n{body}{ticks}"

    return FENCE.sub(fence, text)
