"""Routes: what applications, blueprints and resource APIs were told to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assay.model.endpoint import Endpoint, Guard, authorization_of
from assay.model.place import Skipped, Step
from assay.model.program import Api
from assay.plugins.framework import Reading
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Invocation,
    Made,
    Member,
    Template,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.guards import Decorators
from assay.source.paths import join
from assay.source.program import Program, environment_of, place_of

APPLICATIONS = ("flask.Flask", "apiflask.APIFlask", "quart.Quart")
BLUEPRINTS = ("flask.Blueprint", "apiflask.APIBlueprint", "flask_smorest.Blueprint", "quart.Blueprint")
RESOURCE_APIS = ("flask_restful.Api", "flask_restx.Api", "flask_restplus.Api")
VERBS = {"get", "post", "put", "patch", "delete", "head", "options"}
PARAMETER = re.compile(r"<(?:[^<>:]+(?:\([^()]*\))?:)?([^<>:]+)>")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a route."""

    api: str
    prefix: str = ""
    hooks: tuple[Value, ...] = ()
    steps: tuple[Step, ...] = ()
    depth: int = 0


class Reader:
    """Reads one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.decorators = Decorators(program)
        self.apis: list[Api] = []
        self.endpoints: list[Endpoint] = []
        self.skipped: list[Skipped] = []

    def read(self) -> Reading:
        """Every application with its routes."""
        for application in self.program.made(*APPLICATIONS):
            folder = application.place.path.rpartition("/")[0]
            api = Api(folder or ".", folder.rpartition("/")[2] or self.program.project.root.name, "flask", "python", folder or ".", application.place)
            self.apis.append(api)
            self.container(application, Around(api.id, "", (), (Step("application made", application.place),)))
        return Reading(tuple(self.apis), tuple(self.endpoints), (), tuple(self.skipped))

    def container(self, owner: Value, around: Around) -> None:
        """The routes of an application or blueprint."""
        if around.depth > 20:
            return
        for call in self.program.calls_on(owner):
            if call.name == "route" or call.name in VERBS:
                for application in self.program.applications(call):
                    self.route(call, application.positional[0] if application.positional else None, around)
            elif call.name == "add_url_rule":
                self.route(call, call.argument(2, "view_func"), around)
            elif call.name == "register_blueprint":
                self.register(call, around)
        for made in self.program.made(*RESOURCE_APIS):
            if isinstance(made, Invocation) and any(option is owner for option in options(made.argument(0, "app"))):
                self.resources(made, around)

    def register(self, call: Made, around: Around) -> None:
        """`app.register_blueprint(bp, url_prefix="/x")`: that prefix, else the blueprint's own."""
        for option in options(call.argument(0, "blueprint")):
            if not isinstance(option, Invocation):
                continue
            given = call.argument(-1, "url_prefix")
            prefix = self.path_of(given if given is not None else option.argument(-1, "url_prefix"), call)
            if prefix is None:
                continue
            step = Step(f"blueprint registered under {prefix or '/'}", call.place)
            self.container(option, replace(around, prefix=join(around.prefix, prefix) if around.prefix or prefix else "", steps=(*around.steps, step), depth=around.depth + 1))

    # --- resource APIs

    def resources(self, api: Invocation, around: Around) -> None:
        """`api.add_resource(R, "/x")`, `api.add_namespace(ns, "/x")`."""
        prefix = self.path_of(api.argument(-1, "prefix"), api) or ""
        inner = replace(around, prefix=join(around.prefix, prefix) if around.prefix or prefix else "")
        for call in self.program.calls_on(api):
            if call.name == "add_resource":
                for url in call.positional[1:]:
                    self.route(call, call.positional[0], inner, url)
            elif call.name == "route":
                for application in self.program.applications(call):
                    for url in call.positional:
                        self.route(call, application.positional[0], inner, url)
            elif call.name == "add_namespace":
                for namespace in options(call.argument(0, "ns")):
                    self.namespace(namespace, call, inner)
            elif call.name == "namespace":
                self.namespace(call, call, inner)

    def namespace(self, namespace: Value, call: Made, around: Around) -> None:
        """The routes of a namespace."""
        if not isinstance(namespace, Invocation):
            return
        given = call.argument(1, "path") if call is not namespace else None
        own = given or namespace.argument(-1, "path")
        path = self.path_of(own, call) if own is not None else "/" + (text(namespace.argument(0, "name")) or "")
        inner = replace(around, prefix=join(around.prefix, path or ""))
        for route in self.program.calls_on(namespace, "route", "add_resource"):
            if route.name == "add_resource":
                for url in route.positional[1:]:
                    self.route(route, route.positional[0], inner, url)
            for application in self.program.applications(route):
                for url in route.positional:
                    self.route(route, application.positional[0], inner, url)

    # --- routes

    def path_of(self, value: Value | None, call: Invocation) -> str | None:
        """A known path; None (and a `Skipped`) when it is not known."""
        if value is None:
            return ""
        for option in options(value):
            if isinstance(option, Const):
                return option.value if isinstance(option.value, str) else ""
            if isinstance(option, Template):
                return "".join(piece if isinstance(piece, str) else "{?}" for piece in option.pieces)
        self.skipped.append(Skipped(call.place.path, "a path could not be resolved", "route", call.place.line))
        return None

    def route(self, call: Made, handler: Value | None, around: Around, url: Value | None = None) -> None:
        """One registration."""
        path = self.path_of(url if url is not None else call.argument(0, "rule"), call)
        if path is None:
            return
        full = PARAMETER.sub(r"{\1}", join(around.prefix, path) if around.prefix else join(path))
        for method, view, guards in self.views(call, handler):
            function = undecorated(view)
            self.endpoints.append(
                Endpoint(
                    api=around.api,
                    method=method,
                    path=full,
                    handler=function.name if isinstance(function, FunctionValue | ClassValue) else "(unknown)",
                    place=place_of(function) or call.place,
                    framework="flask",
                    authorization=authorization_of(guards),
                    guards=guards,
                    route_place=call.place,
                    steps=(*around.steps, Step(f"route declared as {path}", call.place)),
                    environment=environment_of(call.conditions),
                )
            )

    def views(self, call: Made, handler: Value | None) -> Iterator[tuple[str, Value, tuple[Guard, ...]]]:
        """(method, function, guards) of a registration."""
        if handler is None:
            return
        given = [name.upper() for item in items(call.argument(-1, "methods")) or () if (name := text(item))]
        inner = undecorated(handler)
        cls = class_of_view(inner)
        if cls is not None:
            around = self.decorators.of(handler) + self.decorators.of_class(cls)
            found = False
            for base in self.program.mro(cls):
                names = class_names(self.program.run, base) if isinstance(base, ClassValue) else {}
                for name in VERBS & set(names):
                    if not given or name.upper() in given:
                        found = True
                        yield name.upper(), names[name], around + self.decorators.of(names[name])
            if not found and (dispatch := self.program.class_attribute(cls, "dispatch_request")):
                for method in given or ["GET"]:
                    yield method, dispatch[0], around + self.decorators.of(dispatch[0])
            return
        methods = given or ([call.name.upper()] if call.name in VERBS else ["GET"])
        for method in methods:
            yield method, handler, self.decorators.of(handler)


def class_of_view(value: Value) -> ClassValue | None:
    """The class behind a resource class or `View.as_view("name")`."""
    if isinstance(value, ClassValue):
        return value
    if isinstance(value, Made) and isinstance(value.callee, Member) and value.callee.name == "as_view":
        inner = undecorated(value.callee.value)
        return inner if isinstance(inner, ClassValue) else None
    return None


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
