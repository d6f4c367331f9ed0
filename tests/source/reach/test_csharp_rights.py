"""What small ASP.NET Core projects taught of rights: roles of everybody, checks that a caller goes around, members of what is shared."""

from pathlib import Path

import pytest
from tests.source.reach.csharp_trees import reached
from tests.source.reach.judging import failures, firm

from assay.model.program import Inventory
from assay.source.scan import scan

OWNED = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
public static class Roles { public const string Boss = "Boss"; public const string Hand = "Hand"; public const string Guard = "Guard"; }
public class Person : IdentityUser { public string FullName { get; set; } }
public class Resume {
    public int Id { get; set; } public string Text { get; set; } public string UserId { get; set; } public Person User { get; set; }
}
public class Board : Microsoft.EntityFrameworkCore.DbContext { public DbSet<Resume> Resumes { get; set; } }
[ApiController, Route("resumes")]
public class ResumesController(Board board, IAuthorizationService rights) : ControllerBase {
    [HttpDelete("{id}"), Authorize(Roles = Roles.Boss + "," + Roles.Hand + "," + Roles.Guard)]
    public async Task<IActionResult> Remove(int id) {
        var found = await board.Resumes.SingleOrDefaultAsync(r => r.Id == id);
        if (found == null) return NotFound();
        var asked = await rights.AuthorizeAsync(User, found, "Owner");
        if (!asked.Succeeded) return Forbid();
        board.Resumes.Remove(found); await board.SaveChangesAsync();
        return NoContent();
    }
    [HttpGet("{id}/text"), Authorize(Roles = %s)]
    public async Task<IActionResult> Text(int id) => Ok(await board.Resumes.SingleOrDefaultAsync(r => r.Id == id));
    %s
}
"""
ALL = 'Roles.Boss + "," + Roles.Hand + "," + Roles.Guard'
BESIDE = '[HttpGet("mine%d"), Authorize(Roles = Roles.Boss + "," + Roles.Hand + "," + Roles.Guard)] public string Mine%d() => "";'
COUNT = '[HttpGet("{id}/count")] public async Task<int> Count(int id) => (await board.Resumes.Where(r => r.Id == id).ToListAsync()).Count;'
OPEN = '[HttpGet("{id}/open")] public async Task<IActionResult> Open(int id) => Ok(await board.Resumes.FindAsync(id));'


def scanned(root: Path, source: str) -> Inventory:
    reached(root, source)
    return scan(root).inventory


@pytest.mark.parametrize("more", ["", COUNT, OPEN])
def test_a_guard_of_all_roles_protects_no_object(tmp_path: Path, more: str) -> None:
    beside = " ".join(BESIDE % (number, number) for number in range(4))
    assert firm(scanned(tmp_path, OWNED % (ALL, beside + more)), "AP101") == {"/resumes/{id}/text"}


def test_a_guard_of_one_role_may(tmp_path: Path) -> None:
    beside = " ".join(BESIDE % (number, number) for number in range(4))
    assert not failures(scanned(tmp_path, OWNED % ("Roles.Boss", beside)), "AP101")


CHANGED = """
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
public class ShopPerson : IdentityUser { public string FullName { get; set; } }
public class Change { public string FullName { get; set; } public string Password { get; set; } public string NewPassword { get; set; } }
[ApiController, Route("people"), Authorize]
public class PeopleController(UserManager<ShopPerson> people, TokenService tokens) : ControllerBase {
    [HttpPut("{id}")] public async Task<IActionResult> Edit(string id, Change change) {
        var person = await people.FindByIdAsync(id);
        if (person == null) return NotFound();
        %s
        person.FullName = change.FullName;
        await people.UpdateAsync(person);
        return Ok(tokens.CreateToken(person.Id));
    }
}
"""
AROUND = """
        if (change.NewPassword is not null) {
            if (!await people.CheckPasswordAsync(person, change.Password)) return BadRequest();
            var token = await people.GeneratePasswordResetTokenAsync(person);
            await people.ResetPasswordAsync(person, token, change.NewPassword);
        }
"""
ALWAYS = "if (!await people.CheckPasswordAsync(person, change.Password)) return BadRequest();"


def test_a_password_that_is_only_asked_for_with_a_new_one_protects_nothing_else(tmp_path: Path) -> None:
    inventory = scanned(tmp_path, CHANGED % AROUND)
    assert firm(inventory, "AP101") == {"/people/{id}"}
    assert firm(inventory, "AP110") == {"/people/{id}"}


def test_a_password_that_is_always_asked_for_protects(tmp_path: Path) -> None:
    assert not failures(scanned(tmp_path, CHANGED % ALWAYS), "AP101")


def test_a_token_that_the_service_makes_itself_is_no_proof(tmp_path: Path) -> None:
    source = (CHANGED % AROUND).replace(", Authorize]", "]")
    assert "/people/{id}" in firm(scanned(tmp_path, source), "AP004")


REGISTERED = """
using Microsoft.AspNetCore.Identity;
public class ShopUser : IdentityUser { public string Company { get; set; } }
public class Joining { public string Email { get; set; } public string Password { get; set; } }
[ApiController, Route("api")]
public class JoinController(UserManager<ShopUser> people) : ControllerBase {
    [HttpPost("register/%s")] public async Task<IActionResult> Join(Joining joining) {
        var made = await people.CreateAsync(new ShopUser { Email = joining.Email }, joining.Password);
        return made.Succeeded ? Ok() : BadRequest();
    }
}
"""


def test_a_company_registers_in_a_way_of_its_own(tmp_path: Path) -> None:
    inventory = scanned(tmp_path, REGISTERED % "company")
    assert "/api/register/company" in failures(inventory, "AP106")
    assert not failures(inventory, "AP004")


SHARED = """
using Microsoft.AspNetCore.Authorization;
using System.Security.Claims;
public class ShopMember { public int Id { get; set; } public string Name { get; set; } }
public class Basket { public int Id { get; set; } public List<ShopMember> %s { get; set; } public string Title { get; set; } }
public class BasketItem { public int Id { get; set; } public int BasketId { get; set; } public Basket Basket { get; set; } }
public class Store : Microsoft.EntityFrameworkCore.DbContext {
    public DbSet<Basket> Baskets { get; set; } public DbSet<BasketItem> Items { get; set; }
}
[ApiController, Route("baskets"), Authorize]
public class BasketsController(Store store) : ControllerBase {
    [HttpGet] public async Task<IActionResult> Mine() {
        var me = int.Parse(User.FindFirstValue(ClaimTypes.NameIdentifier));
        return Ok(await store.Baskets.Where(b => b.%s.Any(u => u.Id == me)).Select(b => b.Title).ToListAsync());
    }
    [HttpPut("{id}")] public async Task<IActionResult> Rename(int id, string title) {
        var basket = await store.Baskets.FirstOrDefaultAsync(b => b.Id == id);
        basket.Title = title; await store.SaveChangesAsync(); return Ok();
    }
    [HttpDelete("items/{id}")] public async Task<IActionResult> Remove(int id) {
        store.Items.Remove(await store.Items.FirstOrDefaultAsync(i => i.Id == id)); await store.SaveChangesAsync(); return Ok();
    }
}
"""


def test_what_is_shared_belongs_to_its_members_and_so_do_its_parts(tmp_path: Path) -> None:
    assert firm(scanned(tmp_path, SHARED % ("Users", "Users")), "AP101") == {"/baskets/{id}", "/baskets/items/{id}"}


def test_whom_it_pleases_has_nothing(tmp_path: Path) -> None:
    assert not firm(scanned(tmp_path, SHARED % ("Fans", "Fans")), "AP101")
