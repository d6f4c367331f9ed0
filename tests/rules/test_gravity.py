"""How grave it is that an endpoint answers everybody, and how sure."""

import pytest
from msgspec.structs import replace
from tests.rules.builders import ANONYMOUS, SIGNED_IN, endpoint, guard, inventory

from assay.model.endpoint import Demand, Level, Parameter
from assay.model.place import Place
from assay.model.reach import Access, Action, Key, Origin, Reach
from assay.model.verdict import Confidence, Severity
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import landscapes
from assay.rules.topics import topic

GUARDED = tuple(endpoint(f"GET /things{number}", SIGNED_IN) for number in range(4))


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("GET /admin/users", Severity.CRITICAL),
        ("POST /debug/shell", Severity.CRITICAL),
        ("GET /debug", Severity.HIGH),
        ("GET /api/secrets", Severity.CRITICAL),
        ("GET /import_ldap_users", Severity.HIGH),
        ("GET /users/{id}", Severity.HIGH),
        ("POST /orders", Severity.HIGH),
        ("DELETE /things/{id}", Severity.HIGH),
        ("GET /things", Severity.MEDIUM),
        ("ANY /things", Severity.MEDIUM),
        ("GET /metrics", Severity.LOW),
        ("GET /", Severity.LOW),
        ("ANY /Home/Index", Severity.LOW),
        ("GET /{page}", Severity.LOW),
    ],
)
def test_severity_follows_what_the_route_is_about(name: str, severity: Severity) -> None:
    known = landscapes(inventory(endpoint(name), *GUARDED))["shop"]
    assert gravity(endpoint(name), known).severity is severity


@pytest.mark.parametrize(
    "name",
    [
        "POST /contact",
        "POST /search",
        "POST /users",
        "PUT /share/{token}",
        "POST /public/orders",
        "ANY /things",
        "GET /settings",
        "GET /admin/exists",
        "POST /basket",
        "POST /conversion",
        "POST /drive/callback",
    ],
)
def test_what_may_be_meant_is_tentative(name: str) -> None:
    known = landscapes(inventory(endpoint(name), *GUARDED))["shop"]
    weight = gravity(endpoint(name), known)
    assert weight.confidence is Confidence.TENTATIVE
    assert weight.doubt.endswith(".")


@pytest.mark.parametrize(
    "name", ["DELETE /things/{id}", "GET /things", "PUT /orders", "GET /users/{id}", "GET /admin/settings"]
)
def test_what_stands_out_is_firm(name: str) -> None:
    known = landscapes(inventory(endpoint(name), *GUARDED))["shop"]
    assert gravity(endpoint(name), known).confidence is Confidence.FIRM


def test_an_open_read_where_reading_is_open_is_tentative() -> None:
    subject = endpoint("GET /things")
    known = landscapes(inventory(subject, endpoint("GET /other"), endpoint("POST /things", SIGNED_IN)))["shop"]
    assert gravity(subject, known).confidence is Confidence.TENTATIVE


def test_an_open_read_of_an_api_without_any_authentication_is_tentative() -> None:
    subject = endpoint("GET /customers")
    known = landscapes(inventory(subject))["shop"]
    assert gravity(subject, known).confidence is Confidence.TENTATIVE


def test_an_open_write_of_an_api_without_any_authentication_is_firm() -> None:
    subject = endpoint("DELETE /things/{id}")
    known = landscapes(inventory(subject))["shop"]
    assert gravity(subject, known).confidence is Confidence.FIRM


def test_a_permissive_default_of_the_application_states_nothing_about_an_endpoint() -> None:
    default = guard(Demand.ANONYMOUS, level=Level.APPLICATION, kind="permission")
    assert statement(endpoint("POST /orders", default)) is None
    assert statement(endpoint("POST /orders", ANONYMOUS)) is ANONYMOUS


def test_a_path_that_says_public_is_not_sensitive() -> None:
    assert topic(endpoint("GET /public/settings")) is None


def test_a_sensitive_word_that_names_another_resource_does_not_count() -> None:
    assert topic(endpoint("GET /users/{id}/comments")) is None


