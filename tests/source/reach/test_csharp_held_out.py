"""What small ASP.NET Core projects taught that nobody had looked at: rows without a type, whole statements, traces, tasks."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown
from tests.source.reach.judging import failures, firm

from assay.model.reach import Exposure, Flow
from assay.source.scan import scan

ROWS = """
using Microsoft.Data.Sqlite;
using System.Text.Json;
public class MembersController : ControllerBase {
    [HttpGet("members")] public IActionResult All() {
        using var connection = new SqliteConnection("Data Source=shop.db");
        using var command = new SqliteCommand("SELECT * FROM Members", connection);
        using var reader = command.ExecuteReader();
        %s
    }
}
"""
ONE = """
        if (reader.Read()) {
            var member = new { Id = reader["Id"], Name = reader["Name"], Password = reader["Password"] };
            return Ok(member);
        }
        return NotFound();
"""
MANY = """
        var members = new List<object>();
        while (reader.Read()) { members.Add(new { Id = reader["Id"], Password = reader["Password"] }); }
        return Ok(new { Members = members });
"""
PLAIN = """
        var members = new List<object>();
        while (reader.Read()) { members.Add(new { Id = reader["Id"], Name = reader["Name"] }); }
        return Ok(members);
"""


def exposed(root: Path, source: str) -> list[Exposure]:
    (endpoint,) = reached(root, source)
    assert endpoint.reach is not None
    return list(endpoint.reach.exposures)


@pytest.mark.parametrize("answer", [ONE, MANY])
def test_an_object_without_a_type_that_columns_fill_holds_their_secrets(tmp_path: Path, answer: str) -> None:
    found = {(each.entity, each.way): each.fields for each in exposed(tmp_path, ROWS % answer)}
    assert "Password" in found["Members", "returned as it is"]


def test_columns_that_are_no_secrets_only_make_a_list(tmp_path: Path) -> None:
    assert [each.way for each in exposed(tmp_path, ROWS % PLAIN) if each.entity] == ["made of each"]


STATEMENT = """
using Microsoft.Data.SqlClient;
public class Asked { public string Sql { get; set; } public int Id { get; set; } }
public class ReportsController : ControllerBase {
    [HttpPost("reports")] public IActionResult Run([FromBody] Asked asked) {
        using var connection = new SqlConnection("Server=db");
        using var command = new SqlCommand(%s, connection);
        command.Parameters.AddWithValue("@id", asked.Id);
        return Ok(command.ExecuteNonQuery());
    }
}
"""


def flows(root: Path, source: str) -> list[Flow]:
    (endpoint,) = reached(root, source)
    assert endpoint.reach is not None
    return [flow for flow in endpoint.reach.flows if flow.kind == "sql" and not flow.is_safe]


def test_a_command_that_is_made_of_what_was_sent_runs_it(tmp_path: Path) -> None:
    (flow,) = flows(tmp_path, STATEMENT % "asked.Sql")
    assert (flow.name, flow.how, flow.is_certain) == ("Sql", "it is the statement itself", True)


@pytest.mark.parametrize("text", ['"dbo.CloseReports"', '"DELETE FROM Reports WHERE Id = @id"', "asked.Id.ToString()"])
def test_a_command_of_a_text_of_its_own_does_not(tmp_path: Path, text: str) -> None:
    assert flows(tmp_path, STATEMENT % text) == []


FAILING = """
public class PaymentsController(ShopContext db, IWebHostEnvironment host) : ControllerBase {
    [HttpPost("payments")] public IActionResult Pay(Order order) {
        try { db.Orders.Add(order); db.SaveChanges(); return NoContent(); }
        catch (Exception failure) { %s; }
    }
}
"""
TRACES = (
    "BadRequest(new { Error = failure.Message, StackTrace = failure.StackTrace })",
    "StatusCode(500, failure.ToString())",
    "StatusCode(500, failure.InnerException.StackTrace)",
)


@pytest.mark.parametrize("answer", TRACES)
def test_the_trace_of_what_was_caught_goes_out(tmp_path: Path, answer: str) -> None:
    assert "a stack trace" in [
        each.way for each in exposed(tmp_path, FAILING % (f"return {answer}" if "return" not in answer else answer))
    ]


SILENT = (
    "BadRequest(failure.Message)",
    'StatusCode(500, "sorry")',
    "StatusCode(500, new { Trace = host.IsDevelopment() ? failure.StackTrace : null })",
    "host.IsDevelopment() ? StatusCode(500, failure.ToString()) : StatusCode(500)",
    "if (host.IsDevelopment()) return StatusCode(500, failure.ToString()); return StatusCode(500)",
)


@pytest.mark.parametrize("answer", SILENT)
def test_a_message_is_no_trace(tmp_path: Path, answer: str) -> None:
    assert "a stack trace" not in [
        each.way for each in exposed(tmp_path, FAILING % (f"return {answer}" if "return" not in answer else answer))
    ]


TASK = """
using System.Threading.Tasks;
public class Shelf(ShopContext db) { public Task<List<Order>> All() { var found = db.Orders.ToList(); return Task.FromResult(found); } }
public class OrdersController(Shelf shelf) : ControllerBase {
    [HttpGet("orders")] public async Task<IActionResult> All() { %s }
}
"""


@pytest.mark.parametrize(
    "body",
    [
        "var all = Task.Run(() => shelf.All()).Result; return Ok(all);",
        "return Ok(await Task.Run(() => shelf.All()));",
        "return Ok(shelf.All().Result);",
    ],
)
def test_what_a_task_gives_is_the_answer(tmp_path: Path, body: str) -> None:
    (endpoint,) = reached(tmp_path, TASK % body, services="builder.Services.AddScoped<Shelf>();")
    assert shown(accesses((endpoint,))) == ["list Order"]
    assert endpoint.reach is not None
    assert ("Order", "returned as it is") in {(each.entity, each.way) for each in endpoint.reach.exposures}


SIGN_IN = """
using Microsoft.EntityFrameworkCore;
public class Sent {{ public string Name {{ get; set; }} public string Password {{ get; set; }} }}
public class Person {{ public int Id {{ get; set; }} public string Name {{ get; set; }} public string Password {{ get; set; }} }}
public class PeopleContext : DbContext {{ public DbSet<Person> People {{ get; set; }} }}
public class WayController(PeopleContext db) : ControllerBase {{
    [HttpPost("{path}")] public IActionResult Go([FromBody] Sent sent, string back) {{
        if (!db.People.Any(p => p.Name == sent.Name && p.Password == sent.Password)) return StatusCode(403);
        {after}
        return Redirect("/home");
    }}
}}
"""


@pytest.mark.parametrize("path", ["secureLogin", "back-office/doctorLogin", "v1-login", "vendor-login"])
def test_what_ends_in_login_and_asks_for_a_password_is_the_way_in(tmp_path: Path, path: str) -> None:
    reached(tmp_path, SIGN_IN.format(path=path, after=""))
    inventory = scan(tmp_path).inventory
    assert set(failures(inventory, "AP106")) == {f"/{path}"} == set(failures(inventory, "AP110"))
    assert failures(inventory, "AP004") == {}


def test_what_is_only_about_logins_is_none(tmp_path: Path) -> None:
    reached(tmp_path, SIGN_IN.format(path="login-history", after="db.People.Add(new Person()); db.SaveChanges();"))
    assert failures(scan(tmp_path).inventory, "AP106") == {}


KEYED = """
public class DoorController(ShopContext db) : ControllerBase {
    [HttpPost("door")] public IActionResult Open([FromBody] Dictionary<string, string> given) {
        var password = given.GetValueOrDefault("%s", "");
        Console.WriteLine($"somebody came with {password}");
        return Ok();
    }
}
"""


@pytest.mark.parametrize(("key", "logged"), [("password", ["password"]), ("colour", [])])
def test_what_is_taken_out_of_a_body_by_a_key_is_called_so(tmp_path: Path, key: str, logged: list[str]) -> None:
    (endpoint,) = reached(tmp_path, KEYED % key)
    assert endpoint.reach is not None
    assert [flow.name for flow in endpoint.reach.flows if flow.kind == "log"] == logged


ASSIGNING = """
using Microsoft.EntityFrameworkCore;
using Microsoft.AspNetCore.Authorization;
public class Clerk {{ public int Id {{ get; set; }} public string Email {{ get; set; }} public string PasswordHash {{ get; set; }} }}
public class Role {{ public int Id {{ get; set; }} public string Name {{ get; set; }} }}
public class UserRole {{ public int Id {{ get; set; }} {fields} }}
public class Sent {{ public int UserId {{ get; set; }} public string RoleName {{ get; set; }} }}
public class StaffContext : DbContext {{
    public DbSet<Clerk> Clerks {{ get; set; }} public DbSet<Role> Roles {{ get; set; }} public DbSet<UserRole> UserRoles {{ get; set; }}
}}
[Authorize(Roles = "Admin")]
public class RolesController(StaffContext db) : ControllerBase {{
    [HttpPost("users/assign-role")] public IActionResult Assign([FromBody] Sent sent) {{
        var role = db.Roles.First(r => r.Name == sent.RoleName);
        db.UserRoles.Add(new UserRole {{ {given} }});
        db.SaveChanges();
        return Ok();
    }}
}}
"""
JOINED = "public int UserId { get; set; } public int RoleId { get; set; }"


@pytest.mark.parametrize(
    ("fields", "given", "found"),
    [
        (JOINED, "UserId = sent.UserId, RoleId = role.Id", {"/users/assign-role"}),
        ("public string Name { get; set; } public bool IsUserRole { get; set; }", "Name = sent.RoleName", set()),
    ],
)
def test_who_gets_a_role_by_an_object_of_its_own_has_other_rights(
    tmp_path: Path, fields: str, given: str, found: set[str]
) -> None:
    reached(tmp_path, ASSIGNING.format(fields=fields, given=given))
    assert set(failures(scan(tmp_path).inventory, "AP110")) == found


PRINTED = """
public class OrdersController(ShopContext db) : ControllerBase {
    [HttpDelete("orders/{id}")] public IActionResult Remove(int id) {
        var order = db.Orders.Find(id);
        db.Orders.Remove(order);
        db.SaveChanges();
        %s
        return Ok();
    }
}
"""


@pytest.mark.parametrize(
    ("line", "is_firm"),
    [
        ('Console.WriteLine($"order {id} deleted");', False),
        ('Console.WriteLine("here");', True),
        ("Console.WriteLine(id);", True),
        ("", True),
    ],
)
def test_a_printed_line_that_says_what_was_deleted_may_be_a_trail(tmp_path: Path, line: str, is_firm: bool) -> None:
    reached(tmp_path, PRINTED % line)
    inventory = scan(tmp_path).inventory
    assert firm(inventory, "AP107") == ({"/orders/{id}"} if is_firm else set())
    assert set(failures(inventory, "AP107")) == {"/orders/{id}"}


@pytest.mark.parametrize(("after", "is_firm"), [('Console.WriteLine($"{sent.Name} signed in");', False), ("", True)])
def test_a_printed_line_that_says_who_came_in_may_be_kept(tmp_path: Path, after: str, is_firm: bool) -> None:
    reached(tmp_path, SIGN_IN.format(path="login", after=after))
    inventory = scan(tmp_path).inventory
    assert firm(inventory, "AP110") == ({"/login"} if is_firm else set())
    assert set(failures(inventory, "AP110")) == {"/login"}


RAW = """
using System.IO;
using System.Text.Json;
public class DoorController(ILogger<DoorController> logger) : ControllerBase {
    [HttpPost("door")] public async Task<IActionResult> Open() {
        using var reader = new StreamReader(Request.Body);
        var text = await reader.ReadToEndAsync();
        var given = JsonSerializer.Deserialize<Dictionary<string, string>>(text);
        Doors.Try(given["%s"]);
        logger.LogInformation($"somebody came with {text}");
        return Ok();
    }
}
"""


@pytest.mark.parametrize(("key", "logged"), [("password", ["password"]), ("colour", [])])
def test_a_body_that_is_logged_as_it_came_holds_its_password(tmp_path: Path, key: str, logged: list[str]) -> None:
    (endpoint,) = reached(tmp_path, RAW % key)
    assert endpoint.reach is not None
    assert [flow.name for flow in endpoint.reach.flows if flow.kind == "log"] == logged


@pytest.mark.parametrize(("column", "logged"), [("Password", ["Password"]), ("Colour", [])])
def test_a_row_that_is_logged_with_every_column_holds_its_password(
    tmp_path: Path, column: str, logged: list[str]
) -> None:
    line = "Console.WriteLine(JsonSerializer.Serialize(member)); return Ok(member);"
    (endpoint,) = reached(tmp_path, (ROWS % ONE).replace("return Ok(member);", line).replace("Password", column))
    assert endpoint.reach is not None
    assert [flow.name for flow in endpoint.reach.flows if flow.kind == "log"] == logged
