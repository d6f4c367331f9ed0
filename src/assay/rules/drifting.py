"""Sees an API against its contracts: which endpoints they have, which they leave out, and when that is told one by one."""

from collections.abc import Iterator

from msgspec import Struct

from assay.model.contract import Contract, Difference, Drift
from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Api, Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.rules.documents import SHOWN, judged
from assay.rules.landscape import is_served
from assay.rules.nature import nature

SHARE = 0.6
"""Of what is compared that has to agree, before each difference is worth a finding of its own."""
MOST = 25
"""Differences of one kind that are told one by one."""
UNTOLD = frozenset({"HEAD", "OPTIONS", "TRACE", "WS"})
READS = frozenset({"GET", "HEAD", "ANY"})


class Comparison(Struct, frozen=True):
    """An API with its contracts and how they differ."""

    api: Api
    contracts: tuple[Contract, ...]
    endpoints: tuple[Endpoint, ...]
    """Those that a contract is expected to have."""
    drifts: tuple[Drift, ...]
    written: frozenset[tuple[str, str]] = frozenset()
    """(method, path) of all endpoints of its code."""

    @property
    def answering(self) -> int:
        """How many operations of the contracts answer a live call without that the code has them."""
        return sum(
            bool(operation.endpoints) and not self.written & set(operation.endpoints)
            for contract in self.contracts
            for operation in contract.operations
        )

    def of(self, kind: Difference) -> tuple[Drift, ...]:
        """The differences of a kind, one for each method and path."""
        found = {(drift.method, drift.path): drift for drift in reversed(self.drifts) if drift.kind is kind}
        return tuple(sorted(found.values(), key=lambda drift: (drift.path, drift.method)))

    @property
    def names(self) -> str:
        """The files of the contracts, as people say them."""
        paths = [contract.path for contract in self.contracts]
        return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def comparisons(inventory: Inventory) -> Iterator[Comparison]:
    """Each API that has a contract with operations and an endpoint in another view."""
    contracts = [contract for contract in judged(inventory) if contract.operations]
    for api in inventory.apis:
        own = tuple(contract for contract in contracts if contract.api == api.id)
        drifts = tuple(drift for drift in inventory.drifts if drift.api == api.id)
        there = [endpoint for endpoint in inventory.endpoints if endpoint.api == api.id]
        if own and (there or drifts):
            written = frozenset((each.method, each.path) for each in there)
            yield Comparison(api, own, tuple(each for each in there if is_expected(each)), drifts, written)


def is_expected(endpoint: Endpoint) -> bool:
    """Whether a contract is expected to have an endpoint: not pages, probes and documentation, nor what OpenAPI has no word for."""
    if endpoint.method in UNTOLD or not is_served(endpoint):
        return False
    return not (endpoint.method in READS and nature(endpoint))


def uncompared(rule: str, weakness: str, inventory: Inventory) -> Iterator[Verdict]:
    """A not-applicable verdict for each API of which there is nothing to compare."""
    compared = {comparison.api.id for comparison in comparisons(inventory)}
    described = {contract.api for contract in inventory.contracts}
    for api in inventory.apis:
        if api.id not in compared:
            lack = "no other view was read" if api.id in described else "no contract was read"
            message = f"{api.name} has nothing to compare: {lack}."
            yield Verdict(rule, weakness, Subject(api.id, "api"), Outcome.NOT_APPLICABLE, message, place=api.place)


def are_told_apart(agreeing: int, differing: int) -> bool:
    """Whether each difference is a finding of its own."""
    return agreeing >= SHARE * (agreeing + differing) and differing <= MOST


class Board(Struct, frozen=True):
    """Where one rule writes its verdicts on differences."""

    rule: str
    weakness: str
    fix: str

    def settled(self, endpoint: Endpoint, outcome: Outcome, message: str) -> Verdict:
        """A verdict on an endpoint that is no failure."""
        subject = Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path)
        return Verdict(
            self.rule, self.weakness, subject, outcome, message, place=endpoint.place, framework=endpoint.framework
        )

    def differing(
        self, drift: Drift, outcome: Outcome, message: str, weight: tuple[Severity, Confidence] | None = None
    ) -> Verdict:
        """A verdict on one difference; it fails with a weight, and does not without."""
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=Subject(drift.api, "endpoint", drift.method, drift.path),
            outcome=outcome,
            message=message,
            severity=weight[0] if weight else Severity.INFO,
            confidence=weight[1] if weight else Confidence.FIRM,
            place=drift.place,
            steps=_steps(drift),
            fix=self.fix if weight else "",
        )

    def together(
        self,
        comparison: Comparison,
        drifts: tuple[Drift, ...],
        message: str,
        weight: tuple[Severity, Confidence],
        *,
        about: str,
    ) -> Verdict:
        """One failing verdict for many differences of an API."""
        more = len(drifts) - SHOWN
        shown = [Step(said(drift), drift.place) for drift in drifts[:SHOWN]]
        return Verdict(
            rule=self.rule,
            weakness=self.weakness,
            subject=Subject(comparison.api.id, "api", symbol=about),
            outcome=Outcome.FAIL,
            message=message,
            severity=weight[0],
            confidence=weight[1],
            place=comparison.contracts[0].place,
            steps=(*shown, *((Step(f"and {more} more"),) if more > 0 else ())),
            fix=self.fix,
            framework=comparison.api.framework,
        )


def said(drift: Drift) -> str:
    """A difference in a few words."""
    return f"{drift.method} {drift.path}{f': {drift.detail}' if drift.detail else ''}"


def _steps(drift: Drift) -> tuple[Step, ...]:
    first = Step(said(drift), drift.place)
    return (first, Step("The other view", drift.other)) if drift.other else (first,)
