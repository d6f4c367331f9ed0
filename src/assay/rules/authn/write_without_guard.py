"""An endpoint that changes state has no guard at all.

## What it finds

Endpoints that may change state (POST, PUT, PATCH, DELETE, or every method) and before which nothing asks who the caller is:
not on the endpoint, its type, base types, group or application, and no marker says that this is meant. The way in (sign-in,
registration, password recovery) is open by nature and not judged; forms for visitors, long questions asked by POST and
sign-ups without the name of one are tentative.

## Why it matters

Whoever finds the route creates, changes or deletes what it writes, and no log can say who did it.

## Bad

```aspnetcore Program.cs
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();

[ApiController]
[Route("api/[controller]")]
public class OrdersController : ControllerBase
{
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```fastapi main.py
from fastapi import Depends, FastAPI


def session():
    yield {}


app = FastAPI()


@app.delete("/orders/{order_id}")
def remove(order_id: int, db: dict = Depends(session)) -> None:
    db.pop(order_id, None)
```

```flask app.py
from flask import Flask

app = Flask(__name__)


@app.route("/orders/<int:order_id>", methods=["DELETE"])
def remove(order_id):
    return "", 204
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
```

```django shop/urls.py
from django.urls import path

from shop.views import OrderView

urlpatterns = [path("orders/<int:pk>/", OrderView.as_view())]
```

```django shop/views.py
from django.http import HttpResponse
from django.views import View


class OrderView(View):
    def delete(self, request, pk):
        return HttpResponse(status=204)
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
[Route("api/[controller]")]
public class OrdersController : ControllerBase
{
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();
}
```

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException

SESSIONS: dict[str, str] = {}


def current_user(authorization: str = Header("")) -> str:
    user = SESSIONS.get(authorization)
    if user is None:
        raise HTTPException(status_code=401)
    return user


app = FastAPI()


@app.delete("/orders/{order_id}")
def remove(order_id: int, user: str = Depends(current_user)) -> None: ...
```

```flask app.py
from functools import wraps

from flask import Flask, abort, session

app = Flask(__name__)


def signed_in(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if "user" not in session:
            abort(401)
        return view(*args, **kwargs)

    return guarded


@app.route("/orders/<int:order_id>", methods=["DELETE"])
@signed_in
def remove(order_id):
    return "", 204
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
```

```django shop/urls.py
from django.urls import path

from shop.views import OrderView

urlpatterns = [path("orders/<int:pk>/", OrderView.as_view())]
```

```django shop/views.py
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.views import View


class OrderView(LoginRequiredMixin, View):
    def delete(self, request, pk):
        return HttpResponse(status=204)
```

## How to fix

Demand a known caller where everything passes through (a fallback policy, an application dependency, a middleware), and open
the exceptions one by one. A new endpoint is then closed until somebody opens it.

## What it cannot see

A gateway or a mesh that asks for identity before the API. An endpoint whose guard could not be followed is `not-tested`,
never passed.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.changing import changed
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.verdicts import Desk

DESK = Desk("AP004", "missing-authentication")


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that may change state."""
    known = landscapes(inventory)
    for endpoint in inventory.endpoints:
        if endpoint.is_write:
            yield _verdict(endpoint, known[endpoint.api])


def _verdict(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    if marker := statement(endpoint):
        reason = f"{endpoint.name} is open because {marker.name} says so, which is not a missing guard."
        return DESK.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    if endpoint.method == "ANY" and changed(endpoint) is not None:  # it does not only read
        weight = gravity(replace(endpoint, method="DELETE"), landscape)
        does = "changes state by every method"
    else:
        weight = gravity(endpoint, landscape)
        does = "takes every method" if endpoint.method == "ANY" else "changes state"
    message = f"{endpoint.name} {does} without authentication. {weight.doubt}".rstrip()
    return DESK.failure(endpoint, message, weight.severity, weight.confidence, fix=remedy.authenticate(endpoint))


RULE = Rule(
    id="AP004",
    name="write-without-guard",
    title="Endpoint changes state without any guard",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=20,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
    statement="write endpoints are guarded",
)
