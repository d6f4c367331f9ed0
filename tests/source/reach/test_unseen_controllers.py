"""What controllers that nobody here had seen taught: each mechanism in a small tree of its own."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import accesses, reached, shown

from assay.source.scan import scan

KEPT = """
using Microsoft.EntityFrameworkCore;
public interface IRepository<T> where T : class { IQueryable<T> All(); }
public class EFRepository<TEntity> : IRepository<TEntity> where TEntity : class {
    public EFRepository(ShopContext context) { Table = context.Set<TEntity>(); }
    protected DbSet<TEntity> Table { get; set; }
    public virtual IQueryable<TEntity> All() => Table;
}
public class OrdersController(IRepository<Order> orders) : ControllerBase {
    [HttpGet("orders/{id}")] public async Task<Order> Get(int id) => await orders.All().FirstOrDefaultAsync(o => o.Id == id);
}
"""


def test_a_repository_that_hands_out_the_table_that_its_constructor_made_is_followed(tmp_path: Path) -> None:
    found = accesses(reached(tmp_path, KEPT))
    assert shown(found) == ["read Order Id=path:id"]
    assert found[0].is_certain


SENT = """
public class Person { public string Email { get; set; } }
public class Change { public Person User { get; set; } }
public class CustomersController(ShopContext db) : ControllerBase {
    [HttpPut("customers")] public IActionResult Put([FromBody] Change sent) {
        var one = db.Customers.First(c => c.UserName == sent.User.Email);
        return Ok(one);
    }
}
"""


def test_somebody_whom_the_request_names_is_not_who_is_calling(tmp_path: Path) -> None:
    (found,) = accesses(reached(tmp_path, SENT))
    assert [key.origin for key in found.keys] == ["body"]
    assert not found.protection


CHECKED = """
public record Sent(string Status, string Owner);
public class OrdersController(ShopContext db) : ControllerBase {
    [HttpPost("orders")] public IActionResult Make(Sent sent) {
        var errors = Check(sent);
        if (%s) return BadRequest();
        db.Orders.Add(new Order { Status = sent.Status });
        return Ok();
    }
    private static List<string> Check(Sent sent) {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(sent.Status)) errors.Add("no status");
        return errors;
    }
}
"""


@pytest.mark.parametrize("test", ["errors.Count > 0", "errors.Any()", "errors.Count() != 0"])
def test_errors_that_some_requests_have_do_not_refuse_all(tmp_path: Path, test: str) -> None:
    assert shown(accesses(reached(tmp_path, CHECKED % test))) == ["create Order"]


READ = """
using System.Data;
using Microsoft.Data.SqlClient;
public class Member { public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } }
public class MembersController(IConfiguration settings) : ControllerBase {
    [HttpGet("members")] public IActionResult All() {
        var found = new List<Member>();
        using var connection = new SqlConnection(settings["Db"]);
        %s
        return Ok(found);
    }
}
"""
READER = """
        var command = new SqlCommand("SELECT Id, Email, PasswordHash FROM Members", connection);
        using var reader = command.ExecuteReader();
        while (reader.Read()) {
            found.Add(new Member { Id = (int)reader["Id"], Email = reader.GetString(1), PasswordHash = reader["PasswordHash"].ToString() });
        }
"""
ADAPTER = """
        var adapter = new SqlDataAdapter("SELECT * FROM Members", connection);
        var table = new DataTable();
        adapter.Fill(table);
        foreach (DataRow row in table.Rows)
            found.Add(new Member { Id = Convert.ToInt32(row["Id"]), PasswordHash = row["PasswordHash"].ToString() });
"""


@pytest.mark.parametrize("reading", [READER, ADAPTER])
def test_what_is_filled_from_the_columns_of_a_statement_goes_out_as_its_rows(tmp_path: Path, reading: str) -> None:
    (endpoint,) = reached(tmp_path, READ % reading)
    assert endpoint.reach is not None
    exposed = {each.way: each for each in endpoint.reach.exposures if each.entity}
    assert "PasswordHash" in exposed["returned as it is"].fields
    assert {each.entity for each in exposed.values()} == {"Members"}
    assert [access.is_bounded for access in endpoint.reach.accesses] == [False]


def test_a_table_that_no_class_maps_is_known_by_the_class_of_its_rows(tmp_path: Path) -> None:
    reached(tmp_path, READ % READER)
    (entity,) = scan(tmp_path).inventory.entities
    assert (entity.name, entity.is_account, entity.secrets) == ("Members", True, ("PasswordHash",))


TEAMS = """
using Microsoft.EntityFrameworkCore;
public class Team { public int Id { get; set; } public string Name { get; set; } public List<Member> Members { get; set; } }
public class Member { public int Id { get; set; } public string UserId { get; set; } }
public class TeamContext : DbContext { public DbSet<Team> Teams { get; set; } }
public class TeamsController(TeamContext db) : ControllerBase {
    [HttpPut("teams/{id}")] public IActionResult Rename(int id, string name) {
        var me = User.Identity.Name;
        var team = db.Teams.Include(t => t.Members).First(t => t.Id == id);
        if (%s) return BadRequest();
        team.Name = name;
        db.SaveChanges();
        return Ok();
    }
}
"""


@pytest.mark.parametrize(
    ("test", "is_protected"),
    [
        ("!team.Members.Any(m => m.UserId == me)", True),
        ("team.Members.All(m => m.UserId != me)", True),
        ("name == null || !team.Members.Any(m => m.UserId == me)", True),
        ("team.Members.Any(m => m.UserId == me)", False),
        ("!team.Members.Any(m => m.UserId == name)", False),
    ],
)
def test_who_is_none_of_those_of_an_object_has_no_right_to_it(tmp_path: Path, test: str, is_protected: bool) -> None:
    found = accesses(reached(tmp_path, TEAMS % test))
    changed = [access for access in found if access.action == "update" and access.entity == "Team"]
    assert [bool(access.protection) for access in changed] == [is_protected]
