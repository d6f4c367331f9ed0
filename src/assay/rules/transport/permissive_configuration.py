"""A setting opens the API to other origins, to plain HTTP, or to a look at its inside.

## What it finds

Cross-origin policies that trust every origin, the redirection to HTTPS or Strict-Transport-Security switched off, debug mode or
detailed errors in production, session cookies over plain HTTP, and settings of that kind. Each is judged by its value and by
the environment that its branch names: what holds in development only is not applicable, what comes from outside the code is
`not-tested`. A policy that is declared and never applied does no harm; one that middleware writes into headers by hand counts.

That nothing forces HTTPS is `not-tested`, because a proxy may do it; for ASP.NET Core, whose templates do it, it is a
tentative finding, unless the application takes the scheme from the headers of a proxy.

## Why it matters

With every origin trusted, any web page that a user opens acts in the user's name. Debug pages show code and secrets, and some run
what is typed into them.

## Bad

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors();
var app = builder.Build();
app.UseDeveloperExceptionPage();
app.UseHttpsRedirection();
app.UseHsts();
app.UseCors(policy => policy.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowAnyMethod().AllowCredentials());
app.MapGet("/health", () => "ok");
app.Run();
```

```fastapi main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI(debug=True)
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])


@app.get("/health")
def health() -> str:
    return "ok"
```

```flask app.py
from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
app.config["DEBUG"] = True
CORS(app, origins="*", supports_credentials=True)


@app.get("/health")
def health():
    return "ok"
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "corsheaders"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = True
```

```django shop/urls.py
from django.http import JsonResponse
from django.urls import path

urlpatterns = [path("health/", lambda request: JsonResponse({"ok": True}))]
```

## Good

```aspnetcore Program.cs
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddCors(options =>
    options.AddDefaultPolicy(policy => policy.WithOrigins("https://shop.example").AllowCredentials()));
var app = builder.Build();
if (app.Environment.IsDevelopment())
{
    app.UseDeveloperExceptionPage();
}
else
{
    app.UseHsts();
}
app.UseHttpsRedirection();
app.UseCors();
app.MapGet("/health", () => "ok");
app.Run();
```

```fastapi main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_credentials=True)


@app.get("/health")
def health() -> str:
    return "ok"
```

```flask app.py
from flask import Flask
from flask_cors import CORS

app = Flask(__name__)
CORS(app, origins=["https://shop.example"], supports_credentials=True)


@app.get("/health")
def health():
    return "ok"
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = True
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "corsheaders"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]
CORS_ALLOWED_ORIGINS = ["https://shop.example"]
```

```django shop/urls.py
from django.http import JsonResponse
from django.urls import path

urlpatterns = [path("health/", lambda request: JsonResponse({"ok": True}))]
```

## How to fix

Name the origins that may call, redirect to HTTPS and send Strict-Transport-Security where no proxy does, and let debug pages stand in
a branch for development.

## What it cannot see

Headers that a proxy adds or removes, and settings that come from environment variables or files of the deployment.

## References

- OWASP API Security Top 10 2023, API8 Security Misconfiguration
- CWE-942 Permissive Cross-domain Policy, CWE-319 Cleartext Transmission, CWE-489 Active Debug Code
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Api, Inventory, Setting
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.cors import cors
from assay.rules.landscape import PRODUCTION, landscapes
from assay.rules.ruling import Ruling, refused
from assay.rules.switches import SWITCHES, switch

ENCRYPTION = ("hsts", "https-redirection")
FAR = 5
"""Lines from a decorator, in which the handler does not stand that it is put on."""
PROTOCOL = frozenset({"oauth", "oauth2", "openid", "oidc", "jwks", "jwks.json", ".well-known", "userinfo"})
TEMPLATED = frozenset({"aspnetcore"})
"""Frameworks whose project templates redirect to HTTPS, so that somebody took it away where it is missing."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every setting that is known, and for the encryption of every API that says nothing about it."""
    asking = {endpoint.api for endpoint in inventory.endpoints if endpoint.authorization is not Authorization.PUBLIC}
    apis = {api.id: api for api in inventory.apis}
    for setting in inventory.settings:
        ruling = _ruling(setting, has_authentication=setting.api in asking)
        if ruling:
            if setting.name == "cors" and _is_of_protocol(setting, inventory.endpoints):
                ruling = replace(ruling, confidence=Confidence.TENTATIVE)
            framework = apis[setting.api].framework if setting.api in apis else ""
            yield _verdict(setting, ruling, framework)
    said = {(setting.api, setting.name) for setting in inventory.settings}
    behind = {setting.api for setting in inventory.settings if setting.name == "forwarded-headers"}
    answering = {api for api, landscape in landscapes(inventory).items() if landscape.endpoints}
    for api in inventory.apis:
        if api.id in answering and not any((api.id, name) in said for name in ENCRYPTION):
            yield _of_silence(api, is_behind=api.id in behind)


