"""A sign-in, a change of a password or of rights leaves no line in any log.

## What it finds

Endpoints that sign callers in or verify codes, where neither success nor failure is logged; endpoints that reset or change passwords and
those that grant rights, where nothing is logged. A sign-in of which only one end is logged is a tentative finding.

## Why it matters

Guessed passwords, stolen tokens and rights that somebody gave themselves show in the log of sign-ins first, or nowhere. Every audit asks
for it, and after a break-in it is the only way to tell when it began.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI, HTTPException
from passlib.context import CryptContext
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
import jwt

pwd_context = CryptContext(schemes=["bcrypt"])


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    hashed_password: Mapped[str]


def session():
    yield Session()


app = FastAPI()


@app.post("/login")
def login(name: str, password: str, db: Session = Depends(session)):
    user = db.query(User).filter(User.name == name).first()
    if user is None or not pwd_context.verify(password, user.hashed_password):
        raise HTTPException(status_code=401)
    return {"token": jwt.encode({"sub": user.id}, "key")}
```

```flask app.py
from flask import Flask, request
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.post("/login")
def login():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user is None or not check_password_hash(user.password_hash, request.form["password"]):
        return "wrong", 401
    login_user(user)
    return "welcome"
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("login/", views.sign_in)]
```

```django shop/views.py
from django.contrib.auth import authenticate, login
from django.http import HttpResponse


def sign_in(request):
    user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=401)
    login(request, user)
    return HttpResponse("welcome")
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddDbContext<ShopContext>();
var app = builder.Build();
app.MapControllers();
app.Run();

public class Member { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }
public class ShopContext : DbContext { public DbSet<Member> Members { get; set; } }
public record Credentials(string Name, string Password);

[ApiController]
[Route("login")]
public class LoginController(ShopContext db, IPasswordHasher<Member> hasher, IConfiguration settings) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Login(Credentials given)
    {
        var member = await db.Members.SingleOrDefaultAsync(m => m.Name == given.Name);
        if (member is null || hasher.VerifyHashedPassword(member, member.PasswordHash, given.Password) == PasswordVerificationResult.Failed)
        {
            return Unauthorized();
        }
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(settings["Jwt:Key"]));
        var token = new JwtSecurityToken(expires: DateTime.UtcNow.AddHours(1), signingCredentials: new SigningCredentials(key, "HS256"));
        return Ok(new JwtSecurityTokenHandler().WriteToken(token));
    }
}
```

## Good

```fastapi main.py
import logging

from fastapi import Depends, FastAPI, HTTPException
from passlib.context import CryptContext
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
import jwt

logger = logging.getLogger(__name__)
pwd_context = CryptContext(schemes=["bcrypt"])


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    hashed_password: Mapped[str]


def session():
    yield Session()


app = FastAPI()


@app.post("/login")
def login(name: str, password: str, db: Session = Depends(session)):
    user = db.query(User).filter(User.name == name).first()
    if user is None or not pwd_context.verify(password, user.hashed_password):
        logger.warning("sign-in of %s failed", name)
        raise HTTPException(status_code=401)
    logger.info("%s signed in", user.id)
    return {"token": jwt.encode({"sub": user.id}, "key")}
```

```flask app.py
from flask import Flask, request
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.post("/login")
def login():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user is None or not check_password_hash(user.password_hash, request.form["password"]):
        app.logger.warning("sign-in failed for %s", request.form["name"])
        return "wrong", 401
    login_user(user)
    app.logger.info("user %s signed in", user.id)
    return "welcome"
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("login/", views.sign_in)]
```

```django shop/views.py
import logging

from django.contrib.auth import authenticate, login
from django.http import HttpResponse

logger = logging.getLogger(__name__)


def sign_in(request):
    user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
    if user is None:
        logger.warning("sign-in of %s failed", request.POST["name"])
        return HttpResponse(status=401)
    login(request, user)
    logger.info("%s signed in", user.pk)
    return HttpResponse("welcome")
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddDbContext<ShopContext>();
var app = builder.Build();
app.MapControllers();
app.Run();

public class Member { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }
public class ShopContext : DbContext { public DbSet<Member> Members { get; set; } }
public record Credentials(string Name, string Password);

[ApiController]
[Route("login")]
public class LoginController(
    ShopContext db, IPasswordHasher<Member> hasher, IConfiguration settings, ILogger<LoginController> logger) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Login(Credentials given)
    {
        var member = await db.Members.SingleOrDefaultAsync(m => m.Name == given.Name);
        if (member is null || hasher.VerifyHashedPassword(member, member.PasswordHash, given.Password) == PasswordVerificationResult.Failed)
        {
            logger.LogWarning("Sign-in of {Name} failed", given.Name);
            return Unauthorized();
        }
        logger.LogInformation("{Id} signed in", member.Id);
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(settings["Jwt:Key"]));
        var token = new JwtSecurityToken(expires: DateTime.UtcNow.AddHours(1), signingCredentials: new SigningCredentials(key, "HS256"));
        return Ok(new JwtSecurityTokenHandler().WriteToken(token));
    }
}
```

## How to fix

Log both ends with account, address and outcome, and never the secret. Do it where the decision is made, so that no way past it exists.

## What it cannot see

What a library logs by itself, and what a provider logs that signs callers in elsewhere. Logs that production filters out by level.

## References

- CWE-778 Insufficient Logging
- OWASP ASVS 5.0, V16.3 Security Events
"""

