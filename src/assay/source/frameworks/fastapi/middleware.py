"""Middleware that refuses: run for each endpoint with its path and method, so that exempt lists are decided."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.demands import is_of_configuration
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Given,
    Instance,
    Invocation,
    Made,
    Table,
    Value,
    items,
    options,
    undecorated,
)
from assay.source.mentions import parts_of
from assay.source.program import Program
from assay.source.refusal import CONDITIONAL, NOTHING, VIEW, Refusal, refusal_of_wrapper
from assay.source.vocabulary import FORGERY
from assay.source.vocabulary import parts_of as words_of

PATH, METHOD = Given("path"), Given("method")
"""The path and method of any request."""


def depends(value: Value) -> bool:
    """Whether a value is made of the path or method; a scope that is handed on as a whole does not count."""
    waiting = [value]
    for _ in range(LIMIT):
        if not waiting:
            return False
        part = waiting.pop()
        if part is PATH or part is METHOD:
            return True
        if not isinstance(part, Table):
            waiting += parts_of(part)
    return True


LIMIT = 2_000
"""Parts of a value that are looked at."""


class Layer(Struct, frozen=True, eq=False):
    """One middleware: what is run, and what is handed to it."""

    name: str
    run: Value
    style: str
    """`http` (request, call_next) or `asgi` (scope, receive, send)."""
    place: Place
    is_switched: bool = False
    """Whether a test of the configuration decides if it is installed at all."""


def switched(layer: Layer, what: Refusal) -> Refusal:
    """What a layer demands when the configuration decides whether it is there."""
    if layer.is_switched and what.demand is not Demand.NOTHING:
        return replace(what, demand=Demand.UNKNOWN, reason=CONDITIONAL)
    return what


class Middleware:
    """The refusing middleware of one application."""

    def __init__(self, program: Program, application: Invocation) -> None:
        self.program = program
        self.application = application
        self.layers: list[Layer] = []
        self.fixed: dict[int, Refusal] = {}
        """What layers demand that look at neither path nor method."""
        self.known: dict[tuple[int, str, str], Refusal] = {}
        for layer in self.read(application):
            if FORGERY & set(words_of(layer.name)):
                continue
            held, program.run.asked = program.run.asked, []
            what = self.demand(layer, None, None)
            asked, program.run.asked = program.run.asked, held
            if what.demand is Demand.NOTHING:
                continue
            if not any(depends(value) for value in asked):
                self.fixed[len(self.layers)] = switched(layer, what)
            self.layers.append(layer)

    def read(self, application: Invocation) -> list[Layer]:
        """The middleware of project code, outermost last added first as Starlette runs them."""
        found: list[Layer] = []
        for item in items(application.argument(-1, "middleware")) or ():
            if isinstance(item, Made) and item.positional:
                found += self.layer(item.positional[0], item.named, item.place)
        added: list[Layer] = []
        for call in self.program.calls_on(application, "add_middleware", "middleware"):
            is_switched = is_of_configuration(call.conditions)
            if call.name == "add_middleware":
                made = self.layer(call.argument(0, "middleware_class"), call.named, call.place)
                added += [replace(layer, is_switched=is_switched) for layer in made]
            else:
                for application_ in self.program.applications(call):
                    function = undecorated(application_.positional[0]) if application_.positional else None
                    if isinstance(function, FunctionValue):
                        added.append(Layer(function.name, function, "http", function.place, is_switched))
        return [*reversed(added), *found]

    def layer(self, cls: Value | None, named: dict[str, Value], place: Place) -> list[Layer]:
        """The layer that a middleware class makes."""
        run = self.program.run
        for option in options(cls):
            found = undecorated(option)
            if isinstance(found, External) and found.name.endswith("BaseHTTPMiddleware"):
                dispatch = named.get("dispatch")
                return [Layer(self.name(dispatch), dispatch, "http", place)] if dispatch is not None else []
            if not isinstance(found, ClassValue):
                continue
            given = {key: value for key, value in named.items() if key != "middleware_class"}
            instance = run.call(found, (), {"app": Given(VIEW), **given}, place=place)
            if not isinstance(instance, Instance):
                continue
            instance.attributes.setdefault("app", Given(VIEW))
            for name, style in (("dispatch", "http"), ("__call__", "asgi")):
                method = class_attribute(run, found, name, instance)
                if isinstance(undecorated(method), FunctionValue):
                    return [Layer(found.name, method, style, found.place)]
        return []

    @staticmethod
    def name(value: Value | None) -> str:
        """A function's name."""
        inner = undecorated(value) if value is not None else None
        return inner.name if isinstance(inner, FunctionValue) else "dispatch"

    def demand(self, layer: Layer, path: str | None, method: str | None) -> Refusal:
        """What a layer demands of a request with this path and method; None leaves them open."""
        known_path: Value = Const(path) if path is not None else PATH
        known_method: Value = Const(method) if method is not None else METHOD
        if layer.style == "asgi":
            scope = Table({}, is_open=True)
            for key, value in (("path", known_path), ("method", known_method), ("type", Const("http"))):
                scope.entries[key] = (Const(key), value)
            return refusal_of_wrapper(self.program.run, layer.run, (scope,))
        url = Given("url", attributes={"path": known_path})
        request = Given("request", attributes={"url": url, "method": known_method})
        return refusal_of_wrapper(self.program.run, layer.run, (request, Given(VIEW)))

    def of_request(self, number: int, path: str, method: str) -> Refusal:
        """What a layer demands of one endpoint."""
        key = (number, path, method)
        layer = self.layers[number]
        if key not in self.known:
            what = self.demand(layer, path, method if method not in {"ANY", "WS"} else "GET")
            self.known[key] = switched(layer, what)
        return self.known[key]

    def guards(self, path: str, method: str) -> tuple[Guard, ...]:
        """The guards that middleware puts before one endpoint."""
        found: list[Guard] = []
        for number, layer in enumerate(self.layers):
            what = self.fixed.get(number) or self.of_request(number, path, method)
            if what is not NOTHING and what.demand is not Demand.NOTHING:
                found.append(
                    Guard(
                        layer.name,
                        "middleware",
                        what.demand,
                        Level.APPLICATION,
                        layer.place,
                        what.values,
                        steps=what.steps,
                        reason=what.reason,
                    )
                )
        return tuple(found)
