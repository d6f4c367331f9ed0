"""Routes: URL configurations followed from the root, and what routers make of view sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assay.model.endpoint import Endpoint, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api
from assay.plugins.framework import Reading
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Instance,
    Invocation,
    Items,
    Made,
    Member,
    ModuleValue,
    Table,
    Template,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.guards import Permissions
from assay.source.program import Program, place_of

PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>:]+)>")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)")
ROUTE_CALLS = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url")
ACTIONS = {
    "list": ("GET", False),
    "create": ("POST", False),
    "retrieve": ("GET", True),
    "update": ("PUT", True),
    "partial_update": ("PATCH", True),
    "destroy": ("DELETE", True),
}
MIXINS = {
    "ModelViewSet": set(ACTIONS),
    "ReadOnlyModelViewSet": {"list", "retrieve"},
    "ListModelMixin": {"list"},
    "CreateModelMixin": {"create"},
    "RetrieveModelMixin": {"retrieve"},
    "UpdateModelMixin": {"update", "partial_update"},
    "DestroyModelMixin": {"destroy"},
}
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a route."""

    api: str
    prefix: str = ""
    steps: tuple[Step, ...] = ()
    depth: int = 0


class Reader:
    """Reads one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.permissions = Permissions(program)
        self.endpoints: list[Endpoint] = []
        self.skipped: list[Skipped] = []

    def read(self) -> Reading:
        """Every project with a root URL configuration."""
        apis: list[Api] = []
        for path, dotted in self.roots():
            module = self.program.run.python.import_named(dotted, path)
            folder = path.rpartition("/")[0]
            top = folder.rpartition("/")[0]
            api = Api(top or ".", top.rpartition("/")[2] or self.program.project.root.name, "django", "python", top or ".", Place(path, 0))
            if api in apis:
                continue
            apis.append(api)
            self.patterns(self.program.run.attribute(module, "urlpatterns"), Around(api.id))
        return Reading(tuple(apis), tuple(self.endpoints), (), tuple(self.skipped))

    def roots(self) -> Iterator[tuple[str, str]]:
        """(settings file, dotted name of the root configuration)."""
        for path in sorted(self.program.run.modules):
            name = text(self.program.value_at(path, "ROOT_URLCONF"))
            if name:
                yield path, name

    def patterns(self, value: Value, around: Around) -> None:
        """A list of patterns."""
        if around.depth > 20:
            return
        for option in options(value):
            if isinstance(option, Items):
                for item in option.items:
                    self.pattern(item, around)
            elif isinstance(option, Member) and option.name == "urls":
                self.router(option.value, around)
            elif isinstance(option, Made) and option.name == "i18n_patterns":
                for item in option.positional:
                    self.pattern(item, around)

    def pattern(self, value: Value, around: Around) -> None:
        """One `path(...)`."""
        for option in options(value):
            if not isinstance(option, Made) or not self.program.is_named(option.callee, *ROUTE_CALLS):
                if isinstance(option, Items):
                    self.patterns(option, around)
                continue
            route = option.argument(0, "route", "regex")
            known = route_text(route)
            if known is None:
                self.skipped.append(Skipped(option.place.path, "a route could not be resolved", "route", option.place.line))
                continue
            prefix = around.prefix + (plain(known) if option.name != "path" else PARAMETER.sub(r"{\1}", known))
            inner = replace(around, prefix=prefix, steps=(*around.steps, Step(f"{option.name}({known!r})", option.place)), depth=around.depth + 1)
            self.target(option.argument(1, "view"), option, inner)

    def target(self, view: Value | None, call: Made, around: Around) -> None:
        """What a pattern leads to: an include, a view function, a view class."""
        for option in options(view):
            if isinstance(option, Made) and option.name == "include":
                self.include(option.argument(0, "arg"), option, around)
            elif isinstance(option, Items) and option.items:
                self.patterns(option.items[0], around)
            elif isinstance(option, Member) and option.name == "urls":
                self.router(option.value, around)
            else:
                self.view(option, call, around)

    def include(self, target: Value | None, call: Made, around: Around) -> None:
        """`include("app.urls")`, `include((patterns, "app"))`, `include(router.urls)`."""
        for option in options(target):
            if isinstance(option, Const) and isinstance(option.value, str):
                module = self.program.run.python.import_named(option.value, call.place.path)
                if isinstance(module, External):
                    self.skipped.append(Skipped(call.place.path, f"{option.value} is outside the tree", "route", call.place.line))
                    continue
                self.patterns(self.program.run.attribute(module, "urlpatterns"), around)
            elif isinstance(option, ModuleValue):
                self.patterns(self.program.run.attribute(option, "urlpatterns"), around)
            elif isinstance(option, Items) and option.kind == "tuple" and option.items:
                self.include(option.items[0], call, around)
            else:
                self.patterns(option, around)

    # --- views

    def view(self, view: Value, call: Made, around: Around) -> None:
        """A view function or `View.as_view()`."""
        for made in around_as_view(view):
            cls = undecorated(made.callee.value) if isinstance(made.callee, Member) else None
            if isinstance(cls, ClassValue):
                self.class_view(cls, made, view, call, around)
                return
        function = undecorated(view)
        methods = self.permissions.methods_of(view) or ("ANY",)
        for method in methods:
            self.add(method, around.prefix, function, view, None, "", call.place, around)

    def class_view(self, cls: ClassValue, made: Made, view: Value, call: Made, around: Around) -> None:
        """Methods of a class-based view."""
        actions = made.argument(0, "actions")
        if isinstance(actions, Table):
            for key, (_, value) in actions.entries.items():
                self.add(key.upper(), around.prefix, cls, view, cls, text(value) or "", call.place, around)
            return
        allowed = self.allowed(cls)
        for name in VERBS:
            if name in allowed and self.program.class_attribute(cls, name):
                self.add(name.upper(), around.prefix, cls, view, cls, name, call.place, around)

    def allowed(self, cls: ClassValue) -> set[str]:
        """`http_method_names`."""
        declared = self.program.class_attribute(cls, "http_method_names")
        names = {name.lower() for item in items(declared[0]) or () if (name := text(item))} if declared else set()
        return names or {"get", "post", "put", "patch", "delete"}

    # --- routers

    def router(self, router: Value, around: Around) -> None:
        """`router.urls`."""
        for option in options(router):
            if not isinstance(option, Invocation):
                continue
            slash = option.argument(-1, "trailing_slash")
            end = "" if isinstance(slash, Const) and slash.value is False else "/"
            base = self.nested_prefix(option)
            for call in self.program.calls_on(option, "register"):
                prefix = text(call.argument(0, "prefix"))
                cls = undecorated(next(iter(options(call.argument(1, "viewset"))), Const(None)))
                if prefix is not None and isinstance(cls, ClassValue):
                    root = f"{around.prefix}{base}{plain(prefix)}" if prefix else around.prefix + base.rstrip("/")
                    self.viewset(cls, root, end, call, around)

    def nested_prefix(self, router: Invocation) -> str:
        """`parents/{parent_pk}/` of a nested router."""
        parent, name, lookup = router.argument(0), text(router.argument(1, "parent_prefix")), text(router.argument(-1, "lookup"))
        if name is None or not isinstance(parent, Invocation):
            return ""
        return f"{self.nested_prefix(parent)}{name}/{{{lookup or 'nested_1'}_pk}}/"

    def viewset(self, cls: ClassValue, root: str, end: str, call: Made, around: Around) -> None:
        """The routes that a router makes of a view set."""
        allowed = self.allowed(cls)
        lookup = text(self.program.class_attribute(cls, "lookup_url_kwarg")[0]) if self.program.class_attribute(cls, "lookup_url_kwarg") else None
        field = self.program.class_attribute(cls, "lookup_field")
        key = lookup or (text(field[0]) if field else None) or "pk"
        for name, (method, is_detail) in ACTIONS.items():
            if method.lower() in allowed and self.has_action(cls, name):
                self.add(method, f"{root}/{{{key}}}{end}" if is_detail else f"{root}{end}", cls, cls, cls, name, call.place, around)
        for name, made in self.extra_actions(cls):
            detail = made.argument(-1, "detail")
            path = text(made.argument(-1, "url_path")) or name
            methods = [m.upper() for item in items(made.argument(0, "methods")) or () if (m := text(item))] or ["GET"]
            middle = f"/{{{key}}}" if isinstance(detail, Const) and detail.value else ""
            extra = plain(path) if "(?P" in path else PARAMETER.sub(r"{\1}", path)
            for method in methods:
                if method.lower() in allowed:
                    self.add(method, f"{root}{middle}/{extra}{end}", cls, cls, cls, name, call.place, around)

    def has_action(self, cls: ClassValue, name: str) -> bool:
        """Whether a view set has an action, its own or from an outside mixin."""
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                if name in class_names(self.program.run, base):
                    return True
            elif isinstance(base, External) and name in MIXINS.get(base.name.rpartition(".")[2], ()):
                return True
        return False

    def extra_actions(self, cls: ClassValue) -> Iterator[tuple[str, Made]]:
        """Methods under `@action(...)`."""
        seen: set[str] = set()
        for base in self.program.mro(cls):
            for name, value in (class_names(self.program.run, base) if isinstance(base, ClassValue) else {}).items():
                if name in seen:
                    continue
                seen.add(name)
                while isinstance(value, Decorated):
                    if isinstance(value.decorator, Made) and value.decorator.name in {"action", "detail_route", "list_route"}:
                        yield name, value.decorator
                    value = value.inner

    # --- endpoints

    def add(self, method: str, path: str, function: Value, view: Value, cls: ClassValue | None, action: str, place: Place, around: Around) -> None:
        """One endpoint."""
        guards = self.permissions.of(view, cls, action)
        handler = function.name if isinstance(function, FunctionValue | ClassValue) else "(unknown)"
        self.endpoints.append(
            Endpoint(
                api=around.api,
                method=method,
                path="/" + path.lstrip("/"),
                handler=f"{handler}.{action}" if action else handler,
                place=place_of(function) or place,
                framework="django",
                authorization=authorization_of(guards),
                guards=guards,
                route_place=place,
                steps=around.steps,
            )
        )


def around_as_view(view: Value) -> Iterator[Made]:
    """The `View.as_view(...)` call inside wrappers."""
    while True:
        if isinstance(view, Made) and isinstance(view.callee, Member) and view.callee.name == "as_view":
            yield view
            return
        if isinstance(view, Made) and view.positional:
            view = view.positional[0]
        elif isinstance(view, Decorated):
            view = view.inner
        else:
            return


def route_text(value: Value | None) -> str | None:
    """A known route."""
    for option in options(value):
        if isinstance(option, Const) and isinstance(option.value, str):
            return option.value
        if isinstance(option, Template):
            return "".join(piece if isinstance(piece, str) else "{?}" for piece in option.pieces)
        if isinstance(option, Made) and option.positional:
            return route_text(option.positional[0])
    return None


def plain(regex: str) -> str:
    """A regular expression as a template: `^a/(?P<pk>\\d+)/$` is `a/{pk}/`."""
    path = GROUP.sub(r"{\1}", regex)
    return path.replace("\\", "").removeprefix("^").removesuffix("$").replace("/?", "/")


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
