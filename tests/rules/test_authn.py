"""The rules about who may come in without saying who they are."""

from tests.rules.builders import (
    ANONYMOUS,
    CLERK,
    SIGNED_IN,
    UNKNOWN,
    endpoint,
    guard,
    inventory,
    outcomes,
    rule,
    verdict,
)

from assay.model.endpoint import Demand, Level, Parameter
from assay.model.verdict import Confidence, Outcome, Severity

GUARDED = tuple(endpoint(f"GET /things{number}", SIGNED_IN, handler=f"things{number}.read") for number in range(4))
ROUTER = guard(level=Level.GROUP)


def test_an_open_read_that_says_nothing_fails() -> None:
    found = verdict("AP001", endpoint("GET /things"), *GUARDED)
    assert found.outcome is Outcome.FAIL
    assert found.message == "GET /things answers without authentication, and nothing says that it should."
    assert found.weakness == "missing-authentication"


def test_an_open_read_that_says_so_passes() -> None:
    assert outcomes("AP001", endpoint("GET /things", ANONYMOUS)) == {"GET /things": Outcome.PASS}


def test_a_guarded_read_passes_and_says_by_what() -> None:
    found = verdict("AP001", endpoint("GET /things", CLERK))
    assert found.outcome is Outcome.PASS
    assert found.message == "GET /things demands a role (Clerk): [role] on the endpoint."


def test_writes_are_no_subject_of_the_rule_about_reads() -> None:
    assert outcomes("AP001", endpoint("POST /things")) == {}


def test_an_anonymous_write_fails() -> None:
    found = verdict("AP002", endpoint("DELETE /things/{id}", ANONYMOUS), *GUARDED)
    assert found.outcome is Outcome.FAIL
    assert found.confidence is Confidence.TENTATIVE
    assert "[AllowAnonymous]" in found.message


def test_an_anonymous_write_about_administration_is_critical_and_firm() -> None:
    found = verdict("AP002", endpoint("DELETE /admin/things/{id}", ANONYMOUS), *GUARDED)
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.FIRM)


def test_an_anonymous_sign_in_does_not_fail() -> None:
    assert outcomes("AP002", endpoint("POST /login", ANONYMOUS)) == {"POST /login": Outcome.NOT_APPLICABLE}


def test_a_guarded_action_below_an_anonymous_class_fails_even_for_a_read() -> None:
    defeated = guard(defeat="overridden: [AllowAnonymous] wins", name="[Authorize]")
    marker = guard(Demand.ANONYMOUS, level=Level.TYPE, name="[AllowAnonymous]")
    found = verdict("AP003", endpoint("GET /things/{id}", marker, defeated))
    assert found.outcome is Outcome.FAIL
    assert found.confidence is Confidence.FIRM
    assert found.message == (
        "GET /things/{id} is open although [Authorize] stands on the endpoint: [AllowAnonymous] on its type overrides it."
    )


def test_a_read_that_is_an_exception_to_its_class_passes() -> None:
    defeated = guard(level=Level.TYPE, defeat="overridden: [AllowAnonymous] wins")
    assert outcomes("AP003", endpoint("GET /things", defeated, ANONYMOUS)) == {"GET /things": Outcome.PASS}


def test_a_write_that_is_an_exception_to_its_class_fails() -> None:
    defeated = guard(level=Level.TYPE, defeat="overridden: [AllowAnonymous] wins")
    assert outcomes("AP003", endpoint("POST /things", defeated, ANONYMOUS)) == {"POST /things": Outcome.FAIL}


def test_a_sign_in_that_is_an_exception_to_its_class_does_not_fail() -> None:
    defeated = guard(level=Level.TYPE, defeat="overridden: [AllowAnonymous] wins")
    assert outcomes("AP003", endpoint("POST /login", defeated, ANONYMOUS)) == {"POST /login": Outcome.NOT_APPLICABLE}


