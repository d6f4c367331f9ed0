"""Tokens, session cookies, passwords or connections are protected by something that does not hold.

## What it finds

Signed tokens that are read without a check of their signature, with `none` as algorithm, or whose end is not asked for; tokens made
without an end or signed with a key that stands in the code; session cookies that scripts can read or that go over plain HTTP; passwords
that are compared or stored as they are, stored encrypted, or hashed with MD5, SHA-1 or a fast hash; tokens and one-time codes from a
predictable random generator; DES, RC4 and ECB; clients that believe every certificate. In handlers, and where the program starts.

## Why it matters

Whoever can make a token, guess a code or read a session is somebody else from then on; all rights are asked of the wrong person.

## Bad

```fastapi main.py
import hashlib

import jwt
from fastapi import FastAPI, Header
from pydantic import BaseModel

app = FastAPI()


class Login(BaseModel):
    name: str
    password: str


@app.get("/me")
def me(authorization: str = Header("")):
    return jwt.decode(authorization, options={"verify_signature": False})


@app.post("/login")
def login(body: Login):
    return {"digest": hashlib.md5(body.password.encode()).hexdigest()}
```

```flask app.py
import requests
from flask import Flask, make_response

app = Flask(__name__)


@app.post("/login")
def login():
    response = make_response("welcome")
    response.set_cookie("session", "value", httponly=False, secure=False)
    return response


@app.get("/rates")
def rates():
    return requests.get("https://rates.example/today", verify=False, timeout=5).json()
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore AccountController.cs
using System.IdentityModel.Tokens.Jwt;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("account")]
public class AccountController : ControllerBase
{
    [HttpPost]
    public IActionResult Register(string password)
    {
        var digest = MD5.Create().ComputeHash(Encoding.UTF8.GetBytes(password));
        return Ok(digest.Length);
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
import hashlib

import jwt
from django.http import JsonResponse
from django.urls import path


def me(request):
    return JsonResponse(jwt.decode(request.headers["Authorization"], options={"verify_signature": False}))


def register(request):
    return JsonResponse({"digest": hashlib.md5(request.POST["password"].encode()).hexdigest()})


urlpatterns = [path("me/", me), path("register/", register)]
```

## Good

```fastapi main.py
import os

import bcrypt
import jwt
from fastapi import FastAPI, Header
from pydantic import BaseModel

app = FastAPI()


class Login(BaseModel):
    name: str
    password: str


@app.get("/me")
def me(authorization: str = Header("")):
    return jwt.decode(authorization, os.environ["KEY"], algorithms=["HS256"])


@app.post("/login")
def login(body: Login):
    return {"digest": bcrypt.hashpw(body.password.encode(), bcrypt.gensalt())}
```

```flask app.py
import requests
from flask import Flask, make_response

app = Flask(__name__)


@app.post("/login")
def login():
    response = make_response("welcome")
    response.set_cookie("session", "value", httponly=True, secure=True, samesite="Lax")
    return response


@app.get("/rates")
def rates():
    return requests.get("https://rates.example/today", timeout=5).json()
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore AccountController.cs
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("account")]
public class AccountController : ControllerBase
{
    [HttpPost]
    public IActionResult Register(string password)
    {
        var digest = new PasswordHasher<string>().HashPassword("name", password);
        return Ok(digest.Length);
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
import os

import jwt
from django.contrib.auth.hashers import make_password
from django.http import JsonResponse
from django.urls import path


def me(request):
    return JsonResponse(jwt.decode(request.headers["Authorization"], os.environ["KEY"], algorithms=["HS256"]))


def register(request):
    return JsonResponse({"digest": make_password(request.POST["password"])})


urlpatterns = [path("me/", me), path("register/", register)]
```

## How to fix

Check the signature, issuer, audience and end of every token, with a key from the environment. Hash passwords with a function made for
them (Argon2, bcrypt, PBKDF2), draw secrets from the system's generator (`secrets`, `RandomNumberGenerator`), mark session cookies
HttpOnly, Secure and SameSite, and leave certificates to be checked.

## What it cannot see

Keys and lifetimes that come from configuration. What a proxy does to cookies. What a hash is for is told by names: a hash of a file is
left alone, and findings that rest on the name of a function are tentative, as API keys without an end are, which is often on purpose.

## References

- OWASP API Security Top 10 2023, API2 Broken Authentication
- CWE-347, CWE-613, CWE-614, CWE-327, CWE-328, CWE-330, CWE-916, CWE-295
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assay.model.endpoint import Endpoint
from assay.model.place import Place, Step
from assay.model.program import Api, Inventory
from assay.model.reach import Use
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules.machines import makes_a_key
from assay.rules.reaching import Bench

BENCH = Bench("AP109", "jwt-weakness")
WEAKNESSES = {
    "jwt-sign": "jwt-weakness",
    "jwt-verify": "jwt-weakness",
    "cookie": "insecure-cookie",
    "session": "weak-session-management",
    "hash": "weak-crypto",
    "password-hash": "weak-crypto",
    "random": "weak-crypto",
    "cipher": "weak-crypto",
    "tls": "disabled-tls-verification",
}
SAYS = {
    "no-verification": "reads a token without checking its signature",
    "none-algorithm": "accepts or makes tokens that nobody signed",
    "no-expiry": "uses tokens that never end",
    "constant-key": "signs tokens with a key that stands in the code",
    "weak-key": "signs tokens with a short key that stands in the code",
    "no-issuer": "accepts tokens of any issuer",
    "no-audience": "accepts tokens that were made for others",
    "long-lifetime": "makes tokens that live for a week or longer",
    "no-httponly": "sets a session cookie that scripts can read",
    "no-secure": "sets a session cookie that also goes over plain HTTP",
    "plain-password": "compares passwords as they are, so that they are stored so",
    "stored-plain": "stores a password as it was sent",
    "reversible": "stores a password encrypted, so that it can be read again",
    "weak-hash": "hashes a password or token with a broken hash",
    "unsalted": "hashes a password with a fast hash",
    "predictable": "makes a secret with a predictable random generator",
    "weak-cipher": "encrypts with a cipher that does not hold",
    "no-certificate-check": "talks to a server whose certificate it does not check",
}
FIXES = {
    "no-verification": "Check it: jwt.decode(token, key, algorithms=[...]); on .NET leave RequireSignedTokens and the signature check on.",
    "none-algorithm": 'Name one algorithm and no other: algorithms=["RS256"].',
    "no-expiry": "Give every token an end (exp, expires) and ask for it (ValidateLifetime).",
    "constant-key": "Take the key from the environment or a vault, and change it.",
    "weak-key": "Take a random key of 32 bytes or more from the environment or a vault.",
    "no-issuer": "Set ValidIssuer and leave ValidateIssuer on.",
    "no-audience": "Set ValidAudience and leave ValidateAudience on.",
    "long-lifetime": "Let access tokens live for minutes, and renew them with a refresh token that can be revoked.",
    "no-httponly": "Set HttpOnly, Secure and SameSite on it.",
    "no-secure": "Set Secure (and HttpOnly, SameSite) on it.",
    "plain-password": "Store a hash made for passwords (Argon2, bcrypt, PBKDF2) and let its library compare.",
    "stored-plain": "Store a hash made for passwords (Argon2, bcrypt, PBKDF2) and let its library compare.",
    "reversible": "Store a hash made for passwords (Argon2, bcrypt, PBKDF2): nobody has to read a password again.",
    "weak-hash": "Use a hash made for passwords (Argon2, bcrypt, PBKDF2); for tokens HMAC with SHA-256.",
    "unsalted": "Use a hash made for passwords (Argon2, bcrypt, PBKDF2).",
    "predictable": "Use secrets.token_urlsafe() or RandomNumberGenerator.GetBytes().",
    "weak-cipher": "Use AES-GCM or ChaCha20-Poly1305.",
    "no-certificate-check": "Leave certificates to be checked; trust a private authority by its certificate.",
}
APART = frozenset({"test", "tests", "testing", "example", "examples", "sample", "samples"})
GRAVE = frozenset({"no-verification", "none-algorithm", "plain-password", "stored-plain", "weak-key", "constant-key"})
LIGHT = frozenset({"no-httponly", "no-secure", "no-issuer", "no-audience", "long-lifetime"})


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for each endpoint and kind of use, and for each use when a program starts."""
    for endpoint in inventory.endpoints:
        yield from _of_endpoint(endpoint)
    for use in worst_of_each(inventory.uses):
        yield _of_start(inventory.apis, use)


