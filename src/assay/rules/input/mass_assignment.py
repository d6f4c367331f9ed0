"""A caller can set fields that give rights.

## What it finds

Request data that is copied into a stored object so that a field which gives rights (a role, `is_admin`, a balance, an approval) can be
set by whoever sends it: `Model(**body)`, a loop over `setattr`, `update(**body)`, the stored type itself bound from the body,
`AutoMapper`, serializers with all fields, plain copies such as `user.role = body.role`, scopes or roles that are signed into a token
as the request asks for them, and new objects whose owner the request names. Endpoints that demand a role, scope or policy are meant to
set such fields and pass.

## Why it matters

The client adds `"is_admin": true` to a form that never showed the field, and is an administrator afterwards.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    is_admin: Mapped[bool] = mapped_column()


class Change(BaseModel):
    name: str
    is_admin: bool


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> int:
    if not authorization:
        raise HTTPException(status_code=401)
    return int(authorization)


app = FastAPI()


@app.put("/me")
def change(change: Change, db: Session = Depends(session), user: int = Depends(current_user)):
    row = db.query(User).filter(User.id == user).first()
    for key, value in change.model_dump().items():
        setattr(row, key, value)
    db.commit()
```

```flask app.py
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    is_admin = db.Column(db.Boolean)


@app.post("/users")
def register():
    db.session.add(User(**request.get_json()))
    db.session.commit()
    return "", 201
```

```django urls.py
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import path
from rest_framework import generics, serializers


class User(AbstractUser):
    is_admin = models.BooleanField(default=False)


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = "__all__"


class Register(generics.CreateAPIView):
    serializer_class = UserSerializer


urlpatterns = [path("register/", Register.as_view())]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapPost("/users", async (User user, Shop shop) =>
{
    shop.Users.Add(user);
    await shop.SaveChangesAsync();
    return Results.Created();
});
app.Run();

public class User { public int Id { get; set; } public string Name { get; set; } public bool IsAdmin { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    is_admin: Mapped[bool] = mapped_column()


class Change(BaseModel):
    name: str


def session():
    yield Session()


def current_user(authorization: str = Header("")) -> int:
    if not authorization:
        raise HTTPException(status_code=401)
    return int(authorization)


app = FastAPI()


@app.put("/me")
def change(change: Change, db: Session = Depends(session), user: int = Depends(current_user)):
    row = db.query(User).filter(User.id == user).first()
    for key, value in change.model_dump().items():
        setattr(row, key, value)
    db.commit()
```

```flask app.py
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    is_admin = db.Column(db.Boolean)


@app.post("/users")
def register():
    db.session.add(User(name=request.get_json()["name"]))
    db.session.commit()
    return "", 201
```

```django urls.py
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import path
from rest_framework import generics, serializers


class User(AbstractUser):
    is_admin = models.BooleanField(default=False)


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username"]


class Register(generics.CreateAPIView):
    serializer_class = UserSerializer


urlpatterns = [path("register/", Register.as_view())]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapPost("/users", async (Registration sent, Shop shop) =>
{
    shop.Users.Add(new User { Name = sent.Name });
    await shop.SaveChangesAsync();
    return Results.Created();
});
app.Run();

public record Registration(string Name);
public class User { public int Id { get; set; } public string Name { get; set; } public bool IsAdmin { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## How to fix

Give each operation an input model that holds just the fields a caller may set, and let fields that give rights be set by an operation of
their own that demands a role.

## What it cannot see

Fields that give rights by a name of the project's own. A copy whose source could not be followed.

## References

- OWASP API Security Top 10 2023, API3 Broken Object Property Level Authorization
- CWE-915 Improperly Controlled Modification of Dynamically-Determined Object Attributes
"""

from collections.abc import Iterator, Mapping
from functools import partial

from msgspec import Struct

from assay.model.endpoint import Authorization, Endpoint
from assay.model.entity import PRIVILEGE, STATES, Entity
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Action, Copy, Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.claiming import OWNED, SIGNED, Claim, Ties, claims, tying_fields
from assay.rules.credentials import is_role
from assay.rules.reaching import Bench
from assay.rules.standing import Standing, right, roles_of, standing
from assay.rules.words import route, vocabulary, words

BENCH = Bench("AP103", "mass-assignment")
SEVERAL = 2
"""Roles of one guard between which a caller could change."""
ACCOUNTS = vocabulary("user account member")
FIX = (
    "Copy a list of fields that this operation may set, or give it an input model without {fields}; let an operation that "
    "demands a role set those."
)


