"""Rules about what handlers do, on reach that is made by hand."""

from msgspec.structs import replace
from tests.rules.builders import CLERK, SIGNED_IN, UNKNOWN, endpoint, guard, inventory, rule

from assay.model.endpoint import Attribute, Demand, Endpoint, Schema
from assay.model.entity import Entity
from assay.model.place import Place
from assay.model.reach import Access, Act, Action, Copy, Decision, Exposure, Gap, Key, Origin, Reach
from assay.model.verdict import Confidence, Outcome, Verdict

PLACE = Place("shop/store.py", 7)
ORDER = Entity("Order", PLACE, (Attribute("owner_id", "int"),), ("owner_id",))
USER = Entity(
    "User",
    PLACE,
    (Attribute("role", "str"), Attribute("password_hash", "str")),
    (),
    ("password_hash",),
    ("role",),
    is_account=True,
)
BY_PATH = Key("id", Origin.PATH, "order_id")
BY_CALLER = Key("owner_id", Origin.PRINCIPAL, "user.id")


def access(
    action: Action = Action.READ, *keys: Key, entity: str = "Order", protection: str = "", certain: bool = True
) -> Access:
    driven = any(key.origin is Origin.PATH for key in keys)
    return Access(
        action,
        entity,
        keys,
        "store.get: get",
        PLACE,
        protection=protection,
        is_certain=certain,
        is_request_driven=driven,
    )


def of(one: Endpoint, reach: Reach | None) -> Endpoint:
    return replace(one, reach=reach)


def verdict(identifier: str, subject: Endpoint, *others: Endpoint) -> Verdict:
    held = replace(inventory(subject, *others), entities=(ORDER, USER))
    return next(found for found in rule(identifier).judge(held) if found.subject.name == subject.name)


READ = endpoint("GET /orders/{order_id}", SIGNED_IN)
OWN = of(
    endpoint("GET /orders", SIGNED_IN),
    Reach((access(Action.LIST, BY_CALLER, protection="keyed: owner_id == user.id"),)),
)


def test_an_object_by_an_id_alone_is_a_finding_that_is_firm_where_the_api_ties_such_objects_elsewhere() -> None:
    found = verdict("AP101", of(READ, Reach((access(Action.READ, BY_PATH),))), OWN)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.FIRM)
    assert found.place == PLACE


def test_without_another_tie_in_the_api_it_is_a_suspicion() -> None:
    found = verdict("AP101", of(READ, Reach((access(Action.READ, BY_PATH),))))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_a_protected_object_passes_and_says_why() -> None:
    found = verdict(
        "AP101", of(READ, Reach((access(Action.READ, BY_PATH, protection="compared: order.owner_id != user.id"),)))
    )
    assert found.outcome is Outcome.PASS
    assert "order.owner_id != user.id" in found.message


def test_what_could_not_be_followed_is_not_tested() -> None:
    assert verdict("AP101", of(READ, None)).outcome is Outcome.NOT_TESTED
    assert verdict("AP101", of(READ, Reach(gaps=(Gap("too much"),)))).outcome is Outcome.NOT_TESTED
    assert (
        verdict(
            "AP101", of(endpoint("GET /orders/{order_id}", UNKNOWN), Reach((access(Action.READ, BY_PATH),)))
        ).outcome
        is Outcome.NOT_TESTED
    )


def test_a_scope_makes_it_a_suspicion() -> None:
    scoped = endpoint("GET /orders/{order_id}", guard(Demand.SCOPE, "orders.read"))
    found = verdict("AP101", of(scoped, Reach((access(Action.READ, BY_PATH),))), OWN)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_an_object_that_belongs_to_nobody_is_not_applicable() -> None:
    found = verdict("AP101", of(READ, Reach((access(Action.READ, BY_PATH, entity="Country"),))))
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_share_token_is_a_right_of_its_own() -> None:
    by_token = Key("share_token", Origin.PATH, "token")
    assert verdict("AP101", of(READ, Reach((access(Action.READ, by_token),))), OWN).outcome is Outcome.NOT_APPLICABLE


