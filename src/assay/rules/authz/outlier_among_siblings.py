"""An endpoint demands less than its neighbours do.

## What it finds

Two faults that show only beside the neighbours (endpoints of the same class or module, or below the same path):

- An endpoint that answers everybody, while at least three neighbours, and three quarters of them, ask who the caller is. Reads are
  compared with reads, because many APIs leave reading open on purpose and guard writing; an open read or POST is tentative
  unless it is about something sensitive.
- An endpoint that asks for a known caller only, while what it does is as grave as what neighbours demand a role, policy or
  right to the object for: a DELETE beside a guarded PUT of the same path; a PUT, PATCH or DELETE of one object of which reading
  takes a right; a PUT, PATCH or DELETE where three quarters of the other such writes demand more; the read of one object beside
  a guarded list of the same objects, when the handler is not even given the caller.

## Why it matters

One forgotten line is the most common way in which a guarded API stays open, and the one that reviews miss.

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
    [HttpGet, Authorize]
    public string[] List() => ["paper"];

    [HttpPost, Authorize]
    public IActionResult Add() => NoContent();

    [HttpPut("{id:int}"), Authorize]
    public IActionResult Change(int id) => NoContent();

    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()
SESSIONS: dict[str, dict[str, str]] = {}


def current_user(authorization: str = Header("")) -> dict[str, str]:
    if authorization not in SESSIONS:
        raise HTTPException(status_code=401)
    return SESSIONS[authorization]


def editor(user: dict[str, str] = Depends(current_user)) -> dict[str, str]:
    if user["role"] != "editor":
        raise HTTPException(status_code=403)
    return user


@app.put("/articles/{slug}", dependencies=[Depends(editor)])
def change(slug: str) -> None: ...


@app.delete("/articles/{slug}", dependencies=[Depends(current_user)])
def remove(slug: str) -> None: ...
```

```flask app.py
from flask import Flask, jsonify
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@app.get("/orders")
@login_required
def orders():
    return jsonify([])


@app.get("/invoices")
@login_required
def invoices():
    return jsonify([])


@app.get("/parcels")
@login_required
def parcels():
    return jsonify([])


@app.get("/returns")
def returns():
    return jsonify([])
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
    [HttpGet, AllowAnonymous]
    public string[] List() => ["paper"];

    [HttpPost]
    public IActionResult Add() => NoContent();

    [HttpPut("{id:int}")]
    public IActionResult Change(int id) => NoContent();

    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()
SESSIONS: dict[str, dict[str, str]] = {}


def current_user(authorization: str = Header("")) -> dict[str, str]:
    if authorization not in SESSIONS:
        raise HTTPException(status_code=401)
    return SESSIONS[authorization]


def editor(user: dict[str, str] = Depends(current_user)) -> dict[str, str]:
    if user["role"] != "editor":
        raise HTTPException(status_code=403)
    return user


@app.post("/articles", dependencies=[Depends(current_user)])
def add() -> None: ...


@app.put("/articles/{slug}", dependencies=[Depends(editor)])
def change(slug: str) -> None: ...


@app.delete("/articles/{slug}", dependencies=[Depends(editor)])
def remove(slug: str) -> None: ...
```

```flask app.py
from flask import Blueprint, Flask, abort, jsonify, session

app = Flask(__name__)
shop = Blueprint("shop", __name__)


@shop.before_request
def signed_in():
    if "user" not in session:
        abort(401)


@shop.get("/orders")
def orders():
    return jsonify([])


@shop.get("/invoices")
def invoices():
    return jsonify([])


@shop.get("/parcels")
def parcels():
    return jsonify([])


@shop.get("/returns")
def returns():
    return jsonify([])


app.register_blueprint(shop)
```

## How to fix

Give the class, router or blueprint the guard instead of each endpoint, and mark the exceptions.

## What it cannot see

A right that the handler checks itself, where that could not be followed: then the weaker endpoint is tentative. A habit of
leaving everything open has no outliers. How a deployment sets what switches a guard on: an endpoint that has no other guard is
tentative beside neighbours that have their own.

## References

- OWASP API Security Top 10 2023, API5 Broken Function Level Authorization
- CWE-306 Missing Authentication for Critical Function, CWE-862 Missing Authorization
"""

from collections.abc import Iterator

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import LEADS_THERE, PROOF_IS_CHECKED, gravity, intent, leads_to_a_guarded_one, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.protection import demand, protection
from assay.rules.rank import asks_nothing_itself, knows_the_caller, missing, stronger_peers
from assay.rules.topics import topic
from assay.rules.verdicts import Desk

DESK = Desk("AP009", "missing-authentication")
LEAST = 3
"""So many neighbours must demand more."""
SHARE = 0.75
SHOWN = 5
"""So many of them are named as steps."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint; without neighbours to compare with it is not applicable."""
    known = landscapes(inventory)
    for endpoint in inventory.endpoints:
        yield _verdict(endpoint, known[endpoint.api])


