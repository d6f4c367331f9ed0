"""An exemption states that an endpoint is public on purpose; it never hides a guard that does not run."""

from datetime import date

import pytest
from msgspec.structs import replace
from tests.assessment.scene import TODAY, endpoint, guard, verdict

from assay.assessment.exemptions import Exempted, exempted
from assay.assessment.settings import settings
from assay.model.endpoint import Demand, Endpoint
from assay.model.verdict import Outcome

TEXT = '[[exemptions]]\nendpoint = "GET /health"\nreason = "The balancer asks."\n'


def ruled(given: Endpoint, text: str = TEXT, today: date = TODAY) -> Exempted:
    return exempted([verdict("AP001", given.name)], [given], settings(text).exemptions, today)


def test_a_public_endpoint_that_is_stated_is_not_judged() -> None:
    (done,) = ruled(endpoint("GET /health")).verdicts
    assert done.outcome is Outcome.NOT_APPLICABLE
    assert done.message == "GET /health is public on purpose: The balancer asks (assay.toml:1)."


@pytest.mark.parametrize("name", ["POST /health", "GET /healthz"])
def test_another_endpoint_is_judged_as_before(name: str) -> None:
    done = ruled(endpoint(name))
    assert done.verdicts[0].outcome is Outcome.FAIL
    assert "matches no unguarded endpoint" in done.problems[0].reason


def test_a_guard_that_never_runs_is_no_intent() -> None:
    dead = guard(defeat="order: the decorator stands above the route and never runs")
    assert ruled(endpoint("GET /health", dead)).verdicts[0].outcome is Outcome.FAIL


def test_a_guard_that_a_marker_sets_aside_is_one() -> None:
    aside = guard(defeat="overridden: the marker is nearer")
    assert ruled(endpoint("GET /health", aside)).verdicts[0].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("demand", [Demand.AUTHENTICATED, Demand.UNKNOWN])
def test_a_guarded_or_undecided_endpoint_is_judged_as_before(demand: Demand) -> None:
    assert ruled(endpoint("GET /health", guard(demand=demand))).verdicts[0].outcome is Outcome.FAIL


def test_what_passes_or_was_not_tested_stays_so() -> None:
    given = endpoint("GET /health")
    verdicts = [
        replace(verdict("AP001", given.name), outcome=outcome) for outcome in Outcome if outcome is not Outcome.FAIL
    ]
    assert exempted(verdicts, [given], settings(TEXT).exemptions, TODAY).verdicts == tuple(verdicts)


def test_an_exemption_that_has_ended_holds_no_more_and_is_shown() -> None:
    done = ruled(endpoint("GET /health"), TEXT + "until = 2026-11-25")
    assert done.verdicts[0].outcome is Outcome.FAIL
    assert "ended on 2026-11-25" in done.problems[0].reason
