"""Controllers of Django Ninja Extra: classes under `@api_controller`, with methods under `@http_get(...)` or `@route.get(...)`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    External,
    Made,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.known import VERBS, last, lineage
from assay.source.mentions import dotted
from assay.source.program import Program

CONTROLLER = "api_controller"
MODULES = frozenset({"api", "controllers"})
"""Modules of applications that `auto_discover_controllers` imports."""
TOKENS = {"obtain": "/pair", "refresh": "/refresh", "verify": "/verify"}
SLIDING = {"obtain": "/sliding", "refresh": "/sliding/refresh", "verify": "/verify"}
OUTSIDE = {"NinjaJWTDefaultController": TOKENS, "NinjaJWTSlidingController": SLIDING}
"""Controllers of ninja-jwt: what they answer below `/token`."""
ROUTERS = {
    "obtain_pair_router": {"obtain": "/pair", "refresh": "/refresh"},
    "sliding_router": {"obtain": "/sliding", "refresh": "/sliding/refresh"},
    "verify_router": {"verify": "/verify"},
    "blacklist_router": {"blacklist": "/blacklist"},
}
"""Routers of ninja-jwt: what they answer below the prefix that they are added under."""


class Controller(Struct, frozen=True, eq=False):
    """A class that was made a controller."""

    cls: ClassValue
    call: Made | None
    """`api_controller(...)`; None where it stands without arguments."""

    @property
    def prefix(self) -> str:
        """The prefix of its routes."""
        given = self.call.argument(0, "prefix_or_class", "prefix") if self.call is not None else None
        return text(given) or ""

    def said(self, name: str) -> Value | None:
        """What the decorator was told: `auth`, `permissions`."""
        return self.call.named.get(name) if self.call is not None else None


class Member(Struct, frozen=True, eq=False):
    """A method of a controller that answers requests."""

    methods: tuple[str, ...]
    path: str
    handler: Value
    """The function with the decorators below the one of the route."""
    call: Made
    is_own: bool
    """Whether the controller's class itself declares it."""


def registered(program: Program, api: Value) -> Iterator[tuple[Value, Made]]:
    """The controllers of an API, in order, each with the call that brings it in."""
    for call in program.calls_on(api, "register_controllers", "auto_discover_controllers"):
        if call.name == "auto_discover_controllers":
            for found in discovered(program):
                yield found, call
        for given in call.positional:
            for option in options(given):
                yield option, call


def discovered(program: Program) -> list[Value]:
    """The controllers in the modules `api` and `controllers` of the tree's applications."""
    run = program.run
    for path in program.project.paths("python"):
        if MODULES & set(path.removesuffix(".py").split("/")):
            run.module(path)
    found: list[Value] = []
    for path in sorted(run.modules):
        module = run.modules[path]
        for value in module.scope.names.values() if module is not None else ():
            inner = undecorated(value)
            if isinstance(value, Decorated) and isinstance(inner, ClassValue) and inner.module is module:
                found += [value] if controller_of(program, value) is not None else []
    return found


def controller_of(program: Program, value: Value) -> Controller | None:
    """The controller that a class is, by its decorators."""
    cls = undecorated(value)
    if not isinstance(cls, ClassValue):
        return None
    for annotation in cls.type.annotations:
        decorator = program.run.evaluate(annotation.value, cls.scope)
        if isinstance(decorator, Made) and last(dotted(decorator.callee)) == CONTROLLER:
            return Controller(cls, decorator)
        if isinstance(decorator, External) and last(decorator.name) == CONTROLLER:
            return Controller(cls, None)
    return None


def members(program: Program, cls: ClassValue) -> Iterator[Member]:
    """The methods of a controller and of its bases that answer requests; the nearest of a name counts."""
    seen: set[str] = set()
    for base in lineage(program, cls):
        for name, value in (class_names(program.run, base) if isinstance(base, ClassValue) else {}).items():
            if name in seen:
                continue
            seen.add(name)
            inner = value
            while isinstance(inner, Decorated):
                found = route_of(inner.decorator)
                if found is not None:
                    methods, path, call = found
                    yield Member(methods, path, inner.inner, call, base is cls)
                inner = inner.inner


def route_of(decorator: Value) -> tuple[tuple[str, ...], str, Made] | None:
    """The methods and the path of `@http_get("/{id}")`, `@route.get(...)`, `@http_generic(methods=[...])`."""
    if not isinstance(decorator, Made):
        return None
    name = dotted(decorator.callee)
    if not name.startswith("ninja_extra"):
        return None
    verb = last(name).removeprefix("http_")
    path = text(decorator.argument(0, "path")) or ""
    if verb in VERBS:
        return (verb.upper(),), path, decorator
    if verb != "generic":
        return None
    listed = tuple(named.upper() for item in items(decorator.named.get("methods")) or () if (named := text(item)))
    return listed, path, decorator
