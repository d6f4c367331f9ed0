"""A header that says whose objects are meant, behind a guard of the project's own and without one (AP101)."""

import pytest
from tests.rules.builders import SIGNED_IN, endpoint, guard
from tests.rules.test_bodies import BY_PATH, OWN, access, of, verdict

from assay.model.endpoint import Demand, Guard
from assay.model.reach import Action, Key, Origin, Reach
from assay.model.verdict import Confidence

OWN_FILTER = guard(Demand.CUSTOM, "OwnFilter")
BY_HEADER = Key("owner_id", Origin.HEADER, "organization")


@pytest.mark.parametrize(
    ("guards", "keys", "confidence"),
    [
        ((SIGNED_IN, OWN_FILTER), (BY_PATH, BY_HEADER), Confidence.TENTATIVE),
        ((SIGNED_IN,), (BY_PATH, BY_HEADER), Confidence.FIRM),
        ((SIGNED_IN, OWN_FILTER), (BY_PATH,), Confidence.FIRM),
    ],
)
def test_a_header_that_an_own_guard_may_set_says_whose_objects_are_meant(
    guards: tuple[Guard, ...], keys: tuple[Key, ...], confidence: Confidence
) -> None:
    subject = of(endpoint("DELETE /orders/{order_id}", *guards), Reach((access(Action.DELETE, *keys),)))
    assert verdict("AP101", subject, OWN).confidence is confidence
