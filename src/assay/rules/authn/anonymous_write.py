"""An endpoint that changes state carries an anonymous marker.

The marker may be meant; it deserves a second look wherever it opens a write, because whoever copies an action copies its
attributes too.

## What it finds

Endpoints that may change state (POST, PUT, PATCH, DELETE) and are open because a marker says so: `[AllowAnonymous]`,
`.AllowAnonymous()`, `AllowAny`, `@login_not_required`, an exemption in a middleware. The way in (sign-in, registration,
password recovery) is open by nature and not judged. It is firm where the route is about administration or credentials, and
tentative elsewhere, because the marker is a statement.

## Why it matters

Strangers change data, and no log can say who did it.

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
    [HttpDelete("{id:int}")]
    [AllowAnonymous]
    public IActionResult Remove(int id) => NoContent();
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
```

```django shop/urls.py
from django.urls import path

from shop.views import OrderView

urlpatterns = [path("orders/<int:pk>/", OrderView.as_view())]
```

```django shop/views.py
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView


class OrderView(APIView):
    permission_classes = [AllowAny]

    def delete(self, request, pk):
        return Response(status=204)
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
    [HttpDelete("{id:int}")]
    public IActionResult Remove(int id) => NoContent();

    [HttpGet]
    [AllowAnonymous]
    public string[] List() => ["paper", "ink"];
}

[ApiController]
[Route("api/account")]
public class AccountController : ControllerBase
{
    [HttpPost("login")]
    [AllowAnonymous]
    public IActionResult Login(string name, string password) => Ok();
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
```

```django shop/urls.py
from django.urls import path

from shop.views import OrderView

urlpatterns = [path("orders/<int:pk>/", OrderView.as_view())]
```

```django shop/views.py
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class OrderView(APIView):
    permission_classes = [IsAuthenticated]

    def delete(self, request, pk):
        return Response(status=204)
```

## How to fix

Remove the marker, so that the guard of the class, group or application decides again. If strangers are meant to write, limit
the rate, check the input, and record why in an exemption.

## What it cannot see

Whether the handler asks for a proof of its own, such as a signature or a mailed code, when that could not be followed.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import gravity, statement
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.verdicts import Desk

DESK = Desk("AP002", "missing-authentication")


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
    marker = statement(endpoint)
    if marker is None:
        return DESK.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} carries no anonymous marker.")
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    weight = gravity(endpoint, landscape)
    message = f"{endpoint.name} changes state and is open to everybody: {marker.name}."
    return DESK.failure(endpoint, message, weight.severity, weight.confidence, fix=remedy.unmark(endpoint))


RULE = Rule(
    id="AP002",
    name="anonymous-write",
    title="Anonymous marker on an endpoint that changes state",
    weakness=DESK.weakness,
    severity=Severity.HIGH,
    family="posture",
    specificity=70,
    judge=verdicts,
    frameworks=("aspnetcore", "django"),
    statement="write endpoints carry no anonymous marker",
)
