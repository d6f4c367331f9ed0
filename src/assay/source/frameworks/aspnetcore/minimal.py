"""Minimal APIs: endpoints and groups mapped on builders, wherever the calls stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct, field

from assay.model.endpoint import Guard, Level
from assay.model.place import Skipped, Step
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import (
    ClassValue,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Overloads,
    Value,
    options,
    undecorated,
)
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.comment import uncalled
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.selector import texts
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program, environment_of
from assay.source.reached import mentioned
from assay.source.refusal import observe

VERBS = {"MapGet": "GET", "MapPost": "POST", "MapPut": "PUT", "MapDelete": "DELETE", "MapPatch": "PATCH"}
OTHERS = {
    "MapMethods": (),
    "Map": ("ANY",),
    "MapFallback": ("ANY",),
    "MapHealthChecks": ("GET",),
    "MapHub": ("WS",),
    "MapForwarder": ("ANY",),
    "MapGraphQL": ("ANY",),
    "MapPrometheusScrapingEndpoint": ("GET",),
}
MAPS = frozenset([*VERBS, *OTHERS])
DEFAULTS = {
    "MapFallback": "{*path}",
    "MapGraphQL": "/graphql",
    "MapPrometheusScrapingEndpoint": "/metrics",
}
FAR = 60
"""Lines that a mapping may take."""
GROUPS = frozenset(["NewVersionedApi", "UseFastEndpoints"])
"""Calls that make or stand for a set of endpoints, beside all that begin with `Map`."""
CONVENTIONS = (
    "RequireAuthorization", "AllowAnonymous", "AddEndpointFilter", "AddEndpointFilterFactory", "WithMetadata", "RequireCors",
)  # fmt: skip


class Around(Struct, frozen=True):
    """What stands around an endpoint: prefix, guards, steps."""

    prefix: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    steps: tuple[Step, ...] = ()


class Route(Struct, frozen=True, eq=False):
    """One mapped endpoint."""

    site: Site
    call: Made
    methods: tuple[str, ...]
    template: str
    handler: Value | None
    guards: tuple[Guard, ...]
    steps: tuple[Step, ...]


class Minimal(Struct):
    """Reads what is mapped on builders."""

    program: Program
    sites: Sites
    marks: Marks
    authorization: Authorization
    skipped: list[Skipped] = field(default_factory=list)
    by_container: dict[int, list[Made]] | None = None
    mapped: dict[str, list[int]] | None = None
    """The lines in which something is mapped, by file."""

    def routes(self) -> Iterator[Route]:
        """Every mapped endpoint of every site, in order."""
        for made in self.sites.named(*MAPS):
            if not is_mapping(made):
                continue
            for site in self.sites.of(made):
                yield from self.route(site, made)

    def route(self, site: Site, call: Made) -> Iterator[Route]:
        """One mapping."""
        template = self.template(call)
        if template is None:
            reason = f"the route given to {call.name} could not be resolved"
            self.skipped.append(Skipped(call.place.path, reason, "route", call.place.line))
            return
        around = self.around(site, call.receiver, Level.GROUP)
        handler = handler_of(call)
        own = [
            guard
            for one in self.conventions(call)
            if (guard := self.authorization.of_convention(site, one, Level.ENDPOINT))
        ]
        own += self.commented_out(call, Level.ENDPOINT)
        guards = (*around.guards, *self.of_hub(site, call), *self.of_handler(site, handler), *own)
        step = Step(f"mapped by {call.name}", call.place)
        path = "/".join(part for part in (*around.prefix, template.strip("/")) if part)
        yield Route(site, call, methods_of(call), path, handler, guards, (*around.steps, step))

    def template(self, call: Made) -> str | None:
        """The template given to a call; the default of those that have one."""
        for value in (call.named.get("pattern"), call.named.get("prefix"), *call.positional[:2]):
            found = text_of(value)
            if found is not None:
                return found.removeprefix("~")
        return DEFAULTS.get(call.name)

    def of_handler(self, site: Site, handler: Value | None) -> list[Guard]:
        """The guards of attributes on a lambda or handler method."""
        if not isinstance(handler, FunctionValue):
            return []
        marks = self.marks.of(handler.function.annotations, handler.module, handler.owner)
        return self.authorization.of_marks(site, [(mark, Level.ENDPOINT) for mark in marks])

    def of_hub(self, site: Site, call: Made) -> list[Guard]:
        """The guards of attributes on the class of a SignalR hub."""
        cls = bare(call.type_arguments[0]) if call.name == "MapHub" and call.type_arguments else None
        found: list[tuple[Mark, Level]] = []
        for base in self.program.mro(cls) if cls is not None else ():
            if isinstance(base, ClassValue):
                for part, module in base.parts:
                    found += [(mark, Level.TYPE) for mark in self.marks.of(part.annotations, module, base)]
        return self.authorization.of_marks(site, found)

    def commented_out(self, call: Made, level: Level) -> list[Guard]:
        """The guards in comments between the lines of a mapping: up to the next one in its file."""
        module = self.program.run.module(call.place.path)
        if module is None or not module.file.comments:
            return []
        lines = self.lines_of(call.place.path)
        position = bisect_right(lines, call.place.line)
        last = lines[position] - 1 if position < len(lines) else call.place.line + FAR
        return list(uncalled(module, call.place.line, min(last, call.place.line + FAR), level))

    def lines_of(self, path: str) -> list[int]:
        """The lines of a file in which something is mapped, sorted."""
        if self.mapped is None:
            lines: dict[str, set[int]] = {}
            for made in self.program.run.made:
                if is_container(made):
                    lines.setdefault(made.place.path, set()).add(made.place.line)
            self.mapped = {one: sorted(found) for one, found in lines.items()}
        return self.mapped.get(path, [])

    # --- groups

    def around(self, site: Site, builder: Value | None, level: Level) -> Around:
        """The prefix and guards of the groups that a builder stands for, outermost first."""
        prefix: list[str] = []
        guards: list[Guard] = []
        steps: list[Step] = []
        current = container(builder)
        for _ in range(30):
            if current is None:
                break
            own = [
                guard
                for one in self.conventions(current)
                if (guard := self.authorization.of_convention(site, one, level))
            ]
            guards[:0] = own
            if isinstance(current, Made):
                guards[:0] = self.commented_out(current, level)
                if current.name == "MapGroup":
                    part = self.template(current)
                    if part is None:
                        reason = "the prefix given to MapGroup could not be resolved"
                        self.skipped.append(Skipped(current.place.path, reason, "route", current.place.line))
                        part = "{unknown}"
                    prefix.insert(0, part.strip("/"))
                    steps.insert(0, Step(f"group {part}", current.place))
                current = container(current.receiver)
            elif isinstance(current, Given) and current.call is not None and is_container(current.call):
                current = current.call
            elif isinstance(current, Given) and (module := self.carter(site, current)) is not None:
                prefix[:0], guards[:0] = module.prefix, module.guards
                break
            else:
                break
        return Around(tuple(prefix), tuple(guards), tuple(steps))

    def carter(self, site: Site, builder: Given) -> Around | None:
        """What the constructor of a Carter module says of all its routes: `: base("/prefix")`, `RequireAuthorization()`."""
        owner = builder.function.owner if builder.function is not None else None
        if owner is None or builder.function is None or builder.function.function.name != "AddRoutes":
            return None
        if not self.program.derives(owner, "CarterModule"):
            return None
        seen = observe(self.program.run, owner)
        base = seen.value.attributes.get("base()") if isinstance(seen.value, Instance) else None
        prefix = text_of(base.items[0]) if isinstance(base, Items) and base.items else None
        calls = [made for made in seen.made if made.name in CONVENTIONS]
        own = [guard for made in calls if (guard := self.authorization.of_convention(site, made, Level.GROUP))]
        return Around((prefix.strip("/"),) if prefix else (), tuple(own))

    def conventions(self, value: Value) -> list[Made]:
        """The calls that add metadata or filters to an endpoint or group."""
        if self.by_container is None:
            self.by_container = {}
            for made in self.sites.named(*CONVENTIONS):
                for option in options(made.receiver):
                    held = container(option)
                    if held is not None and not is_for_developers(made, held):
                        self.by_container.setdefault(id(held), []).append(made)
        return self.by_container.get(id(value), [])


def is_for_developers(made: Made, held: Value) -> bool:
    """Whether a call stands under a test of its own that holds for developers only: `if (isDevelopment) route.AllowAnonymous()`."""
    around = len(held.conditions) if isinstance(held, Made) else 0
    return environment_of(made.conditions[around:]) == "development"


def container(value: Value | None) -> Value | None:
    """The endpoint, group or builder that a fluent call is about."""
    for _ in range(60):
        match value:
            case Made() if is_container(value):
                return value
            case Made(callee=Member(value=owner)) if not isinstance(owner, External):
                value = owner
            case Member(value=owner):
                value = owner
            case _:
                return next(options(value), None)
    return value


def is_container(made: Made) -> bool:
    """Whether a call gives an endpoint, a group or a set of endpoints."""
    return made.name.startswith("Map") or made.name in GROUPS


def is_mapping(made: Made) -> bool:
    """Whether a call maps an endpoint; `mapper.Map<T>(x)` and `app.Map("/x", branch => ...)` do not."""
    if made.receiver is None:
        return False
    if made.name == "Map":
        if (
            made.type_arguments
            or len(made.positional) + len(made.named) < 2
            or text_of(made.argument(0, "pattern")) is None
        ):
            return False
        handler = handler_of(made)
        return handler is not None and not is_branch(handler)
    return made.name != "MapHub" or bool(made.type_arguments)


def is_branch(handler: Value) -> bool:
    """Whether a function configures a branch of the pipeline."""
    if not isinstance(handler, FunctionValue) or len(handler.function.parameters) != 1:
        return False
    called = mentioned(handler.function)
    return any(name.startswith("Use") or name in {"Run", "MapWhen"} for name in called)


def handler_of(call: Made) -> Value | None:
    """What answers: the last function among the arguments."""
    given = [*call.positional, *(value for key, value in call.named.items() if key in {"handler", "requestDelegate"})]
    for value in reversed(given):
        for option in map(undecorated, options(value)):
            if isinstance(option, Overloads):
                return option.functions[0]
            if isinstance(option, FunctionValue):
                return option
    for value in reversed(given[1:]):
        if isinstance(value, Member | External):
            return value
    return None


def methods_of(call: Made) -> tuple[str, ...]:
    """The methods that an endpoint answers."""
    if call.name in VERBS:
        return (VERBS[call.name],)
    if call.name == "MapMethods":
        value = call.argument(1, "httpMethods")
        known = texts(value) if value is not None else []
        if not known:
            known = [hole for option in options(value) for hole in named_methods(option)]
        return tuple(dict.fromkeys(name.upper() for name in known)) or ("ANY",)
    return OTHERS[call.name]


def named_methods(value: Value) -> Iterator[str]:
    """`[HttpMethods.Get, HttpMethod.Post.Method]`."""
    for one in getattr(value, "items", ()):
        if isinstance(one, External | Member):
            dotted = one.name.split(".")
            found = next((part for part in reversed(dotted) if part.upper() in KNOWN), None)
            if found:
                yield found.upper()


KNOWN = frozenset(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"])
