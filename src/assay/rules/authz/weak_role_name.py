"""A role whose name says nothing about what it may do.

## What it finds

Roles that an API demands and whose name stands for everybody (`User`, `Everyone`), for nothing in particular (`Role1`,
`Default`) or for a trial (`Test`, `Temp`). `Admin` and names of a trade are fine. One finding for each name and API.

## Why it matters

A role that everybody has is no more than a sign-in, and a role whose name says nothing is given away without a thought. In
an access review nobody can tell whether a person should have it.

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
    [Authorize(Roles = "Role1")]
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
[Route("api/orders")]
public class OrdersController : ControllerBase
{
    [HttpPut("{id:int}")]
    [Authorize(Roles = "OrderClerk")]
    public IActionResult Change(int id) => NoContent();
}
```

## How to fix

Name the role after the work that it is for. Where everybody has it, demand a known caller instead of a role.

## What it cannot see

What a role is given to. Names are English.

## References

- NIST SP 800-53 AC-2 Account Management, AC-6 Least Privilege
- OWASP ASVS 5.0, V8 Authorization
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from assay.model.endpoint import Endpoint
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules.roles import roles_of

WEAK = re.compile(
    r"(?:"
    r"(?:app|application|normal|standard|regular|basic|default|simple|registered|authenticated)?[ _-]?(?:user|account)s?"
    r"|everyone|everybody|anyone|anybody|all|any|anonymous|guest|public"
    r"|default|none|other|misc|generic|unknown"
    r"|(?:my|some|new|the)?[ _-]?(?:role|group|type|level)s?(?:[ _-]?\d+|[ _-][a-z])?"
    r"|(?:test|temp|tmp|dummy|sample|example|foo|bar|baz|demo)[ _-]?(?:role|user|group)?\d*"
    r"|[a-z0-9]|\d+"
    r")",
    re.IGNORECASE,
)
SHOWN = 5
"""So many endpoints are named as steps."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every role that an API demands."""
    uses: dict[tuple[str, str], list[tuple[Endpoint, Place | None]]] = defaultdict(list)
    for endpoint in inventory.endpoints:
        for guard in endpoint.effective_guards:
            for role in set(roles_of(guard)):
                uses[endpoint.api, role].append((endpoint, guard.place))
    for (api, role), places in sorted(uses.items(), key=lambda item: item[0]):
        yield _verdict(api, role, sorted(places, key=lambda use: (use[0].path, use[0].method, str(use[1]))))


def _verdict(api: str, role: str, uses: list[tuple[Endpoint, Place | None]]) -> Verdict:
    is_weak = WEAK.fullmatch(role.strip()) is not None
    count = f"{len(uses)} endpoint{'s' if len(uses) > 1 else ''}"
    return Verdict(
        rule=RULE.id,
        weakness=RULE.weakness,
        subject=Subject(api, "api", symbol=f"role {role}"),
        outcome=Outcome.FAIL if is_weak else Outcome.PASS,
        message=f'Role "{role}" says nothing about what it may do; {count} demand{"s" if len(uses) == 1 else ""} it.'
        if is_weak
        else f'Role "{role}" is named after something particular.',
        severity=Severity.LOW if is_weak else Severity.INFO,
        confidence=Confidence.TENTATIVE if is_weak else Confidence.FIRM,
        place=uses[0][1] or uses[0][0].place,
        steps=tuple(Step(f"{endpoint.name} demands it.", place or endpoint.place) for endpoint, place in uses[:SHOWN]),
        fix="Name the role after the work that it is for, or demand a known caller if everybody has it."
        if is_weak
        else "",
        framework=uses[0][0].framework,
    )


RULE = Rule(
    id="AP006",
    name="weak-role-name",
    title="Role name says nothing about what it may do",
    weakness="missing-authorization",
    severity=Severity.LOW,
    family="role-names",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore",),
    statement="roles are named after something particular",
)
