"""The rules about what a known caller may do."""

import pytest
from msgspec.structs import replace
from tests.rules.builders import ANONYMOUS, CLERK, SIGNED_IN, endpoint, guard, inventory, outcomes, rule, verdict

from assay.model.endpoint import Demand, Endpoint, Level, Parameter
from assay.model.reach import Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict

EDITOR = guard(Demand.POLICY, "Editor")
ROUTER = guard(level=Level.GROUP)


def reads(count: int) -> list[Endpoint]:
    return [endpoint(f"GET /things{number}", SIGNED_IN) for number in range(count)]


def test_an_open_read_among_guarded_reads_is_an_outlier() -> None:
    found = verdict("AP009", endpoint("GET /other"), *reads(3))
    assert found.outcome is Outcome.FAIL
    assert found.weakness == "missing-authentication"
    assert found.message.startswith(
        "GET /other answers without authentication, while 3 of 3 neighbours ask who the caller is."
    )
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.TENTATIVE)


def test_two_neighbours_are_too_few() -> None:
    assert outcomes("AP009", endpoint("GET /other"), *reads(2))["GET /other"] is Outcome.NOT_APPLICABLE


def test_open_reads_beside_guarded_writes_are_a_habit() -> None:
    writes = [endpoint(f"{method} /things", SIGNED_IN) for method in ("POST", "PUT", "DELETE")]
    others = [endpoint("GET /things/{id}"), endpoint("GET /things/new"), endpoint("GET /things/old")]
    assert outcomes("AP009", endpoint("GET /things"), *others, *writes)["GET /things"] is Outcome.PASS


def test_an_open_write_is_compared_with_reads_too() -> None:
    assert outcomes("AP009", endpoint("POST /other"), *reads(3))["POST /other"] is Outcome.FAIL


def test_what_takes_every_method_is_compared_with_reads_and_weighs_less() -> None:
    found = verdict("AP009", endpoint("ANY /other"), *reads(3))
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.TENTATIVE)


def test_an_exception_on_purpose_is_no_outlier() -> None:
    assert outcomes("AP009", endpoint("GET /other", ANONYMOUS), *reads(3))["GET /other"] is Outcome.PASS


def test_a_sign_in_is_no_outlier() -> None:
    assert outcomes("AP009", endpoint("POST /login"), *reads(3))["POST /login"] is Outcome.NOT_APPLICABLE


def test_plain_functions_are_compared_within_their_file() -> None:
    others = [endpoint(f"GET /{word}", SIGNED_IN, handler=word) for word in ("orders", "invoices", "parcels")]
    elsewhere = endpoint("GET /news", handler="news", path="shop/news.py")
    found = outcomes("AP009", endpoint("GET /returns", handler="returns"), elsewhere, *others)
    assert found["GET /returns"] is Outcome.FAIL
    assert found["GET /news"] is Outcome.NOT_APPLICABLE


def test_handlers_without_a_class_are_compared_by_path() -> None:
    others = [endpoint(f"GET /orders/{word}", SIGNED_IN, handler="Program.(lambda)") for word in ("new", "old", "open")]
    stray = endpoint("GET /orders/all", handler="Program.(lambda)")
    elsewhere = endpoint("GET /parcels/all", handler="Program.(lambda)")
    found = outcomes("AP009", stray, elsewhere, *others)
    assert found["GET /orders/all"] is Outcome.FAIL
    assert found["GET /parcels/all"] is Outcome.NOT_APPLICABLE


def test_a_removal_weaker_than_the_change_of_the_same_path_is_an_outlier() -> None:
    found = verdict("AP009", endpoint("DELETE /articles/{slug}", ROUTER), endpoint("PUT /articles/{slug}", EDITOR))
    assert found.outcome is Outcome.FAIL
    assert found.weakness == "bfla"
    assert found.confidence is Confidence.FIRM
    assert found.message == (
        "DELETE /articles/{slug} lacks [policy], which stands before PUT /articles/{slug} and demands a policy (Editor)."
    )