def test_a_write_without_any_guard_fails() -> None:
    found = verdict("AP004", endpoint("DELETE /orders/{id}"))
    assert found.outcome is Outcome.FAIL
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.FIRM)
    assert found.message == "DELETE /orders/{id} changes state without authentication."
    assert "Depends" in found.fix
    assert found.steps[-1].text.startswith("Looked on the endpoint")


def test_a_database_session_is_no_guard() -> None:
    session = guard(Demand.NOTHING, name="Depends(session)")
    assert outcomes("AP004", endpoint("POST /things", session)) == {"POST /things": Outcome.FAIL}


def test_a_write_that_is_open_on_purpose_is_left_to_the_rule_about_markers() -> None:
    assert outcomes("AP004", endpoint("POST /things", ANONYMOUS)) == {"POST /things": Outcome.NOT_APPLICABLE}


def test_a_write_under_a_permissive_default_of_the_application_fails() -> None:
    default = guard(Demand.ANONYMOUS, level=Level.APPLICATION, kind="permission")
    assert outcomes("AP004", endpoint("POST /things", default)) == {"POST /things": Outcome.FAIL}


def test_a_write_in_development_only_is_not_applicable() -> None:
    found = verdict("AP004", endpoint("POST /things", environment="development"))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "development" in found.message


def test_an_unknown_guard_is_not_tested_with_its_reason() -> None:
    found = verdict("AP004", endpoint("POST /things", UNKNOWN, reasons=("demand() is not in the tree",)))
    assert found.outcome is Outcome.NOT_TESTED
    assert "demand() is not in the tree" in found.message


def test_a_sensitive_route_that_is_open_fails() -> None:
    found = verdict("AP007", endpoint("GET /import_ldap_users"), *GUARDED)
    assert found.outcome is Outcome.FAIL
    assert found.severity is Severity.HIGH
    assert found.confidence is Confidence.FIRM


def test_a_sensitive_route_that_is_guarded_passes() -> None:
    assert outcomes("AP007", endpoint("GET /admin", CLERK)) == {"GET /admin": Outcome.PASS}


def test_harmless_routes_are_no_subject_of_the_rule_about_sensitive_ones() -> None:
    assert outcomes("AP007", endpoint("GET /things")) == {}


def test_a_stray_endpoint_beside_guarded_groups_fails() -> None:
    groups = [endpoint(f"GET /things{number}", ROUTER, handler="things.read") for number in range(3)]
    stray = endpoint("POST /stock", path="shop/main.py", handler="main.stock")
    assert outcomes("AP008", stray, *groups) == {"POST /stock": Outcome.FAIL}


def test_a_stray_health_probe_beside_guarded_groups_does_not_fail() -> None:
    groups = [endpoint(f"GET /things{number}", ROUTER, handler="things.read") for number in range(3)]
    stray = endpoint("GET /health", path="shop/main.py", handler="main.health")
    assert outcomes("AP008", stray, *groups) == {"GET /health": Outcome.NOT_APPLICABLE}


def test_an_endpoint_of_a_router_is_not_stray() -> None:
    groups = [endpoint(f"GET /things{number}", ROUTER, handler="things.read") for number in range(3)]
    assert outcomes("AP008", endpoint("POST /stock", path="shop/stock.py", handler="stock.add"), *groups) == {}


def test_nothing_is_stray_where_groups_are_not_guarded() -> None:
    stray = endpoint("POST /stock", path="shop/main.py", handler="main.stock")
    assert outcomes("AP008", stray, endpoint("GET /things")) == {}


def test_a_lambda_of_a_minimal_api_beside_guarded_groups_fails() -> None:
    groups = [endpoint(f"GET /things{number}", ROUTER, framework="aspnetcore") for number in range(3)]
    stray = endpoint("POST /stock", framework="aspnetcore", handler="Program.(lambda)")
    assert outcomes("AP008", stray, *groups) == {"POST /stock": Outcome.FAIL}


def test_a_decorator_above_the_route_fails() -> None:
    dead = guard(defeat="order: the decorator stands above the route and never runs", name="@login_required")
    found = verdict("AP010", endpoint("DELETE /things/{id}", dead))
    assert found.outcome is Outcome.FAIL
    assert found.message == (
        "DELETE /things/{id} is not guarded by @login_required: the decorator stands above the route and never runs."
    )


