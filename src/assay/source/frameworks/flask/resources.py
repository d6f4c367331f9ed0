"""Resource APIs: Flask-RESTful's and RESTX's `Api`, namespaces, resources."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Endpoint, Level, authorization_of
from assay.model.place import Step
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Instance,
    Invocation,
    Made,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.collect import Around, Collector
from assay.source.frameworks.flask.hooks import Target
from assay.source.frameworks.flask.known import RESTFUL, RESTX, is_false
from assay.source.frameworks.flask.paths import joined, known_path, template
from assay.source.frameworks.flask.views import Route, class_of_view, snake
from assay.source.program import Program

PAGES = "/swaggerui/{filename}"


class Resources:
    """Reads the resource APIs that were put on an application or blueprint."""

    def __init__(self, program: Program, collector: Collector) -> None:
        self.program = program
        self.collector = collector
        self.documented: set[str] = set()

    def on(self, owner: Value, around: Around) -> None:
        """All resource APIs of one owner."""
        for api in self.program.made(*RESTFUL, *RESTX):
            if any(option is owner for value in self.owners(api) for option in options(value)):
                self.api(api, around)

    def owners(self, api: Invocation) -> Iterator[Value]:
        """What an API was put on: given when made, or by `init_app`."""
        given = self.argument(api, 0, "app")
        if given is None:
            given = self.argument(api, -1, "blueprint")
        if given is not None:
            yield given
        for call in self.program.calls_on(api, "init_app"):
            told = call.argument(0, "app")
            if told is not None:
                yield told

    @staticmethod
    def argument(made: Invocation, position: int, name: str) -> Value | None:
        """An argument of making an API, also one that a project class hands on to the outside one."""
        base = made.attributes.get("super()") if isinstance(made, Instance) else None
        found = base.argument(position, name) if isinstance(base, Made) else None
        return found if found is not None else made.argument(position, name)

    def api(self, api: Invocation, around: Around) -> None:
        """The routes of one API."""
        prefix = known_path(
            self.argument(api, 1, "prefix")
            if self.program.is_made_by(api, *RESTFUL)
            else self.argument(api, -1, "prefix")
        )
        guards = self.collector.decorators.of_list(self.argument(api, -1, "decorators"), Level.GROUP, api.place)
        inner = replace(
            around,
            prefix=joined(around.prefix, prefix) if prefix else around.prefix,
            guards=(*around.guards, *guards),
            steps=(*around.steps, Step("resource API", api.place)),
        )
        for call in self.program.calls_on(api):
            if call.name in {"add_resource", "resource"}:
                self.added(call, inner)
            elif call.name == "route":
                self.decorated(call, inner)
            elif call.name == "add_namespace":
                for namespace in options(call.argument(0, "ns")):
                    self.namespace(namespace, call.argument(1, "path"), inner)
            elif call.name == "namespace":
                self.namespace(call, None, inner)
        if self.program.is_made_by(api, *RESTX):
            self.documentation(api, inner)

    def added(self, call: Made, around: Around) -> None:
        """`api.add_resource(R, "/a", "/b")` and `@api.resource("/a")`."""
        if call.name == "resource":
            for application in self.program.applications(call):
                self.paths(call, application.positional[0], call.positional, around)
        elif call.positional:
            self.paths(call, call.positional[0], call.positional[1:], around)

    def decorated(self, call: Made, around: Around) -> None:
        """`@api.route("/a", "/b")`."""
        for application in self.program.applications(call):
            if application.positional:
                self.paths(call, application.positional[0], call.positional, around)

    def paths(self, call: Made, handler: Value, urls: tuple[Value, ...], around: Around) -> None:
        """One resource at several paths."""
        cls = class_of_view(handler)
        for option in options(handler):
            cls = class_of_view(option) or cls
        name = snake(cls.type.name) if isinstance(cls, ClassValue) else ""
        for url in urls:
            for each in items(url) or (url,):
                path = known_path(each)
                if path is None:
                    self.collector.unresolved(call)
                else:
                    self.collector.add(Route(call, path, handler, name, is_resource=True), around)

    def namespace(self, namespace: Value, path: Value | None, around: Around) -> None:
        """The routes of a namespace: its path when added, else its own, else its name."""
        if not isinstance(namespace, Invocation):
            return
        own = path if path is not None and known_path(path) else self.argument(namespace, 2, "path")
        found = known_path(own) if own is not None and not is_nothing(own) else None
        if not found:
            found = "/" + (text(self.argument(namespace, 0, "name")) or "")
        guards = self.collector.decorators.of_list(
            self.argument(namespace, -1, "decorators"), Level.GROUP, namespace.place
        )
        inner = replace(
            around,
            prefix=joined(around.prefix, found.rstrip("/")) if found.rstrip("/") else around.prefix,
            guards=(*around.guards, *guards),
            steps=(*around.steps, Step(f"namespace {found}", namespace.place)),
        )
        for call in self.program.calls_on(namespace, "route", "add_resource"):
            if call.name == "route":
                self.decorated(call, inner)
            else:
                self.added(call, inner)

    # --- the documentation of RESTX

    def documentation(self, api: Invocation, around: Around) -> None:
        """What RESTX serves by itself: the contract, the root, and (once) the files of its page."""
        if not is_false(self.argument(api, -1, "add_specs")):
            self.page(api, joined(around.prefix, "/swagger.json"), around, "specs")
            doc = self.argument(api, -1, "doc")
            shown = known_path(doc) if doc is not None and text(doc) is not None else "/"
            if not is_false(doc) and shown and shown != "/":
                self.page(api, joined(around.prefix, shown), around, "doc")
        self.page(api, joined(around.prefix, "/"), around, "root")
        if around.api not in self.documented:
            self.documented.add(around.api)
            self.page(api, PAGES, replace(around, hooks=around.hooks[:0], guards=()), "restx_doc.static")

    def page(self, api: Invocation, path: str, around: Around, name: str) -> None:
        """One path that the library answers."""
        path = template(path)
        target = Target(path, "GET", f"{around.name}.{name}".lstrip("."), path, Const(None))
        guards = (*self.collector.hooks.guards(around.hooks, target, around.application), *around.guards)
        endpoint = Endpoint(
            api=around.api,
            method="GET",
            path=path,
            handler=f"Api.{name}",
            place=api.place,
            framework="flask",
            authorization=authorization_of(guards),
            guards=guards,
            route_place=api.place,
            steps=(*around.steps, Step("served by the library itself", api.place)),
            reasons=tuple(dict.fromkeys(guard.reason for guard in guards if guard.reason)),
        )
        key = (endpoint.api, endpoint.method, endpoint.path, endpoint.handler, endpoint.place)
        self.collector.endpoints.setdefault(key, endpoint)


def is_nothing(value: Value) -> bool:
    """Whether a value is None."""
    inner = undecorated(value)
    return isinstance(inner, Const) and inner.value is None
