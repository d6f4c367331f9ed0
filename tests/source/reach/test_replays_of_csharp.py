"""What further real fixes of ASP.NET Core projects taught: callers that middleware fills in, repositories that are kept, related objects,
addresses and headers that are built and parsed, removals that ask for less.
"""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached
from tests.source.reach.judging import failures, firm

from assay.model.endpoint import Authorization
from assay.model.verdict import Confidence
from assay.source.scan import scan

CALLER = """
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
public class Membership { public int Id { get; set; } public bool Edits { get; set; } }
public interface ICaller {
    List<Membership> Memberships { get; set; }
    Task Build(HttpContext context);
    Task<bool> Edits(int id);
    Membership Of(int id);
}
public class Caller : ICaller {
    public virtual List<Membership> Memberships { get; set; }
    public virtual List<Membership> Known { get; set; }
    public async Task Build(HttpContext context) { await Build(context.User); }
    public virtual Task Build(ClaimsPrincipal user) {
        var claims = user.Claims.GroupBy(c => c.Type).ToDictionary(c => c.Key, c => c.Select(v => v));
        Memberships = Read(claims);
        return Task.CompletedTask;
    }
    private List<Membership> Read(Dictionary<string, IEnumerable<Claim>> claims) {
        var found = new List<Membership>();
        if (claims.ContainsKey("owner")) found.AddRange(claims["owner"].Select(c => new Membership { Id = int.Parse(c.Value) }));
        return found;
    }
    public async Task<bool> Edits(int id) => Memberships?.Any(m => m.Id == id && m.Edits) ?? false;
    public Membership Of(int id) => Memberships?.Find(m => m.Id == id);
    public bool Knows(int id) => Known.Any(m => m.Id == id);
}
public class CallerMiddleware {
    private readonly RequestDelegate _next;
    public CallerMiddleware(RequestDelegate next) { _next = next; }
    public async Task Invoke(HttpContext context, ICaller caller) { await caller.Build(context); await _next(context); }
}
[ApiController, Authorize]
public class OrdersController : ControllerBase {
    private readonly ShopContext _shop; private readonly ICaller _caller; private readonly Caller _own;
    public OrdersController(ShopContext shop, ICaller caller, Caller own) { _shop = shop; _caller = caller; _own = own; }
    [HttpGet("/orders/{id}")] public async Task<IActionResult> Get(int id) {
        %s
        return Ok(await _shop.Customers.FindAsync(id));
    }
}
"""
SERVICES = "builder.Services.AddScoped<ICaller, Caller>(); builder.Services.AddScoped<Caller>();"


@pytest.mark.parametrize(
    ("asked", "protects"),
    [
        ("if (!await _caller.Edits(id)) return NotFound();", True),
        ("if (!_caller.Memberships.Any(m => m.Id == id)) return NotFound();", True),
        ("var own = _caller.Of(id); if (own == null || !own.Edits) return NotFound();", True),
        ("if (!_own.Knows(id)) return NotFound();", False),
        ("if (!_caller.Memberships.Any(m => m.Edits)) return NotFound();", False),
        ("", False),
    ],
)
def test_what_middleware_fills_from_the_principal_is_the_callers(tmp_path: Path, asked: str, protects: bool) -> None:
    routes = "app.UseMiddleware<CallerMiddleware>();"
    found = accesses(reached(tmp_path, CALLER % asked, services=SERVICES, routes=routes))
    loaded = next(each for each in found if each.entity == "Customer")
    assert loaded.protection.startswith("compared") is protects


TENANT = """
using System.Security.Claims;
public class TenantContext { public string TenantId { get; private set; } public void Use(string id) { TenantId = id; } }
public class TenantMiddleware {
    private readonly RequestDelegate _next;
    public TenantMiddleware(RequestDelegate next) { _next = next; }
    public async Task InvokeAsync(HttpContext context, TenantContext tenant) { tenant.Use(%s); await _next(context); }
}
"""


@pytest.mark.parametrize(
    ("given", "is_own"),
    [
        ('context.User.FindFirst("tenant")?.Value', True),
        ('context.Request.Headers["X-Tenant"].FirstOrDefault()', False),
    ],
)
def test_a_setter_that_middleware_hands_a_claim_keeps_what_is_the_callers(
    tmp_path: Path, given: str, is_own: bool
) -> None:
    routes = """app.UseMiddleware<Shop.TenantMiddleware>();
    app.MapGet("/orders/{id}", (int id, Shop.ShopContext shop, Shop.TenantContext tenant) =>
        shop.Orders.Where(o => o.Id == id && o.OwnerId == tenant.TenantId).ToList()).RequireAuthorization();"""
    services = "builder.Services.AddScoped<Shop.TenantContext>();"
    found = accesses(reached(tmp_path, TENANT % given, services=services, routes=routes))
    assert found[0].protection.startswith("keyed") is is_own


