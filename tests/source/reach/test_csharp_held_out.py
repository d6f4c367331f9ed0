"""What small ASP.NET Core projects taught that nobody had looked at: rows without a type, whole statements, traces, tasks."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown
from tests.source.reach.judging import failures

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
public class PaymentsController(ShopContext db) : ControllerBase {
    [HttpPost("payments")] public IActionResult Pay(Order order) {
        try { db.Orders.Add(order); db.SaveChanges(); return NoContent(); }
        catch (Exception failure) { return %s; }
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
    assert "a stack trace" in [each.way for each in exposed(tmp_path, FAILING % answer)]


@pytest.mark.parametrize("answer", ["BadRequest(failure.Message)", 'StatusCode(500, "sorry")', "StatusCode(500)"])
def test_a_message_is_no_trace(tmp_path: Path, answer: str) -> None:
    assert "a stack trace" not in [each.way for each in exposed(tmp_path, FAILING % answer)]


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
