"""A sign-in takes the caller's word for who it is.

## What it finds

Ways in that load the account which the request names, and answer with it or issue a token for it, while nothing proves that the caller is
that person: the password that is sent along is never read, or the account is named by a cookie, a header or a field without signature,
password or code.

## Why it matters

Whoever knows an address or a number is signed in as its owner.

## Bad

```fastapi main.py
import jwt
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column()
    password_hash: Mapped[str] = mapped_column()


class Credentials(BaseModel):
    email: str
    password: str


def session():
    yield Session()


app = FastAPI()


@app.post("/login")
def login(credentials: Credentials, db: Session = Depends(session)) -> dict:
    user = db.query(User).filter(User.email == credentials.email).first()
    if user is None:
        raise HTTPException(status_code=401)
    return {"token": jwt.encode({"sub": user.id}, "secret")}
```

```flask app.py
import jwt
from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.post("/login")
def login():
    user = User.query.filter_by(email=request.json["email"]).first()
    if user is None:
        return "", 401
    return jsonify(token=jwt.encode({"sub": user.id}, "secret"))
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST


@require_POST
def sign_in(request):
    user = User.objects.filter(email=request.POST["email"]).first()
    if user is None:
        return HttpResponse(status=401)
    login(request, user)
    return HttpResponse("welcome")


urlpatterns = [path("login/", sign_in)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapPost("/login", async (Credentials sent, Shop shop, TokenService tokens) =>
{
    var user = await shop.Users.FirstOrDefaultAsync(u => u.Email == sent.Email);
    if (user == null) return Results.Unauthorized();
    return Results.Ok(tokens.GenerateToken(user.Id));
});
app.Run();

public record Credentials(string Email, string Password);
public class User { public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## Good

```fastapi main.py
import bcrypt
import jwt
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column()
    password_hash: Mapped[str] = mapped_column()


class Credentials(BaseModel):
    email: str
    password: str


def session():
    yield Session()


app = FastAPI()


@app.post("/login")
def login(credentials: Credentials, db: Session = Depends(session)) -> dict:
    user = db.query(User).filter(User.email == credentials.email).first()
    if user is None or not bcrypt.checkpw(credentials.password.encode(), user.password_hash):
        raise HTTPException(status_code=401)
    return {"token": jwt.encode({"sub": user.id}, "secret")}
```

```flask app.py
import jwt
from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.post("/login")
def login():
    user = User.query.filter_by(email=request.json["email"]).first()
    if user is None or not check_password_hash(user.password_hash, request.json["password"]):
        return "", 401
    return jsonify(token=jwt.encode({"sub": user.id}, "secret"))
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
from django.contrib.auth import authenticate, login
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST


@require_POST
def sign_in(request):
    user = authenticate(request, username=request.POST["email"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=401)
    login(request, user)
    return HttpResponse("welcome")


urlpatterns = [path("login/", sign_in)]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapPost("/login", async (Credentials sent, Shop shop, TokenService tokens) =>
{
    var user = await shop.Users.FirstOrDefaultAsync(u => u.Email == sent.Email);
    if (user == null || !BCrypt.Net.BCrypt.Verify(sent.Password, user.PasswordHash)) return Results.Unauthorized();
    return Results.Ok(tokens.GenerateToken(user.Id));
});
app.Run();

public record Credentials(string Email, string Password);
public class User { public int Id { get; set; } public string Email { get; set; } public string PasswordHash { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## How to fix

Verify the password against its hash, or the signature of what names the caller, before anything is answered. Remove old sign-ins.

## What it cannot see

A proof that is asked for outside the code. A sign-in whose handler could not be followed is `not-tested`.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-287 Improper Authentication, CWE-302 Authentication Bypass by Assumed-Immutable Data
"""

from collections.abc import Iterator, Mapping

from assay.model.endpoint import Authorization, Endpoint
from assay.model.entity import Entity
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Origin, Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.doors import SIGNING_ALONE, Door, entrance
from assay.rules.ownership import CAPABILITY
from assay.rules.reaching import Bench
from assay.rules.words import last_name, route, vocabulary, words

