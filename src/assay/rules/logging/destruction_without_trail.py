"""Something is deleted, or the rights of an account are changed, and nothing records who did it.

## What it finds

Endpoints whose handler, or a service or repository that it calls, deletes stored objects or changes roles, permissions or passwords of
accounts, while no way through it writes an audit record or a log line. What the application does for all of them counts as well: an
interceptor of the data layer, a history of the model, a signal receiver, a middleware that logs who called what. An access log that
does not say who called is no audit trail; a finding that rests on one is tentative.

## Why it matters

When something is gone, the first question is who removed it. Without a record nobody can answer it: not the customer who asks, not the
auditor, and not the team after a break-in, which is where missing logs hide how far it went.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)


def session():
    yield Session()


app = FastAPI()


@app.delete("/invoices/{invoice_id}")
def remove(invoice_id: int, db: Session = Depends(session)):
    invoice = db.get(Invoice, invoice_id)
    if invoice is None:
        raise HTTPException(status_code=404)
    db.delete(invoice)
    db.commit()
```

```flask app.py
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Invoice(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@app.delete("/invoices/<int:invoice_id>")
def remove(invoice_id):
    invoice = Invoice.query.filter_by(id=invoice_id).first_or_404()
    db.session.delete(invoice)
    db.session.commit()
    return "", 204
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();
```

```aspnetcore InvoicesController.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

public class Invoice { public int Id { get; set; } }

public class ShopContext : DbContext
{
    public DbSet<Invoice> Invoices { get; set; }
}

[ApiController]
[Route("invoices")]
public class InvoicesController : ControllerBase
{
    private readonly ShopContext context;

    public InvoicesController(ShopContext context) { this.context = context; }

    [HttpDelete("{id}")]
    public async Task<IActionResult> Remove(int id)
    {
        var invoice = await context.Invoices.FirstOrDefaultAsync(i => i.Id == id);
        if (invoice == null) return NotFound();
        context.Invoices.Remove(invoice);
        await context.SaveChangesAsync();
        return NoContent();
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/models.py
from django.db import models


class Invoice(models.Model):
    number = models.CharField(max_length=20)
```

```django shop/urls.py
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_POST

from shop.models import Invoice


@require_POST
def remove(request, pk):
    invoice = get_object_or_404(Invoice, pk=pk)
    invoice.delete()
    return HttpResponse(status=204)


urlpatterns = [path("invoices/<int:pk>/delete/", remove)]
```

## Good

```fastapi main.py
import logging

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

logger = logging.getLogger(__name__)


class Base(DeclarativeBase): ...


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)


def session():
    yield Session()


app = FastAPI()


@app.delete("/invoices/{invoice_id}")
def remove(invoice_id: int, db: Session = Depends(session)):
    invoice = db.get(Invoice, invoice_id)
    if invoice is None:
        raise HTTPException(status_code=404)
    db.delete(invoice)
    db.commit()
    logger.info("invoice %s deleted", invoice_id)
```

```flask app.py
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Invoice(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class AuditLog(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String)


@app.delete("/invoices/<int:invoice_id>")
def remove(invoice_id):
    invoice = Invoice.query.filter_by(id=invoice_id).first_or_404()
    db.session.delete(invoice)
    db.session.add(AuditLog(text=f"deleted invoice {invoice_id}"))
    db.session.commit()
    return "", 204
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();
```

```aspnetcore InvoicesController.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

public class Invoice { public int Id { get; set; } }

public class ShopContext : DbContext
{
    public DbSet<Invoice> Invoices { get; set; }
}

[ApiController]
[Route("invoices")]
public class InvoicesController : ControllerBase
{
    private readonly ShopContext context;
    private readonly ILogger<InvoicesController> logger;

    public InvoicesController(ShopContext context, ILogger<InvoicesController> logger)
    {
        this.context = context;
        this.logger = logger;
    }

    [HttpDelete("{id}")]
    public async Task<IActionResult> Remove(int id)
    {
        var invoice = await context.Invoices.FirstOrDefaultAsync(i => i.Id == id);
        if (invoice == null) return NotFound();
        context.Invoices.Remove(invoice);
        await context.SaveChangesAsync();
        logger.LogInformation("{User} deleted invoice {Id}", User.Identity.Name, id);
        return NoContent();
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/models.py
from django.db import models


class Invoice(models.Model):
    number = models.CharField(max_length=20)
```

```django shop/urls.py
import logging

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_POST

from shop.models import Invoice

logger = logging.getLogger(__name__)


@require_POST
def remove(request, pk):
    invoice = get_object_or_404(Invoice, pk=pk)
    invoice.delete()
    logger.info("%s deleted invoice %s", request.user.pk, pk)
    return HttpResponse(status=204)


urlpatterns = [path("invoices/<int:pk>/delete/", remove)]
```

## How to fix

Record actor, action, object, time and outcome where the change is made; best in one place for all of them: an interceptor of EF Core, a
`before_flush` listener of SQLAlchemy, `auditlog.register(Model)` in Django. Write it in the same transaction as the change.

## What it cannot see

Triggers of the database, logs of a gateway, and what a receiver of a published event does; endpoints that only publish an event are
`not-tested`. What a log line says is not judged: any that is written when the operation succeeds is a trace.

## References

- CWE-778 Insufficient Logging
- OWASP ASVS 5.0, V16.2 General Logging and V16.3 Security Events
"""