def worst_of_each(uses: Sequence[Use]) -> Iterator[Use]:
    """Of several things that are wrong at one place the gravest: `ValidateLifetime = false` beside `ValidateIssuer = false`."""
    groups: dict[tuple[str, str, Place], list[Use]] = {}
    for use in uses:
        groups.setdefault((use.kind, use.symbol, use.place), []).append(use)
    for group in groups.values():
        yield min(group, key=lambda use: (not use.problem, not use.is_certain, _severity(use).rank))


def _of_endpoint(endpoint: Endpoint) -> Iterator[Verdict]:
    if settled := BENCH.settled(endpoint):
        yield settled
        return
    assert endpoint.reach is not None
    uses = endpoint.reach.uses
    for kind in dict.fromkeys(use.kind for use in uses):
        yield _of_kind(endpoint, kind, [use for use in uses if use.kind == kind])
    if uses:
        return
    if endpoint.reach.gaps:
        yield BENCH.verdict(
            endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {endpoint.reach.gaps[0].reason}."
        )
    else:
        yield BENCH.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} makes no token, cookie, hash or cipher."
        )


def _of_kind(endpoint: Endpoint, kind: str, uses: Sequence[Use]) -> Verdict:
    wrong = sorted((use for use in uses if use.problem), key=lambda use: (not use.is_certain, use.problem not in GRAVE))
    if not wrong:
        message = f"{endpoint.name} does it right: {uses[0].symbol}."
        shown = tuple(Step(use.symbol, use.place) for use in uses)
        return replace(BENCH.verdict(endpoint, Outcome.PASS, message, shown, kind), weakness=WEAKNESSES[kind])
    worst = wrong[0]
    is_meant = worst.problem == "no-expiry" and makes_a_key(endpoint)
    found = BENCH.failure(
        endpoint,
        f"{endpoint.name} {SAYS[worst.problem]} ({worst.symbol}).",
        (_severity(worst), Confidence.TENTATIVE if is_meant else _confidence(worst)),
        place=worst.place,
        shown=tuple(Step(f"{SAYS[use.problem]}: {use.symbol}", use.place) for use in wrong),
        fix=FIXES[worst.problem],
        symbol=kind,
    )
    return replace(found, weakness=WEAKNESSES[kind], root=f"{kind}: {worst.symbol}")


