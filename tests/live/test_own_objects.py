"""Nothing is written but objects that are proved to be a given identity's, and of them nothing that could not be put back."""

import json
from collections.abc import Generator

import pytest
from msgspec.structs import replace
from tests.live.playback import Script, reply, script

from assay.live.own import Own, text_field
from assay.live.own_objects import dangerous, marked_objects, own_objects, writing_route
from assay.model.exchange import Ask, Reply
from assay.model.target import Route, Slot
from assay.plugins.probe import Ruling

LIST = """# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders
# route: GET /orders/{id}
# route: PATCH /orders/{id}
GET /orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "1"}]
###
GET /orders
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

%s
###
GET /orders/1
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

%s
###
GET /orders/1

HTTP/1.1 %s
Content-Type: application/json

{"detail": "x", "id": "1"}
"""
REFUSED, OPEN = "401 Unauthorized", "200 OK"


def owned(played: Script, method: str = "PATCH") -> tuple[Own, ...]:
    target = played.target
    route = next(each for each in target.routes if each.method == method)
    return driven(played, own_objects(target, route, target.callers[0]))


def driven(played: Script, play: Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Own, ...]]) -> tuple[Own, ...]:
    replies: tuple[Reply, ...] | None = None
    while True:
        try:
            asks = next(play) if replies is None else play.send(replies)
        except StopIteration as end:
            found: tuple[Own, ...] = end.value
            return found
        replies = tuple(reply(played, ask) for ask in asks)


@pytest.mark.parametrize(
    ("theirs", "shown", "stranger", "is_own"),
    [
        ("[]", {"id": "1", "note": "x"}, REFUSED, True),
        ("[]", {"id": "1", "note": "x", "owner": "alice"}, REFUSED, True),
        ("[]", {"id": "1", "note": "x", "owner": {"id": "alice"}}, OPEN, True),
        ("[]", {"id": "1", "note": "x", "owner": "bob"}, REFUSED, False),
        ("[]", {"id": "1", "note": "x", "owner": "carol", "shared_with": ["alice"]}, REFUSED, False),
        ("[]", {"id": "1", "note": "x"}, OPEN, False),
        ('[{"id": "1"}]', {"id": "1", "note": "x"}, REFUSED, False),
        ('[{"id": "1"}]', {"id": "1", "note": "x", "reviewer": "alice"}, REFUSED, False),
        ("[]", {}, REFUSED, False),
    ],
)
def test_an_object_is_an_identitys_when_it_says_so_or_when_it_alone_lists_it(
    theirs: str, shown: dict[str, object], stranger: str, *, is_own: bool
) -> None:
    found = owned(script(LIST % (theirs, json.dumps(shown), stranger)))
    assert bool(found) is is_own


def test_without_another_list_to_compare_only_what_the_object_says_counts() -> None:
    text = LIST.replace("# caller: bob marks=bob canary=/me\n", "")
    assert owned(script(text % ("[]", '{"id": "1", "note": "x"}', REFUSED))) == ()
    assert owned(script(text % ("[]", '{"id": "1", "note": "x", "user_id": "alice"}', REFUSED)))


@pytest.mark.parametrize(
    ("shown", "is_written"),
    [
        ({"id": "1", "note": "x", "card": "1234"}, True),
        ({"id": "1", "note": "x", "card": "****1234"}, False),
        ({"id": "1", "note": "x"}, False),
    ],
)
def test_put_needs_all_that_it_replaces_shown_as_it_is(shown: dict[str, object], *, is_written: bool) -> None:
    text = LIST.replace("# route: PATCH /orders/{id}", "# route: PUT /orders/{id} takes=note,card")
    assert bool(owned(script(text % ("[]", json.dumps(shown), REFUSED)), "PUT")) is is_written


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"title": "a", "note": "b"}, "note"),
        ({"displayName": "a"}, "displayName"),
        ({"note": "ring ***"}, ""),
        ({"note": "https://example.com"}, ""),
        ({"note": "mail me@example.com"}, ""),
        ({"note": None, "status": "open", "email": "x", "price": 3}, ""),
    ],
)
def test_only_a_plain_text_of_a_harmless_name_is_changed(values: dict[str, object], name: str) -> None:
    assert text_field(values, Route("shop", "PATCH", "/x", "/x")) == name


