using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Controllers;

/// <summary>What all controllers share: where they live, and that a caller has to be known.</summary>
[ApiController]
[Authorize]
[Route("api/v1/[controller]")]
public abstract class OrderDeskController(OrderStore store) : ControllerBase
{
    protected OrderStore Store { get; } = store;

    protected int CallerId => User.Id();
}