from collections.abc import Iterator, Mapping, Sequence

from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.place import Step
from assay.model.program import Inventory, Setting
from assay.model.reach import Action
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.credentials import Event, event_of
from assay.rules.leavings import UNKEPT, Ground, Leaving, Worth, ground, left
from assay.rules.reaching import Bench

BENCH = Bench("AP110", "missing-auth-event-logging")
CHANGING = frozenset({Action.CREATE, Action.UPDATE, Action.DELETE})
LOGGED_ELSEWHERE = frozenset(
    {"PasswordSignInAsync", "CheckPasswordSignInAsync", "TwoFactorSignInAsync", "TwoFactorAuthenticatorSignInAsync"}
)
"""Calls of libraries that write some lines of their own."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint where an authentication event happens."""
    known = ground(inventory)
    everywhere = [setting for setting in inventory.settings if setting.name == "sign-in-log"]
    entities = {entity.name: entity for entity in inventory.entities}
    for endpoint in inventory.endpoints:
        event = event_of(endpoint, entities)
        if event is not None:
            if kept := "" if event.has_failure else _kept(endpoint, entities):
                yield BENCH.verdict(endpoint, Outcome.PASS, f"{endpoint.name} {event.what}, and {kept} tells of it.")
                continue
            yield _verdict(endpoint, event, known, [setting for setting in everywhere if setting.api == endpoint.api])


def _kept(endpoint: Endpoint, entities: Mapping[str, Entity]) -> str:
    """What keeps every change that an endpoint makes, of whatever it changes; "" when something of it is not kept."""
    accesses = endpoint.reach.accesses if endpoint.reach is not None else ()
    changed = {access.entity for access in accesses if access.action in CHANGING}
    audits = [entities[name].audit if name in entities else "" for name in sorted(changed)]
    return audits[0] if audits and all(audits) else ""


def _verdict(endpoint: Endpoint, event: Event, known: Ground, everywhere: Sequence[Setting]) -> Verdict:
    if settled := BENCH.settled(endpoint):
        return settled
    assert endpoint.reach is not None
    leaving = left(endpoint, known)
    starts = any(act.kind == "session-start" for act in endpoint.reach.acts)
    ends = {setting.value: setting for setting in everywhere if starts and event.has_failure}
    if leaving.worth < Worth.EVENT and (signal := ends.get("success")) is not None:
        leaving = Leaving(Worth.LOG, signal.detail("by"), signal.place)
    fails = "failure" in ends or any(
        note.branch != "success" and note.level not in UNKEPT for note in endpoint.reach.notes
    )
    is_logged = leaving.worth >= Worth.EVENT
    if is_logged and (fails or not event.has_failure or leaving.worth is Worth.RECORD):
        shown = (Step(f"logged: {leaving.text}", leaving.place),) if leaving.place is not None else ()
        return BENCH.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} {event.what}, and {leaving.text} tells of it.", shown
        )
    return _failure(endpoint, event, leaving, fails=fails)


def _failure(endpoint: Endpoint, event: Event, leaving: Leaving, *, fails: bool) -> Verdict:
    assert endpoint.reach is not None
    is_logged = leaving.worth >= Worth.EVENT
    is_printed = any(note.level == "console" for note in endpoint.reach.notes)
    if is_logged:
        why = "only that it worked is logged, not that it failed"
    elif is_printed and not fails:
        why = "only what is printed tells of it"
    elif fails:
        why = "only that it failed is logged, not who got in" if event.has_failure else "only failures are logged"
    else:
        why = "nothing of it is logged"
    by_library = any(act.name in LOGGED_ELSEWHERE for act in endpoint.reach.acts)
    is_silent = not (is_logged or fails or is_printed)
    is_sure = event.is_sure and is_silent and not endpoint.reach.gaps and not by_library
    confidence = Confidence.FIRM if is_sure else Confidence.TENTATIVE
    acts = tuple(Step(f"{act.kind}: {act.name}", act.place) for act in endpoint.reach.acts[:4])
    step = Step(f"No log line, audit record or event tells of it: {why}.", endpoint.place)
    return BENCH.failure(
        endpoint,
        f"{endpoint.name} {event.what}, and {why}.",
        (Severity.MEDIUM, confidence),
        place=endpoint.place,
        shown=(*acts, step),
        fix=remedy.report(endpoint),
    )


RULE = Rule(
    id="AP110",
    name="silent-sign-in",
    title="Sign-in or change of credentials is not logged",
    weakness=BENCH.weakness,
    severity=Severity.MEDIUM,
    family="sign-in-log",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
    statement="sign-ins and changes of credentials are logged",
)