@pytest.mark.parametrize("slot", [Slot("note", "body", format="enum"), Slot("note", "body", type="integer")])
def test_a_text_that_is_declared_to_be_of_few_values_is_not_changed(slot: Slot) -> None:
    route = Route("shop", "PATCH", "/x", "/x", takes=(slot, Slot("title", "body")))
    assert text_field({"note": "a", "title": "b", "summary": "c"}, route) == "title"


@pytest.mark.parametrize(
    ("route", "is_sent"),
    [
        (Route("shop", "PATCH", "/orders/{id}", "/orders/{id}", words=("updateOrder", "Update an order")), True),
        (Route("shop", "PUT", "/orders/{id}", "/orders/{id}", words=("set_order_put",)), True),
        (Route("shop", "PUT", "/orders/{id}/cancel", "/orders/{id}/cancel"), False),
        (Route("shop", "PATCH", "/users/{id}", "/users/{id}", words=("deactivateUser",)), False),
        (Route("shop", "PATCH", "/mails/{id}", "/mails/{id}", words=("Send a mail again",)), False),
    ],
)
def test_a_route_that_says_that_it_does_more_than_change_is_never_written(route: Route, *, is_sent: bool) -> None:
    assert (dangerous(route) == "") is is_sent


def test_a_route_that_nothing_shows_or_that_takes_no_json_is_not_written() -> None:
    target = script("# caller: alice marks=alice\n# route: PATCH /orders/{id}\n").target
    (route,) = target.routes
    said = writing_route(target, route.subject)
    assert isinstance(said, Ruling)
    assert "no GET shows" in said.message
    form = replace(route, media="application/x-www-form-urlencoded")
    said = writing_route(replace(target, routes=(form,)), route.subject)
    assert isinstance(said, Ruling)
    assert "only JSON" in said.message


def test_of_what_an_administrator_sees_only_what_is_about_a_given_identity_is_written() -> None:
    rows = [{"id": name, "remark": "x"} for name in ("alice", "carol")]
    answered = "HTTP/1.1 200 OK\nContent-Type: application/json\n\n"
    setup = "# caller: alice role=user marks=alice\n# caller: root role=admin\n# route: GET /admin/files\n"
    setup += "# route: GET /admin/files/{id}\n# route: PATCH /admin/files/{id}\n"
    plays = [
        f"{setup}GET /admin/files\nAuthorization: root\n\n{answered}{json.dumps(rows)}",
        *(f"\nGET /admin/files/{row['id']}\nAuthorization: root\n\n{answered}{json.dumps(row)}" for row in rows),
        "\nGET /admin/files/*\n\nHTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{}",
    ]
    played = script("\n###".join(plays))
    target = played.target
    route = next(each for each in target.routes if each.method == "PATCH")
    found = driven(played, marked_objects(target, route, target.callers[1]))
    assert [each.path for each in found] == ["/admin/files/alice"]


def test_an_object_that_all_have_in_their_lists_and_that_names_its_owner_is_the_owners_and_shared() -> None:
    mine = '[{"id": "1", "owner": "alice"}]'
    text = LIST.replace('[{"id": "1"}]', mine) % (mine, '{"id": "1", "note": "x", "owner": "alice"}', OPEN)
    (found,) = owned(script(text))
    assert found.is_shared


def test_a_small_number_is_a_count_as_well_as_a_mark() -> None:
    text = LIST.replace("marks=alice", "marks=7").replace("# caller: bob marks=bob canary=/me\n", "")
    assert owned(script(text % ("[]", '{"id": "1", "note": "x", "places": 7}', REFUSED))) == ()
    assert owned(script(text % ("[]", '{"id": "1", "note": "x", "user_id": 7}', REFUSED)))