def _verdict(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return (_up_to_setting(endpoint, landscape) if settled.outcome is Outcome.NOT_TESTED else None) or settled
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    if not endpoint.is_write and endpoint.path in landscape.doors:
        return DESK.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} shows the form of a way in.")
    if endpoint.authorization is Authorization.PUBLIC:
        return _of_an_open_one(endpoint, landscape)
    if peers := stronger_peers(endpoint, landscape):
        return _weaker(endpoint, peers)
    return DESK.verdict(
        endpoint, Outcome.PASS, f"{endpoint.name} {protection(endpoint)}; its neighbours demand no more."
    )


def _up_to_setting(endpoint: Endpoint, landscape: Landscape) -> Verdict | None:
    """The verdict on one that is guarded only where a setting says so, while its neighbours have guards that hold anyhow."""
    guards = [guard for guard in endpoint.guards if guard.is_effective and guard.demand is Demand.UNKNOWN]
    if not guards or not all(guard.is_up_to_setting for guard in guards) or nature(endpoint) or statement(endpoint):
        return None
    peers = landscape.neighbours(endpoint)
    demanding = [other for other in peers if other.auth]
    if len(demanding) < LEAST or len(demanding) < SHARE * len(peers):
        return None
    said = f"{len(demanding)} of {len(peers)} neighbours ask who the caller is however it is set"
    message = f"{endpoint.name} is guarded only where a setting says so ({guards[0].name}), while {said}."
    fix, shown = remedy.authenticate(endpoint), _steps(demanding)
    severity = gravity(endpoint, landscape).severity
    return DESK.failure(endpoint, message, severity, Confidence.TENTATIVE, fix=fix, shown=shown)


def _of_an_open_one(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if marker := statement(endpoint):
        return DESK.verdict(endpoint, Outcome.PASS, f"{endpoint.name} is an exception on purpose: {marker.name}.")
    peers = [other for other in landscape.neighbours(endpoint) if _writes(endpoint) or not _writes(other)]
    demanding = [other for other in peers if other.auth]
    if len(peers) < LEAST:
        return DESK.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} has too few neighbours to compare with."
        )
    if len(demanding) < LEAST or len(demanding) < SHARE * len(peers):
        reason = f"{endpoint.name} is no exception: {len(demanding)} of {len(peers)} neighbours ask who the caller is."
        return DESK.verdict(endpoint, Outcome.PASS, reason)
    severity, doubt = gravity(endpoint, landscape).severity, intent(endpoint) or _doubt(endpoint, landscape)
    confidence = Confidence.TENTATIVE if doubt else Confidence.FIRM
    said = f"{len(demanding)} of {len(peers)} neighbours ask who the caller is"
    message = f"{endpoint.name} answers without authentication, while {said}. {doubt}".rstrip()
    return DESK.failure(
        endpoint, message, severity, confidence, fix=remedy.authenticate(endpoint), shown=_steps(demanding)
    )


def _doubt(endpoint: Endpoint, landscape: Landscape) -> str:
    """Why a read beside guarded neighbours may be meant so; a write, and what is sensitive, is hardly ever."""
    if endpoint.reach is not None and any(decision.kind == "proof" for decision in endpoint.reach.decisions):
        return PROOF_IS_CHECKED
    if endpoint.method == "POST" and not topic(endpoint):
        return "It may be a step that comes before a caller is known."
    if _writes(endpoint):
        return ""
    if leads_to_a_guarded_one(endpoint, landscape.endpoints):
        return LEADS_THERE
    return "" if topic(endpoint) else "It only reads, which may be meant for everybody."


def _writes(endpoint: Endpoint) -> bool:
    """Whether its method says that it writes; what takes every method may only read."""
    return endpoint.is_write and endpoint.method != "ANY"


def _weaker(endpoint: Endpoint, peers: tuple[Endpoint, ...]) -> Verdict:
    lacking = missing(endpoint, peers[0])
    if lacking:
        message = f"{endpoint.name} lacks {lacking.name}, which stands before {peers[0].name} and {demand(lacking)}."
    else:
        message = f"{endpoint.name} asks only for a known caller, while {peers[0].name} {protection(peers[0])}."
    is_doubtful = knows_the_caller(endpoint) and not asks_nothing_itself(endpoint)
    confidence = Confidence.TENTATIVE if is_doubtful else Confidence.FIRM
    fix = remedy.strengthen(endpoint)
    shown = _steps(peers)
    return DESK.failure(endpoint, message, Severity.HIGH, confidence, fix=fix, shown=shown, weakness="bfla")


def _steps(peers: tuple[Endpoint, ...] | list[Endpoint]) -> tuple[Step, ...]:
    ordered = sorted(peers, key=lambda other: (other.path, other.method, other.place))
    return tuple(Step(f"Its neighbour {other.name} {protection(other)}.", other.place) for other in ordered[:SHOWN])


RULE = Rule(
    id="AP009",
    name="outlier-among-siblings",
    title="Endpoint demands less than its neighbours",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=65,
    judge=verdicts,
    frameworks=("aspnetcore", "fastapi", "flask"),
    statement="endpoints demand as much as their neighbours do",
)
