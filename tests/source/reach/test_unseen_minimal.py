"""What endpoints of .NET without controllers taught that nobody here had seen: each mechanism in a small tree of its own."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import PROJECT, accesses, shown
from tests.source.reach.test_unseen_python import written

from assay.model.endpoint import Endpoint
from assay.model.reach import Reach
from assay.source.scan import scan

PROGRAM = """
using Microsoft.AspNetCore.Builder;
var builder = WebApplication.CreateBuilder(args);
{services}
var app = builder.Build();
{routes}
app.Run();
"""
ENTITIES = """
namespace Shop;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
public class Order { public int Id { get; set; } public string OwnerId { get; set; } public string Status { get; set; } }
public class Account { public int Id { get; set; } [JsonIgnore] public string Password { get; set; } }
public class Member {
    public int Id { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string Password { get; set; }
}
public class ShopContext : DbContext {
    public DbSet<Order> Orders { get; set; } public DbSet<Account> Accounts { get; set; } public DbSet<Member> Members { get; set; }
}
"""


def served(root: Path, routes: str, services: str = "", source: str = "") -> tuple[Endpoint, ...]:
    """The endpoints of a shop whose program maps these routes."""
    program = PROGRAM.format(services=services, routes=routes)
    files = {"Shop.csproj": PROJECT, "Program.cs": program, "Entities.cs": ENTITIES, "Endpoints.cs": source}
    return written(root, files).endpoints


def only(endpoints: tuple[Endpoint, ...]) -> Reach:
    """What the only endpoint reaches."""
    (endpoint,) = endpoints
    assert endpoint.reach is not None
    return endpoint.reach


FAST = """
namespace Shop;
using FastEndpoints;
public class Request { public int Id { get; set; } }
public class Endpoint : Endpoint<Request, object> {
    public ShopContext Db { get; set; }
    public override void Configure() { Get("things/{Id}"); Version(2); %s }
    public override async Task HandleAsync(Request req, CancellationToken ct) { %s }
}
"""
FOUND = "var found = await Db.%s.FindAsync(req.Id);"


def fast(root: Path, body: str, configured: str = "", prepended: str = "") -> tuple[Endpoint, ...]:
    """The endpoints of a shop of FastEndpoints with one handler."""
    use = f'app.UseFastEndpoints(c => {{ c.Endpoints.RoutePrefix = "api"; c.Versioning.Prefix = "v"; {prepended} }});'
    return served(root, use, "builder.Services.AddFastEndpoints();", FAST % (configured, body))


@pytest.mark.parametrize(
    ("prepended", "path"),
    [("", "/api/things/{Id}/v2"), ("c.Versioning.PrependToRoute = true;", "/api/v2/things/{Id}")],
)
def test_an_endpoint_class_that_is_called_like_its_base_has_its_version(
    tmp_path: Path, prepended: str, path: str
) -> None:
    endpoints = fast(tmp_path, FOUND % "Orders", prepended=prepended)
    assert [(each.name, str(each.authorization)) for each in endpoints] == [(f"GET {path}", "authenticated")]
    assert shown(accesses(endpoints)) == ["read Order =path:Id"]


@pytest.mark.parametrize(
    ("held", "sending", "expected"),
    [
        ("Orders", "await SendOkAsync(found, ct);", [("Order", ("Id", "OwnerId", "Status"))]),
        ("Orders", "await SendAsync(found, 200, ct);", [("Order", ("Id", "OwnerId", "Status"))]),
        ("Orders", "await Send.OkAsync(found, ct);", [("Order", ("Id", "OwnerId", "Status"))]),
        ("Orders", "await SendNotFoundAsync(ct);", []),
        ("Orders", "await mail.OkAsync(found, ct);", []),
        ("Accounts", "await SendOkAsync(found, ct);", [("Account", ("Id",))]),
        ("Members", "await SendOkAsync(found, ct);", [("Member", ("Id", "Password"))]),
    ],
)
def test_what_a_handler_sends_goes_out_but_for_what_is_always_ignored(
    tmp_path: Path, held: str, sending: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    reach = only(fast(tmp_path, f"{FOUND % held} {sending}"))
    assert [(each.entity, each.fields) for each in reach.exposures] == expected


@pytest.mark.parametrize(
    ("test", "kinds"),
    [('HttpContext.Request.Headers["X-Token"] != Env.Token', ["proof"]), ("found is null", [])],
)
def test_a_handler_that_refuses_by_a_header_asks_for_a_proof(tmp_path: Path, test: str, kinds: list[str]) -> None:
    body = f"{FOUND % 'Orders'} if ({test}) {{ await SendUnauthorizedAsync(ct); return; }} await SendOkAsync(found);"
    reach = only(fast(tmp_path, body, "AllowAnonymous();"))
    assert [each.kind for each in reach.decisions] == kinds


WOLVERINE = """
namespace Shop;
using Marten;
using Wolverine.Http;
public record Close(Guid OrderId, string Why);
public record Closed(string Why);
public static class Endpoints {
    [WolverineGet("/orders/{id}")] public static Order Show([Entity] Order order) => order;
    [WolverineGet("/words/{id}")] public static string Say(int id, Order order) => "nothing";
    [WolverinePost("/orders/close")] public static object Close(Close command, [Aggregate] Order order) => new Closed(command.Why);
    [Authorize(Roles = "Admin"), WolverinePut("/orders/{id}")] public static string Put(int id) => "done";
    public static Order Unmapped([Entity] Order order) => order;
}
"""


def test_what_the_attribute_of_a_parameter_loads_is_an_access(tmp_path: Path) -> None:
    endpoints = served(tmp_path, "app.MapWolverineEndpoints();", source=WOLVERINE)
    assert {each.name: shown(accesses(endpoints, each.name)) for each in endpoints} == {
        "GET /orders/{id}": ["read Order =path:id"],
        "GET /words/{id}": [],
        "POST /orders/close": ["read Order =body:OrderId", "update stream =body:OrderId"],
        "PUT /orders/{id}": [],
    }


@pytest.mark.parametrize(
    ("option", "prefix", "expected"),
    [
        ("", "", ["public", "role", "public", "public"]),
        (
            'o => { o.RequireAuthorizeOnAll(); o.RoutePrefix("api"); }',
            "/api",
            ["authenticated", "role", "authenticated", "authenticated"],
        ),
    ],
)
def test_the_options_of_a_mapping_guard_all_of_its_endpoints(
    tmp_path: Path, option: str, prefix: str, expected: list[str]
) -> None:
    endpoints = served(tmp_path, f"app.MapWolverineEndpoints({option});", source=WOLVERINE)
    found = {each.name: str(each.authorization) for each in endpoints}
    names = ("POST {}/orders/close", "PUT {}/orders/{{id}}", "GET {}/orders/{{id}}", "GET {}/words/{{id}}")
    assert found == {name.format(prefix): demand for name, demand in zip(names, expected, strict=True)}


ODATA = """
namespace Shop;
using Microsoft.AspNetCore.OData.Routing.Controllers;
public class OrdersController(ShopContext db) : ODataController {
    public IActionResult Get() => Ok(db.Orders);
    public IActionResult Get(int key) => Ok(db.Orders.Find(key));
    public IActionResult Patch(int key, [FromBody] Order order) => NoContent();
    public IActionResult GetStatus(int key) => Ok();
    public IActionResult Recount() => Ok();
    private IActionResult Post(Order order) => Ok();
}
public class MembersController : ODataController { public IActionResult Get() => Ok(); }
"""
MODEL = """
var model = new ODataConventionModelBuilder();
model.EntitySet<Order>("Orders");
builder.Services.AddControllers().AddOData(o => o.AddRouteComponents("odata", model.GetEdmModel()));
"""


def test_the_actions_of_an_entity_set_have_the_routes_of_its_model(tmp_path: Path) -> None:
    endpoints = served(tmp_path, "app.MapControllers();", MODEL, ODATA)
    assert sorted(each.name for each in endpoints) == [
        "GET /odata/Orders",
        "GET /odata/Orders({key})",
        "GET /odata/Orders({key})/Status",
        "PATCH /odata/Orders({key})",
    ]
    assert shown(accesses(endpoints, "GET /odata/Orders({key})")) == ["read Order =path:key"]


def test_a_body_that_a_handler_reads_is_a_body_and_what_it_writes_goes_out(tmp_path: Path) -> None:
    route = """app.MapPost("/orders", async (HttpContext context, ShopContext db) => {
        var sent = await context.Request.ReadFromJsonAsync<Order>();
        var found = await db.Orders.FindAsync(sent.Id); found.Status = sent.Status; await db.SaveChangesAsync();
        await context.Response.WriteAsJsonAsync(found);
    });"""
    endpoints = served(tmp_path, route)
    assert shown(accesses(endpoints)) == ["read Order =body:Id", "update Order =body:Id"]
    assert [each.entity for each in only(endpoints).exposures] == ["Order"]


def test_what_another_service_answers_is_no_body(tmp_path: Path) -> None:
    route = """app.MapPost("/orders", async (IHttpClientFactory clients, ShopContext db) => {
        var answer = await clients.CreateClient().GetAsync("https://stock.example.org/next");
        var told = await answer.Content.ReadFromJsonAsync<Order>();
        var found = await db.Orders.FindAsync(told.Id);
    });"""
    (access,) = accesses(served(tmp_path, route, "builder.Services.AddHttpClient();"))
    assert not access.is_request_driven


STORES = [
    ("IDocumentSession kept", "kept.LoadAsync<Order>(id)", ["read Order =path:id"]),
    ("IQuerySession kept", "kept.Query<Order>().Where(o => o.OwnerId == id).ToListAsync()", ["list Order OwnerId=path:id"]),
    ("IDocumentSession kept", "kept.Events.Append(id, new object())", ["update stream =path:id"]),
    ("IAsyncDocumentSession kept", "kept.LoadAsync<Order>(id)", ["read Order =path:id"]),
    ("Container kept", "kept.DeleteItemAsync<Order>(id, new PartitionKey(id))", ["delete Order =path:id PartitionKey=path:id"]),
    ("IDynamoDBContext kept", "kept.LoadAsync<Order>(id)", ["read Order =path:id"]),
    ("ShopContext kept", "DB.Find<Order>().MatchID(id).ExecuteSingleAsync()", ["read Order =path:id"]),
    ("IAssetLoader kept", "kept.LoadAsync<Order>(id)", []),
    ("Registry kept", "kept.Find<Order>(id)", []),
]  # fmt: skip


@pytest.mark.parametrize(("parameter", "call", "expected"), STORES)
def test_a_call_of_a_document_store_is_an_access(
    tmp_path: Path, parameter: str, call: str, expected: list[str]
) -> None:
    route = f'app.MapGet("/orders/{{id}}", async (string id, {parameter}) => await {call});'
    assert shown(accesses(served(tmp_path, route))) == expected


@pytest.mark.parametrize(
    ("partition", "protection"),
    [('user.FindFirstValue("sub")', "keyed: PartitionKey == FindFirstValue"), ("id", "")],
)
def test_a_partition_of_the_caller_protects_what_is_read_in_it(tmp_path: Path, partition: str, protection: str) -> None:
    route = f"""app.MapGet("/orders/{{id}}", async (string id, ClaimsPrincipal user, Container kept) =>
        await kept.ReadItemAsync<Order>(id, new PartitionKey({partition})));"""
    assert [each.protection for each in accesses(served(tmp_path, route))] == [protection]


@pytest.mark.parametrize(
    ("test", "refusal", "kinds"),
    [
        ('request.Headers["X-Signature"] != Sign.Of(request.Body)', "Results.Unauthorized()", ["proof"]),
        ('request.Headers["X-Signature"] != Sign.Of(request.Body)', "Results.BadRequest()", []),
        ("!IPAddress.IsLoopback(context.Connection.RemoteIpAddress)", "Results.StatusCode(403)", ["network"]),
        ("!IPAddress.IsLoopback(context.Connection.RemoteIpAddress)", "Results.NotFound()", ["network"]),
        ('order.Status == "closed"', "Results.StatusCode(403)", []),
        ("cancellationToken.IsCancellationRequested", "Results.StatusCode(403)", []),
    ],
)
def test_a_refusal_by_a_proof_or_an_address_is_a_decision_about_the_caller(
    tmp_path: Path, test: str, refusal: str, kinds: list[str]
) -> None:
    taken = "HttpContext context, HttpRequest request, Order order, CancellationToken cancellationToken"
    route = f'app.MapPost("/hook", ({taken}) => {{ if ({test}) return {refusal}; return Results.Ok(); }});'
    assert [each.kind for each in only(served(tmp_path, route)).decisions] == kinds


def test_a_handler_that_is_nested_too_deeply_is_a_gap_and_no_end_of_the_scan(tmp_path: Path) -> None:
    deep = "\n".join("        x = x.Foo(x);" for _ in range(4000))
    source = f"""
using Microsoft.AspNetCore.Mvc;

[ApiController]
public class DeepController : ControllerBase
{{
    [HttpGet("/deep")]
    public object Deep(string x)
    {{
{deep}
        return x;
    }}

    [HttpGet("/flat")]
    public IActionResult Flat() => Ok(1);
}}
"""
    (tmp_path / "DeepController.cs").write_text(source, encoding="utf-8")
    endpoints = {each.path: each for each in scan(tmp_path).inventory.endpoints}
    assert set(endpoints) == {"/deep", "/flat"}
    deep_reach, flat = endpoints["/deep"].reach, endpoints["/flat"].reach
    assert deep_reach is not None
    assert flat is not None
    assert (bool(deep_reach.gaps), bool(flat.gaps)) == (True, False)
