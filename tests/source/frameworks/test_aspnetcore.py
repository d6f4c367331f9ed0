"""What the ASP.NET Core reader says of endpoints beside their path and class: guards that do not decide, parameters, models, settings."""

from pathlib import Path

import pytest

from assay.model.endpoint import Demand, Endpoint, Guard
from assay.model.program import Inventory
from assay.source.frameworks.aspnetcore.template import combine, fill, parameters, plain
from assay.source.scan import scan

MAIN = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();
"""


def read(tmp_path: Path, **files: str) -> Inventory:
    """The inventory of a project; `Program` is the ordinary one unless given."""
    for name, text in ({"Program": MAIN} | files).items():
        (tmp_path / f"{name}.cs").write_text(text, "utf-8")
    return scan(tmp_path).inventory


def only(inventory: Inventory, name: str = "") -> Endpoint:
    """The endpoint of a name, or the only one."""
    found = [endpoint for endpoint in inventory.endpoints if name in {"", endpoint.name}]
    assert len(found) == 1, [endpoint.name for endpoint in inventory.endpoints]
    return found[0]


def defeated(endpoint: Endpoint) -> list[Guard]:
    """The guards that do not decide."""
    return [guard for guard in endpoint.guards if not guard.is_effective]


def test_a_guard_in_a_comment_is_kept_as_one_that_never_decides(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        Old="""
[Route("old")]
public class OldController : ControllerBase
{
    // [Authorize(Roles = "Admin")]
    [HttpDelete]
    public IActionResult Delete() => Ok();

    [HttpGet]
    public IActionResult Get() => Ok();
}
""",
    )
    (guard,) = defeated(only(inventory, "DELETE /old"))
    assert guard.defeat.startswith("commented-out")
    assert guard.place is not None
    assert guard.place.line == 5
    assert only(inventory, "GET /old").guards == ()


def test_an_anonymous_marker_defeats_the_guards_beside_it_and_names_itself(tmp_path: Path) -> None:
    endpoint = only(
        read(
            tmp_path,
            Open="""
[Authorize]
[Route("open")]
public class OpenController : ControllerBase
{
    [HttpPost, AllowAnonymous, Authorize(Roles = "Admin")]
    public IActionResult Post() => Ok();
}
""",
        )
    )
    assert endpoint.is_stated_public
    assert [guard.defeat.partition(":")[0] for guard in defeated(endpoint)] == ["overridden", "overridden"]
    assert "[AllowAnonymous]" in defeated(endpoint)[0].defeat


def test_middleware_after_the_endpoints_never_decides(tmp_path: Path) -> None:
    endpoint = only(
        read(
            tmp_path,
            Program="""
public class Startup
{
    public void ConfigureServices(IServiceCollection services) { services.AddControllers(); }
    public void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints => { endpoints.MapGet("/x", () => "x"); });
        app.Use(async (context, next) =>
        {
            if (!context.User.Identity.IsAuthenticated) { context.Response.StatusCode = 401; return; }
            await next();
        });
    }
}
""",
        )
    )
    assert endpoint.authorization.value == "public"
    assert [guard.defeat.partition(":")[0] for guard in defeated(endpoint)] == ["order"]


def test_an_endpoint_in_a_development_branch_says_so(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        Program="""
var app = WebApplication.CreateBuilder(args).Build();
if (app.Environment.IsDevelopment()) { app.MapGet("/dev", () => "x"); }
app.MapGet("/all", () => "x");
app.Run();
""",
    )
    assert {endpoint.path: endpoint.environment for endpoint in inventory.endpoints} == {
        "/all": "",
        "/dev": "development",
    }


def test_parameters_bind_as_the_framework_infers(tmp_path: Path) -> None:
    endpoint = only(
        read(
            tmp_path,
            Things="""
public class Thing { [Required] public string Name { get; set; } public int? Size { get; set; } }
public class Answer : Named { public int Id { get; set; } }
public class Named { public string Label { get; set; } }
public interface IStore { }

