"""FastEndpoints: endpoint classes that configure themselves, groups, global configuration. Closed unless they say otherwise.

Source: https://fast-endpoints.com/docs/security and /docs/configuration-settings
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place, Skipped, Step
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare, is_abstract, made_of
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Made,
    Member,
    Value,
    options,
)
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.controller import ENDPOINT_CLASSES, classes, root_name
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.selector import provider, texts
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program
from assay.source.refusal import observe

VERBS = {"Get": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE", "Head": "HEAD"}
DEMANDS = {
    "Roles": Demand.ROLE, "Policies": Demand.POLICY, "Permissions": Demand.SCOPE, "PermissionsAll": Demand.SCOPE, "Scopes": Demand.SCOPE,
    "ScopesAll": Demand.SCOPE, "Claims": Demand.POLICY, "ClaimsAll": Demand.POLICY, "Claim": Demand.POLICY, "Policy": Demand.POLICY,
    "AccessControl": Demand.SCOPE,
}  # fmt: skip


class Config(Struct):
    """What one endpoint, group or application configures."""

    methods: list[str] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    is_anonymous: Place | None = None
    group: ClassValue | None = None
    version: int | None = None
    override: str | None = None
    """`RoutePrefixOverride`."""
    is_unknown: bool = False


class Fast(Struct, frozen=True):
    """One endpoint class."""

    site: Site
    cls: ClassValue
    handler: FunctionValue | None
    methods: tuple[str, ...]
    template: str
    guards: tuple[Guard, ...]
    place: Place
    steps: tuple[Step, ...]


class FastEndpoints:
    """Reads the endpoint classes of a program."""

    def __init__(self, program: Program, sites: Sites, marks: Marks, authorization: Authorization) -> None:
        self.program = program
        self.sites = sites
        self.marks = marks
        self.authorization = authorization
        self.skipped: list[Skipped] = []
        self.globals: dict[str, dict[str, Value]] | None = None

    def all(self, paths: Iterable[str]) -> Iterator[Fast]:
        """Every endpoint class, by path and line."""
        seen: set[int] = set()
        for cls in classes(self.program, paths):
            if id(cls.type) in seen or is_abstract(cls) or cls.type.type_parameters:
                continue
            seen.add(id(cls.type))
            if any(root_name(base) in ENDPOINT_CLASSES for base in self.program.mro(cls)[1:]):
                for site in self.sites.of_path(cls.module.path):
                    yield from self.endpoint(site, cls)

    def endpoint(self, site: Site, cls: ClassValue) -> Iterator[Fast]:
        """The endpoints of one class."""
        config = self.configured(site, cls)
        if not config.routes:
            if config.methods or config.is_unknown:
                self.skipped.append(
                    Skipped(cls.module.path, f"the route of {cls.name} could not be resolved", "route", cls.type.line)
                )
            return
        prefix, outer, steps = self.around(site, config)
        guards = [*outer, *config.guards]
        if config.is_anonymous is not None:
            guards.append(
                Guard("AllowAnonymous()", "convention", Demand.ANONYMOUS, Level.ENDPOINT, config.is_anonymous)
            )
        if not any(guard.demand is not Demand.NOTHING for guard in guards):
            guards.append(Guard("FastEndpoints", "policy", Demand.AUTHENTICATED, Level.APPLICATION, cls.place))
        handler = next(
            (f for name in ("HandleAsync", "ExecuteAsync") if (f := self.method(cls, name)) is not None), None
        )
        for route in config.routes:
            template = self.versioned(site, config, "/".join(p.strip("/") for p in (*prefix, route) if p.strip("/")))
            step = Step(f"configured in {cls.name}", cls.place)
            yield Fast(
                site,
                cls,
                handler,
                tuple(config.methods) or ("ANY",),
                template,
                tuple(guards),
                cls.place,
                (*steps, step),
            )

    def around(self, site: Site, config: Config) -> tuple[list[str], list[Guard], list[Step]]:
        """The prefix and guards of the application and of the groups."""
        prefix: list[str] = []
        guards: list[Guard] = []
        steps: list[Step] = []
        group = config.group
        for _ in range(10):
            if group is None:
                break
            inner, part = self.group(site, group)
            prefix.insert(0, part)
            config.version = config.version if config.version is not None else inner.version
            guards[:0] = inner.guards
            if inner.is_anonymous is not None:
                guards.append(
                    Guard("AllowAnonymous()", "convention", Demand.ANONYMOUS, Level.GROUP, inner.is_anonymous)
                )
            steps.insert(0, Step(f"group {part}", group.place))
            group = inner.group
        known = self.settings(site)
        start = config.override if config.override is not None else text_of(known.get("RoutePrefix"))
        if start:
            prefix.insert(0, start)
        configurator = next(options(known.get("Configurator")), None)
        if isinstance(configurator, FunctionValue):
            outer = self.applied(site, configurator, Level.APPLICATION)
            guards[:0] = outer.guards
            if outer.is_anonymous is not None:
                guards.insert(
                    0, Guard("AllowAnonymous()", "convention", Demand.ANONYMOUS, Level.APPLICATION, outer.is_anonymous)
                )
        return prefix, guards, steps

    def versioned(self, site: Site, config: Config, template: str) -> str:
        """The template with its version, where the application puts versions into routes."""
        known = self.settings(site)
        letter = text_of(known.get("Prefix"))
        stated = known.get("DefaultVersion")
        default = stated.value if isinstance(stated, Const) else None
        number = config.version if config.version is not None else default
        if not number or letter is None:
            return template
        version = f"{letter}{number}"
        first = known.get("PrependToRoute")
        if not (isinstance(first, Const) and first.value is True):
            return f"{template}/{version}"
        start = text_of(known.get("RoutePrefix")) or ""
        return f"{start}/{version}/{template.removeprefix(start).lstrip('/')}"

    # --- configuration

    def configured(self, site: Site, cls: ClassValue) -> Config:
        """What an endpoint class configures: by attributes and in `Configure()`."""
        config = Config()
        for base in self.program.mro(cls):
            if isinstance(base, ClassValue):
                for part, module in base.parts:
                    for mark in self.marks.of(part.annotations, module, base):
                        self.marked(site, mark, config)
        method = self.method(cls, "Configure")
        if method is not None:
            seen = observe(self.program.run, method)
            for made in seen.made:
                self.call(site, made, config, Level.ENDPOINT)
        return config

    def marked(self, site: Site, mark: Mark, config: Config) -> None:
        """One attribute of an endpoint class."""
        found = provider(self.marks, mark)
        if found is not None:
            config.methods += found.methods
            config.routes += [name for value in mark.positional for name in texts(value)]
        elif mark.name == "Group" and mark.types:
            config.group = bare(mark.types[0])
        else:
            guard = self.authorization.of_mark(site, mark, Level.TYPE)
            if guard is not None and guard.demand is Demand.ANONYMOUS:
                config.is_anonymous = mark.place
            elif guard is not None:
                config.guards.append(guard)

    def call(self, site: Site, made: Made, config: Config, level: Level) -> None:
        """One call that configures."""
        given = [name for value in made.positional for name in texts(value)]
        name = made.name
        if name in VERBS and (
            isinstance(made.callee, External) or level is not Level.ENDPOINT or isinstance(made.receiver, Given)
        ):
            config.methods.append(VERBS[name])
            config.routes += given or [found for v in made.positional[:1] if (found := text_of(v)) is not None]
            config.is_unknown |= not given
        elif name == "Routes":
            config.routes += given
        elif name == "Verbs":
            config.methods += [verb for value in made.positional for verb in verbs_of(value)]
        elif name == "AllowAnonymous":
            config.is_anonymous = made.place
        elif name in DEMANDS:
            shown = f"{name}({', '.join(given)})"
            config.guards.append(Guard(shown, "convention", DEMANDS[name], level, made.place, tuple(given)))
        elif name == "RequireAuthorization":
            config.guards.append(self.authorization.required(site, made, level))
        elif name == "Group" and made.type_arguments:
            config.group = bare(made.type_arguments[0])
        elif name in {"Version", "EndpointVersion"} and made.positional and isinstance(made.positional[0], Const):
            config.version = int(made.positional[0].value) if isinstance(made.positional[0].value, int) else None
        elif name == "RoutePrefixOverride":
            config.override = given[0] if given else ""

    def group(self, site: Site, cls: ClassValue) -> tuple[Config, str]:
        """What a group's constructor configures, with its prefix; the group that it stands in."""
        config, prefix = Config(), ""
        seen = observe(self.program.run, cls)
        for made in seen.made:
            if made.name == "Configure":
                prefix = text_of(made.argument(0, "routePrefix")) or ""
            else:
                self.call(site, made, config, Level.GROUP)
        for base in attributes.bases(self.program.run, cls):
            if isinstance(base, Generic) and base.keys:
                config.group = bare(base.keys[0])
        return config, prefix

    def applied(self, site: Site, function: FunctionValue, level: Level) -> Config:
        """What a global configurator does to every endpoint; what it does only to some is left out."""
        config = Config()
        for made in observe(self.program.run, function).made:
            if not made.conditions:
                self.call(site, made, config, level)
        return config

    def settings(self, site: Site) -> dict[str, Value]:
        """The members that `UseFastEndpoints(c => ...)` sets."""
        if self.globals is None:
            self.globals = {}
            for assigned in self.program.run.assigned:
                made = configuring(assigned)
                if made is not None:
                    for owner in self.sites.of(made):
                        self.globals.setdefault(owner.folder, {})[assigned.name] = assigned.value
        return self.globals.get(site.folder, {})

    def method(self, cls: ClassValue, name: str) -> FunctionValue | None:
        """A method of an endpoint class, bound to an object of it."""
        found = attributes.class_attribute(self.program.run, cls, name, made_of(self.program.run, cls))
        return found if isinstance(found, FunctionValue) and found.function.body is not None else None


def configuring(assigned: Assigned) -> Made | None:
    """The `UseFastEndpoints` call whose configuration is assigned to."""
    value: Value = assigned.receiver
    for _ in range(8):
        match value:
            case Member(value=inner):
                value = inner
            case Given(call=Made() as call):
                return call if call.name in {"UseFastEndpoints", "MapFastEndpoints"} else None
            case _:
                return None
    return None


def verbs_of(value: Value) -> Iterator[str]:
    """`Http.GET`, `"GET"`."""
    yield from (name.upper() for name in texts(value))
    for option in options(value):
        for one in getattr(option, "items", (option,)):
            if isinstance(one, External | Member):
                yield one.name.rpartition(".")[2].upper()
