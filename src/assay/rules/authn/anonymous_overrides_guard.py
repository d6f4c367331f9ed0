"""An anonymous marker overrides a guard that stands beside or below it.

Who reads the guard believes that it decides. It does not: in ASP.NET Core `[AllowAnonymous]` wins over every `[Authorize]`,
wherever either stands.

## What it finds

Endpoints on which a guard never decides because an anonymous marker overrides it. A marker that stands nearer to the
handler than the guard is a deliberate exception: for a read it passes, for a write it is reported. A marker that stands
farther away (on the class, over a guard on the action) or on the same spot contradicts the guard, and is reported for every
method.

## Why it matters

The endpoint is open although its code says that it is closed; reviews and audits pass over it.

## Bad

```aspnetcore Program.cs
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();

[ApiController]
[AllowAnonymous]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpGet("{id:int}")]
    [Authorize]
    public string Order(int id) => "paper";
}
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();

[ApiController]
[Authorize]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpPut("{id:int}")]
    [AllowAnonymous]
    public IActionResult Change(int id) => NoContent();
}
```

## Good

```aspnetcore Program.cs
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();

[ApiController]
[Authorize]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpGet]
    [AllowAnonymous]
    public string[] Catalogue() => ["paper", "ink"];

    [HttpGet("{id:int}")]
    public string Order(int id) => "paper";

    [HttpPut("{id:int}")]
    public IActionResult Change(int id) => NoContent();
}
```

## How to fix

Take the marker off the class and put it on the few actions that are meant to be open; or move those to a class of their own.

## What it cannot see

A guard in a gateway in front of the API, which no marker in the code overrides.

## References

- Microsoft, Simple authorization in ASP.NET Core: `[AllowAnonymous]` bypasses authorization statements
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.endpoint import CLASS_OF_DEMAND, Demand, Endpoint, Guard, Level
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.protection import STANDS, defeat_word
from assay.rules.verdicts import Desk

DESK = Desk("AP003", "missing-authentication")
DISTANCE = {level: distance for distance, level in enumerate(Level)}


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that carries an anonymous marker or a guard that one overrides."""
    known = landscapes(inventory)
    for endpoint in inventory.endpoints:
        if statement(endpoint) or _overridden(endpoint):
            yield _verdict(endpoint, known[endpoint.api])


def _verdict(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    guard, marker = _overridden(endpoint), statement(endpoint)
    if guard is None:
        return DESK.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} carries an anonymous marker that overrides no guard."
        )
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    by = f"{marker.name} {STANDS[marker.level]}" if marker else "an anonymous marker"
    is_exception = marker is not None and DISTANCE[marker.level] < DISTANCE[guard.level]
    if is_exception and not endpoint.is_write:
        reason = f"{endpoint.name} is an exception on purpose: {by}, nearer than {guard.name} {STANDS[guard.level]}."
        return DESK.verdict(endpoint, Outcome.PASS, reason)
    weight = gravity(endpoint, landscape)
    message = f"{endpoint.name} is open although {guard.name} stands {STANDS[guard.level]}: {by} overrides it."
    is_beside = marker is not None and DISTANCE[marker.level] == DISTANCE[guard.level] and not endpoint.is_write
    confidence = weight.confidence if is_exception else Confidence.TENTATIVE if is_beside else Confidence.FIRM
    return DESK.failure(endpoint, message, weight.severity, confidence, fix=remedy.unmark(endpoint))


def _overridden(endpoint: Endpoint) -> Guard | None:
    """The nearest guard that would demand something and is overridden."""
    found = [
        guard
        for guard in endpoint.guards
        if not guard.is_effective
        and defeat_word(guard) == "overridden"
        and (guard.demand in CLASS_OF_DEMAND or guard.demand is Demand.UNKNOWN)
    ]
    return min(found, key=lambda guard: DISTANCE[guard.level]) if found else None


RULE = Rule(
    id="AP003",
    name="anonymous-overrides-guard",
    title="Anonymous marker overrides a guard",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=80,
    judge=verdicts,
    frameworks=("aspnetcore",),
    statement="anonymous markers override no guard by mistake",
)
