"""A list endpoint answers with everything that is stored.

## What it finds

Reads that answer with a whole collection: the query has neither a limit nor a page, and nothing that narrows it to a parent or to
the caller.

## Why it matters

The answer grows with the table. One caller who repeats the request slows everybody down, and one request copies the whole table.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)


def session():
    yield Session()


app = FastAPI()


@app.get("/events")
def events(db: Session = Depends(session)):
    return db.query(Event).all()
```

```flask app.py
from flask import Flask, jsonify
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Event(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@app.get("/events")
def events():
    return jsonify(Event.query.all())
```

```django urls.py
from django.db import models
from django.http import JsonResponse
from django.urls import path


class Event(models.Model):
    name = models.CharField(max_length=80)


def events(request):
    return JsonResponse(list(Event.objects.all()), safe=False)


urlpatterns = [path("events/", events)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/events", async (Shop shop) => await shop.Events.ToListAsync());
app.Run();

public class Event { public int Id { get; set; } }
public class Shop : DbContext { public DbSet<Event> Events { get; set; } }
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI, Query
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)


def session():
    yield Session()


app = FastAPI()


@app.get("/events")
def events(after: int = 0, size: int = Query(50, le=200), db: Session = Depends(session)):
    return db.query(Event).filter(Event.id > after).limit(size).all()
```

```flask app.py
from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class Event(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@app.get("/events")
def events():
    after = request.args.get("after", 0, type=int)
    return jsonify(Event.query.filter(Event.id > after).limit(100).all())
```

```django urls.py
from django.db import models
from django.http import JsonResponse
from django.urls import path


class Event(models.Model):
    name = models.CharField(max_length=80)


def events(request):
    return JsonResponse(list(Event.objects.filter(pk__gt=request.GET.get("after", 0))[:100]), safe=False)


urlpatterns = [path("events/", events)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/events", async (int after, Shop shop) => await shop.Events.Where(e => e.Id > after).Take(100).ToListAsync());
app.Run();

public class Event { public int Id { get; set; } }
public class Shop : DbContext { public DbSet<Event> Events { get; set; } }
```

## How to fix

Page the list, with a largest page that the server sets.

## What it cannot see

Collections that are small by nature, such as countries: those findings are tentative. A limit that a library adds behind the query.

## References

- OWASP API Security Top 10 2023, API4 Unrestricted Resource Consumption
- CWE-770 Allocation of Resources Without Limits or Throttling
"""

from collections.abc import Iterator

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Key, Origin
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.ownership import SHARED, is_flag
from assay.rules.reaching import Bench
from assay.rules.words import last_name, route, vocabulary, words

