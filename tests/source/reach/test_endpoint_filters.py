"""Filters around the endpoints of minimal APIs: what they refuse for a caller and an object protects the object."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses
from tests.source.reach.test_unseen_minimal import only, served

SOURCE = """
namespace Shop;
public record Wanted(int Id);
public class OwnerFilter(ShopContext db) : IEndpointFilter {
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) {
        var id = context.GetArgument<int>(0);
        var order = await db.Orders.FindAsync(id);
        if (order is null || order.OwnerId != context.HttpContext.User.FindFirstValue("sub")) return Results.Forbid();
        return await next(context);
    }
}
public class KnownFilter(ShopContext db) : IEndpointFilter {
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) {
        if (context.HttpContext.User.FindFirstValue("sub") is null) return Results.Unauthorized();
        return await next(context);
    }
}
public class OwnedFilter<TWanted, TEntity>(ShopContext db, Func<TWanted, int> key) where TEntity : class {
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) {
        var id = key(context.Arguments.OfType<TWanted>().Single());
        var owner = await db.Set<TEntity>().Where(o => o.Id == id).Select(o => o.OwnerId).SingleOrDefaultAsync();
        if (owner != context.HttpContext.User.FindFirstValue("sub")) return Results.Forbid();
        return await next(context);
    }
}
public static class Filters {
    public static RouteHandlerBuilder OwnedOnly<TEntity, TWanted>(this RouteHandlerBuilder builder, Func<TWanted, int> key)
        where TEntity : class =>
        builder.AddEndpointFilterFactory((factory, next) => async context => {
            var db = context.HttpContext.RequestServices.GetRequiredService<ShopContext>();
            return await new OwnedFilter<TWanted, TEntity>(db, key).InvokeAsync(context, next);
        });
}
"""
LAMBDA = """AddEndpointFilter(async (context, next) => {
    var order = await context.HttpContext.RequestServices.GetRequiredService<ShopContext>().Orders.FindAsync(context.GetArgument<int>(0));
    if (order.OwnerId != context.HttpContext.User.FindFirstValue("sub")) return Results.Forbid();
    return await next(context); })"""
OWNER = 'compared: order is null or order.OwnerId != context.HttpContext.User.FindFirstValue("sub")'


def protections(root: Path, group: str, route: str) -> set[str]:
    """What protects the deletion of a route."""
    routes = f'var g = app.MapGroup("/orders"){group}; g.MapDelete("/{{id}}", {route};'
    return {each.protection for each in accesses(served(root, routes, source=SOURCE)) if each.action == "delete"}


HANDLER = "async (int id, ShopContext db) => { await db.Orders.Where(o => o.Id == id).ExecuteDeleteAsync(); })"
ASKED = "async ([AsParameters] Wanted wanted, ShopContext db) => { await db.Orders.Where(o => o.Id == wanted.Id).ExecuteDeleteAsync(); })"


@pytest.mark.parametrize(
    ("group", "route", "expected"),
    [
        ("", f"{HANDLER}.AddEndpointFilter<OwnerFilter>()", OWNER),
        (".AddEndpointFilter<OwnerFilter>()", HANDLER, OWNER),
        ("", f"{HANDLER}.{LAMBDA}", 'compared: order.OwnerId != context.HttpContext.User.FindFirstValue("sub")'),
        (
            "",
            f"{ASKED}.OwnedOnly<Order, Wanted>(w => w.Id)",
            'compared: owner != context.HttpContext.User.FindFirstValue("sub")',
        ),
        ("", f"{HANDLER}.AddEndpointFilter<KnownFilter>()", ""),
        ("", HANDLER, ""),
    ],
)
def test_a_filter_that_refuses_by_the_owner_protects_the_object(
    tmp_path: Path, group: str, route: str, expected: str
) -> None:
    assert protections(tmp_path, group, route) == {expected}


def test_what_a_filter_answers_is_no_answer_of_the_handler(tmp_path: Path) -> None:
    route = """app.MapGet("/orders/{id}", async (int id, ShopContext db) => {
        var order = await db.Orders.FindAsync(id); return Results.Ok(new Wanted(order.Id)); }).AddEndpointFilter<OwnerFilter>();"""
    reach = only(served(tmp_path, route, source=SOURCE))
    assert [each.entity for each in reach.exposures if each.entity] == []
