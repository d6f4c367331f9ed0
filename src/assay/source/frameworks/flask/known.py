"""What outside names mean to Flask; the words stand in vocabulary.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from assay.model.endpoint import Demand
from assay.source.evaluate.values import (
    Const,
    Decorated,
    External,
    Instance,
    Invocation,
    Made,
    Member,
    Parent,
    Value,
    items,
    text,
)
from assay.source.program import Program
from assay.source.refusal import NOTHING, Refusal
from assay.source.vocabulary import IDENTITY, topic_of

APPLICATIONS = ("flask.Flask", "apiflask.APIFlask", "quart.Quart", "flask_openapi3.OpenAPI")
BLUEPRINTS = (
    "flask.Blueprint",
    "apiflask.APIBlueprint",
    "flask_smorest.Blueprint",
    "quart.Blueprint",
    "flask_openapi3.APIBlueprint",
)
RESTFUL = ("flask_restful.Api",)
RESTX = ("flask_restx.Api", "flask_restplus.Api")
VIEWS = ("flask.View", "flask.MethodView", "quart.View", "quart.MethodView")
VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
REQUESTS = ("flask.request", "quart.request", "flask.globals.request")


@cache
def vocabulary() -> dict[str, Any]:
    """The file's content."""
    return tomllib.loads(resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))


def dotted(program: Program, value: Value) -> str:
    """The dotted name of an outside thing, through members, calls and objects of project classes with an outside base."""
    members: list[str] = []
    while isinstance(value, Member | Made | Decorated):  # a handler may chain thousands of calls
        match value:
            case Member(value=owner, name=name):
                members.append(name)
                value = owner
            case Made(callee=callee):
                value = callee
            case Decorated(inner=inner):
                value = inner
    first = ""
    match value:
        case External(name=name):
            first = name
        case Instance(cls=cls) | Parent(owner=cls):
            first = next((base.name for base in program.mro(cls) if isinstance(base, External)), "")
    return ".".join((first, *reversed(members))).lstrip(".")


def entry_of(name: str, table: str) -> dict[str, Any] | None:
    """What the vocabulary says of a dotted name."""
    parts = name.split(".")
    for key, entry in vocabulary()[table].items():
        wanted = key.split(".")
        if wanted[0] == parts[0] and wanted[-1] == parts[-1] and set(wanted) <= set(parts):
            return dict(entry)
    return None


def outside(program: Program, value: Value) -> Refusal | None:
    """What a decorator from outside (or the call of one) demands; None when it is not from outside."""
    call = value if isinstance(value, Made) else None
    named = call.callee if call is not None else value
    name = dotted(program, named)
    if not name:
        return None
    entry = entry_of(name, "decorators")
    if entry is None and call is not None and isinstance(call.callee, Made):
        return outside(program, call.callee)
    if entry is not None:
        return stated(entry, call, named)
    if name.partition(".")[0] in vocabulary()["harmless"]["packages"]:
        return NOTHING
    last = name.rpartition(".")[2]
    if topic_of(last) in IDENTITY and not last.endswith(("loader", "handler", "exempt", "context")):
        return Refusal(Demand.UNKNOWN, reason=f"{name} is outside the project")
    return NOTHING


def stated(entry: dict[str, Any], call: Made | None, named: Value) -> Refusal:
    """The demand of an entry with the values of a call."""
    demand = Demand(entry["demand"])
    if demand is Demand.NOTHING:
        return NOTHING
    optional = entry.get("optional")
    if optional and call is not None and is_true(call.named.get(optional)):
        return NOTHING
    values: tuple[str, ...] = ()
    if call is not None and not entry.get("mechanisms"):
        given = [*call.positional, *(call.named[key] for key in entry.get("values", ()) if key in call.named)]
        values = tuple(dict.fromkeys(found for value in given for found in names(value)))
    if not values and demand is Demand.ROLE and isinstance(named, Member) and isinstance(named.value, Invocation):
        values = tuple(dict.fromkeys(found for value in named.value.positional for found in names(value)))
    if values and "with_values" in entry:
        demand = Demand(entry["with_values"])
    return Refusal(demand, values)


def names(value: Value) -> Iterator[str]:
    """The texts of a role argument: one, a list, a `RoleNeed("admin")`."""
    listed = items(value)
    for item in listed if listed is not None else (value,):
        found = text(item)
        if found is not None:
            yield found
        elif isinstance(item, Made):
            yield from (each for each in map(text, item.positional) if each is not None)
        elif listed is not None:
            yield from names(item) if items(item) is not None else ()


def is_true(value: Value | None) -> bool:
    """Whether a value is the constant True."""
    return isinstance(value, Const) and value.value is True


def is_false(value: Value | None) -> bool:
    """Whether a value is the constant False."""
    return isinstance(value, Const) and value.value is False
