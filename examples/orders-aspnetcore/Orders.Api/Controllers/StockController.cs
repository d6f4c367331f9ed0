using Microsoft.AspNetCore.Mvc;
using Orders.Api.Data;

namespace Orders.Api.Controllers;

/// <summary>What there is to order.</summary>
[ApiController]
[Route("api/v1/stock")]
public sealed class StockController(OrderStore store) : ControllerBase
{
    // Weak on purpose: perhaps everybody may know what is in stock, but nothing says so.
    [HttpGet("{sku}")]
    public ActionResult<int> Amount(string sku) => store.Stock(sku);
}
