"""What real fixes of ASP.NET Core projects taught: roles, tenants, results and rights that decide about single objects (AP101)."""

from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.reach.judging import failures, firm, named

from assay.model.program import Inventory
from assay.source.scan import scan

MAIN = """
using Finbuckle.MultiTenant.Abstractions;
using Microsoft.EntityFrameworkCore;
using System.Security.Claims;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
%s
app.Run();

public enum ErrorCode { NoRights }
public class Order { public int Id { get; set; } public string OwnerId { get; set; } public string TenantId { get; set; } }
public class Paper { public int Id { get; set; } public string Text { get; set; } }
public class Site
{
    public int Id { get; set; }
    public string Name { get; set; }
    public string OwnerId { get; set; }
    public int Hits { get; set; }
}
public class Shop : DbContext
{
    public DbSet<Order> Orders { get; set; }
    public DbSet<Paper> Papers { get; set; }
    public DbSet<Site> Sites { get; set; }
}
public class Result
{
    public ErrorCode? ErrorCode { get; set; }
    public string ErrorMessage { get; set; }
    public bool IsError => !string.IsNullOrEmpty(ErrorMessage) || ErrorCode != null;
}
public class Rights
{
    public Result MayChange(Order order, ClaimsPrincipal user)
    {
        var bad = new Result { ErrorCode = ErrorCode.NoRights };
        if (order.OwnerId == user.FindFirstValue("sub")) return new Result();
        return bad;
    }
}
"""
MINE = """
app.MapGet("/orders", (Shop shop, ClaimsPrincipal user) => shop.Orders.Where(o => o.OwnerId == user.FindFirstValue("sub")).Take(9).ToList())
    .RequireAuthorization();
"""


def read(root: Path, routes: str) -> Inventory:
    """The inventory of a shop with these routes."""
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'
    return scan(plant(root, {"Shop.csproj": project, "Program.cs": MAIN % routes})).inventory


@pytest.mark.parametrize(
    ("roles", "protects"),
    [
        ('"Admin", "PowerUser"', True),
        ('"Admin", "PowerUser", "ManageOwnOrders"', False),
        ('"Registered Users"', False),
    ],
)
def test_a_role_that_everybody_has_or_that_is_for_ones_own_protects_no_single_object(
    tmp_path: Path, roles: str, protects: bool
) -> None:
    routes = MINE + (
        'app.MapDelete("/orders/{id}", async (int id, Shop shop) => { shop.Orders.Remove(await shop.Orders.FirstAsync(o => o.Id == id)); '
        f"await shop.SaveChangesAsync(); }}).RequireAuthorization(p => p.RequireRole({roles}));"
    )
    assert ("/orders/{id}" in firm(read(tmp_path, routes), "AP101")) is not protects


@pytest.mark.parametrize("guarded", [True, False])
def test_an_error_that_a_result_holds_is_what_decided_it(tmp_path: Path, guarded: bool) -> None:
    asked = "if (rights.MayChange(order, user).IsError) return;" if guarded else ""
    routes = MINE + (
        'app.MapDelete("/orders/{id}", async (int id, Shop shop, ClaimsPrincipal user) => {'
        "var rights = new Rights(); var order = await shop.Orders.FirstAsync(o => o.Id == id); %s "
        "shop.Orders.Remove(order); await shop.SaveChangesAsync(); }).RequireAuthorization();"
    )
    assert ("/orders/{id}" in failures(read(tmp_path, routes % asked), "AP101")) is not guarded


def test_what_the_tenant_accessor_gives_is_the_tenant_of_the_caller(tmp_path: Path) -> None:
    routes = (
        'app.MapGet("/orders/{id}", async (int id, Shop shop, IMultiTenantContextAccessor<TenantInfo> tenants) => '
        "await shop.Orders.FirstAsync(o => o.Id == id && o.TenantId == tenants.MultiTenantContext.TenantInfo.Id)).RequireAuthorization();"
    )
    reach = named(read(tmp_path, routes), "/orders/{id}").reach
    assert reach is not None
    assert reach.accesses[0].protection.startswith("keyed: TenantId")


