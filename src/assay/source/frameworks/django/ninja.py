"""Django Ninja: operations of an API and of its routers, with their `auth`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level, Schema
from assay.model.place import Place, Step
from assay.source.declared import is_model, model_in, schema_of
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Instance,
    Invocation,
    Made,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django import controllers
from assay.source.frameworks.django.answer import demand_of_answer
from assay.source.frameworks.django.bodies import request_of
from assay.source.frameworks.django.known import VERBS, last, refusal_of_outside, shown
from assay.source.paths import join
from assay.source.program import Program, place_of
from assay.source.refusal import NOTHING, Refusal

APIS = ("ninja.NinjaAPI", "ninja_extra.NinjaExtraAPI")
ROUTERS = ("ninja.Router",)
SCHEMES = tuple(
    f"ninja.{name}"
    for name in (
        "HttpBearer",
        "HttpBasicAuth",
        "APIKeyHeader",
        "APIKeyQuery",
        "APIKeyCookie",
        "SessionAuth",
        "APIKeyBase",
        "AsyncHttpBearer",
        "AsyncHttpBasicAuth",
        "AsyncAPIKeyHeader",
        "AsyncAPIKeyQuery",
        "AsyncAPIKeyCookie",
    )
)
KNOWN = {
    "django_auth": Demand.AUTHENTICATED,
    "django_auth_superuser": Demand.ROLE,
    "django_auth_is_staff": Demand.ROLE,
    "JWTAuth": Demand.AUTHENTICATED,
    "AsyncJWTAuth": Demand.AUTHENTICATED,
    "JWTTokenUserAuth": Demand.AUTHENTICATED,
    "AsyncJWTTokenUserAuth": Demand.AUTHENTICATED,
    "HttpJwtAuth": Demand.AUTHENTICATED,
    "SessionAuth": Demand.AUTHENTICATED,
}
DEPTH = 12
CONVERTER = re.compile(r"\{(?:[^{}:]+:)?([^{}:]+)\}")


class Operation(Struct, frozen=True, eq=False):
    """One method and path of an API."""

    method: str
    path: str
    handler: Value
    call: Made
    guards: tuple[Guard, ...]
    steps: tuple[Step, ...]
    response: Schema | None
    request: Schema | None
    cls: ClassValue | None = None
    """The controller that it is a method of."""
    permissions: Value | None = None
    """The permission classes that a controller or its method declares."""


class Within(Struct, frozen=True, eq=False):
    """What stands around an operation."""

    prefix: str
    steps: tuple[Step, ...]
    auth: Value | None
    level: Level
    depth: int = 0


def operations(program: Program, api: Invocation, prefix: str, steps: tuple[Step, ...]) -> Iterator[Operation]:
    """Every operation of an API."""
    auth = api.argument(-1, "auth")
    yield from of_router(program, api, Within(prefix, steps, auth, Level.APPLICATION))


def of_router(program: Program, router: Invocation, around: Within) -> Iterator[Operation]:
    """The operations of an API or router and of those under it; the nearest `auth` holds."""
    if around.depth > DEPTH:
        return
    for call in program.calls_on(router):
        if call.name in VERBS or call.name == "api_operation":
            for application in program.applications(call):
                yield from of_call(program, call, application, around)
        elif call.name == "add_router":
            yield from of_added(program, call, around)
    for controller, call in controllers.registered(program, router):
        yield from of_controller(program, controller, call, replace(around, steps=(*around.steps, added(call))))


def of_added(program: Program, call: Made, around: Within) -> Iterator[Operation]:
    """The operations of the routers that one call adds."""
    steps = (*around.steps, Step("router added", call.place))
    prefix = join(around.prefix, text(call.argument(0, "prefix")) or "")
    for option in routers_in(program, call):
        auth, level = around.auth, around.level
        for given in (option.argument(-1, "auth"), call.argument(2, "auth")):
            if given is not None:
                auth, level = given, Level.GROUP
        yield from of_router(program, option, Within(prefix, steps, auth, level, around.depth + 1))
    for value in options(call.argument(1, "router")):
        named = text(value) or (value.name if isinstance(value, External) else "")
        if named.startswith("ninja_jwt.") and (told := controllers.ROUTERS.get(last(named))):
            yield from of_tokens(External(named), told, call, replace(around, prefix=prefix, steps=steps))


def added(call: Made) -> Step:
    """The step of a call that adds controllers."""
    return Step("controllers added", call.place)


def of_controller(program: Program, value: Value, by: Made, around: Within) -> Iterator[Operation]:
    """The operations of a controller of Django Ninja Extra; the nearest `auth` and the nearest permissions hold."""
    for name, told in controllers.OUTSIDE.items():
        if isinstance(value, External) and last(value.name) == name:
            yield from of_tokens(value, told, by, replace(around, prefix=join(around.prefix, "/token")))
    found = controllers.controller_of(program, value)
    if found is None:
        return
    auth, level = (found.said("auth"), Level.TYPE) if found.said("auth") is not None else (around.auth, around.level)
    for member in controllers.members(program, found.cls):
        given = member.call.argument(-1, "auth")
        own, where = (given, Level.ENDPOINT) if given is not None else (auth, level)
        function = undecorated(member.handler)
        request = request_model(program, function) if isinstance(function, FunctionValue) else None
        path = CONVERTER.sub(r"{\1}", join(around.prefix, found.prefix, member.path))
        steps = (*around.steps, Step(f"operation declared as {member.path}", member.call.place))
        for method in member.methods:
            yield Operation(
                method,
                path,
                member.handler,
                member.call,
                guards_of(program, own, where, method),
                steps,
                answered(program, member.call.argument(-1, "response")),
                request,
                found.cls,
                member.call.named.get("permissions") or found.said("permissions"),
            )


def of_tokens(value: External, told: dict[str, str], by: Made, around: Within) -> Iterator[Operation]:
    """The operations on tokens that a controller or router of ninja-jwt brings along: open to everybody."""
    open_ = Guard("AllowAny", "permission", Demand.ANONYMOUS, Level.TYPE, None)
    for action, path in told.items():
        handler = External(f"{value.name}.{action}_token")
        yield Operation("POST", join(around.prefix, path), handler, by, (open_,), around.steps, None, None)


def answered(program: Program, declared: Value | None) -> Schema | None:
    """The schema that `response=` names: the class itself, or the one of success among several."""
    for option in options(declared):
        if isinstance(option, Table):
            declared = next((held for key, (_, held) in option.entries.items() if key.startswith("2")), None)
    cls = model_in(declared)
    return schema_of(program, cls) if cls is not None and is_model(program, cls) else None


def routers_in(program: Program, call: Made) -> Iterator[Invocation]:
    """The routers that were added: objects, or the dotted name of one."""
    for option in options(call.argument(1, "router")):
        dotted = text(option)
        found = option
        if dotted is not None:
            module, _, name = dotted.rpartition(".")
            found = program.run.attribute(program.run.python.import_named(module, call.place.path), name)
        if isinstance(found, Invocation):
            yield found


def of_call(program: Program, call: Made, application: Made, around: Within) -> Iterator[Operation]:
    """`@router.get("/items/{id}", auth=...)` on a function."""
    handler = application.positional[0] if application.positional else None
    shift = 1 if call.name == "api_operation" else 0
    path = text(call.argument(shift, "path"))
    if handler is None or path is None:
        return
    given = call.argument(-1, "auth")
    auth, level = (given, Level.ENDPOINT) if given is not None else (around.auth, around.level)
    methods = [call.name.upper()]
    if shift:
        methods = [name.upper() for item in items(call.argument(0, "methods")) or () if (name := text(item))]
    full = CONVERTER.sub(r"{\1}", join(around.prefix, path)) if path else around.prefix
    steps = (*around.steps, Step(f"operation declared as {path}", call.place))
    for method in methods:
        guards = guards_of(program, auth, level, method)
        function = undecorated(handler)
        request = request_model(program, function) if isinstance(function, FunctionValue) else None
        response = answered(program, call.argument(-1, "response"))
        yield Operation(method, full, handler, call, guards, steps, response, request)


def request_model(program: Program, function: FunctionValue) -> Schema | None:
    """The first parameter that is a schema."""
    for parameter in function.function.parameters:
        cls = model_in(program.run.type_of(parameter, function))
        if cls is not None and is_model(program, cls):
            return schema_of(program, cls)
    return None


def guards_of(program: Program, auth: Value | None, level: Level, method: str) -> tuple[Guard, ...]:
    """The guard that `auth` is; of a list one must agree, so the weakest counts."""
    if auth is None:
        return ()
    found: list[tuple[Value, Refusal]] = []
    for option in options(auth):
        if isinstance(option, Const) and option.value is None and level is Level.APPLICATION:
            return ()  # the API says nothing of its operations
        if isinstance(option, Const) and option.value is None:
            return (Guard("auth=None", "dependency", Demand.ANONYMOUS, level, None),)
        found += [(each, demand(program, each, method)) for each in items(option) or (option,)]
    if not found:
        return ()
    demands = [what.demand for _, what in found]
    value, what = found[0]
    if Demand.NOTHING in demands:
        return ()
    place: Place | None = place_of(undecorated(value))
    name = f"auth={', '.join(shown(undecorated(v)) for v, _ in found)}"
    return (Guard(name, "dependency", what.demand, level, place, what.values, steps=what.steps, reason=what.reason),)


def demand(program: Program, value: Value, method: str) -> Refusal:
    """What one authenticator demands: Ninja refuses when it gives nothing."""
    inner = undecorated(value)
    name = shown(inner)
    if name in program.vocabulary.guards:
        return Refusal(Demand.AUTHENTICATED)
    if name in program.vocabulary.not_guards:
        return NOTHING
    match inner:
        case External(name=dotted):
            return Refusal(KNOWN[last(dotted)]) if last(dotted) in KNOWN else refusal_of_outside(dotted)
        case Made():
            return Refusal(KNOWN[name]) if name in KNOWN else refusal_of_outside(name)
        case Instance(cls=cls) | Decorated(inner=ClassValue() as cls):
            return of_class(program, cls, inner, method)
        case ClassValue():
            return of_class(program, inner, inner, method)
        case FunctionValue():
            found = demand_of_answer(program.run, inner, (request_of(method),))
            return Refusal(Demand.AUTHENTICATED, steps=found.steps) if found.demand is Demand.CUSTOM else found
    return Refusal(Demand.UNKNOWN, reason="an authenticator could not be followed")


def of_class(program: Program, cls: ClassValue, value: Value, method: str) -> Refusal:
    """What a class of the project demands: one that derives from a scheme of Ninja refuses requests without credentials."""
    if program.derives(cls, *SCHEMES, *(f"{package}.{name}" for package in ("ninja", "ninja_jwt") for name in KNOWN)):
        return Refusal(Demand.AUTHENTICATED)
    found = program.class_attribute(cls, "__call__") or program.class_attribute(cls, "authenticate")
    return demand_of_answer(program.run, value, (request_of(method),)) if found else NOTHING
