"""An object is given out or changed by an id from the request, and nothing ties it to the caller.

## What it finds

Endpoints for known callers whose handler, or a service or repository that it calls, reads, changes or deletes an object that the
request selects (an id of the path, the query or the body), while no way to it asks whether the object is the caller's: the query is not
keyed by the caller or the tenant, the owner of the loaded object is not compared with the caller before the effect, no authorization
service is asked about it, and it is not reached through a parent that was checked. Only objects that belong to somebody are meant: those
with an owner, accounts themselves, and those that the API ties to the caller elsewhere; new ones that the request gives to somebody too;
and those that other endpoints select by a parent of the path (`/projects/{project_id}/issues/{id}`), where one leaves it out.

## Why it matters

Whoever has an account changes the number in the URL and reads or deletes what belongs to others. It is the first of the OWASP API Top 10,
for it needs no tool and leaves no trace that looks wrong.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> int:
    if not authorization:
        raise HTTPException(status_code=401)
    return int(authorization)


app = FastAPI()


@app.get("/invoices")
def mine(db: Session = Depends(session), user: int = Depends(current_user)):
    return db.query(Invoice).filter(Invoice.owner_id == user).all()


@app.get("/invoices/{invoice_id}")
def read(invoice_id: int, db: Session = Depends(session), user: int = Depends(current_user)):
    invoice = db.query(Invoice).filter(Invoice.id == invoice_id).first()
    if invoice is None:
        raise HTTPException(status_code=404)
    return invoice
```

```flask app.py
from flask import Flask
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Invoice(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.delete("/invoices/<int:invoice_id>")
@login_required
def remove(invoice_id):
    db.session.delete(Invoice.query.get_or_404(invoice_id))
    db.session.commit()
    return "", 204
```

```django urls.py
from django.db import models
from django.urls import path
from rest_framework import generics, permissions, serializers


class Invoice(models.Model):
    owner = models.ForeignKey("auth.User", models.CASCADE)


class InvoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invoice
        fields = ["id"]


class ReadInvoice(generics.RetrieveAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = InvoiceSerializer
    queryset = Invoice.objects.all()


urlpatterns = [path("invoices/<int:pk>/", ReadInvoice.as_view())]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/invoices/{id}", async (int id, Shop shop) => await shop.Invoices.FirstOrDefaultAsync(i => i.Id == id)).RequireAuthorization();
app.Run();

public class Invoice { public int Id { get; set; } public string OwnerId { get; set; } }
public class Shop : DbContext { public DbSet<Invoice> Invoices { get; set; } }
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> int:
    if not authorization:
        raise HTTPException(status_code=401)
    return int(authorization)


app = FastAPI()


@app.get("/invoices/{invoice_id}")
def read(invoice_id: int, db: Session = Depends(session), user: int = Depends(current_user)):
    invoice = db.query(Invoice).filter(Invoice.id == invoice_id, Invoice.owner_id == user).first()
    if invoice is None:
        raise HTTPException(status_code=404)
    return invoice


@app.delete("/invoices/{invoice_id}")
def remove(invoice_id: int, db: Session = Depends(session), user: int = Depends(current_user)):
    invoice = db.get(Invoice, invoice_id)
    if invoice is None or invoice.owner_id != user:
        raise HTTPException(status_code=404)
    db.delete(invoice)
```

```flask app.py
from flask import Flask
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Invoice(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


@app.delete("/invoices/<int:invoice_id>")
@login_required
def remove(invoice_id):
    db.session.delete(Invoice.query.filter_by(id=invoice_id, owner_id=current_user.id).first_or_404())
    db.session.commit()
    return "", 204
```

```django urls.py
from django.db import models
from django.urls import path
from rest_framework import generics, permissions, serializers


class Invoice(models.Model):
    owner = models.ForeignKey("auth.User", models.CASCADE)


class InvoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invoice
        fields = ["id"]


class ReadInvoice(generics.RetrieveAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = InvoiceSerializer

    def get_queryset(self):
        return Invoice.objects.filter(owner=self.request.user)


urlpatterns = [path("invoices/<int:pk>/", ReadInvoice.as_view())]
```

```aspnetcore Program.cs
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/invoices/{id}", async (int id, Shop shop, ClaimsPrincipal user) =>
    await shop.Invoices.FirstOrDefaultAsync(i => i.Id == id && i.OwnerId == user.FindFirstValue("sub"))).RequireAuthorization();
app.Run();

public class Invoice { public int Id { get; set; } public string OwnerId { get; set; } }
public class Shop : DbContext { public DbSet<Invoice> Invoices { get; set; } }
```

## How to fix

Select the object by its id *and* by the caller in one query, so that what belongs to others does not exist for this caller. Where a
rule is richer than ownership, load the object, ask one authorization function about caller and object, and refuse before anything is done.

## What it cannot see

A rule inside the database (row-level security, views). An object whose handler could not be followed is `not-tested`. Objects that are
meant to be shared by all callers look like others if a field names a user; where the API never ties them to a caller, such findings are
tentative, unless the field is declared as an account and the object is private by nature or is changed.

## References

- OWASP API Security Top 10 2023, API1 Broken Object Level Authorization
- CWE-639 Authorization Bypass Through User-Controlled Key
"""

