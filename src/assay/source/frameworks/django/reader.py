"""The reader: every project of a tree, and the URL configurations that belong to none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from assay.model.endpoint import Demand, Endpoint, Guard, Level, Schema, authorization_of
from assay.model.place import Place, Skipped
from assay.model.program import Api, Setting
from assay.plugins.framework import Reading
from assay.source.evaluate.evaluator import STEPS
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Instance,
    Items,
    ModuleValue,
    Value,
    undecorated,
)
from assay.source.frameworks.django import arguments, ninja, regex
from assay.source.frameworks.django.access import Access, is_demanding
from assay.source.frameworks.django.decorators import Decorators
from assay.source.frameworks.django.known import last
from assay.source.frameworks.django.middleware import Middleware, is_exempt
from assay.source.frameworks.django.patterns import Around, Patterns, Route, RouterRoute
from assay.source.frameworks.django.performing import Performing
from assay.source.frameworks.django.permissions import Declared, Permissions
from assay.source.frameworks.django.project import Project, Settings, known_constants, projects
from assay.source.frameworks.django.routers import RouterEndpoint, Routers
from assay.source.frameworks.django.schema import BODIES, parameters_of, serializer_of
from assay.source.frameworks.django.security import settings_of
from assay.source.frameworks.django.views import Answers, Served, View, of_object, unwrapped
from assay.source.handled import Performance, key_of
from assay.source.program import Program, environment_of, place_of

PARAMETER = re.compile(r"\{([^{}]+)\}")
SAFE_METHODS = "rest_framework.permissions.SAFE_METHODS"
UNREAD = "unread: a controller takes its permissions from api_controller(permissions=...), not from its body"


class Reader(Struct):
    """Reads one program."""

    program: Program
    apis: list[Api] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)

    def read(self) -> Reading:
        """Every project, then what belongs to none."""
        # Following guards has a budget of its own, so that a large tree does not leave them unread.
        self.program.run.steps_left = max(self.program.run.steps_left, STEPS)
        safe = Items([Const("GET"), Const("HEAD"), Const("OPTIONS")], "tuple")
        found = list(projects(self.program))
        for project in found:
            constants = dict(known_constants(project.main))
            self.program.run.overrides |= {**constants, SAFE_METHODS: safe}
            self.project(project, found)
            for name in constants:
                del self.program.run.overrides[name]
        self.program.run.overrides[SAFE_METHODS] = safe
        self.loose(has_projects=bool(found))
        self.program.run.overrides.pop(SAFE_METHODS, None)
        return Reading(tuple(self.apis), tuple(self.endpoints), tuple(self.settings), tuple(self.skipped))

    def project(self, project: Project, all_of_them: list[Project]) -> None:
        """One project."""
        shares = sum(other.root == project.root for other in all_of_them) > 1
        name = project.root.rpartition("/")[2] if project.root != "." else self.program.project.root.name
        own = project.urls_path.removesuffix(".py")
        api = Api(
            own if shares else project.root,
            f"{name} ({project.urls.name})" if shares else name,
            "django",
            "python",
            project.root,
            Place(project.main.path, 1),
        )
        self.apis.append(api)
        reading = ApiReading(self.program, api.id, project.main)
        reading.middleware = Middleware(self.program, project.main).read()
        reading.follow(project.urls)
        self.settings += settings_of(project, api.id)
        self.keep(reading)

    def loose(self, *, has_projects: bool) -> None:
        """URL configurations that nothing includes: roots of their own in a tree without settings, else noted."""
        for path in self.unvisited():
            if has_projects:
                reason = "a URL configuration that no project includes"
                self.skipped.append(Skipped(path, reason, "route"))
                continue
            api = self.loose_api(path)
            self.apis.append(api)
            reading = ApiReading(self.program, api.id, None)
            module = self.program.run.modules[path]
            assert module is not None
            reading.follow(ModuleValue(module.dotted, module))
            self.keep(reading)

    def loose_api(self, path: str) -> Api:
        """The API that a URL configuration without a project is: its folder, or its file where a folder has several."""
        folder = path.rpartition("/")[0] or "."
        name = folder.rpartition("/")[2] if folder != "." else self.program.project.root.name
        own = folder
        if any(other.id == folder for other in self.apis):
            own = path.removesuffix(".py")
            name = own.rpartition("/")[2]
        return Api(own, name, "django", "python", folder, Place(path, 1))

    def unvisited(self) -> list[str]:
        """Files with patterns that nothing includes and no project reached."""
        with_patterns = [
            path
            for path in sorted(self.program.run.modules)
            if path not in self.visited and isinstance(self.program.value_at(path, "urlpatterns"), Items)
        ]
        included: set[str] = set()
        for path in with_patterns:
            module = self.program.run.modules[path]
            if module is None:
                continue
            patterns = Patterns(self.program, None)
            list(patterns.module(ModuleValue(module.dotted, module), Around()))
            included |= patterns.visited - {path}
        return [path for path in with_patterns if path not in included]

    def keep(self, reading: ApiReading) -> None:
        """Take over what one project gave."""
        self.endpoints += reading.endpoints
        self.skipped += [skipped for skipped in dict.fromkeys(reading.skipped) if skipped not in self.skipped]
        self.visited |= reading.patterns.visited


class ApiReading:
    """The endpoints of one API."""

    def __init__(self, program: Program, api: str, settings: Settings | None) -> None:
        self.program = program
        self.api = api
        self.patterns = Patterns(program, settings)
        self.skipped = self.patterns.skipped
        self.answers = Answers(program)
        self.routers = Routers(program, self.answers, self.skipped)
        self.access = Access(program, Permissions(program, settings), Decorators(program))
        self.performing = Performing(program, settings)
        self.middleware: Middleware | None = None
        self.endpoints: list[Endpoint] = []

    def follow(self, urls: ModuleValue) -> None:
        """Every route of a URL configuration."""
        for found in self.patterns.module(urls, Around()):
            if isinstance(found, Route):
                self.route(found)
            elif self.program.is_made_by(found.router, *ninja.APIS):
                self.operations(found)
            else:
                for made in self.routers.routes(found):
                    view = View(made.cls, (*found.around.wrappers,))
                    self.add(made, view, made.served)

    def operations(self, found: RouterRoute) -> None:
        """The operations of a Django Ninja API."""
        for operation in ninja.operations(
            self.program, found.router, regex.joined("", found.prefix), found.around.steps
        ):
            function = undecorated(operation.handler)
            cls = operation.cls
            action = function.function.name if cls is not None and isinstance(function, FunctionValue) else ""
            served = Served(operation.method, cls, action, operation.handler, {})
            view = View(function, tuple(decorated(operation.handler)) if cls is None else ())
            own = self.access.guards(view, served) if not isinstance(function, External) else ()
            guards = (*operation.guards, *self.permitted(operation, served), *own)
            name = function.name if isinstance(function, FunctionValue | External) else "(unknown)"
            self.endpoints.append(
                Endpoint(
                    api=self.api,
                    method=operation.method,
                    path=operation.path,
                    handler=name,
                    place=place_of(function) or operation.call.place,
                    framework="django",
                    authorization=authorization_of(guards),
                    guards=guards,
                    parameters=arguments.parameters(self.program, operation.handler, operation.path),
                    request=operation.request,
                    response=operation.response,
                    route_place=operation.call.place,
                    steps=operation.steps,
                    environment=environment_of(operation.call.conditions),
                    reasons=reasons_of(guards),
                )
            )
            names = in_path(operation.path)
            place = operation.call.place
            self.perform(self.performing.of_operation(operation.handler, operation.method, names, cls, place=place))

    def permitted(self, operation: ninja.Operation, served: Served) -> tuple[Guard, ...]:
        """The permissions of a controller's operation; those in its body are read by nobody."""
        permissions = self.access.permissions
        asked = permissions.asked(served, is_detail=False)
        if operation.permissions is not None:
            return permissions.listed(Declared(operation.permissions, Level.TYPE, operation.call.place), asked)
        unread = self.program.class_attribute(operation.cls, "permission_classes") if operation.cls else None
        if unread is None:
            return ()
        found = permissions.listed(Declared(unread[0], Level.TYPE, unread[1].place), asked)
        return tuple(replace(guard, is_effective=False, defeat=UNREAD) for guard in found)

    def route(self, route: Route) -> None:
        """The endpoints of one route."""
        view = unwrapped(route.view)
        view = of_object(self.program, View(view.core, (*route.wrappers, *view.wrappers), view.arguments))
        if isinstance(route.view, Instance):
            route = replace(route, view=view.core)
        if isinstance(view.core, External | FunctionValue | ClassValue):
            for served in self.answers.of(view):
                self.add(route, view, served)
            return
        reason = "the view of a route could not be resolved"
        self.skipped.append(Skipped(route.call.place.path, reason, "route", route.call.place.line))

    def add(self, route: Route | RouterEndpoint, view: View, served: Served) -> None:
        """One endpoint; of the roots of several routers at one path the first answers."""
        is_root = isinstance(view.core, External) and last(view.core.name) == "APIRootView"
        if is_root and any(each.path == route.path and each.method == served.method for each in self.endpoints):
            return
        before = tuple(self.before(route, view, served))
        is_guarded = any(is_demanding(guard) for guard in before)
        guards = (*before, *self.access.guards(view, served, is_guarded=is_guarded))
        call = route.call if isinstance(route, Route) else route.registration
        steps = route.steps if isinstance(route, Route) else route.around.steps
        environment = route.environment if isinstance(route, Route) else route.around.environment
        types = route.types if isinstance(route, Route) else route.around.types
        model, answer = self.model(served), self.model(served, is_answer=True)
        self.endpoints.append(
            Endpoint(
                api=self.api,
                method=served.method,
                path=route.path,
                handler=handler_name(view, served),
                place=place_of_handler(view, served) or call.place,
                framework="django",
                authorization=authorization_of(guards),
                guards=guards,
                parameters=parameters_of(route.path, types),
                request=model if served.method in BODIES else None,
                response=answer if served.method != "DELETE" else None,
                route_place=call.place,
                steps=steps,
                environment=environment,
                reasons=reasons_of(guards),
            )
        )
        whole = route.view if isinstance(route, Route) else route.cls
        if takes(served, in_path(route.path)):
            self.perform(self.performing.of_view(view, served, whole, in_path(route.path)))

    def model(self, served: Served, *, is_answer: bool = False) -> Schema | None:
        """The model that an endpoint is sent, or answers with."""
        cls = served.cls
        return serializer_of(self.program, cls, served.arguments, is_answer=is_answer) if cls is not None else None

    def perform(self, performance: Performance | None) -> None:
        """Remember how the last endpoint is run."""
        if performance is not None:
            self.program.performances[key_of(self.endpoints[-1])] = performance

    def before(self, route: Route | RouterEndpoint, view: View, served: Served) -> Iterator[Guard]:
        """The guards of middleware."""
        if self.middleware is None:
            return
        name = route.name if isinstance(route, Route) else ""
        yield from self.middleware.guards(route.path, served.method, name, view.core)
        place = self.middleware.requires_login
        if place is None or (served.cls is not None and self.access.permissions.is_rest(served.cls)):
            return
        is_open = is_exempt(view.wrappers, served.cls, self.program)
        demand = Demand.ANONYMOUS if is_open else Demand.AUTHENTICATED
        name = "login_not_required" if is_open else "LoginRequiredMiddleware"
        yield Guard(name, "middleware", demand, Level.APPLICATION, place)


