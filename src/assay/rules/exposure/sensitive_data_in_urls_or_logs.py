"""A secret travels in a URL, or is written into the log.

## What it finds

Parameters of the path or the query whose names say password, secret, API key, access token, card or social security number, outside of the
links that have to hold a token (confirmation, reset, invitation, call-backs of a sign-in). And secrets of the request, or of
loaded objects,
that a handler or what it calls hands to a logger or prints: alone, or inside of an object that is written with every field (`{@Login}`,
a model of pydantic, a record, `json.dumps(user.__dict__)`), tokens that were just made, every header. And settings that log them for every
request: bodies in `HttpLoggingFields`, `EnableSensitiveDataLogging` outside of development.

## Why it matters

URLs are kept in the logs of proxies, in the history of browsers and in the `Referer` of the next request; logs are read by many and kept
for long. A secret there is known to all of them.

## Bad

```fastapi main.py
import logging

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
log = logging.getLogger(__name__)


class Login(BaseModel):
    name: str
    password: str


@app.get("/session")
def session(name: str, password: str):
    return {"name": name}


@app.post("/login")
def login(body: Login):
    log.info("login of %s with %s", body.name, body.password)
    return {"name": body.name}
```

```flask app.py
from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def login():
    app.logger.warning(f"login with {request.json['password']}")
    return {}
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore SessionController.cs
using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("session")]
public class SessionController : ControllerBase
{
    [HttpGet]
    public IActionResult Open(string name, string password)
    {
        return Ok(name);
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
import logging

from django.http import HttpResponse
from django.urls import path

logger = logging.getLogger(__name__)


def sign_in(request):
    logger.info("sign-in of %s with %s", request.POST["name"], request.POST["password"])
    return HttpResponse("welcome")


urlpatterns = [path("login/", sign_in)]
```

## Good

```fastapi main.py
import logging

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
log = logging.getLogger(__name__)


class Login(BaseModel):
    name: str
    password: str


@app.post("/session")
def session(body: Login):
    log.info("login of %s", body.name)
    return {"name": body.name}


@app.get("/confirm/{token}")
def confirm(token: str):
    return {}
```

```flask app.py
from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def login():
    app.logger.warning(f"login of {request.json['name']}")
    return {}
```

```aspnetcore Shop.csproj
<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>
```

```aspnetcore SessionController.cs
using Microsoft.AspNetCore.Mvc;

public record Login(string Name, string Password);

[ApiController]
[Route("session")]
public class SessionController : ControllerBase
{
    [HttpPost]
    public IActionResult Open([FromBody] Login login)
    {
        return Ok(login.Name);
    }
}
```

```django shop/settings.py
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.auth", "shop"]
MIDDLEWARE = []
```

```django shop/urls.py
import logging

from django.http import HttpResponse
from django.urls import path

logger = logging.getLogger(__name__)


def sign_in(request):
    logger.info("sign-in of %s", request.POST["name"])
    return HttpResponse("welcome")


urlpatterns = [path("login/", sign_in)]
```

## How to fix

Send secrets in the body or in the Authorization header. Log who did what, never with what secret; let the logger drop the fields that hold
one.

## What it cannot see

Secrets under names that do not say so, and what a proxy or a framework logs of its own accord. Values are told by the name of the field
they come from, so that a secret under another name of its own goes unseen.

## References

- CWE-598 Use of GET Request Method With Sensitive Query Strings
- CWE-532 Insertion of Sensitive Information into Log File
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from assay.model.endpoint import Endpoint, Parameter
from assay.model.entity import PASSWORDS as SPELLINGS
from assay.model.entity import PASSWORDS as SPOKEN
from assay.model.place import Step
from assay.model.program import Inventory, Setting
from assay.model.reach import OF_REQUEST, Flow
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules.landscape import PRODUCTION, is_served
from assay.rules.nature import nature
from assay.rules.reaching import Bench
from assay.rules.ruling import where
from assay.rules.words import vocabulary, words

URLS = Bench("AP112", "sensitive-data-in-url")
LOGS = Bench("AP112", "secrets-in-logs")
PASSWORDS = SPOKEN | vocabulary("secret ssn cvv cvc mnemonic privatekey apikey")
SPELT = SPELLINGS
"""What people call a password, wherever it stands."""
TOKENS = vocabulary("token jwt")
PAIRS = (
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("card", "number"),
    ("credit", "card"),
    ("admin", "key"),
)
WRITTEN = {
    "request-logging": (
        "The bodies of requests are written into the log, passwords among them",
        "Log who asked for what: HttpLoggingFields.RequestPropertiesAndHeaders, and no bodies.",
        Severity.MEDIUM,
    ),
    "sensitive-logging": (
        "The values of every statement are written into the log, hashes of passwords among them",
        "Switch EnableSensitiveDataLogging on in development only.",
        Severity.LOW,
    ),
}
"""Settings that write secrets: what they do, how to mend it, and how grave it is."""
ABOUT = vocabulary(
    "id name count limit type max min hash hint reset changed policy required page next continuation sync"
    " cursor expiry expires enabled has is "
    "status address symbol contract mint length version prefix strength csrf"
)
"""Words that make a name one of something about a secret, or of another kind of token."""
LINKS = vocabulary(
    "confirm confirmation verify verification validate reset recover recovery forgot activate activation "
    "invite invitation accept unsubscribe share "
    "shared magic callback oauth oauth2 oidc sso webhook hook join decline approve download preview embed"
    " public feed rss ical calendar stream media "
    "token-exchange logout signin redeem"
)
"""Words of endpoints that are reached by a link, which has to hold its proof."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """For every endpoint a verdict on its URL, and one on what it logs."""
    for endpoint in inventory.endpoints:
        yield _url(endpoint)
        if endpoint.reach is not None and is_served(endpoint):
            yield from _log(endpoint)
    frameworks = {api.id: api.framework for api in inventory.apis}
    for setting in inventory.settings:
        if setting.name in WRITTEN and setting.environment.lower() in PRODUCTION:
            yield _of_setting(setting, frameworks.get(setting.api, ""))


def _of_setting(setting: Setting, framework: str) -> Verdict:
    """The verdict on a setting with which secrets of every request, or of every statement, are logged."""
    message, fix, level = WRITTEN[setting.name]
    return Verdict(
        rule=RULE.id,
        weakness=LOGS.weakness,
        subject=Subject(setting.api, "setting", symbol=setting.name),
        outcome=Outcome.FAIL,
        message=f"{message}, {where(setting)}.",
        severity=level,
        confidence=Confidence.FIRM,
        place=setting.place,
        fix=fix,
        framework=framework,
    )


def _url(endpoint: Endpoint) -> Verdict:
    if not is_served(endpoint):
        return URLS.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} is served in {endpoint.environment} only.", symbol="url"
        )
    shown = [each for each in _parameters(endpoint) if each.source in {"path", "query"} and _is_text(each)]
    if not shown:
        return URLS.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} takes nothing from its URL.", symbol="url"
        )
    secret = [
        parameter for parameter in shown if _is_secret(parameter.name, PASSWORDS) or _is_token(endpoint, parameter)
    ]
    if not secret:
        names = ", ".join(parameter.name for parameter in shown[:4])
        return URLS.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} takes no secret from its URL ({names}).", symbol="url"
        )
    worst = min(secret, key=lambda parameter: not _is_secret(parameter.name, PASSWORDS))
    is_password = bool(set(words(worst.name)) & SPELT)
    is_declared = worst.source == "query" and worst in endpoint.parameters
    is_sure = _is_secret(worst.name, PASSWORDS) and (is_declared or is_password)
    return URLS.failure(
        endpoint,
        f"{endpoint.name} takes {worst.name} from the {worst.source}, where proxies, browsers and logs keep it.",
        (Severity.MEDIUM, Confidence.FIRM if is_sure else Confidence.TENTATIVE),
        place=endpoint.place,
        shown=(),
        fix="Send it in the body or in the Authorization header.",
        symbol="url",
    )


def _parameters(endpoint: Endpoint) -> tuple[Parameter, ...]:
    """Those that are declared, and the secrets that the handler reads out of the query by hand."""
    names = {each.name for each in endpoint.parameters}
    asked = [flow.name for flow in endpoint.reach.flows if flow.kind == "asked"] if endpoint.reach is not None else []
    return (*endpoint.parameters, *(Parameter(name, "", "query") for name in asked if name not in names))


def _log(endpoint: Endpoint) -> Iterator[Verdict]:
    assert endpoint.reach is not None
    flows = [flow for flow in endpoint.reach.flows if flow.kind == "log"]
    if flows:
        yield _logged(endpoint, flows)
    elif any(note.kind == "log" for note in endpoint.reach.notes) and not endpoint.reach.gaps:
        yield LOGS.verdict(endpoint, Outcome.PASS, f"{endpoint.name} writes no secret into the log.", symbol="log")


def _logged(endpoint: Endpoint, flows: Sequence[Flow]) -> Verdict:
    worst = min(flows, key=lambda flow: (not flow.is_certain, flow.origin not in OF_REQUEST))
    found = LOGS.failure(
        endpoint,
        f"{endpoint.name} writes {worst.name} into the log ({worst.symbol}).",
        (Severity.MEDIUM, Confidence.FIRM if worst.is_certain else Confidence.TENTATIVE),
        place=worst.place,
        shown=(*worst.steps, *(Step(f"{flow.name}: {flow.how}.", flow.place) for flow in flows)),
        fix="Leave it out of the message, or log a part or a keyed hash of it.",
        symbol="log",
    )
    return replace(found, root=f"log: {worst.symbol}" if len(worst.steps) > 1 else "")


def _is_text(parameter: Parameter) -> bool:
    """Whether its declared type can hold a secret: a switch or a number cannot, and a dictionary is no parameter of a URL."""
    spoken = parameter.type.lower().replace("optional[", "").lstrip("[")
    return not spoken.startswith(("bool", "int", "float", "dict", "system.bool", "datetime"))


def _is_secret(name: str, wanted: frozenset[str]) -> bool:
    spoken = words(name)
    if set(spoken) & ABOUT:
        return False
    pairs = set(pairwise(spoken))
    return bool(set(spoken) & wanted) or any(pair in pairs for pair in PAIRS)


def _is_token(endpoint: Endpoint, parameter: Parameter) -> bool:
    """Whether a parameter is a token of the caller, and not the proof in a link."""
    if not _is_secret(parameter.name, TOKENS):
        return False
    spoken = {word for segment in endpoint.path.split("/") if "{" not in segment for word in words(segment)} | set(
        words(endpoint.handler)
    )
    return not spoken & LINKS and not nature(endpoint)


RULE = Rule(
    id="AP112",
    name="secret-in-url-or-log",
    title="A secret travels in a URL or is written into the log",
    weakness=URLS.weakness,
    severity=Severity.MEDIUM,
    family="secrecy",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "aspnetcore", "django"),
    statement="secrets are kept out of URLs and logs",
)
