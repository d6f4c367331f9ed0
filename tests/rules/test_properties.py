"""What holds for every posture rule and every inventory."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.rules.builders import endpoint, guard, inventory, rule

from assay.model.endpoint import Authorization, Demand, Endpoint, Level
from assay.model.verdict import Outcome

POSTURE = ["AP001", "AP002", "AP003", "AP004", "AP007", "AP008", "AP009", "AP010"]
EVERY = [*POSTURE, "AP005", "AP006", "AP105"]
PATHS = [
    "/",
    "/login",
    "/orders",
    "/orders/{id}",
    "/admin/users",
    "/health",
    "/share/{token}",
    "/webhooks/pay",
    "/users/{id}",
]
DEFEATS = ["", "overridden: it is", "order: it stands above", "commented-out: it is"]

guards = st.builds(
    guard,
    st.sampled_from(Demand),
    level=st.sampled_from(Level),
    defeat=st.sampled_from(DEFEATS),
    kind=st.just("attribute"),
)
endpoints = st.builds(
    lambda method, path, found, handler, framework, environment: endpoint(
        f"{method} {path}", *found, handler=handler, framework=framework, environment=environment
    ),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "ANY", "WS", "OPTIONS"]),
    st.sampled_from(PATHS),
    st.lists(guards, max_size=3),
    st.sampled_from(["orders.it", "Program.(lambda)", "OrdersController.It", "login"]),
    st.sampled_from(["aspnetcore", "fastapi", "flask", "django"]),
    st.sampled_from(["", "development"]),
)
inventories = st.lists(endpoints, max_size=8, unique_by=lambda each: (each.method, each.path))


@pytest.mark.parametrize("identifier", POSTURE)
@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_unknown_neither_passes_nor_fails(identifier: str, found: list[Endpoint]) -> None:
    # That a guard stands where it never runs is a fault of its own, whatever else demands.
    misplaced = [
        each for each in found if identifier == "AP010" and any(g.defeat.startswith("order") for g in each.guards)
    ]
    unknown = {each.name for each in found if each.authorization is Authorization.UNKNOWN and each not in misplaced}
    said = [verdict for verdict in rule(identifier).judge(inventory(*found)) if verdict.subject.name in unknown]
    assert {verdict.outcome for verdict in said} <= {Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("identifier", POSTURE)
@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_what_is_not_served_in_production_never_fails(identifier: str, found: list[Endpoint]) -> None:
    inside = {each.name for each in found if each.environment}
    said = [verdict for verdict in rule(identifier).judge(inventory(*found)) if verdict.subject.name in inside]
    assert all(verdict.outcome is Outcome.NOT_APPLICABLE for verdict in said)


@pytest.mark.parametrize("identifier", EVERY)
@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_the_order_of_endpoints_does_not_matter(identifier: str, found: list[Endpoint]) -> None:
    forth = rule(identifier).judge(inventory(*found))
    back = rule(identifier).judge(inventory(*reversed(found)))
    assert sorted(map(repr, forth)) == sorted(map(repr, back))


@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_reads_and_writes_each_have_their_rule(found: list[Endpoint]) -> None:
    reads = {verdict.subject.name for verdict in rule("AP001").judge(inventory(*found))}
    writes = {verdict.subject.name for verdict in rule("AP004").judge(inventory(*found))}
    assert reads | writes == {each.name for each in found}
    assert not reads & writes


@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_the_rule_about_outliers_speaks_of_every_endpoint(found: list[Endpoint]) -> None:
    assert {verdict.subject.name for verdict in rule("AP009").judge(inventory(*found))} == {each.name for each in found}


@pytest.mark.parametrize("identifier", EVERY)
@given(found=inventories)
@settings(max_examples=60, deadline=None)
def test_a_failure_has_a_place_a_fix_steps_and_a_sentence(identifier: str, found: list[Endpoint]) -> None:
    for verdict in rule(identifier).judge(inventory(*found)):
        assert verdict.message.endswith("."), verdict.message
        if verdict.outcome is Outcome.FAIL and verdict.subject.kind == "endpoint":
            assert verdict.place is not None
            assert verdict.fix
            assert verdict.steps
            assert verdict.message.startswith(verdict.subject.name)


@given(subject=endpoints, demand=st.sampled_from([Demand.AUTHENTICATED, Demand.ROLE, Demand.POLICY]))
@settings(max_examples=100, deadline=None)
def test_a_guard_at_the_top_ends_every_failure_for_missing_identity(subject: Endpoint, demand: Demand) -> None:
    top = guard(demand, level=Level.APPLICATION)
    alive = tuple(each for each in subject.guards if each.is_effective)
    mended = replace(subject, guards=(top, *alive), authorization=Authorization.AUTHENTICATED)
    said = [verdict for identifier in POSTURE for verdict in rule(identifier).judge(inventory(mended))]
    assert [verdict.message for verdict in said if verdict.outcome is Outcome.FAIL] == []
