using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Contracts;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Controllers;

/// <summary>Orders: the caller's own ones, and what the warehouse does with them.</summary>
public sealed class OrdersController(OrderStore store) : OrderDeskController(store)
{
    [HttpGet]
    public IEnumerable<Order> Own() => Store.OrdersOf(CallerId);

    [HttpPost]
    public ActionResult<Order> Place(NewOrder order) => Store.Place(CallerId, order.Sku, order.Amount);

    [HttpGet("{id:int}")]
    public ActionResult<Order> One(int id)
    {
        var order = Store.Order(id);
        if (order is null || order.CustomerId != CallerId)
        {
            return NotFound();
        }

        return order;
    }

    // Weak on purpose: the marker was left over from a trial, and lets everybody write.
    [HttpPatch("{id:int}")]
    [AllowAnonymous]
    public IActionResult Annotate(int id, OrderNote note) => Store.Annotate(id, note.Note) ? NoContent() : NotFound();

    // Weak on purpose: "User" says nothing; everybody who can sign in has it, or nobody.
    [HttpPost("{id:int}/cancel")]
    [Authorize(Roles = "User")]
    public IActionResult Cancel(int id)
    {
        if (Store.Order(id) is not { } order || order.CustomerId != CallerId)
        {
            return NotFound();
        }

        Store.SetState(id, "cancelled");
        return NoContent();
    }

    // Weak on purpose: five roles may ship, and nobody can say why.
    [HttpPost("{id:int}/ship")]
    [Authorize(Roles = $"{Roles.Warehouse},Dispatcher,Driver,Clerk,{Roles.Admin}")]
    public IActionResult Ship(int id) => Store.SetState(id, "shipped") ? NoContent() : NotFound();
}