BENCH = Bench("AP113", "missing-authentication")
ACCOUNTS = vocabulary("user account member customer")
PEOPLE = vocabulary("user member customer")
PROVING = frozenset({"password-verify", "secret-verify", "code-verify"})
STARTING = frozenset({"session-start", "token-issue"})
NAMED_BY = frozenset({Origin.BODY, Origin.FORM, Origin.QUERY, Origin.COOKIE, Origin.HEADER})
AWAY = vocabulary(
    "reset forgot forget recover recovery register registration signup confirm verification invite callback oauth saml "
    "refresh activate activation resend send request magic"
)
MAIL = vocabulary("mail email")
FIX = "Verify the password against its hash (or the signature of what names the caller) before the account is answered or a token issued."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every way in."""
    entities = {entity.name: entity for entity in inventory.entities}
    for endpoint in inventory.endpoints:
        if _is_open(endpoint) and (found := _verdict(endpoint, entities)):
            yield found


def _is_open(endpoint: Endpoint) -> bool:
    """Whether strangers get as far as the handler, which may ask for a password itself."""
    if endpoint.authorization is Authorization.PUBLIC:
        return True
    found = entrance(endpoint)
    return found is not None and found.door is Door.SIGN_IN


def _verdict(endpoint: Endpoint, entities: Mapping[str, Entity]) -> Verdict | None:
    reach = endpoint.reach or Reach()
    done = {act.kind for act in reach.acts}
    found = entrance(endpoint)
    is_sign_in = found is not None and found.door is Door.SIGN_IN
    if (not is_sign_in and not done & STARTING) or _is_away(endpoint):
        return None
    if settled := BENCH.settled(endpoint):
        return settled
    if proof := next((act for act in reach.acts if act.kind in PROVING), None):
        return BENCH.verdict(endpoint, Outcome.PASS, f"{endpoint.name} asks for a proof ({proof.name}).")
    loaded = next((access for access in reach.accesses if _names_an_account(access, entities)), None)
    is_written = any(access.action is Action.CREATE and _is_account(access, entities) for access in reach.accesses)
    if loaded is None or is_written or "password-read" in done:
        return BENCH.verdict(
            endpoint,
            Outcome.NOT_TESTED,
            f"{endpoint.name} was not judged: what it asks of a caller was not recognised.",
        )
    if not done & STARTING and not _takes_a_password(endpoint) and not _answers_with(endpoint, loaded):
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} signs nobody in.")
    return _failure(endpoint, loaded, is_sure=not reach.gaps)


def _is_away(endpoint: Endpoint) -> bool:
    """Whether it is recovery, registration or something else that comes with a proof of its own, or mails the token."""
    said = {word for segment in route(endpoint.path).literals for word in segment}
    return bool(said & AWAY) or bool(said & MAIL and set(words(last_name(endpoint.handler))) & AWAY)


def _names_an_account(access: Access, entities: Mapping[str, Entity]) -> bool:
    """Whether the request names the account that is loaded, by something that everybody may know."""
    if access.action is not Action.READ or not _is_account(access, entities) or not access.keys:
        return False
    return all(key.origin in NAMED_BY and not set(words(key.field)) & CAPABILITY for key in access.keys)


def _is_account(access: Access, entities: Mapping[str, Entity]) -> bool:
    entity = entities.get(access.entity)
    spoken = set(words(access.entity))
    if entity is not None and entity.fields:
        return entity.is_account or (
            bool(spoken) and spoken <= PEOPLE
        )  # nobody needs a password: a member's number is enough
    return bool(spoken & ACCOUNTS)


def _answers_with(endpoint: Endpoint, loaded: Access) -> bool:
    """Whether what is called a sign-in answers with the account itself: who it names is taken for the caller from then on."""
    last = set(route(endpoint.path).last)
    shown = endpoint.reach.exposures if endpoint.reach is not None else ()
    return bool(last) and last <= SIGNING_ALONE and any(each.entity == loaded.entity for each in shown)


def _takes_a_password(endpoint: Endpoint) -> bool:
    fields = endpoint.request.fields if endpoint.request is not None else ()
    return any(
        "password" in name.lower() for name in (*(f.name for f in fields), *(p.name for p in endpoint.parameters))
    )


def _failure(endpoint: Endpoint, loaded: Access, *, is_sure: bool) -> Verdict:
    key = loaded.keys[0]
    takes = (
        "the password is never read" if _takes_a_password(endpoint) else "nothing proves that the caller is that person"
    )
    message = f"{endpoint.name} signs in whoever names {loaded.entity} by {key.name or key.field}: {takes}."
    shown = (*loaded.steps, Step("No password, signature or code is verified on the way to the answer.", loaded.place))
    confidence = Confidence.FIRM if is_sure and loaded.is_certain else Confidence.TENTATIVE
    return BENCH.failure(endpoint, message, (Severity.CRITICAL, confidence), place=loaded.place, shown=shown, fix=FIX)


RULE = Rule(
    id="AP113",
    name="sign-in-without-proof",
    title="Sign-in takes the caller's word for who it is",
    weakness=BENCH.weakness,
    severity=Severity.CRITICAL,
    family="proof",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="ways in ask for a proof",
)