UNIT = """
using Microsoft.EntityFrameworkCore;
public interface IStore<T> where T : class { Task<T> First(Expression<Func<T, bool>> asked); }
public class Store<T> : IStore<T> where T : class {
    protected readonly DbSet<T> _set;
    public Store(ShopContext shop) { _set = shop.Set<T>(); }
    public async Task<T> First(Expression<Func<T, bool>> asked) => await _set.FirstOrDefaultAsync(asked);
}
public interface IUnitOfWork { IStore<T> Stores<T>() where T : class; }
public class UnitOfWork : IUnitOfWork {
    private readonly ShopContext _shop;
    private readonly Dictionary<Type, object> _stores = new();
    public UnitOfWork(ShopContext shop) { _shop = shop; }
    public IStore<T> Stores<T>() where T : class {
        if (!_stores.ContainsKey(typeof(T))) { %s }
        return (IStore<T>)_stores[typeof(T)];
    }
}
"""


@pytest.mark.parametrize(
    "making",
    [
        "var made = new Store<T>(_shop); _stores.Add(typeof(T), made);",
        "var made = Activator.CreateInstance(typeof(Store<>).MakeGenericType(typeof(T)), _shop); _stores.Add(typeof(T), made);",
    ],
)
def test_a_repository_that_a_unit_of_work_keeps_is_the_one_of_its_type(tmp_path: Path, making: str) -> None:
    routes = 'app.MapGet("/orders/{id}", async (int id, Shop.IUnitOfWork unit) => await unit.Stores<Shop.Order>().First(o => o.Id == id));'
    services = "builder.Services.AddScoped<Shop.IUnitOfWork, Shop.UnitOfWork>();"
    found = accesses(reached(tmp_path, UNIT % making, services=services, routes=routes))
    assert [(each.action, each.entity, each.keys[0].field) for each in found] == [("read", "Order", "Id")]


SPECIFIED = """
using Microsoft.EntityFrameworkCore;
using Ardalis.Specification;
using Ardalis.Specification.EntityFrameworkCore;
public class OrderRow { public int Id { get; set; } }
public class Mine : Specification<Order> {
    public Mine(int id, string me) { Query.AsNoTracking().Where(o => o.Id == id && o.OwnerId == me); }
}
public class Row : Specification<Order, OrderRow> {
    public Row(int id) { Query.Where(o => o.Id == id); Query.Select(o => new OrderRow { Id = o.Id }); }
}
public class Kept<T> where T : class {
    private readonly DbSet<T> _set;
    public Kept(ShopContext shop) { _set = shop.Set<T>(); }
    public async Task<T> First(Expression<Func<T, bool>> asked) => await _set.FirstAsync(asked);
    public async Task<T> First(ISpecification<T> asked) => await SpecificationEvaluator.Default.GetQuery(_set, asked).FirstOrDefaultAsync();
    public async Task<R> First<R>(ISpecification<T, R> asked) => await SpecificationEvaluator.Default.GetQuery(_set, asked).SingleAsync();
}
"""


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ('new Shop.Mine(id, user.FindFirstValue("sub"))', ("Kept.First: FirstOrDefaultAsync", ["Id", "OwnerId"])),
        ("new Shop.Row(id)", ("Kept.First: SingleAsync", ["Id"])),
        ("o => o.Id == id", ("Kept.First: FirstAsync", ["Id"])),
    ],
)
def test_a_repository_applies_the_specification_that_it_is_handed(
    tmp_path: Path, asked: str, says: tuple[str, list[str]]
) -> None:
    routes = (
        'app.MapGet("/orders/{id}", async (int id, Shop.Kept<Shop.Order> kept, System.Security.Claims.ClaimsPrincipal user) => '
        f"await kept.First({asked}));"
    )
    (found,) = accesses(reached(tmp_path, SPECIFIED, routes=routes))
    assert (found.symbol, [key.field for key in found.keys]) == says


@pytest.mark.parametrize(
    ("asked", "shown"), [("new Shop.Row(id)", {"Id"}), ('new Shop.Mine(id, "me")', {"Id", "Status"})]
)
def test_a_specification_says_what_of_an_object_goes_out(tmp_path: Path, asked: str, shown: set[str]) -> None:
    routes = f'app.MapGet("/orders/{{id}}", async (int id, Shop.Kept<Shop.Order> kept) => Results.Ok(await kept.First({asked})));'
    (endpoint,) = reached(tmp_path, SPECIFIED, routes=routes)
    assert endpoint.reach is not None
    assert {field for each in endpoint.reach.exposures for field in each.fields} & {"Id", "Status"} <= shown
    assert ("Status" in shown) is any("Status" in each.fields for each in endpoint.reach.exposures)


