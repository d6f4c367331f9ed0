"""An administrative function is open to every known caller.

## What it finds

Endpoints behind a mere login that do what the API, by its own roles, keeps for administrators: routes about administration or the inside of
the service, moderation of others' objects (approve, deny, ban, impersonate ...), lists of all accounts, changes of rights; and
functions whose only check is a right that the request itself states, as a header `X-Admin: true`. A role, scope or policy before the
endpoint, or a test of the caller's rights in the handler that refuses before the effect, is a pass.

## Why it matters

A login is not a right. Whoever can sign up calls the administrator's functions by their path, which the front end does not show but the
documentation, a proxy or a guess does.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_admin: Mapped[bool] = mapped_column()


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> int:
    if not authorization:
        raise HTTPException(status_code=401)
    return int(authorization)


app = FastAPI()


@app.get("/admin/users")
def everybody(db: Session = Depends(session), user: int = Depends(current_user)):
    return [row.id for row in db.query(User).all()]
```

```flask app.py
from flask import Flask
from flask_login import login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    is_admin = db.Column(db.Boolean)


@app.delete("/admin/users/<int:user_id>")
@login_required
def remove(user_id):
    User.query.filter_by(id=user_id).delete()
    db.session.commit()
    return "", 204
```

```django urls.py
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path


@permission_required("auth.view_user", raise_exception=True)
def count(request):
    return HttpResponse(str(User.objects.count()))


@login_required
def remove(request, pk):
    User.objects.filter(pk=pk).delete()
    return HttpResponse(status=204)


urlpatterns = [path("admin/users/", count), path("admin/users/<int:pk>/remove/", remove)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/admin/users", async (Shop shop) => await shop.Users.CountAsync()).RequireAuthorization("Administrators");
app.MapDelete("/admin/users/{id}", async (int id, Shop shop) => await shop.Users.Where(u => u.Id == id).ExecuteDeleteAsync())
    .RequireAuthorization();
app.Run();

public class User { public int Id { get; set; } public bool IsAdmin { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_admin: Mapped[bool] = mapped_column()


def session():
    yield Session()


def current_user(authorization: str = Header(""), db: Session = Depends(session)) -> User:
    user = db.get(User, authorization)
    if user is None:
        raise HTTPException(status_code=401)
    return user


def administrator(user: User = Depends(current_user)) -> User:
    if not user.is_admin:
        raise HTTPException(status_code=403)
    return user


app = FastAPI()


@app.get("/admin/users", dependencies=[Depends(administrator)])
def everybody(db: Session = Depends(session)):
    return [row.id for row in db.query(User).all()]
```

```flask app.py
from flask import Flask
from flask_login import current_user, login_required
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    is_admin = db.Column(db.Boolean)


@app.delete("/admin/users/<int:user_id>")
@login_required
def remove(user_id):
    if not current_user.is_admin:
        return "", 403
    User.query.filter_by(id=user_id).delete()
    db.session.commit()
    return "", 204
```

```django urls.py
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path


@permission_required("auth.delete_user", raise_exception=True)
def remove(request, pk):
    User.objects.filter(pk=pk).delete()
    return HttpResponse(status=204)


urlpatterns = [path("admin/users/<int:pk>/remove/", remove)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapDelete("/admin/users/{id}", async (int id, Shop shop) => await shop.Users.Where(u => u.Id == id).ExecuteDeleteAsync())
    .RequireAuthorization("Administrators");
app.Run();

public class User { public int Id { get; set; } public bool IsAdmin { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## How to fix

Demand the role where the function is registered, best on the router, group or class that holds all administrative functions, so that a new
one is closed from the start. Rights come from the server's own record of the caller, never from the request.

## What it cannot see

What is administrative is read from routes, verbs and the roles that the API has; a function that hides behind an ordinary name is not seen.
Without any role in the project such findings are tentative.

## References

- OWASP API Security Top 10 2023, API5 Broken Function Level Authorization
- CWE-285 Improper Authorization, CWE-863 Incorrect Authorization, CWE-290 Authentication Bypass by Spoofing
"""

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.entity import Entity
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.reach import Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.administering import Realm, Suspicion, by_reach, by_route, realm_of
from assay.rules.nature import nature
from assay.rules.ownership import Owned, knows_the_caller, ownership
from assay.rules.reaching import Bench
from assay.rules.standing import Standing, right, standing
from assay.rules.words import vocabulary, words

BENCH = Bench("AP102", "bfla")
PROXY = re.compile(
    r"(?i)\((?:http[-_])?(?:x[-_])?(?:remote|forwarded|auth[-_]request|authentik|authelia|webauth|pomerium|amzn[-_]oidc)[-_]"
)
"""Headers by which authenticating proxies say who was signed in: `Remote-User`, `X-Forwarded-Groups`, `X-Auth-Request-Groups`."""
IDENTIFYING = vocabulary(
    "authentication authenticate auth token jwt bearer header session login user caller credential"
)
"""Words of guards of the project's own that only find out who is calling."""
SPEAKING = vocabulary("permission role policy admin administrator superuser staff right privilege manager moderator")
"""Words of guards of the project's own that ask for a right."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint."""
    realms = {api.id: realm_of(inventory, api.id) for api in inventory.apis}
    known, roles = ownership(inventory), standing(inventory)
    entities = {entity.name: entity for entity in inventory.entities}
    proxied: set[Place] = set()
    for endpoint in inventory.endpoints:
        realm = realms.get(endpoint.api, Realm(False, False))
        if claim := _of_proxy(endpoint, proxied):
            yield _failure(endpoint, claim)
        else:
            yield _verdict(endpoint, realm, known, entities, roles)