[ApiController]
[Route("things")]
public class ThingsController : ControllerBase
{
    [HttpPut("{id}")]
    public async Task<ActionResult<Answer>> Put(int id, string? filter, Thing thing, [FromHeader(Name = "X-Trace")] string trace,
        IStore store, IFormFile file, CancellationToken token) => Ok();
}
""",
        )
    )
    assert [(p.name, p.source) for p in endpoint.parameters] == [
        ("id", "path"),
        ("filter", "query"),
        ("thing", "body"),
        ("X-Trace", "header"),
        ("store", "service"),
        ("file", "file"),
        ("token", "request"),
    ]
    assert endpoint.request is not None
    assert [(f.name, f.type, f.is_required) for f in endpoint.request.fields] == [
        ("Name", "string", True),
        ("Size", "int?", False),
    ]
    assert endpoint.response is not None
    assert [field.name for field in endpoint.response.fields] == ["Label", "Id"]


def test_a_minimal_handler_binds_members_of_its_parameter_object(tmp_path: Path) -> None:
    endpoint = only(
        read(
            tmp_path,
            Program="""
var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/orders/{id}", ([AsParameters] Query query, Order order, HttpContext context) => Results.Ok());
app.Run();
public record Query(int Id, [FromHeader] string Tenant, int? Page);
public record Order(string Title);
""",
        )
    )
    assert [(p.name, p.source) for p in endpoint.parameters] == [
        ("Id", "path"),
        ("Tenant", "header"),
        ("Page", "query"),
        ("order", "body"),
        ("context", "request"),
    ]


def test_settings_are_read_with_value_environment_and_whether_they_are_applied(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        Program="""
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors(options =>
{
    options.AddPolicy("Wide", policy => policy.SetIsOriginAllowed(_ => true).AllowCredentials());
    options.AddPolicy("Unused", policy => policy.AllowAnyOrigin());
    options.AddDefaultPolicy(policy => policy.WithOrigins("https://a.example", "https://b.example"));
});
builder.Services.ConfigureApplicationCookie(options => { options.Cookie.SecurePolicy = CookieSecurePolicy.None; });
builder.Services.AddAuthentication().AddJwtBearer(options => { options.RequireHttpsMetadata = false; });
var app = builder.Build();
if (app.Environment.IsDevelopment()) { app.UseDeveloperExceptionPage(); } else { app.UseHsts(); }
app.UseHttpsRedirection();
app.UseCors("Wide");
app.MapGet("/x", () => "x");
app.Run();
""",
    )
    found = {(s.name, s.value, s.environment) for s in inventory.settings}
    assert found == {
        ("cors", "reflected", "any"),
        ("cors", "*", "any"),
        ("cors", "https://a.example,https://b.example", "any"),
        ("cookie-secure", "off", "any"),
        ("https-metadata", "off", "any"),
        ("error-detail", "on", "development"),
        ("hsts", "on", "production"),
        ("https-redirection", "on", "any"),
    }
    cors = {
        s.detail("policy"): (s.detail("applied"), s.detail("credentials"))
        for s in inventory.settings
        if s.name == "cors"
    }
    assert cors == {"Wide": ("true", "true"), "Unused": ("false", "false"), "": ("false", "false")}


def test_equal_paths_of_two_applications_are_two_endpoints(tmp_path: Path) -> None:
    for name in ("One", "Two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.csproj").write_text('<Project Sdk="Microsoft.NET.Sdk.Web"></Project>', "utf-8")
        (folder / "Program.cs").write_text(
            'var app = WebApplication.CreateBuilder(args).Build(); app.MapGet("/x", () => "x"); app.Run();', "utf-8"
        )
    inventory = scan(tmp_path).inventory
    assert [api.id for api in inventory.apis] == ["One", "Two"]
    assert [(endpoint.api, endpoint.path) for endpoint in inventory.endpoints] == [("One", "/x"), ("Two", "/x")]


def test_a_filter_that_may_decide_outside_the_source_is_unknown_and_says_why(tmp_path: Path) -> None:
    endpoint = only(
        read(
            tmp_path,
            Far="""
using Vendor.Security;
public class FarAttribute : Attribute, IAuthorizationFilter
{
    private readonly Vendor.TokenVerifier _verifier = new Vendor.TokenVerifier();
    public void OnAuthorization(AuthorizationFilterContext context) { _verifier.ValidateToken(context); }
}

