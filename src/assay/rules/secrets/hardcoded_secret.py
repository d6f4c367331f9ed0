"""A secret stands in source or configuration.

## What it finds

Keys, tokens, passwords and private keys in the files of the project: values of more than 200 formats of known services, by prefix, shape
and checksum, and values beside names such as `password`, `client_secret` or `signing key` that are as random as a secret or
that sign something and can be guessed. A literal that stands in for a missing setting is a secret too, and so is one that a password
is compared with, that an account is made with (`CreateAsync(user, "...")`, `hash_password("...")`, `INSERT INTO users`), that is handed
to what signs, encrypts or signs in, and a store of keys (`.pfx`, `.p12`, `.jks`). Cells of notebooks are searched as well. Placeholders
in a dozen languages, references to the environment, hashes and public keys are not. What stands in tests, examples and
documentation is for review only, and so is what is often published on purpose. Values are never shown: each is told by its length and,
when it is long, its first two characters.

## Why it matters

Whoever has the code has the secret: every developer, every build server, everybody with an old copy. A signing key in the code lets them
make tokens for any user. A secret in a repository stays in its history after it was taken out.

## Bad

```aspnetcore Program.cs
using Microsoft.IdentityModel.Tokens;
using System.Text;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication().AddJwtBearer(options =>
    options.TokenValidationParameters.IssuerSigningKey =
        new SymmetricSecurityKey(Encoding.UTF8.GetBytes(builder.Configuration["Jwt:Key"])));
var app = builder.Build();
app.MapGet("/health", () => "ok");
app.Run();
```

```aspnetcore appsettings.json
{
  "Jwt": { "Issuer": "shop", "SecretKey": "shopsecret_shopsecret1234!" }
}
```

```fastapi main.py
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret_key: str = "super-secret-jwt-key"


settings = Settings()
app = FastAPI()


@app.get("/health")
def health() -> str:
    return "ok"
```

```flask app.py
import os

from flask import Flask

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "c9b1f0a7e24d4b6f8a35d27c1e90b4f6")


@app.get("/health")
def health():
    return "ok"
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
SECRET_KEY = "django-insecure-q8#v2m!z4k@1x7w9r3t5y0u6p2a8s4d1f7g3h9j5k0l6"
```

```django shop/urls.py
from django.http import JsonResponse
from django.urls import path

urlpatterns = [path("health/", lambda request: JsonResponse({"ok": True}))]
```

## Good

```aspnetcore Program.cs
using Microsoft.IdentityModel.Tokens;
using System.Text;

var builder = WebApplication.CreateBuilder(args);
var key = builder.Configuration["Jwt:Key"] ?? throw new InvalidOperationException("Jwt:Key is not set");
builder.Services.AddAuthentication().AddJwtBearer(options =>
    options.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)));
var app = builder.Build();
app.MapGet("/health", () => "ok");
app.Run();
```

```aspnetcore appsettings.json
{
  "Jwt": { "Issuer": "shop", "Key": "" }
}
```

```fastapi main.py
from fastapi import FastAPI
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    jwt_secret_key: SecretStr


settings = Settings()
app = FastAPI()


@app.get("/health")
def health() -> str:
    return "ok"
```

```flask app.py
import os

from flask import Flask

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]


@app.get("/health")
def health():
    return "ok"
```

```django shop/settings.py
import os

ROOT_URLCONF = "shop.urls"
SECRET_KEY = os.environ["SECRET_KEY"]
```

```django shop/urls.py
from django.http import JsonResponse
from django.urls import path

urlpatterns = [path("health/", lambda request: JsonResponse({"ok": True}))]
```

## How to fix

Revoke the secret and make a new one: it has been read. Keep the new one in a secret store or the environment, and let the program
end at its start when it is missing, without a value to fall back to. Then take the old one out of the history, or accept that
it stays there.

## What it cannot see

Secrets that a service no longer honours, since nothing is ever tried out; secrets in the history of the repository (AP202), in images and
in binary files that are no stores of keys; words that are passwords outside of names that say so; values that the code puts together from
parts; passwords that reach an account through a function of the project.

## References

- CWE-798 Use of Hard-coded Credentials, CWE-321 Use of Hard-coded Cryptographic Key
- OWASP API Security Top 10 2023, API8 Security Misconfiguration
- OWASP ASVS 5.0, V13.3 Secret Management
"""

from collections import defaultdict
from collections.abc import Iterator

from assay.model.place import Place, Step
from assay.model.program import Api, Inventory
from assay.model.secret import Proof, Secret, Standing
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules.leak import ASIDE, TREE, confidence, severity, symbol

