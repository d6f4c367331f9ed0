"""Too many roles decide about one endpoint, or one API has many roles that each open one door.

## What it finds

Endpoints that name more than three roles, and APIs with at least ten roles of which at least half are demanded by one
endpoint only.

## Why it matters

Nobody can say who may do what any more, so that access reviews wave everything through and roles pile up on people.

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
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpPut("{id:int}")]
    [Authorize(Roles = "Clerk,Sales,Support,Warehouse,Accounting")]
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
builder.Services.AddAuthorization(options =>
    options.AddPolicy("RemoveOrders", policy => policy.RequireClaim("permission", "orders:remove")));
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();

[ApiController]
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpPut("{id:int}")]
    [Authorize(Roles = "Clerk,Sales")]
    public IActionResult Change(int id) => NoContent();

    [HttpDelete("{id:int}")]
    [Authorize(Policy = "RemoveOrders")]
    public IActionResult Remove(int id) => NoContent();
}
```

## How to fix

Name the right instead of the people: a policy or permission such as `orders:change`, given to roles in one place.

## What it cannot see

Roles that are compared inside a handler, and roles that come from a database.

## References

- NIST SP 800-53 AC-6 Least Privilege, AC-2 Account Management
- OWASP ASVS 5.0, V8 Authorization
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Api, Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.roles import roles
from assay.rules.verdicts import Desk

DESK = Desk("AP005", "missing-authorization")
MOST_ROLES = 3
"""On one endpoint."""
MANY_ROLES = 10
"""In one API, from which on single-use roles are counted."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that demands roles, and for every API that has some."""
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for endpoint in inventory.endpoints:
        if named := roles(endpoint):
            uses[endpoint.api].update(named)
            yield _of_endpoint(endpoint, named)
    for api in inventory.apis:
        if api.id in uses:
            yield _of_api(api, uses[api.id])


def _of_endpoint(endpoint: Endpoint, named: tuple[str, ...]) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if len(named) <= MOST_ROLES:
        return DESK.verdict(endpoint, Outcome.PASS, f"{endpoint.name} demands few roles: {', '.join(named)}.")
    message = f"{endpoint.name} is open to {len(named)} roles: {', '.join(named)}."
    fix = remedy.name_roles(endpoint.framework)
    counted = Step(f"Counted the distinct roles of its guards: more than {MOST_ROLES}.", endpoint.place)
    return DESK.failure(endpoint, message, Severity.LOW, Confidence.FIRM, fix=fix, shown=(counted,))


def _of_api(api: Api, uses: Counter[str]) -> Verdict:
    single = sorted(role for role, count in uses.items() if count == 1)
    is_sprawl = len(uses) >= MANY_ROLES and 2 * len(single) >= len(uses)
    said = f"{api.name} has {len(uses)} roles, of which {len(single)} are demanded by one endpoint only"
    return Verdict(
        rule=DESK.rule,
        weakness=DESK.weakness,
        subject=Subject(api.id, "api", symbol="roles"),
        outcome=Outcome.FAIL if is_sprawl else Outcome.PASS,
        message=f"{said}: {', '.join(single)}." if is_sprawl else f"{said}.",
        severity=Severity.LOW if is_sprawl else Severity.INFO,
        confidence=Confidence.TENTATIVE if is_sprawl else Confidence.FIRM,
        place=api.place,
        fix=remedy.name_roles(api.framework) if is_sprawl else "",
        framework=api.framework,
    )


RULE = Rule(
    id="AP005",
    name="role-sprawl",
    title="Too many roles decide",
    weakness=DESK.weakness,
    severity=Severity.LOW,
    family="roles",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore",),
    statement="endpoints and APIs that demand roles get by with few",
)
