"""Authorization policies: what those that are registered demand."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.model.endpoint import Demand
from assay.model.place import Place, Step
from assay.source.evaluate.values import (
    Const,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Value,
    options,
    text,
)
from assay.source.frameworks.aspnetcore.selector import texts
from assay.source.frameworks.aspnetcore.site import Site, Sites
from assay.source.program import Program
from assay.source.refusal import STRENGTH, observe

SCOPE_CLAIMS = frozenset(
    ["scope", "scp", "permission", "permissions", "http://schemas.microsoft.com/identity/claims/scope"]
)
ROLE_CLAIMS = frozenset(["role", "roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"])

IDENTITY_CLAIMS = frozenset(
    ["id", "sub", "userid", "user_id", "uid", "oid", "email", "name", "username", "nameidentifier", "jti"]
)
"""Claims that say who somebody is, whatever they say."""


class Demanded(Struct, frozen=True):
    """What a policy demands."""

    demand: Demand
    values: tuple[str, ...] = ()
    place: Place | None = None
    steps: tuple[Step, ...] = ()


class Policies:
    """The policies that sites register."""

    def __init__(self, program: Program, sites: Sites) -> None:
        self.program = program
        self.sites = sites
        self.by_site: dict[str, dict[str, Demanded]] = {}
        self.standing: dict[str, dict[str, Demanded]] = {}
        self.on_root: dict[int, list[Made]] | None = None

    def named(self, site: Site, name: str) -> Demanded | None:
        """What a registered policy of a site demands; None when it is registered nowhere in the source."""
        return self._registered(site).get(name)

    def default(self, site: Site) -> Demanded:
        """What `[Authorize]` without arguments demands."""
        return self._standing(site).get("DefaultPolicy") or Demanded(Demand.AUTHENTICATED)

    def fallback(self, site: Site) -> Demanded | None:
        """What endpoints without any authorization of their own demand; None without such a policy."""
        return self._standing(site).get("FallbackPolicy")

    def of_value(self, value: Value | None) -> Demanded | None:
        """What a policy object demands: `new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()`."""
        for option in options(value):
            if isinstance(option, Made):
                return self._built(option)
            if isinstance(option, FunctionValue):
                return self._configured(option)
        return None

    # --- registration

    def _registered(self, site: Site) -> dict[str, Demanded]:
        if not self.by_site:
            for owner, made in self.sites.events("AddPolicy", "AddFallbackPolicy", "AddDefaultPolicy"):
                self._register(owner, made)
            self.by_site.setdefault("", {})
        return self.by_site.get(site.folder, {})

    def _register(self, site: Site, made: Made) -> None:
        name = text(made.argument(0, "name"))
        what = self._policy_of(made)
        if what is None or name is None:
            return
        if made.name == "AddPolicy":
            self.by_site.setdefault(site.folder, {})[name] = what
        else:
            self.standing.setdefault(site.folder, {})[made.name.removeprefix("Add")] = what

    def _policy_of(self, made: Made) -> Demanded | None:
        """The policy in the last argument of a registration; None when it registers something else, such as a CORS policy."""
        for value in (*made.named.values(), *reversed(made.positional)):
            for option in options(value):
                if isinstance(option, FunctionValue):
                    calls = self._calls_of(made)
                    return judged(self.program, calls, made.place) if is_authorization(calls) else None
                if isinstance(option, Made):
                    return self._built(option)
        return None

    def _standing(self, site: Site) -> dict[str, Demanded]:
        self._registered(site)
        key = "\0" + site.folder
        if key not in self.standing:
            self.standing[key] = {}
            for assigned in self.program.run.assigned:
                if assigned.name not in {"FallbackPolicy", "DefaultPolicy"}:
                    continue
                what = self.of_value(assigned.value)
                if what is None and isinstance(assigned.value, Const):
                    continue
                receiver = self.sites.root(assigned.receiver)
                for owner in self.sites.of(receiver):
                    found = what or Demanded(Demand.POLICY, (), assigned.place)
                    self.standing.setdefault(owner.folder, {}).setdefault(assigned.name, found)
        for owner, made in self.sites.events("SetFallbackPolicy", "SetDefaultPolicy"):
            what = self.of_value(made.argument(0, "policy"))
            if what is not None:
                self.standing.setdefault(owner.folder, {}).setdefault(made.name.removeprefix("Set"), what)
        return self.standing.get(site.folder, {})

    # --- what is demanded

    def _configured(self, function: FunctionValue) -> Demanded:
        """`policy => policy.RequireRole("x")`, run on its own."""
        parameter = function.function.parameters[0].name if function.function.parameters else "policy"
        seen = observe(self.program.run, function, (Given(parameter, function=function),))
        return judged(self.program, list(seen.made), function.place)

    def _built(self, made: Made) -> Demanded | None:
        """A builder's chain ended by `Build()`."""
        root = self.sites.root(made)
        if not isinstance(root, Made) or root.name != "AuthorizationPolicyBuilder":
            return None
        return judged(self.program, [root, *self._on(root)], made.place)

    def _calls_of(self, made: Made) -> list[Made]:
        """The calls on what a lambda that was handed to a call was given."""
        return [one for one in self._on(made) if is_given_by(one, made)]

    def _on(self, root: Made) -> list[Made]:
        if self.on_root is None:
            self.on_root = {}
            for made in self.program.run.made:
                for key in roots(made):
                    self.on_root.setdefault(key, []).append(made)
        return self.on_root.get(id(root), [])


