"""Routers: the routes that they make of view sets."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.model.place import Skipped, Step
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Instance,
    Invocation,
    Made,
    Member,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django import regex
from assay.source.frameworks.django.known import VERBS, lineage
from assay.source.frameworks.django.patterns import Around, RouterRoute
from assay.source.frameworks.django.views import ACTIONS, Answers, Served
from assay.source.mentions import dotted
from assay.source.program import Program, environment_of

LIST = {"get": "list", "post": "create"}
DETAIL = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
DEPTH = 8


class Shape(Struct, frozen=True):
    """One route that a router makes of every view set."""

    url: str
    """`^{prefix}/{lookup}{trailing_slash}$`."""
    mapping: tuple[tuple[str, str], ...] = ()
    is_detail: bool = False
    is_dynamic: bool = False


STANDARD = (
    Shape("{prefix}{trailing_slash}", tuple(LIST.items())),
    Shape("{prefix}/{url_path}{trailing_slash}", is_dynamic=True),
    Shape("{prefix}/{lookup}{trailing_slash}", tuple(DETAIL.items()), is_detail=True),
    Shape("{prefix}/{lookup}/{url_path}{trailing_slash}", is_detail=True, is_dynamic=True),
)


class Registration(Struct, frozen=True, eq=False):
    """`router.register("users", UserViewSet)`."""

    prefix: str
    viewset: Value
    call: Made


class RouterEndpoint(Struct, frozen=True, eq=False):
    """A route that a router made."""

    path: str
    served: Served
    cls: Value
    registration: Invocation
    around: Around


class Routers(Struct):
    """Reads the routers of one project."""

    program: Program
    answers: Answers
    skipped: list[Skipped]

    def routes(self, found: RouterRoute) -> Iterator[RouterEndpoint]:
        """Everything that one included router answers."""
        router, end = found.router, self.end(found.router)
        base = self.base(router, 0)
        answered: set[str] = set()
        for registration in self.registrations(router, set()):
            prefix = found.prefix + base + registration.prefix
            for endpoint in self.of_viewset(registration, prefix, end, replace(found.around, depth=0), router):
                answered.add(endpoint.path)
                yield endpoint
        if self.program.is_made_by(router, "rest_framework.DefaultRouter") and self.has_root(router):
            served = Served("GET", None, "", External("rest_framework.routers.APIRootView"), {})
            path = regex.joined(found.prefix, "" if found.prefix.endswith("/") or not end else end)
            if path not in answered:  # a view set at the empty prefix stands before the root
                root = External("rest_framework.routers.APIRootView")
                yield RouterEndpoint(path, served, root, router, found.around)

    @staticmethod
    def has_root(router: Invocation) -> bool:
        """Whether the root view is on."""
        held = router.attributes.get("include_root_view") or router.argument(-1, "include_root_view")
        return not (isinstance(held, Const) and held.value is False)

    def end(self, router: Invocation) -> str:
        """What routes end with."""
        held = router.attributes.get("trailing_slash")
        if held is None:
            held = router.argument(-1, "trailing_slash")
        if held is None and isinstance(router, Instance):
            parent = router.attributes.get("super()")
            held = parent.argument(-1, "trailing_slash") if isinstance(parent, Made) else None
            declared = self.program.class_attribute(router.cls, "trailing_slash") if held is None else None
            held = declared[0] if declared else held
        if isinstance(held, Const):
            return "" if held.value in {False, ""} else "/"
        return "/"

    def registrations(self, router: Invocation, seen: set[int]) -> Iterator[Registration]:
        """What was registered, in order; `router.registry.extend(other.registry)` too."""
        if id(router) in seen:
            return
        seen.add(id(router))
        for call in self.program.calls_on(router, "register"):
            for option in options(call.argument(1, "viewset")):
                prefix = text(call.argument(0, "prefix"))
                if prefix is None:
                    reason = "the prefix of a view set could not be resolved"
                    self.skipped.append(Skipped(call.place.path, reason, "route", call.place.line))
                    continue
                yield Registration(regex.templates(prefix)[0].strip("/"), option, call)
        for call in self.program.calls_on(Member(router, "registry"), "extend"):
            for option in options(call.argument(0)):
                if isinstance(option, Member) and option.name == "registry":
                    for other in options(option.value):
                        if isinstance(other, Invocation):
                            yield from self.registrations(other, seen)

    def base(self, router: Invocation, depth: int) -> str:
        """`parents/{parent_pk}/` of a nested router (drf-nested-routers)."""
        prefix = text(router.argument(1, "parent_prefix"))
        if prefix is None or depth > DEPTH:
            return ""
        base, key = "", "pk"
        for parent in options(router.argument(0, "parent_router")):
            if isinstance(parent, Invocation):
                base = self.base(parent, depth + 1)
                key = next(
                    (
                        self.lookup(undecorated(r.viewset))
                        for r in self.registrations(parent, set())
                        if r.prefix == prefix.strip("/")
                    ),
                    "pk",
                )
        lookup = text(router.argument(2, "lookup")) or f"nested_{depth + 1}"
        return f"{base}{regex.templates(prefix)[0].strip('/')}/{{{lookup}_{key}}}/"

    def lookup(self, cls: Value) -> str:
        """The name of the path parameter of a view set."""
        if isinstance(cls, ClassValue):
            for name in ("lookup_url_kwarg", "lookup_field"):
                declared = self.program.class_attribute(cls, name)
                if declared and (found := text(declared[0])):
                    return found
        return "pk"

    # --- view sets

    def of_viewset(
        self, registration: Registration, root: str, end: str, around: Around, router: Invocation
    ) -> Iterator[RouterEndpoint]:
        """The routes of one view set."""
        cls = undecorated(registration.viewset)
        if not isinstance(cls, ClassValue):
            reason = f"the view set {dotted(cls) or ''} is outside the tree".replace("  ", " ")
            self.skipped.append(Skipped(registration.call.place.path, reason, "route", registration.call.place.line))
            return
        where = environment_of(registration.call.conditions)
        step = Step(f"registered as {registration.prefix!r}", registration.call.place)
        around = replace(around, steps=(*around.steps, step), environment=around.environment or where)
        extra = list(self.extra_actions(cls))
        for shape in self.shapes(router):
            for path, served in self.filled(shape, cls, extra):
                full = path.replace("{prefix}", root).replace("{trailing_slash}", end)
                if not root or root.endswith("/"):
                    full = full.replace("//", "/").removeprefix("/")
                yield RouterEndpoint(regex.joined("", full), served, registration.viewset, registration.call, around)

    def filled(
        self, shape: Shape, cls: ClassValue, extra: list[tuple[str, Value, Made]]
    ) -> Iterator[tuple[str, Served]]:
        """The routes of one shape."""
        lookup = f"{{{self.lookup(cls)}}}"
        allowed = self.answers.allowed(cls, {})
        if not shape.is_dynamic:
            known = {action for _, action in shape.mapping}
            for verb, action in shape.mapping:
                if verb in allowed and verb in VERBS and action in known and self.answers.has(cls, action):
                    handler = self.answers.member(cls, action)
                    if not self.answers.is_refused(cls, handler, verb.upper()):
                        served = Served(verb.upper(), cls, action, handler, {}, shape.is_detail)
                        yield shape.url.replace("{lookup}", lookup), served
            return
        for action, handler, made in extra:
            detail = made.argument(1, "detail")
            is_detail = bool(detail.value) if isinstance(detail, Const) else made.name == "detail_route"
            if is_detail != shape.is_detail:
                continue
            for path in regex.templates(text(made.argument(-1, "url_path")) or action):
                url = shape.url.replace("{lookup}", lookup).replace("{url_path}", regex.from_path(path))
                for verb, function in self.methods(cls, handler, made):
                    if verb in allowed and not self.answers.is_refused(cls, function, verb.upper()):
                        name = undecorated(function)
                        own = name.function.name if isinstance(name, FunctionValue) else action
                        yield url, Served(verb.upper(), cls, own, function, made.named, is_detail)

    def methods(self, cls: ClassValue, handler: Value, made: Made) -> Iterator[tuple[str, Value]]:
        """The methods of an action: those of `@action(methods=...)` and of `@name.mapping.post`."""
        given = made.argument(0, "methods")
        for item in items(given) or (Const("get"),):
            if name := text(item):
                yield name.lower(), handler
        for base in lineage(self.program, cls):
            for other in class_names(self.program.run, base).values() if isinstance(base, ClassValue) else ():
                verb = mapped_verb(other, undecorated(handler))
                if verb:
                    yield verb, other

    def extra_actions(self, cls: ClassValue) -> Iterator[tuple[str, Value, Made]]:
        """Methods under `@action(...)`, inherited ones too; one that is overridden without the decorator is none."""
        seen: set[str] = set()
        for base in lineage(self.program, cls):
            for name, value in (class_names(self.program.run, base) if isinstance(base, ClassValue) else {}).items():
                if name in seen:
                    continue
                seen.add(name)
                inner = value
                while isinstance(inner, Decorated):
                    if isinstance(inner.decorator, Made) and inner.decorator.name in ACTIONS:
                        yield name, value, inner.decorator
                    inner = inner.inner

    def shapes(self, router: Invocation) -> tuple[Shape, ...]:
        """The routes of a router: its own `routes`, else the standard ones."""
        declared = None
        if isinstance(router, Instance):
            declared = (
                router.attributes.get("routes") or (self.program.class_attribute(router.cls, "routes") or (None,))[0]
            )
        found = [shape for item in items(declared) or () if (shape := shape_of(item)) is not None]
        return tuple(found) or STANDARD


def mapped_verb(value: Value, function: Value) -> str:
    """The verb of a method under `@function.mapping.post`; "" for others."""
    while isinstance(value, Decorated):
        decorator = value.decorator
        if isinstance(decorator, Member) and isinstance(decorator.value, Member) and decorator.value.name == "mapping":
            target = undecorated(decorator.value.value)
            if getattr(target, "function", 0) is getattr(function, "function", 1):
                return decorator.name
        value = value.inner
    return ""


def shape_of(value: Value) -> Shape | None:
    """`Route(url=..., mapping=...)`, `DynamicRoute(url=...)`."""
    if not isinstance(value, Made) or value.name not in {
        "Route",
        "DynamicRoute",
        "DynamicListRoute",
        "DynamicDetailRoute",
    }:
        return None
    url = text(value.argument(0, "url"))
    if url is None:
        return None
    url = url.removeprefix("^").removesuffix("$").replace("\\", "")
    mapping = value.argument(1, "mapping")
    pairs: tuple[tuple[str, str], ...] = ()
    if value.name == "Route" and isinstance(mapping, Table):
        pairs = tuple((key.lower(), text(v) or "") for key, (_, v) in mapping.entries.items())
    is_detail = "{lookup}" in url
    return Shape(url, pairs, is_detail, value.name != "Route")
