"""Routes of a running API, from code and contracts."""

from msgspec.structs import replace

from assay.assessment.live_routes import enriched, of_contract, of_endpoint, routes
from assay.contract.read import contract
from assay.model.endpoint import Authorization, Endpoint, Parameter
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.target import Route, Slot, Stance

TEXT = b"""
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: "https://other.example.com/api"}]
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      security: [{bearer: []}]
      parameters:
      - {name: id, in: path, required: true, schema: {type: integer}, example: 42}
      - {name: page, in: query, schema: {type: integer}}
      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object, properties: {total: {type: number}}}}}}
  /health:
    get: {security: [], responses: {"200": {description: ok}}}
"""
READ = contract(TEXT, "openapi.yaml")
ENDPOINT = Endpoint(
    "shop", "GET", "/api/orders/{order_id}", "orders.get", Place("main.py", 3), "fastapi", Authorization.ROLE
)


def by_path(found: tuple[Route, ...]) -> dict[str, Route]:
    return {route.path: route for route in found}


def test_an_operation_is_asked_with_its_examples_below_the_base_that_the_user_gave() -> None:
    order = by_path(of_contract(READ, "shop", "/v9"))["/api/orders/{id}"]
    assert order.filled() == "/v9/orders/42"
    assert order.stance is Stance.PROTECTED
    assert order.fields == ("total",)
    assert order.slots[0].is_stated


def test_without_a_base_the_path_of_the_server_counts_and_its_host_never() -> None:
    assert by_path(of_contract(READ, "shop", ""))["/api/orders/{id}"].filled() == "/api/orders/42"


def test_what_a_contract_says_is_for_everybody_is_public() -> None:
    assert by_path(of_contract(READ, "shop", ""))["/api/health"].stance is Stance.PUBLIC


def test_an_endpoint_of_the_code_has_a_slot_for_each_hole_of_its_path() -> None:
    bound = replace(ENDPOINT, parameters=(Parameter("page", "int", "query"), Parameter("db", "Session", "service")))
    (route,) = of_endpoint(bound, None, "")
    assert [(slot.name, slot.location) for slot in route.slots] == [("page", "query"), ("order_id", "path")]
    assert route.stance is Stance.PROTECTED
    assert route.filled() == ""
    assert route.filled({"order_id": "a/b"}) == "/api/orders/a%2Fb"


def test_public_by_omission_is_unknown_and_not_public() -> None:
    (route,) = of_endpoint(replace(ENDPOINT, authorization=Authorization.PUBLIC), None, "")
    assert route.stance is Stance.UNKNOWN


def test_what_is_served_in_development_only_is_not_asked() -> None:
    inventory = Inventory(endpoints=(replace(ENDPOINT, environment="development"),))
    assert routes(inventory, "") == ()


def test_a_served_contract_fills_in_what_the_code_does_not_say_and_adds_what_it_does_not_have() -> None:
    known = tuple(of_endpoint(ENDPOINT, None, ""))
    found = by_path(enriched(known, of_contract(READ, "shop", "")))
    assert sorted(found) == ["/api/health", "/api/orders/{order_id}"]
    assert found["/api/orders/{order_id}"].filled() == "/api/orders/42"
    assert found["/api/orders/{order_id}"].views == ("code", "contract")


def test_a_required_query_parameter_is_always_sent() -> None:
    slots = (Slot("q", "query", "book", is_required=True), Slot("page", "query", "2"))
    route = Route("shop", "GET", "/search", "/search", slots)
    assert route.filled() == "/search?q=book"
    assert route.filled(query={"q": "a b"}) == "/search?q=a+b"
