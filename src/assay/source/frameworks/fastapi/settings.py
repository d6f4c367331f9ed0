"""Security settings that an application makes: cross-origin policy, HTTPS, debug, documentation."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.place import Place
from assay.model.program import Setting
from assay.source.evaluate.values import (
    Const,
    External,
    FunctionValue,
    Given,
    Invocation,
    Items,
    Made,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.origin_headers import ALLOWED, headers_of, policy
from assay.source.program import Program, environment_of
from assay.source.refusal import observe

OPEN_PATTERN = {".*", "^.*$", "https?://.*", "^https?://.*$", r"https?:\/\/.*", "https://.*", "http.*"}


def settings_of(program: Program, application: Invocation, api: str) -> Iterator[Setting]:
    """The settings of one application."""
    debug = application.argument(-1, "debug")
    if debug is not None:
        yield Setting(api, "debug", switch(debug), "any", application.place)
    for made in layers(program, application):
        name = class_name(made.positional[0] if made.positional else made.named.get("middleware_class"))
        environment = environment_of(made.conditions) or "any"
        if name == "CORSMiddleware":
            yield cors(api, made, environment)
        elif name == "HTTPSRedirectMiddleware":
            yield Setting(api, "https-redirection", "on", environment, made.place)
    for place, function, environment in functions(program, application):
        found = headers_of(observe(program.run, function, (Given("request"), Given("call_next"))))
        if ALLOWED in found:
            yield policy(api, found, place, environment)


def functions(program: Program, application: Invocation) -> Iterator[tuple[Place, FunctionValue, str]]:
    """The functions that `@app.middleware("http")` is put on."""
    for call in program.calls_on(application, "middleware"):
        for applied in program.applications(call):
            function = undecorated(applied.positional[0]) if applied.positional else None
            if isinstance(function, FunctionValue):
                yield function.place, function, environment_of(call.conditions) or "any"


def layers(program: Program, application: Invocation) -> Iterator[Made]:
    """`app.add_middleware(X, ...)` and `Middleware(X, ...)`."""
    yield from program.calls_on(application, "add_middleware")
    for option in options(application.argument(-1, "middleware")):
        for item in option.items if isinstance(option, Items) else ():
            if isinstance(item, Made):
                yield item


def class_name(value: Value | None) -> str:
    """The last part of an outside class's name."""
    return next((o.name.rpartition(".")[2] for o in options(value) if isinstance(o, External)), "")


def switch(value: Value) -> str:
    """`on`, `off` or `unknown`."""
    for option in options(value):
        if isinstance(option, Const) and not option.is_default:
            return "on" if option.value else "off"
    return "unknown"


def cors(api: str, made: Made, environment: str) -> Setting:
    """The cross-origin policy of `CORSMiddleware`; absent arguments have the defaults of Starlette."""
    origins = listed(made.argument(-1, "allow_origins"))
    pattern = made.argument(-1, "allow_origin_regex")
    if pattern is not None and not (isinstance(pattern, Const) and pattern.value is None):
        known = text(pattern)
        if known in OPEN_PATTERN:
            origins = "reflected"
        elif origins in {"", "unknown"}:
            origins = known.replace(",", ";") if known else "unknown"
    credentials = made.argument(-1, "allow_credentials")
    details = (
        ("applied", "true"),
        (
            "credentials",
            {"on": "true", "off": "false"}.get(switch(credentials), "unknown") if credentials is not None else "false",
        ),
        ("headers", listed(made.argument(-1, "allow_headers"))),
        ("methods", listed(made.argument(-1, "allow_methods")) or "GET"),
        # Starlette answers a request with credentials by sending its origin back, so `*` with credentials reflects.
        ("origins", origins or "none"),
    )
    return Setting(api, "cors", origins or "none", environment, made.place, details)


def listed(value: Value | None) -> str:
    """A known list as a comma list; `unknown` when it comes from elsewhere, "" when absent."""
    if value is None:
        return ""
    for option in options(value):
        if isinstance(option, Items):
            known = [item.value if isinstance(item, Const) and not item.is_default else None for item in option.items]
            if "*" in known:
                return "*"
            if None in known or option.is_open:
                return "unknown"
            return ",".join(str(item) for item in known)
        if isinstance(option, Const) and isinstance(option.value, str):
            return option.value
    return "unknown"
