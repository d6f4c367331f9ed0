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
from assay.model.reach import Access, Action
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.doors import entrance
from assay.rules.leavings import Ground, Leaving, Worth, ground, left
from assay.rules.reaching import Bench
from assay.rules.words import last_name, route, vocabulary, words

BENCH = Bench("AP107", "missing-audit-log")
DESTROYING = vocabulary("delete remove purge destroy wipe erase drop clear truncate revoke deactivate")
SOFT = vocabulary("deleted removed deactivated")
"""Words of fields that mark an object as gone."""
RESTORING = vocabulary("restore unarchive undelete recover reactivate unremove")
FLEETING = vocabulary("session otp nonce lock attempt draft tmp temp challenge job task queue")
"""Things that come and go by themselves: only an endpoint that is named for it destroys them."""
SLIGHT = vocabulary(
    "favorite favourite like follow follower following bookmark vote reaction star watch read seen progress view cart basket notification "
    "subscription unread history recent tag dismissal preference"
)
"""Things whose loss nobody has to explain."""
RIGHTS = vocabulary("role permission privilege scope admin superuser staff")


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
    destructive = [access for access in endpoint.reach.accesses if _destroys(endpoint, access, known)]
    if not destructive:
        return _harmless(endpoint)
    leaving = left(endpoint, known, destructive)
    first = max(destructive, key=lambda access: _weight(endpoint, access))
    if leaving.worth >= Worth.LOG:
        message = f"{endpoint.name} {_does(first)}, and {leaving.text} tells of it."
        return BENCH.verdict(endpoint, Outcome.PASS, message, _shown(destructive, leaving))
    if leaving.worth is Worth.EVENT:
        how = f"it {_does(first)} and publishes an event ({leaving.text}), whose receivers may record it"
        message = f"{endpoint.name} was not judged: {how}."
        return BENCH.verdict(endpoint, Outcome.NOT_TESTED, message)
    return _failure(endpoint, destructive, leaving)


def _harmless(endpoint: Endpoint) -> Verdict:
    assert endpoint.reach is not None
    if endpoint.method == "DELETE" or endpoint.reach.gaps:
        why = endpoint.reach.gaps[0].reason if endpoint.reach.gaps else "what it deletes was not recognised"
        return BENCH.verdict(endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {why}.")
    return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} destroys nothing.")


def _destroys(endpoint: Endpoint, access: Access, known: Ground) -> bool:
    """Whether an access removes something or changes the rights of an account."""
    if access.action is Action.DELETE:
        spoken = set(words(access.entity))
        is_tidying = endpoint.method in {"GET", "HEAD"} and not _spoken(endpoint) & DESTROYING
        return "cache" not in spoken and not is_tidying and (_is_named(endpoint) or not spoken & FLEETING)
    if access.action is not Action.UPDATE:
        return False
    if any(set(words(field)) & SOFT for field in access.fields):
        return not _spoken(endpoint) & RESTORING
    entity = known.entities.get(access.entity)
    is_account = entity is not None and entity.is_account
    return is_account and any(set(words(field)) & RIGHTS for field in access.fields)


def _is_named(endpoint: Endpoint) -> bool:
    """Whether method, path or handler say that something is removed."""
    is_asked = endpoint.method not in {"GET", "HEAD"} and bool(_spoken(endpoint) & DESTROYING)
    return endpoint.method == "DELETE" or is_asked


def _spoken(endpoint: Endpoint) -> set[str]:
    """The last words of the path, and those of the handler."""
    return {*route(endpoint.path).last, *words(last_name(endpoint.handler))}


def _is_gone(access: Access) -> bool:
    """Whether it is marked as deleted."""
    return any(set(words(field)) & SOFT for field in access.fields)


def _does(access: Access) -> str:
    what = access.entity or "what is stored"
    if access.action is Action.DELETE:
        return f"deletes {what}"
    return f"marks {what} as deleted" if _is_gone(access) else f"changes the rights of {what}"


def _failure(endpoint: Endpoint, destructive: Sequence[Access], leaving: Leaving) -> Verdict:
    assert endpoint.reach is not None
    first = max(destructive, key=lambda access: _weight(endpoint, access))
    is_meant, is_slight = _is_meant(endpoint, first), _is_slight(first)
    is_sure = (
        is_meant and not is_slight and first.is_certain and not endpoint.reach.gaps and leaving.worth is Worth.NOTHING
    )
    confidence = Confidence.FIRM if is_sure else Confidence.TENTATIVE
    failing = any(note.branch == "failure" for note in endpoint.reach.notes)
    doubt = {
        Worth.ACCESS: f"only {leaving.text} logs the request, and not who made it",
        Worth.DEBUG: f"only a debug line tells of it ({leaving.text})",
    }
    why = doubt.get(leaving.worth) or ("only failures are logged" if failing else "nothing on the way records it")
    message = f"{endpoint.name} {_does(first)} and leaves no trail: {why}."
    shown = (*first.steps, Step(f"No audit record, log line, interceptor or signal tells of it: {why}.", first.place))
    severity = Severity.LOW if is_slight or not is_meant else Severity.HIGH if _is_grave(first) else Severity.MEDIUM
    return BENCH.failure(
        endpoint, message, (severity, confidence), place=first.place, shown=shown, fix=remedy.record(endpoint)
    )


def _is_meant(endpoint: Endpoint, access: Access) -> bool:
    """Whether it is what the endpoint is for, and not tidying up."""
    return (access.action is Action.UPDATE and not _is_gone(access)) or _is_named(endpoint)


def _weight(endpoint: Endpoint, access: Access) -> tuple[bool, bool, bool]:
    """What an endpoint destroys above all: what its path speaks of, rather than what goes with that."""
    spoken = {word for segment in route(endpoint.path).literals for word in segment}
    entity = set(words(access.entity))
    return not entity & FLEETING, bool(entity & spoken), not _is_slight(access)


def _is_slight(access: Access) -> bool:
    spoken = words(access.entity)
    return bool(set(spoken) & SLIGHT) or ("to" in spoken[1:-1])


def _is_grave(access: Access) -> bool:
    is_change = access.action is Action.UPDATE and not _is_gone(access)
    return is_change or bool(set(words(access.entity)[-1:]) & vocabulary("user account role permission member"))


def _shown(destructive: Sequence[Access], leaving: Leaving) -> tuple[Step, ...]:
    deeds = tuple(Step(_does(access), access.place) for access in destructive)
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
