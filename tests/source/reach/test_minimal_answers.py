"""What endpoints of .NET without controllers take, answer with and touch: each mechanism in a small tree of its own."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, shown
from tests.source.reach.test_unseen_minimal import FOUND, fast, only, served

MEMBER = [("Member", ("Id", "Password"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Response = found;", MEMBER),
        ("this.Response = found;", MEMBER),
        ("Response.Password = found.Password;", [("Member", ("Password",))]),
        ("Response.Password = req.Id.ToString();", []),
        ("req.Response = found;", []),
    ],
)
def test_what_an_endpoint_class_sets_as_its_response_goes_out(
    tmp_path: Path, body: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    exposed = only(fast(tmp_path, f"{FOUND % 'Members'} {body}")).exposures
    assert [(each.entity, each.fields) for each in exposed if each.entity] == expected


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        ('Db.Orders.FindAsync(Route<int>("Id"))', ["read Order =path:Id"]),
        ('Db.Orders.FindAsync(Query<int>("order"))', ["read Order =query:order"]),
    ],
)
def test_a_part_of_the_request_that_an_endpoint_class_asks_for_by_name_is_one(
    tmp_path: Path, found: str, keys: list[str]
) -> None:
    assert shown(accesses(fast(tmp_path, f"var found = await {found};"))) == keys


SOURCES = [
    ("Order order, Outside outside", {"order": "body", "outside": "service"}),
    ("Outside outside", {"outside": "body"}),
    ("Order order, Pricing pricing", {"order": "body", "pricing": "service"}),
    ("Order order, ShopContext db", {"order": "body", "db": "service"}),
    ("NpgsqlConnection db", {"db": "service"}),
    ("[FromBody] Outside outside, Other other", {"outside": "body", "other": "service"}),
]
PRICING = "namespace Shop; public class Pricing(IClock clock) { public int Of(int id) => id; }"


@pytest.mark.parametrize(("parameters", "expected"), SOURCES)
def test_a_type_that_a_container_gives_is_no_body(tmp_path: Path, parameters: str, expected: dict[str, str]) -> None:
    (endpoint,) = served(tmp_path, f'app.MapPut("/orders", ({parameters}) => Results.Ok());', source=PRICING)
    assert {each.name: each.source for each in endpoint.parameters} == expected


@pytest.mark.parametrize(
    ("call", "keys", "exposed"),
    [
        ("kept.DeleteItemAsync<Order>(id, new PartitionKey(id))", ["delete Order =path:id PartitionKey=path:id"], []),
        (
            "(await kept.ReadItemAsync<Order>(id, new PartitionKey(id))).Resource",
            ["read Order =path:id PartitionKey=path:id"],
            ["Order"],
        ),
    ],
)
def test_what_a_container_answers_is_the_object_that_it_wraps_and_nothing_for_a_deletion(
    tmp_path: Path, call: str, keys: list[str], exposed: list[str]
) -> None:
    call = call if call.startswith("(") else f"await {call}"
    endpoints = served(tmp_path, f'app.MapGet("/orders/{{id}}", async (string id, Container kept) => {call});')
    assert shown(accesses(endpoints)) == keys
    assert [each.entity for each in only(endpoints).exposures] == exposed


def test_a_key_of_a_deletion_is_told_once(tmp_path: Path) -> None:
    route = 'app.MapDelete("/orders/{id}", (string id, IDocumentSession kept) => kept.Delete<Order>(id));'
    assert shown(accesses(served(tmp_path, route))) == ["delete Order =path:id"]


def test_nothing_is_spelt_as_the_language_spells_it(tmp_path: Path) -> None:
    route = """app.MapPost("/hook", (HttpContext context) => {
        if (context.Request.Headers["X-Signature"] == null) return Results.Unauthorized(); return Results.Ok(); });"""
    (decision,) = only(served(tmp_path, route)).decisions
    assert decision.text == 'context.Request.Headers["X-Signature"] == null'
