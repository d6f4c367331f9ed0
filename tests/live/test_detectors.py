"""The three shared detectors: what any path is answered with, what refuses, and whose an object is."""

import json

import pytest

from assay.live.denial import Access, access
from assay.live.differential import Sight, Trio, sight
from assay.live.fallback import Fallback, strangers
from assay.live.harvest import ids, nests
from assay.model.exchange import Exchange, Failure, Request, Response
from assay.model.target import Route, Slot, Target

HTML = (("content-type", "text/html"),)
JSON = (("content-type", "application/json"),)


def answer(status: int, body: object = b"", headers: tuple[tuple[str, str], ...] = JSON, path: str = "/x") -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Request("GET", path), Response(status, headers, content))


@pytest.mark.parametrize(
    "exchange",
    [
        answer(401),
        answer(403, {"detail": "no"}),
        answer(302, b"", (("location", "/login?next=/x"),)),
        answer(302, b"", (("location", "https://sso.example.com/authorize"),)),
        answer(200, {"success": False, "data": None}),
        answer(200, {"code": 401, "message": "x"}),
        answer(200, {"error": {"code": "UNAUTHENTICATED"}}),
        answer(200, {"message": "Authentication required"}),
        answer(200, b"<form><input type='password'></form>", HTML),
        answer(200, b"Access denied", (("content-type", "text/plain"),)),
        answer(400, {"error": "invalid token"}),
    ],
    ids=lambda exchange: f"{exchange.status}-{exchange.answer.text[:30]}",
)
def test_a_refusal_is_known_whatever_its_status(exchange: Exchange) -> None:
    assert access(exchange) is Access.DENIED


@pytest.mark.parametrize(
    "exchange",
    [
        answer(200, {"id": 7, "status": "open"}),
        answer(200, [{"id": 7}]),
        answer(200, {"success": True, "data": {"id": 7}}),
        answer(200, {"message": "hello", "error": None}),
        answer(200, {"title": "Forbidden City", "items": [{"id": 1}]}),
        answer(200, {"status": "200", "orders": [1]}),
        answer(200, b"x" * 5000 + b" access denied", (("content-type", "text/plain"),)),
    ],
    ids=lambda exchange: exchange.answer.text[:30],
)
def test_an_answer_with_something_in_it_is_no_refusal(exchange: Exchange) -> None:
    assert access(exchange) is Access.ALLOWED


@pytest.mark.parametrize("body", [[], {}, {"items": [], "total": 0}, b"", b"null"])
def test_an_answer_with_nothing_in_it_is_empty(body: object) -> None:
    assert access(answer(200, body)) is Access.EMPTY


def test_the_answer_of_a_bad_token_is_a_refusal_wherever_it_comes_again() -> None:
    refusal = answer(200, {"hint": "who are you?", "request": "8f1e2d3c4b5a"})
    assert access(answer(200, {"hint": "who are you?", "request": "1a2b3c4d5e6f"}), refusal) is Access.DENIED
    assert access(answer(200, {"id": 7, "owner": "ada", "total": 12}), refusal) is Access.ALLOWED


@pytest.mark.parametrize("status", [400, 405, 422, 500, 503, 304])
def test_what_is_neither_is_unclear(status: int) -> None:
    assert access(answer(status, {"detail": "something"})) is Access.UNCLEAR
    assert access(Exchange(Request("GET", "/"), failure=Failure("timeout", "none"))) is Access.UNCLEAR


def test_the_page_of_an_application_explains_itself_under_every_name() -> None:
    page = b"<!doctype html><title>Shop</title><div id=root></div>"
    base = Fallback((answer(200, page, HTML, "/.3f"), answer(200, page, HTML, "/.7a")))
    assert base.is_open
    assert base.explains(answer(200, page, HTML, "/.env"))
    assert not base.explains(answer(200, b"DB_PASSWORD=x", (("content-type", "text/plain"),), "/.env"))


def test_a_page_that_repeats_the_path_is_still_the_fallback() -> None:
    base = Fallback((answer(404, {"detail": "no /a1b2"}, path="/a1b2"),))
    assert base.explains(answer(404, {"detail": "no /orders"}, path="/orders"))


def test_strangers_keep_folder_and_extension_and_are_always_the_same() -> None:
    assert strangers("/a/b/.env") == strangers("/a/b/.git")
    assert all(name.startswith("/a/b/") and name.endswith(".json") for name in strangers("/a/b/openapi.json"))
    assert len(set(strangers("/x"))) == 2


OBJECT = {"id": 7, "owner": "ada", "total": 12}


@pytest.mark.parametrize(
    ("other", "stranger", "options", "expected"),
    [
        (answer(200, OBJECT), answer(401), {}, Sight.LEAK),
        (answer(200, {**OBJECT, "timestamp": "2026-11-25T12:00:01Z"}), answer(401), {}, Sight.LEAK),
        (answer(200, OBJECT), answer(200, OBJECT), {}, Sight.PUBLIC),
        (answer(403), answer(401), {}, Sight.REFUSED),
        (answer(404), answer(401), {}, Sight.REFUSED),
        (answer(200, {"ok": False}), answer(401), {}, Sight.REFUSED),
        (answer(200, {**OBJECT, "owner": "bob"}), answer(401), {}, Sight.DIFFERENT),
        (answer(200, OBJECT), answer(401), {"is_others": True}, Sight.SHARED),
        (answer(200, OBJECT), answer(401), {"marks": ("grace",)}, Sight.SUSPECT),
        (answer(200, OBJECT), answer(401), {"marks": (), "is_only_owners": True}, Sight.LEAK),
        (answer(500), answer(401), {}, Sight.UNCLEAR),
    ],
)
def test_whose_an_object_is_decides(
    other: Exchange, stranger: Exchange, options: dict[str, object], expected: Sight
) -> None:
    given: dict[str, object] = {"marks": ("ada",), "is_only_owners": False, "is_others": False} | options
    owner = answer(
        200, {**OBJECT, **({"timestamp": "2026-11-25T12:00:00Z"} if "timestamp" in other.answer.text else {})}
    )
    assert sight(Trio(owner, other, stranger), **given) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("document", "parameter", "expected"),
    [
        ([{"id": 7}, {"id": 8}], "id", ["7", "8"]),
        ({"items": [{"orderId": "a", "id": 1}]}, "order_id", ["a"]),
        ({"data": {"rows": [{"uuid": "u-1"}]}}, "key", ["u-1"]),
        (["a", "b", "a"], "name", ["a", "b"]),
        ({"total": 3}, "id", []),
        ([{"total": 3}], "id", []),
        ("text", "id", []),
    ],
)
def test_ids_are_read_from_lists(document: object, parameter: str, expected: list[str]) -> None:
    assert list(ids(document, parameter)) == expected


def test_a_list_feeds_the_routes_below_it() -> None:
    slot = (Slot("id", "path"),)
    routes = (
        Route("a", "GET", "/orders", "/orders"),
        Route("a", "GET", "/orders/{id}", "/orders/{id}", slot),
        Route("a", "GET", "/orders/{id}/lines", "/orders/{id}/lines", slot),
        Route("a", "GET", "/users/{id}", "/users/{id}", slot),
        Route("a", "DELETE", "/orders/{id}", "/orders/{id}", slot),
    )
    found = [(route.path, collection.path) for route, collection in nests(Target("https://x", "a", routes=routes))]
    assert found == [("/orders/{id}", "/orders"), ("/orders/{id}/lines", "/orders")]
