"""Middleware that refuses: run for each endpoint with its path, so that exempt lists are decided."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source import facts
from assay.source.alike import Alike
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.calls import Request
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    ModuleValue,
    Value,
    items,
    options,
    result,
    text,
    undecorated,
)
from assay.source.frameworks.django.bodies import request_of
from assay.source.frameworks.django.endowed import endowments
from assay.source.frameworks.django.known import last, lineage, refusal_of_word, word
from assay.source.frameworks.django.project import Settings
from assay.source.inside import inside
from assay.source.program import Program
from assay.source.refusal import CONDITIONAL, NOTHING, VIEW, Refusal, refusal, refusal_of_wrapper

PARAMETER = re.compile(r"\{[^{}]*\}")


class Layer(Struct, frozen=True, eq=False):
    """One middleware: its name and what is run."""

    name: str
    place: Place
    entries: tuple[tuple[str, Value], ...]
    """(style, callable): `call` (request), `request` (process_request), `view` (process_view)."""


@dataclasses.dataclass(slots=True)
class Middleware:
    """The refusing middleware of one project."""

    program: Program
    settings: Settings
    layers: list[Layer] = dataclasses.field(default_factory=list)
    requires_login: Place | None = None
    """Where `LoginRequiredMiddleware` of Django stands."""
    alike: Alike[Refusal] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.alike = Alike(self.program.run)

    def read(self) -> Middleware:
        """Read the list of the settings."""
        value = self.settings.value("MIDDLEWARE") or self.settings.value("MIDDLEWARE_CLASSES")
        named = [text(item) for option in options(value) for item in items(option) or ()]
        for dotted in dict.fromkeys(name for name in named if name):
            found = self.named(dotted)
            if found is None:
                said = word("middleware", dotted)
                if said and dotted.startswith("django.") and refusal_of_word(said, "GET").demand is not Demand.NOTHING:
                    self.requires_login = self.settings.place("MIDDLEWARE")
                continue
            if last(dotted) not in self.program.vocabulary.not_guards:
                layers = tuple(self.layer(found))
                self.layers += [layer for layer in layers if self.may_refuse(layer)]
                for layer in layers:
                    self.program.stand_ins.update(endowments(self.program.run, layer.entries))
        return self

    def named(self, dotted: str) -> Value | None:
        """The class or function of a dotted name, if it is in the tree."""
        module, _, name = dotted.rpartition(".")
        found = self.program.run.python.import_named(module, self.settings.path)
        value = self.program.run.attribute(found, name) if isinstance(found, ModuleValue) else None
        inner = undecorated(next(iter(options(value)))) if value is not None else None
        if isinstance(inner, ClassValue | FunctionValue) and is_set(inner.module.file):
            # Lists at its top level that are made of settings are known only now that the settings are.
            again = self.program.run.again(inner.module.path)
            value = again.scope.names.get(inner.name) if again is not None else value
        value = next(iter(options(value)), None)
        return value if isinstance(undecorated(value) if value else None, ClassValue | FunctionValue) else None

    def layer(self, value: Value) -> Iterator[Layer]:
        """What a middleware runs."""
        run, inner = self.program.run, undecorated(value)
        if isinstance(inner, FunctionValue):
            given = result(run.call(value, (Given(VIEW),), place=inner.place))
            for option in options(given):
                if isinstance(result(option), FunctionValue):
                    yield Layer(inner.name, inner.place, (("call", result(option)),))
        elif isinstance(inner, ClassValue):
            made = run.call(inner, (Given(VIEW),), place=inner.place)
            if not isinstance(made, Instance):
                return
            made.attributes.setdefault("get_response", Given(VIEW))
            entries: list[tuple[str, Value]] = []
            for name, style in (("__call__", "call"), ("process_request", "request"), ("process_view", "view")):
                method = class_attribute(run, inner, name, made)
                if isinstance(undecorated(method), FunctionValue):
                    entries.append((style, method))
            if entries:
                yield Layer(inner.name, inner.place, tuple(entries))

    def may_refuse(self, layer: Layer) -> bool:
        """Whether it demands anything of a request about which nothing is known."""
        return self.demand(layer, Given("request"), Given(VIEW)).demand is not Demand.NOTHING

    def demand(self, layer: Layer, request: Value, view: Value) -> Refusal:
        """What a layer demands of a request; `resolve(request.path)` gives the route that is asked about."""
        run = self.program.run
        held, run.answering = run.answering, lambda call: resolved(run, call, request)
        try:
            return self.demanded(layer, request, view)
        finally:
            run.answering = held

    def demanded(self, layer: Layer, request: Value, view: Value) -> Refusal:
        """What the entries of a layer demand, the first that demands anything."""
        run = self.program.run
        for style, entry in layer.entries:
            match style:
                case "call":
                    found = refusal_of_wrapper(run, entry, (request,))
                case "request":
                    found = refusal(run, entry, (request,))
                case _:
                    found = refusal(run, entry, (request, view, Given("view_args"), Given("view_kwargs")))
            # A middleware that asks something outside who is calling tells the view; it refuses nobody.
            is_open = found.demand is Demand.UNKNOWN and found.reason != CONDITIONAL
            if found.demand is not Demand.NOTHING and not is_open:
                return found
        return NOTHING

    def guards(self, path: str, method: str, name: str, view: Value) -> Iterator[Guard]:
        """The guards that middleware puts before one endpoint."""
        concrete = PARAMETER.sub("1", path)
        for number, layer in enumerate(self.layers):
            own = view_name(view) if any(style == "view" for style, _ in layer.entries) else ""
            stand_in = Given(VIEW, attributes={"__name__": Const(own)} if own else {})
            request = request_of(method, concrete, name)
            what = self.alike.of((number, own), request, partial(self.demand, layer, request, stand_in))
            if what.demand is not Demand.NOTHING:
                yield Guard(
                    layer.name,
                    "middleware",
                    what.demand,
                    Level.APPLICATION,
                    layer.place,
                    what.values,
                    steps=what.steps,
                    reason=what.reason,
                )


def resolved(run: Evaluator, call: Request, request: Value) -> Value | None:
    """What Django's `resolve` gives for the path of the request; None for any other call."""
    if not isinstance(call.callee, External) or call.callee.name not in RESOLVING or not call.positional:
        return None
    asked = call.positional[0]
    is_named = isinstance(asked, Member) and asked.name in {"path", "path_info"}
    is_known = (path := text(asked)) is not None and path == text(run.attribute(request, "path"))
    return run.attribute(request, "resolver_match") if is_named or is_known else None