class Suspect(Struct, frozen=True):
    """A copy that can set fields which give rights."""

    copy: Copy
    fields: tuple[str, ...]
    is_sure: bool


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint."""
    entities, known = {entity.name: entity for entity in inventory.entities}, standing(inventory)
    ties = tying_fields(inventory)
    for endpoint in inventory.endpoints:
        yield _verdict(endpoint, entities, known, ties)


def _verdict(endpoint: Endpoint, entities: Mapping[str, Entity], known: Standing, ties: Ties) -> Verdict:
    if settled := BENCH.settled(endpoint):
        return settled
    assert endpoint.reach is not None
    reach = endpoint.reach
    if not reach.copies:
        if reach.gaps:
            return BENCH.verdict(
                endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {reach.gaps[0].reason}."
            )
        writes = any(access.action in {Action.CREATE, Action.UPDATE} for access in reach.accesses)
        if writes:
            return BENCH.verdict(endpoint, Outcome.PASS, f"{endpoint.name} sets fields that its code names.")
        return BENCH.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} copies no request data into stored objects."
        )
    suspects = [suspect for copy in reach.copies if (suspect := _suspect(copy, entities))]
    claimed = min(claims(endpoint, reach, ties), key=lambda claim: not claim.is_sure, default=None)
    if claimed is not None and not suspects:
        return _claimed(endpoint, claimed)
    if not suspects:
        reason = f"{endpoint.name} copies request data into {reach.copies[0].entity}, and no field that it can set gives rights."
        return BENCH.verdict(endpoint, Outcome.PASS, reason)
    guard = right(endpoint, known)
    if guard is not None and (len(roles_of(guard)) < SEVERAL or not any(map(partial(_is_own, reach), suspects))):
        return BENCH.verdict(
            endpoint,
            Outcome.PASS,
            f"{endpoint.name} sets {suspects[0].fields[0]} for callers with a right: {guard.name}.",
        )
    return _failure(endpoint, suspects)


def _is_own(reach: Reach, suspect: Suspect) -> bool:
    """Whether it is the caller's own account whose role is set: who has one role may take another."""
    own = [each for each in reach.accesses if each.entity == suspect.copy.entity and each.action is Action.UPDATE]
    is_keyed = bool(own) and all(each.protection.startswith("keyed") and not each.is_request_driven for each in own)
    return suspect.is_sure and is_keyed and any(map(is_role, suspect.fields))


def _suspect(copy: Copy, entities: Mapping[str, Entity]) -> Suspect | None:
    """Whether a copy can set fields that give rights."""
    entity = entities.get(copy.entity)
    rights = entity.privileges if entity is not None else tuple(filter(PRIVILEGE.match, copy.fields))
    if copy.way in {OWNED, SIGNED}:
        return None
    if copy.way.startswith("looked up"):
        return Suspect(copy, copy.fields, is_sure=False) if is_account(copy.entity, entity) else None
    if copy.way == "set by name":
        said = {word for field in copy.fields for word in words(field)}
        is_kind = entity is not None and not entity.is_account and said == {"account", "type"}
        is_own = is_kind or said <= {*words(copy.entity), "name"}  # the name of a role is that role's own
        return None if is_own else Suspect(copy, copy.fields, is_account(copy.entity, entity))
    if entity is None and copy.is_open and is_account(copy.entity, entity):
        return Suspect(copy, ("every field",), is_sure=True)  # no class says which fields an account has
    fields = tuple(field for field in rights if copy.is_open or field in copy.fields or _pascal(field) in copy.fields)
    if not fields or (entity is None and not is_account(copy.entity, entity)):
        return None
    is_listed = copy.way.endswith("names them")  # a serializer whose author named each field
    return Suspect(copy, fields, is_account(copy.entity, entity) and not is_listed)


def is_account(name: str, entity: Entity | None) -> bool:
    """Whether a stored type is an account, by what is known of it or by its name."""
    return (entity is not None and entity.is_account) or bool(set(words(name)) & ACCOUNTS)


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _claimed(endpoint: Endpoint, claim: Claim) -> Verdict:
    return BENCH.failure(
        endpoint,
        f"{endpoint.name} {claim.says}",
        (Severity.HIGH, Confidence.FIRM if claim.is_sure else Confidence.TENTATIVE),
        place=claim.copy.place,
        shown=(*claim.copy.steps, Step(claim.shows, claim.copy.place)),
        fix=claim.fix,
    )


def _failure(endpoint: Endpoint, suspects: list[Suspect]) -> Verdict:
    worst = min(suspects, key=lambda suspect: (not suspect.is_sure, all(map(STATES.match, suspect.fields))))
    copy, fields = worst.copy, ", ".join(worst.fields[:4])
    decisions = endpoint.reach.decisions if endpoint.reach else ()
    is_doubtful = any(decision.kind in {"role", "authorization"} for decision in decisions)
    is_doubtful = is_doubtful or any("scim" in each for each in route(endpoint.path).literals)  # RFC 7644
    is_doubtful = is_doubtful or endpoint.authorization is Authorization.UNKNOWN
    is_firm = worst.is_sure and not is_doubtful and not all(map(STATES.match, worst.fields))
    doubt = "" if is_firm else " Whether that gives rights, or is asked for before, could not be seen."
    message = f"{endpoint.name} lets the caller set {fields} of {copy.entity} ({copy.way}).{doubt}"
    shown = (*copy.steps, Step(f"{copy.entity} takes {fields} from the request here.", copy.place))
    return BENCH.failure(
        endpoint,
        message,
        (Severity.HIGH, Confidence.FIRM if is_firm else Confidence.TENTATIVE),
        place=copy.place,
        shown=shown,
        fix=FIX.replace("{fields}", fields),
    )


RULE = Rule(
    id="AP103",
    name="mass-assignment",
    title="Caller can set fields that give rights",
    weakness=BENCH.weakness,
    severity=Severity.HIGH,
    family="assignment",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="endpoints that write let callers set only what they may",
)