BENCH = Bench("AP111", "unbounded-pagination")
PAGING = vocabulary(
    "limit page size offset skip take cursor count top first after before start per pagesize pagination paging"
)
SHAPED = "made of each"
"""The way of objects of which something is made before they go out."""
PART, PAGE = "returned in part", "shown in a page"
"""The ways of those that were selected by something, and of those that a template lists."""
OF_TIME = vocabulary("date day time week month year at on since until created updated start end expire")
KINDS = vocabulary("type kind status state level group role field scope")
"""Things of which there are few, because the project itself names them."""
SHOWING = vocabulary("index list all show view browse manage overview get display home")
"""Words of actions that show what there is."""
READING = frozenset({Action.READ, Action.LIST})
NARROW = ("keyed", "parent")
"""How the protection of an access begins that is narrowed to the caller, or to what one other object holds."""
GROWING = vocabulary("product catalog tag version")
"""Things that belong to everybody, and of which there may be any number."""
FIX = "Page the list: take a page and a size, and let the server set the largest size."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that reads."""
    for endpoint in inventory.endpoints:
        if not endpoint.is_write or _only_reads(endpoint):
            yield _verdict(endpoint)


def _only_reads(endpoint: Endpoint) -> bool:
    """Whether an action that declares no method is seen to change nothing, as the pages of MVC do."""
    reach = endpoint.reach
    return endpoint.method == "ANY" and reach is not None and all(access.action in READING for access in reach.accesses)


def _verdict(endpoint: Endpoint) -> Verdict:
    if settled := BENCH.settled(endpoint):
        return settled
    assert endpoint.reach is not None
    shown = {each.entity for each in endpoint.reach.exposures if each.way.startswith(("returned", SHAPED, PAGE))}
    full = {each.entity for each in endpoint.reach.exposures if each.way in {"returned as it is", SHAPED}}
    full |= {each.entity for each in endpoint.reach.exposures if each.way == PAGE and _is_about(endpoint, each.entity)}
    parts = {each.entity for each in endpoint.reach.exposures if each.way == PART}
    lists = [
        access
        for access in endpoint.reach.accesses
        if access.action is Action.LIST and access.entity and access.entity in shown
    ]
    if not lists:
        return BENCH.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} answers with no collection that is stored."
        )
    paged = {access.entity for access in endpoint.reach.accesses if access.is_bounded or _is_picked(access)}
    optional = {each.name for each in endpoint.parameters if each.source == "query" and each.is_required is False}
    narrowed = {flow.place for flow in endpoint.reach.flows if flow.kind == "sql" and flow.name not in optional}
    """Statements that hold something of the request, whether the caller wants that or not."""
    whole = [
        access
        for access in lists
        if access.is_bounded is False
        and access.entity in (full | parts if any(map(_is_set, access.keys)) else full) - paged
        and access.place not in narrowed
        and not access.protection.startswith(NARROW)
        and all(_is_left_out(key, optional) for key in access.keys)
    ]
    if not whole or _is_paged(endpoint):
        return BENCH.verdict(endpoint, Outcome.PASS, f"{endpoint.name} answers with a part of {lists[0].entity}.")
    return _failure(endpoint, whole[0])


def _is_picked(access: Access) -> bool:
    """Whether the path picks one object or some: the list beside that is what they were picked from, or is for a path without a key."""
    return access.action in {Action.READ, Action.LIST} and any(key.origin is Origin.PATH for key in access.keys)


def _is_left_out(key: Key, optional: set[str]) -> bool:
    """Whether a key narrows a list only if the caller wants that, or leaves out what is deleted or switched off."""
    if key.origin is Origin.QUERY:
        return key.name in optional
    return is_flag(key) or _is_set(key)


def _is_about(endpoint: Endpoint, entity: str) -> bool:
    """Whether a page is one of such objects: others only fill a list to choose from, or stand beside them."""
    told = [set(each) for each in route(endpoint.path).literals]
    spoken = told[-1] if told else set()
    if spoken <= SHOWING and len(told) > 1:
        spoken = told[-2]  # the name of the action says nothing of what it shows: `/Orders/Index`
    named = set(words(entity)) & (spoken | set(words(last_name(endpoint.handler))))
    return bool(named) and not set(words(entity)[-1:]) & ((SHARED - GROWING) | KINDS)


def _is_set(key: Key) -> bool:
    """Whether the code itself says which of them, whatever their number, as those that are done; not those of a day."""
    return key.origin is Origin.FIXED and bool(key.field) and not set(words(key.field)) & OF_TIME and not is_flag(key)


def _is_paged(endpoint: Endpoint) -> bool:
    """Whether the request can name a page."""
    return any(set(words(parameter.name)) & PAGING for parameter in endpoint.parameters)


def _failure(endpoint: Endpoint, access: Access) -> Verdict:
    assert endpoint.reach is not None
    is_small = bool(set(words(access.entity)[-1:]) & ((SHARED - GROWING) | KINDS))
    ways = {each.way for each in endpoint.reach.exposures if each.entity == access.entity}
    is_part, is_page = any(map(_is_set, access.keys)), ways <= {PAGE}
    is_sure = access.is_certain and not is_small and not is_part and not is_page
    confidence = Confidence.FIRM if is_sure else Confidence.TENTATIVE
    which = f"every {access.entity} of one kind" if is_part else f"every {access.entity}"
    message = f"{endpoint.name} {'shows' if is_page else 'answers with'} {which} that is stored."
    steps = (*access.steps, Step(f"{access.symbol} has no limit, and nothing narrows it.", access.place))
    return BENCH.failure(endpoint, message, (Severity.LOW, confidence), place=access.place, shown=steps, fix=FIX)


RULE = Rule(
    id="AP111",
    name="unbounded-list",
    title="List answers with everything that is stored",
    weakness=BENCH.weakness,
    severity=Severity.LOW,
    family="pagination",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="list endpoints answer with a page",
)