RESOLVING = frozenset({"django.urls.resolve", "django.urls.base.resolve", "django.core.urlresolvers.resolve"})


def is_set(file: facts.File) -> bool:
    """Whether statements at the top level of a file read settings."""
    for part in inside(tuple(s for s in file.body if not isinstance(s, facts.Define | facts.Declare | facts.Import))):
        if part == facts.Name("settings"):
            return True
    return False


def view_name(view: Value) -> str:
    """The `__name__` of a view."""
    inner = undecorated(view)
    if isinstance(inner, FunctionValue):
        return inner.function.name
    return inner.type.name if isinstance(inner, ClassValue) else ""


def is_exempt(wrappers: tuple[Value, ...], cls: ClassValue | None, program: Program) -> bool:
    """Whether a view says `login_not_required`."""
    for wrapper in wrappers:
        decorator = wrapper.decorator if isinstance(wrapper, Decorated) else getattr(wrapper, "callee", None)
        if isinstance(decorator, External) and last(decorator.name) == "login_not_required":
            return True
    for base in lineage(program, cls) if cls is not None else ():
        if isinstance(base, External) and last(base.name) in EXEMPT_VIEWS:
            return True
        for annotation in base.type.annotations if isinstance(base, ClassValue) else ():
            decorator = program.run.evaluate(annotation.value, base.scope) if isinstance(base, ClassValue) else None
            if isinstance(decorator, Made) and "login_not_required" in [
                last(a.name) for a in decorator.positional if isinstance(a, External)
            ]:
                return True
    return False


EXEMPT_VIEWS = {
    "LoginView",
    "PasswordResetView",
    "PasswordResetDoneView",
    "PasswordResetConfirmView",
    "PasswordResetCompleteView",
}
"""Views of Django that `LoginRequiredMiddleware` lets through."""
