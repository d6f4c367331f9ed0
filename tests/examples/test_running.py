"""The FastAPI example runs: what the real application answers is held against what a scan says of its code."""

import importlib
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from tests.examples.truth import FASTAPI, said, scanned

# The test client of Starlette warns of its own successor where that is not installed.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
PARAMETER = re.compile(r"\{[^}]*\}")
REFUSED = (401, 403)


@pytest.fixture(scope="module")
def application() -> Iterator[FastAPI]:
    sys.path.insert(0, str(FASTAPI))
    try:
        yield importlib.import_module("orders.main").app
    finally:
        sys.path.remove(str(FASTAPI))
        for name in [each for each in sys.modules if each == "orders" or each.startswith("orders.")]:
            del sys.modules[name]


@pytest.fixture
def client(application: FastAPI) -> Any:
    from fastapi.testclient import TestClient

    return TestClient(application, base_url="http://orders.example")


def routes(application: FastAPI) -> set[tuple[str, str]]:
    """Method and path of everything that the real application answers, its documentation left out."""
    schema = application.openapi()["paths"]
    return {(method.upper(), path) for path, methods in schema.items() for method in methods}


def token(client: Any, email: str, password: str) -> dict[str, str]:
    answer = client.post("/api/v1/auth/token", json={"email": email, "password": password})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_a_scan_finds_the_routes_that_the_application_has(application: FastAPI) -> None:
    assert set(said(scanned(FASTAPI)).endpoints) == routes(application)


def test_every_route_of_the_application_is_in_its_own_description(application: FastAPI) -> None:
    direct = {
        (method, each.path)
        for each in application.routes
        if isinstance(each, APIRoute)
        for method in each.methods or ()
    }
    assert direct <= routes(application)


def test_an_anonymous_caller_is_refused_exactly_where_a_scan_says_so(client: Any) -> None:
    claimed = {name: auth for name, (auth, _) in said(scanned(FASTAPI)).endpoints.items()}
    answers = {
        (method, path): client.request(method, PARAMETER.sub("1", path), json={}).status_code
        for method, path in claimed
    }
    refused = {name: status in REFUSED for name, status in answers.items()}
    assert refused == claimed, answers
    assert not [name for name, status in answers.items() if status >= 500]


def test_a_customer_is_refused_where_a_scan_says_that_a_role_is_demanded(client: Any) -> None:
    ada = token(client, "ada@example.com", "correct-horse")
    demanded = [name for name, (_, kind) in said(scanned(FASTAPI)).endpoints.items() if kind == "role"]
    answers = {
        (method, path): client.request(method, PARAMETER.sub("1", path), json={}, headers=ada).status_code
        for method, path in demanded
    }
    assert set(answers.values()) == {403}, answers


def test_an_order_of_somebody_else_is_refused_where_a_scan_says_that_the_object_decides(client: Any) -> None:
    ada = token(client, "ada@example.com", "correct-horse")
    decided = [name for name, (_, kind) in said(scanned(FASTAPI)).endpoints.items() if kind == "object"]
    answers = {
        (method, path): client.request(method, PARAMETER.sub("2", path), json={}, headers=ada).status_code
        for method, path in decided
    }
    assert set(answers.values()) == {403}, answers


def test_both_people_do_what_is_theirs(client: Any) -> None:
    ada = token(client, "ada@example.com", "correct-horse")
    grace = token(client, "grace@example.com", "battery-staple")
    assert client.get("/api/v1/users/me", headers=ada).json()["role"] == "customer"
    placed = client.post("/api/v1/orders", json={"sku": "paper", "amount": 2}, headers=ada)
    assert placed.status_code == 201
    mine = f"/api/v1/orders/{placed.json()['id']}"
    assert client.get(mine, headers=ada).json()["state"] == "placed"
    assert client.post(f"{mine}/ship", headers=grace).status_code == 204
    assert client.get(mine, headers=ada).json()["state"] == "shipped"
    assert client.get("/api/v1/invoices", headers=grace).status_code == 200


def test_the_outlier_really_lets_a_customer_remove_an_admin(client: Any) -> None:
    client.post("/api/v1/auth/register", json={"email": "eve@example.com", "password": "x", "name": "Eve"})
    eve = token(client, "eve@example.com", "x")
    number = client.get("/api/v1/users/me", headers=eve).json()["id"]
    ada = token(client, "ada@example.com", "correct-horse")
    assert client.delete(f"/api/v1/users/{number}", headers=ada).status_code == 204
    assert client.get("/api/v1/users/me", headers=eve).status_code == 401