SHOWN = 20
"""So many places are named as steps."""
FIX = {
    "aspnetcore": 'read it with `builder.Configuration["…"] ?? throw …` from the environment, user secrets or a key vault.',
    "django": 'read it with `os.environ["…"]`, without a default.',
    "fastapi": "declare it as `SecretStr` of the settings, without a default, so that it comes from the environment.",
    "flask": 'read it with `os.environ["…"]`, without a default.',
}
ELSEWHERE = "read it from the environment or a secret store."
REASONS = {
    Proof.CHECKSUM: "its format and its checksum are right",
    Proof.FORMAT: "it has the format of one",
    Proof.ENTROPY: "it is named like a secret and is no placeholder",
    Proof.GUESSABLE: "it opens or signs something and can be guessed",
    Proof.WEAK: "it may be one",
}


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every secret, and for every API, or the tree where there is none, whether it is free of them."""
    apis = {api.id: api for api in inventory.apis}
    groups: dict[tuple[str, str], list[Secret]] = defaultdict(list)
    for secret in inventory.secrets:
        groups[_api(secret.place.path, inventory.apis), symbol(secret)].append(secret)
    for (api, name), secrets in sorted(groups.items()):
        framework = apis[api].framework if api in apis else ""
        yield _failure(Subject(api, "secret", symbol=name), sorted(secrets, key=_gravity), framework)
    guilty = {api for api, _ in groups}
    for identifier in sorted(apis) or [TREE]:
        if identifier not in guilty:
            yield _of_silence(identifier, apis.get(identifier), inventory)


def _api(path: str, apis: tuple[Api, ...]) -> str:
    """The API in whose folder a file stands; the tree, where several share it or none has it."""
    holding = [api for api in apis if api.root in {"", TREE} or path.startswith(f"{api.root}/")]
    deepest = max((len(api.root.strip(TREE)) for api in holding), default=0)
    found = [api.id for api in holding if len(api.root.strip(TREE)) == deepest]
    if not found and len(apis) == 1:
        return apis[0].id
    return found[0] if len(found) == 1 else TREE


def _gravity(secret: Secret) -> tuple[bool, int, bool, Place]:
    is_aside = secret.standing is not Standing.PRODUCT
    return (confidence(secret) is Confidence.TENTATIVE, severity(secret).rank, is_aside, secret.place)


def _failure(subject: Subject, secrets: list[Secret], framework: str) -> Verdict:
    worst = secrets[0]
    steps = [Step(f"{secret.title}{_named(secret)}: {secret.masked}", secret.place) for secret in secrets[:SHOWN]]
    if len(secrets) > SHOWN:
        steps.append(Step(f"and at {len(secrets) - SHOWN} further places"))
    return Verdict(
        rule=RULE.id,
        weakness=RULE.weakness,
        subject=subject,
        outcome=Outcome.FAIL,
        message=_message(worst, len(secrets)),
        severity=severity(worst),
        confidence=confidence(worst),
        place=worst.place,
        steps=tuple(steps),
        fix=f"Revoke it and make a new one; {FIX.get(framework, ELSEWHERE)}",
        framework=framework,
    )


def _message(secret: Secret, count: int) -> str:
    title = secret.title[:1].upper() + secret.title[1:]
    if secret.standing in ASIDE:
        values = "1 value" if count == 1 else f"{count} values"
        return f"{title}: {values} of this kind in {ASIDE[secret.standing]}; make sure that none is in use."
    where = " for development" if secret.standing is Standing.DEVELOPMENT else ""
    fallback = ", as the value to fall back to when the setting is missing" if secret.is_fallback else ""
    places = f" at {count} places" if count > 1 else ""
    return f"{title}{_named(secret)} stands{where} in {secret.place.path}{places}{fallback}: {REASONS[secret.proof]}."


def _named(secret: Secret) -> str:
    return f" `{secret.name}`" if secret.name else ""


def _of_silence(identifier: str, api: Api | None, inventory: Inventory) -> Verdict:
    """The verdict on what no secret stands in: a pass only if everything was searched."""
    name = api.name if api else "the tree"
    search = inventory.search
    lost = search.unread + search.too_large
    outcome = Outcome.PASS if search.files and not lost else Outcome.NOT_TESTED
    message = f"No secret stands in {name}: {search.files} files were searched."
    if not search.files:
        message = f"{name}: no file was searched for secrets."
    elif lost:
        message = f"{name}: {lost} files are too large or could not be read and were not searched for secrets."
    return Verdict(
        rule=RULE.id,
        weakness=RULE.weakness,
        subject=Subject(identifier, "api", symbol="secrets"),
        outcome=outcome,
        message=message,
        place=api.place if api else None,
        framework=api.framework if api else "",
    )


RULE = Rule(
    id="AP201",
    name="hardcoded-secret",
    title="Secret stands in source or configuration",
    weakness="hardcoded-secret",
    severity=Severity.CRITICAL,
    family="secrets",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
)
