"""URL configurations: followed from a root through `include` to views and routers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from assay.model.place import Skipped, Step
from assay.source.evaluate.values import (
    Const,
    External,
    FunctionValue,
    Instance,
    Invocation,
    Items,
    Made,
    Member,
    ModuleValue,
    Operation,
    Parent,
    Template,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django import olden, regex
from assay.source.frameworks.django.known import last, vocabulary
from assay.source.frameworks.django.project import SETTINGS, Settings
from assay.source.mentions import dotted
from assay.source.program import Program, environment_of

ROUTES = {"path", "re_path", "url"}
ROUTE_MODULES = ("django.", "rest_framework", "ninja")
DEPTH = 24
ADMIN_SITE = "django.AdminSite"
OUTSIDE = ("django.contrib.admin.", "debug_toolbar", "silk")
"""URL configurations of tools whose routes are not part of the API."""


class Route(Struct, frozen=True, eq=False):
    """A template and the view that it leads to."""

    path: str
    view: Value
    call: Invocation
    """The registration."""
    name: str
    """Its name with its namespaces: `accounts:login`."""
    steps: tuple[Step, ...]
    environment: str
    wrappers: tuple[Value, ...] = ()
    """Decorators that an include was put under, outermost first."""
    types: dict[str, str] = field(default_factory=dict)
    """What its parameters may hold, by their converters."""


class RouterRoute(Struct, frozen=True, eq=False):
    """A router that was included under a prefix."""

    prefix: str
    router: Invocation
    around: Around


class Around(Struct, frozen=True, eq=False):
    """What stands around a route."""

    prefix: str = ""
    steps: tuple[Step, ...] = ()
    namespace: str = ""
    wrappers: tuple[Value, ...] = ()
    environment: str = ""
    depth: int = 0
    types: dict[str, str] = field(default_factory=dict)


class Patterns(Struct):
    """Walks the patterns of one project."""

    program: Program
    settings: Settings | None
    visited: set[str] = field(default_factory=set)
    """Files of the URL configurations that were followed."""
    walking: set[tuple[str, str]] = field(default_factory=set)
    """(file, prefix) that were followed: a circle of includes without a prefix ends."""
    skipped: list[Skipped] = field(default_factory=list)

    def module(self, module: ModuleValue, around: Around) -> Iterator[Route | RouterRoute]:
        """The routes of a URL configuration."""
        path = module.module.path if module.module is not None else module.name
        if around.depth > DEPTH or (path, around.prefix) in self.walking:
            return
        self.walking.add((path, around.prefix))
        self.visited.add(path)
        namespace = text(self.program.value_at(path, "app_name")) or ""
        inner = replace(around, namespace=f"{around.namespace}{namespace}:" if namespace else around.namespace)
        yield from self.listed(self.program.run.attribute(module, "urlpatterns"), inner)

    def listed(self, value: Value | None, around: Around) -> Iterator[Route | RouterRoute]:
        """A list of patterns, a router's list, `i18n_patterns(...)`, `format_suffix_patterns(...)`."""
        if around.depth > DEPTH:
            return
        for option in options(self.resolved(value)):
            match option:
                case Items(items=patterns):
                    for pattern in list(patterns):
                        yield from self.pattern(pattern, around)
                case ModuleValue():
                    yield from self.module(option, around)
                case Operation(operator="+"):
                    yield from self.added(option, around)
                case Made() if (router := router_of(option)) is not None:
                    yield from self.routed(router, around)
                case Made():
                    yield from self.call(option, around)
                case _ if (router := router_of(option)) is not None:
                    yield from self.routed(router, around)

    def added(self, lists: Operation, around: Around) -> Iterator[Route | RouterRoute]:
        """`router.urls + other.urls`."""
        for operand in lists.operands:
            yield from self.listed(operand, around)

    def routed(self, router: Value, around: Around) -> Iterator[RouterRoute]:
        """The router behind `router.urls`."""
        for option in options(router):
            found = option.receiver if isinstance(option, Parent) else option
            if isinstance(found, Invocation) and not self.program.is_made_by(found, ADMIN_SITE):
                yield RouterRoute(around.prefix, found, around)

    def call(self, made: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """A call among patterns or in place of a list of them."""
        if made.name in ROUTES or made.name == "i18n_patterns":
            yield from self.pattern(made, around)
        elif made.name in {"format_suffix_patterns", "decorate_urlpatterns", "decorator_include"} and made.positional:
            yield from self.listed(made.positional[0], around)
        elif made.name == olden.NAME:
            for pattern in olden.members(made):
                yield from self.pattern(pattern, around)

    def pattern(self, value: Value, around: Around) -> Iterator[Route | RouterRoute]:
        """One member of a list of patterns."""
        for option in options(value):
            match option:
                case Made() if option.name == "i18n_patterns":
                    for inner in option.positional:
                        yield from self.pattern(inner, around)
                case Made() if option.name in ROUTES and dotted(option.callee).startswith(ROUTE_MODULES):
                    yield from self.registered(option, around)
                case Items():
                    yield from self.spread(option, around)
                case Made(name="spread") | Made(name="static"):
                    continue
                case Made() | Member() | ModuleValue() | Operation():
                    yield from self.listed(option, around)

    def spread(self, patterns: Items, around: Around) -> Iterator[Route | RouterRoute]:
        """A list inside a list."""
        yield from self.listed(patterns, replace(around, depth=around.depth + 1))

    def registered(self, call: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """`path(...)`, `re_path(...)`, `url(...)`."""
        route = self.route_text(call.argument(0, "route", "regex"))
        if route is None:
            reason = "a route could not be resolved"
            self.skipped.append(Skipped(call.place.path, reason, "route", call.place.line))
            return
        step = Step(f"{call.name}({route!r})", call.place)
        for part in [regex.from_path(route)] if call.name == "path" else regex.templates(route):
            inner = replace(
                around,
                prefix=around.prefix + part,
                steps=(*around.steps, step),
                environment=around.environment or environment_of(call.conditions),
                depth=around.depth + 1,
                types={**around.types, **regex.types(route)},
            )
            yield from self.target(call.argument(1, "view"), call, inner)

    def target(self, view: Value | None, call: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """What a pattern leads to: an include, a router, a view."""
        for option in options(view):
            match option:
                case Made(name="include"):
                    yield from self.included(option, around)
                case Made(name="decorator_include"):
                    wrappers = tuple(options(option.argument(0, "decorators")))
                    target = option.argument(1, "arg")
                    inner = replace(around, wrappers=(*around.wrappers, *wrappers))
                    yield from self.of_include(target, option, inner)
                case Items(kind="tuple"):
                    yield from self.listed(option.items[0] if option.items else None, around)
                case Items():
                    yield from self.listed(option, around)
                case _ if (router := router_of(option)) is not None:
                    yield from self.urls_of(router, option, call, around)
                case External(name=name) if name.endswith(".urls"):
                    self.outside(name, call)
                case Const(value=str(name)):
                    yield self.route(olden.named_view(self.program, name, call.place.path) or option, call, around)
                case _:
                    yield self.route(option, call, around)

    def route(self, view: Value, call: Made, around: Around) -> Route:
        """A route that leads to a view."""
        name = around.namespace + (text(call.argument(-1, "name")) or text(call.argument(3)) or "")
        path = regex.joined("", around.prefix)
        return Route(path, view, call, name, around.steps, around.environment, around.wrappers, around.types)

    def urls_of(self, owner: Value, value: Value, call: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """`path("", router.urls)`, `path("", api.urls)`, `path("", site.urls)`."""
        found = False
        for option in options(owner):
            if isinstance(option, Invocation) and not self.program.is_made_by(option, ADMIN_SITE):
                found = True
                yield RouterRoute(around.prefix, option, around)
            elif isinstance(option, Instance) and around.depth < DEPTH:
                yield from self.of_site(option, call, around)
        if not found:
            self.outside(dotted(value) or "a list of patterns", call)

    def of_site(self, site: Instance, call: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """The routes that a project's own site of the administration adds in `get_urls`; those of its models are left out."""
        own = self.program.run.attribute(site, "get_urls")
        if isinstance(undecorated(own), FunctionValue):
            yield from self.listed(self.program.run.call(own, (), place=call.place), around)

    def included(self, include: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """`include(...)`."""
        namespace = text(include.argument(1, "namespace")) or self.app_name(include.argument(0, "arg"))
        inner = replace(around, namespace=f"{around.namespace}{namespace}:") if namespace else around
        yield from self.of_include(include.argument(0, "arg"), include, inner)

    def app_name(self, target: Value | None) -> str | None:
        """The name beside a list of patterns: `include((patterns, "shop"))`."""
        for option in options(self.resolved(target)):
            match option:
                case Items(kind="tuple", items=[_, name, *_]):
                    return text(name)
        return None

    def of_include(self, target: Value | None, call: Made, around: Around) -> Iterator[Route | RouterRoute]:
        """A dotted name, a module, a list, a tuple of a list and a name, a router's list."""
        for option in options(self.resolved(target)):
            match option:
                case Const(value=str(name)):
                    module = self.program.run.python.import_named(name, call.place.path)
                    if isinstance(module, ModuleValue):
                        yield from self.module(module, around)
                    else:
                        yield from self.known(name, call, around)
                case ModuleValue():
                    yield from self.module(option, around)
                case Items(kind="tuple", items=[first, *rest]) if rest and text(rest[0]) is not None:
                    yield from self.of_include(first, call, around)
                case External(name=name):
                    yield from self.known(name, call, around)
                case _:
                    yield from self.listed(option, around)

    def known(self, name: str, call: Made, around: Around) -> Iterator[Route]:
        """The routes of a URL configuration of a library whose views are known, as if the include named them."""
        for line in vocabulary()["urls"].get(name, ()):
            route, _, view = line.partition(" ")
            made = replace(call, callee=Member(External(view), "as_view"), positional=(), named={}, attributes={})
            step = Step(f"path({route!r}) of {name}", call.place)
            prefix = around.prefix + regex.from_path(route)
            yield self.route(made, call, replace(around, prefix=prefix, steps=(*around.steps, step)))
        if name not in vocabulary()["urls"]:
            self.outside(name, call)

    def outside(self, name: str, call: Made) -> None:
        """Note a URL configuration that is not in the tree."""
        kind = "left-out" if name.startswith(OUTSIDE) else "route"
        self.skipped.append(
            Skipped(call.place.path, f"the routes of {name} are outside the tree", kind, call.place.line)
        )

    def resolved(self, value: Value | None) -> Value | None:
        """A value, or what the settings say where it is one of them."""
        return self.settings.resolve(value) if self.settings is not None else value

    def route_text(self, value: Value | None) -> str | None:
        """A known route; unknown pieces of a text become parameters."""
        possible = list(options(self.resolved(value)))
        if any(isinstance(option, Const) and option.value == "" for option in possible):
            return ""  # a prefix that may be set
        for option in possible:
            match option:
                case Const(value=str(route)):
                    return route
                case Template(pieces=pieces):
                    said = "".join(self.piece(piece) for piece in pieces)
                    return SET_PREFIX.sub(r"\1", said)
                case Made(positional=[first, *_]) if last(dotted(option.callee)) in TEXTS:
                    return self.route_text(first)
        return None

    def piece(self, piece: str | Value) -> str:
        """One piece of a text."""
        if isinstance(piece, str):
            return piece
        resolved = self.resolved(piece)
        return text(resolved) or ("" if isinstance(piece, External) and piece.name.startswith(SETTINGS) else "<any>")


SET_PREFIX = re.compile(r"^(\^?)<any>(?=[A-Za-z]|$)")
"""An unknown text in front of a name that no slash parts: a prefix that may be set and is empty unless it is."""
TEXTS = {"_", "gettext_lazy", "ugettext_lazy", "gettext", "pgettext_lazy", "str", "escape", "simplify_regex"}


def router_of(value: Value) -> Value | None:
    """The router behind `router.urls` and `router.get_urls()`."""
    if isinstance(value, Made) and isinstance(value.callee, Member) and value.callee.name == "get_urls":
        return value.callee.value
    if isinstance(value, Member) and value.name in {"urls", "urlpatterns"}:
        return value.value
    return None
