"""What the second held-out look at .NET taught: values by name, roles of the library, registrations that grant, lists in pages."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import PROJECT, accesses, shown
from tests.source.reach.test_unseen_minimal import served
from tests.source.reach.test_unseen_python import failing, written

SHOP = """
namespace Shop;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
public class Order { public int Id { get; set; } public string Status { get; set; } }
public class User {
    public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } public string Role { get; set; }
}
public class OrdersViewModel { public List<Order> All { get; set; } }
public class ShopContext : DbContext { public DbSet<Order> Orders { get; set; } public DbSet<User> Users { get; set; } }
"""
PROGRAM = """
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllersWithViews();
builder.Services.AddRazorPages();
var app = builder.Build();
app.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}");
app.MapRazorPages();
app.Run();
"""


@pytest.mark.parametrize(
    "call",
    [
        'db.ExecuteAsync("DELETE FROM users WHERE name = :name", param: new { name })',
        'db.ExecuteAsync(sql: "DELETE FROM users WHERE name = @name", param: new { name })',
        'db.ExecuteAsync(new CommandDefinition(commandText: "DELETE FROM users WHERE name = @name", parameters: new { name }))',
    ],
)
def test_text_and_values_of_a_statement_may_be_handed_over_by_name(tmp_path: Path, call: str) -> None:
    found = accesses(
        served(tmp_path, f'app.MapDelete("/users", async (string name, IDbConnection db) => await {call});')
    )
    assert shown(found) == ["delete users name=query:name"]


LISTED = """
app.MapGet("/orders", async (string? status, IDbConnection db) => {
    var sql = "SELECT * FROM orders WHERE 1=1";
    var given = new DynamicParameters();
    if (status != null) { sql += " AND status=@Status"; given.Add("Status", status); }
    var rows = await db.QueryAsync<Order>(sql, given);
    return rows.Select(row => new { row.Id, row.Status });
});
"""


def test_a_filter_that_the_caller_may_leave_out_narrows_no_list(tmp_path: Path) -> None:
    files = {"Shop.csproj": PROJECT, "Program.cs": PROGRAM.replace("app.Run", f"{LISTED}\napp.Run"), "Shop.cs": SHOP}
    assert failing(written(tmp_path, files), "AP111") == ["firm GET /orders answers with every orders that is stored."]
    found = accesses(served(tmp_path / "asked", LISTED.replace("string? status", "string status")))
    assert [(key.field, key.name) for key in found[0].keys] == [("status", "status")]


def test_roles_and_users_of_the_library_itself_are_stored_objects(tmp_path: Path) -> None:
    route = """
app.MapDelete("/roles/{id}", async (string id, RoleManager<IdentityRole> roles) => {
    var role = await roles.FindByIdAsync(id);
    await roles.DeleteAsync(role);
});
app.MapGet("/users/{id}", async (string id, UserManager<IdentityUser> users) => await users.FindByIdAsync(id));
"""
    found = served(tmp_path, route)
    assert shown(accesses(found, "DELETE /roles/{id}")) == ["read Role =path:id", "delete Role =path:id"]
    assert shown(accesses(found, "GET /users/{id}")) == ["read User =path:id"]


def controller(root: Path, body: str, name: str = "Accounts", attributes: str = "", page: str = "") -> list[str]:
    """What the rules of changed rights and of whole lists say about a controller, and about a page."""
    held = f"{SHOP}\n{attributes}\npublic class {name}Controller(ShopContext db) : Controller {{ {body} }}"
    files = {"Shop.csproj": PROJECT, "Program.cs": PROGRAM, "Shop.cs": held}
    if page:
        files |= {"Pages/Orders/Index.cshtml": "@page\n@model IndexModel\n", "Pages/Orders/Index.cshtml.cs": page}
    found = written(root, files)
    return [*failing(found, "AP110"), *failing(found, "AP111")]


REGISTRATION = """
    [HttpPost("register")]
    public async Task<IActionResult> Register([FromBody] Sent sent) {
        var user = new User { Email = sent.Email, PasswordHash = BCrypt.Net.BCrypt.HashPassword(sent.Password), Role = %s };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return Ok();
    }
    public record Sent(string Email, string Password, string Role);
"""


@pytest.mark.parametrize(("role", "is_told"), [("sent.Role", True), ('"member"', False)])
def test_a_registration_that_gives_the_role_it_is_sent_is_a_change_of_rights(
    tmp_path: Path, role: str, is_told: bool
) -> None:
    found = controller(tmp_path, REGISTRATION % role, attributes='[ApiController, Route("api/accounts")]')
    told = "firm POST /api/accounts/register gives an account the role that it is sent, and nothing of it is logged."
    assert found == ([told] if is_told else [])


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("public IActionResult Show() => View(db.Orders.ToList());", True),
        ("public IActionResult Index() { var model = new OrdersViewModel(); model.All = db.Orders.ToList(); return View(model); }", True),
        ("public IActionResult Show() => View(db.Orders.Take(20).ToList());", False),
        ("public IActionResult Show() { db.Orders.RemoveRange(db.Orders); db.SaveChanges(); return View(db.Orders.ToList()); }", False),
        ("public IActionResult Prices() => View(db.Orders.ToList());", False),
    ],
)  # fmt: skip
def test_an_action_without_a_method_that_shows_a_whole_table_is_a_list(
    tmp_path: Path, body: str, is_told: bool
) -> None:
    found = controller(tmp_path, body, name="Orders")
    assert [each.split(" shows ")[-1] for each in found] == (["every Order that is stored."] if is_told else [])


PAGE = """
using Shop;
using Microsoft.AspNetCore.Mvc.RazorPages;
public class IndexModel(ShopContext db) : PageModel {
    public IList<Order> Orders { get; set; } = new List<Order>();
    public void OnGet() { Orders = db.Orders%s.ToList(); }
}
"""


@pytest.mark.parametrize(("narrowing", "expected"), [("", 1), (".Take(20)", 0)])
def test_what_the_model_of_a_razor_page_holds_is_shown(tmp_path: Path, narrowing: str, expected: int) -> None:
    found = controller(tmp_path, "", page=PAGE % narrowing)
    assert len(found) == expected
    assert all(" shows every Order " in each for each in found)
