"""Route conventions of an application: prefixes, token transformers, conventional routes, what `MapControllers()` adds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from assay.model.endpoint import Guard, Level
from assay.model.place import Place
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    Overloads,
    Table,
    Value,
    options,
)
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.mark import text_of
from assay.source.frameworks.aspnetcore.minimal import Minimal
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program
from assay.source.refusal import observe

DEFAULT_ROUTE = "{controller=Home}/{action=Index}/{id?}"
CONVENTIONAL = (
    "MapControllerRoute", "MapAreaControllerRoute", "MapDefaultControllerRoute", "MapRoute", "MapAreaRoute", "UseMvcWithDefaultRoute",
)  # fmt: skip
MAPPING = ("MapControllers", *CONVENTIONAL)
Transform = Callable[[str], str]


class Conventional(Struct, frozen=True):
    """One conventional route."""

    template: str
    place: Place
    defaults: dict[str, str] = field(default_factory=dict)
    area: str | None = None


class Conventions(Struct):
    """What an application does to the routes of its controllers."""

    prefix: tuple[str, ...] = ()
    """Of groups that controllers are mapped in."""
    model_prefix: str | None = None
    """Of a convention that puts a prefix before attribute routes."""
    guards: tuple[Guard, ...] = ()
    transform: Transform | None = None
    routes: tuple[Conventional, ...] = ()
    transformers: dict[str, Transform] = field(default_factory=dict)
    """By the name of their constraint: `{controller:slugify}`."""


class ConventionReader:
    """Reads the conventions of sites."""

    def __init__(self, program: Program, sites: Sites, minimal: Minimal, authorization: Authorization) -> None:
        self.program = program
        self.sites = sites
        self.minimal = minimal
        self.authorization = authorization

    def of(self, site: Site) -> Conventions:
        """The conventions of one site."""
        found = Conventions()
        routes: list[Conventional] = []
        guards: list[Guard] = []
        for made in self.own(site, *MAPPING):
            around = self.minimal.around(site, made.receiver, Level.APPLICATION)
            found.prefix = found.prefix or around.prefix
            calls = self.minimal.conventions(made)
            own = [g for call in calls if (g := self.authorization.of_convention(site, call, Level.APPLICATION))]
            guards += [guard for guard in (*around.guards, *own) if guard not in guards]
            routes += self.conventional(made)
        found.guards = tuple(guards)
        found.routes = tuple(routes)
        self.models(site, found)
        found.transformers = dict(self.constraints(site))
        return found

    def own(self, site: Site, *names: str) -> list[Made]:
        """The calls of these names that belong to a site."""
        return [made for owner, made in self.sites.events(*names) if owner is site]

    # --- conventional routes

    def conventional(self, made: Made) -> Iterator[Conventional]:
        """The conventional route that a call maps."""
        if made.name in {"MapDefaultControllerRoute", "UseMvcWithDefaultRoute"}:
            yield Conventional(DEFAULT_ROUTE, made.place)
            return
        if made.name == "MapControllers":
            return
        is_area = made.name in {"MapAreaControllerRoute", "MapAreaRoute"}
        position = 2 if is_area else 1
        template = text_of(made.argument(position, "pattern", "template"))
        if template is None:
            return
        given = made.argument(position + 1, "defaults")
        stated: dict[str, str] = {}
        for option in options(given):
            if isinstance(option, Table):
                stated = {key.lower(): str(v.value) for key, (_, v) in option.entries.items() if isinstance(v, Const)}
        yield Conventional(template, made.place, stated, text_of(made.argument(1, "areaName")) if is_area else None)

    # --- application models

    def models(self, site: Site, found: Conventions) -> None:
        """`options.Conventions.Add(...)`: token transformers and prefixes."""
        for made in self.own(site, "Add", "Insert"):
            if not isinstance(made.receiver, Member) or made.receiver.name != "Conventions":
                continue
            for value in made.positional:
                for option in options(value):
                    self.model(option, found)

    def model(self, value: Value, found: Conventions) -> None:
        """One convention object."""
        if isinstance(value, Made) and value.name == "RouteTokenTransformerConvention":
            transformer = value.argument(0, "parameterTransformer")
            found.transform = self.transformer(next(options(transformer), None))
        elif isinstance(value, Instance):
            transformers = [self.transformer(v) for v in inside(value) if self.is_transformer(v)]
            if transformers and self.program.derives(value.cls, "RouteTokenTransformerConvention"):
                found.transform = transformers[0]
            else:
                found.model_prefix = self.prefix(value) or found.model_prefix

    def prefix(self, convention: Instance) -> str | None:
        """The prefix that a convention of the project puts before routes."""
        run = self.program.run
        method = attributes.class_attribute(run, convention.cls, "Apply", convention)
        method = method.functions[0] if isinstance(method, Overloads) else method
        if not isinstance(method, FunctionValue) or method.function.body is None:
            return None
        seen = observe(run, method)
        combined = [one for one in seen.made if one.name == "CombineAttributeRouteModel"]
        for one in combined:
            found = template_of(one.argument(0, "left"))
            if found is not None:
                return found
        if combined:
            return next((found for held in inside(convention) if (found := template_of(held)) is not None), None)
        for assigned in seen.assigned:
            # `selector.AttributeRouteModel.Template = $"{prefix}/{template}"`
            if assigned.name == "Template" and (template := text_of(assigned.value)) and "{" in template:
                return template[: template.index("{")]
        return None

    # --- transformers

    def constraints(self, site: Site) -> Iterator[tuple[str, Transform]]:
        """`options.ConstraintMap["slugify"] = typeof(T)`."""
        for owner, made in self.sites.events("AddRouting", "Configure"):
            if owner is not site:
                continue
            for option in (o for value in made.positional for o in options(value)):
                if isinstance(option, FunctionValue):
                    yield from self.mapped(option)

    def mapped(self, function: FunctionValue) -> Iterator[tuple[str, Transform]]:
        """The transformers that a lambda puts into the constraint map."""
        name = function.function.parameters[0].name if function.function.parameters else "options"
        given = Given(name, function=function)
        table = Table({})
        given.attributes["ConstraintMap"] = table
        observe(self.program.run, function, (given,))
        for key, (_, value) in sorted(table.entries.items()):
            if self.is_transformer(value):
                yield key, self.transformer(value)

    def is_transformer(self, value: Value) -> bool:
        """Whether a value is a transformer of outbound parameters, or its type."""
        cls = bare(value) or self.program.run.class_of(value)
        return cls is not None and self.program.derives(cls, "IOutboundParameterTransformer")

    def transformer(self, value: Value | None) -> Transform:
        """The function that a transformer is: its body is run; what cannot be followed is told by its name."""
        cls = None if value is None else bare(value) or self.program.run.class_of(value)
        known: dict[str, str] = {}

        def transform(text: str) -> str:
            if text not in known:
                known[text] = self.transformed(cls, text)
            return known[text]

        return transform

    def transformed(self, cls: ClassValue | None, text: str) -> str:
        """One value transformed."""
        run = self.program.run
        if cls is None:
            return kebab(text)
        method = attributes.class_attribute(run, cls, "TransformOutbound", Given("this", type=cls))
        if isinstance(method, FunctionValue):
            seen = observe(run, method, (Const(text),))
            for option in options(seen.value):
                if isinstance(option, Const) and isinstance(option.value, str):
                    return option.value
        return kebab(text) if SLUG.search(cls.type.name) else text


SLUG = re.compile(r"slug|kebab|dash|hyphen", re.IGNORECASE)


def kebab(text: str) -> str:
    """`OrderItems` is `order-items`."""
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", text).lower()


def inside(value: Value) -> Iterator[Value]:
    """What an object was made with."""
    if isinstance(value, Instance | Made):
        yield from value.positional
        yield from value.named.values()
        yield from value.attributes.values()


def template_of(value: Value | None, depth: int = 0) -> str | None:
    """The template of `new AttributeRouteModel(new RouteAttribute("api"))`."""
    if depth > 4:
        return None
    for option in options(value):
        if isinstance(option, Made | Instance):
            stated = text_of(option.attributes.get("Template"))
            if stated is not None:
                return stated
            for held in (*option.positional, *option.named.values()):
                found = text_of(held) if isinstance(held, Const) else template_of(held, depth + 1)
                if found is not None:
                    return found
    return None
