"""Makes the skeleton of a rule or of a web framework."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = Path(__file__).parent / "templates"
USAGE = """usage: make rule id=AP012 room=authn name=token-in-url
       make framework name=litestar language=python"""
LANGUAGES = ("csharp", "python")


def written(kind: str, words: Mapping[str, str], root: Path) -> list[Path]:
    """Write the skeleton of a kind below a root, and give its files; exits if one of them is there already."""
    planned = {}
    for template in sorted((TEMPLATES / kind).rglob("*.tmpl")):
        relative = Template(template.relative_to(TEMPLATES / kind).as_posix().removesuffix(".tmpl")).substitute(words)
        planned[root / relative] = Template(template.read_text(encoding="utf-8")).substitute(words)
    for path in planned:
        if path.exists():
            sys.exit(f"{path.relative_to(root)} is there already; choose another name")
    for path, text in planned.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(planned)


def rule(root: Path, rule_id: str, room: str, name: str) -> list[Path]:
    """The skeleton of a rule."""
    if not re.fullmatch(r"AP[0-7]\d\d", rule_id):
        sys.exit(f"id={rule_id!r}: give AP and three digits, as AP012; design.md says which hundred\n{USAGE}")
    if not (root / "src/assay/rules" / room).is_dir():
        rooms = sorted(
            path.name for path in (root / "src/assay/rules").iterdir() if path.is_dir() and path.name[0] != "_"
        )
        sys.exit(f"room={room!r}: choose one of {', '.join(rooms)}\n{USAGE}")
    _need_slug(name)
    return written("rule", {"id": rule_id, "room": room, "name": name, "module": name.replace("-", "_")}, root)


def framework(root: Path, name: str, language: str) -> list[Path]:
    """The skeleton of a web framework."""
    _need_slug(name)
    if language not in LANGUAGES:
        sys.exit(f"language={language!r}: choose one of {', '.join(LANGUAGES)}\n{USAGE}")
    title = name.replace("-", " ").title()
    words = {"name": name, "module": name.replace("-", ""), "language": language, "title": title}
    return written("framework", words, root)


def main(arguments: list[str]) -> None:
    """Make what the arguments ask for, and say what to do next."""
    match arguments:
        case ["rule", rule_id, room, name]:
            paths = rule(ROOT, rule_id, room, name)
        case ["framework", name, language]:
            paths = framework(ROOT, name, language)
        case _:
            sys.exit(USAGE)
    for path in paths:
        print(path.relative_to(ROOT))
    print("Next: write it (CONTRIBUTING.md), then make snap.")


def _need_slug(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        sys.exit(f"name={name!r}: give lower-case words with hyphens\n{USAGE}")


if __name__ == "__main__":
    main(sys.argv[1:])
