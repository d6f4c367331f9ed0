"""What changed between two runs: endpoints, weaker guards, findings; absence is not a fix."""

import pytest
from tests.assessment.scene import endpoint, guard, inventory, order, rooms, rule, silent, unguarded

from assay.assessment.diff import Changes, changes, weakened
from assay.assessment.run import assessed
from assay.model.assessment import Assessment
from assay.model.endpoint import Demand, Endpoint, Guard

USER = guard()
ADMIN = guard("RequireRole", Demand.ROLE, ("Admin",))
BOTH = guard("RequireRole", Demand.ROLE, ("Admin", "Editor"))
POLICY = guard("Policy", Demand.POLICY, ("Owners",))
OTHER = guard("Other", Demand.POLICY, ("Auditors",))
LOST = guard("Depends(x)", Demand.UNKNOWN)
DEAD = guard("RequireRole", Demand.ROLE, ("Admin",), defeat="order: it never runs")


def seen(*endpoints: Endpoint) -> Assessment:
    return assessed(order(), rooms(inventory(*endpoints), rule("AP004", unguarded)), silent)


def differ(before: list[Endpoint], after: list[Endpoint]) -> Changes:
    return changes(seen(*before), seen(*after))


def test_new_and_removed_endpoints_are_told() -> None:
    found = differ([endpoint("GET /a", USER)], [endpoint("GET /b", USER)])
    assert [each.name for each in found.added] == ["GET /b"]
    assert [each.name for each in found.removed] == ["GET /a"]


def test_a_renamed_parameter_and_a_moved_line_are_no_change() -> None:
    found = differ([endpoint("GET /a/{id}", USER)], [endpoint("GET /a/{key}", USER, line=99)])
    assert (found.added, found.removed, found.changed) == ((), (), ())


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([USER], [], "the authorization was authenticated and is now public"),
        ([ADMIN], [USER], "the authorization was role and is now authenticated"),
        ([ADMIN], [LOST], "the authorization was role and can no longer be decided"),
        ([ADMIN], [DEAD], "the authorization was role and is now public"),
        ([ADMIN], [BOTH], "RequireRole lets in Editor as well"),
        ([POLICY, OTHER], [POLICY], "Other is gone"),
    ],
)
def test_an_endpoint_that_demands_less_is_weaker(before: list[Guard], after: list[Guard], reason: str) -> None:
    assert weakened(endpoint("PUT /a", *before), endpoint("PUT /a", *after)) == (reason,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([USER], [USER]),
        ([], [USER]),
        ([], []),
        ([LOST], []),
        ([USER, ADMIN], [ADMIN]),
        ([BOTH], [ADMIN]),
        ([ADMIN], [POLICY]),
        ([ADMIN], [guard("NewName", Demand.ROLE, ("Admin",))]),
        ([ADMIN, BOTH], [POLICY]),
    ],
)
def test_an_endpoint_that_demands_as_much_is_not_weaker(before: list[Guard], after: list[Guard]) -> None:
    assert weakened(endpoint("PUT /a", *before), endpoint("PUT /a", *after)) == ()


def test_a_new_finding_is_told_and_a_known_one_is_not() -> None:
    found = differ([endpoint("PUT /a")], [endpoint("PUT /a"), endpoint("PUT /b")])
    assert [each.verdict.subject.name for each in found.new] == ["PUT /b"]


def test_a_finding_is_fixed_only_when_its_rule_passed_its_subject() -> None:
    found = differ([endpoint("PUT /a")], [endpoint("PUT /a", USER)])
    assert [str(each.fate) for each in found.gone] == ["fixed"]


def test_a_finding_whose_endpoint_is_gone_is_removed() -> None:
    found = differ([endpoint("PUT /a")], [endpoint("PUT /b", USER)])
    assert [str(each.fate) for each in found.gone] == ["removed"]


def test_a_finding_that_is_only_absent_is_not_fixed() -> None:
    after = assessed(order(), rooms(inventory(endpoint("PUT /a"))), silent)
    found = changes(seen(endpoint("PUT /a")), after)
    assert [str(each.fate) for each in found.gone] == ["not-observed"]
