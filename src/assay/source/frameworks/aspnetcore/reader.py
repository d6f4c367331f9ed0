"""Put together what the parts read: endpoints of controllers, minimal APIs, pages and endpoint classes, with all their guards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Authorization as AuthorizationClass
from assay.model.endpoint import Demand, Endpoint, Guard, Level, authorization_of
from assay.model.place import Place, Skipped, Step
from assay.plugins.framework import Reading
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.values import ClassValue, FunctionValue, Made
from assay.source.frameworks.aspnetcore.authorization import Authorization
from assay.source.frameworks.aspnetcore.comment import commented
from assay.source.frameworks.aspnetcore.controller import Action, Controller, Controllers, is_action, methods
from assay.source.frameworks.aspnetcore.convention import ConventionReader, Conventions
from assay.source.frameworks.aspnetcore.everywhere import Everywhere
from assay.source.frameworks.aspnetcore.fast import Fast, FastEndpoints
from assay.source.frameworks.aspnetcore.filled import fill
from assay.source.frameworks.aspnetcore.filtering import EndpointFilters
from assay.source.frameworks.aspnetcore.filters import Filters
from assay.source.frameworks.aspnetcore.hubs import of_hub
from assay.source.frameworks.aspnetcore.identity import identity
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of
from assay.source.frameworks.aspnetcore.middleware import Middlewares
from assay.source.frameworks.aspnetcore.minimal import Minimal, Route
from assay.source.frameworks.aspnetcore.odata import OData
from assay.source.frameworks.aspnetcore.page import Page, Pages
from assay.source.frameworks.aspnetcore.parameter import Binding, Parameters
from assay.source.frameworks.aspnetcore.performing import Filtering, Performing
from assay.source.frameworks.aspnetcore.policy import Policies
from assay.source.frameworks.aspnetcore.routing import ways
from assay.source.frameworks.aspnetcore.schema import Schemas
from assay.source.frameworks.aspnetcore.setting import DEFAULT as DEFAULT_CORS
from assay.source.frameworks.aspnetcore.setting import Settings
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.frameworks.aspnetcore.template import plain
from assay.source.frameworks.aspnetcore.wolverine import Chain, Wolverine
from assay.source.handled import key_of
from assay.source.program import Program, environment_of

DEBUG = frozenset(["#if DEBUG"])
"""Modifiers of what is compiled for development only."""


class Draft(Struct, frozen=True):
    """An endpoint before its guards are settled."""

    site: Site
    methods: tuple[str, ...]
    template: str
    handler: str
    place: Place
    route_place: Place
    guards: tuple[Guard, ...]
    steps: tuple[Step, ...]
    style: str
    function: FunctionValue | None = None
    marks: tuple[Mark, ...] = ()
    calls: tuple[Made, ...] = ()
    environment: str = ""
    cls: ClassValue | None = None
    """Whose handler it is: the controller, page model, endpoint class or hub."""
    chain: Chain | None = None
    """What Wolverine does around it."""
    call: Made | None = None
    """The mapping, around which filters may stand."""


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
        self.endpoint_filters = EndpointFilters(program, self.minimal)
        self.conventions = ConventionReader(program, self.sites, self.minimal, self.authorization)
        self.everywhere = Everywhere(self.sites, self.authorization)
        self.middlewares = Middlewares(program, self.sites)
        self.parameters = Parameters(program, self.marks)
        self.schemas = Schemas(program, self.parameters)
        self.performing = Performing(program, self.marks, self.parameters)
        self.controllers = Controllers(program, self.marks)
        self.odata = OData(self.sites)
        self.wolverine = Wolverine(program, self.sites, self.marks, self.authorization, self.minimal)
        self.known_conventions: dict[str, Conventions] = {}
        self.skipped: list[Skipped] = []
        self.cors: set[str] = set()

    def read(self) -> Reading:
        """Everything."""
        fast = FastEndpoints(self.program, self.sites, self.marks, self.authorization)
        pages = Pages(self.program, self.sites, self.controllers, self.authorization)
        drafts = [
            *self.of_controllers(),
            *(self.of_route(route) for route in self.minimal.routes()),
            *(self.of_fast(one) for one in fast.all(self.paths)),
            *(self.of_page(page) for page in pages.all()),
            *(self.of_chain(chain) for chain in self.wolverine.all(self.paths)),
        ]
        endpoints = [endpoint for draft in drafts for endpoint in self.settled(draft)]
        endpoints += identity(self.minimal, self.sites, self.authorization)
        fill(self.program)
        self.applied_cors()
        settings = tuple(Settings(self.program, self.sites, self.policies).all(frozenset(self.cors)))
        apis = tuple(site.api for _, site in sorted(self.sites.sites.items()))
        skipped = (*self.skipped, *self.minimal.skipped, *fast.skipped, *self.dynamic())
        return Reading(apis, tuple(endpoints), settings, skipped)

    def dynamic(self) -> Iterator[Skipped]:
        """Routes that are worked out for each request."""
        for made in self.sites.named("MapDynamicControllerRoute", "MapDynamicPageRoute"):
            template = text_of(made.argument(0, "pattern")) or "?"
            reason = f"what {made.name} leads {template} to is worked out for each request"
            yield Skipped(made.place.path, reason, "route", made.place.line)

    # --- drafts

    def of_controllers(self) -> Iterator[Draft]:
        """The endpoints of all controllers."""
        for controller in self.controllers.all(self.paths):
            for site in self.sites.of_path(controller.cls.module.path):
                for action in controller.actions:
                    yield from self.of_action(site, controller, action)

    def of_action(self, site: Site, controller: Controller, action: Action) -> Iterator[Draft]:
        """The endpoints of one action."""
        conventions = self.of_site(site)
        found = list(ways(conventions, controller, action, self.skipped))
        found = found or list(self.odata.ways(site, controller, action))
        if not found:
            return
        marks = [*controller.marks, *action.marks]
        self.note_cors([mark for mark, _ in marks])
        function = action.method
        guards = [*self.everywhere.of(site), *conventions.guards, *self.authorization.of_marks(site, marks)]
        guards += commented(controller.cls.module, controller.cls.type, Level.TYPE)
        guards += commented(function.module, function.function, Level.ENDPOINT)
        handler = f"{controller.cls.name}.{function.function.name}"
        style = "api" if controller.is_api else "mvc"
        for way in found:
            yield Draft(
                site, way.methods or ("ANY",), way.template, handler, function.place, way.place, tuple(guards), way.steps, style,
                function, tuple(mark for mark, _ in (*action.marks, *controller.marks)),
                environment="development" if DEBUG & {*function.function.modifiers, *controller.cls.type.modifiers} else "",
                cls=controller.cls,
            )  # fmt: skip

    def of_site(self, site: Site) -> Conventions:
        """The conventions of a site, read once."""
        if site.folder not in self.known_conventions:
            self.known_conventions[site.folder] = self.conventions.of(site)
        return self.known_conventions[site.folder]

    def of_route(self, route: Route) -> Draft:
        """The endpoint of one mapping."""
        handler = route.handler if isinstance(route.handler, FunctionValue) else None
        guards = list(route.guards)
        if handler is not None and handler.function.name:
            guards += commented(handler.module, handler.function, Level.ENDPOINT)
        place = handler.place if handler is not None else route.call.place
        steps = (*route.steps, Step("handled here", place))
        calls = tuple(self.minimal.conventions(route.call))
        environment = environment_of(route.call.conditions)
        marks = (
            tuple(self.marks.of(handler.function.annotations, handler.module, handler.owner))
            if handler is not None
            else ()
        )
        return Draft(
            route.site, route.methods, route.template, handler_name(route), place, route.call.place, tuple(guards), steps, "minimal",
            handler, marks, calls, environment, hub_of(route.call), call=route.call,
        )  # fmt: skip

    @staticmethod
    def of_fast(one: Fast) -> Draft:
        """The endpoint of an endpoint class."""
        name = one.handler.function.name if one.handler is not None else "Configure"
        place = one.handler.place if one.handler is not None else one.place
        return Draft(
            one.site,
            one.methods,
            one.template,
            f"{one.cls.name}.{name}",
            place,
            one.place,
            one.guards,
            one.steps,
            "fast",
            one.handler,
            cls=one.cls,
        )

    @staticmethod
    def of_chain(chain: Chain) -> Draft:
        """The endpoint of a method of Wolverine."""
        name, place = f"{chain.cls.name}.{chain.method.function.name}", chain.method.place
        return Draft(
            chain.site, (chain.verb,), chain.template, name, place, chain.place, chain.guards, chain.steps, "minimal", chain.method,
            chain.marks, cls=chain.cls, chain=chain,
        )  # fmt: skip

    def of_page(self, page: Page) -> Draft:
        """The endpoint of a page's handler."""
        guards = (*self.everywhere.of(page.site), *self.pages_guards(page.site), *page.guards)
        place = page.steps[0].place or page.place
        return Draft(
            page.site,
            (page.method,),
            page.template,
            page.handler,
            page.place,
            place,
            guards,
            page.steps,
            "mvc",
            page.function,
            cls=page.model,
        )

    def pages_guards(self, site: Site) -> tuple[Guard, ...]:
        """What `MapRazorPages().RequireAuthorization()` demands."""
        found: list[Guard] = []
        for owner, made in self.sites.events("MapRazorPages"):
            if owner is site:
                calls = self.minimal.conventions(made)
                found += [g for call in calls if (g := self.authorization.of_convention(site, call, Level.APPLICATION))]
        return tuple(found)

    # --- endpoints

    def settled(self, draft: Draft) -> Iterator[Endpoint]:
        """The endpoints of a draft, with the guards of the application around them."""
        path = plain(draft.template)
        is_anonymous = any(guard.demand is Demand.ANONYMOUS for guard in draft.guards)
        for method in draft.methods:
            around = self.middlewares.of(draft.site, method, path, is_anonymous=is_anonymous)
            narrowed = [
                one for guard in draft.guards if (one := self.filters.narrowed(guard, method, path)) is not None
            ]
            guarded = self.authorization.settled(draft.site, [*around, *narrowed], is_closed=draft.style == "fast")
            guards = guarded.guards
            if authorization_of(guards) is AuthorizationClass.PUBLIC:
                own = self.own_check(draft, method)
                guards = (*guards, own) if own is not None else guards
            endpoint = Endpoint(
                api=draft.site.api.id,
                method=method,
                path=path,
                handler=draft.handler,
                place=draft.place,
                framework="aspnetcore",
                authorization=authorization_of(guards),
                guards=guards,
                route_place=draft.route_place,
                steps=draft.steps,
                environment=draft.environment,
                reasons=guarded.reasons,
            )
            yield self.bound(endpoint, draft, method)

    def own_check(self, draft: Draft, method: str) -> Guard | None:
        """What a handler, or a hub as somebody connects, demands itself."""
        if draft.function is not None:
            return self.filters.of_body(draft.function)
        return of_hub(self.program.run, draft.cls) if draft.cls is not None and method == "WS" else None

    def bound(self, endpoint: Endpoint, draft: Draft, method: str) -> Endpoint:
        """The endpoint with its parameters and models."""
        function = draft.function
        if function is None:
            if draft.cls is not None and method == "WS":
                own = tuple(method for method in methods(self.program, draft.cls) if is_action(method.function))
                self.program.performances[key_of(endpoint)] = self.performing.of_hub(draft.cls, own)
            return endpoint
        binding = Binding(draft.template, method, draft.style)
        performed = self.performing.of(function, draft.cls, binding, self.around(draft))
        if draft.chain is not None:
            performed = self.wolverine.performance(draft.chain, binding, self.performing)
        self.program.performances[key_of(endpoint)] = performed
        parameters = self.parameters.of(function, binding)
        sources = {parameter.name: parameter.source for parameter in parameters}
        request = self.schemas.request(function, sources)
        response = self.schemas.response(function, list(draft.marks), list(draft.calls))
        return replace(endpoint, parameters=parameters, request=request, response=response)

    def around(self, draft: Draft) -> Filtering | None:
        """The filters around a mapped handler that decide about callers."""
        found = self.endpoint_filters.of(draft.call) if draft.call is not None else ()
        key = tuple(map(id, found))
        return Filtering(key, partial(self.endpoint_filters.run, found)) if found else None

    # --- cross-origin policies that are applied by name

    def note_cors(self, marks: Sequence[Mark]) -> None:
        """The policies that `[EnableCors("x")]` names."""
        for mark in marks:
            if mark.is_a("EnableCors", "IEnableCorsAttribute"):
                stated = self.marks.member(mark, "PolicyName", 0)
                name = text_of(stated) if stated is not None else DEFAULT_CORS
                if name is not None:
                    self.cors.add(name)

    def applied_cors(self) -> None:
        """The policies that `RequireCors("x")` names."""
        for made in self.sites.named("RequireCors"):
            stated = made.argument(0, "policyName")
            name = text_of(stated) if stated is not None else DEFAULT_CORS
            if name is not None:
                self.cors.add(name)


def handler_name(route: Route) -> str:
    """The handler, qualified."""
    if isinstance(route.handler, FunctionValue) and route.handler.function.name:
        return route.handler.name
    around = next((name for name in reversed(route.call.stack) if name != "(lambda)"), "Program")
    return f"{around}.(lambda)" if isinstance(route.handler, FunctionValue) else f"{around}.{route.call.name}"


def hub_of(call: Made) -> ClassValue | None:
    """The class of a hub that is mapped."""
    return bare(call.type_arguments[0]) if call.name == "MapHub" and call.type_arguments else None