def test_administration_behind_a_mere_login_is_a_finding_where_the_api_knows_rights() -> None:
    admin = of(endpoint("GET /admin/orders", SIGNED_IN), Reach((access(Action.LIST),)))
    other = of(endpoint("DELETE /orders/{order_id}", CLERK), Reach())
    assert verdict("AP102", admin, other).confidence is Confidence.FIRM
    assert verdict("AP102", admin).confidence is Confidence.TENTATIVE


def test_administration_that_asks_for_a_role_passes() -> None:
    assert (
        verdict("AP102", of(endpoint("GET /admin/orders", CLERK), Reach((access(Action.LIST),)))).outcome
        is Outcome.PASS
    )
    checked = Reach((access(Action.LIST),), decisions=(Decision("role", "not user.is_admin", PLACE),))
    assert verdict("AP102", of(endpoint("GET /admin/orders", SIGNED_IN), checked)).outcome is Outcome.PASS


def test_a_handler_that_refuses_everybody_is_no_finding() -> None:
    assert (
        verdict("AP102", of(endpoint("GET /admin", SIGNED_IN), Reach(is_closed=True))).outcome is Outcome.NOT_APPLICABLE
    )


def test_a_right_that_the_request_states_is_a_finding() -> None:
    claimed = Reach(decisions=(Decision("claimed", 'headers["X-Admin"] == "true"', PLACE, values=("X-Admin",)),))
    found = verdict("AP102", of(endpoint("DELETE /orders/{order_id}", SIGNED_IN), claimed))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.FIRM)


def copied(*fields: str, is_open: bool = False) -> Reach:
    return Reach(copies=(Copy("User", "a loop over setattr", Origin.BODY, fields, PLACE, is_open=is_open),))


def test_a_copy_that_can_set_a_role_is_a_finding() -> None:
    put = endpoint("PUT /me", SIGNED_IN)
    assert verdict("AP103", of(put, copied("name", "role"))).outcome is Outcome.FAIL
    assert verdict("AP103", of(put, copied(is_open=True))).outcome is Outcome.FAIL
    assert verdict("AP103", of(put, copied("name"))).outcome is Outcome.PASS
    assert verdict("AP103", of(endpoint("PUT /me", CLERK), copied("role"))).outcome is Outcome.PASS


def test_an_account_that_goes_out_whole_with_its_hash_is_a_finding() -> None:
    shown = Reach(exposures=(Exposure("User", ("role", "password_hash"), "returned as it is", PLACE),))
    found = verdict("AP104", of(endpoint("GET /people/{id}", SIGNED_IN), shown))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.FIRM)


def test_a_response_model_decides_what_goes_out() -> None:
    shown = Reach(exposures=(Exposure("User", ("password_hash",), "returned as it is", PLACE),))
    safe = replace(endpoint("GET /people/{id}", SIGNED_IN), response=Schema("Person", (Attribute("name", "str"),)))
    assert verdict("AP104", of(safe, shown)).outcome is Outcome.PASS
    card = Schema("Card", (Attribute("card_number", "str"),))
    nested = replace(safe, response=Schema("Person", (Attribute("card", "Card"),), (card,)))
    assert verdict("AP104", of(nested, shown)).outcome is Outcome.FAIL


def test_whether_there_is_a_password_is_no_secret() -> None:
    safe = replace(endpoint("GET /rooms", SIGNED_IN), response=Schema("Room", (Attribute("hasPassword", "bool"),)))
    assert verdict("AP104", of(safe, Reach())).outcome is Outcome.PASS
    hashed = replace(safe, response=Schema("Room", (Attribute("hashed_password", "str"),)))
    assert verdict("AP104", of(hashed, Reach())).outcome is Outcome.FAIL


def test_a_whole_table_in_an_answer_is_unbounded() -> None:
    whole = replace(access(Action.LIST), is_bounded=False)
    shown = Exposure("Order", (), "returned as it is", PLACE)
    read = endpoint("GET /orders", SIGNED_IN)
    assert verdict("AP111", of(read, Reach((whole,), exposures=(shown,)))).outcome is Outcome.FAIL
    assert (
        verdict("AP111", of(read, Reach((replace(whole, is_bounded=True),), exposures=(shown,)))).outcome
        is Outcome.PASS
    )
    assert verdict("AP111", of(read, Reach((whole,)))).outcome is Outcome.NOT_APPLICABLE


LOADED = access(Action.READ, Key("email", Origin.BODY, "email"), entity="User")


