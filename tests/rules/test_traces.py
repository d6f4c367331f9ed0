"""AP106, AP107 and AP110 over reaches made by hand."""

import pytest
from msgspec.structs import replace
from tests.rules.builders import SIGNED_IN, endpoint, inventory, rule

from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.place import Place
from assay.model.program import Setting
from assay.model.reach import Access, Act, Action, Gap, Note, Reach, Throttle
from assay.model.verdict import Confidence, Outcome, Severity, Verdict

PLACE = Place("shop/orders.py", 12)
DELETE = Access(Action.DELETE, "Order", (), "remove: delete", PLACE)
LOG = Note("log", "info", "remove: info", PLACE, "order deleted")
PASSWORD, SESSION = Act("password-verify", "check_password", PLACE), Act("session-start", "login_user", PLACE)


def served(name: str, *guards: object, handler: str = "", **reach: tuple[object, ...]) -> Endpoint:
    return replace(endpoint(name, *guards, handler=handler), reach=Reach(**reach))  # type: ignore[arg-type]


def judged(identifier: str, subject: Endpoint, *settings: Setting, entities: tuple[Entity, ...] = ()) -> Verdict | None:
    found = list(rule(identifier).judge(replace(inventory(subject, settings=settings), entities=entities)))
    return found[0] if found else None


def said(verdict: Verdict | None) -> tuple[str, str]:
    assert verdict is not None
    return str(verdict.outcome), str(verdict.confidence) if verdict.outcome is Outcome.FAIL else ""


def setting(name: str, value: str = "on", scope: str = "") -> Setting:
    return Setting("shop", name, value, "any", PLACE, (("by", "the trail"), ("scope", scope)))


# --- AP107


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ((), ("fail", "firm")),
        ((LOG,), ("pass", "")),
        ((replace(LOG, branch="failure"),), ("fail", "firm")),
        ((replace(LOG, level="debug"),), ("fail", "tentative")),
        ((replace(LOG, kind="event", level=""),), ("not-tested", "")),
        ((replace(LOG, kind="audit", level=""),), ("pass", "")),
    ],
)
def test_a_deletion_needs_a_trace_of_its_success(notes: tuple[Note, ...], expected: tuple[str, str]) -> None:
    assert said(judged("AP107", served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,), notes=notes))) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (setting("audit"), ("pass", "")),
        (setting("audit", "access"), ("fail", "tentative")),
        (setting("audit", "fields"), ("fail", "firm")),
        (setting("audit", "on", "mediator"), ("fail", "firm")),
        (setting("sign-in-log", "success"), ("fail", "firm")),
    ],
)
def test_a_trail_of_the_application_counts_for_what_it_tells(known: Setting, expected: tuple[str, str]) -> None:
    assert said(judged("AP107", served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,)), known)) == expected


def test_a_type_that_is_recorded_leaves_a_trail() -> None:
    subject = served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,))
    assert said(judged("AP107", subject, entities=(Entity("Order", None, audit="django-auditlog"),))) == ("pass", "")


def test_a_handler_with_gaps_is_only_suspected() -> None:
    subject = served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,), gaps=(Gap("it is too much"),))
    assert said(judged("AP107", subject)) == ("fail", "tentative")


def test_tidying_up_weighs_little() -> None:
    verdict = judged("AP107", served("POST /orders", SIGNED_IN, accesses=(DELETE,)))
    assert said(verdict) == ("fail", "tentative")
    assert verdict is not None
    assert verdict.severity is Severity.LOW


@pytest.mark.parametrize(
    ("name", "entity", "expected"),
    [
        ("GET /orders", "Order", ("not-applicable", "")),
        ("GET /orders/{id}/delete", "Order", ("fail", "tentative")),
        ("POST /orders", "Session", ("not-applicable", "")),
        ("DELETE /sessions/{id}", "Session", ("fail", "firm")),
        ("DELETE /orders/{id}/favorite", "Favorite", ("fail", "tentative")),
    ],
)
def test_what_comes_and_goes_is_destroyed_only_on_purpose(name: str, entity: str, expected: tuple[str, str]) -> None:
    assert said(judged("AP107", served(name, SIGNED_IN, accesses=(replace(DELETE, entity=entity),)))) == expected


@pytest.mark.parametrize(
    ("fields", "is_account", "expected"),
    [
        (("is_deleted",), False, ("fail", "firm")),
        (("role",), True, ("fail", "firm")),
        (("role",), False, ("not-applicable", "")),
        (("name",), True, ("not-applicable", "")),
    ],
)
def test_a_change_counts_where_it_removes_or_grants(
    fields: tuple[str, ...], is_account: bool, expected: tuple[str, str]
) -> None:
    access = replace(DELETE, action=Action.UPDATE, fields=fields)
    subject = served("POST /orders/{id}/remove", SIGNED_IN, accesses=(access,))
    entity = Entity("Order", None, is_account=is_account)
    assert said(judged("AP107", subject, entities=(entity,))) == expected


def test_a_restored_object_is_not_destroyed() -> None:
    access = replace(DELETE, action=Action.UPDATE, fields=("deleted_at",))
    assert said(judged("AP107", served("POST /orders/{id}/restore", SIGNED_IN, accesses=(access,)))) == (
        "not-applicable",
        "",
    )


def test_a_deletion_that_was_not_recognised_was_not_judged() -> None:
    assert said(judged("AP107", served("DELETE /orders/{id}", SIGNED_IN))) == ("not-tested", "")


