"""Paths as Flask writes them."""

from __future__ import annotations

import re

from assay.source.evaluate.values import Const, Template, Value, options

PARAMETER = re.compile(r"<(?:([^<>:]+?)(?:\([^()]*\))?:)?([^<>:]+)>")
CONVERTERS = {
    "string": "str",
    "int": "int",
    "float": "float",
    "path": "path",
    "uuid": "uuid",
    "any": "str",
}


def known_path(value: Value | None) -> str | None:
    """The text of a path; pieces that are not known are `{?}`; None when nothing of it is known."""
    if value is None:
        return ""
    for option in options(value):
        if isinstance(option, Const):
            return option.value if isinstance(option.value, str) else ""
        if isinstance(option, Template):
            return "".join(piece if isinstance(piece, str) else "{?}" for piece in option.pieces)
    return None


def template(rule: str) -> str:
    """`/users/<int:id>` is `/users/{id}`."""
    return PARAMETER.sub(r"{\2}", rule)


def joined(prefix: str, path: str) -> str:
    """As a blueprint puts its prefix before a rule: one slash between them, an empty rule is the prefix itself."""
    if not prefix:
        return path if path.startswith("/") else f"/{path}"
    if not path:
        return prefix if prefix.startswith("/") else f"/{prefix}"
    whole = f"{prefix.rstrip('/')}/{path.lstrip('/')}"
    return whole if whole.startswith("/") else f"/{whole}"


def in_path(rule: str) -> tuple[tuple[str, str], ...]:
    """(name, type) of the parameters of a rule."""
    return tuple((name, CONVERTERS.get(kind or "string", kind)) for kind, name in PARAMETER.findall(rule))