def test_a_removal_that_lacks_one_right_of_the_change_is_an_outlier() -> None:
    author = guard(Demand.POLICY, name="Depends(is_author)")
    found = outcomes(
        "AP009", endpoint("DELETE /articles/{slug}", CLERK), endpoint("PUT /articles/{slug}", CLERK, author)
    )
    assert found["DELETE /articles/{slug}"] is Outcome.FAIL


def test_a_removal_with_a_right_of_its_own_is_none() -> None:
    author, remover = guard(Demand.POLICY, name="Depends(is_author)"), guard(Demand.POLICY, name="Depends(may_remove)")
    found = outcomes("AP009", endpoint("DELETE /articles/{slug}", remover), endpoint("PUT /articles/{slug}", author))
    assert found["DELETE /articles/{slug}"] is Outcome.PASS


def test_a_change_weaker_than_the_removal_of_the_same_path_is_none() -> None:
    found = outcomes("AP009", endpoint("PUT /articles/{slug}", SIGNED_IN), endpoint("DELETE /articles/{slug}", EDITOR))
    assert found["PUT /articles/{slug}"] is Outcome.PASS


def test_what_is_the_callers_own_may_ask_for_less() -> None:
    found = outcomes("AP009", endpoint("DELETE /teams/me", SIGNED_IN), endpoint("PATCH /teams/me", EDITOR))
    assert found["DELETE /teams/me"] is Outcome.PASS


def test_making_something_new_may_ask_for_less() -> None:
    others = [endpoint(f"PUT /requests/{word}", CLERK) for word in ("approve", "deny", "close", "open")]
    assert outcomes("AP009", endpoint("POST /requests", SIGNED_IN), *others)["POST /requests"] is Outcome.PASS


def test_a_change_among_changes_that_demand_more_is_an_outlier() -> None:
    others = [endpoint(f"PUT /requests/{word}", CLERK) for word in ("approve", "deny", "close")]
    assert (
        outcomes("AP009", endpoint("DELETE /requests/{id}", SIGNED_IN), *others)["DELETE /requests/{id}"]
        is Outcome.FAIL
    )


def test_the_read_of_one_object_without_its_caller_beside_a_guarded_list_is_an_outlier() -> None:
    listing = endpoint("GET /users", ROUTER, EDITOR)
    number = Parameter("user_id", "int", "path")
    assert outcomes("AP009", endpoint("GET /users/{user_id}", ROUTER, parameters=(number,)), listing) == {
        "GET /users/{user_id}": Outcome.FAIL,
        "GET /users": Outcome.PASS,
    }


def test_a_handler_that_is_given_its_caller_may_check_by_itself() -> None:
    listing = endpoint("GET /users", ROUTER, EDITOR)
    caller = Parameter("current_user", "CurrentUser", "service")
    found = outcomes("AP009", endpoint("GET /users/{user_id}", ROUTER, parameters=(caller,)), listing)
    assert found["GET /users/{user_id}"] is Outcome.PASS


@pytest.mark.parametrize("framework", ["aspnetcore", "flask", "django"])
def test_a_weaker_handler_that_can_ask_for_its_caller_is_tentative(framework: str) -> None:
    found = verdict(
        "AP009",
        endpoint("DELETE /articles/{slug}", ROUTER, framework=framework),
        endpoint("PUT /articles/{slug}", EDITOR, framework=framework),
    )
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_four_roles_on_one_endpoint_are_many() -> None:
    found = verdict("AP005", endpoint("PUT /things", guard(Demand.ROLE, "A1", "B2", "C3", "D4")))
    assert found.outcome is Outcome.FAIL
    assert found.message == "PUT /things is open to 4 roles: A1, B2, C3, D4."


