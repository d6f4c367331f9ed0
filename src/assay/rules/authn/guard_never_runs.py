"""A guard stands in the code and never runs.

## What it finds

Guards that cannot decide: a decorator above the route decorator, a check whose coroutine nobody awaits, an attribute or
decorator that is commented out, a middleware that runs after what it should protect, a guard of a route that an earlier
route answers for, a guard that nothing registers. It fails where the endpoint would demand more if the guard ran. Where
another guard demands as much, the dead one is only a trap for the next reader, and passes.

It finds guards of FastAPI, too, that only ask whether there is a credential, where neither they nor the handler ever look at it: any
value will do. Firm where the API makes or verifies tokens elsewhere.

## Why it matters

The code says that the endpoint is closed, and it is open. Reviews read the code.

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
    // [Authorize(Roles = "Clerk")]
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```flask app.py
from flask import Flask
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@login_required
@app.route("/orders/<int:order_id>", methods=["DELETE"])
def remove(order_id):
    return "", 204
```

```fastapi main.py
from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


async def demand_key(request: Request) -> None:
    if request.headers.get("X-Key") is None:
        raise HTTPException(status_code=401)


@app.delete("/orders/{order_id}")
async def remove(order_id: int, request: Request) -> None:
    demand_key(request)
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
    [Authorize(Roles = "Clerk")]
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```flask app.py
from flask import Flask
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@app.route("/orders/<int:order_id>", methods=["DELETE"])
@login_required
def remove(order_id):
    return "", 204
```

```fastapi main.py
import os
from hmac import compare_digest

from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


async def demand_key(request: Request) -> None:
    if not compare_digest(request.headers.get("X-Key", ""), os.environ["KEY"]):
        raise HTTPException(status_code=401)


@app.delete("/orders/{order_id}")
async def remove(order_id: int, request: Request) -> None:
    await demand_key(request)
```

## How to fix

Put the guard where it runs: the route decorator on top and the guard below it, `await` before a coroutine, authentication
and authorization before the endpoints in the pipeline. Then write the test that asks without a token and expects 401.

## What it cannot see

Guards that are switched off by configuration at run time.

## References

- Flask documentation, View Decorators: the route decorator is the outermost
- CWE-306 Missing Authentication for Critical Function, CWE-696 Incorrect Behavior Order
"""

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import STRENGTH, Authorization, Demand, Endpoint, Guard, authorization_of
from assay.model.program import Inventory
from assay.model.reach import Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import gravity
from assay.rules.landscape import Landscape, landscapes
from assay.rules.protection import defeat, defeat_word, strongest
from assay.rules.verdicts import Desk
from assay.rules.words import vocabulary, words