def login(*acts: str) -> Endpoint:
    asked = Schema("Credentials", (Attribute("email", "str"), Attribute("password", "str")))
    return of(
        replace(endpoint("POST /login"), request=asked),
        Reach((LOADED,), acts=tuple(Act(kind, kind, PLACE) for kind in acts)),
    )


def test_a_sign_in_that_never_reads_the_password_is_a_finding() -> None:
    found = verdict("AP113", login("token-issue"))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.FIRM)


def test_a_sign_in_that_verifies_passes_and_one_that_hands_the_password_on_is_not_tested() -> None:
    assert verdict("AP113", login("password-verify", "token-issue")).outcome is Outcome.PASS
    assert verdict("AP113", login("password-read", "token-issue")).outcome is Outcome.NOT_TESTED


def test_whether_there_is_one_and_what_hangs_on_another_object_are_suspicions() -> None:
    counted = replace(access(Action.READ, BY_PATH), symbol="store.exists: exists")
    found = verdict("AP101", of(READ, Reach((counted,))), OWN)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)
    of_shop = access(Action.LIST, Key("shop_id", Origin.PATH, "shop_id"))
    found = verdict("AP101", of(READ, Reach((of_shop,))), OWN)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_a_policy_before_most_endpoints_says_nothing_of_one_object() -> None:
    application = guard(Demand.POLICY, "Application", name="[Authorize(Application)]")
    reach = Reach((access(Action.READ, BY_PATH, protection="guard: [Authorize(Application)]"),))
    subject = of(endpoint("GET /orders/{order_id}", application), reach)
    others = tuple(of(endpoint(f"GET /things{number}", application), Reach()) for number in range(12))
    assert verdict("AP101", subject, OWN, *others).outcome is Outcome.NOT_TESTED
    assert verdict("AP101", subject, OWN).outcome is Outcome.PASS


def test_a_guard_of_the_project_is_believed_when_it_speaks_of_rights_and_doubted_otherwise() -> None:
    reach = Reach(decisions=(Decision("role", "user.is_admin", PLACE),))
    known = of(endpoint("GET /orders/all", SIGNED_IN), reach)
    speaking = guard(Demand.CUSTOM, name="[ApiPermission(Ids.Restore)]")
    subject = of(endpoint("GET /admin/restore", speaking), Reach((access(),)))
    assert verdict("AP102", subject, known).outcome is Outcome.PASS
    silent = of(endpoint("GET /admin/restore", guard(Demand.CUSTOM, name="check in view")), Reach((access(),)))
    found = verdict("AP102", silent, known)
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_backup_codes_are_not_the_inside_of_the_service() -> None:
    subject = of(endpoint("GET /auth/backup-codes", SIGNED_IN), Reach((access(),)))
    assert verdict("AP102", subject).outcome is Outcome.NOT_APPLICABLE
    subject = of(endpoint("GET /backups", SIGNED_IN), Reach((access(),)))
    assert verdict("AP102", subject).outcome is Outcome.FAIL


def test_a_part_of_a_table_and_a_table_of_kinds_are_no_firm_unbounded_lists() -> None:
    whole = replace(access(Action.LIST), is_bounded=False)
    part = Reach((whole,), exposures=(Exposure("Order", (), "returned in part", PLACE),))
    assert verdict("AP111", of(endpoint("GET /orders", SIGNED_IN), part)).outcome is Outcome.PASS
    kinds = Reach(
        (replace(access(Action.LIST, entity="CardType"), is_bounded=False),),
        exposures=(Exposure("CardType", (), "returned as it is", PLACE),),
    )
    found = verdict("AP111", of(endpoint("GET /kinds", SIGNED_IN), kinds))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.TENTATIVE)


def test_only_what_an_answer_is_given_goes_out() -> None:
    subject = endpoint("GET /me", SIGNED_IN)
    answer = Schema("Me", (Attribute("name", "str"), Attribute("password", "str")))
    reach = Reach((access(),), exposures=(Exposure("", ("name",), "made for the answer", PLACE),))
    assert verdict("AP104", replace(of(subject, reach), response=answer)).outcome is Outcome.PASS
    assert verdict("AP104", replace(of(subject, Reach((access(),))), response=answer)).outcome is Outcome.FAIL