def test_a_read_that_finds_out_who_calls_and_refuses_nobody_is_tentative() -> None:
    optional = guard(Demand.NOTHING, name="Depends(current_user_or_none)")
    subject = endpoint("GET /things", optional)
    known = landscapes(inventory(subject, *GUARDED))["shop"]
    assert gravity(subject, known).confidence is Confidence.TENTATIVE


def test_a_write_that_finds_out_who_calls_and_refuses_nobody_is_firm() -> None:
    broken = guard(Demand.NOTHING, name="Depends(current_user)")
    subject = endpoint("DELETE /things/{id}", broken)
    known = landscapes(inventory(subject, *GUARDED))["shop"]
    assert gravity(subject, known).confidence is Confidence.FIRM


def test_a_handler_that_is_named_public_may_be_meant_so() -> None:
    subject = endpoint("GET /groups/{slug}/foods", handler="PublicFoodsController.get_all")
    known = landscapes(inventory(subject, *GUARDED))["shop"]
    assert gravity(subject, known).confidence is Confidence.TENTATIVE


def test_a_read_whose_twin_with_a_slash_is_guarded_may_only_lead_there() -> None:
    subject = endpoint("GET /admin")
    known = landscapes(inventory(subject, endpoint("GET /admin/", SIGNED_IN), *GUARDED))["shop"]
    weight = gravity(subject, known)
    assert (weight.severity, weight.confidence) == (Severity.LOW, Confidence.TENTATIVE)


def test_a_write_beside_a_guarded_twin_is_as_bad_as_any() -> None:
    subject = endpoint("DELETE /things")
    known = landscapes(inventory(subject, endpoint("DELETE /things/", SIGNED_IN), *GUARDED))["shop"]
    assert (gravity(subject, known).severity, gravity(subject, known).confidence) == (Severity.HIGH, Confidence.FIRM)


def test_a_token_in_the_query_may_be_the_proof() -> None:
    subject = endpoint("GET /backups/{id}/export", parameters=(Parameter("token", "str", "query"),))
    known = landscapes(inventory(subject, *GUARDED))["shop"]
    assert gravity(subject, known).confidence is Confidence.TENTATIVE


def test_what_touches_only_the_objects_of_its_caller_is_tentative() -> None:
    mine = Access(Action.READ, "User", (Key("Id", Origin.PRINCIPAL, "sub"),), "Users.me", Place("a.py", 1))
    anyone = replace(mine, keys=(Key("Id", Origin.PATH, "id"),))
    for accesses, confidence in (((mine,), Confidence.TENTATIVE), ((mine, anyone), Confidence.FIRM)):
        subject = replace(endpoint("GET /users/me"), reach=Reach(accesses=accesses))
        known = landscapes(inventory(subject, *GUARDED))["shop"]
        assert gravity(subject, known).confidence is confidence


def test_a_write_that_looks_its_caller_up_is_tentative() -> None:
    me = Access(
        Action.READ,
        "User",
        (Key("UserName", Origin.PRINCIPAL, "Name"),),
        "Users.me",
        Place("a.py", 1),
        protection="keyed: x",
    )
    made = Access(Action.CREATE, "Save", (), "Saves.add", Place("a.py", 2))
    taken = Access(Action.DELETE, "Save", (Key("Id", Origin.PATH, "id"),), "Saves.remove", Place("a.py", 2))
    for accesses, confidence in (
        ((me, made), Confidence.TENTATIVE),
        ((made,), Confidence.FIRM),
        ((me, taken), Confidence.FIRM),
    ):
        subject = replace(endpoint("PUT /saves"), reach=Reach(accesses=accesses))
        known = landscapes(inventory(subject, *GUARDED))["shop"]
        assert gravity(subject, known).confidence is confidence


def test_what_is_open_about_passwords_and_tokens_may_be_a_step_of_the_way_in() -> None:
    for name in ("POST /Token/requirePassword", "GET /token/{pin}"):
        known = landscapes(inventory(endpoint(name), *GUARDED))["shop"]
        assert gravity(endpoint(name), known).confidence is Confidence.TENTATIVE
