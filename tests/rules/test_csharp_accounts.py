"""Accounts by other names, rights that a caller gives himself, guards that everybody passes: in small trees of ASP.NET Core."""

from pathlib import Path

import pytest
from tests.rules.builders import rule
from tests.source.reach.csharp_trees import PROGRAM, PROJECT

from assay.model.endpoint import Authorization
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome
from assay.source.scan import scan

FIRM, TENTATIVE = Confidence.FIRM, Confidence.TENTATIVE
USING = """
namespace Shop;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using System.Security.Claims;
"""
STAFF = """
public class Staff {{
    public int Id {{ get; set; }} public string {name} {{ get; set; }} public string {password} {{ get; set; }}
    public string AccessLevel {{ get; set; }} public string ImageUrl {{ get; set; }}
}}
public record Sent(string Name, string Password, string AccessLevel);
public class ShopContext : DbContext {{ public DbSet<Staff> Staffs {{ get; set; }} }}
"""
OWN = """
public class MeController(ShopContext db) : ControllerBase {
    %s [HttpPut("me")] public IActionResult Change(Sent sent) {
        var staff = db.Staffs.First(s => s.Username == User.Identity.Name);
        staff.AccessLevel = sent.AccessLevel;
        db.SaveChanges();
        return Ok();
    }
}
"""
POLICIES = """
builder.Services.AddAuthorization(o => {
    o.AddPolicy("All", p => p.RequireRole("Boss", "Clerk"));
    o.AddPolicy("Top", p => p.RequireRole("Boss"));
});
"""


def shop(root: Path, *sources: str, services: str = "") -> Inventory:
    """The inventory of a shop with these sources."""
    (root / "Shop.csproj").write_text(PROJECT)
    (root / "Program.cs").write_text(PROGRAM.format(services=services, routes=""))
    for position, source in enumerate(sources):
        (root / f"Source{position}.cs").write_text(USING + source)
    return scan(root).inventory


def failing(inventory: Inventory, identifier: str) -> dict[str, Confidence]:
    """How sure a rule is of what it finds, by the endpoint's name."""
    found = rule(identifier).judge(inventory)
    return {each.subject.name: each.confidence for each in found if each.outcome is Outcome.FAIL}


@pytest.mark.parametrize(
    ("name", "password", "is_account"),
    [
        ("Username", "PasswordHash", True),
        ("Email", "Senha", True),
        ("SmtpUser", "Password", False),
        ("Title", "Password", False),
    ],
)
def test_whatever_has_a_name_and_a_password_is_an_account(
    tmp_path: Path, name: str, password: str, is_account: bool
) -> None:
    reading = 'public class C(ShopContext db) : ControllerBase { [HttpGet("s/{id}")] public Staff Get(int id) => db.Staffs.Find(id); }'
    found = shop(tmp_path, STAFF.format(name=name, password=password), reading)
    (entity,) = found.entities
    assert entity.is_account is is_account
    assert password in entity.secrets


@pytest.mark.parametrize(("policy", "expected"), [("All", {"PUT /me": FIRM}), ("Top", {})])
def test_who_has_one_role_may_not_take_another(tmp_path: Path, policy: str, expected: dict[str, Confidence]) -> None:
    own = OWN % f'[Authorize(Policy = "{policy}")]'
    found = shop(tmp_path, STAFF.format(name="Username", password="Password"), own, services=POLICIES)
    assert failing(found, "AP103") == expected


