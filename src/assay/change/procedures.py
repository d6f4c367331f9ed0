"""Finds written procedures of a tree: how a release is undone, and when that was last tried."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath

from assay.model.change import Procedure
from assay.model.place import Place

TEXTS = frozenset({".md", ".rst", ".txt", ".adoc"})
NAMED = re.compile(r"(?:^|[^a-z])roll-?_?back(?:[^a-z]|$)", re.IGNORECASE)
SPOKEN = re.compile(
    r"(?:^|[^a-z])(?:runbook|operations|deploy(?:ment|ing)?|release|releasing|recovery|change-?_?management)(?:[^a-z]|$)",
    re.IGNORECASE,
)
"""Files in which a heading about it may stand."""
HEADING = re.compile(
    r"^(?:#{1,6}[ \t]*|={1,5}[ \t]*)?.*\b(?:roll(?:ing)?[ -]?back|revert(?:ing)? a release|undo(?:ing)? a release)\b.*$",
    re.IGNORECASE,
)
TRIED = re.compile(
    r"\b(?:last[ -](?:tried|tested|exercised|rehearsed|trial|test|exercise|drill)"
    r"|tried on|tested on|exercised on)\b[^0-9\n]{0,30}(\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
LEFT_OUT = frozenset({"node_modules", "vendor", "third_party", "migrations", "test", "tests"})


def candidates(files: Iterable[str]) -> Iterator[str]:
    """The files worth opening, in their order."""
    for name in files:
        path = PurePosixPath(name)
        if (
            path.suffix.lower() in TEXTS
            and not LEFT_OUT.intersection(path.parts)
            and (NAMED.search(path.stem) or SPOKEN.search(path.stem))
        ):
            yield name


def rollback(text: str, name: str, shown: str) -> Procedure | None:
    """The way back that a text describes: all of a file that is named for it, a heading of any other."""
    line = 0
    if not NAMED.search(PurePosixPath(name).stem):
        line = next(
            (
                number
                for number, row in enumerate(text.splitlines(), start=1)
                if row.startswith(("#", "=")) and HEADING.match(row)
            ),
            0,
        )
        if not line:
            return None
    return Procedure("rollback", Place(shown, line), max(_days(text), default=""))


def _days(text: str) -> Iterator[str]:
    for day in TRIED.findall(text):
        try:
            yield date.fromisoformat(day).isoformat()
        except ValueError:
            continue
