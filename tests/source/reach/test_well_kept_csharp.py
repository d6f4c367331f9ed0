"""What was taken for a fault in well-kept projects that nobody had seen, told apart from what is one: ASP.NET Core."""

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, named

from assay.model.endpoint import Authorization
from assay.model.program import Inventory
from assay.source.scan import scan

CSHARP = {
    "Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
    "Program.cs": """
using Messages = Shop.Api.Messages;
using Microsoft.EntityFrameworkCore;
using Shop.Data;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.UseMiddleware<ThrottlingMiddleware>();
app.UseMiddleware<KeyMiddleware>();
app.MapDelete("/orders/{id}", async (int id, IMediator mediator) => await mediator.InvokeAsync<bool>(new Messages.Remove(id)));
app.Run();

public class ThrottlingMiddleware(RequestDelegate next, Counter counter)
{
    public async Task Invoke(HttpContext context)
    {
        var who = counter.Of(context.User.Identity.Name ?? context.Connection.RemoteIpAddress.ToString());
        if (String.IsNullOrEmpty(who)) { context.Response.StatusCode = 403; return; }
        await next(context);
    }
}

public class KeyMiddleware(RequestDelegate next)
{
    public async Task Invoke(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/closed") && context.Request.Headers["X-Api-Key"] != Keys.Mine)
        {
            context.Response.StatusCode = 401;
            return;
        }
        await next(context);
    }
}
""",
    "Messages.cs": "namespace Shop.Api.Messages;\npublic record Remove(int Id);\n",
    "OrderHandler.cs": """
using Shop.Api.Messages;
using Shop.Data;
namespace Shop.Api.Handlers;

public class OrderHandler(Store store, ILogger<OrderHandler> logger)
{
    public async Task<bool> Handle(Remove message)
    {
        await store.Orders.Where(o => o.Id == message.Id).ExecuteDeleteAsync();
        logger.Removed(message.Id);
        return true;
    }
}

public static class Lines
{
    private static readonly Action<ILogger, int, Exception?> _removed =
        LoggerMessage.Define<int>(LogLevel.Warning, new EventId(1), "Removed {Id}");

    public static void Removed(this ILogger logger, int id) => _removed(logger, id, null);
}
""",
    "Store.cs": """
using Microsoft.EntityFrameworkCore;
namespace Shop.Data;
public class Order { public int Id { get; set; } }
public class Store : DbContext { public DbSet<Order> Orders { get; set; } }
""",
}


@pytest.fixture(scope="module")
def csharp(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return scan(plant(tmp_path_factory.mktemp("csharp"), CSHARP)).inventory


def test_middleware_that_counts_requests_asks_nobody_who_is_calling(csharp: Inventory) -> None:
    assert named(csharp, "/orders/{id}").authorization is Authorization.PUBLIC


def test_a_message_named_through_an_alias_reaches_the_handler_that_only_takes_it(csharp: Inventory) -> None:
    reach = named(csharp, "/orders/{id}").reach
    assert reach is not None
    assert [access.entity for access in reach.accesses] == ["Order"]


def test_a_function_that_logs_by_definition_leaves_a_line(csharp: Inventory) -> None:
    reach = named(csharp, "/orders/{id}").reach
    assert reach is not None
    assert [(note.kind, note.level) for note in reach.notes] == [("log", "warning")]
    assert "/orders/{id}" not in failures(csharp, "AP107")
