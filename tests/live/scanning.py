"""Runs a live scan in the test's own process, as fast as loopback allows."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from assay.assessment.live_routes import of_contract
from assay.assessment.wiring import probes
from assay.contract.find import HEAD, is_contract
from assay.contract.read import contract
from assay.live.budget import Budget
from assay.live.identity import Identity
from assay.live.scope import origin_of
from assay.live.session import Live, LiveOrder, run
from assay.model.target import Route, Target
from assay.model.verdict import Outcome, Severity, Verdict
from assay.plugins.probe import Mode, Probe

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
QUICK = Budget(seconds=20, requests=2000, rate=5000, timeout=3)


def scan(url: str, *, chosen: tuple[Probe, ...] | None = None, budget: Budget = QUICK, **options: Any) -> Live:
    """What a live scan says of a URL."""
    origin, base = origin_of(url)
    order = LiveOrder(origin=origin, base=base, now=NOW, budget=budget, mode=Mode.SAFE)
    return run(replace(order, **options), probes() if chosen is None else chosen, read_routes, lambda *_: None)


def read_routes(source: bytes, path: str, target: Target) -> tuple[Route, ...]:
    if not is_contract(source[:HEAD]):
        return ()
    document = contract(source, path.lstrip("/"))
    return of_contract(document, target.api, target.base) if document.standard else ()


def only(*ids: str) -> tuple[Probe, ...]:
    """Probes by id."""
    return tuple(probe for probe in probes() if probe.id in ids)


def bearer(name: str, token: str, **options: Any) -> Identity:
    return replace(Identity(name, "bearer", token), **options)


def failing(live: Live, worst: Severity = Severity.INFO) -> list[Verdict]:
    """Failing verdicts of a severity or worse."""
    return [each for each in live.verdicts if each.outcome is Outcome.FAIL and each.severity.rank <= worst.rank]


def told(verdicts: list[Verdict]) -> list[str]:
    return [
        f"{each.rule} {each.subject.method} {each.subject.path} {each.severity}: {each.message}" for each in verdicts
    ]