from collections.abc import Iterator, Mapping, Sequence

from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import asking, parents, referring, remedy
from assay.rules.bestowing import Bestowed, bestowed
from assay.rules.nature import nature
from assay.rules.ownership import Owned, broad_policies, knows_the_caller, ownership
from assay.rules.reaching import Bench
from assay.rules.selecting import DOES, FROM, chosen_by, doubt, is_sure, owner_of, surest, why, without_read
from assay.rules.standing import standing, unranked

BENCH = Bench("AP101", "bola")
Known = Mapping[tuple[str, str], Owned]
Usual = tuple[parents.Parents, Mapping[asking.Group, asking.Asked]]


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint."""
    known, broad, everybodys = ownership(inventory), broad_policies(inventory), standing(inventory)
    usual = (parents.parents(inventory), asking.asked(inventory))
    for endpoint in inventory.endpoints:
        yield _verdict(unranked(endpoint, everybodys), known, broad.get(endpoint.api, frozenset()), usual)


def _verdict(endpoint: Endpoint, known: Known, broad: frozenset[str], usual: Usual) -> Verdict:
    if settled := BENCH.settled(endpoint, needs_caller=True):
        return settled
    assert endpoint.reach is not None
    if endpoint.authorization is Authorization.PUBLIC and not knows_the_caller(endpoint.reach):
        reason = f"{endpoint.name} asks nobody who is calling, which other rules judge."
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    if kind := nature(endpoint):
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} {kind.what}.")
    reach = endpoint.reach
    chosen = [access for access in reach.accesses if chosen_by(access, reach) is not None]
    owned = without_read([access for access in chosen if owner_of(endpoint, access, known) is not None])
    faulty = [access for access in owned if not access.protection]
    if fault := _fault(endpoint, faulty, known, usual):
        return fault
    if endpoint.reach.gaps and not owned:
        return BENCH.verdict(
            endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {endpoint.reach.gaps[0].reason}."
        )
    if everything := _everything(endpoint, reach, known):
        return everything
    if weak := next((access for access in owned if access.protection.removeprefix("guard: ") in broad), None):
        name = weak.protection.removeprefix("guard: ")
        reason = f"{name} stands before most endpoints, so that it says nothing of whose {weak.entity} is"
        return BENCH.verdict(endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {reason}.")
    if owned:
        done = f"{DOES[owned[0].action]} {owned[0].entity} only for whoever has a right to it ({owned[0].protection})"
        return BENCH.verdict(endpoint, Outcome.PASS, f"{endpoint.name} {done}.", _protected(owned))
    reason = "touches no object by an id of the request" if not chosen else "selects only objects that belong to nobody"
    return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} {reason}.")


def _fault(endpoint: Endpoint, faulty: Sequence[Access], known: Known, usual: Usual) -> Verdict | None:
    """The surest of what is wrong with the objects that an endpoint selects, or with whom it gives new ones to."""
    failure = _failure(endpoint, faulty, known) if faulty else None
    apart = (
        parents.verdict(BENCH, endpoint, usual[0])
        if failure is None or failure.confidence is not Confidence.FIRM
        else None
    )
    if apart is not None and (failure is None or apart.confidence is Confidence.FIRM):
        return apart
    if failure is None and (given := bestowed(endpoint, known)):
        return _given(endpoint, given)
    return failure or asking.verdict(BENCH, endpoint, usual[1]) or referring.verdict(BENCH, endpoint, known)


def _everything(endpoint: Endpoint, reach: Reach, known: Known) -> Verdict | None:
    """A list of everybody's objects, where the API elsewhere selects the caller's own: a suspicion."""
    for access in reach.accesses:
        owned = known.get((endpoint.api, access.entity))
        is_whole = access.action is Action.LIST and not access.protection and not access.is_request_driven
        if endpoint.is_write or any(
            key.field.partition(".")[0] in (owned.owners if owned else ()) for key in access.keys
        ):
            continue  # nothing is listed to the caller, or it is those of nobody
        if is_whole and owned is not None and owned.is_tied and not owned.is_open and access.is_certain:
            message = f"{endpoint.name} lists {access.entity} of every caller, while elsewhere only the caller's own are selected."
            shown = (*access.steps, Step(f"Nothing narrows {access.entity} to the caller.", access.place))
            weight = (Severity.HIGH, Confidence.TENTATIVE)
            return BENCH.failure(
                endpoint, message, weight, place=access.place, shown=shown, fix=remedy.tie(endpoint, access.entity)
            )
    return None


def _given(endpoint: Endpoint, given: Bestowed) -> Verdict:
    """A new object that becomes whose the request says."""
    access, field = given.access, given.key.field
    doubt_ = "" if given.is_sure else " Whether callers may act for others could not be seen."
    source = FROM.get(given.key.origin, "the request")
    message = (
        f"{endpoint.name} creates {access.entity} for the {field} that {source} names, whoever is calling.{doubt_}"
    )
    shown = (*access.steps, Step(f"{field} of {access.entity} is what was sent, and not the caller.", access.place))
    weight = (Severity.HIGH, Confidence.FIRM if given.is_sure else Confidence.TENTATIVE)
    return BENCH.failure(
        endpoint, message, weight, place=access.place, shown=shown, fix=remedy.tie(endpoint, access.entity)
    )


def _failure(endpoint: Endpoint, faulty: Sequence[Access], known: Known) -> Verdict:
    worst = surest(endpoint, faulty, known)
    owned, key = owner_of(endpoint, worst, known), chosen_by(worst, endpoint.reach or Reach())
    assert owned is not None and key is not None  # noqa: PT018  # one chosen because it has both
    scope = None
    if not owned.is_compared:
        scope = next((guard for guard in endpoint.effective_guards if guard.is_scope_by_name), None)
    confidence = Confidence.FIRM if scope is None and is_sure(endpoint, worst, key, owned) else Confidence.TENTATIVE
    severity = Severity.HIGH if worst.action in {Action.READ, Action.LIST} else Severity.CRITICAL
    source = FROM.get(key.origin, "the request")
    message = (
        f"{endpoint.name} {DOES[worst.action]} {worst.entity} by {key.name or key.field or 'an id'} from {source}, "
        f"and nothing ties it to the caller.{doubt(endpoint, owned, scope) if confidence is Confidence.TENTATIVE else ''}"
    )
    shown = (
        *worst.steps,
        Step(f"No key, comparison or authorization of {worst.entity} asks who is calling: {why(owned)}.", worst.place),
    )
    return BENCH.failure(
        endpoint,
        message,
        (severity, confidence),
        place=worst.place,
        shown=shown,
        fix=remedy.tie(endpoint, worst.entity),
    )


def _protected(owned: Sequence[Access]) -> tuple[Step, ...]:
    return tuple(Step(f"{access.entity} is protected: {access.protection}", access.place) for access in owned)


RULE = Rule(
    id="AP101",
    name="object-of-another",
    title="Object of another caller is within reach",
    weakness=BENCH.weakness,
    severity=Severity.CRITICAL,
    family="object",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="endpoints that select objects by an id ask whose they are",
)
