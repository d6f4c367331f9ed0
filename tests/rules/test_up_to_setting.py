"""Endpoints whose only guard holds where a setting says so, beside neighbours with guards of their own."""

from msgspec.structs import replace
from tests.rules.builders import SIGNED_IN, UNKNOWN, endpoint, verdict

from assay.model.endpoint import UP_TO_SETTING, Endpoint, Level
from assay.model.verdict import Confidence, Outcome

SWITCHED = replace(UNKNOWN, name="before_request hook", kind="hook", level=Level.APPLICATION, reason=UP_TO_SETTING)


def neighbours(number: int) -> tuple[Endpoint, ...]:
    """Endpoints of the same file that demand a known caller, however the application is set."""
    return tuple(endpoint(f"POST /jobs/{at}", SWITCHED, SIGNED_IN, handler="jobs.run") for at in range(number))


def test_a_guard_that_a_setting_decides_beside_guarded_neighbours_is_a_tentative_outlier() -> None:
    found = verdict("AP009", endpoint("DELETE /jobs/close/{id}", SWITCHED), *neighbours(3))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_a_guard_that_a_setting_decides_is_not_tested_without_guarded_neighbours() -> None:
    others = tuple(endpoint(f"POST /jobs/{at}", SWITCHED, handler="jobs.run") for at in range(3))
    assert verdict("AP009", endpoint("DELETE /jobs/close/{id}", SWITCHED), *others).outcome is Outcome.NOT_TESTED


def test_a_guard_that_is_unknown_for_another_reason_is_not_tested_beside_guarded_neighbours() -> None:
    found = verdict("AP009", endpoint("DELETE /jobs/close/{id}", UNKNOWN), *neighbours(3))
    assert found.outcome is Outcome.NOT_TESTED
