"""The places that request data must not reach as it is, read from `libraries/sinks_*.toml`, and how a call is recognised as one."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from assay.source.evaluate.values import (
    ClassValue,
    External,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Value,
    options,
)

DEPTH = 16
ALL = "*"
SELF = "self"
OWN_ADDRESS = frozenset(
    """
    url path full_path base_url host_url url_root build_absolute_uri get_full_path get_host Path PathBase QueryString
    Host Scheme script_root url_for
    GetDisplayUrl GetEncodedUrl referrer referer Referer HTTP_REFERER
    """.split()
)
"""Members of the request that tell its own address."""


class Sink(Struct, frozen=True):
    """A call that does something dangerous with what it is given."""

    kind: str
    path: tuple[str, ...]
    """Names that have to appear in this order in what is called; the last one is the call's own."""
    at: tuple[int, ...]
    names: tuple[str, ...]
    way: str = ""
    """How it is decided what is dangerous about it; see `reach.harm`."""
    how: str = ""
    takes_all: bool = False
    takes_receiver: bool = False
    folder: str = ""
    """The name of its first argument, the folder below which it stays whatever else it is given."""


class Sinks(Struct, frozen=True):
    """The words of one language."""

    by_name: dict[str, tuple[Sink, ...]]
    harmless: dict[str, frozenset[str]]
    """Calls after which a text can do no harm, by kind; `any` for every kind."""
    screens: dict[str, frozenset[str]]
    """Tests that only what is allowed passes, by kind."""
    carriers: frozenset[str]
    """Calls that hand a text on."""
    answers: frozenset[str]
    """Calls whose answer comes from elsewhere than their arguments."""


@cache
def sinks(language: str) -> Sinks:
    """The words of a language."""
    folder = files("assay.source.reach") / "libraries"
    document: dict[str, Any] = tomllib.loads((folder / f"sinks_{language}.toml").read_text(encoding="utf-8"))
    by_name: dict[str, list[Sink]] = defaultdict(list)
    for entry in document["sink"]:
        for call in entry["calls"]:
            path = tuple(call.split("."))
            by_name[path[-1]].append(sink(entry, path))
    return Sinks(
        {name: tuple(sorted(found, key=lambda each: -len(each.path))) for name, found in by_name.items()},
        {kind: frozenset(names) for kind, names in document["harmless"].items()},
        {kind: frozenset(names) for kind, names in document["screens"].items()},
        frozenset(document["carriers"]["names"]),
        frozenset(document["carriers"]["answers"]),
    )


def sink(entry: dict[str, Any], path: tuple[str, ...]) -> Sink:
    """One entry of the file for one of its calls."""
    at = entry["at"]
    numbers = tuple(each for each in at if isinstance(each, int))
    way, how = entry.get("way", ""), entry.get("how", "")
    return Sink(
        entry["kind"], path, numbers, tuple(entry["names"]), way, how, ALL in at, SELF in at, entry.get("folder", "")
    )


def matching(made: Made, known: Sinks) -> Sink | None:
    """The sink that a call is; the one with the most names where several fit."""
    candidates = known.by_name.get(made.name)
    if candidates is None:
        return None
    names = chain(made.callee)
    return next((each for each in candidates if is_within(each.path, names)), None)


def is_within(path: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Whether names appear in order, the last one last."""
    if not names or names[-1] != path[-1]:
        return False
    rest = iter(names[:-1])
    return all(any(name == wanted for name in rest) for wanted in path[:-1])


def chain(value: Value | None, depth: int = 0) -> tuple[str, ...]:
    """The names through which a call is reached, types of parameters among them: `HttpClient`, `GetAsync`."""
    inner = next(options(value), None)
    if inner is None or depth > DEPTH:
        return ()
    match inner:
        case External(name=name):
            return tuple(name.split("."))
        case Member(value=owner, name=name):
            return (*chain(owner, depth + 1), name)
        case Made(callee=callee):
            return chain(callee, depth + 1)
        case Given(type=type_, name=name):
            return (name, *chain(type_, depth + 1))
        case Generic(value=owner):
            return chain(owner, depth + 1)
        case Instance(cls=cls):
            return (cls.name,)
        case ClassValue():
            return (inner.name,)
        case Operation(operator="/", operands=(left, _)):
            return (*chain(left, depth + 1), "/")
    return ()


def dangerous(made: Made, found: Sink) -> tuple[Value, ...]:
    """What the call does its dangerous thing with."""
    if found.takes_all:
        return (*made.positional, *made.named.values())
    values = [made.positional[at] for at in found.at if at < len(made.positional)]
    values += [made.named[name] for name in found.names if name in made.named]
    values += [made.attributes[name] for name in found.names if name in made.attributes]
    if found.takes_receiver and made.receiver is not None:
        values.append(made.receiver)
    return tuple(values)
