"""Views: what a registration answers with, per method, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Guard, Level
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Made,
    Member,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.guards import Decorators
from assay.source.frameworks.flask.known import VERBS
from assay.source.program import Program

ANSWERED = frozenset({"HEAD", "OPTIONS"})
"""Methods that Flask answers by itself beside the others."""


class Route(Struct, frozen=True):
    """One registration of one path."""

    call: Made
    path: str
    handler: Value
    endpoint: str = ""
    is_resource: bool = False
    guards: tuple[Guard, ...] = ()
    """Those that the registration itself brings."""


class View(Struct, frozen=True):
    """What answers one method of a route."""

    method: str
    function: Value
    guards: tuple[Guard, ...]


class Views:
    """Opens registrations into views."""

    def __init__(self, program: Program, decorators: Decorators) -> None:
        self.program = program
        self.decorators = decorators

    def of(self, route: Route) -> Iterator[View]:
        """Every method that a registration answers."""
        cls = class_of_view(route.handler)
        if cls is not None:
            yield from self.of_class(route, cls)
            return
        own = route.guards + self.decorators.of(route.handler)
        refused = tuple(guard for guard in self.decorators.above(route.handler))
        for method in self.methods(route):
            guards = (*refused, *own)
            if not any(guard.is_effective for guard in guards):
                inline = self.decorators.of_body(route.handler)
                guards = (*guards, inline) if inline is not None else guards
            yield View(method, route.handler, guards)

    def methods(self, route: Route) -> tuple[str, ...]:
        """The methods of a function's route: as told, by the function's attribute, by the decorator's name, else GET."""
        given = listed(route.call.argument(-1, "methods"))
        if not given and route.call.name in VERBS:
            given = (route.call.name.upper(),)
        if not given:
            function = undecorated(route.handler)
            held = function.attributes.get("methods") if isinstance(function, FunctionValue) else None
            given = listed(held)
        return without_answered(given or ("GET",))

    def of_class(self, route: Route, cls: ClassValue) -> Iterator[View]:
        """The methods of a view class, its own and those of its bases."""
        told = listed(route.call.argument(-1, "methods"))
        declared = self.program.class_attribute(cls, "methods")
        allowed = set(told or (listed(declared[0]) if declared is not None else ()))
        around = route.guards + self.decorators.of(route.handler)
        found = self.own_methods(cls)
        shown = without_answered(tuple(method for method in found if not allowed or method in allowed))
        for method in shown:
            yield View(method, found[method], self.complete(around, cls, method, found[method]))
        if shown:
            return
        dispatch = self.program.class_attribute(cls, "dispatch_request")
        for method in without_answered(tuple(sorted(allowed)) or ("GET",)):
            if dispatch is not None:
                yield View(method, dispatch[0], self.complete(around, cls, method, dispatch[0]))

    def complete(self, around: tuple[Guard, ...], cls: ClassValue, method: str, function: Value) -> tuple[Guard, ...]:
        """All guards of a method of a class."""
        guards = around + self.decorators.of_class(cls, method) + self.dispatching(cls, function)
        guards += self.decorators.of(function)
        if not any(guard.is_effective for guard in guards):
            inline = self.decorators.of_body(function)
            guards = (*guards, inline) if inline is not None else guards
        return guards

    def dispatching(self, cls: ClassValue, function: Value) -> tuple[Guard, ...]:
        """The guards of a `dispatch_request` that a project class puts around its methods."""
        declared = self.program.class_attribute(cls, "dispatch_request")
        if declared is None or undecorated(declared[0]) is undecorated(function):
            return ()
        level = Level.TYPE if declared[1].type is cls.type else Level.BASE
        inline = self.decorators.of_body(declared[0])
        return self.decorators.of(declared[0], level) + ((inline,) if inline is not None else ())

    def own_methods(self, cls: ClassValue) -> dict[str, Value]:
        """The functions named like HTTP methods, nearest class first."""
        found: dict[str, Value] = {}
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                names = {**class_names(self.program.run, base), **base.extra}
                for name in VERBS:
                    if name in names and not (isinstance(held := names[name], Const) and held.value is None):
                        found.setdefault(name.upper(), names[name])
        return found


def without_answered(methods: tuple[str, ...]) -> tuple[str, ...]:
    """Methods without those that Flask answers by itself, unless there are no others."""
    return tuple(method for method in methods if method not in ANSWERED) or methods


def listed(value: Value | None) -> tuple[str, ...]:
    """The texts of a collection, in upper case."""
    for option in options(value):
        if isinstance(option, Const):
            return (option.value.upper(),) if isinstance(option.value, str) else ()
    return tuple(dict.fromkeys(found.upper() for item in items(value) or () if (found := text(item))))


def class_of_view(value: Value) -> ClassValue | None:
    """The class behind a resource class or `View.as_view("name")`, decorated or wrapped."""
    inner = undecorated(value)
    if isinstance(inner, ClassValue):
        return inner
    if isinstance(inner, Made):
        if isinstance(inner.callee, Member) and inner.callee.name == "as_view":
            held = undecorated(inner.callee.value)
            return held if isinstance(held, ClassValue) else None
        for argument in inner.positional[:1]:
            if isinstance(argument, Made | ClassValue):
                return class_of_view(argument)
    return None


def endpoint_of(route: Route) -> str:
    """The name by which Flask knows a route, without its blueprint."""
    told = text(route.call.argument(1 if route.call.name == "add_url_rule" else -1, "endpoint"))
    if told is not None:
        return told
    if route.endpoint:
        return route.endpoint
    handler = undecorated(route.handler)
    while isinstance(handler, Made):
        if isinstance(handler.callee, Member) and handler.callee.name == "as_view":
            return text(handler.argument(0, "name")) or "view"
        if not handler.positional:
            break
        handler = undecorated(handler.positional[0])
    if isinstance(handler, ClassValue):
        return snake(handler.type.name) if route.is_resource else handler.type.name
    return handler.function.name if isinstance(handler, FunctionValue) else ""


def snake(name: str) -> str:
    """`UserList` is `user_list`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