[Route("far")]
public class FarController : ControllerBase { [HttpGet, Far] public IActionResult Get() => Ok(); }
""",
        )
    )
    assert [guard.demand for guard in endpoint.guards] == [Demand.UNKNOWN]
    assert endpoint.auth is None
    assert endpoint.reasons


def test_a_cycle_of_base_classes_ends(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        Round="""
public class AController : BController { [HttpGet("a")] public string A() => "x"; }
public class BController : AController { [HttpGet("b")] public string B() => "x"; }
""",
    )
    assert {endpoint.path for endpoint in inventory.endpoints} == {"/a", "/b"}


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("api/{id:int?}", "/api/{id}"),
        ("{path:regex(^(?!(api)/)[a-z]{{2}}.*$)}/x", "/{path}/x"),
        ("~/a/{*all}", "/a/{all}"),
        ("a//b/", "/a/b"),
        ("", "/"),
        ("x/{a}-{b:minlength(2)}.{ext=txt}", "/x/{a}-{b}.{ext}"),
        ("{broken", "/{broken}"),
    ],
)
def test_a_template_becomes_a_plain_path(template: str, path: str) -> None:
    assert plain(template) == path


def test_templates_combine_as_the_framework_does() -> None:
    assert combine("api", "x") == "api/x"
    assert combine("api", None) == "api"
    assert combine("api", "/x") == "x"
    assert combine("api", "~/x") == "x"
    assert combine(None, None) is None


def test_tokens_are_filled_outside_of_constraints_only() -> None:
    filled = fill("[controller]/{id:regex([[a-z]])}/[[kept]]/[other]", {"controller": "Orders"})
    assert filled == "Orders/{id:regex([[a-z]])}/[kept]/[other]"
    assert [piece.name for piece in parameters(filled)] == ["id"]


def test_a_call_in_a_comment_belongs_to_the_mapping_above_it(tmp_path: Path) -> None:
    main = """
var app = WebApplication.CreateBuilder(args).Build();
app.MapPost("/a", () => Results.Ok())
    // .RequireAuthorization()
    .WithName("a");
app.MapPost("/b", () => Results.Ok());
app.Run();
"""
    inventory = read(tmp_path, Program=main)
    by_path = {endpoint.path: endpoint for endpoint in inventory.endpoints}
    (guard,) = defeated(by_path["/a"])
    assert guard.defeat.startswith("commented-out")
    assert by_path["/b"].guards == ()


def test_a_cross_origin_policy_says_where_it_is_applied(tmp_path: Path) -> None:
    main = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors(options =>
{
    options.AddPolicy("all", policy => policy.AllowAnyOrigin());
    options.AddPolicy("some", policy => policy.AllowAnyOrigin());
    options.AddPolicy("none", policy => policy.AllowAnyOrigin());
});
var app = builder.Build();
app.UseCors("all");
app.MapGet("/a", () => Results.Ok()).RequireCors("some");
app.Run();
"""
    policies = [setting for setting in read(tmp_path, Program=main).settings if setting.name == "cors"]
    found = {one.detail("policy"): (one.detail("applied"), one.detail("scope")) for one in policies}
    assert found == {"all": ("true", "application"), "some": ("true", "endpoints"), "none": ("false", "")}


@pytest.mark.parametrize(("call", "paths"), [("app.MapUsers();", ["/", "/users"]), ("", ["/"])])
def test_routes_of_an_extension_method_that_nothing_calls_are_not_served(
    tmp_path: Path, call: str, paths: list[str]
) -> None:
    main = f"""
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => Results.Ok());
{call}
app.Run();
"""
    users = """
public static class Users
{
    public static void MapUsers(this IEndpointRouteBuilder app) => app.MapGet("/users", () => Results.Ok());
}
"""
    inventory = read(tmp_path, Program=main, Users=users)
    assert [endpoint.path for endpoint in inventory.endpoints] == paths
    said = [each.reason for each in inventory.skipped]
    assert said == ([] if call else ["MapUsers maps routes and is never called"])
