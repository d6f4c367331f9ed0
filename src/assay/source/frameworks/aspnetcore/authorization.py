"""Guards of attributes and conventions: `[Authorize]` and its kin, and what `[AllowAnonymous]` takes away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.source.evaluate.values import FunctionValue, Made, options, text
from assay.source.frameworks.aspnetcore.filters import FILTERS, Filters
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, hole, text_of
from assay.source.frameworks.aspnetcore.policy import Demanded, Policies
from assay.source.frameworks.aspnetcore.selector import texts
from assay.source.frameworks.aspnetcore.site import Site
from assay.source.frameworks.aspnetcore.vocabulary import attributes
from assay.source.program import Program

ANONYMOUS = ("AllowAnonymous", "IAllowAnonymous")
AUTHORIZE = ("Authorize", "IAuthorizeData")
DEFEAT = "overridden: {} lets everybody in, whatever stands beside it"


class Guarded(Struct, frozen=True):
    """Guards in the order in which they run, with what could not be followed."""

    guards: tuple[Guard, ...] = ()
    reasons: tuple[str, ...] = ()


class Authorization:
    """Reads authorization for one program."""

    def __init__(self, program: Program, marks: Marks, policies: Policies, filters: Filters) -> None:
        self.program = program
        self.marks = marks
        self.policies = policies
        self.filters = filters

    def of_marks(self, site: Site, marks: Iterable[tuple[Mark, Level]]) -> list[Guard]:
        """The guards that attributes bring, farthest first."""
        found: list[Guard] = []
        for mark, level in sorted(marks, key=lambda pair: -ORDER[pair[1]]):
            guard = self.of_mark(site, mark, level)
            if guard is not None:
                found.append(guard)
        return found

    def of_mark(self, site: Site, mark: Mark, level: Level) -> Guard | None:
        """The guard that one attribute brings, None when it is none."""
        if self.is_named(mark, self.program.vocabulary.not_guards):
            return None
        own = self.filters.of_mark(mark, level) if mark.is_a(*FILTERS) else None
        has_refused = own is not None and own.demand not in {Demand.NOTHING, Demand.UNKNOWN}
        if mark.is_a(*ANONYMOUS):
            # A filter that is a marker too switches the framework's own authorization off and decides itself.
            if own is not None and has_refused:
                return replace(own, kind="filter")
            return Guard(mark.shown, "attribute", Demand.ANONYMOUS, level, mark.place)
        if self.is_named(mark, self.program.vocabulary.guards):
            return Guard(mark.shown, "attribute", Demand.AUTHENTICATED, level, mark.place)
        if has_refused:
            return own
        if mark.is_a(*AUTHORIZE):
            return self.authorize(site, mark, level)
        if own is None and mark.cls is None and (demand := attributes().get(mark.name)) is not None:
            values = tuple(name for value in mark.positional for name in texts(value))
            return Guard(mark.shown, "attribute", demand, level, mark.place, values)
        return own

    @staticmethod
    def is_named(mark: Mark, names: frozenset[str]) -> bool:
        """Whether the team's vocabulary names the attribute."""
        return bool(names) and any(kind in names or f"{kind}Attribute" in names for kind in mark.kinds)

    def authorize(self, site: Site, mark: Mark, level: Level) -> Guard:
        """`[Authorize(...)]` or an attribute derived from it."""
        roles = self.stated(mark, "Roles", -1)
        policy = self.stated(mark, "Policy", 0)
        what = self.demanded(site, policy, roles)
        if what.demand is Demand.AUTHENTICATED and mark.instance is not None and (mark.positional or self.is_set(mark)):
            # An attribute of the project that takes arguments asks for more than a known caller; its provider makes the policy.
            given = tuple(dict.fromkeys([*(t for v in mark.positional for t in texts(v)), *map(str, self.names(mark))]))
            what = Demanded(Demand.POLICY, given)
        return Guard(mark.shown, "attribute", what.demand, level, mark.place, what.values, steps=what.steps)

    @staticmethod
    def is_set(mark: Mark) -> bool:
        """Whether the attribute's constructor computed its policy or roles."""
        return mark.instance is not None and any(key in mark.instance.attributes for key in ("Policy", "Roles"))

    @staticmethod
    def names(mark: Mark) -> list[str]:
        """The names of arguments that are no texts: members of enums."""
        return [hole(value) for value in mark.positional if not list(texts(value)) and hole(value) != "unknown"]

    def stated(self, mark: Mark, name: str, position: int) -> tuple[str, ...]:
        """The texts of a property of the attribute."""
        value = self.marks.member(mark, name, position)
        if value is None:
            return ()
        known = texts(value)
        if name == "Policy" and known:
            known = [text_ for text_ in [text_of(value)] if text_ is not None]
        partial = text_of(value)
        return tuple(part for part in known if part) or ((partial,) if partial else (name.lower(),))

    def demanded(self, site: Site, policy: Sequence[str], roles: Sequence[str]) -> Demanded:
        """What a policy and roles demand together."""
        found: list[Demanded] = []
        for name in policy:
            known = self.policies.named(site, name)
            if known is None:
                found.append(Demanded(Demand.POLICY, (name,)))
            elif known.demand is Demand.NOTHING:
                found.append(replace(known, demand=Demand.POLICY, values=(name,)))
            else:
                found.append(replace(known, values=tuple(dict.fromkeys((*known.values, name)))))
        if roles:
            found.append(Demanded(Demand.ROLE, tuple(roles)))
        if not found:
            return self.policies.default(site)
        best = found[-1] if roles else found[0]
        return replace(best, values=tuple(dict.fromkeys(value for one in found for value in one.values)))

    # --- conventions

    def of_convention(self, site: Site, call: Made, level: Level) -> Guard | None:
        """The guard that a call on an endpoint, group or set of endpoints brings."""
        match call.name:
            case "RequireAuthorization":
                return self.required(site, call, level)
            case "AllowAnonymous":
                return Guard("AllowAnonymous()", "convention", Demand.ANONYMOUS, level, call.place)
            case "WithMetadata":
                return self.metadata(site, call, level)
            case "AddEndpointFilter" | "AddEndpointFilterFactory":
                return self.filters.of_endpoint_filter(call, level)
        return None

    def required(self, site: Site, call: Made, level: Level) -> Guard:
        """`RequireAuthorization(...)`: policy names, attributes, a policy or a builder."""
        names = [name for value in call.positional for name in texts(value)]
        roles: list[str] = []
        made: Demanded | None = None
        for value in call.positional:
            for option in options(value):
                if isinstance(option, Made) and option.name.removesuffix("Attribute") == "Authorize":
                    roles += texts(option.attributes.get("Roles"))
                    names += texts(option.attributes.get("Policy")) or [t for v in option.positional for t in texts(v)]
                elif isinstance(option, FunctionValue | Made):
                    made = made or self.policies.of_value(option)
        what = made if made is not None and not names and not roles else self.demanded(site, names, roles)
        given = ", ".join(f'"{name}"' for name in names)
        return Guard(
            f"RequireAuthorization({given})",
            "convention",
            what.demand,
            level,
            call.place,
            what.values,
            steps=what.steps,
        )

    def metadata(self, site: Site, call: Made, level: Level) -> Guard | None:
        """`WithMetadata(new AllowAnonymousAttribute())`."""
        for value in call.positional:
            for option in options(value):
                if isinstance(option, Made) and option.name.removesuffix("Attribute") == "AllowAnonymous":
                    return Guard("WithMetadata([AllowAnonymous])", "convention", Demand.ANONYMOUS, level, call.place)
                if isinstance(option, Made) and option.name.removesuffix("Attribute") == "Authorize":
                    return self.required(site, call, level)
        return None

    # --- together

    def standing(self, fallback: Demanded) -> Guard:
        """The guard that the fallback policy is; without the middleware that asks it, it decides nothing."""
        is_idle = self.policies.sites.lacks_authorization()
        return Guard(
            "FallbackPolicy",
            "policy",
            fallback.demand,
            Level.APPLICATION,
            fallback.place,
            fallback.values,
            steps=fallback.steps,
            is_effective=not is_idle,
            defeat="unregistered: nothing puts the middleware of authorization in place" if is_idle else "",
        )

    def settled(self, site: Site, guards: Sequence[Guard], *, is_closed: bool = False) -> Guarded:
        """All guards of an endpoint with what the application adds and what an anonymous marker takes away.

        `is_closed` endpoints bring authorization of their own, so that the fallback policy is not asked.
        """
        found = list(guards)
        has_own = is_closed or any(
            guard.demand is not Demand.ANONYMOUS and is_metadata(guard) and guard.is_effective for guard in found
        )
        marker = next((guard for guard in found if guard.demand is Demand.ANONYMOUS), None)
        fallback = self.policies.fallback(site)
        if fallback is not None and not has_own:
            found.insert(0, self.standing(fallback))
        if marker is not None:
            defeat = DEFEAT.format(marker.name)
            found = [
                replace(guard, is_effective=False, defeat=defeat)
                if guard.is_effective and is_metadata(guard) and guard.demand is not Demand.ANONYMOUS
                else guard
                for guard in found
            ]
        reasons = tuple(
            f"{guard.name}: its effect could not be followed" for guard in found if guard.demand is Demand.UNKNOWN
        )
        return Guarded(tuple(found), reasons)


ORDER = {level: rank for rank, level in enumerate(Level)}


def is_metadata(guard: Guard) -> bool:
    """Whether a guard is one of the authorization system, which an anonymous marker switches off; filters and middleware are not."""
    return guard.kind in {"attribute", "convention", "policy"}


__all__ = ["Authorization", "Guarded", "text"]
