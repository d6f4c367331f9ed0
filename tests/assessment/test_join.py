"""The views of an endpoint side by side: code, contract and live; and how they differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assessment.scene import endpoint
from tests.assessment.views import (
    INHERITED,
    PUBLIC,
    SECURED,
    SILENT,
    code,
    contract,
    documented,
    drifted,
    joined,
    operation,
)

from assay.assessment.alignment import Alignment, alignments
from assay.assessment.template import is_like, segments
from assay.model.contract import Access, Difference, Observed, Stance
from assay.model.endpoint import Endpoint

SHADOW, ORPHAN, LOOSER = Difference.SHADOW, Difference.ORPHAN, Difference.LOOSER
STRICTER, LEFTOVER = Difference.STRICTER, Difference.LEFTOVER


@pytest.mark.parametrize(
    ("written", "promised"),
    [
        ("GET /orders/{order_id}", "GET /orders/{id}"),
        ("GET /orders/", "GET /orders"),
        ("GET /Orders/Search", "GET /orders/search"),
        ("GET /files/{name}.json", "GET /files/{file}.json"),
        ("GET /api/v{version}/orders", "GET /api/v1/orders"),
        ("GET /api/v1/orders", "GET /api/{version}/orders"),
        ("ANY /orders", "PUT /orders"),
        ("GET /orders", "HEAD /orders"),
        ("GET /users/{id}", "GET /users/me"),
    ],
)
def test_an_endpoint_and_its_operation_are_one(written: str, promised: str) -> None:
    found = joined(code(written), contract(promised, is_named=True))
    assert documented(found) == [written]
    assert drifted(found, ORPHAN) == []


@pytest.mark.parametrize(
    ("written", "promised"),
    [
        ("GET /users/me", "GET /users/{id}"),
        ("GET /orders", "POST /orders"),
        ("GET /orders/{id}", "GET /orders"),
        ("GET /{page}", "GET /orders"),
        ("GET /files/{name}.json", "GET /files/report.xml"),
    ],
)
def test_what_a_server_tells_apart_is_two(written: str, promised: str) -> None:
    found = joined([*code(written), *code("GET /a")], contract(promised, "GET /a"))
    assert documented(found) == ["GET /a"]
    assert drifted(found, ORPHAN) == [promised]
    assert drifted(found, SHADOW) == [written]


def test_the_very_template_goes_before_a_wider_one() -> None:
    found = joined(code("GET /users/{id}", "GET /users/me"), contract("GET /users/me"))
    assert documented(found) == ["GET /users/me"]


NAMES = ("orders", "orders/{id}", "customers", "customers/{id}/notes")


@pytest.mark.parametrize(
    ("in_code", "in_contract"),
    [("/", "/"), ("/api/v1/", "/"), ("/", "/shop/v2/"), ("/internal/api/", "/api/"), ("/api/", "/{tenant}/api/")],
)
def test_a_prefix_that_only_one_side_writes_is_found(in_code: str, in_contract: str) -> None:
    written = [f"GET {in_code}{name}" for name in NAMES]
    found = joined(code(*written), contract(*(f"GET {in_contract}{name}" for name in NAMES)))
    assert sorted(documented(found)) == sorted(written)
    assert found.drifts == ()


def test_one_operation_that_ends_alike_speaks_for_no_prefix() -> None:
    known = [segments(path) for path in ("/a", "/b", "/x/c")]
    assert alignments([segments(path) for path in ("/a", "/b", "/c", "/d", "/e")], known) == (Alignment(),)


def test_shadows_and_orphans_are_told_with_the_methods_that_the_other_view_has() -> None:
    found = joined(code("GET /orders", "PUT /orders"), contract("GET /orders", "PATCH /orders"))
    assert [(drift.kind, drift.method, drift.detail) for drift in found.drifts] == [
        (ORPHAN, "PATCH", "the code has GET, PUT there"),
        (SHADOW, "PUT", "the contract has GET, PATCH there"),
    ]


@pytest.mark.parametrize("name", ["HEAD /orders", "OPTIONS /orders", "WS /feed"])
def test_what_contracts_leave_out_is_no_shadow(name: str) -> None:
    assert drifted(joined(code("GET /a", name), contract("GET /a")), SHADOW) == []


def test_a_shadow_outside_of_the_paths_of_the_contract_is_marked() -> None:
    found = joined(
        code("GET /api/orders", "GET /api/notes", "GET /api/old", "GET /admin"),
        contract("GET /api/orders", "GET /api/notes"),
    )
    assert [(drift.path, drift.is_inside) for drift in found.drifts] == [("/admin", False), ("/api/old", True)]


def test_an_older_version_of_a_documented_path_is_a_leftover() -> None:
    found = joined(
        code("GET /v1/orders", "GET /v2/orders", "GET /v1/notes"),
        contract("GET /v2/orders"),
    )
    assert drifted(found, LEFTOVER) == ["GET /v1/orders"]
    assert drifted(found, SHADOW) == ["GET /v1/notes"]


def test_an_endpoint_of_an_older_version_that_is_documented_is_a_shadow() -> None:
    found = joined(
        code("GET /v1/orders", "GET /v2/orders", "GET /v1/notes"), contract("GET /v2/orders", "GET /v1/notes")
    )
    assert (drifted(found, LEFTOVER), drifted(found, SHADOW)) == ([], ["GET /v1/orders"])


def test_a_newer_version_that_is_not_documented_is_a_shadow() -> None:
    found = joined(code("GET /v1/orders", "GET /v2/orders"), contract("GET /v1/orders"))
    assert (drifted(found, LEFTOVER), drifted(found, SHADOW)) == ([], ["GET /v2/orders"])


@pytest.mark.parametrize(
    ("access", "is_guarded", "kinds"),
    [
        (SECURED, True, []),
        (SECURED, False, [LOOSER]),
        (INHERITED, False, [LOOSER]),
        (SILENT, True, [STRICTER]),
        (PUBLIC, True, [STRICTER]),
        (PUBLIC, False, []),
        (SILENT, False, []),
        (Access(Stance.UNKNOWN), True, []),
        (Access(Stance.OPTIONAL), False, []),
    ],
)
def test_code_and_contract_may_say_something_else_of_who_may_call(
    access: Access, is_guarded: bool, kinds: list[Difference]
) -> None:
    written = code("GET /orders") if is_guarded else [endpoint("GET /orders")]
    found = joined(written, contract(operation("GET /orders", access)))
    assert [drift.kind for drift in found.drifts] == kinds


def observed(name: str, *, is_alive: bool = True) -> Observed:
    method, path = name.split()
    return Observed("shop", method, path, is_alive)


def test_a_live_call_is_a_view_of_the_endpoint_that_answered() -> None:
    found = joined(code("GET /orders/{id}"), contract("GET /orders/{id}"), observed=(observed("GET /orders/7"),))
    assert found.endpoints[0].views == ("code", "contract", "live")


def test_what_answers_and_stands_nowhere_is_a_shadow() -> None:
    found = joined(code("GET /orders"), contract("GET /orders"), observed=(observed("GET /debug"),))
    assert [(drift.kind, drift.path, drift.place) for drift in found.drifts] == [(SHADOW, "/debug", None)]


def test_what_does_not_answer_is_no_shadow() -> None:
    found = joined(code("GET /orders"), contract("GET /orders"), observed=(observed("GET /debug", is_alive=False),))
    assert found.drifts == ()


def test_an_operation_that_answers_is_no_orphan() -> None:
    found = joined(code("GET /orders"), contract("GET /orders", "GET /notes"), observed=(observed("GET /notes"),))
    assert drifted(found, ORPHAN) == []


def test_without_code_only_what_was_asked_in_vain_is_an_orphan() -> None:
    live = [
        Endpoint(
            "shop", "GET", "/a", "", endpoint("GET /a").place, "http", endpoint("GET /a").authorization, views=("live",)
        )
    ]
    found = joined(
        live,
        contract("GET /a", "GET /b", "POST /c", is_named=True),
        observed=(observed("GET /a"), observed("GET /b", is_alive=False)),
    )
    assert drifted(found, ORPHAN) == ["GET /b"]


def test_without_a_contract_nothing_differs() -> None:
    found = joined(code("GET /orders"), observed=(observed("GET /debug"),))
    assert found.drifts == ()


def test_a_contract_of_no_endpoint_at_all_gives_no_differences() -> None:
    assert joined([], contract("GET /orders")).drifts == ()


PATHS = st.lists(st.sampled_from(["a", "b", "{x}", "{y}", "v1", "v2", "{version}"]), max_size=4).map("/".join)
ENDPOINTS = st.lists(
    st.tuples(st.sampled_from(["GET", "PUT", "ANY"]), PATHS),
    max_size=8,
    unique_by=lambda pair: (pair[0], segments(pair[1])),
)


@given(ENDPOINTS, st.data())
def test_a_contract_of_the_code_itself_differs_in_nothing(pairs: list[tuple[str, str]], choice: st.DataObject) -> None:
    names = [f"{method} /{path}" for method, path in pairs]
    shuffled = choice.draw(st.permutations([name.replace("ANY", "POST") for name in names]))
    found = joined(code(*names), contract(*shuffled, is_named=True))
    assert found.drifts == ()


@given(ENDPOINTS, ENDPOINTS)
def test_the_order_of_endpoints_does_not_matter(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    written = [f"{method} /{path}" for method, path in one]
    promised = contract(*(f"{method.replace('ANY', 'POST')} /{path}" for method, path in other), is_named=True)
    forth, back = joined(code(*written), promised), joined(code(*reversed(written)), promised)
    assert forth.drifts == back.drifts


@given(ENDPOINTS, ENDPOINTS)
def test_joining_again_changes_nothing(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    from assay.assessment.reconcile import reconciled

    promised = contract(*(f"{method.replace('ANY', 'POST')} /{path}" for method, path in other), is_named=True)
    once = joined(code(*(f"{method} /{path}" for method, path in one)), promised)
    assert reconciled(once) == once


@given(PATHS)
def test_a_template_takes_itself(path: str) -> None:
    assert is_like(segments(path), segments(path))
