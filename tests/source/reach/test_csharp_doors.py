"""Ways in of endpoints without controllers: token endpoints of a service of its own, limits of one route among others of its group."""

from pathlib import Path

import pytest
from tests.source.reach.test_unseen_python import failing, written

SOURCE = """
public record Given(string Email, string Password, string ClientId, string ClientSecret);
public class User { public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } }
public class Client { public int Id { get; set; } public string ClientId { get; set; } public string Secret { get; set; } }
public class Db : DbContext { public DbSet<User> Users { get; set; } public DbSet<Client> Clients { get; set; } }
public class Tokens(IConfiguration settings) { public string IssueToken(string name) => Guid.NewGuid().ToString(); }
"""
SIGNING = """async (Given given, Db db, Tokens tokens) => {
    var user = await db.Users.FirstOrDefaultAsync(u => u.Email == given.Email);
    if (user == null || !BCrypt.Verify(given.Password, user.PasswordHash)) return Results.Unauthorized();
    return Results.Ok(tokens.IssueToken(user.Email)); }"""
PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimiter(o => o.AddFixedWindowLimiter("strict", x => x.PermitLimit = 5));
var app = builder.Build();
app.UseRateLimiter();
%s
app.Run();
"""


def tried(root: Path, routes: str, rule: str = "AP106") -> list[str]:
    """The findings of a rule about these routes, as far as their names."""
    found = failing(written(root, {"Program.cs": PROGRAM % routes, "Shop.cs": SOURCE}), rule)
    return [message.partition(" signs")[0] for message in found]


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (f'var g = app.MapGroup("/auth"); g.MapPost("/login", {SIGNING});', ["firm POST /auth/login"]),
        (f'var g = app.MapGroup("/auth"); g.MapPost("/login", {SIGNING}).RequireRateLimiting("strict");', []),
        (f'var g = app.MapGroup("/auth").RequireRateLimiting("strict"); g.MapPost("/login", {SIGNING});', []),
        (
            f'var g = app.MapGroup("/auth"); g.MapPost("/login", {SIGNING}); g.MapGet("/other", () => 1).RequireRateLimiting("strict");',
            ["firm POST /auth/login"],
        ),
    ],
)
def test_a_limit_of_one_route_limits_no_other_of_its_group(tmp_path: Path, routes: str, expected: list[str]) -> None:
    assert tried(tmp_path, routes) == expected


CHECKED = "var client = await db.Clients.FirstOrDefaultAsync(c => c.ClientId == given.ClientId); if (client.Secret != given.ClientSecret)"
WRITTEN = 'if (!string.Equals(given.ClientSecret, "known-secret", StringComparison.Ordinal))'
TOKEN = """app.MapPost("%s", async (Given given, Db db, Tokens tokens) => {
    %s return Results.Unauthorized(); return Results.Ok(%s); });"""


@pytest.mark.parametrize(
    ("path", "check", "answer", "expected"),
    [
        ("/oauth/token", CHECKED, "tokens.IssueToken(given.ClientId)", ["firm POST /oauth/token"]),
        ("/connect/token", WRITTEN, "tokens.IssueToken(given.ClientId)", ["firm POST /connect/token"]),
        (
            "/connect/token",
            "if (given.ClientId == null)",
            "tokens.IssueToken(given.ClientId)",
            ["tentative POST /connect/token"],
        ),
        ("/oauth/token", CHECKED, "given.ClientId", []),
        ("/oauth/callback", CHECKED, "tokens.IssueToken(given.ClientId)", []),
    ],
)
def test_the_token_endpoint_of_a_service_of_its_own_is_a_way_in(
    tmp_path: Path, path: str, check: str, answer: str, expected: list[str]
) -> None:
    assert tried(tmp_path, TOKEN % (path, check, answer)) == expected
    assert tried(tmp_path, TOKEN % (path, check, answer), "AP110") == expected


@pytest.mark.parametrize(
    ("path", "answer", "expected"),
    [
        ("/login", "tokens.IssueToken(name)", ["tentative GET /login"]),
        ("/login", "name", []),
        ("/login/google/callback", "tokens.IssueToken(name)", []),
        ("/orders", "tokens.IssueToken(name)", []),
    ],
)
def test_a_read_that_gives_tokens_at_a_sign_in_may_be_one(
    tmp_path: Path, path: str, answer: str, expected: list[str]
) -> None:
    route = f'app.MapGet("{path}", (string name, Tokens tokens) => Results.Ok({answer}));'
    assert tried(tmp_path, route) == expected


def test_an_answer_of_a_projects_own_holds_what_it_is_given(tmp_path: Path) -> None:
    source = """