def _verdict(
    endpoint: Endpoint,
    realm: Realm,
    known: Mapping[tuple[str, str], Owned],
    entities: Mapping[str, Entity],
    roles: Standing,
) -> Verdict:
    if endpoint.reach is not None and (claimed := _claimed(endpoint, endpoint.reach)) and not _is_of_proxy(claimed):
        return _failure(endpoint, claimed)
    if settled := BENCH.settled(endpoint, needs_caller=True):
        return settled
    assert endpoint.reach is not None
    if endpoint.authorization is Authorization.PUBLIC and not knows_the_caller(endpoint.reach):
        reason = f"{endpoint.name} asks nobody who is calling, which other rules judge."
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    if kind := nature(endpoint):
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} {kind.what}.")
    suspicion = by_route(endpoint, realm) or by_reach(endpoint, endpoint.reach, realm, known, entities)
    if suspicion is None:
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} is no administrative function.")
    if asked := _right(endpoint, endpoint.reach, roles):
        return BENCH.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} {suspicion.what}, and asks for a right: {asked}."
        )
    return _failure(endpoint, suspicion)


def _right(endpoint: Endpoint, reach: Reach, roles: Standing) -> str:
    """The right that is asked for; "" when there is none."""
    guard = right(endpoint, roles)
    if guard is not None:
        return guard.name
    own = next((guard for guard in endpoint.effective_guards if guard.demand is Demand.CUSTOM), None)
    if own is not None and set(words(own.name)) & SPEAKING:
        return own.name
    authorized = next((a.protection for a in reach.accesses if a.protection.startswith("authorized")), "")
    return authorized.partition(": ")[2] or next(
        (decision.text for decision in reach.decisions if decision.kind == "role"), ""
    )


def _claimed(endpoint: Endpoint, reach: Reach) -> Suspicion | None:
    claim = next((decision for decision in reach.decisions if decision.kind == "claimed"), None)
    if claim is None:
        return None
    step = Step(f"The request itself states the right: {claim.text}.", claim.place)
    what = f"takes the caller's word for a right ({claim.values[0] if claim.values else claim.text})"
    return Suspicion(what, Severity.CRITICAL, True, claim.place, (step,))


def _is_of_proxy(claim: Suspicion) -> bool:
    """Whether the right stands in a header that authenticating proxies set, and take away where a sender set it."""
    return PROXY.search(claim.what) is not None


def _of_proxy(endpoint: Endpoint, told: set[Place]) -> Suspicion | None:
    """The same for a place that no endpoint was judged by before: one guard that trusts a proxy is one question."""
    claim = _claimed(endpoint, endpoint.reach) if endpoint.reach is not None else None
    if claim is None or claim.place is None or not _is_of_proxy(claim) or claim.place in told:
        return None
    told.add(claim.place)
    return replace(claim, is_firm=False, what=f"{claim.what}, which a proxy may set")


def _failure(endpoint: Endpoint, suspicion: Suspicion) -> Verdict:
    own = next((guard for guard in endpoint.effective_guards if guard.demand is Demand.CUSTOM), None)
    if own is not None and set(words(own.name)) & IDENTIFYING:
        own = None
    if own is not None and suspicion.is_firm and not any("word" in step.text for step in suspicion.steps):
        suspicion = replace(suspicion, is_firm=False)
    reach = endpoint.reach
    is_local = reach is not None and any(decision.kind == "network" for decision in reach.decisions)
    suspicion = replace(suspicion, is_firm=suspicion.is_firm and not is_local)
    doubt = "" if suspicion.is_firm else " It may be meant for every caller."
    doubt = " It refuses some addresses." if is_local else doubt
    if own is not None:
        doubt = f" Whether {own.name} asks for a right could not be seen."
    message = f"{endpoint.name} {suspicion.what}, and a login is all that it asks for.{doubt}"
    if endpoint.authorization is Authorization.PUBLIC or any("word" in step.text for step in suspicion.steps):
        message = f"{endpoint.name} {suspicion.what}, which nothing on the server confirms.{doubt}"
    return BENCH.failure(
        endpoint,
        message,
        (suspicion.severity, Confidence.FIRM if suspicion.is_firm else Confidence.TENTATIVE),
        place=suspicion.place or endpoint.place,
        shown=(
            *suspicion.steps,
            Step("No guard and no test in the handler asks for a role or another right.", endpoint.place),
        ),
        fix=remedy.strengthen(endpoint),
    )


RULE = Rule(
    id="AP102",
    name="function-above-role",
    title="Administrative function behind a mere login",
    weakness=BENCH.weakness,
    severity=Severity.CRITICAL,
    family="function",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="administrative functions ask for a right",
)