DESK = Desk("AP010", "missing-authentication")
GUARDING = vocabulary(
    "login signin auth authenticated authenticate authentication authorize authorized authorization permission permit role admin "
    "staff scope jwt token user require required protect protected guard guarded secure restricted access policy"
)
"""Words in the name of what guards; what could not be followed and has none of them is left alone."""
SIGNING = frozenset({"jwt-sign", "jwt-verify", "token-issue", "session-start"})
"""What is done with credentials of which a forged one can be told."""
NEVER_RUNS = frozenset({"order", "unawaited", "commented-out", "shadowed", "unregistered", "unread"})


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that has a guard."""
    known = landscapes(inventory)
    signing = {endpoint.api for endpoint in inventory.endpoints if endpoint.reach and _signs(endpoint.reach)}
    for endpoint in inventory.endpoints:
        if endpoint.guards:
            yield _verdict(endpoint, known[endpoint.api], is_signed=endpoint.api in signing)


def _signs(reach: Reach) -> bool:
    """Whether tokens are made or verified there: the API has credentials that can be told from others."""
    return any(use.kind in SIGNING for use in reach.uses) or any(act.kind in SIGNING for act in reach.acts)


def _verdict(endpoint: Endpoint, landscape: Landscape, *, is_signed: bool) -> Verdict:
    dead = [guard for guard in endpoint.guards if not guard.is_effective and defeat_word(guard) in NEVER_RUNS]
    if settled := DESK.settled(endpoint):
        is_unknown = settled.outcome is Outcome.NOT_TESTED and endpoint.authorization is Authorization.UNKNOWN
        misplaced = next((guard for guard in dead if is_unknown and _is_misplaced(guard)), None)
        return settled if misplaced is None else _misplaced(endpoint, misplaced, landscape)
    if endpoint.reach is not None and not endpoint.reach.is_credential_used:
        return _unlooked(endpoint, landscape, is_signed=is_signed)
    missed = next((guard for guard in dead if _would_demand_more(endpoint, guard)), None)
    if missed is None:
        return DESK.verdict(endpoint, Outcome.PASS, _praise(endpoint, dead))
    weight = gravity(endpoint, landscape)
    fix = remedy.reorder(endpoint, missed.name, defeat_word(missed))
    message = f"{endpoint.name} is not guarded by {missed.name}: {defeat(missed)}."
    if endpoint.auth:
        severity, weakness = Severity.HIGH, "missing-authorization"
    else:
        severity, weakness = weight.severity, DESK.weakness
    confidence = Confidence.FIRM
    if _is_taken_away(endpoint, missed, landscape):
        confidence, message = Confidence.TENTATIVE, f"{message} It was taken away, and most reads of this API are open."
    return DESK.failure(endpoint, message, severity, confidence, fix=fix, weakness=weakness)


def _is_taken_away(endpoint: Endpoint, dead: Guard, landscape: Landscape) -> bool:
    """Whether somebody wrote a guard into a comment before a read that everybody may be meant to have."""
    is_open = not endpoint.is_write and not endpoint.auth and not landscape.guards_most_reads
    return is_open and defeat_word(dead) == "commented-out"


def _unlooked(endpoint: Endpoint, landscape: Landscape, *, is_signed: bool) -> Verdict:
    """A guard that asks for a credential which nothing ever looks at."""
    guard = strongest(endpoint)
    name = guard.name if guard is not None else "its guard"
    message = f"{endpoint.name} is guarded by {name}, which only asks for a credential: nothing ever looks at it."
    severity = gravity(endpoint, landscape).severity
    confidence = Confidence.FIRM if is_signed else Confidence.TENTATIVE
    if not is_signed:
        message += " Something in front of it may."
    return DESK.failure(endpoint, message, severity, confidence, fix=remedy.reorder(endpoint, name, "unverified"))


def _is_misplaced(dead: Guard) -> bool:
    """Whether a guard was meant to run and stands where it cannot, whatever else may guard the endpoint."""
    return defeat_word(dead) in {"order", "unawaited"} and bool(GUARDING & set(words(dead.name)))


def _misplaced(endpoint: Endpoint, dead: Guard, landscape: Landscape) -> Verdict:
    """A guard that never runs where it is not known what else demands."""
    message = (
        f"{endpoint.name} is not guarded by {dead.name}: {defeat(dead)}. Whether anything else guards it is not known."
    )
    fix = remedy.reorder(endpoint, dead.name, defeat_word(dead))
    return DESK.failure(endpoint, message, gravity(endpoint, landscape).severity, Confidence.FIRM, fix=fix)


def _would_demand_more(endpoint: Endpoint, dead: Guard) -> bool:
    """Whether the endpoint would be better protected if the guard ran."""
    if dead.demand is Demand.UNKNOWN:
        return not endpoint.auth and bool(GUARDING & set(words(dead.name)))
    alive = authorization_of((*endpoint.guards, replace(dead, is_effective=True)))
    return STRENGTH[alive] > STRENGTH[endpoint.authorization]


def _praise(endpoint: Endpoint, dead: list[Guard]) -> str:
    if dead:
        return f"{endpoint.name} is guarded as strongly by another guard as by {dead[0].name}, which never decides: {defeat(dead[0])}."
    return f"{endpoint.name} has no guard that never runs."


RULE = Rule(
    id="AP010",
    name="guard-never-runs",
    title="Guard stands in the code and never runs",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=90,
    judge=verdicts,
    frameworks=("aspnetcore", "fastapi", "flask"),
    statement="guarded endpoints have no guard that never runs",
)