def test_a_method_is_not_the_same_for_another_type(tmp_path: Path) -> None:
    making = "var made = new Store<T>(_shop); _stores.Add(typeof(T), made);"
    other = "public class Paper { public int Id { get; set; } }"
    asked = " ".join(
        f"await unit.Stores<Shop.{name}>().First(o => o.Id == id);" for name in ("Order", "Customer", "Paper")
    )
    routes = f'app.MapGet("/all/{{id}}", async (int id, Shop.IUnitOfWork unit) => {{ {asked} }});'
    services = "builder.Services.AddScoped<Shop.IUnitOfWork, Shop.UnitOfWork>();"
    found = accesses(reached(tmp_path, UNIT % making, other, services=services, routes=routes))
    assert [each.entity for each in found] == ["Order", "Customer", "Paper"]


FARM = """
using Microsoft.EntityFrameworkCore;
public class Member { public string UserId { get; set; } }
public class Farm { public int Id { get; set; } public List<Member> Members { get; set; } }
public class Batch { public int Id { get; set; } public Farm Farm { get; set; } }
public class Farms : DbContext { public DbSet<Batch> Batches { get; set; } }
"""


@pytest.mark.parametrize(
    ("asked", "is_keyed"),
    [
        ('b.Farm.Members.Any(m => m.UserId == user.FindFirstValue("sub"))', True),
        ('!b.Farm.Members.Any(m => m.UserId == user.FindFirstValue("sub"))', False),
        ('b.Farm.Members.Any(m => m.UserId == "7")', False),
    ],
)
def test_what_is_asked_of_related_objects_selects_too(tmp_path: Path, asked: str, is_keyed: bool) -> None:
    routes = (
        'app.MapGet("/batches/{id}", async (int id, Shop.Farms farms, System.Security.Claims.ClaimsPrincipal user) => '
        f"await farms.Batches.FirstOrDefaultAsync(b => b.Id == id && {asked})).RequireAuthorization();"
    )
    found = accesses(reached(tmp_path, FARM, routes=routes))
    assert found[0].protection.startswith("keyed") is is_keyed


def flows(root: Path, body: str) -> dict[str, bool]:
    """Whether request data does no harm, by the kind of its flow."""
    routes = f'app.MapPost("/x", async (HttpContext context, HttpClient client, string sent) => {{ {body} }});'
    (endpoint,) = reached(root, routes=routes)
    assert endpoint.reach is not None
    return {each.kind: each.is_safe for each in endpoint.reach.flows}


@pytest.mark.parametrize(
    ("body", "is_safe"),
    [
        ("await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(sent)));", False),
        (
            "var b = new StringBuilder(); b.Append(sent); b.Append(1); await client.GetAsync(new Uri(b.ToString()));",
            False,
        ),
        (
            'var b = new StringBuilder(); b.Append("https://a.example/"); b.Append(sent); await client.GetAsync(b.ToString());',
            True,
        ),
        ('await client.GetAsync(new Uri("https://a.example/" + sent));', True),
    ],
)
def test_an_address_is_judged_by_its_host_however_it_is_wrapped(tmp_path: Path, body: str, is_safe: bool) -> None:
    assert flows(tmp_path, body)["url"] is is_safe


@pytest.mark.parametrize(("type_", "is_safe"), [("ContentDispositionHeaderValue", False), ("Guid", True)])
def test_a_header_that_was_parsed_still_holds_its_text(tmp_path: Path, type_: str, is_safe: bool) -> None:
    body = f'if ({type_}.TryParse(sent, out var found)) {{ File.Create(Path.Combine("up", found.FileName.Value)); }}'
    assert flows(tmp_path, body).get("path", True) is is_safe


REMOVALS = """
using Microsoft.AspNetCore.Authorization;
[ApiController, Authorize(Policy = "ReadData")]
public class {0}Controller : ControllerBase {{
    private readonly ShopContext _shop;
    public {0}Controller(ShopContext shop) {{ _shop = shop; }}
    [HttpGet("/{0}")] public IActionResult All() => Ok(_shop.Customers.Take(5).ToList());
    {1}
    [HttpDelete("/{0}/{{id}}")] public async Task<IActionResult> Remove(int id) {{
        {2}
        _shop.Customers.Remove(await _shop.Customers.FindAsync(id)); await _shop.SaveChangesAsync(); return NoContent();
    }}
}}
"""
POLICIES = """builder.Services.AddAuthorization(o => {
    o.AddPolicy("ReadData", p => p.RequireClaim("permission", "read"));
    o.AddPolicy("ChangeData", p => p.RequireClaim("permission", "change"));
});"""


