"""What a text is put together from, and which part of a URL says whom it asks."""

from __future__ import annotations

import re

from assay.source.evaluate.values import Const, Made, Member, Operation, Template, Value, options
from assay.source.reach.taint import Taint, Taints

SCHEME = re.compile(r"^[\w+.-]+:/{0,2}$")
BUILDER = "StringBuilder"


def pieces(value: Value, depth: int = 0) -> list[str | Value]:
    """What a text is put together from, in order."""
    inner = next(options(value), value)
    if depth > 8:
        return [inner]
    match inner:
        case Const(value=str() as known):
            return [known]
        case Template(pieces=held):
            return [
                part for piece in held for part in ([piece] if isinstance(piece, str) else pieces(piece, depth + 1))
            ]
        case Operation(operator="+" | "/", operands=(left, right)):
            return [*pieces(left, depth + 1), *(["/"] if inner.operator == "/" else []), *pieces(right, depth + 1)]
        case Operation(operator="or" | "??", operands=operands):
            return pieces(operands[0], depth + 1)
        case Made(positional=(first, *_)) if (
            inner.name in {"str", "Uri", "URL", "UriBuilder", "Url"} and len(inner.positional) == 1
        ):
            return pieces(first, depth + 1)
        case Member(value=Made(positional=(*_, asked)) as sent, name="RequestUri") if sent.name == "HttpRequestMessage":
            return pieces(asked, depth + 1)
        case Made(positional=(_, last)) if inner.name in {"urljoin", "Uri"}:
            return pieces(last, depth + 1)
        case Made(callee=Member(value=Const() | Template() as owner)) if inner.name in {"format", "strip", "rstrip"}:
            return pieces(owner, depth + 1)
    return [inner]


def host_of(parts: list[str | Value]) -> Value | None:
    """The part that says which host is meant; None when that is fixed."""
    for at, part in enumerate(parts):
        if not isinstance(part, str):
            return part
        if at == 0 and (part == "" or SCHEME.match(part) or (part.startswith("//") and part.strip("/") == "")):
            continue
        return None
    return None


def opening(value: Value, taints: Taints) -> tuple[Taint, ...]:
    """The request data in the part of a URL that says which host is meant; of a text that is built, what is put into it first counts."""
    found = host_of(pieces(value))
    built = found.receiver if isinstance(found, Made) and found.name == "ToString" else found
    if (
        isinstance(built, Made)
        and built.name == BUILDER
        and (put := [*built.positional, *taints.filled.get(id(built), ())])
    ):
        found = host_of([part for each in put for part in pieces(each)])
    return taints.of(found) if found is not None else ()


def comes_from(taint: Taint, first: Taint) -> bool:
    """Whether request data in the whole of a URL is that of its beginning, whatever was done to the whole afterwards."""
    return taint.source == first.source and taint.through[: len(first.through)] == first.through