def _of_start(apis: Sequence[Api], use: Use) -> Verdict:
    api = _owner(apis, use)
    subject = Subject(api.id if api else "", "api", symbol=f"{use.kind}: {use.symbol}")
    name = (api.name if api else "") or "The program"
    framework, weakness = api.framework if api else "", WEAKNESSES[use.kind]
    known = {"rule": "AP109", "weakness": weakness, "subject": subject, "place": use.place, "framework": framework}
    if not use.problem:
        return Verdict(outcome=Outcome.PASS, message=f"{name} does it right: {use.symbol}.", **known)  # type: ignore[arg-type]
    return Verdict(
        outcome=Outcome.FAIL,
        message=f"{name} {SAYS[use.problem]} ({use.symbol}).",
        severity=_severity(use),
        confidence=Confidence.TENTATIVE if _is_aside(use) else _confidence(use),
        steps=(Step(use.symbol, use.place),),
        fix=FIXES[use.problem],
        root=f"{use.kind}: {use.symbol}",
        **known,  # type: ignore[arg-type]
    )


def _owner(apis: Sequence[Api], use: Use) -> Api | None:
    """The API in whose folder a use stands, the innermost; else the first."""
    inside = [api for api in apis if api.root in {"", "."} or use.place.path.startswith(api.root + "/")]
    return max(inside, key=lambda api: (len(api.root), api.id), default=apis[0] if apis else None)


def _is_aside(use: Use) -> bool:
    """Whether it is not served: no endpoint reaches it where functions run only when they are called, or it is for tests."""
    folders = set(use.place.path.lower().replace(".", "/").split("/")[:-1])
    return bool(folders & APART) or (use.kind in {"tls", "jwt-verify"} and use.place.path.endswith(".py"))


def _severity(use: Use) -> Severity:
    if use.problem in GRAVE:
        return Severity.HIGH
    is_light = use.problem in LIGHT or (use.problem == "unsalted" and not use.is_certain)  # a salt may be elsewhere
    return Severity.LOW if is_light else Severity.MEDIUM


def _confidence(use: Use) -> Confidence:
    return Confidence.FIRM if use.is_certain else Confidence.TENTATIVE


RULE = Rule(
    id="AP109",
    name="weak-token-or-crypto",
    title="Tokens, sessions or passwords are weakly protected",
    weakness=BENCH.weakness,
    severity=Severity.HIGH,
    family="token",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "aspnetcore", "django"),
    statement="uses of tokens, cookies and cryptography hold",
)
