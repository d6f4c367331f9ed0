"""Security settings that the code of an application makes: CORS, HTTPS, HSTS, error pages, documentation, cookies."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.program import Setting
from assay.source.evaluate.values import (
    Assigned,
    Const,
    External,
    FunctionValue,
    Items,
    Made,
    Member,
    Value,
    options,
    text,
)
from assay.source.frameworks.aspnetcore.policy import CORS, Policies
from assay.source.frameworks.aspnetcore.selector import texts
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.mentions import names_in
from assay.source.origin_headers import ALLOWED, headers_of
from assay.source.origin_headers import policy as by_hand
from assay.source.program import Program, environment_of
from assay.source.refusal import observe

SWITCHES = {
    "UseHttpsRedirection": "https-redirection",
    "UseHsts": "hsts",
    "UseDeveloperExceptionPage": "error-detail",
    "UseDatabaseErrorPage": "error-detail",
    "UseMigrationsEndPoint": "error-detail",
    "UseSwagger": "docs",
    "UseSwaggerUI": "docs",
    "MapSwagger": "docs",
    "MapOpenApi": "docs",
    "UseOpenApi": "docs",
    "UseSwaggerUi": "docs",
    "UseSwaggerUi3": "docs",
    "MapScalarApiReference": "docs",
    "UseReDoc": "docs",
    "UseSwaggerGen": "docs",
    "EnableSensitiveDataLogging": "sensitive-logging",
    "UseForwardedHeaders": "forwarded-headers",
}
BODIES = frozenset({"All", "Request", "RequestBody", "Response", "ResponseBody"})
"""Values of HttpLoggingFields with which bodies are written."""
DEFAULT = "__DefaultCorsPolicy"
OUTSIDE = "\0outside"
"""The name of a policy that comes from outside the code: where one is declared so and one applied so, it is the same."""


class Settings:
    """Reads the settings of sites."""

    def __init__(self, program: Program, sites: Sites, policies: Policies) -> None:
        self.program = program
        self.sites = sites
        self.policies = policies

    def all(self, named: frozenset[str]) -> Iterator[Setting]:
        """Every setting; `named` are the CORS policies that attributes and endpoints apply."""
        for site, made in self.sites.events(*SWITCHES):
            if made.name == "EnableSensitiveDataLogging" and not is_switched_on(made):
                continue
            yield Setting(site.api.id, SWITCHES[made.name], "on", environment(made), made.place)
        yield from self.cors(named)
        yield from self.by_hand()
        yield from self.assigned()
        yield from self.logged()

    # --- cross-origin

    def cors(self, named: frozenset[str]) -> Iterator[Setting]:
        """The cross-origin policies of every site."""
        applied: dict[str, set[str]] = {}
        within: dict[tuple[str, str], str] = {}
        for site, made in self.sites.events("UseCors"):
            name = text(made.argument(0, "policyName"))
            function = next(
                (o for value in made.positional for o in options(value) if isinstance(o, FunctionValue)), None
            )
            if function is not None:
                yield self.policy(site, made, "", self.calls(function), "application")
            is_from_outside = name is None and function is None and bool(made.positional)
            known = OUTSIDE if is_from_outside else name or DEFAULT
            applied.setdefault(site.folder, set()).add(known)
            where = environment(made)
            within[site.folder, known] = where if within.get((site.folder, known), where) == where else "any"
        defaults = self.default_names()
        for site, made in self.sites.events("AddPolicy", "AddDefaultPolicy"):
            calls = self.declared(made)
            if not any(call.name in CORS or call.name == "AllowCredentials" for call in calls):
                continue
            stated = made.argument(0, "name")
            name = (
                DEFAULT if made.name == "AddDefaultPolicy" else text(stated) or (OUTSIDE if stated is not None else "")
            )
            used = applied.get(site.folder, set())
            is_default = name == DEFAULT or name in defaults
            is_everywhere = name in used or (is_default and DEFAULT in used)
            is_named = name in named or (is_default and DEFAULT in named)
            scope = "application" if is_everywhere else "endpoints" if is_named else ""
            found = self.policy(site, made, "" if name in {DEFAULT, OUTSIDE} else name, calls, scope)
            is_narrower = found.environment == "any" and scope == "application"
            yield replace(found, environment=within.get((site.folder, name), "any")) if is_narrower else found
        for site, made in self.sites.events("RequireCors"):
            for function in (o for value in made.positional for o in options(value) if isinstance(o, FunctionValue)):
                yield self.policy(site, made, "", self.calls(function), "endpoints")

    def by_hand(self) -> Iterator[Setting]:
        """Policies that inline middleware writes into headers: `app.Use(async (context, next) => ...)`."""
        for site, made in self.sites.events("Use"):
            for function in (
                o for value in made.positional[:1] for o in options(value) if isinstance(o, FunctionValue)
            ):
                found = headers_of(observe(self.program.run, function))
                if ALLOWED in found:
                    yield by_hand(site.api.id, found, made.place, environment(made))

    def default_names(self) -> set[str]:
        """The names that `options.DefaultPolicyName` is set to."""
        return {
            name
            for one in self.program.run.assigned
            if one.name == "DefaultPolicyName" and (name := text(one.value)) is not None
        }

    def calls(self, function: FunctionValue) -> tuple[Made, ...]:
        """What a function does to the policy that it is handed."""
        return observe(self.program.run, function).made

    def declared(self, made: Made) -> tuple[Made, ...]:
        """The calls by which a policy is described: in a function that is handed over, or on a builder of its own."""
        for value in reversed(made.positional):
            for option in options(value):
                if isinstance(option, FunctionValue):
                    return self.calls(option)
                if isinstance(option, Made) and option.name == "Build":
                    return tuple(chain(option))
        return ()

    def policy(self, site: Site, made: Made, name: str, calls: tuple[Made, ...], scope: str) -> Setting:
        """One policy; the scope is empty when nothing applies it."""
        names = {call.name for call in calls}
        origins = self.origins(calls)
        details = (
            ("origins", origins),
            ("credentials", "true" if "AllowCredentials" in names else "false"),
            ("methods", "*" if "AllowAnyMethod" in names else ",".join(given(calls, "WithMethods"))),
            ("headers", "*" if "AllowAnyHeader" in names else ",".join(given(calls, "WithHeaders"))),
            ("policy", name),
            ("applied", "true" if scope else "false"),
            ("scope", scope),
        )
        return Setting(site.api.id, "cors", origins, environment(made), made.place, details)

    def origins(self, calls: tuple[Made, ...]) -> str:
        """The origins that a policy trusts."""
        is_listed = any(call.name == "WithOrigins" and call.conditions for call in calls)
        for call in calls:
            if call.name not in {"AllowAnyOrigin", "SetIsOriginAllowed"}:
                continue
            if environment_of(call.conditions) == "development":
                continue
            if call.conditions and is_listed:
                return "unknown"  # the configuration decides between a list and everybody
            if call.name == "AllowAnyOrigin":
                return "*"
            if call.name == "SetIsOriginAllowed":
                function = next(options(call.argument(0, "isOriginAllowed")), None)
                if isinstance(function, FunctionValue):
                    answer = observe(self.program.run, function).value
                    if isinstance(answer, Const) and answer.value is True:
                        return "reflected"
                return "unknown"
        found = given(calls, "WithOrigins")
        if found:
            return ",".join(found)
        return "unknown" if any(call.name == "WithOrigins" for call in calls) else "none"

    # --- members

    def assigned(self) -> Iterator[Setting]:
        """Settings made by assignment to options."""
        for one in self.program.run.assigned:
            found = meaning(one)
            if found is not None:
                for site in self.sites.of(self.sites.root(one.receiver)):
                    where = environment_of(one.conditions) or "any"
                    yield Setting(site.api.id, found[0], found[1], where, one.place)

    def logged(self) -> Iterator[Setting]:
        """What the middleware that logs every request writes of it, where that is more than who asked for what."""
        used = {site.folder: environment(made) for site, made in self.sites.events("UseHttpLogging")}
        for one in self.program.run.assigned:
            said = {word for name in names_in(one.value) for word in name.split(".")}
            for site in self.sites.of(self.sites.root(one.receiver)) if one.name == "LoggingFields" else ():
                if BODIES & said and site.folder in used:
                    yield Setting(site.api.id, "request-logging", "body", used[site.folder], one.place)


def chain(value: Value | None) -> Iterator[Made]:
    """The calls of a chain, last one first."""
    while isinstance(value, Made):
        yield value
        value = next(options(value.receiver), None) if value.receiver is not None else None


def is_switched_on(made: Made) -> bool:
    """Whether a switch that takes a word is on for sure: `EnableSensitiveDataLogging(false)` is not, nor is one that asks for a setting."""
    said = made.argument(0, "sensitiveDataLoggingEnabled")
    return said is None or any(isinstance(option, Const) and option.value is True for option in options(said))


def environment(made: Made) -> str:
    """Where a call holds."""
    return environment_of(made.conditions) or "any"


def given(calls: tuple[Made, ...], name: str) -> list[str]:
    """The texts given to calls of a name."""
    return [one for call in calls if call.name == name for value in call.positional for one in listed(value)]


def listed(value: Value) -> list[str]:
    """Known texts; what is not known is said."""
    found = texts(value)
    if found or any(isinstance(option, Items) and not option.items for option in options(value)):
        return found
    return ["unknown"]


def meaning(assigned: Assigned) -> tuple[str, str] | None:
    """The setting and value that an assignment makes."""
    value = next(options(assigned.value), assigned.value)
    said = value.name.rpartition(".")[2] if isinstance(value, External | Member) else ""
    known = value.value if isinstance(value, Const) else None
    match assigned.name:
        case "RequireHttpsMetadata" if known is False:
            return "https-metadata", "off"
        case "SecurePolicy" | "Secure" if said in {"None", "Always", "SameAsRequest"}:
            return "cookie-secure", {"None": "off", "Always": "on"}.get(said, said)
        case "HttpOnly" if isinstance(known, bool) and "cookie" in " ".join(names_in(assigned.receiver)).lower():
            return "cookie-httponly", "on" if known else "off"
        case "SameSite" if said:
            return "cookie-samesite", said
    return None
