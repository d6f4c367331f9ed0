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
