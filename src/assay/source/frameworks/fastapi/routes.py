"""Routes: what applications and routers were told to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Endpoint, Guard, Level, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api, Setting
from assay.plugins.framework import Reading
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    FunctionValue,
    Given,
    Invocation,
    Items,
    Made,
    Member,
    Template,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.fastapi.asking import Asking
from assay.source.frameworks.fastapi.decorators import applied, decorators_of
from assay.source.frameworks.fastapi.described import served
from assay.source.frameworks.fastapi.guards import Dependencies
from assay.source.frameworks.fastapi.known import APPLICATIONS, ROUTERS, VERBS
from assay.source.frameworks.fastapi.middleware import Middleware
from assay.source.frameworks.fastapi.overriding import replacements
from assay.source.frameworks.fastapi.parameters import parameters_of, response_of
from assay.source.frameworks.fastapi.performing import Performing
from assay.source.frameworks.fastapi.settings import settings_of
from assay.source.handled import key_of
from assay.source.paths import join
from assay.source.program import Program, environment_of, place_of
from assay.source.unresolved import unresolved

PARAMETER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")
ADDERS = frozenset({"add_api_route", "add_route", "add_websocket_route", "add_api_websocket_route"})
DECORATORS = VERBS | {"api_route", "route", "websocket", "websocket_route"}
UNKNOWN = "{unknown}"
"""Stands for a part of a path that is not known."""
LISTED = frozenset({"append", "insert"})
"""What puts a route into a list of routes."""
DEPTH = 20
"""Routers inside each other."""


class Around(Struct, frozen=True):
    """What stands around a route: where it is mounted and what guards it there."""

    api: str
    middleware: tuple[Middleware, ...]
    prefix: str = ""
    guards: tuple[Guard, ...] = ()
    steps: tuple[Step, ...] = ()
    environment: str = ""
    depth: int = 0
    depends: tuple[Value, ...] = ()
    """The dependencies that run before every handler here."""

    def under(self, prefix: str, guards: tuple[Guard, ...], step: Step, environment: str = "") -> Around:
        """The same, one level deeper."""
        return replace(
            self,
            prefix=join(self.prefix, prefix) if self.prefix or prefix else "",
            guards=(*self.guards, *guards),
            steps=(*self.steps, step),
            environment=environment or self.environment,
            depth=self.depth + 1,
        )


class Reader:
    """Reads one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.dependencies = Dependencies(program)
        self.performing = Performing(program, self.dependencies)
        self.asking = Asking(program, self.dependencies)
        self.apis: list[Api] = []
        self.endpoints: list[Endpoint] = []
        self.settings: list[Setting] = []
        self.skipped: list[Skipped] = []
        self.reached: set[int] = set()
        self.seen: set[tuple[str, str, str, Place, Place]] = set()

    def read(self) -> Reading:
        """Every application with its routes."""
        applications = self.program.made(*APPLICATIONS)
        mounted = set(self.mounted(applications))
        self.performing.replaced = replacements(self.program, applications)
        roots = served(self.program, (each for each in applications if id(each) not in mounted))
        alike = self.alike(roots)
        roots = [made[0] for made in alike.values()]
        for first, application in ((made[0], each) for made in alike.values() for each in made):
            is_first = application is first
            api = self.api_of(first, roots)
            if is_first:
                self.apis.append(api)
                self.settings += settings_of(self.program, application, api.id)
            guards = self.dependencies.of_list(given(application, "dependencies"), Level.APPLICATION)
            step = Step(f"application {api.name}", application.place)
            around = Around(api.id, (Middleware(self.program, application),), "", guards, (step,))
            around = replace(around, depends=items(given(application, "dependencies")) or ())
            self.container(application, around)
            for parameter in self.handed(roots) if is_first else ():
                self.container(parameter, around)
        self.unreached(roots)
        return Reading(tuple(self.apis), tuple(self.endpoints), tuple(self.settings), tuple(self.skipped))

    @staticmethod
    def alike(roots: list[Invocation]) -> dict[Place, list[Invocation]]:
        """Applications by where they are made: a factory that is called several times, two branches of a test make one."""
        found: dict[Place, list[Invocation]] = {}
        tests: dict[Place, Place] = {}
        for application in roots:
            place = application.place
            if application.conditions and not application.stack:
                place = tests.setdefault(application.conditions[-1].place, place)
            found.setdefault(place, []).append(application)
        return found

    def mounted(self, applications: tuple[Invocation, ...]) -> Iterator[int]:
        """Applications that another one mounts."""
        for application in applications:
            for call in self.program.calls_on(application, "mount"):
                yield from (id(option) for option in options(call.argument(1, "app")))
            for route in items(application.argument(-1, "routes")) or ():
                if isinstance(route, Made) and route.name in {"Mount", "Host"}:
                    yield from (id(option) for option in options(route.argument(1, "app")))

    def handed(self, roots: list[Invocation]) -> list[Value]:
        """The application as a parameter of functions that nothing calls; meant is the only one there is."""
        if len(roots) != 1:
            return []
        found: dict[int, Value] = {}
        for made in self.program.run.made:
            for option in options(made.receiver):
                if isinstance(option, Given) and self.program.is_made_by(option, *APPLICATIONS):
                    found.setdefault(id(option), option)
        return list(found.values())

    def unreached(self, roots: list[Invocation]) -> None:
        """Routers that have routes and are never included."""
        for router in self.program.made(*ROUTERS):
            if id(router) not in self.reached and any(c.name in DECORATORS for c in self.program.calls_on(router)):
                reason = (
                    "a router with routes is never included"
                    if roots
                    else "a router without any application in this tree"
                )
                self.skipped.append(Skipped(router.place.path, reason, "route", router.place.line))

    def api_of(self, application: Invocation, roots: list[Invocation]) -> Api:
        """The API of an application object: its folder, with the file's name when a folder makes several."""
        folder, _, file = application.place.path.rpartition("/")
        beside = [other for other in roots if other.place.path.rpartition("/")[0] == folder]
        same_file = [other for other in beside if other.place.path == application.place.path]
        name = text(application.argument(-1, "title")) or folder.rpartition("/")[2] or self.program.project.root.name
        id_ = folder or "."
        if len(beside) > 1:
            id_ = f"{folder}/{file.removesuffix('.py')}".lstrip("/")
        if len(same_file) > 1:
            id_ += f"#{same_file.index(application) + 1}"
        return Api(id_, name, "fastapi", "python", folder or ".", application.place)

    # --- containers

    def container(self, owner: Value, around: Around) -> None:
        """The routes of an application or router, in order of registration; each has the prefix that its router had at that moment."""
        if around.depth > DEPTH:
            return
        self.reached.add(id(owner))
        if isinstance(owner, Invocation):
            routes = owner.argument(-1, "routes") or (owner.argument(0) if isinstance(owner, Made) else None)
            self.listed(routes, around)
        for call in self.calls(owner):
            if call.name in LISTED:
                self.listed(Items([call.argument(-1 + len(call.positional)) or call]), around)
            elif call.name in DECORATORS or call.name in ADDERS or call.name in {"include_router", "mount", "host"}:
                prefix = self.path_of(self.prefix_at(owner, call.index), call)
                if prefix is not None:
                    self.registration(call, replace(around, prefix=join(around.prefix, prefix)) if prefix else around)

    def calls(self, owner: Value) -> list[Made]:
        """What is called on an application or router, on its `router` and on its list of `routes`, in order."""
        inner = Member(owner, "router")
        found = [*self.program.calls_on(owner), *self.program.calls_on(inner)]
        for holder in (owner, inner):
            found += self.program.calls_on(Member(holder, "routes"), *LISTED)
        return sorted(found, key=lambda call: call.index)

    def registration(self, call: Made, around: Around) -> None:
        """One call on an application or router."""
        if call.name in DECORATORS:
            for application in self.program.applications(call):
                self.route(call, application.positional[0] if application.positional else None, around)
        elif call.name in ADDERS:
            self.route(call, call.argument(1, "endpoint", "route", "handler"), around)
        elif call.name == "include_router":
            self.include(call, around)
        else:
            self.mount(call, around)

    def prefix_at(self, owner: Value, index: int) -> Value | None:
        """The prefix of a router at a moment: what it was made with, or the last value that it was given before."""
        held = [found.value for found in self.program.assigned_on(owner, "prefix") if found.index < index]
        if held:
            return held[-1]
        if not isinstance(owner, Invocation):
            return None
        later = self.program.assigned_on(owner, "prefix")
        return owner.argument(-1, "prefix") if later or "prefix" not in owner.attributes else owner.attributes["prefix"]

    def listed(self, routes: Value | None, around: Around) -> None:
        """`routes=[Route("/x", f), Mount("/y", routes=[...])]`."""
        for route in items(routes) or ():
            if not isinstance(route, Made):
                continue
            if route.name in {"Route", "WebSocketRoute", "APIRoute"}:
                self.route(route, route.argument(1, "endpoint"), around)
            elif route.name in {"Mount", "Host"}:
                self.mount(route, around)

    def include(self, call: Made, around: Around) -> None:
        """`app.include_router(router, prefix=..., dependencies=[...])`."""
        prefix = self.prefix_of(call.argument(-1, "prefix"), call)
        guards = self.dependencies.of_list(call.argument(-1, "dependencies"), Level.GROUP)
        for router in options(call.argument(0, "router")):
            if not isinstance(router, Invocation):
                continue
            inner = self.dependencies.of_list(given(router, "dependencies"), Level.GROUP)
            step = Step(f"router included under {join(around.prefix, prefix)}", call.place)
            below = around.under(prefix, (*guards, *inner), step, environment_of(call.conditions))
            own = (*(items(call.argument(-1, "dependencies")) or ()), *(items(given(router, "dependencies")) or ()))
            self.container(router, replace(below, depends=(*below.depends, *own)))

    def mount(self, call: Made, around: Around) -> None:
        """`app.mount("/x", other)`, `Mount("/x", routes=[...])`; what is no application of the project is no endpoint."""
        prefix = self.prefix_of(call.argument(0, "path"), call)
        step = Step(f"mounted under {prefix or '/'}", call.place)
        inner = around.under(prefix, (), step, environment_of(call.conditions))
        self.listed(call.argument(-1, "routes"), inner)
        for option in options(call.argument(1, "app")):
            if isinstance(option, Invocation) and self.program.is_made_by(option, *APPLICATIONS, *ROUTERS):
                guards = self.dependencies.of_list(given(option, "dependencies"), Level.APPLICATION)
                layer = (Middleware(self.program, option),) if self.program.is_made_by(option, *APPLICATIONS) else ()
                self.container(
                    option, replace(inner, guards=(*inner.guards, *guards), middleware=(*inner.middleware, *layer))
                )

    # --- routes

    def path_of(self, value: Value | None, call: Made) -> str | None:
        """A known path; None (and a `Skipped`) when it is not known."""
        if value is None:
            return ""
        for option in options(value):
            if isinstance(option, Const):
                return option.value if isinstance(option.value, str) else ""
            if isinstance(option, Template):
                return "".join(piece if isinstance(piece, str) else UNKNOWN for piece in option.pieces)
        reason = f"the path given to {call.name} could not be resolved"
        self.skipped.append(Skipped(call.place.path, reason, "route", call.place.line))
        return None

    def prefix_of(self, value: Value | None, call: Made) -> str:
        """A known prefix; the routes behind one that is not known (a setting without a default) are served all the same."""
        known = self.path_of(value, call)
        return f"/{UNKNOWN}" if known is None else known

    def route(self, call: Made, handler: Value | None, around: Around) -> None:
        """One registration."""
        path = self.path_of(call.argument(0, "path"), call)
        if path is None:
            return
        full = join(around.prefix, path) if around.prefix or path else "/"
        shown = unwrapped(handler)[1]
        inner = undecorated(shown) if shown is not None else None
        if isinstance(inner, ClassValue):
            for name, method in class_names(self.program.run, inner).items():
                if name in VERBS:
                    self.add(name.upper(), full, method, call, around)
            return
        for verb in self.methods(call):
            self.add(verb, full, handler, call, around)

    def add(self, method: str, full: str, handler: Value | None, call: Made, around: Around) -> None:
        """One endpoint; that of a factory that was called twice, once."""
        inner = unwrapped(handler)[1]
        function = undecorated(inner) if inner is not None else None
        own = function if isinstance(function, FunctionValue) else None
        path = PARAMETER.sub(r"{\1}", full)
        place = (place_of(own) if own is not None else None) or call.place
        key = (around.api, method, path, place, call.place)
        if key in self.seen:
            return
        self.seen.add(key)
        guards = (*self.guards(method, path, handler, call, around), *unresolved(function, call.place))
        shown = self.endpoint_dependencies(call, around)
        parameters, request = parameters_of(self.program, own, full) if own is not None else ((), None)
        self.endpoints.append(
            Endpoint(
                api=around.api,
                method=method,
                path=path,
                handler=own.name if own is not None else "(unknown)",
                place=place,
                framework="fastapi",
                authorization=authorization_of(guards),
                guards=guards,
                parameters=parameters,
                request=request,
                response=response_of(self.program, call, own),
                route_place=call.place,
                steps=(*around.steps, Step(f"{call.name}({full!r})", call.place)),
                environment=environment_of(call.conditions) or around.environment,
                reasons=tuple(f"{g.name}: {g.reason}" for g in guards if g.demand is Demand.UNKNOWN and g.reason),
            )
        )
        if own is not None:
            applications = [layer.application for layer in around.middleware]
            is_only_asked = self.asking.is_all(guards, own, applications)
            outer = next(options(handler), None)
            performance = self.performing.of(own, full, shown, outer, is_only_asked=is_only_asked)
            self.program.performances[key_of(self.endpoints[-1])] = performance

    def endpoint_dependencies(self, call: Made, around: Around) -> tuple[Value, ...]:
        """Everything that runs before a handler by a list of dependencies."""
        return (*around.depends, *(items(call.argument(-1, "dependencies")) or ()))

    def guards(self, method: str, path: str, handler: Value | None, call: Made, around: Around) -> tuple[Guard, ...]:
        """Everything before the handler, outermost first; the handler's own check only where nothing else demands a caller."""
        found = [guard for layer in around.middleware for guard in layer.guards(path, method)]
        found += around.guards
        found += self.dependencies.of_list(call.argument(-1, "dependencies"), Level.ENDPOINT)
        outer, handler = unwrapped(handler)
        found += [
            guard
            for wrapper in outer
            if (guard := self.dependencies.of_body(wrapper, is_around=True, inside=handler)) is not None
        ]
        if handler is not None:
            found += decorators_of(self.program, handler)
            found += self.dependencies.of_handler(handler)
            if authorization_of(found).value == "public":
                own = self.dependencies.of_body(handler)
                found += [own] if own is not None else self.dependencies.unawaited(handler)
        return tuple(dict.fromkeys(found))

    def methods(self, call: Made) -> Iterator[str]:
        """The methods of a registration."""
        if "websocket" in call.name.lower():
            yield "WS"
        elif call.name in VERBS:
            yield call.name.upper()
        else:
            given = items(call.argument(-1, "methods"))
            known = [name.upper() for item in given or () if (name := text(item))]
            yield from known or ["GET"]


def given(made: Invocation, name: str) -> Value | None:
    """An argument of an application or router: set later, handed by a derived class to its base, or given on creation."""
    held = made.attributes.get(name)
    return held if held is not None else made.argument(-1, name)


def unwrapped(handler: Value | None) -> tuple[list[Value], Value | None]:
    """The functions that a project put around a handler with `functools.wraps`, outermost first, and the handler inside."""
    outer: list[Value] = []
    for _ in range(DEPTH):
        handler = next(options(handler), None)
        handler = applied(handler) if handler is not None else None
        match handler:
            case Decorated(decorator=Made(name="wraps", positional=(inside, *_))):
                outer.append(handler.inner)
                handler = inside
            case _:
                break
    return outer, handler


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