def test_three_roles_on_one_endpoint_are_few() -> None:
    assert outcomes("AP005", endpoint("PUT /things", guard(Demand.ROLE, "A", "B", "C")))["PUT /things"] is Outcome.PASS


def test_many_roles_with_one_door_each_are_sprawl() -> None:
    endpoints = [endpoint(f"GET /things{number}", guard(Demand.ROLE, f"Role of {number}")) for number in range(10)]
    assert outcomes("AP005", *endpoints)["roles"] is Outcome.FAIL


def test_many_roles_that_are_used_often_are_no_sprawl() -> None:
    roles = [guard(Demand.ROLE, f"Role of {number}") for number in range(10)]
    endpoints = [
        endpoint(f"{method} /things{number}", role) for number, role in enumerate(roles) for method in ("GET", "PUT")
    ]
    assert outcomes("AP005", *endpoints)["roles"] is Outcome.PASS


def of_role(name: str) -> Verdict:
    (found,) = rule("AP006").judge(inventory(endpoint("GET /things", guard(Demand.ROLE, name))))
    return found


@pytest.mark.parametrize(
    "name", ["User", "users", "Everyone", "default", "Test", "Role1", "test_role", "group2", "guest", "x", "1"]
)
def test_a_role_name_that_says_nothing_fails(name: str) -> None:
    assert of_role(name).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "name",
    ["Admin", "PowerUser", "OrderClerk", "superuser", "Tester", "UserManagement", "Rolex", "Editor", "Demonstrator"],
)
def test_a_role_name_of_a_trade_passes(name: str) -> None:
    assert of_role(name).outcome is Outcome.PASS


def test_a_role_is_judged_once_for_an_api() -> None:
    user = guard(Demand.ROLE, "User")
    (found,) = rule("AP006").judge(inventory(endpoint("GET /a", user), endpoint("GET /b", user)))
    assert found.message == 'Role "User" says nothing about what it may do; 2 endpoints demand it.'
    assert len(found.steps) == 2


def test_words_in_the_body_of_a_guard_are_no_roles() -> None:
    of_its_own = guard(Demand.ROLE, "POST", "cover", "title", "button", kind="decorator", name="@edit_required")
    assert outcomes("AP005", endpoint("PUT /things", of_its_own)) == {}


def test_roles_that_stand_where_a_guard_of_the_project_is_used_are_roles() -> None:
    of_its_own = guard(
        Demand.ROLE, "a1", "b2", "c3", "d4", kind="decorator", name='@roles_required("a1", "b2", "c3", "d4")'
    )
    assert outcomes("AP005", endpoint("PUT /things", of_its_own))["PUT /things"] is Outcome.FAIL


def test_an_open_write_among_guarded_neighbours_is_firm_and_a_plain_read_is_not() -> None:
    assert verdict("AP009", endpoint("DELETE /other"), *reads(3)).confidence is Confidence.FIRM
    assert verdict("AP009", endpoint("GET /other"), *reads(3)).confidence is Confidence.TENTATIVE
    assert verdict("AP009", endpoint("POST /other"), *reads(3)).confidence is Confidence.TENTATIVE
    assert verdict("AP009", endpoint("GET /import_users"), *reads(3)).confidence is Confidence.FIRM


def test_the_way_to_a_guarded_page_is_a_suspicion() -> None:
    found = verdict("AP009", endpoint("GET /admin"), endpoint("GET /admin/", SIGNED_IN), *reads(3))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_policies_that_only_name_a_way_to_sign_in_make_no_roles() -> None:
    subject = replace(endpoint("DELETE /system/backup/{id}", SIGNED_IN), reach=Reach())
    for policy, confidence in (("UI", Confidence.TENTATIVE), ("AdminsOnly", Confidence.FIRM)):
        other = endpoint("GET /hub", guard(Demand.POLICY, policy, name=f'[Authorize(Policy = "{policy}")]'))
        assert verdict("AP102", subject, other).confidence is confidence
