"""An endpoint that is registered on the application itself stands outside the guards of its groups.

## What it finds

Endpoints that are a lambda or function registered directly on the application (`app.MapPost`, `@app.post`), with nothing
before them that asks who the caller is, while at least half of what the same API registers on groups, routers, blueprints
or controllers is guarded there.

## Why it matters

The one line that was quickly added beside the others inherits nothing: the guard of the group does not reach it.

## Bad

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
var api = app.MapGroup("/orders").RequireAuthorization();
api.MapGet("/", () => new[] { "paper" });
api.MapDelete("/{id:int}", (int id) => Results.NoContent());
app.MapPost("/stock", (int amount) => Results.Ok(amount));
app.Run();
```

```fastapi main.py
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()
router = APIRouter(prefix="/orders", dependencies=[Depends(HTTPBearer())])


@router.get("/")
def orders() -> list[str]:
    return ["paper"]


@router.delete("/{order_id}")
def remove(order_id: int) -> None: ...


@app.post("/stock")
def stock(amount: int) -> int:
    return amount


app.include_router(router)
```

```flask app.py
from flask import Blueprint, Flask, abort, session

app = Flask(__name__)
orders = Blueprint("orders", __name__, url_prefix="/orders")


@orders.before_request
def signed_in():
    if "user" not in session:
        abort(401)


@orders.get("/")
def listing():
    return ["paper"]


@orders.delete("/<int:order_id>")
def remove(order_id):
    return "", 204


@app.post("/stock")
def stock():
    return "", 204


app.register_blueprint(orders)
```

## Good

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
var api = app.MapGroup("/").RequireAuthorization();
api.MapGet("/orders", () => new[] { "paper" });
api.MapDelete("/orders/{id:int}", (int id) => Results.NoContent());
api.MapPost("/stock", (int amount) => Results.Ok(amount));
app.MapGet("/health", () => "ok");
app.Run();
```

```fastapi main.py
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()
router = APIRouter(dependencies=[Depends(HTTPBearer())])


@router.get("/orders")
def orders() -> list[str]:
    return ["paper"]


@router.post("/stock")
def stock(amount: int) -> int:
    return amount


@app.get("/health")
def health() -> str:
    return "ok"


app.include_router(router)
```

```flask app.py
from flask import Blueprint, Flask, abort, session

app = Flask(__name__)
orders = Blueprint("orders", __name__)


@orders.before_request
def signed_in():
    if "user" not in session:
        abort(401)


@orders.get("/orders")
def listing():
    return ["paper"]


@orders.post("/stock")
def stock():
    return "", 204


@app.get("/health")
def health():
    return "ok"


app.register_blueprint(orders)
```

## How to fix

Register it on the guarded group, router or blueprint, or give the whole application the guard and open the exceptions.

## What it cannot see

Whether a read of nothing sensitive is meant for everybody: such a finding is tentative. Endpoints that a library adds to the
application at run time. A group whose guard could not be followed does not count as guarded.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.endpoint import CLASS_OF_DEMAND, Endpoint, Guard, Level
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.topics import topic
from assay.rules.verdicts import Desk
from assay.rules.words import owner

DESK = Desk("AP008", "missing-authentication")
SHARED = frozenset({Level.GROUP, Level.TYPE, Level.BASE})
READ = "It only reads, which may be meant for everybody."
LEAST_GUARDED = 2
"""So many endpoints below guarded groups make a habit."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that is registered on an application whose groups are guarded."""
    known = landscapes(inventory)
    homes = {api.id: api.place.path for api in inventory.apis if api.place}
    for endpoint in inventory.endpoints:
        landscape = known[endpoint.api]
        if _is_functional(endpoint, homes.get(endpoint.api, "")) and _guards_its_groups(landscape):
            yield _verdict(endpoint, landscape)


def _verdict(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    if marker := statement(endpoint):
        reason = f"{endpoint.name} is open because {marker.name} says so, wherever it is registered."
        return DESK.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    weight = gravity(endpoint, landscape)
    count = len(_below_groups(landscape))
    doubt = weight.doubt or ("" if endpoint.is_write or topic(endpoint) else READ)
    message = f"{endpoint.name} is registered on the application itself, outside the guards of its groups. {doubt}"
    shown = (Step(f"{count} other endpoints of this API are guarded by their group, router, blueprint or controller."),)
    fix = remedy.regroup(endpoint)
    sure = Confidence.TENTATIVE if doubt == READ else weight.confidence
    return DESK.failure(endpoint, message.rstrip(), weight.severity, sure, fix=fix, shown=shown)


def _is_functional(endpoint: Endpoint, home: str) -> bool:
    """Whether it is a function or lambda that the application itself registers: nothing above it could guard it."""
    if any(guard.level in SHARED for guard in endpoint.guards):
        return False
    if endpoint.framework == "aspnetcore":
        return endpoint.handler.endswith("(lambda)") or owner(endpoint.handler) in {"", "Program"}
    return endpoint.framework in {"fastapi", "flask", "starlette"} and endpoint.place.path == home


def _guards_its_groups(landscape: Landscape) -> bool:
    guarded = len(_below_groups(landscape))
    open_ones = [endpoint for endpoint in landscape.endpoints if endpoint.auth is False]
    return guarded >= LEAST_GUARDED and guarded >= len(open_ones)


def _below_groups(landscape: Landscape) -> tuple[Endpoint, ...]:
    """The endpoints of an API that a guard of their group, type or base type protects."""
    return tuple(endpoint for endpoint in landscape.endpoints if any(_is_shared(guard) for guard in endpoint.guards))


def _is_shared(guard: Guard) -> bool:
    return guard.is_effective and guard.level in SHARED and guard.demand in CLASS_OF_DEMAND


RULE = Rule(
    id="AP008",
    name="outside-every-guard",
    title="Functional endpoint stands outside the guards of its groups",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=40,
    judge=verdicts,
    frameworks=("aspnetcore", "fastapi", "flask"),
    statement="endpoints registered on an application itself are guarded",
)
