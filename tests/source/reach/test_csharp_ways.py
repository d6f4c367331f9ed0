"""Results that handlers of messages give: refusals by errors, functions that answer for them, messages copied with a key of the path."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, shown
from tests.source.reach.test_unseen_minimal import only, served

SOURCE = """
namespace Shop;
using MediatR;
using ErrorOr;
public class Caller(IHttpContextAccessor held) { public string Id => held.HttpContext!.User.FindFirstValue("sub")!; }
public record Change(int Id, string Status) : IRequest<ErrorOr<Order>> { public int Id { get; set; } = Id; }
public record ChangeRequest(string Status);
public record Show(int Id) : IRequest<ErrorOr<Order>>;
public static class Errors { public static Error NotYours => Error.Custom(7, "x", "y"); }
public static class Rules {
    public static ErrorOr<Success> MayBeSeenBy(this Order order, string who) {
        if (order.OwnerId != who) { return Error.Forbidden(); }
        return Result.Success;
    }
}
public class ChangeHandler(ShopContext db) : IRequestHandler<Change, ErrorOr<Order>> {
    public async Task<ErrorOr<Order>> Handle(Change command, CancellationToken ct) {
        var order = await db.Orders.FirstOrDefaultAsync(o => o.Id == command.Id);
        if (order is null) return Error.NotFound();
        order.Status = command.Status; await db.SaveChangesAsync(ct); return order;
    }
}
public class ShowHandler(ShopContext db, Caller me) : IRequestHandler<Show, ErrorOr<Order>> {
    public async Task<ErrorOr<Order>> Handle(Show query, CancellationToken ct) { %s }
}
"""
LOADED = "var order = await db.Orders.FirstOrDefaultAsync(o => o.Id == query.Id); if (order is null) return Error.NotFound();"
PATTERN = "if (await db.Orders.FindAsync(query.Id) is not Order order) return Error.NotFound();"
SHOW = """app.MapGet("/orders/{id}", async (int id, ISender sender) => {
    var found = await sender.Send(new Show(id)); return found.Match(%s); });"""
WAYS = "order => Results.Ok(order), errors => Results.Problem()"


@pytest.mark.parametrize(
    "sent",
    [
        "command with { Id = id }",
        "request.Adapt<Change>() with { Id = id }",
        "mapper.Map<Change>(request) with { Id = id }",
        "new Change(id, request.Status)",
    ],
)
def test_a_message_that_is_copied_with_a_key_of_the_path_reaches_its_handler(tmp_path: Path, sent: str) -> None:
    taken = "int id, [FromBody] ChangeRequest request, Change command, ISender sender, IMapper mapper"
    route = f'app.MapPut("/orders/{{id}}", async ({taken}) => {{ await sender.Send({sent}); }});'
    found = accesses(served(tmp_path, route, source=SOURCE % ""))
    assert shown(found) == ["read Order Id=path:id", "update Order Id=path:id"]


@pytest.mark.parametrize(
    ("body", "protection"),
    [
        (
            f"{LOADED} if (order.OwnerId != me.Id) return Errors.NotYours; return order;",
            "compared: order.OwnerId != me.Id",
        ),
        (
            f"{LOADED} if (order.OwnerId != me.Id) return Error.Validation(); return order;",
            "compared: order.OwnerId != me.Id",
        ),
        (f"{LOADED} return order.OwnerId != me.Id ? Errors.NotYours : order;", "compared: order.OwnerId != me.Id"),
        (
            f"{LOADED} var may = order.MayBeSeenBy(me.Id); if (may.IsError) return may.Errors; return order;",
            "compared: order.OwnerId != who",
        ),
        (
            f"{PATTERN} if (order.OwnerId != me.Id) return Error.Forbidden(); return order;",
            "compared: order.OwnerId != me.Id",
        ),
        (f'{LOADED} if (order.Status != "open") return Error.Conflict(); return order;', ""),
        (f"{LOADED} if (order.OwnerId != me.Id) log.Say(); return order;", ""),
    ],
)
def test_an_error_that_a_handler_of_messages_gives_is_a_refusal(tmp_path: Path, body: str, protection: str) -> None:
    (access,) = accesses(served(tmp_path, SHOW % WAYS, source=SOURCE % body))
    assert access.protection == protection


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (WAYS, ["Order"]),
        ("errors => Results.Problem(), order => Results.Ok(order)", ["Order"]),
        ("Results.Ok, errors => Results.Problem()", ["Order"]),
        ("onValue: order => Results.Ok(order), onError: e => Results.Problem()", ["Order"]),
        ("order => Results.NoContent(), errors => Results.Problem()", []),
        ("order => Results.Ok(new { order.Status }), errors => Results.Ok(errors)", []),
    ],
)
def test_what_the_function_for_what_was_found_answers_goes_out(tmp_path: Path, ways: str, expected: list[str]) -> None:
    reach = only(served(tmp_path, SHOW % ways, source=SOURCE % f"{LOADED} return order;"))
    assert [each.entity for each in reach.exposures if each.entity] == expected


@pytest.mark.parametrize(("answer", "expected"), [("found.Value", ["Order"]), ("found.Value.Status", [])])
def test_the_value_of_a_result_is_what_the_handler_gave(tmp_path: Path, answer: str, expected: list[str]) -> None:
    route = f"""app.MapGet("/orders/{{id}}", async (int id, ISender sender) => {{
        var found = await sender.Send(new Show(id)); return found.IsError ? Results.NotFound() : Results.Ok({answer}); }});"""
    reach = only(served(tmp_path, route, source=SOURCE % f"{LOADED} return order;"))
    assert [each.entity for each in reach.exposures if each.entity] == expected


KEEPER = """
namespace Shop;
public class Orders(ShopContext db) {
    public async Task<bool> RemoveAsync(Order order) { return await RemoveAsync(order.Id); }
    public async Task<bool> RemoveAsync(int id) {
        var order = await db.Orders.FirstOrDefaultAsync(o => %s);
        if (order is null) return false;
        db.Orders.Remove(order); await db.SaveChangesAsync(); return true; } }
"""


@pytest.mark.parametrize("test", ["o.Id == id", "Equals(o.Id, id)", "object.Equals(id, o.Id)", "o.Id.Equals(id)"])
def test_of_two_methods_a_key_goes_to_the_one_that_takes_a_key(tmp_path: Path, test: str) -> None:
    route = 'app.MapDelete("/orders/{id}", async (int id, Orders orders) => await orders.RemoveAsync(id));'
    found = accesses(served(tmp_path, route, source=KEEPER % test))
    assert shown(found) == ["read Order Id=path:id", "delete Order Id=path:id"]
