"""What rules about handlers' bodies share: which endpoints can be judged at all, and the steps to a place."""

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Authorization, Demand, Endpoint, Guard
from assay.model.place import Place, Step
from assay.model.reach import Reach
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.rules.landscape import is_served
from assay.rules.protection import steps
from assay.rules.verdicts import subject, unknown
from assay.rules.words import route, vocabulary, words

RIGHTS = frozenset({Demand.ROLE, Demand.SCOPE, Demand.POLICY, Demand.OBJECT})
"""Demands that ask for more than a login."""
OF_SELF = vocabulary("me self myself own mine profile")
"""Words of scopes that are about the caller's own."""
NOT_FOLLOWED = "what its handler does could not be followed"


class Bench(Struct, frozen=True):
    """Where a rule about bodies writes its verdicts."""

    rule: str
    weakness: str

    def settled(self, endpoint: Endpoint, *, needs_caller: bool = False) -> Verdict | None:
        """The verdict on what cannot be judged: not served in production, not followed, of unknown authorization."""
        if not is_served(endpoint):
            reason = f"{endpoint.name} is served in {endpoint.environment} only."
            return self.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
        if needs_caller and endpoint.authorization is Authorization.UNKNOWN:
            return self.verdict(endpoint, Outcome.NOT_TESTED, unknown(endpoint))
        if needs_caller and any("scim" in segment for segment in route(endpoint.path).literals):
            reason = (
                f"{endpoint.name} provisions accounts (RFC 7644) for whoever holds its token, which was not looked at."
            )
            return self.verdict(endpoint, Outcome.NOT_TESTED, reason)
        if endpoint.reach is not None and endpoint.reach.is_closed:
            return self.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} refuses every caller.")
        if endpoint.reach is None or is_blank(endpoint.reach):
            why = endpoint.reach.gaps[0].reason if endpoint.reach and endpoint.reach.gaps else NOT_FOLLOWED
            return self.verdict(endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {why}.")
        return None

    def verdict(
        self, endpoint: Endpoint, outcome: Outcome, message: str, shown: tuple[Step, ...] = (), symbol: str = ""
    ) -> Verdict:
        """A verdict that is no failure."""
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=_with(endpoint, symbol),
            outcome=outcome,
            message=message,
            place=endpoint.place,
            steps=(*steps(endpoint), *shown),
            framework=endpoint.framework,
        )

    def failure(
        self,
        endpoint: Endpoint,
        message: str,
        weight: tuple[Severity, Confidence],
        *,
        place: Place,
        shown: tuple[Step, ...],
        fix: str,
        symbol: str = "",
        weakness: str = "",
    ) -> Verdict:
        """A failing verdict; it stands where the fault is, and its steps lead from the route to that place."""
        return Verdict(
            rule=self.rule,
            weakness=weakness or self.weakness,
            subject=_with(endpoint, symbol),
            outcome=Outcome.FAIL,
            message=message,
            severity=weight[0],
            confidence=weight[1],
            place=place,
            steps=(*steps(endpoint), *shown),
            fix=fix,
            framework=endpoint.framework,
        )


def is_right(guard: Guard) -> bool:
    """Whether a guard asks for more than a login; a scope such as `me:update` only says that callers may change what is theirs."""
    is_own = guard.demand is Demand.SCOPE and bool(guard.values) and all(set(words(v)) & OF_SELF for v in guard.values)
    return guard.demand in RIGHTS and not is_own


def is_blank(reach: Reach) -> bool:
    """Whether nothing of a handler is known; throttles are read from what stands around it."""
    seen = (
        reach.accesses,
        reach.decisions,
        [flow for flow in reach.flows if flow.kind != "asked"],
        reach.notes,
        reach.copies,
        reach.exposures,
        reach.uses,
        reach.acts,
    )
    return bool(reach.gaps) and not any(seen)


def _with(endpoint: Endpoint, symbol: str) -> Subject:
    return replace(subject(endpoint), symbol=symbol)
