"""Makes verdicts about contracts and their operations, one for a contract where many fields say the same."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from assay.model.contract import Contract, Operation, Stance
from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict

SHOWN = 15
"""Places that one verdict lists; the others are counted."""
FRAMEWORK = "openapi"
STANCES = {
    Stance.SECURED: Authorization.AUTHENTICATED,
    Stance.OPTIONAL: Authorization.PUBLIC,
    Stance.PUBLIC: Authorization.PUBLIC,
    Stance.SILENT: Authorization.PUBLIC,
    Stance.UNKNOWN: Authorization.UNKNOWN,
}


class Sheet(Struct, frozen=True):
    """Where one rule writes its verdicts on contracts."""

    rule: str
    weakness: str

    def unspoken(self, inventory: Inventory) -> Iterator[Verdict]:
        """A not-applicable verdict for each API that no contract describes."""
        described = {contract.api for contract in inventory.contracts}
        for api in inventory.apis:
            if api.id not in described:
                message = f"{api.name} has no contract that was read."
                subject = Subject(api.id, "api")
                yield Verdict(self.rule, self.weakness, subject, Outcome.NOT_APPLICABLE, message, place=api.place)

    def verdict(
        self, contract: Contract, outcome: Outcome, message: str, *, about: str = "", weakness: str = ""
    ) -> Verdict:
        """A verdict on a contract that is no failure; `about` tells apart what one rule says of it."""
        return Verdict(
            rule=self.rule,
            weakness=weakness or self.weakness,
            subject=_subject(contract, about),
            outcome=outcome,
            message=message,
            place=contract.place,
            framework=FRAMEWORK,
        )

    def failure(
        self,
        contract: Contract,
        message: str,
        weight: tuple[Severity, Confidence],
        *,
        fix: str,
        steps: Sequence[Step] = (),
        about: str = "",
        weakness: str = "",
    ) -> Verdict:
        """A failing verdict on a contract, with the first of the places that it is about."""
        more = len(steps) - SHOWN
        rest = (Step(f"and {more} more"),) if more > 0 else ()
        return Verdict(
            rule=self.rule,
            weakness=weakness or self.weakness,
            subject=_subject(contract, about),
            outcome=Outcome.FAIL,
            message=message,
            severity=weight[0],
            confidence=weight[1],
            place=next((step.place for step in steps if step.place), contract.place),
            steps=(*steps[:SHOWN], *rest),
            fix=fix,
            framework=FRAMEWORK,
        )

    def on(
        self,
        contract: Contract,
        operation: Operation,
        outcome: Outcome,
        message: str,
        *,
        weight: tuple[Severity, Confidence] = (Severity.INFO, Confidence.FIRM),
        fix: str = "",
        about: str = "",
    ) -> Verdict:
        """A verdict on one operation."""
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=Subject(contract.api, "endpoint", *_named(operation), about),
            outcome=outcome,
            message=message,
            severity=weight[0],
            confidence=weight[1],
            place=operation.place,
            steps=(Step(f"{operation.name} in the contract", operation.place),),
            fix=fix,
            framework=FRAMEWORK,
        )


def judged(inventory: Inventory) -> Iterator[Contract]:
    """The contracts that describe an API, and of which something could be read."""
    for contract in inventory.contracts:
        if contract.api and not any(fault.is_fatal for fault in contract.faults):
            yield contract


def endpoint_of(contract: Contract, operation: Operation) -> Endpoint:
    """The operation as an endpoint, for what is judged of both: what it is by nature, what it is about."""
    return Endpoint(
        api=contract.api,
        method=operation.method,
        path=operation.path,
        handler=operation.id,
        place=operation.place,
        framework=FRAMEWORK,
        authorization=STANCES[operation.access.stance],
        views=("contract",),
    )


def code_of(inventory: Inventory) -> dict[tuple[str, str, str], list[Endpoint]]:
    """The endpoints of the code by API, method and path."""
    found: dict[tuple[str, str, str], list[Endpoint]] = {}
    for endpoint in inventory.endpoints:
        found.setdefault((endpoint.api, endpoint.method, endpoint.path), []).append(endpoint)
    return found


def counted(number: int, noun: str) -> str:
    """`1 operation`, `2 operations`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def steps(found: Iterable[tuple[str, Place | None]]) -> list[Step]:
    """Steps, one for each different text and place, in the order given."""
    return [Step(text, place) for text, place in dict.fromkeys(found)]


def _subject(contract: Contract, about: str) -> Subject:
    return Subject(contract.api, "contract", symbol=f"{contract.path} {about}".rstrip())


def _named(operation: Operation) -> tuple[str, str]:
    """Method and path, as the code writes them where it has the operation."""
    return operation.endpoints[0] if operation.endpoints else (operation.method, operation.path)
