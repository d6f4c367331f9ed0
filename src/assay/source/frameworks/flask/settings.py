"""Security settings that an application makes: cross-origin policy, debug, cookies, HTTPS, protection against forged requests."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.place import Place
from assay.model.program import Setting
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    FunctionValue,
    Given,
    Invocation,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.mentions import names_in
from assay.source.program import Program, describe, environment_of
from assay.source.refusal import observe
from assay.source.vocabulary import parts_of

SWITCHES = {
    "DEBUG": "debug",
    "SESSION_COOKIE_SECURE": "cookie-secure",
    "SESSION_COOKIE_HTTPONLY": "cookie-httponly",
    "WTF_CSRF_ENABLED": "antiforgery",
}
OPEN_PATTERNS = frozenset({"*", ".*", "^.*$", "https?://.*"})
SECURE = ("flask_talisman.Talisman", "flask_sslify.SSLify", "flask_ssl.SSLify")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""A server that says that it listens there is for its developer only."""
DEVELOPMENT = frozenset({"dev", "development", "debug", "test", "testing", "tests", "local"})
"""Words of classes of settings that no production uses."""
LAUNCHED = ("__name__", "__main__")


def settings_of(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """The settings of one application."""
    yield from configured(program, application, api)
    yield from started(program, application, api)
    whole = [
        made for made in program.made("flask_cors.CORS", "quart_cors.cors") if concerns(program, made, application)
    ]
    routes = [
        call
        for call in program.run.made
        if program.is_named(call.callee, "flask_cors.cross_origin", "quart_cors.route_cors")
    ]
    is_named_elsewhere = bool(whole or routes) and is_configured(program, "CORS_ORIGINS")
    for made in (*whole, *routes):
        yield from cors(api, made, is_named_elsewhere=is_named_elsewhere)
    for made in program.made(*SECURE):
        if concerns(program, made, application):
            yield from secured(api, made, program)
    yield from by_hand(program, application, api)


def is_configured(program: Program, name: str) -> bool:
    """Whether the configuration names something: by hand, or in a module of settings, whatever loads it."""
    if any(assigned.name == name for assigned in program.run.assigned):
        return True
    project = program.project
    return next(project.holding(project.paths("python"), (name.encode(),)), None) is not None


def concerns(program: Program, made: Invocation, application: Invocation) -> bool:
    """Whether an extension was put on this application (or on one of its blueprints, or on something not known)."""
    given = [made.argument(0, "app"), *(c.argument(0, "app") for c in program.calls_on(made, "init_app"))]
    known = [option for value in given for option in options(value)]
    return not any(
        isinstance(o, Invocation) and o is not application and program.is_made_by(o, "flask.Flask") for o in known
    )


def environment(conditions: tuple[Condition, ...]) -> str:
    """The environment of something; what only runs when the file itself is started is not what a server runs."""
    if any(all(word in describe(condition) for word in LAUNCHED) for condition in conditions):
        return "development"
    return environment_of(conditions) or "any"


def switch(value: Value | None) -> str:
    """`on`, `off` or `unknown`."""
    for option in options(value):
        if isinstance(option, Const) and not option.is_default:
            return "on" if option.value else "off"
    return "unknown"


def configured(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """`app.config["DEBUG"] = True`, `app.config.update(...)`, `app.debug = True`."""
    for assigned in program.assigned_on(application, "debug"):
        yield Setting(api, "debug", switch(assigned.value), environment(assigned.conditions), assigned.place)
    config = Member(application, "config")
    for assigned in program.assigned_on(config):
        name = SWITCHES.get(assigned.name)
        if name is not None:
            yield Setting(api, name, switch(assigned.value), environment(assigned.conditions), assigned.place)
        elif assigned.name == "SESSION_COOKIE_SAMESITE":
            said = (text(assigned.value) or "unknown").lower()
            yield Setting(api, "cookie-samesite", said, environment(assigned.conditions), assigned.place)
    for call in program.calls_on(config, "update", "from_mapping", "from_object"):
        for key, value, place, where in entries(program, call):
            if key in SWITCHES:
                yield Setting(api, SWITCHES[key], switch(value), where or environment(call.conditions), place)


def entries(program: Program, call: Made) -> Iterator[tuple[str, Value, Place, str]]:
    """The settings that a call of the configuration brings, with the environment that a class of settings is named after."""
    for key, value in call.named.items():
        yield key, value, call.place, ""
    for argument in call.positional:
        for option in options(argument):
            if isinstance(option, Table):
                for written, (_, held) in option.entries.items():
                    yield written, held, call.place, ""
            inner = undecorated(option)
            if call.name == "from_object" and isinstance(inner, ClassValue):
                for name in SWITCHES:
                    declared = program.class_attribute(inner, name)
                    if declared is not None:
                        is_for_developers = bool(DEVELOPMENT & {part.lower() for part in parts_of(inner.name)})
                        yield name, declared[0], declared[1].place, "development" if is_for_developers else ""


def started(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """`app.run(debug=True)`."""
    for call in program.calls_on(application, "run"):
        debug = call.argument(-1, "debug")
        if debug is not None:
            where = "development" if text(call.argument(0, "host")) in LOOPBACK else environment(call.conditions)
            yield Setting(api, "debug", switch(debug), where, call.place)


def secured(api: str, made: Invocation, program: Program) -> Iterator[Setting]:
    """Talisman and SSLify: HTTPS is demanded and said to browsers, unless told otherwise."""
    calls: list[Invocation] = [*program.calls_on(made, "init_app")]
    call = next((each for each in calls if each.named), made)
    where = environment(call.conditions)
    for argument, name in (("force_https", "https-redirection"), ("strict_transport_security", "hsts")):
        given = call.argument(-1, argument)
        yield Setting(api, name, "on" if given is None else switch(given), where, call.place)
    given = call.argument(-1, "session_cookie_secure")
    if program.is_made_by(made, "flask_talisman.Talisman"):
        decided = "on" if given is None else switch(given)  # switched off, it leaves that to the configuration
        is_left = decided == "off" and is_configured(program, "SESSION_COOKIE_SECURE")
        yield Setting(api, "cookie-secure", "unknown" if is_left else decided, where, call.place)


def cors(api: str, made: Invocation, *, is_named_elsewhere: bool) -> Iterator[Setting]:
    """flask-cors: without origins, here or in the configuration, every one is trusted; with credentials the origin is sent back."""
    given = made.argument(-1, "supports_credentials", "allow_credentials")
    resources = made.argument(-1, "resources")
    policies: list[tuple[Value | None, Value | None, str]] = []
    for option in options(resources):
        if isinstance(option, Table):
            for key, (_, value) in option.entries.items():
                held = next((each for each in options(value) if isinstance(each, Table)), None)
                if held is not None:
                    policies.append((held.get("origins"), held.get("supports_credentials") or given, key))
    own = made.argument(-1, "origins", "allow_origin")
    if not policies:
        policies.append((own, given, ""))
    for origins, credentials, name in policies:
        said = origins if origins is not None else own
        listed = "unknown" if said is None and is_named_elsewhere else listed_origins(said)
        trusts = (
            {"on": "true", "off": "false"}.get(switch(credentials), "unknown") if credentials is not None else "false"
        )
        details = (
            ("applied", "true"),
            ("credentials", trusts),
            ("methods", ""),
            ("origins", "reflected" if listed == "*" and trusts == "true" else listed),
            ("policy", name),
        )
        yield Setting(api, "cors", listed, environment(made.conditions), made.place, details)


def listed_origins(value: Value | None) -> str:
    """Origins as a comma list; `*` when none are named."""
    if value is None:
        return "*"
    for option in options(value):
        if isinstance(option, Items):
            known = [text(item) for item in option.items]
            if any(each in OPEN_PATTERNS for each in known):
                return "*"
            if None in known or option.is_open:
                return "unknown"
            return ",".join(str(each) for each in known)
        if isinstance(option, Const) and isinstance(option.value, str) and not option.is_default:
            return "*" if option.value in OPEN_PATTERNS else option.value
    return "unknown"


def by_hand(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """`after_request` functions that set `Access-Control-Allow-Origin` themselves."""
    for call in program.calls_on(application, "after_request"):
        for argument in call.positional[:1]:
            function = undecorated(argument)
            if isinstance(function, FunctionValue):
                found = headers_of(program, function)
                if "Access-Control-Allow-Origin" in found:
                    yield policy(api, found, function)


def headers_of(program: Program, function: FunctionValue) -> dict[str, Value]:
    """The headers that a function sets on its answer."""
    observation = observe(program.run, function, (Given("response"),))
    found: dict[str, Value] = {}
    for assigned in observation.assigned:
        if "headers" in names_in(assigned.receiver):
            found.setdefault(assigned.name, assigned.value)
    for made in observation.made:
        if any(map(is_listed, made.conditions)):
            continue  # only for origins that the server knows
        if made.name in {"add", "set", "__setitem__", "setdefault"} and len(made.positional) > 1:
            key = text(made.positional[0])
            if key is not None:
                found.setdefault(key, made.positional[1])
    return found


def is_listed(condition: Condition) -> bool:
    """Whether a test lets through only what a list of the server's holds: `if origin in allowed()`."""
    return any(
        isinstance(option, Operation) and option.operator in {"in", "=="} and condition.is_then
        for option in options(condition.value)
    )


def policy(api: str, headers: dict[str, Value], function: FunctionValue) -> Setting:
    """The policy that hand-set headers are."""
    origin = headers["Access-Control-Allow-Origin"]
    known = text(origin)
    reflects = known is None and any(
        word in names_in(origin) for word in ("origin", "Origin", "HTTP_ORIGIN", "headers")
    )
    origins = known or ("reflected" if reflects else "unknown")
    credentials = headers.get("Access-Control-Allow-Credentials")
    trusts = "true" if (text(credentials) or "").lower() == "true" or switch(credentials) == "on" else "false"
    methods = text(headers.get("Access-Control-Allow-Methods")) or ""
    details = (("applied", "true"), ("credentials", trusts), ("methods", methods), ("origins", origins))
    return Setting(api, "cors", origins, "any", function.place, details)
