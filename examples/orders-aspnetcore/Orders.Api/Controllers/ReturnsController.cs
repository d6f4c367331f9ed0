using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Controllers;

/// <summary>Parcels that come back.</summary>
[ApiController]
[Route("api/v1/returns")]
public sealed class ReturnsController(OrderStore store) : ControllerBase
{
    [HttpPost("{id:int}/receive")]
    [Authorize(Roles = Roles.Warehouse)]
    public IActionResult Receive(int id) => store.SetState(id, "returned") ? NoContent() : NotFound();

    // Weak on purpose: somebody commented the guard out to try something.
    // [Authorize(Roles = Roles.Warehouse)]
    [HttpPost("{id:int}/refund")]
    public IActionResult Refund(int id) => store.SetState(id, "refunded") ? NoContent() : NotFound();

    // Weak on purpose: everybody may print labels, and each costs postage.
    [HttpPost("{id:int}/label")]
    [AllowAnonymous]
    public IActionResult Label(int id) => store.SetState(id, "on its way back") ? NoContent() : NotFound();
}