from collections.abc import Iterator, Sequence

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Access
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.destruction import destroys, does, is_grave, is_meant, is_only_parted, is_slight, weight
from assay.rules.doors import entrance
from assay.rules.leavings import Ground, Leaving, Worth, ground, left
from assay.rules.reaching import Bench

BENCH = Bench("AP107", "missing-audit-log")


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint."""
    known = ground(inventory)
    for endpoint in inventory.endpoints:
        yield _verdict(endpoint, known)


def _verdict(endpoint: Endpoint, known: Ground) -> Verdict:
    if settled := BENCH.settled(endpoint):
        return settled
    assert endpoint.reach is not None
    if entrance(endpoint) is not None and endpoint.method != "DELETE":
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} is a way in, which AP110 judges.")
    destructive = [access for access in endpoint.reach.accesses if destroys(endpoint, access, known)]
    if not destructive:
        return _harmless(endpoint)
    leaving = left(endpoint, known, destructive)
    first = max(destructive, key=lambda access: weight(endpoint, access))
    if leaving.worth >= Worth.LOG:
        message = f"{endpoint.name} {does(first)}, and {leaving.text} tells of it."
        return BENCH.verdict(endpoint, Outcome.PASS, message, _shown(destructive, leaving))
    if leaving.worth is Worth.EVENT:
        how = f"it {does(first)} and publishes an event ({leaving.text}), whose receivers may record it"
        message = f"{endpoint.name} was not judged: {how}."
        return BENCH.verdict(endpoint, Outcome.NOT_TESTED, message)
    return _failure(endpoint, destructive, leaving, known)


def _harmless(endpoint: Endpoint) -> Verdict:
    assert endpoint.reach is not None
    if endpoint.method == "DELETE" or endpoint.reach.gaps:
        why = endpoint.reach.gaps[0].reason if endpoint.reach.gaps else "what it deletes was not recognised"
        return BENCH.verdict(endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {why}.")
    return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} destroys nothing.")


def _failure(endpoint: Endpoint, destructive: Sequence[Access], leaving: Leaving, known: Ground) -> Verdict:
    assert endpoint.reach is not None
    first = max(destructive, key=lambda access: weight(endpoint, access))
    for_it, slight = is_meant(endpoint, first), is_slight(endpoint, first)
    is_sure = (
        for_it
        and not slight
        and not is_only_parted(first, known)
        and first.is_certain
        and not endpoint.reach.gaps
        and leaving.worth is Worth.NOTHING
    )
    confidence = Confidence.FIRM if is_sure else Confidence.TENTATIVE
    failing = any(note.branch == "failure" for note in endpoint.reach.notes)
    doubt = {
        Worth.ACCESS: f"only {leaving.text} logs the request, and not who made it",
        Worth.DEBUG: f"only a debug line tells of it ({leaving.text})",
    }
    why = doubt.get(leaving.worth) or ("only failures are logged" if failing else "nothing on the way records it")
    message = f"{endpoint.name} {does(first)} and leaves no trail: {why}."
    shown = (*first.steps, Step(f"No audit record, log line, interceptor or signal tells of it: {why}.", first.place))
    severity = Severity.LOW if slight or not for_it else Severity.HIGH if is_grave(first) else Severity.MEDIUM
    return BENCH.failure(
        endpoint, message, (severity, confidence), place=first.place, shown=shown, fix=remedy.record(endpoint)
    )


def _shown(destructive: Sequence[Access], leaving: Leaving) -> tuple[Step, ...]:
    deeds = tuple(Step(does(access), access.place) for access in destructive)
    return (*deeds, Step(f"recorded by {leaving.text}", leaving.place)) if leaving.place is not None else deeds


RULE = Rule(
    id="AP107",
    name="destruction-without-trail",
    title="Something is destroyed without an audit trail",
    weakness=BENCH.weakness,
    severity=Severity.MEDIUM,
    family="audit-trail",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "aspnetcore", "django"),
    statement="operations that destroy something leave an audit trail",
)