def test_a_dead_guard_beside_one_that_demands_as_much_passes() -> None:
    dead = guard(defeat="commented-out: it stands in a comment")
    assert outcomes("AP010", endpoint("GET /things", ROUTER, dead)) == {"GET /things": Outcome.PASS}


def test_a_dead_role_beside_a_mere_sign_in_fails_as_missing_authorization() -> None:
    dead = guard(Demand.ROLE, "Admin", defeat="unawaited: nobody awaits it")
    found = verdict("AP010", endpoint("GET /things", ROUTER, dead))
    assert found.outcome is Outcome.FAIL
    assert found.weakness == "missing-authorization"


def test_an_overridden_guard_is_left_to_the_rule_about_markers() -> None:
    dead = guard(defeat="overridden: [AllowAnonymous] wins")
    assert outcomes("AP010", endpoint("GET /things", dead, ANONYMOUS)) == {"GET /things": Outcome.PASS}


def test_the_same_path_in_two_apis_is_judged_in_each() -> None:
    both = inventory(endpoint("POST /things", api="shop"), endpoint("POST /things", SIGNED_IN, api="back"))
    found = {verdict.subject.api: verdict.outcome for verdict in rule("AP004").judge(both)}
    assert found == {"shop": Outcome.FAIL, "back": Outcome.PASS}


def test_an_open_read_is_always_a_suspicion() -> None:
    assert verdict("AP001", endpoint("GET /things/{id}"), *GUARDED).confidence is Confidence.TENTATIVE


def test_a_handler_that_reads_a_proof_from_a_header_is_not_judged() -> None:
    sent = Parameter("X-API-Token", "str", "header")
    found = verdict("AP004", endpoint("PUT /transfer", parameters=(sent,)), *GUARDED)
    assert found.outcome is Outcome.NOT_TESTED
    assert found.message == (
        "PUT /transfer reads X-API-Token itself; whether it refuses without one could not be seen."
    )


def test_a_token_against_forged_requests_is_no_proof_of_who_calls() -> None:
    sent = Parameter("X-CSRF-Token", "str", "header")
    assert verdict("AP004", endpoint("PUT /transfer", parameters=(sent,)), *GUARDED).outcome is Outcome.FAIL


def test_both_on_one_read_is_a_suspicion_and_on_a_write_is_firm() -> None:
    beside = guard(defeat="overridden: the anonymous marker wins")
    assert verdict("AP003", endpoint("GET /things", beside, ANONYMOUS)).confidence is Confidence.TENTATIVE
    assert verdict("AP003", endpoint("DELETE /things", beside, ANONYMOUS)).confidence is Confidence.FIRM


def test_a_decorator_in_a_comment_that_guards_nothing_is_no_dead_guard() -> None:
    dead = guard(Demand.UNKNOWN, defeat="commented-out: it stands in a comment", name="@vary_on_cookie")
    assert outcomes("AP010", endpoint("GET /things", dead)) == {"GET /things": Outcome.PASS}


def test_a_guard_in_a_comment_is_a_dead_one_even_if_it_cannot_be_followed() -> None:
    dead = guard(Demand.UNKNOWN, defeat="commented-out: it stands in a comment", name="@login_required")
    assert outcomes("AP010", endpoint("GET /things", dead)) == {"GET /things": Outcome.FAIL}


def test_an_open_post_beside_guarded_ones_is_a_suspicion_and_one_by_itself_is_firm() -> None:
    beside = endpoint("GET /things", SIGNED_IN, handler="things.read")
    assert verdict("AP004", endpoint("POST /things", handler="things.add"), beside).confidence is Confidence.TENTATIVE
    assert verdict("AP004", endpoint("DELETE /things", handler="things.drop"), beside).confidence is Confidence.FIRM
    assert verdict("AP004", endpoint("POST /parcels", handler="others.add"), beside).confidence is Confidence.FIRM
