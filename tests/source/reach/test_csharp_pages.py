"""What small ASP.NET Core projects with pages and forms taught."""

from pathlib import Path

from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import failures, firm

from assay.assessment.wiring import rules
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict
from assay.source.scan import scan

AUTH = """
public class Account { public int Id { get; set; } public string Email { get; set; } public string Password { get; set; } }
public class Booking { public int Id { get; set; } public int AccountId { get; set; } public Account Account { get; set; } }
public class Rental : Microsoft.EntityFrameworkCore.DbContext {
    public DbSet<Account> Accounts { get; set; } public DbSet<Booking> Bookings { get; set; }
}
public class Outcome { public bool Success { get; set; } public int Id { get; set; } }
public interface IAuth { Outcome CheckAdminAuth(); Outcome CheckGuestAuth(); Outcome Enter(string email, string password); }
public class Auth(IHttpContextAccessor http, Rental rental) : IAuth {
    public Outcome CheckAdminAuth() {
        if (http.HttpContext.Session.TryGetValue("_admin", out _)) return new Outcome { Success = true };
        return new Outcome { Success = false };
    }
    public Outcome CheckGuestAuth() {
        if (http.HttpContext.Session.TryGetValue("_guest", out _)) return new Outcome { Success = true };
        return new Outcome { Success = false };
    }
    public Outcome Enter(string email, string password) {
        var account = rental.Accounts.FirstOrDefault(a => a.Email == email);
        if (account != null && account.Password == password) {
            http.HttpContext.Session.SetInt32("_admin", account.Id);
            return new Outcome { Success = true };
        }
        return new Outcome { Success = false };
    }
}
"""
PAGE = """
using Microsoft.AspNetCore.Mvc.RazorPages;
public class %sModel(Rental rental, IAuth auth) : PageModel {
    [BindProperty] public string Email { get; set; }
    [BindProperty] public string Password { get; set; }
    %s
}
"""
READ = """
    public IActionResult OnGet(int id) {
        var asked = auth.%s();
        if (!asked.Success) return RedirectToPage("Login");
        var booking = rental.Bookings.FirstOrDefault(b => b.Id == id);
        ViewData["booking"] = booking;
        return Page();
    }
"""
MINE = """
    public IActionResult OnGet() {
        var me = HttpContext.Session.GetInt32("_guest");
        if (me == null) return RedirectToPage("Login");
        ViewData["bookings"] = rental.Bookings.Where(b => b.AccountId == me).Take(20).ToList();
        return Page();
    }
"""
ENTER = """
    public IActionResult OnGet() => Page();
    public IActionResult OnPost() => auth.Enter(Email, Password).Success ? RedirectToPage("Office") : Page();
"""


def scanned(root: Path, **pages: str) -> Inventory:
    folder = root / "Pages"
    folder.mkdir()
    for name in pages:
        route = ' "/office"' if name == "Login" else ""
        (folder / f"{name}.cshtml").write_text(f"@page{route}\n@model Shop.{name}Model\n")
    reached(
        root,
        AUTH,
        *(PAGE % (name, body) for name, body in pages.items()),
        services="builder.Services.AddScoped<Shop.IAuth, Shop.Auth>(); builder.Services.AddRazorPages();",
        routes="app.MapRazorPages();",
    )
    return scan(root).inventory


def test_a_check_of_administrators_by_hand_is_a_right_and_one_of_guests_is_none(tmp_path: Path) -> None:
    inventory = scanned(tmp_path, Mine=MINE, Seat=READ % "CheckGuestAuth", Chief=READ % "CheckAdminAuth")
    assert firm(inventory, "AP101") == {"/Seat"}


def test_what_tells_the_session_behind_a_password_is_a_way_in_and_its_form_is_no_outlier(tmp_path: Path) -> None:
    guarded = dict.fromkeys(("One", "Two", "Three", "Four"), READ % "CheckAdminAuth")
    inventory = scanned(tmp_path, Login=ENTER, **guarded)
    assert "/office" in firm(inventory, "AP106")
    assert "/office" not in failures(inventory, "AP009")


def failing(inventory: Inventory, rule: str) -> list[Verdict]:
    judge = next(each for each in rules() if each.id == rule).judge
    return [each for each in judge(inventory) if each.outcome is Outcome.FAIL]


FORM = """
public class Person { public int Id { get; set; } public string Name { get; set; } public string Password { get; set; } }
public class People : Microsoft.EntityFrameworkCore.DbContext { public DbSet<Person> Persons { get; set; } }
%s
public class EntryController(People people) : Controller {
    [HttpPost("/login")] public IActionResult Login(string name, string password) {
        var person = people.Persons.FirstOrDefault(p => p.Name == name && p.Password == password);
        return person == null ? Unauthorized() : Ok();
    }
}
"""


def test_what_a_form_sends_stands_in_no_address(tmp_path: Path) -> None:
    reached(tmp_path, FORM % "")
    assert not failures(scan(tmp_path).inventory, "AP112")


def test_what_an_api_controller_takes_stands_in_the_address(tmp_path: Path) -> None:
    reached(tmp_path, FORM % "[ApiController]")
    assert set(failures(scan(tmp_path).inventory, "AP112")) == {"/login"}


SHOP = """
using Microsoft.AspNetCore.Authorization;
//[Authorize(Roles = "Admin")]
[ApiController, Route("goods")]
public class GoodsController : ControllerBase {
    [HttpGet] public string All() => "goods";
    [HttpGet("new")] public string New() => "goods";
    [HttpPost("add")] public IActionResult Add([FromBody] string name) => Ok(name);
}
[ApiController, Route("admin/help"), Authorize(Roles = "Guest")]
public class HelpController : ControllerBase { [HttpGet] public string Help() => "help"; }
"""


def test_a_guard_that_was_taken_away_from_a_catalogue_is_a_question_for_reads(tmp_path: Path) -> None:
    reached(tmp_path, SHOP)
    inventory = scan(tmp_path).inventory
    assert set(failures(inventory, "AP010")) == {"/goods", "/goods/new", "/goods/add"}
    assert firm(inventory, "AP010") == {"/goods/add"}


def test_a_text_below_admin_is_no_administration(tmp_path: Path) -> None:
    reached(tmp_path, SHOP)
    assert not firm(scan(tmp_path).inventory, "AP102")


INDEX = """
public class Person { public int Id { get; set; } public string Name { get; set; } public string Password { get; set; } }
public class People : Microsoft.EntityFrameworkCore.DbContext { public DbSet<Person> Persons { get; set; } }
public class LoginController(People people) : Controller {
    public IActionResult Index() => View();
    [HttpPost] public IActionResult Index(string name, string password) {
        var person = people.Persons.FirstOrDefault(p => p.Name == name && p.Password == password);
        return person == null ? View("wrong") : View("welcome");
    }
}
"""


def test_a_controller_may_be_a_way_in_by_its_own_path_and_its_form_is_none(tmp_path: Path) -> None:
    reached(tmp_path, INDEX, routes='app.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}");')
    inventory = scan(tmp_path).inventory
    assert {(each.subject.method, str(each.confidence)) for each in failing(inventory, "AP106")} == {("POST", "firm")}