def test_subject_and_weakness_are_the_same_before_and_after_the_mend() -> None:
    bad = judged("AP107", served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,)))
    good = judged("AP107", served("DELETE /orders/{id}", SIGNED_IN, accesses=(DELETE,), notes=(LOG,)))
    assert bad is not None
    assert good is not None
    assert (bad.subject, bad.weakness) == (good.subject, good.weakness)


def test_the_fullest_of_several_deletions_is_named() -> None:
    other = replace(DELETE, entity="OrderSession")
    verdict = judged("AP107", served("DELETE /orders/{id}", SIGNED_IN, accesses=(other, DELETE)))
    assert verdict is not None
    assert "deletes Order and" in verdict.message


# --- AP106


@pytest.mark.parametrize(
    ("name", "acts", "expected"),
    [
        ("POST /login", (PASSWORD, SESSION), ("fail", "firm")),
        ("POST /login", (), ("fail", "tentative")),
        ("POST /auth/token", (PASSWORD, Act("token-issue", "encode", PLACE)), ("fail", "firm")),
        ("POST /authenticate", (Act("secret-verify", "a query by api_token", PLACE),), ("fail", "firm")),
        ("POST /users/reset-password", (Act("password-set", "set_password", PLACE),), ("fail", "firm")),
        ("POST /users/reset-password", (), ("fail", "tentative")),
        ("POST /mfa/verify", (Act("code-verify", "verify_totp", PLACE), SESSION), ("fail", "firm")),
        ("POST /register", (), ("fail", "tentative")),
    ],
)
def test_a_way_in_needs_a_limit(name: str, acts: tuple[Act, ...], expected: tuple[str, str]) -> None:
    assert said(judged("AP106", served(name, acts=acts))) == expected


@pytest.mark.parametrize(
    "name",
    ["GET /login", "POST /logout", "POST /orders", "POST /login/google", "POST /devices/register", "POST /mfa/enable"],
)
def test_another_endpoint_is_no_way_in(name: str) -> None:
    assert judged("AP106", served(name)) is None


def test_behind_a_login_is_no_way_in() -> None:
    assert judged("AP106", served("POST /login", SIGNED_IN, acts=(PASSWORD, SESSION))) is None


def test_a_second_factor_is_a_door_behind_the_login() -> None:
    subject = served("POST /auth/mfa/verify", SIGNED_IN, acts=(SESSION,))
    assert said(judged("AP106", subject)) == ("fail", "tentative")
    assert judged("AP106", served("POST /auth/mfa/verify", SIGNED_IN)) is None


def test_a_throttle_passes() -> None:
    throttle = Throttle("rate-limit", "limiter.limit", PLACE)
    assert said(judged("AP106", served("POST /login", acts=(PASSWORD, SESSION), throttles=(throttle,)))) == ("pass", "")


def test_a_throttle_of_the_application_passes() -> None:
    assert said(judged("AP106", served("POST /login", acts=(PASSWORD, SESSION)), setting("rate-limit"))) == ("pass", "")


def test_a_handler_that_was_not_followed_was_not_judged() -> None:
    assert said(judged("AP106", served("POST /login", gaps=(Gap("it could not be run"),)))) == ("not-tested", "")


@pytest.mark.parametrize(
    ("name", "weakness"),
    [("POST /login", "missing-brute-force-protection"), ("POST /forgot-password", "missing-rate-limit")],
)
def test_the_weakness_is_that_of_the_door(name: str, weakness: str) -> None:
    throttle = Throttle("rate-limit", "limiter.limit", PLACE)
    found = [
        judged("AP106", served(name, acts=(PASSWORD,))),
        judged("AP106", served(name, acts=(PASSWORD,), throttles=(throttle,))),
    ]
    assert [verdict.weakness for verdict in found if verdict is not None] == [weakness, weakness]


# --- AP110

FAILED = Note("log", "warning", "login: warning", PLACE, "sign-in failed", branch="failure")
WORKED = Note("log", "info", "login: info", PLACE, "signed in", branch="success")


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ((), ("fail", "firm")),
        ((FAILED, WORKED), ("pass", "")),
        ((FAILED,), ("fail", "tentative")),
        ((WORKED,), ("fail", "tentative")),
        ((replace(WORKED, branch=""),), ("pass", "")),
        ((replace(WORKED, level="debug", branch=""),), ("fail", "firm")),
    ],
)
def test_both_ends_of_a_sign_in_are_logged(notes: tuple[Note, ...], expected: tuple[str, str]) -> None:
    assert said(judged("AP110", served("POST /login", acts=(PASSWORD, SESSION), notes=notes))) == expected


def test_signals_log_sign_ins_for_all() -> None:
    both = (setting("sign-in-log", "success"), setting("sign-in-log", "failure"))
    subject = served("POST /login", acts=(PASSWORD, SESSION))
    assert said(judged("AP110", subject, *both)) == ("pass", "")
    assert said(judged("AP110", subject, both[0])) == ("fail", "tentative")


@pytest.mark.parametrize(
    ("name", "act", "expected"),
    [
        ("POST /me/password", Act("password-set", "set_password", PLACE), "changes a password"),
        ("POST /users/{id}/role", Act("grant", "AddToRoleAsync", PLACE), "changes rights"),
    ],
)
def test_a_change_of_credentials_is_logged(name: str, act: Act, expected: str) -> None:
    verdict = judged("AP110", served(name, SIGNED_IN, acts=(act,)))
    assert verdict is not None
    assert expected in verdict.message
    assert verdict.confidence is Confidence.FIRM
    assert said(judged("AP110", served(name, SIGNED_IN, acts=(act,), notes=(WORKED,)))) == ("pass", "")


def test_a_registration_is_none_of_them() -> None:
    assert judged("AP110", served("POST /register", acts=(Act("password-set", "hash", PLACE),))) is None
