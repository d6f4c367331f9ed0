"""Folds the fragments of `changelog.d` into `CHANGELOG.md`: `make changelog`, once a release.

A fragment is one sentence or more in `changelog.d/NAME.KIND.md`. One file a change means that two changes never meet in
one line of `CHANGELOG.md`.
"""

import re
import sys
from pathlib import Path

from assay.version import VERSION

KINDS = {
    "security": "Security",
    "added": "Added",
    "changed": "Changed",
    "fixed": "Fixed",
    "removed": "Removed",
}
"""What a fragment may be about, in the order in which a release tells it."""

MARK = "<!-- releases -->\n"
"""The line of `CHANGELOG.md` under which the newest release goes."""

_NAME = re.compile(rf"[a-z0-9]+(-[a-z0-9]+)*\.({'|'.join(KINDS)})\.md")


def fault(fragment: Path) -> str | None:
    """What is wrong with a fragment, with the mend; None if nothing is."""
    if not _NAME.fullmatch(fragment.name):
        return f"{fragment.name}: name it SHORT-NAME.KIND.md, where KIND is one of {', '.join(KINDS)}"
    text = fragment.read_text(encoding="utf-8")
    if not text.strip().endswith("."):
        return f"{fragment.name}: write whole sentences, for people who use Assay"
    if text.lstrip().startswith(("#", "-", "*")):
        return f"{fragment.name}: write plain sentences; the list and its headings are made from the file names"
    return None


def fragments(folder: Path) -> tuple[Path, ...]:
    """The fragments that wait for a release, sorted by name."""
    return tuple(sorted(path for path in folder.iterdir() if path.name != "README.md"))


def release(version: str, waiting: tuple[Path, ...]) -> str:
    """The section of one release, in Markdown."""
    lines = [f"## {version}\n"]
    for kind, title in KINDS.items():
        texts = [path.read_text(encoding="utf-8") for path in waiting if path.name.endswith(f".{kind}.md")]
        if texts:
            lines += [f"### {title}\n", *("- " + " ".join(text.split()) for text in texts), ""]
    return "\n".join(lines)


def main() -> None:
    """Fold the fragments in, and remove them."""
    root = Path(__file__).parent.parent
    waiting = fragments(root / "changelog.d")
    if faults := [text for path in waiting if (text := fault(path))]:
        sys.exit("\n".join(faults))
    if not waiting:
        sys.exit("changelog.d holds no fragment, so there is nothing to release")
    changelog = root / "CHANGELOG.md"
    before, mark, after = changelog.read_text(encoding="utf-8").partition(MARK)
    changelog.write_text(f"{before}{mark}\n{release(VERSION, waiting)}{after}", encoding="utf-8")
    for path in waiting:
        path.unlink()


if __name__ == "__main__":
    main()
