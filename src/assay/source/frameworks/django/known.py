"""What outside names mean to Django and its kin; the words stand in vocabulary.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from assay.model.endpoint import Demand
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Instance,
    Made,
    Member,
    Value,
)
from assay.source.program import Program
from assay.source.refusal import NOTHING, Refusal
from assay.source.vocabulary import IDENTITY, topic_of

VERBS = ("get", "post", "put", "patch", "delete")
"""Methods that are endpoints; HEAD and OPTIONS are answered by Django itself."""
ADMIN_VIEW = "admin_view"
"""What a site of the administration puts around its own views, `self.admin_view(view)`: only staff may see them."""
SAFE = ("GET", "HEAD", "OPTIONS")


@cache
def vocabulary() -> dict[str, Any]:
    """The file's content."""
    return tomllib.loads(resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))


def word(section: str, name: str) -> str | None:
    """What the vocabulary says of a name, None when it does not know it."""
    held = vocabulary()[section]
    found = held.get(qualified(name), held.get(last(name)))
    return found if isinstance(found, str) else None


def qualified(name: str) -> str:
    """The package and the last part of a dotted name: libraries give their views the names of Django's."""
    return f"{name.partition('.')[0]}.{last(name)}"


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def refusal_of_word(said: str, method: str) -> Refusal:
    """A demand as the vocabulary writes it; `write:` holds for unsafe methods only."""
    if said.startswith("write:"):
        if method in SAFE:
            return NOTHING
        said = said.removeprefix("write:")
    return Refusal(Demand(said), reason="it decides outside the project" if said == "unknown" else "")


def refusal_of_outside(name: str) -> Refusal:
    """What an outside thing that the vocabulary does not know demands: unknown, if it is named like authentication."""
    if topic_of(last(name)) in IDENTITY:
        return Refusal(Demand.UNKNOWN, reason=f"{name} is outside the project")
    return NOTHING


def shown(value: Value) -> str:
    """A short name for a guard."""
    match value:
        case FunctionValue() | ClassValue():
            return value.name
        case Instance(cls=cls):
            return cls.name
        case External(name=name) | Member(name=name):
            return last(name)
        case Made(callee=callee):
            return shown(callee)
        case Decorated(inner=inner) | Generic(value=inner):
            return shown(inner)
    return "guard"


def lineage(program: Program, cls: ClassValue) -> tuple[Value, ...]:
    """A class and its bases, nearest first; of a generic one (`ModelViewSet[User]`) the class itself."""
    return tuple(base.value if isinstance(base, Generic) else base for base in program.mro(cls))
