"""Logs that a small ASP.NET Core project writes itself, line by line into a file."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import failures, firm

from assay.source.scan import scan

LOGGED = """
public static class %s {
    static void Put(string level, string text) {
        System.IO.File.AppendAllText("notes.txt", $"[{level}] {text.Replace('\\n', '_')}");
    }
    public static void Info(string text) { Put("INFO", text); }
    public static void Error(string text) { Put("ERROR", text); }
}
public class Credentials { public string Name { get; set; } public string Password { get; set; } }
public class Person { public int Id { get; set; } public string Name { get; set; } public string Password { get; set; } }
public class People : Microsoft.EntityFrameworkCore.DbContext { public DbSet<Person> Persons { get; set; } }
[ApiController, Route("entry")]
public class EntryController(People people, TokenService tokens) : ControllerBase {
    [HttpPost("login")] public IActionResult Login([FromBody] Credentials sent) {
        var person = people.Persons.FirstOrDefault(p => p.Name == sent.Name);
        if (person == null || !BCrypt.Net.BCrypt.Verify(sent.Password, person.Password)) {
            %s.Error($"{sent.Name} {sent.%s} refused");
            return Unauthorized();
        }
        %s.Info($"{sent.Name} logged in");
        return Ok(tokens.CreateToken(person.Id));
    }
}
"""


@pytest.mark.parametrize("name", ["AccessLog", "FileLogger", "LogHelper"])
def test_what_a_log_of_the_project_writes_is_logged(tmp_path: Path, name: str) -> None:
    reached(tmp_path, LOGGED % (name, name, "Password", name))
    inventory = scan(tmp_path).inventory
    assert not failures(inventory, "AP110")
    assert firm(inventory, "AP112") == {"/entry/login"}


def test_what_is_no_secret_may_stand_there(tmp_path: Path) -> None:
    reached(tmp_path, LOGGED % ("AccessLog", "AccessLog", "Name", "AccessLog"))
    assert not failures(scan(tmp_path).inventory, "AP112")


def test_what_is_called_otherwise_is_no_log(tmp_path: Path) -> None:
    reached(tmp_path, LOGGED % ("Archive", "Archive", "Password", "Archive"))
    inventory = scan(tmp_path).inventory
    assert not failures(inventory, "AP112")
    assert firm(inventory, "AP110") == {"/entry/login"}


FAILED = """
public class OrdersController(ShopContext shop) : ControllerBase {
    [HttpPost("orders")] public ActionResult<Order> Add([FromBody] Order order) {
        try { shop.Orders.Add(order); shop.SaveChanges(); return Ok(order); }
        catch (Exception e) { return BadRequest(%s); }
    }
}
"""


@pytest.mark.parametrize("answer", ['"failed: " + e', '$"failed: {e}"', "e.ToString()"])
def test_an_exception_that_is_written_out_is_a_trace(tmp_path: Path, answer: str) -> None:
    reached(tmp_path, FAILED % answer)
    assert firm(scan(tmp_path).inventory, "AP104") == {"/orders"}


@pytest.mark.parametrize("answer", ['"failed: " + e.Message', '$"failed: {e.Message}"', '"failed"'])
def test_its_message_alone_is_none(tmp_path: Path, answer: str) -> None:
    reached(tmp_path, FAILED % answer)
    assert not failures(scan(tmp_path).inventory, "AP104")


ACCOUNTS = """
using Microsoft.AspNetCore.Identity;
public class ShopUser : IdentityUser { public string FullName { get; set; } }
public class Shown { public string FullName { get; set; } }
[ApiController, Route("people")]
public class PeopleController(UserManager<ShopUser> people) : ControllerBase {
    [HttpGet] public async Task<ActionResult<%s>> All() { %s }
}
"""


def test_a_declared_account_holds_what_it_inherits(tmp_path: Path) -> None:
    reached(tmp_path, ACCOUNTS % ("ShopUser", "var all = await people.Users.ToListAsync(); return Ok(all);"))
    assert firm(scan(tmp_path).inventory, "AP104") == {"/people"}


def test_a_model_that_is_made_of_it_does_not(tmp_path: Path) -> None:
    made = "return Ok(await people.Users.Select(u => new Shown { FullName = u.FullName }).ToListAsync());"
    reached(tmp_path, ACCOUNTS % ("Shown", made))
    assert not failures(scan(tmp_path).inventory, "AP104")


ROWS = """
using Dapper;
public class Person { public int Id { get; set; } public string Login { get; set; } public string Password { get; set; } }
public class Sent { public string Login { get; set; } public string Password { get; set; } }
public class PeopleController(System.Data.IDbConnection db) : ControllerBase {
    [HttpPost("mask")] public async Task<IActionResult> Mask([FromBody] Sent sent) {
        var person = (await db.QueryAsync<Person>("select * from people where login = @login", new { login = sent.Login })).First();
        person.Password = sent.Password;
        return Ok(person.Id);
    }
}
"""


def test_what_is_set_on_a_row_of_a_statement_is_not_stored(tmp_path: Path) -> None:
    reached(tmp_path, ROWS)
    assert not failures(scan(tmp_path).inventory, "AP109")
