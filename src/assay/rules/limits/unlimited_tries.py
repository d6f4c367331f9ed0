"""Nothing limits how often a caller may try to sign in, to guess a code, to reset a password or to register.

## What it finds

Endpoints that sign callers in, verify second factors or one-time codes, reset passwords, register accounts, or ask for one more password
(a step up, the password of a team or of a shared link), where nothing limits tries:
no limiter on the handler, its class, its group or the whole application, no lockout after failures, no count of failures that is asked, no
captcha, no answer 429 on any way. A limiter object that is made and put on nothing limits nothing; attributes of ASP.NET Core count only
with `UseRateLimiter()`.

## Why it matters

A list of leaked passwords is tried at some thousand a minute, a code of six digits is guessed within the hour, and a reset form fills the
mailboxes of others. Who tries needs no flaw, only patience.

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
from flask_limiter import Limiter
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)
limiter = Limiter(app=app, key_func=lambda: request.remote_addr)


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

```aspnetcore Program.cs
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();
```

```aspnetcore AccountController.cs
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

public class LoginModel { public string Name { get; set; } public string Password { get; set; } }

[ApiController]
[Route("account")]
public class AccountController : ControllerBase
{
    private readonly SignInManager<IdentityUser> signInManager;

    public AccountController(SignInManager<IdentityUser> signInManager) { this.signInManager = signInManager; }

    [HttpPost("login")]
    public async Task<IActionResult> Login(LoginModel model)
    {
        var result = await signInManager.PasswordSignInAsync(model.Name, model.Password, false, lockoutOnFailure: false);
        return result.Succeeded ? Ok() : Unauthorized();
    }
}
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

## Good

```fastapi main.py
from fastapi import Depends, FastAPI, HTTPException
from fastapi_limiter.depends import RateLimiter
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


@app.post("/login", dependencies=[Depends(RateLimiter(times=5, seconds=60))])
def login(name: str, password: str, db: Session = Depends(session)):
    user = db.query(User).filter(User.name == name).first()
    if user is None or not pwd_context.verify(password, user.hashed_password):
        raise HTTPException(status_code=401)
    return {"token": jwt.encode({"sub": user.id}, "key")}
```

```flask app.py
from flask import Flask, request
from flask_limiter import Limiter
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)
limiter = Limiter(app=app, key_func=lambda: request.remote_addr)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.post("/login")
@limiter.limit("5/minute")
def login():
    user = User.query.filter_by(name=request.form["name"]).first()
    if user is None or not check_password_hash(user.password_hash, request.form["password"]):
        return "wrong", 401
    login_user(user)
    return "welcome"
```

```aspnetcore Program.cs
using Microsoft.AspNetCore.Builder;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
var app = builder.Build();
app.MapControllers();
app.Run();
```

```aspnetcore AccountController.cs
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

public class LoginModel { public string Name { get; set; } public string Password { get; set; } }

[ApiController]
[Route("account")]
public class AccountController : ControllerBase
{
    private readonly SignInManager<IdentityUser> signInManager;

    public AccountController(SignInManager<IdentityUser> signInManager) { this.signInManager = signInManager; }

    [HttpPost("login")]
    public async Task<IActionResult> Login(LoginModel model)
    {
        var result = await signInManager.PasswordSignInAsync(model.Name, model.Password, false, lockoutOnFailure: true);
        return result.Succeeded ? Ok() : Unauthorized();
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["axes", "django.contrib.auth", "shop"]
MIDDLEWARE = ["axes.middleware.AxesMiddleware"]
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

## How to fix

Limit tries by address and by account, and slow down or lock after failures. A limit by address alone does not stop those who have many.

## What it cannot see

A limit in a gateway, proxy or web application firewall: say so in an exemption. Whether a limit is low enough is not judged. Sign-in
that a library answers without code of the project, and providers that sign callers in elsewhere, are not judged.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication and API4 Unrestricted Resource Consumption
- CWE-307 Improper Restriction of Excessive Authentication Attempts
- CWE-799 Improper Control of Interaction Frequency
"""

from collections.abc import Iterator

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory, Setting
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.doors import Door, Entrance, entrance
from assay.rules.reaching import Bench

GUESSED = Bench("AP106", "missing-brute-force-protection")
REPEATED = Bench("AP106", "missing-rate-limit")
BENCHES = {
    Door.SIGN_IN: GUESSED,
    Door.CODE: GUESSED,
    Door.RECOVERY: REPEATED,
    Door.REGISTRATION: REPEATED,
    Door.SENDING: REPEATED,
    Door.AGAIN: GUESSED,
}
SEVERITY = {
    Door.REGISTRATION: Severity.LOW,
    Door.RECOVERY: Severity.MEDIUM,
    Door.SENDING: Severity.MEDIUM,
    Door.AGAIN: Severity.MEDIUM,
}


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint that may be a way in."""
    limited = {setting.api: setting for setting in inventory.settings if setting.name == "rate-limit"}
    for endpoint in inventory.endpoints:
        found = entrance(endpoint)
        if found is not None:
            yield _verdict(endpoint, found, limited.get(endpoint.api))


def _verdict(endpoint: Endpoint, found: Entrance, limited: Setting | None) -> Verdict:
    bench = BENCHES[found.door]
    if limited is not None:
        step = Step(f"the application limits tries: {limited.detail('by')}", limited.place) if limited.place else None
        message = f"{endpoint.name} {found.door}, and {limited.detail('by')} limits tries for the whole application."
        return bench.verdict(endpoint, Outcome.PASS, message, (step,) if step is not None else ())
    throttles = endpoint.reach.throttles if endpoint.reach is not None else ()
    if throttles:
        steps = tuple(
            Step(f"{throttle.kind}: {throttle.text}", throttle.place)
            for throttle in throttles
            if throttle.place is not None
        )
        return bench.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} {found.door}, and {throttles[0].text} limits tries.", steps
        )
    if settled := bench.settled(endpoint):
        return settled
    return _failure(endpoint, found)


def _failure(endpoint: Endpoint, found: Entrance) -> Verdict:
    assert endpoint.reach is not None
    is_sure = found.is_sure and not endpoint.reach.gaps
    confidence = Confidence.FIRM if is_sure else Confidence.TENTATIVE
    acts = tuple(Step(f"{act.kind}: {act.name}", act.place) for act in endpoint.reach.acts[:4])
    message = f"{endpoint.name} {found.door}, and nothing limits how often that may be tried."
    step = Step("No limiter, lockout, count of failures, captcha or answer 429 was seen.", endpoint.place)
    return BENCHES[found.door].failure(
        endpoint,
        message,
        (SEVERITY.get(found.door, Severity.HIGH), confidence),
        place=endpoint.place,
        shown=(*acts, step),
        fix=remedy.throttle(endpoint),
    )


RULE = Rule(
    id="AP106",
    name="unlimited-tries",
    title="Sign-in, reset, code or registration can be tried without limit",
    weakness=GUESSED.weakness,
    severity=Severity.HIGH,
    family="throttling",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "aspnetcore", "django"),
    statement="ways in limit how often they may be tried",
)
