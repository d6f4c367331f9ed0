"""Route templates: tokens filled in, templates put together, constraints dropped.

Source: Microsoft.AspNetCore.Mvc.ApplicationModels.AttributeRouteModel and Microsoft.AspNetCore.Routing.Patterns.RoutePatternParser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

TOKEN = re.compile(r"\[\[|\]\]|\[([^\[\]]+)\]")
NAME = re.compile(r"\**([^:=?{}*]+)")


class Piece(Struct, frozen=True):
    """One parameter of a template."""

    name: str
    constraints: tuple[str, ...] = ()
    default: str | None = None
    is_optional: bool = False


def is_absolute(template: str) -> bool:
    """Whether a template of an action stands for itself: `/x`, `~/x`."""
    return template.startswith(("/", "~/"))


def combine(left: str | None, right: str | None) -> str | None:
    """The template of a controller and that of its action together; None when neither has one."""
    if right is not None and is_absolute(right):
        return right.removeprefix("~").lstrip("/")
    if left is None and right is None:
        return None
    parts = [(part or "").removeprefix("~").strip("/") for part in (left, right)]
    return "/".join(part for part in parts if part)


def fill(template: str, tokens: Mapping[str, str], transform: Callable[[str], str] | None = None) -> str:
    """`[controller]`, `[action]`, `[area]` replaced; `[[` and `]]` stand for brackets; what has no value is left as it is."""
    constrained, rest = [], template

    def replaced(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        value = tokens.get(found[1].lower())
        if value is None:
            return found[0]
        return transform(value) if transform is not None else value

    # Character classes of regex constraints are no tokens: only what stands outside of braces is looked at.
    for text, is_parameter in split(rest):
        constrained.append(text if is_parameter else TOKEN.sub(replaced, text))
    return "".join(constrained)


def required(template: str, tokens: Mapping[str, str]) -> str:
    """`{controller}` and its kin in the template of an attribute: they have to be what the action is called, so that they name it."""
    return "".join(
        tokens.get(piece(text).name.lower(), text) if is_parameter else text for text, is_parameter in split(template)
    )


def split(template: str) -> Iterator[tuple[str, bool]]:
    """The template cut into literal pieces and `{parameters}`; True marks a parameter. `{{` and `}}` are literal braces."""
    literal, at = "", 0
    while at < len(template):
        char = template[at]
        if template.startswith(("{{", "}}"), at):
            literal, at = literal + char * 2, at + 2
        elif char == "{":
            end = closing(template, at)
            if literal:
                yield literal, False
            yield template[at:end], True
            literal, at = "", end
        else:
            literal, at = literal + char, at + 1
    if literal:
        yield literal, False


def closing(template: str, start: int) -> int:
    """Where the parameter that begins at `start` ends."""
    depth, at = 0, start
    while at < len(template):
        if template[at] == "{":
            depth += 1
        elif template[at] == "}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return len(template)


def piece(text: str) -> Piece:
    """`{*path:regex(..)=x?}` taken apart."""
    inner = text[1:-1] if text.endswith("}") else text[1:]
    found = NAME.match(inner)
    name = found[1].strip() if found else ""
    rest = inner[found.end() :] if found else ""
    is_optional = rest.endswith("?")
    rest = rest.removesuffix("?")
    constraints, _, default = rest.partition("=") if "(" not in rest else (rest, "", "")
    return Piece(name, tuple(part for part in constraints.split(":") if part), default or None, is_optional)


def parameters(template: str) -> tuple[Piece, ...]:
    """The parameters of a template, in order."""
    return tuple(piece(text) for text, is_parameter in split(template) if is_parameter)


def plain(template: str) -> str:
    """The path of a template: a leading slash, none at the end, parameters as `{name}`."""
    path = "".join(
        f"{{{piece(text).name}}}" if is_parameter else text.replace("{{", "{").replace("}}", "}")
        for text, is_parameter in split(template.removeprefix("~"))
    )
    while "//" in path:
        path = path.replace("//", "/")
    return "/" + path.strip("/")


def defaults(template: str) -> dict[str, str]:
    """The default values that a template states: `{controller=Home}`."""
    return {found.name: found.default for found in parameters(template) if found.default is not None}
