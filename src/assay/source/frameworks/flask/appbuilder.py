"""Flask-AppBuilder: views and REST models added to an `AppBuilder`, their `@expose`d methods and those that they have by default."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Demand, Endpoint, Guard, Level, authorization_of
from assay.model.place import Step
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
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
from assay.source.frameworks.flask.paths import joined, known_path, template
from assay.source.frameworks.flask.views import Route
from assay.source.program import Program

BUILDERS = ("flask_appbuilder.AppBuilder",)
ADDING = ("add_view", "add_view_no_menu", "add_api")
REST = ("flask_appbuilder.ModelRestApi", "flask_appbuilder.BaseModelApi")
APIS = (*REST, "flask_appbuilder.BaseApi")
MODELS = ("flask_appbuilder.ModelView", "flask_appbuilder.CompactCRUDMixin", "flask_appbuilder.RestCRUDView")
FORMS = ("flask_appbuilder.SimpleFormView", "flask_appbuilder.PublicFormView")
ROUTES_OF_REST = (
    ("info", "GET", "/_info"),
    ("get_list", "GET", "/"),
    ("get", "GET", "/<pk>"),
    ("post", "POST", "/"),
    ("put", "PUT", "/<pk>"),
    ("delete", "DELETE", "/<pk>"),
)
ROUTES_OF_MODEL = (
    ("list", "GET", "/list/"),
    ("show", "GET", "/show/<pk>"),
    ("add", "GET", "/add"),
    ("add", "POST", "/add"),
    ("edit", "GET", "/edit/<pk>"),
    ("edit", "POST", "/edit/<pk>"),
    ("delete", "POST", "/delete/<pk>"),
    ("action", "GET", "/action/<name>/<pk>"),
    ("action_post", "POST", "/action_post"),
    ("download", "GET", "/download/<filename>"),
)
ROUTES_OF_FORM = (("this_form_get", "GET", "/form"), ("this_form_post", "POST", "/form"))


class AppBuilders:
    """Reads the builders of an application."""

    def __init__(self, program: Program, collector: Collector) -> None:
        self.program = program
        self.collector = collector

    def read(self, application: Invocation, around: Around) -> None:
        """Every view added to a builder that was put on this application, or on none that is known."""
        for builder in self.program.made(*BUILDERS):
            given = [builder.argument(0, "app")]
            given += [call.argument(0, "app") for call in self.program.calls_on(builder, "init_app")]
            known = [option for value in given for option in options(value) if isinstance(option, Invocation)]
            if known and not any(option is application for option in known):
                continue
            for call in self.program.calls_on(builder, *ADDING):
                for option in options(call.argument(0, "baseview")):
                    inner = undecorated(option)
                    cls = inner.cls if isinstance(inner, Instance) else inner
                    if isinstance(cls, ClassValue):
                        self.view(cls, call, around)

    def view(self, cls: ClassValue, call: Made, around: Around) -> None:
        """The routes of one view class."""
        base = self.base_of(cls)
        inner = replace(
            around,
            prefix=joined(around.prefix, base),
            name=f"{around.name}.{cls.type.name}".lstrip("."),
            steps=(*around.steps, Step(f"{cls.name} added at {base}", call.place)),
        )
        seen: set[str] = set()
        for name, value, rule, methods in self.exposed(cls):
            seen.add(name)
            made = Made(
                (), {"methods": methods} if methods is not None else {}, call.place, 0, call.conditions, (), {}, value
            )
            self.collector.add(Route(made, rule, value, name), inner)
        self.defaults(cls, seen, inner)

    def base_of(self, cls: ClassValue) -> str:
        """`route_base`, else by kind: `/api/v1/name` for an API, `/name` for a view."""
        told = self.attribute(cls, "route_base")
        if told:
            return told
        if self.program.derives(cls, *APIS):
            version = self.attribute(cls, "version")
            name = self.attribute(cls, "resource_name") or cls.type.name.lower()
            return f"/api/{'v1' if version is None else version}/{name}".replace("//", "/")
        return f"/{cls.type.name.lower()}"

    def attribute(self, cls: ClassValue, name: str) -> str | None:
        """A text that a class states."""
        found = self.program.class_attribute(cls, name)
        return text(found[0]) if found is not None else None

    def exposed(self, cls: ClassValue) -> Iterator[tuple[str, Value, str, Value | None]]:
        """(name, method, rule, HTTP methods) of each `@expose`; the nearest class wins."""
        seen: set[str] = set()
        for base in self.program.mro(cls):
            if not isinstance(base, ClassValue):
                continue
            for name, value in class_names(self.program.run, base).items():
                found = list(self.expositions(value)) if name not in seen else []
                seen.add(name)
                for made in found:
                    rule = known_path(made.argument(0, "url"))
                    if rule is not None:
                        yield name, value, rule or "/", made.argument(1, "methods")

    def expositions(self, value: Value) -> Iterator[Made]:
        """The `@expose(...)` around a method."""
        while isinstance(value, Decorated):
            decorator = value.decorator
            if isinstance(decorator, Made) and self.program.is_named(decorator.callee, "flask_appbuilder.expose"):
                yield decorator
            value = value.inner

    def defaults(self, cls: ClassValue, seen: set[str], around: Around) -> None:
        """The routes that a view has from its outside base, each behind a permission of the builder."""
        kinds = ((REST, ROUTES_OF_REST), (MODELS, ROUTES_OF_MODEL), (FORMS, ROUTES_OF_FORM))
        routes = next((routes for bases, routes in kinds if self.program.derives(cls, *bases)), ())
        included = self.listed(cls, "include_route_methods")
        excluded = self.listed(cls, "exclude_route_methods") or frozenset()
        is_public = self.program.derives(cls, "flask_appbuilder.PublicFormView")
        guard = Guard(
            "flask_appbuilder permission", "permission", Demand.POLICY, Level.BASE, cls.place, (cls.type.name,)
        )
        for name, method, rule in routes:
            if name in seen or name in excluded or (included is not None and name not in included):
                continue
            guards = around.guards if is_public else (*around.guards, guard)
            path = template(joined(around.prefix, rule))
            endpoint = Endpoint(
                api=around.api,
                method=method,
                path=path,
                handler=f"{cls.name}.{name}",
                place=cls.place,
                framework="flask",
                authorization=authorization_of(guards),
                guards=guards,
                route_place=cls.place,
                steps=around.steps,
            )
            self.collector.endpoints.setdefault((around.api, method, path, endpoint.handler, cls.place), endpoint)

    def listed(self, cls: ClassValue, name: str) -> frozenset[str] | None:
        """A set of names that a class states; constants of the library by their last name in lower case."""
        declared = self.program.class_attribute(cls, name)
        found = items(declared[0]) if declared is not None else None
        if found is None:
            return None
        return frozenset(text(item) or getattr(item, "name", "").rpartition(".")[2].lower() for item in found)
