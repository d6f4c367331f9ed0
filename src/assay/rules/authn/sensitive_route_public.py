"""A route whose words are sensitive answers everybody.

## What it finds

Endpoints whose path names administration, credentials, direct access to the machine, the inside of the service, records of
what happened, bulk transfer, people's data, money, configuration or tokens, and that answer without asking who the caller
is, stated or not. A path that says `public` is passed over; the way in, health probes and documentation are open by nature.

## Why it matters

These are the routes that are looked for first: word lists of scanners begin with them.

## Bad

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/admin/users", () => new[] { "ann", "bob" });
app.Run();
```

```fastapi main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/export")
def export() -> list[str]:
    return ["ann", "bob"]
```

```flask app.py
from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/import_users")
def import_users():
    return jsonify(imported=2)
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("internal/cache/", views.cache)]
```

```django shop/views.py
from django.http import JsonResponse
from django.views.decorators.http import require_GET


@require_GET
def cache(request):
    return JsonResponse({"keys": ["ann", "bob"]})
```

## Good

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/admin/users", () => new[] { "ann", "bob" }).RequireAuthorization("Admins");
app.Run();
```

```fastapi main.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()


@app.get("/export", dependencies=[Depends(HTTPBearer())])
def export() -> list[str]:
    return ["ann", "bob"]
```

```flask app.py
from flask import Flask, jsonify
from flask_jwt_extended import JWTManager, jwt_required

app = Flask(__name__)
jwt = JWTManager(app)


@app.route("/import_users")
@jwt_required()
def import_users():
    return jsonify(imported=2)
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("internal/cache/", views.cache)]
```

```django shop/views.py
from django.contrib.auth.decorators import permission_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET


@require_GET
@permission_required("shop.view_cache", raise_exception=True)
def cache(request):
    return JsonResponse({"keys": ["ann", "bob"]})
```

## How to fix

Demand a known caller, and for administration a role or policy. What only machines inside the network need belongs on a
port or host of its own. If the route is meant for everybody, let its path say so.

## What it cannot see

Sensitive answers behind harmless words, and harmless answers behind sensitive ones. Words are English.

## References

- OWASP API Security Top 10 2023, API5 Broken Function Level Authorization, API8 Security Misconfiguration
- CWE-306 Missing Authentication for Critical Function
"""

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.gravity import gravity
from assay.rules.landscape import Landscape, landscapes
from assay.rules.nature import nature
from assay.rules.topics import Topic, topic
from assay.rules.verdicts import Desk
from assay.rules.words import words

DESK = Desk("AP007", "missing-authentication")
PEOPLE = "people's data"


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint whose path names something sensitive."""
    known = landscapes(inventory)
    for endpoint in inventory.endpoints:
        if about := topic(endpoint):
            yield _verdict(endpoint, about, known[endpoint.api])


def _verdict(endpoint: Endpoint, about: Topic, landscape: Landscape) -> Verdict:
    if settled := DESK.settled(endpoint):
        return settled
    if endpoint.auth:
        return DESK.protected(endpoint)
    if kind := nature(endpoint):
        return DESK.verdict(endpoint, kind.outcome, f"{endpoint.name} {kind.what}.")
    if not endpoint.is_write and endpoint.path in landscape.doors:
        reason = f"{endpoint.name} shows the form of the way in that is sent to the same path."
        return DESK.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    weight = gravity(endpoint, landscape)
    if about.name == PEOPLE and weight.confidence is Confidence.FIRM and not _shows(endpoint, about):
        doubt = "What it answers could not be seen to be of people."
        weight = replace(weight, confidence=Confidence.TENTATIVE, doubt=doubt)
    message = f"{endpoint.name} is about {about.name} and answers without authentication. {weight.doubt}".rstrip()
    return DESK.failure(endpoint, message, weight.severity, weight.confidence, fix=remedy.authenticate(endpoint))


def _shows(endpoint: Endpoint, about: Topic) -> bool:
    """Whether its handler touches what its path names, or could not be followed."""
    reach = endpoint.reach
    if endpoint.is_write or reach is None or reach.gaps:
        return True
    touched = {word for access in reach.accesses for word in words(access.entity)}
    shown = {word for exposure in reach.exposures for word in words(exposure.entity)}
    return bool((touched | shown) & about.words)


RULE = Rule(
    id="AP007",
    name="sensitive-route-public",
    title="Sensitive route answers everybody",
    weakness=DESK.weakness,
    severity=Severity.CRITICAL,
    family="posture",
    specificity=60,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
    statement="endpoints of sensitive routes are guarded",
)
