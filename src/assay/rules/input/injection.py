"""Request data reaches a place where it is more than data.

## What it finds

Request data (path, query, body, form, header, file name) that a handler, or a service that it calls, puts where it is read as something
else: the text of an SQL statement, a shell command, code, a template, the path of a file, the host of a URL that the server asks, the
target of a redirect, a deserializer that makes any object, a filter of a directory or of a document database. What was made harmless on
the way passes: a parameter of the statement, a conversion to a number or an identifier, a declared type that holds no text, a function
that cleans it for that purpose, a test that lets only allowed values through.

## Why it matters

Whoever can send a request then decides what the database, the shell or the file system does. One such place is enough to read everything
that the server can read.

## Bad

```fastapi main.py
import sqlite3
import subprocess

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Command(BaseModel):
    text: str


@app.get("/orders")
def orders(status: str):
    cursor = sqlite3.connect("shop.db").cursor()
    return cursor.execute(f"SELECT * FROM orders WHERE status = '{status}'").fetchall()


@app.post("/debug")
def debug(command: Command):
    return subprocess.run(command.text, shell=True, capture_output=True).stdout
```

```flask app.py
from flask import Flask, redirect, request, send_file

app = Flask(__name__)


@app.get("/download")
def download():
    return send_file("/srv/reports/" + request.args["name"])


@app.get("/leave")
def leave():
    return redirect(request.args["next"])
```

```django shop/urls.py
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def orders(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM orders WHERE status = '%s'" % request.GET["status"])
        return JsonResponse({"orders": cursor.fetchall()})


urlpatterns = [path("orders/", orders)]
```

```django manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth"]
MIDDLEWARE = []
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore ReportsController.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

public class Report { public int Id { get; set; } public string Name { get; set; } }

public class ShopContext : DbContext { public DbSet<Report> Reports { get; set; } }

[ApiController]
[Route("reports")]
public class ReportsController : ControllerBase
{
    private readonly ShopContext _db;

    public ReportsController(ShopContext db) { _db = db; }

    [HttpGet]
    public IActionResult Find(string name)
    {
        return Ok(_db.Reports.FromSqlRaw($"SELECT * FROM Reports WHERE Name = '{name}'").ToList());
    }

    [HttpGet("file")]
    public IActionResult Download(string name)
    {
        return File(System.IO.File.ReadAllBytes(Path.Combine("/srv/reports", name)), "application/pdf");
    }
}
```

## Good

```fastapi main.py
import sqlite3
import subprocess
from enum import Enum

from fastapi import FastAPI

app = FastAPI()


class Unit(str, Enum):
    DISK = "disk"
    MEMORY = "memory"


@app.get("/orders")
def orders(status: str):
    cursor = sqlite3.connect("shop.db").cursor()
    return cursor.execute("SELECT * FROM orders WHERE status = ?", (status,)).fetchall()


@app.post("/debug")
def debug(unit: Unit):
    return subprocess.run(["report", unit.value], capture_output=True).stdout
```

```flask app.py
from flask import Flask, redirect, request, send_file, url_for
from werkzeug.utils import secure_filename

app = Flask(__name__)
PAGES = {"home", "help"}


@app.get("/download")
def download():
    return send_file("/srv/reports/" + secure_filename(request.args["name"]))


@app.get("/leave")
def leave():
    page = request.args["next"]
    if page not in PAGES:
        return redirect(url_for("home"))
    return redirect("/" + page)
```

```django shop/urls.py
from django.db import connection
from django.http import JsonResponse
from django.urls import path


def orders(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM orders WHERE status = %s", [request.GET["status"]])
        return JsonResponse({"orders": cursor.fetchall()})


urlpatterns = [path("orders/", orders)]
```

```django manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth"]
MIDDLEWARE = []
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore ReportsController.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

public class Report { public int Id { get; set; } public string Name { get; set; } }

public class ShopContext : DbContext { public DbSet<Report> Reports { get; set; } }

[ApiController]
[Route("reports")]
public class ReportsController : ControllerBase
{
    private readonly ShopContext _db;

    public ReportsController(ShopContext db) { _db = db; }

    [HttpGet]
    public IActionResult Find(string name)
    {
        return Ok(_db.Reports.FromSqlInterpolated($"SELECT * FROM Reports WHERE Name = {name}").ToList());
    }

    [HttpGet("file")]
    public IActionResult Download(string name)
    {
        return File(System.IO.File.ReadAllBytes(Path.Combine("/srv/reports", Path.GetFileName(name))), "application/pdf");
    }
}
```

## How to fix

Hand data over as data: parameters of the statement, a list of arguments without a shell, a name looked up in a list of what is allowed.
Where that cannot be, convert it to a number or an identifier, or refuse everything that is not on the list, before it gets there.

## What it cannot see

Data that was stored by one request and used by another, but for texts of stored objects in commands and statements. What a function
from outside does to a text: there findings are tentative, as they are where a place was recognised by its name alone. A filter in front
of the API.

## References

- OWASP Top 10 2021, A03 Injection
- CWE-89, CWE-78, CWE-94, CWE-22, CWE-918, CWE-502, CWE-601
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Flow, Origin
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.disarming import disarm
from assay.rules.reaching import Bench
from assay.rules.storing import filled, flows_of


class Kind(Struct, frozen=True):
    """What a dangerous place is."""

    weakness: str
    does: str
    severity: Severity
    """Where everybody may call it."""


BENCH = Bench("AP108", "sql-injection")
KINDS = {
    "sql": Kind("sql-injection", "puts {what} into the text of an SQL statement", Severity.CRITICAL),
    "nosql": Kind("sql-injection", "lets {what} decide the filter of a database query", Severity.HIGH),
    "command": Kind("command-injection", "puts {what} into a command that the server runs", Severity.CRITICAL),
    "code": Kind("command-injection", "runs {what} as code", Severity.CRITICAL),
    "template": Kind("command-injection", "renders {what} as a template", Severity.CRITICAL),
    "path": Kind("path-traversal", "puts {what} into the path of a file", Severity.HIGH),
    "url": Kind("ssrf", "asks a host that {what} names", Severity.HIGH),
    "redirect": Kind("missing-input-validation", "sends its caller where {what} says", Severity.MEDIUM),
    "deserialization": Kind("unsafe-deserialization", "makes objects that {what} describes", Severity.CRITICAL),
    "xml": Kind("missing-input-validation", "parses {what} as XML with entities switched on", Severity.HIGH),
    "ldap": Kind("missing-input-validation", "puts {what} into the filter of a directory", Severity.HIGH),
}
FROM = {
    Origin.PATH: "the path", Origin.QUERY: "the query", Origin.BODY: "the body", Origin.FORM: "the form", Origin.HEADER: "a header",
    Origin.COOKIE: "a cookie", Origin.FILE: "an uploaded file", Origin.PRINCIPAL: "a token or session",
    Origin.LOADED: "what is stored",
}  # fmt: skip
BELOW = "behind a folder of the server's"
"""What the way of request data says that nobody is meant to leave a folder by."""
LESS = {Severity.CRITICAL: Severity.HIGH, Severity.HIGH: Severity.HIGH, Severity.MEDIUM: Severity.LOW}


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """For every endpoint a verdict for each kind of place that request data reaches."""
    known = filled(inventory)
    for endpoint in inventory.endpoints:
        yield from _verdicts(endpoint, known)


def _verdicts(endpoint: Endpoint, known: frozenset[str]) -> Iterator[Verdict]:
    if settled := BENCH.settled(endpoint):
        yield settled
        return
    assert endpoint.reach is not None
    flows = [flow for flow in flows_of(endpoint, known) if flow.kind in KINDS]
    for kind in dict.fromkeys(flow.kind for flow in flows):
        yield _of_kind(endpoint, kind, [flow for flow in flows if flow.kind == kind])
    if flows:
        return
    if endpoint.reach.gaps:
        yield BENCH.verdict(
            endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {endpoint.reach.gaps[0].reason}."
        )
        return
    reason = f"{endpoint.name} hands request data to no database, shell, file, URL, template or deserializer."
    yield BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)


def _of_kind(endpoint: Endpoint, kind: str, flows: Sequence[Flow]) -> Verdict:
    unsafe = [flow for flow in flows if not flow.is_safe]
    if unsafe:
        return _failure(endpoint, kind, unsafe)
    assert endpoint.reach is not None
    if endpoint.reach.gaps:
        reason = f"{endpoint.name} was not judged: {endpoint.reach.gaps[0].reason}."
        return _about(BENCH.verdict(endpoint, Outcome.NOT_TESTED, reason, symbol=kind), kind)
    first = flows[0]
    message = f"{endpoint.name} hands {_what(first)} to {first.symbol.rpartition(': ')[2]}() where it can do no harm: {first.how}."
    shown = tuple(Step(f"{_what(flow)}: {flow.how}", flow.place) for flow in flows)
    return _about(BENCH.verdict(endpoint, Outcome.PASS, message, shown, kind), kind)


def _failure(endpoint: Endpoint, kind: str, unsafe: Sequence[Flow]) -> Verdict:
    worst = min(unsafe, key=lambda flow: (not flow.is_certain, _is_meant(endpoint, flow)))
    known = KINDS[kind]
    is_public = endpoint.authorization is Authorization.PUBLIC
    severity = known.severity if is_public else LESS[known.severity]
    certain = [flow for flow in unsafe if flow.is_certain]
    is_meant = bool(certain) and all(_is_meant(endpoint, flow) for flow in certain)
    is_firm = worst.is_certain and not is_meant and kind != "redirect"
    confidence = Confidence.FIRM if is_firm else Confidence.TENTATIVE
    others = tuple(
        Step(f"{_what(flow)} gets to {flow.symbol} as well", flow.place) for flow in unsafe if flow is not worst
    )
    doubt = "" if worst.is_certain else " What happens to it on the way is not known for certain."
    doubt = " Those who may call it may be meant to name any place." if is_meant else doubt
    doubt = doubt or (" A test of where it leads may have gone unseen." if kind == "redirect" else "")
    found = BENCH.failure(
        endpoint,
        f"{endpoint.name} {known.does.replace('{what}', _what(worst))} ({worst.symbol}).{doubt}",
        (severity, confidence),
        place=worst.place,
        shown=(*worst.steps, Step(f"{worst.name or 'Request data'}: {worst.how}.", worst.place), *others),
        fix=disarm(endpoint, kind),
        symbol=kind,
        weakness=known.weakness,
    )
    return replace(found, root=f"{kind}: {worst.symbol}" if len(worst.steps) > 1 else "")


def _is_meant(endpoint: Endpoint, flow: Flow) -> bool:
    """Whether known callers name a file, or those who administer a host: a file browser, a setting, the test of a connection. What an
    uploaded file is called is not meant to say where it goes, nor is a name behind a folder of the server's meant to leave it.
    """
    if flow.kind == "path":
        is_named = flow.origin is not Origin.FILE and BELOW not in flow.how
        return is_named and endpoint.authorization is not Authorization.PUBLIC
    return flow.kind == "url" and endpoint.authorization in {Authorization.ROLE, Authorization.POLICY}


def _about(verdict: Verdict, kind: str) -> Verdict:
    return replace(verdict, weakness=KINDS[kind].weakness)


def _what(flow: Flow) -> str:
    source = FROM.get(flow.origin, "the request")
    return f"{flow.name} from {source}" if flow.name else source


RULE = Rule(
    id="AP108",
    name="request-data-as-code",
    title="Request data reaches a place where it is more than data",
    weakness=BENCH.weakness,
    severity=Severity.CRITICAL,
    family="injection",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="places that request data reaches take it as data",
)
