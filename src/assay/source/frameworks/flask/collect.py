"""Collect endpoints: path, guards around, parameters, once each."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Endpoint, Guard, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.source.evaluate.values import ClassValue, Condition, FunctionValue, Invocation, Value, undecorated
from assay.source.frameworks.flask.comments import commented
from assay.source.frameworks.flask.guards import Decorators
from assay.source.frameworks.flask.hooks import Hook, Hooks, Target
from assay.source.frameworks.flask.parameters import models_of, parameters_of
from assay.source.frameworks.flask.paths import joined, template
from assay.source.frameworks.flask.performing import Performing
from assay.source.frameworks.flask.views import Route, View, Views, endpoint_of
from assay.source.handled import key_of
from assay.source.program import Program, environment_of, place_of
from assay.source.unresolved import unresolved


class Around(Struct, frozen=True):
    """What stands around a route."""

    api: str
    application: Invocation
    """The application object, or the blueprint of a tree without one."""
    prefix: str = ""
    name: str = ""
    """The blueprint's name with those around it."""
    hooks: tuple[Hook, ...] = ()
    guards: tuple[Guard, ...] = ()
    """Of a resource API or namespace as a whole."""
    steps: tuple[Step, ...] = ()
    conditions: tuple[Condition, ...] = ()
    depth: int = 0


class Collector:
    """Turns routes into endpoints."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.decorators = Decorators(program)
        self.views = Views(program, self.decorators)
        self.hooks = Hooks(program, self.decorators)
        self.performing = Performing(program)
        self.endpoints: dict[tuple[str, str, str, str, Place], Endpoint] = {}
        self.skipped: list[Skipped] = []

    def unresolved(self, call: Invocation) -> None:
        """Say that a path is not known."""
        self.skipped.append(Skipped(call.place.path, "a path could not be resolved", "route", call.place.line))

    def add(self, route: Route, around: Around) -> None:
        """One registration."""
        rule = joined(around.prefix, route.path)
        endpoint = ".".join(part for part in (around.name, endpoint_of(route)) if part)
        any_view = False
        for view in self.views.of(route):
            any_view = True
            self.view(route, view, around, (rule, endpoint))
        if not any_view:
            place = route.call.place
            self.skipped.append(Skipped(place.path, f"the view of {rule} is not known", "route", place.line))

    def view(self, route: Route, view: View, around: Around, known: tuple[str, str]) -> None:
        """One method of a registration."""
        rule, name = known
        path = template(rule)
        target = Target(path, view.method, name, rule, route.handler)
        hooks = self.hooks.guards(around.hooks, target, around.application)
        guards = (*hooks, *around.guards, *view.guards)
        if any(guard.kind == "inline" for guard in view.guards) and any(
            guard.is_effective and guard.demand is not Demand.UNKNOWN for guard in (*hooks, *around.guards)
        ):
            guards = (*hooks, *around.guards, *(guard for guard in view.guards if guard.kind != "inline"))
        function = undecorated(view.function)
        guards = (*guards, *commented(self.decorators, function), *unresolved(function, route.call.place))
        request, response = models_of(self.program, view.function)
        endpoint = Endpoint(
            api=around.api,
            method=view.method,
            path=path,
            handler=function.name if isinstance(function, FunctionValue | ClassValue) else shown(function),
            place=place_of(function) or route.call.place,
            framework="flask",
            authorization=authorization_of(guards),
            guards=guards,
            parameters=parameters_of(function, rule),
            request=request,
            response=response,
            route_place=route.call.place,
            steps=(*around.steps, Step(f"route declared as {route.path or '/'}", route.call.place)),
            environment=environment_of((*around.conditions, *route.call.conditions)),
            reasons=tuple(dict.fromkeys(guard.reason for guard in guards if guard.reason)),
        )
        key = (endpoint.api, endpoint.method, endpoint.path, endpoint.handler, endpoint.place)
        held = self.endpoints.get(key)
        if held is None or (held.environment and not endpoint.environment):
            self.endpoints[key] = endpoint if held is None else replace(held, environment="")
        performance = self.performing.of(route, view, [hook.function for hook in around.hooks], rule)
        if performance is not None:
            self.program.performances[key_of(endpoint)] = performance


def shown(value: Value) -> str:
    """The name of a view that is not a function of the project."""
    name = getattr(value, "name", "")
    return str(name) or "(unknown)"
