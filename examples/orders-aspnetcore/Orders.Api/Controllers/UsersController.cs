using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Contracts;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Controllers;

/// <summary>People and their roles.</summary>
public sealed class UsersController(OrderStore store) : OrderDeskController(store)
{
    [HttpGet("me")]
    public ActionResult<PersonView> Me() =>
        Store.Person(CallerId) is { } person ? PersonView.Of(person) : NotFound();

    [HttpPatch("me")]
    public IActionResult Rename(Profile profile) => Store.Rename(CallerId, profile.Name) ? NoContent() : NotFound();

    [HttpGet]
    [Authorize(Policy = Policies.Admins)]
    public IEnumerable<PersonView> People() => Store.People.Select(PersonView.Of);

    [HttpGet("{id:int}")]
    [Authorize(Policy = Policies.Admins)]
    public ActionResult<PersonView> Person(int id) =>
        Store.Person(id) is { } person ? PersonView.Of(person) : NotFound();

    [HttpPut("{id:int}")]
    [Authorize(Roles = Roles.Admin)]
    public IActionResult Change(int id, RoleChange change) =>
        Store.ChangeRole(id, change.Role) ? NoContent() : NotFound();

    // Weak on purpose: its neighbours demand an admin, this one lets every customer remove anybody.
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => Store.RemovePerson(id) ? NoContent() : NotFound();
}
