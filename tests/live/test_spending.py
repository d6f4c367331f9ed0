"""What a budget is spent on where it does not suffice for all."""

from collections import Counter

import pytest
from benchmarks.live_target import OPERATIONS, TOKENS, Shop, served
from tests.live.scanning import QUICK, bearer, scan

from assay.live.budget import Budget
from assay.live.session import Live
from assay.model.verdict import Outcome

IMPORTANT = ("AP501", "AP502", "AP520", "AP524", "AP529")
CALLERS = tuple(bearer(name, token) for name, token in TOKENS.items())


class Leaky(Shop):
    """The same API, which shows every caller the objects of all."""

    def _own(self, method: str, kept: dict[str, dict[str, str]], caller: str, id_: str) -> tuple[int, object]:
        if method == "GET" and id_ in kept:
            return 200, kept[id_]
        return super()._own(method, kept, caller, id_)


def asked(shop: Shop, requests: int) -> Live:
    with served(shop) as origin:
        return scan(origin, identities=CALLERS, budget=Budget(seconds=QUICK.seconds, requests=requests, rate=5000))


def budgeted(live: Live) -> Counter[str]:
    """How often the budget was the reason that a probe did not test something."""
    return Counter(
        each.rule for each in live.verdicts if each.outcome is Outcome.NOT_TESTED and "budget" in each.message
    )


def test_what_matters_most_is_complete_for_a_hundred_operations_with_the_usual_budget() -> None:
    assert OPERATIONS == 100
    live = asked(Shop(), Budget().requests)
    short = budgeted(live)
    assert {rule: short[rule] for rule in IMPORTANT if short[rule]} == {}
    passes = Counter(each.rule for each in live.verdicts if each.outcome is Outcome.PASS)
    assert (passes["AP501"], passes["AP520"]) == (40, 20)
    assert len(live.ledger) <= Budget().requests


def test_what_the_budget_left_out_is_said_of_each_endpoint() -> None:
    live = asked(Shop(), Budget().requests)
    said = [each for each in live.verdicts if each.rule == "AP541"]
    assert len(said) == 20
    assert {each.outcome for each in said if "budget" not in each.message} <= {Outcome.PASS}
    assert budgeted(live)["AP541"] > 0


@pytest.mark.parametrize("budget", [100, 110])
def test_the_object_of_another_is_found_with_about_a_hundred_requests(budget: int) -> None:
    live = asked(Leaky(), budget)
    found = [each for each in live.verdicts if each.rule == "AP520" and each.outcome is Outcome.FAIL]
    assert len(found) >= 5
    assert len(live.ledger) <= budget


def test_no_object_of_a_careful_api_is_found_whatever_the_budget() -> None:
    for budget in (60, 100, 400):
        assert not [
            each for each in asked(Shop(), budget).verdicts if each.rule == "AP520" and each.outcome is Outcome.FAIL
        ]
