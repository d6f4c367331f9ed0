using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Data;

namespace Orders.Api.Controllers;

/// <summary>Where parcels are. Everybody may follow one by its number.</summary>
[ApiController]
[AllowAnonymous]
[Route("api/v1/tracking")]
public sealed class TrackingController(OrderStore store) : ControllerBase
{
    [HttpGet("{number}")]
    public ActionResult<string> Parcel(string number) => $"{number} is on its way";

    // Weak on purpose: the marker on the class wins over the attribute here.
    [HttpGet("{number}/signature")]
    [Authorize]
    public ActionResult<string> Signature(string number) =>
        store.Order(int.TryParse(number, out var id) ? id : 0)?.Note ?? "";
}
