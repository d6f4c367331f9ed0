"""Reads suppressions out of comments: `# assay: ignore[AP004] reason="..." owner="..." until=2027-01-31`."""

import re
from collections.abc import Iterable

from assay.assessment.settings import Waiver
from assay.model.place import Skipped

MARK = re.compile(r"^assay\s*:\s*(?P<word>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\])?(?P<rest>.*)$", re.DOTALL)
PAIR = re.compile(r"""(?P<key>[\w-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"']+))""")
FIELDS = {"reason", "owner", "until"}
EXAMPLE = 'write: assay: ignore[AP004] reason="..." owner="..." until=2027-01-31'
SUPPRESSION = "suppression"
"""The kind of a `Skipped` that stands for a suppression without effect."""

Comment = tuple[str, int, str]
"""(path, line, text without the comment mark)."""


def problem(origin: str, fault: str) -> Skipped:
    """A suppression without effect, as reports show it. `origin` is `path:line` or a path."""
    path, _, line = origin.rpartition(":")
    if path and line.isdigit():
        return Skipped(path, f"without effect: {fault}", SUPPRESSION, int(line))
    return Skipped(origin, f"without effect: {fault}", SUPPRESSION)


def written(comments: Iterable[Comment]) -> tuple[tuple[Waiver, ...], tuple[Skipped, ...]]:
    """The suppressions that comments state, and those that cannot be understood.

    A comment that does not begin with `assay:` is none. One above other such comments holds for the line below them all.
    """
    marks = {(path, line): text.strip() for path, line, text in comments if MARK.match(text.strip())}
    waivers = []
    problems = []
    for (path, line), text in sorted(marks.items()):
        below = line + 1
        while (path, below) in marks:
            below += 1
        waiver = _waiver(text, f"{path}:{line}", frozenset({(path, line), (path, below)}))
        if isinstance(waiver, str):
            problems.append(problem(f"{path}:{line}", waiver))
        else:
            waivers.append(waiver)
    return tuple(waivers), tuple(problems)


def _waiver(text: str, origin: str, lines: frozenset[tuple[str, int]]) -> Waiver | str:
    """The suppression of one comment, or what is wrong with it."""
    match = MARK.match(text)
    if match is None or match["word"] != "ignore":
        return f"{text.split(maxsplit=1)[0]!r} is not known; {EXAMPLE}"
    rules = tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip())
    if not rules:
        return f"it names no rule; {EXAMPLE}"
    # The end of a block comment is not part of the last value.
    rest = match["rest"].removesuffix("*/")
    values = {pair["key"]: pair["double"] or pair["single"] or pair["bare"] or "" for pair in PAIR.finditer(rest)}
    if unknown := sorted(values.keys() - FIELDS):
        return f"{unknown[0]!r} is not known; {EXAMPLE}"
    return Waiver(
        origin=origin,
        rules=rules,
        reason=values.get("reason", "").strip(),
        owner=values.get("owner", "").strip(),
        until=values.get("until", "").strip(),
        lines=lines,
    )