def _is_of_protocol(setting: Setting, endpoints: Sequence[Endpoint]) -> bool:
    """Whether a policy is put on an endpoint of OAuth or OpenID Connect alone, which pages of clients ask from elsewhere."""
    if setting.detail("scope") != "endpoints" or setting.place is None or setting.detail("credentials") == "true":
        return False
    path, line = setting.place.path, setting.place.line
    away = [(abs(each.place.line - line), each) for each in endpoints if each.place.path == path]
    least = min((distance for distance, _ in away), default=FAR)
    near = [each for distance, each in away if distance == least < FAR]
    return bool(near) and all(PROTOCOL & set(each.path.lower().split("/")) for each in near)


def _ruling(setting: Setting, *, has_authentication: bool) -> Ruling | None:
    if setting.name != "cors" and setting.name not in SWITCHES:
        return None
    if setting.environment.lower() not in PRODUCTION:
        message = f"{setting.name} is set so in {setting.environment} only."
        weakness = "permissive-cors" if setting.name == "cors" else SWITCHES[setting.name].weakness
        return Ruling(Outcome.NOT_APPLICABLE, message, weakness)
    return cors(setting, has_authentication=has_authentication) if setting.name == "cors" else switch(setting)


def _verdict(setting: Setting, ruling: Ruling, framework: str) -> Verdict:
    is_failure = ruling.outcome is Outcome.FAIL
    policy = setting.detail("policy")
    return Verdict(
        rule=RULE.id,
        weakness=ruling.weakness,
        subject=Subject(setting.api, "setting", symbol=f"{setting.name} {policy}".rstrip()),
        outcome=ruling.outcome,
        message=ruling.message,
        severity=ruling.severity,
        confidence=ruling.confidence,
        place=setting.place,
        steps=setting.steps,
        fix=remedy.setting(setting.name, framework) if is_failure else "",
        framework=framework,
    )


def _of_silence(api: Api, *, is_behind: bool) -> Verdict:
    """The verdict on an API in which nothing forces HTTPS; one that stands behind a proxy leaves it to that."""
    message = f"Nothing in the code of {api.name} redirects to HTTPS or sends Strict-Transport-Security; a proxy may."
    ruling = Ruling(Outcome.NOT_TESTED, message, "plaintext-http")
    if api.framework in TEMPLATED and not is_behind:
        ruling = refused(message, "plaintext-http", Severity.LOW, Confidence.TENTATIVE)
    silence = Setting(api=api.id, name="https-redirection", value="unknown", environment="any", place=api.place)
    return _verdict(silence, ruling, api.framework)


RULE = Rule(
    id="AP105",
    name="permissive-configuration",
    title="Setting opens the API to other origins, plain HTTP or a look inside",
    weakness="permissive-cors",
    severity=Severity.HIGH,
    family="configuration",
    specificity=10,
    judge=verdicts,
    frameworks=("aspnetcore", "django", "fastapi", "flask"),
    statement="security settings are as they should be in production",
)