public class Xml<T>(T held) : IResult { private readonly T held = held; }
public static class Answers { public static IResult Xml<T>(this IResultExtensions _, T held) => new Xml<T>(held); }
"""
    route = 'app.MapGet("/users", async (Db db) => Results.Extensions.Xml(await db.Users.ToListAsync()));'
    found = failing(
        written(tmp_path, {"Program.cs": PROGRAM % route, "Shop.cs": SOURCE, "Answers.cs": source}), "AP111"
    )
    assert found == ["firm GET /users answers with every User that is stored."]


def test_a_repository_that_saves_everything_writes_no_object_by_that(tmp_path: Path) -> None:
    source = """
public interface IUsers { Task<User> GetAsync(int id); Task SaveAsync(); }
public class UserRepository(Db db) : IUsers {
    public async Task<User> GetAsync(int id) => await db.Users.FindAsync(id);
    public async Task SaveAsync() => await db.SaveChangesAsync();
}
"""
    route = 'app.MapPut("/users/{id}", async (int id, IUsers users) => { await users.GetAsync(id); await users.SaveAsync(); });'
    (endpoint,) = written(tmp_path, {"Program.cs": PROGRAM % route, "Shop.cs": SOURCE, "Users.cs": source}).endpoints
    assert endpoint.reach is not None
    assert [str(each.action) for each in endpoint.reach.accesses] == ["read"]


SIGNED = """
public class Makes(IConfiguration settings) {
    public string %s(string name) {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(settings["Jwt:Key"]));
        var signed = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        %s
    } }