def test_the_site_that_was_called_is_no_object_that_the_caller_chose(tmp_path: Path) -> None:
    routes = (
        'app.MapPost("/visits", async (HttpContext context, Shop shop) => { var site = await shop.Sites.FirstAsync(s => s.Name == %s); '
        "site.Hits = 1; await shop.SaveChangesAsync(); }).RequireAuthorization();"
    )
    assert failures(read(tmp_path, routes % "context.Request.Host.Value"), "AP101") == {}
    assert "/visits" in failures(read(tmp_path / "chosen", routes % 'context.Request.Query["name"]'), "AP101")


def asking(path: str, test: str) -> str:
    """A route to one paper."""
    return (
        f'app.MapGet("{path}/{{id}}", async (int id, Shop shop, ClaimsPrincipal user, IAuthorizationService rights) => {{'
        f"var paper = await shop.Papers.FirstAsync(p => p.Id == id); {test} return Results.Ok(paper); }}).RequireAuthorization();\n"
    )


def test_one_endpoint_that_does_not_ask_for_the_right_that_most_ask_for_is_a_suspicion(tmp_path: Path) -> None:
    test = 'if (!(await rights.AuthorizeAsync(user, paper, "read")).Succeeded) return Results.Forbid();'
    most = [asking(path, test) for path in ("/papers", "/texts", "/prints")]
    found = read(tmp_path, "".join([*most, asking("/copies", "")]))
    assert set(failures(found, "AP101")) == {"/copies/{id}"}
    assert firm(found, "AP101") == set()
    few = read(tmp_path / "few", "".join([*most[:2], asking("/copies", "")]))
    assert failures(few, "AP101") == {}


@pytest.mark.parametrize("name", ["IsAuthorized", "HasRight"])
def test_a_function_that_says_by_name_and_type_whether_somebody_may_is_asked_about_what_it_is_given(
    tmp_path: Path, name: str
) -> None:
    routes = (
        MINE
        + 'app.MapDelete("/orders/{id}", async (int id, Shop shop, ClaimsPrincipal user) => {'
        + f"var order = await shop.Orders.FirstAsync(o => o.Id == id); if (!Lists.{name}(user, order.Id)) return; "
        + "shop.Orders.Remove(order); await shop.SaveChangesAsync(); }).RequireAuthorization();"
    )
    lists = (
        f"public static class Lists {{ public static bool {name}(ClaimsPrincipal user, int id) {{ var found = false; "
        "if (Cache.Of(id).Count > 0) { found = Cache.Of(id).Contains(0); } return found; } }"
    )
    root = plant(tmp_path, {"Lists.cs": f"using System.Security.Claims;\n{lists}"})
    assert ("/orders/{id}" in failures(read(root, routes), "AP101")) is (name == "HasRight")


@pytest.mark.parametrize(("field", "leaks"), [("DBConnectionString", True), ("ConnectionStringName", False)])
def test_how_a_database_is_reached_is_a_secret_of_what_is_stored(tmp_path: Path, field: str, leaks: bool) -> None:
    routes = (
        'app.MapGet("/tenants/{id}", async (int id, Hosts hosts) => await hosts.Tenants.FirstAsync(t => t.Id == id))'
        ".RequireAuthorization();"
    )
    hosts = (
        "using Microsoft.EntityFrameworkCore;\n"
        f"public class Tenant {{ public int Id {{ get; set; }} public string {field} {{ get; set; }} }}\n"
        "public class Hosts : DbContext { public DbSet<Tenant> Tenants { get; set; } }\n"
    )
    found = failures(read(plant(tmp_path, {"Hosts.cs": hosts}), routes), "AP104")
    assert ("/tenants/{id}" in found) is leaks


@pytest.mark.parametrize("name", ["orderId", "OrderId"])
def test_an_out_variable_holds_what_was_tried_however_it_is_spelled(tmp_path: Path, name: str) -> None:
    routes = (
        'app.MapGet("/orders/find", (string number, Shop shop) => int.TryParse(number, out int NAME) '
        "? shop.Orders.First(o => o.Id == NAME) : null).RequireAuthorization();"
    )
    reach = named(read(tmp_path, routes.replace("NAME", name)), "/orders/find").reach
    assert reach is not None
    assert [(key.field, str(key.origin), key.name) for key in reach.accesses[0].keys] == [("Id", "query", "number")]
