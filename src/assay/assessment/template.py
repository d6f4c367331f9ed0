"""Path templates of different views compared: what they are but for names, cases and slashes, and which accepts which."""

import re
from typing import TypeAlias

Segments: TypeAlias = tuple[str, ...]
HOLE = "{}"
"""A parameter, whatever its name."""
PARAMETER = re.compile(r"\{([^{}]*)\}")
VERSION = re.compile(r"v?\d{1,4}(?:\.\d{1,4}){0,3}(?:-?(?:alpha|beta|rc|preview)\.?\d*)?")
VERSIONED = re.compile(r"v(\d{1,4}(?:\.\d{1,4}){0,3})")
MARK = "{version}"
"""A parameter that stands for a version: it keeps its meaning, so that a literal version fits it."""


def segments(path: str) -> Segments:
    """A path without cases, empty parts, query and names of parameters; servers tell `/a` from `/a/`, contracts rarely do."""
    plain = path.partition("?")[0].partition("#")[0].casefold()
    return tuple(PARAMETER.sub(_hole, part) for part in plain.split("/") if part)


def is_like(template: Segments, other: Segments) -> bool:
    """Whether a request for the other is one for the template: a parameter takes any one segment, a literal only itself."""
    return len(template) == len(other) and all(map(_takes, template, other))


def is_same(one: Segments, other: Segments) -> bool:
    """Whether two templates are the same but for a version that one of them leaves open."""
    return len(one) == len(other) and all(
        left == right or _is_version(left, right) or _is_version(right, left)
        for left, right in zip(one, other, strict=True)
    )


def literals(path: Segments) -> int:
    """How many segments hold no parameter."""
    return sum("{" not in part for part in path)


def version(path: Segments) -> tuple[int, tuple[int, ...]] | None:
    """(index, number) of the first segment that is a version, as `v2`; None without one."""
    for index, part in enumerate(path):
        if found := VERSIONED.fullmatch(part):
            return index, tuple(int(piece) for piece in found[1].split("."))
    return None


def _hole(found: re.Match[str]) -> str:
    name = found[1].partition(":")[0]
    return MARK if name in {"version", "apiversion", "api_version", "api-version"} else HOLE


def _takes(part: str, other: str) -> bool:
    if part == other:
        return True
    if "{" not in part:
        return False
    pattern = re.escape(part.replace(MARK, HOLE)).replace(re.escape(HOLE), "[^/]+")
    return re.fullmatch(pattern, other) is not None


def _is_version(part: str, other: str) -> bool:
    return MARK in part and VERSION.fullmatch(other) is not None and _takes(part, other)