"""
BY_CONSTRUCTOR = """return new JwtSecurityTokenHandler().WriteToken(
            new JwtSecurityToken(issuer: "shop", audience: "shop", expires: %s, signingCredentials: signed));"""
BY_DESCRIPTOR = """var handler = new JwtSecurityTokenHandler();
        return handler.WriteToken(handler.CreateToken(
            new SecurityTokenDescriptor { Expires = %s, SigningCredentials = signed }));"""


@pytest.mark.parametrize("way", [BY_CONSTRUCTOR, BY_DESCRIPTOR])
@pytest.mark.parametrize(
    ("function", "expires", "is_long"),
    [
        ("Token", "DateTime.UtcNow.AddYears(1)", True),
        ("Token", "DateTime.UtcNow.AddDays(30)", True),
        ("Token", "DateTime.UtcNow.Add(TimeSpan.FromDays(60))", True),
        ("Token", "DateTime.UtcNow.AddHours(1)", False),
        ("Token", 'DateTime.UtcNow.AddMinutes(settings.GetValue<int>("Minutes"))', False),
        ("RefreshToken", "DateTime.UtcNow.AddDays(30)", False),
    ],
)
def test_a_token_that_lives_for_weeks_is_one_in_every_way_of_making_it(
    tmp_path: Path, way: str, function: str, expires: str, is_long: bool
) -> None:
    route = f'app.MapPost("/things", (string name, Makes makes) => Results.Ok(makes.{function}(name)));'
    makes = SIGNED % (function, way % expires)
    found = failing(written(tmp_path, {"Program.cs": PROGRAM % route, "Makes.cs": makes}), "AP109")
    assert any("tentative" in message for message in found) is is_long, found
    assert is_long or not found


OUTCOME = """
public class Outcome { public int StatusCode { get; init; } public string Token { get; init; }
    public static Outcome Good(string token, int status = StatusCodes.Status200OK) => new() { StatusCode = status, Token = token };
    public static Outcome Fail(int status = StatusCodes.Status404NotFound) => new() { StatusCode = status };
}
"""
JUDGED = """app.MapPost("/login", async (Given given, Db db, Tokens tokens) => {
    var outcome = await Signing.In(given, db, tokens);
    return Results.Json(outcome, statusCode: outcome.StatusCode); });"""
SIGNER = """
public static class Signing { public static async Task<Outcome> In(Given given, Db db, Tokens tokens) {
    var user = await db.Users.FirstOrDefaultAsync(u => u.Email == given.Email);
    if (user == null) return Outcome.Fail();
    if (!BCrypt.Verify(given.Password, user.PasswordHash)) return Outcome.Fail(StatusCodes.Status401Unauthorized);
    return Outcome.Good(tokens.IssueToken(user.Email));
} }
"""


def test_an_answer_whose_status_one_of_several_results_decides_refuses_not_everybody(tmp_path: Path) -> None:
    files = {"Program.cs": PROGRAM % JUDGED, "Shop.cs": SOURCE, "Outcome.cs": OUTCOME, "Signing.cs": SIGNER}
    (found,) = failing(written(tmp_path, files), "AP106")
    assert found.startswith("firm POST /login")


ROLES = """
public enum Kind { Client, Coach, Admin }
public record SignUp(string Email, string Password, Kind Role);
public class Account : IdentityUser<Guid> { }
public class Accounts : IdentityDbContext<Account> { }
"""
SIGN_UP = """app.MapPost("/sign-up", async (SignUp given, UserManager<Account> users) => {
    var account = new Account { Email = given.Email };
    await users.CreateAsync(account, given.Password);
    %s
    await users.AddToRoleAsync(account, %s);
    return Results.Ok(); });"""


@pytest.mark.parametrize(
    ("check", "role", "expected"),
    [
        ("", "given.Role.ToString()", ["firm POST /sign-up lets the caller set role of Account (set by name)."]),
        ("", '"Client"', []),
        ('if (given.Role.ToString() == "Admin") return Results.Forbid();', "given.Role.ToString()", ["tentative"]),
    ],
)
def test_who_signs_up_says_not_what_it_may_do(tmp_path: Path, check: str, role: str, expected: list[str]) -> None:
    files = {"Program.cs": PROGRAM % (SIGN_UP % (check, role)), "Roles.cs": ROLES}
    found = failing(written(tmp_path, files), "AP103")
    assert [message[: len(known)] for message, known in zip(found, expected, strict=True)] == expected


ASKED = """
app.MapGet("/users", async (string role, Db db, HttpContext http) => {
    %s
    return Results.Ok(await db.Users.Where(u => u.Role == role).Select(u => u.Id).Take(10).ToListAsync()); }).RequireAuthorization();"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ('if (role != "admin") return Results.Forbid();', 1),
        ('if (http.User.IsInRole("Coach") && role != "client") return Results.Forbid();', 0),
        ('if (!http.User.IsInRole("Coach") || role != "client") return Results.Forbid();', 0),
        (
            'if (!http.User.IsInRole("Coach")) return Results.Forbid();\n    if (role != "client") return Results.NotFound();',
            0,
        ),
        ('if (!http.User.IsInRole("Coach") && role != "admin") return Results.Forbid();', 1),
    ],
)
def test_the_role_that_a_caller_asks_about_is_no_word_for_its_own(tmp_path: Path, check: str, expected: int) -> None:
    source = SOURCE.replace("PasswordHash { get; set; }", "PasswordHash { get; set; } public string Role { get; set; }")
    files = {"Program.cs": PROGRAM % (ASKED % check), "Shop.cs": source}
    assert len([each for each in failing(written(tmp_path, files), "AP102") if "word for a right" in each]) == expected
