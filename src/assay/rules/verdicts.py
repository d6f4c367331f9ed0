"""Makes verdicts about endpoints, so that every rule says the same thing in the same words."""

from msgspec import Struct

from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Step
from assay.model.reach import Reach
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.rules.landscape import is_served, proof_in_header
from assay.rules.ownership import knows_the_caller
from assay.rules.protection import protection, search, steps


class Desk(Struct, frozen=True):
    """Where one rule writes its verdicts."""

    rule: str
    weakness: str

    def settled(self, endpoint: Endpoint) -> Verdict | None:
        """The verdict on what no posture rule can judge: not served in production, of unknown authorization, or asking by itself."""
        if not is_served(endpoint):
            reason = f"{endpoint.name} is served in {endpoint.environment} only."
            return self.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
        if endpoint.reach is not None and endpoint.reach.is_closed:
            return self.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} only ever refuses or fails.")
        if endpoint.authorization is Authorization.UNKNOWN:
            return self.verdict(endpoint, Outcome.NOT_TESTED, unknown(endpoint))
        if endpoint.authorization is Authorization.PUBLIC and (proof := proof_in_header(endpoint)):
            reason = f"{endpoint.name} reads {proof} itself; whether it refuses without one could not be seen."
            return self.verdict(endpoint, Outcome.NOT_TESTED, reason)
        if (
            endpoint.authorization is Authorization.PUBLIC
            and endpoint.reach is not None
            and asks_by_itself(endpoint.reach)
        ):
            reason = (
                f"{endpoint.name} looks a credential up by itself; whether it refuses without one could not be seen."
            )
            return self.verdict(endpoint, Outcome.NOT_TESTED, reason)
        return None

    def protected(self, endpoint: Endpoint) -> Verdict:
        """It passes, because a guard demands something."""
        return self.verdict(endpoint, Outcome.PASS, f"{endpoint.name} {protection(endpoint)}.")

    def verdict(self, endpoint: Endpoint, outcome: Outcome, message: str) -> Verdict:
        """A verdict that is no failure."""
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=subject(endpoint),
            outcome=outcome,
            message=message,
            place=endpoint.place,
            steps=steps(endpoint),
            framework=endpoint.framework,
        )

    def failure(
        self,
        endpoint: Endpoint,
        message: str,
        severity: Severity,
        confidence: Confidence,
        *,
        fix: str,
        shown: tuple[Step, ...] = (),
        weakness: str = "",
    ) -> Verdict:
        """A failing verdict; without steps of its own it ends in what was looked for and not found."""
        return Verdict(
            rule=self.rule,
            weakness=weakness or self.weakness,
            subject=subject(endpoint),
            outcome=Outcome.FAIL,
            message=message,
            severity=severity,
            confidence=confidence,
            place=endpoint.place,
            steps=(*steps(endpoint), *(shown or (search(endpoint),))),
            fix=fix,
            framework=endpoint.framework,
        )


def asks_by_itself(reach: Reach) -> bool:
    """Whether a handler that nothing guards finds out who is calling, or compares a secret."""
    return knows_the_caller(reach) or any(act.kind == "secret-verify" for act in reach.acts)


def subject(endpoint: Endpoint) -> Subject:
    """The endpoint as the subject of a verdict."""
    return Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path)


def unknown(endpoint: Endpoint) -> str:
    """Why it could not be told what guards an endpoint."""
    reasons = "; ".join(reason.rstrip(".") for reason in endpoint.reasons) or "a guard could not be followed to its end"
    return f"{endpoint.name} was not judged: {reasons}."