CHANGE = """
[Authorize(Roles = "Boss")] [ApiController] [Route("staffs")]
public class StaffsController(ShopContext db) : ControllerBase {
    [HttpPut("{id}")] public IActionResult Change(int id, Sent sent) {
        var staff = db.Staffs.Find(id);
        %s
        db.SaveChanges();
        return Ok();
    }
}
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("staff.Password = BCrypt.HashPassword(sent.Password);", {"PUT /staffs/{id}": FIRM}),
        ("staff.AccessLevel = sent.AccessLevel;", {"PUT /staffs/{id}": FIRM}),
        ("staff.ImageUrl = sent.Name;", {}),
    ],
)
def test_a_silent_change_of_a_password_or_of_rights_is_found_by_what_is_written(
    tmp_path: Path, change: str, expected: dict[str, Confidence]
) -> None:
    found = shop(tmp_path, STAFF.format(name="Username", password="Password"), CHANGE % change)
    assert failing(found, "AP110") == expected


ADMIN = """
[Authorize(Roles = %s)] [ApiController] [Route("admin/staffs")]
public class AdminController(ShopContext db) : ControllerBase {
    [HttpDelete("{id}")] public IActionResult Remove(int id) { db.Staffs.Remove(db.Staffs.Find(id)); db.SaveChanges(); return Ok(); }
}
"""


@pytest.mark.parametrize(("roles", "is_found"), [('"Admin,User"', True), ('"Admin,Auditor"', False)])
def test_a_guard_that_takes_a_role_which_everybody_has_is_no_right(tmp_path: Path, roles: str, is_found: bool) -> None:
    found = shop(tmp_path, STAFF.format(name="Username", password="Password"), ADMIN % roles)
    assert bool(failing(found, "AP102")) is is_found


@pytest.mark.parametrize(
    ("demand", "expected"),
    [
        ('RequireClaim("sub")', Authorization.AUTHENTICATED),
        ("RequireClaim(ClaimTypes.NameIdentifier)", Authorization.AUTHENTICATED),
        ('RequireClaim("department")', Authorization.POLICY),
        ('RequireClaim("sub", "1")', Authorization.POLICY),
    ],
)
def test_a_policy_that_asks_for_who_somebody_is_asks_for_a_login_only(
    tmp_path: Path, demand: str, expected: Authorization
) -> None:
    services = f'builder.Services.AddAuthorization(o => o.AddPolicy("P", p => p.{demand}));'
    own = OWN % '[Authorize(Policy = "P")]'
    found = shop(tmp_path, STAFF.format(name="Username", password="Password"), own, services=services)
    assert [each.authorization for each in found.endpoints] == [expected]


LISTED = """
public class Dto { public int Id { get; set; } }
public class StaffsController(ShopContext db, IMapper mapper) : ControllerBase {
    [HttpGet("staffs")] public async Task<IActionResult> All(bool full) => Ok(await db.Staffs%s.ToListAsync());
}
"""


@pytest.mark.parametrize(
    ("query", "is_whole"),
    [
        (".ProjectTo<Dto>(mapper.ConfigurationProvider)", True),
        (".Where(s => !s.IsDeleted).ProjectTo<Dto>(mapper.ConfigurationProvider)", True),
        (".Where(s => !s.IsDeleted && s.IsActive).Select(s => new Dto { Id = s.Id })", True),
        (".Where(s => !s.IsDeleted && Mine(s)).Select(s => new Dto { Id = s.Id })", False),
        (".Where(s => s.AccessLevel == full).ProjectTo<Dto>(mapper.ConfigurationProvider)", False),
        (".ProjectTo<Dto>(mapper.ConfigurationProvider).Take(20)", False),
    ],
)
def test_a_list_that_is_mapped_is_whole_unless_more_than_deleted_ones_are_left_out(
    tmp_path: Path, query: str, is_whole: bool
) -> None:
    found = shop(tmp_path, STAFF.format(name="Username", password="Password"), LISTED % query)
    assert bool(failing(found, "AP111")) is is_whole


ORDERS = """
public class Usuario {{ public int Id {{ get; set; }} public string Email {{ get; set; }} public string Senha {{ get; set; }} }}
public class Pedido {{
    public int Id {{ get; set; }} public int UsuarioId {{ get; set; }} {navigation} public string Endereco {{ get; set; }}
}}
public class ShopContext : DbContext {{ public DbSet<Usuario> Usuarios {{ get; set; }} public DbSet<Pedido> Pedidos {{ get; set; }} }}
public record NewOrder(int UsuarioId, string Endereco);
[Authorize] [ApiController] [Route("pedidos")]
public class PedidosController(ShopContext db) : ControllerBase {{
    [HttpDelete("{{id}}")] public IActionResult Remove(int id) {{ db.Pedidos.Remove(db.Pedidos.Find(id)); db.SaveChanges(); return Ok(); }}
    [HttpPost] public IActionResult Make(NewOrder sent) {{
        db.Pedidos.Add(new Pedido {{ UsuarioId = sent.UsuarioId, Endereco = sent.Endereco }}); db.SaveChanges(); return Ok();
    }}
}}
"""


@pytest.mark.parametrize("navigation", ["public Usuario Usuario { get; set; }", ""])
def test_an_object_belongs_to_the_account_that_its_key_is_of(tmp_path: Path, navigation: str) -> None:
    found = shop(tmp_path, ORDERS.format(navigation=navigation))
    assert failing(found, "AP101") == {"DELETE /pedidos/{id}": FIRM, "POST /pedidos": FIRM}


LOCKS = """
public class TableLock { public int Id { get; set; } public string Reason { get; set; } }
public class Account { public int Id { get; set; } public bool IsActive { get; set; } }
public class LockContext : DbContext { public DbSet<TableLock> Locks { get; set; } public DbSet<Account> Accounts { get; set; } }
[Authorize] [ApiController]
public class LocksController(LockContext db) : ControllerBase {
    [Authorize(Roles = "Admin")] [HttpPost("admin/things")] public IActionResult Make() => Ok();
    [HttpDelete("table-locks/{id}")] public IActionResult Release(int id) {
        db.Locks.Remove(db.Locks.Find(id)); db.SaveChanges(); return Ok();
    }
    [HttpPut("accounts/{id}/lock")] public IActionResult Lock(int id) {
        db.Accounts.Find(id).IsActive = false; db.SaveChanges(); return Ok();
    }
}
"""


def test_what_is_called_after_an_act_is_a_thing(tmp_path: Path) -> None:
    found = failing(shop(tmp_path, LOCKS), "AP102")
    assert "DELETE /table-locks/{id}" not in {name for name, confidence in found.items() if confidence is FIRM}
    assert found["PUT /accounts/{id}/lock"] is FIRM


KEYED = """
public class Usuario { public int Id { get; set; } public string Nome { get; set; } }
public class Pedido { public int Id { get; set; } public int IdUsuario { get; set; } public string Endereco { get; set; } }
public class ShopContext : DbContext { public DbSet<Usuario> Usuarios { get; set; } public DbSet<Pedido> Pedidos { get; set; } }
public record Novo(string Nome, string Senha);
[Authorize] [ApiController] [Route("pedidos")]
public class PedidosController(ShopContext db) : ControllerBase {
    [HttpDelete("{id}")] public IActionResult Remove(int id) { db.Pedidos.Remove(db.Pedidos.Find(id)); db.SaveChanges(); return Ok(); }
    [AllowAnonymous] [HttpPost("/usuarios")] public IActionResult Criar(Novo novo) {
        db.Usuarios.Add(new Usuario { Nome = novo.Nome }); db.SaveChanges(); return Ok();
    }
}
"""


def test_users_in_other_tongues_own_things_and_register(tmp_path: Path) -> None:
    found = shop(tmp_path, KEYED)
    assert failing(found, "AP101") == {"DELETE /pedidos/{id}": FIRM}
    assert failing(found, "AP106") == {"POST /usuarios": FIRM}