def in_path(path: str) -> tuple[str, ...]:
    """The names of the parameters of a path."""
    return tuple(PARAMETER.findall(path))


def takes(served: Served, names: tuple[str, ...]) -> bool:
    """Whether a method of a class can be called with what the path names: `def post(self, request)` below `<int:pk>` never runs."""
    function = served.handler
    if served.cls is None or not isinstance(function, FunctionValue):
        return True  # what decorators hand on is theirs to say
    held = {each.name for each in function.function.parameters}
    is_open = any(each.kind in {"*", "**"} for each in function.function.parameters)
    return is_open or held >= {name for name in names if name.isidentifier()}


def decorated(value: Value) -> Iterator[Value]:
    """The decorators around a handler, outermost first."""
    while isinstance(value, Decorated):
        yield value
        value = value.inner


def reasons_of(guards: tuple[Guard, ...]) -> tuple[str, ...]:
    """Why guards are unknown."""
    return tuple(dict.fromkeys(g.reason for g in guards if g.reason and g.demand is Demand.UNKNOWN))


def handler_name(view: View, served: Served) -> str:
    """The qualified name of a handler."""
    if served.cls is not None:
        return f"{served.cls.name}.{served.action}" if served.action else served.cls.name
    core = undecorated(view.core) if view.made_of is None else view.made_of
    return core.name if isinstance(core, FunctionValue | ClassValue | External) else "(unknown)"


def place_of_handler(view: View, served: Served) -> Place | None:
    """Where a handler is declared."""
    handler: Value | None = undecorated(served.handler) if served.handler is not None else None
    return (place_of(handler) if handler is not None else None) or place_of(
        served.cls or view.made_of or undecorated(view.core)
    )


def read(program: Program) -> Reading:
    """The reading of a program."""
    return Reader(program).read()
