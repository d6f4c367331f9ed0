"""A read that answers everybody, and nothing says that it should.

A forgotten guard and a deliberately open door look the same in most code. What is meant to be open can say so; what says
nothing deserves a question.

## What it finds

Endpoints that read (GET, HEAD, websockets) and answer without asking who the caller is, while no anonymous marker on the endpoint,
its type or its group says that this is meant. Sign-in pages, health probes, documentation, static files and plain pages are open by
nature and not judged. It is tentative: of the open reads in mature projects most are meant (`docs/precision.md`); but what deletes
or changes an object of the caller's choice by GET is judged as the write that it is. What is sensitive, or an outlier beside its
neighbours, has rules of its own.

## Why it matters

Whoever finds the route reads what it returns. Reads leave few traces, so that nobody may notice for months.

## Bad

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();
```

```aspnetcore Controllers/ReportsController.cs
using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

[ApiController]
[Route("api/reports")]
public class ReportsController : ControllerBase
{
    [HttpGet]
    public string[] List() => ["2026-01", "2026-02"];
}
```

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/reports")
def reports() -> list[str]:
    return ["2026-01", "2026-02"]
```

```flask app.py
from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/reports")
def reports():
    return jsonify(["2026-01", "2026-02"])
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware"]
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("reports/", views.reports)]
```

```django shop/views.py
from django.http import JsonResponse
from django.views.decorators.http import require_GET


@require_GET
def reports(request):
    return JsonResponse({"reports": ["2026-01", "2026-02"]})
```

## Good

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.Run();
```

```aspnetcore Controllers/ReportsController.cs
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

[ApiController]
[Authorize]
[Route("api/reports")]
public class ReportsController : ControllerBase
{
    [HttpGet]
    public string[] List() => ["2026-01", "2026-02"];

    [HttpGet("catalogue")]
    [AllowAnonymous]
    public string[] Catalogue() => ["paper", "ink"];
}
```

```fastapi main.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI(dependencies=[Depends(HTTPBearer())])


@app.get("/reports")
def reports() -> list[str]:
    return ["2026-01", "2026-02"]
```

```flask app.py
from flask import Flask, jsonify
from flask_login import LoginManager, login_required

app = Flask(__name__)
login_manager = LoginManager(app)


@app.get("/reports")
@login_required
def reports():
    return jsonify(["2026-01", "2026-02"])
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware"]
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("reports/", views.reports)]
```

```django shop/views.py
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET


@require_GET
@login_required
def reports(request):
    return JsonResponse({"reports": ["2026-01", "2026-02"]})
```

## How to fix

Demand a known caller, or state that everybody may come in: `[AllowAnonymous]` in ASP.NET Core, `@login_not_required` in
Django, `permission_classes = [AllowAny]` in Django REST framework. FastAPI and Flask have no such marker; there an
exemption with reason, owner and end date in `assay.toml` says it.

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
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.changing import changed
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.selecting import DOES
from assay.rules.verdicts import Desk

DESK = Desk("AP001", "missing-authentication")


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that reads."""
    known = landscapes(inventory)
    for endpoint in inventory.endpoints:
        if not endpoint.is_write:
            yield _verdict(endpoint, known[endpoint.api])


def _verdict(endpoint: Endpoint, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    if marker := statement(endpoint):
        return DESK.verdict(endpoint, Outcome.PASS, f"{endpoint.name} answers everybody, and {marker.name} says so.")
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    if (access := changed(endpoint)) is not None:
        weight = gravity(replace(endpoint, method="DELETE"), landscape)
        does = (
            f"{DOES[access.action]} {access.entity} of the caller's choice without authentication, though it is a GET"
        )
        message = f"{endpoint.name} {does}. {weight.doubt}".rstrip()
        fix, shown = remedy.authenticate(endpoint), (Step(f"{DOES[access.action]} {access.entity}", access.place),)
        return DESK.failure(endpoint, message, weight.severity, weight.confidence, fix=fix, shown=shown)
    weight = gravity(endpoint, landscape)
    message = (
        f"{endpoint.name} answers without authentication, and nothing says that it should. {weight.doubt}".rstrip()
    )
    return DESK.failure(endpoint, message, weight.severity, Confidence.TENTATIVE, fix=remedy.state(endpoint))


RULE = Rule(
    id="AP001",
    name="public-without-stated-intent",
    title="Read answers everybody, and nothing says that it should",
    weakness=DESK.weakness,
    severity=Severity.MEDIUM,
    family="posture",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
    statement="read endpoints ask who the caller is, or say that everybody may come in",
)