@pytest.mark.parametrize(
    ("asked", "says"),
    [("", Confidence.FIRM), ('if (!User.IsInRole("Admin")) return Forbid();', None)],
)
def test_a_removal_asks_for_what_the_other_removals_ask_for(
    tmp_path: Path, asked: str, says: Confidence | None
) -> None:
    others = [REMOVALS.format(name, '[Authorize(Policy = "ChangeData")]', "") for name in ("a", "b", "c")]
    reached(tmp_path, *others, REMOVALS.format("d", "", asked), services=POLICIES)
    found = failures(scan(tmp_path).inventory, "AP009")
    assert {path: each.confidence for path, each in found.items()} == ({"/d/{id}": says} if says else {})


def test_a_removal_behind_the_guards_of_the_others_is_no_outlier(tmp_path: Path) -> None:
    sources = [REMOVALS.format(name, '[Authorize(Policy = "ChangeData")]', "") for name in ("a", "b", "c", "d")]
    reached(tmp_path, *sources, services=POLICIES)
    assert not firm(scan(tmp_path).inventory, "AP009")


HUB = """
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
[Authorize]
public class OrderHub : Hub {
    private readonly ShopContext _shop;
    public OrderHub(ShopContext shop) { _shop = shop; }
    public async Task Follow(int orderId) {
        %s
        await Groups.AddToGroupAsync(Context.ConnectionId, $"order-{orderId}");
    }
}
"""
OWN = 'var me = Context.User.FindFirstValue("sub"); if (!await _shop.Orders.AnyAsync(o => o.Id == orderId && o.OwnerId == me)) return;'


@pytest.mark.parametrize(("asked", "says"), [("", Confidence.TENTATIVE), (OWN, None)])
def test_whoever_joins_the_group_of_an_order_reads_it(tmp_path: Path, asked: str, says: Confidence | None) -> None:
    routes = """app.MapHub<Shop.OrderHub>("/hub");
    app.MapGet("/mine", (Shop.ShopContext shop, System.Security.Claims.ClaimsPrincipal user) =>
        shop.Orders.Where(o => o.OwnerId == user.FindFirstValue("sub")).Take(9).ToList()).RequireAuthorization();"""
    reached(tmp_path, HUB % asked, routes=routes)
    found = failures(scan(tmp_path).inventory, "AP101")
    assert {path: each.confidence for path, each in found.items()} == ({"/hub": says} if says else {})


TEAM = """
using Microsoft.EntityFrameworkCore;
public class Member { public string UserId { get; set; } public string Role { get; set; } }
public class Team { public int Id { get; set; } public string Name { get; set; } public List<Member> Members { get; set; } }
public class Teams : DbContext { public DbSet<Team> All { get; set; } }
public static class Rights {
    public static Member Of(this Team team, string user) {
        var member = team.Members.FirstOrDefault(m => string.Equals(m.UserId, user, StringComparison.Ordinal));
        return member ?? throw new KeyNotFoundException();
    }
    public static void Other(this Team team, string user) {
        var member = team.Members.FirstOrDefault(m => m.UserId != user);
        if (member is null) throw new KeyNotFoundException();
    }
}
"""


@pytest.mark.parametrize(
    ("asked", "protects"),
    [
        ("team.Of(me);", True),
        ("if (sent == null) { team.Of(me); }", False),
        ("team.Other(me);", False),
        ("", False),
    ],
)
def test_whoever_is_no_member_of_a_loaded_object_is_refused(tmp_path: Path, asked: str, protects: bool) -> None:
    routes = (
        'app.MapGet("/teams/{id}", async (int id, string sent, Shop.Teams teams, System.Security.Claims.ClaimsPrincipal user) => {'
        'var me = user.FindFirstValue("sub"); var team = await teams.All.FirstOrDefaultAsync(t => t.Id == id);'
        f"{asked} return team.Name; }}).RequireAuthorization();"
    )
    found = accesses(reached(tmp_path, TEAM, routes=routes))
    assert found[0].protection.startswith("compared") is protects


OPENED = """
using Microsoft.AspNetCore.Builder;
public static class Routes {
    public static void Map(this WebApplication app, bool isDevelopment, bool isOpen) {
        var route = app.MapDelete("/orders/{id}", (int id, ShopContext shop) => shop.Orders.Remove(shop.Orders.Find(id)));
        route = route.RequireAuthorization();
        Open(%s, route);
    }
    private static void Open(bool %s, RouteHandlerBuilder route) { if (%s) route.AllowAnonymous(); }
}
"""


@pytest.mark.parametrize(("name", "is_open"), [("isDevelopment", False), ("isOpen", True)])
def test_what_is_open_to_developers_alone_is_not_open(tmp_path: Path, name: str, is_open: bool) -> None:
    routes = 'app.Map(builder.Environment.IsDevelopment(), builder.Configuration.GetValue<bool>("Open"));'
    (endpoint,) = reached(tmp_path, OPENED % (name, name, name), routes=routes)
    assert (endpoint.authorization is Authorization.PUBLIC) is is_open
