"""Put together what the parts read: endpoints of controllers, of minimal APIs and of pages, with their guards."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.endpoint import Endpoint, Guard, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.plugins.framework import Reading
from assay.source.evaluate.values import FunctionValue
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.controller import Action, Controller, Controllers
from assay.source.frameworks.aspnetcore.convention import ConventionReader, Conventions
from assay.source.frameworks.aspnetcore.filters import Filters
from assay.source.frameworks.aspnetcore.mark import Marks
from assay.source.frameworks.aspnetcore.minimal import Minimal, Route
from assay.source.frameworks.aspnetcore.policy import Policies
from assay.source.frameworks.aspnetcore.routing import Way, ways
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.frameworks.aspnetcore.template import plain
from assay.source.program import Program, environment_of


class Reader:
    """Reads one program."""

    def __init__(self, program: Program, paths: tuple[str, ...]) -> None:
        self.program = program
        self.paths = paths
        self.marks = Marks(program)
        self.sites = Sites(program)
        self.policies = Policies(program, self.sites)
        self.filters = Filters(program)
        self.authorization = Authorization(program, self.marks, self.policies, self.filters)
        self.minimal = Minimal(program, self.sites, self.marks, self.authorization)
        self.conventions = ConventionReader(program, self.sites, self.minimal, self.authorization)
        self.known_conventions: dict[str, Conventions] = {}
        self.skipped: list[Skipped] = []

    def read(self) -> Reading:
        """Everything."""
        endpoints = [*self.of_controllers(), *(e for route in self.minimal.routes() for e in self.of_route(route))]
        apis = tuple(site.api for _, site in sorted(self.sites.sites.items()))
        return Reading(apis, tuple(endpoints), (), (*self.skipped, *self.minimal.skipped))

    def of_site(self, site: Site) -> Conventions:
        """The conventions of a site, read once."""
        if site.folder not in self.known_conventions:
            self.known_conventions[site.folder] = self.conventions.of(site)
        return self.known_conventions[site.folder]

    # --- controllers

    def of_controllers(self) -> Iterator[Endpoint]:
        """The endpoints of all controllers."""
        for controller in Controllers(self.program, self.marks).all(self.paths):
            for site in self.sites.of_path(controller.cls.module.path):
                for action in controller.actions:
                    yield from self.of_action(site, controller, action)

    def of_action(self, site: Site, controller: Controller, action: Action) -> Iterator[Endpoint]:
        """The endpoints of one action."""
        conventions = self.of_site(site)
        found = list(ways(conventions, controller, action, self.skipped))
        if not found:
            return
        marks = [*controller.marks, *action.marks]
        own = self.authorization.of_marks(site, marks)
        guarded = self.authorization.settled(site, [*conventions.guards, *own])
        handler = f"{controller.cls.name}.{action.method.function.name}"
        for way in found:
            for method in way.methods or ("ANY",):
                yield self.endpoint(site, method, way.template, handler, action.method.place, guarded.guards, way, guarded.reasons)

    def endpoint(self, site: Site, method: str, template: str, handler: str, place: Place, guards: tuple[Guard, ...], way: Way, reasons: tuple[str, ...]) -> Endpoint:
        """One endpoint of a controller."""
        return Endpoint(
            api=site.api.id,
            method=method,
            path=plain(template),
            handler=handler,
            place=place,
            framework="aspnetcore",
            authorization=authorization_of(guards),
            guards=guards,
            route_place=way.place,
            steps=way.steps,
            reasons=reasons,
        )

    # --- minimal APIs

    def of_route(self, route: Route) -> Iterator[Endpoint]:
        """The endpoints of one mapping."""
        guarded = self.authorization.settled(route.site, list(route.guards))
        handler = route.handler
        place = handler.place if isinstance(handler, FunctionValue) else route.call.place
        for method in route.methods:
            yield Endpoint(
                api=route.site.api.id,
                method=method,
                path=plain(route.template),
                handler=handler_name(route),
                place=place,
                framework="aspnetcore",
                authorization=authorization_of(guarded.guards),
                guards=guarded.guards,
                route_place=route.call.place,
                steps=(*route.steps, Step("handled here", place)),
                environment=environment_of(route.call.conditions),
                reasons=guarded.reasons,
            )


def handler_name(route: Route) -> str:
    """The handler, qualified."""
    if isinstance(route.handler, FunctionValue) and route.handler.function.name:
        return route.handler.name
    around = route.call.stack[-1] if route.call.stack else "Program"
    return f"{around}.(lambda)" if isinstance(route.handler, FunctionValue) else f"{around}.{route.call.name}"


def read(program: Program) -> Reading:
    """The reading of a program."""
    from assay.source.frameworks.aspnetcore import FRAMEWORK

    return Reader(program, program.project.gated("csharp", FRAMEWORK.literals)).read()
