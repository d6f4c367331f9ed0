"""What statements set columns to: rights that a caller gives himself by `INSERT` and `UPDATE`."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import firm

from assay.source.reach.sql import read
from assay.source.scan import scan

SENT = """
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.AspNetCore.Authorization;
public class Sent { public string Name { get; set; } public string Password { get; set; } public string Role { get; set; } }
public class DoorController(SqlConnection connection) : ControllerBase {
    %s [HttpPost("people")] public IActionResult Add([FromBody] Sent sent) { %s return Ok(); }
}
"""
INSERT = "INSERT INTO Users (Name, Password, Role) VALUES "
COMMAND = f'''
    var command = new SqlCommand("{INSERT}(@n, @p, @r)", connection);
    command.Parameters.AddWithValue("@n", sent.Name);
    command.Parameters.AddWithValue("@r", %s);
    command.ExecuteNonQuery();
'''
GIVEN = (
    COMMAND % "sent.Role",
    f'connection.Execute("{INSERT}(@Name, @Password, @Role)", sent);',
    f'connection.Execute("{INSERT}(@Name, @Password, @Role)", new {{ sent.Name, sent.Password, Role = sent.Role }});',
    f"connection.Execute($\"{INSERT}('{{sent.Name}}', '{{sent.Password}}', '{{sent.Role}}')\");",
)


@pytest.mark.parametrize("body", GIVEN)
def test_a_role_that_a_statement_writes_as_it_was_sent_is_the_callers_choice(tmp_path: Path, body: str) -> None:
    reached(tmp_path, SENT % ("", body))
    assert firm(scan(tmp_path).inventory, "AP103") == {"/people"}


OWN = (
    COMMAND % '"customer"',
    f"connection.Execute(\"{INSERT}(@Name, @Password, 'customer')\", sent);",
    f'connection.Execute("{INSERT}(@Name, @Password, @Role)", new {{ sent.Name, sent.Password, Role = "customer" }});',
    'connection.Execute("INSERT INTO Letters (Name, Text) VALUES (@Name, @Role)", sent);',
)


@pytest.mark.parametrize("body", OWN)
def test_a_role_that_the_handler_chooses_is_not(tmp_path: Path, body: str) -> None:
    reached(tmp_path, SENT % ("", body))
    assert firm(scan(tmp_path).inventory, "AP103") == set()


def test_who_may_give_roles_gives_them(tmp_path: Path) -> None:
    reached(tmp_path, SENT % ('[Authorize(Roles = "Admin")]', GIVEN[1]))
    assert firm(scan(tmp_path).inventory, "AP103") == set()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("INSERT INTO users (name, role) VALUES (?, ?)", [("name", 0), ("role", 1)]),
        ("INSERT INTO users (name, made, role) VALUES (?, now(), ?)", [("name", 0), ("role", 1)]),
        ("INSERT INTO users VALUES (?, ?)", []),
        ("INSERT INTO users (name, role) SELECT ?, ? FROM old", []),
        ("UPDATE users SET name = ?, role = ? WHERE id = ?", [("name", 0), ("role", 1)]),
        ("UPDATE users SET credits = credits + ? WHERE id = ?", []),
        ("SELECT role FROM users WHERE id = ?", []),
    ],
)
def test_a_statement_says_what_its_columns_are_set_to(written: str, expected: list[tuple[str, int]]) -> None:
    statement = read(written)
    assert statement is not None
    assert [(each.column, each.number) for each in statement.writes] == expected
