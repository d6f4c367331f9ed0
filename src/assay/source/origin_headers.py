"""Cross-origin policies that code writes into headers by hand, in whatever a framework calls on every answer."""

from __future__ import annotations

from assay.model.place import Place
from assay.model.program import Setting
from assay.source.evaluate.values import Condition, Const, Operation, Value, options, text
from assay.source.mentions import names_in
from assay.source.refusal import Observation

ALLOWED = "Access-Control-Allow-Origin"
ADDING = frozenset({"add", "set", "__setitem__", "setdefault", "Add", "Append", "append"})
"""Calls on headers that set one."""
SENT = frozenset({"origin", "Origin", "HTTP_ORIGIN", "headers", "Headers"})
"""Names of where the origin of the asking page is read."""


def headers_of(seen: Observation) -> dict[str, Value]:
    """The headers that something set on an answer; not those that it sets for listed origins only."""
    found: dict[str, Value] = {}
    for assigned in seen.assigned:
        if {"headers", "Headers"} & set(names_in(assigned.receiver)) and not any(map(is_listed, assigned.conditions)):
            name = assigned.name.strip("[]")
            found.setdefault(NAMES.get(name, name), assigned.value)
    for made in seen.made:
        if any(map(is_listed, made.conditions)):
            continue
        if made.name in ADDING and len(made.positional) > 1:
            key = text(made.positional[0])
            if key is not None:
                found.setdefault(key, made.positional[1])
    return found


NAMES = {"AccessControlAllowOrigin": ALLOWED, "AccessControlAllowCredentials": "Access-Control-Allow-Credentials"}
"""Properties of ASP.NET Core that are headers."""


def is_listed(condition: Condition) -> bool:
    """Whether a test lets through only what a list of the server's holds: `if origin in allowed()`."""
    return any(
        (isinstance(option, Operation) and option.operator in {"in", "=="} and condition.is_then)
        or "Contains" in names_in(option)
        for option in options(condition.value)
    )


def policy(api: str, headers: dict[str, Value], place: Place, environment: str = "any") -> Setting:
    """The policy that hand-set headers are."""
    origin = headers[ALLOWED]
    known = text(origin)
    reflects = known is None and bool(SENT & set(names_in(origin)))
    origins = known or ("reflected" if reflects else "unknown")
    credentials = headers.get("Access-Control-Allow-Credentials")
    trusts = "true" if (text(credentials) or "").lower() == "true" or is_true(credentials) else "false"
    methods = text(headers.get("Access-Control-Allow-Methods")) or ""
    details = (("applied", "true"), ("credentials", trusts), ("methods", methods), ("origins", origins))
    return Setting(api, "cors", origins, environment, place, details)


def is_true(value: Value | None) -> bool:
    """Whether a value is surely True."""
    return any(
        isinstance(option, Const) and option.value is True and not option.is_default for option in options(value)
    )
