"""Security settings that an application makes: cross-origin policy, debug, cookies, HTTPS, protection against forged requests."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.program import Setting
from assay.source.evaluate.values import (
    Condition,
    Const,
    External,
    FunctionValue,
    Given,
    Invocation,
    Items,
    Made,
    Member,
    Operation,
    Scalar,
    Table,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.loaded import FIXED, LEFT, Loaded, loaded
from assay.source.origin_headers import ALLOWED, headers_of, policy
from assay.source.program import Program, describe, environment_of
from assay.source.refusal import observe

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
EVERYWHERE = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104  # what somebody else's code listens on
"""A server that listens there is for others too."""
SOCKETS = ("flask_socketio.SocketIO",)
ENTRANCES = frozenset(
    {"wsgi.py", "asgi.py", "gunicorn.py", "gunicorn.conf.py", "gunicorn_config.py", "gunicorn_conf.py", "uwsgi.py"}
)
"""Files that a server for production starts."""
SERVERS = frozenset({"gunicorn", "uwsgi", "uWSGI", "waitress", "hypercorn", "uvicorn", "gevent"})
CHOSEN, DEFAULT = "chosen", "default"
"""The detail of a setting that holds where a deployment chooses nothing else."""
NESTED = 6
LAUNCHED = ("__name__", "__main__")


def settings_of(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """The settings of one application; one that is made twice alike, once."""
    seen: set[tuple[object, ...]] = set()
    for setting in every(program, application, api):
        key = (setting.name, setting.value, setting.environment, setting.details)
        if setting.name not in SWITCHES.values() or key not in seen:
            seen.add(key)
            yield setting


def every(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
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
    elsewhere = origins_elsewhere(program, application) if whole or routes else ""
    for made in whole:
        yield from cors(api, made, elsewhere, "application")
    for made in routes:
        yield from cors(api, made, elsewhere, "endpoints")
    for made in program.made(*SOCKETS):
        yield from sockets(program, application, api, made)
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
    if any(map(is_launch, conditions)):
        return "development"
    return environment_of(conditions) or "any"


def is_launch(condition: Condition) -> bool:
    """`if __name__ == "__main__"`."""
    return all(word in describe(condition) for word in LAUNCHED)


def switch(value: Value | None) -> str:
    """`on`, `off` or `unknown`."""
    for option in options(value):
        if isinstance(option, Const) and not option.is_default:
            return "on" if option.value else "off"
    return "unknown"


def by_default(value: Value, depth: int = 0) -> Scalar:
    """What a value is where the environment says nothing: `os.getenv("ENV", "develop") == "develop"`; None for every other."""
    for option in options(value) if depth < NESTED else ():
        match option:
            case Const(value=held) if option.is_default:
                return held
            case Operation(operator="==" | "!=" | "is" | "in", operands=(left, right)):
                known = by_default(left, depth + 1)
                other = right.value if isinstance(right, Const) else None
                if known is not None and other is not None and option.operator != "in":
                    return (known == other) is (option.operator != "!=")
                if known is not None and isinstance(right, Items):
                    return any(isinstance(each, Const) and each.value == known for each in right.items)
            case Made(callee=External(name="builtins.bool" | "builtins.int"), positional=(inner, *_)):
                return by_default(inner, depth + 1)
            case Made(name="lower" | "strip" | "upper", receiver=inner) if inner is not None:
                return by_default(inner, depth + 1)
    return None


def configured(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """`app.config["DEBUG"] = True`, `app.config.update(...)`, `app.debug = True`."""
    for assigned in program.assigned_on(application, "debug"):
        yield Setting(api, "debug", switch(assigned.value), environment(assigned.conditions), assigned.place)
    config = Member(application, "config")
    for assigned in program.assigned_on(config):
        name = SWITCHES.get(assigned.name)
        if name is not None:
            is_left = by_default(assigned.value) is True
            said, details = ("on", ((CHOSEN, DEFAULT),)) if is_left else (switch(assigned.value), ())
            yield Setting(api, name, said, environment(assigned.conditions), assigned.place, details)
        elif assigned.name == "SESSION_COOKIE_SAMESITE":
            said = (text(assigned.value) or "unknown").lower()
            yield Setting(api, "cookie-samesite", said, environment(assigned.conditions), assigned.place)
    for call in program.calls_on(config, "update", "from_mapping"):
        for key, value in entries(call):
            if key in SWITCHES:
                yield Setting(api, SWITCHES[key], switch(value), environment(call.conditions), call.place)
    for call in program.calls_on(config, "from_object"):
        for found in loaded(program, call, tuple(SWITCHES)):
            yield of_loaded(api, call, found)


def of_loaded(api: str, call: Made, found: Loaded) -> Setting:
    """A setting of a class or module of settings. One that is named after development and that the code alone chooses is what every
    deployment runs; another is what runs unless a deployment chooses.
    """
    value, where = switch(found.value), environment(call.conditions)
    is_left = found.is_for_developers and found.choice == LEFT
    details = ((CHOSEN, DEFAULT),) if is_left and SWITCHES[found.name] == "debug" else ()
    is_confined = found.is_for_developers and found.choice != FIXED and not details
    return Setting(api, SWITCHES[found.name], value, "development" if is_confined else where, found.place, details)


def entries(call: Made) -> Iterator[tuple[str, Value]]:
    """The settings that a call of the configuration names."""
    yield from call.named.items()
    for argument in call.positional:
        for option in options(argument):
            if isinstance(option, Table):
                yield from ((written, held) for written, (_, held) in option.entries.items())


def started(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """`app.run(debug=True)`."""
    for call, host in running(program, application):
        debug = call.argument(-1, "debug")
        if debug is None:
            continue
        is_shown = by_default(debug) is True
        value, said = "on" if is_shown else switch(debug), text(host)
        details = ((CHOSEN, DEFAULT),) if is_shown else ()
        if said in EVERYWHERE and not is_served_otherwise(program):
            where = environment_of(tuple(each for each in call.conditions if not is_launch(each))) or "any"
        else:
            where = "development" if said in LOOPBACK else environment(call.conditions)
        yield Setting(api, "debug", value, where, call.place, details)


def running(program: Program, application: Invocation) -> Iterator[tuple[Made, Value | None]]:
    """The calls that start a server for developers, with the address that it listens on: `app.run(...)`, `socketio.run(app, ...)`."""
    for call in program.calls_on(application, "run"):
        yield call, call.argument(0, "host")
    for made in program.made(*SOCKETS):
        for call in program.calls_on(made, "run"):
            yield call, call.argument(1, "host")


def is_served_otherwise(program: Program) -> bool:
    """Whether the tree holds what a server for production starts, so that the file itself is only started by developers."""
    project = program.project
    return any(path.rpartition("/")[2] in ENTRANCES for path in project.paths("python")) or any(
        SERVERS & set((project.text(path) or "").replace("=", " ").split())
        for path in project.other_paths(".txt")
        if path.rpartition("/")[2].startswith("requirements")
    )


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


def origins_elsewhere(program: Program, application: Invocation) -> str:
    """The origins that the configuration names; `unknown` where it does and they are not known, "" where it names none."""
    held = program.assigned_on(Member(application, "config"), "CORS_ORIGINS")
    if held:
        return listed_origins(held[-1].value)
    return "unknown" if is_configured(program, "CORS_ORIGINS") else ""


def cors(api: str, made: Invocation, elsewhere: str, scope: str) -> Iterator[Setting]:
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
        listed = elsewhere if said is None and elsewhere else listed_origins(said)
        trusts = (
            {"on": "true", "off": "false"}.get(switch(credentials), "unknown") if credentials is not None else "false"
        )
        details = (
            ("applied", "true"),
            ("credentials", trusts),
            ("methods", ""),
            ("origins", "reflected" if listed == "*" and trusts == "true" else listed),
            ("policy", name),
            ("scope", scope),
        )
        yield Setting(api, "cors", listed, environment(made.conditions), made.place, details)


def sockets(program: Program, application: Invocation, api: str, made: Invocation) -> Iterator[Setting]:
    """Flask-SocketIO: without origins only its own is trusted; any page may open a socket with the caller's cookies where all are."""
    if not concerns(program, made, application):
        return
    for call in (made, *program.calls_on(made, "init_app")):
        origins = call.argument(-1, "cors_allowed_origins")
        if origins is not None and not (isinstance(origins, Const) and origins.value is None):
            listed = listed_origins(origins)
            details = (
                ("applied", "true"),
                ("credentials", "true" if listed == "*" else "false"),
                ("methods", ""),
                ("origins", "reflected" if listed == "*" else listed),
                ("policy", "Socket.IO"),
            )
            yield Setting(api, "cors", listed, environment(call.conditions), call.place, details)


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
                found = headers_of(observe(program.run, function, (Given("response"),)))
                if ALLOWED in found:
                    yield policy(api, found, function.place)