def roots(made: Made) -> Iterator[int]:
    """The objects and calls that a call is made on, outwards."""
    value: Value | None = made.callee
    for _ in range(60):
        match value:
            case Member(value=inner):
                value = inner
            case Made():
                yield id(value)
                value = value.callee
            case Given(call=Made() as call):
                yield id(call)
                return
            case _:
                return


def is_given_by(one: Made, made: Made) -> bool:
    """Whether a call is made on what `made` gives to its callback."""
    value: Value | None = one.callee
    for _ in range(60):
        match value:
            case Member(value=inner):
                value = inner
            case Made():
                value = value.callee
            case Given(call=call):
                return call is made
            case _:
                return False
    return False


AUTHORIZATION = frozenset(
    ["RequireRole", "RequireClaim", "RequireAuthenticatedUser", "RequireAssertion", "AddRequirements", "RequireUserName", "Combine",
     "AddAuthenticationSchemes", "RequireScope"]
)  # fmt: skip
CORS = frozenset(
    [
        "AllowAnyOrigin",
        "WithOrigins",
        "AllowAnyHeader",
        "AllowAnyMethod",
        "SetIsOriginAllowed",
        "WithMethods",
        "WithHeaders",
    ]
)


def is_authorization(calls: list[Made]) -> bool:
    """Whether the calls of a policy are those of authorization, not those of CORS or rate limits."""
    names = {made.name for made in calls}
    return bool(names & AUTHORIZATION) or (
        bool(calls) and not names & CORS and any(is_requirement(made) for made in calls)
    )


def is_requirement(made: Made) -> bool:
    """`policy.Requirements.Add(...)`, or an extension that requires something."""
    receiver = made.receiver
    if made.name == "Add" and isinstance(receiver, Member):
        return receiver.name in {"Requirements", "AuthenticationSchemes"}
    return made.name.startswith("Require")


def judged(program: Program, calls: list[Made], place: Place) -> Demanded:
    """What the calls of a policy demand together."""
    found = [what for made in calls if (what := demand_of(program, made)) is not None]
    if not found:
        return Demanded(Demand.NOTHING, (), place)
    values = tuple(dict.fromkeys(value for what in found for value in what.values))
    best = max(found, key=lambda what: STRENGTH.index(what.demand))
    return Demanded(best.demand, values, place, (Step("policy registered", place),))


def demand_of(program: Program, made: Made) -> Demanded | None:
    """What one call on a policy builder demands."""
    given = [text_ for value in made.positional for text_ in texts(value)]
    match made.name:
        case "RequireAuthenticatedUser":
            return Demanded(Demand.AUTHENTICATED)
        case "RequireRole":
            return Demanded(Demand.ROLE, tuple(given))
        case "RequireClaim" | "RequireScope":
            kind = given[0].lower() if given else ""
            if len(made.positional) == 1 and (kind or claim_type(made.positional[0])) in IDENTITY_CLAIMS:
                return Demanded(Demand.AUTHENTICATED)  # whoever signed in has it
            if made.name == "RequireScope" or kind in SCOPE_CLAIMS:
                return Demanded(Demand.SCOPE, tuple(given[1:] or given))
            if kind in ROLE_CLAIMS:
                return Demanded(Demand.ROLE, tuple(given[1:]))
            return Demanded(Demand.POLICY, tuple(given[:1]))
        case "RequireAssertion":
            return assertion(program, made)
        case "RequireUserName" | "AddRequirements" | "Combine":
            return requirement(made)
    return requirement(made) if is_requirement(made) else None


def claim_type(value: Value) -> str:
    """The kind of a claim that a library names: `ClaimTypes.NameIdentifier`."""
    return next(
        (one.name.rpartition(".")[2].lower() for one in options(value) if isinstance(one, External | Member)), ""
    )


def requirement(made: Made) -> Demanded:
    """A requirement of the project or of a library: its handler decides."""
    for value in made.positional:
        for option in options(value):
            for one in option.items if isinstance(option, Items) else (option,):
                if isinstance(one, Made) and one.name == "DenyAnonymousAuthorizationRequirement":
                    return Demanded(Demand.AUTHENTICATED)
                if isinstance(one, Made) and one.name == "RolesAuthorizationRequirement":
                    return Demanded(Demand.ROLE, tuple(t for v in one.positional for t in texts(v)))
                if isinstance(one, Instance | Made):
                    return Demanded(Demand.POLICY, (one.cls.name if isinstance(one, Instance) else one.name,))
    return Demanded(Demand.POLICY)


def assertion(program: Program, made: Made) -> Demanded | None:
    """`RequireAssertion(context => ...)`: nothing when it always holds."""
    for option in options(made.argument(0, "handler")):
        if isinstance(option, FunctionValue):
            seen = observe(program.run, option)
            if isinstance(seen.value, Const) and seen.value.value is True:
                return None
            roles = [t for one in seen.made if one.name == "IsInRole" for v in one.positional for t in texts(v)]
            return Demanded(Demand.ROLE if roles else Demand.POLICY, tuple(dict.fromkeys(roles)))
    return Demanded(Demand.POLICY)
