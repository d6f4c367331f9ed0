"""An answer holds secrets of what is stored.

## What it finds

Answers that hold a stored object as it is, so that its password hash, keys, card numbers or other secrets go out with it; response
models with such fields, also in the models inside them; dictionaries that name them; and stack traces that are answered to the caller, by
a handler or by what answers for errors of all of them; and personal data of accounts in answers to everybody.
An account that is returned whole without such a field is a suspicion only.

## Why it matters

The front end shows a name; the answer holds the hash. Whoever looks at the traffic has what is needed to sign in elsewhere, or to pay.

## Bad

```fastapi main.py
from fastapi import Depends, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    password_hash: Mapped[str] = mapped_column()


def session():
    yield Session()


app = FastAPI()


@app.get("/people/{person_id}")
def person(person_id: int, db: Session = Depends(session)):
    return db.query(User).filter(User.id == person_id).first()
```

```fastapi main.py
from fastapi import FastAPI
from pydantic import BaseModel


class Card(BaseModel):
    card_number: str
    cvc: str


class Profile(BaseModel):
    name: str
    card: Card


app = FastAPI()


@app.get("/profiles/{name}", response_model=Profile)
def profile(name: str):
    return Profile(name=name, card=Card(card_number="", cvc=""))
```

```flask app.py
from flask import Flask, jsonify
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.get("/people/<int:person_id>")
def person(person_id):
    user = User.query.get_or_404(person_id)
    return jsonify({"name": user.name, "hash": user.password_hash})
```

```django urls.py
from django.contrib.auth.models import User
from django.urls import path
from rest_framework import generics, serializers


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username", "password"]


class Person(generics.RetrieveAPIView):
    serializer_class = PersonSerializer
    queryset = User.objects.all()


urlpatterns = [path("people/<int:pk>/", Person.as_view())]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/people/{id}", async (int id, Shop shop) => Results.Ok(await shop.Users.FirstOrDefaultAsync(u => u.Id == id)));
app.Run();

public class User { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## Good

```fastapi main.py
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    password_hash: Mapped[str] = mapped_column()


class Person(BaseModel):
    id: int
    name: str


def session():
    yield Session()


app = FastAPI()


@app.get("/people/{person_id}", response_model=Person)
def person(person_id: int, db: Session = Depends(session)):
    return db.query(User).filter(User.id == person_id).first()
```

```flask app.py
from flask import Flask, jsonify
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password_hash = db.Column(db.String)


@app.get("/people/<int:person_id>")
def person(person_id):
    user = User.query.get_or_404(person_id)
    return jsonify({"name": user.name})
```

```django urls.py
from django.contrib.auth.models import User
from django.urls import path
from rest_framework import generics, serializers


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username"]


class Person(generics.RetrieveAPIView):
    serializer_class = PersonSerializer
    queryset = User.objects.all()


urlpatterns = [path("people/<int:pk>/", Person.as_view())]
```

```aspnetcore Program.cs
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/people/{id}", async (int id, Shop shop) =>
{
    var user = await shop.Users.FirstOrDefaultAsync(u => u.Id == id);
    return Results.Ok(new Person(user.Id, user.Name));
});
app.Run();

public record Person(int Id, string Name);
public class User { public int Id { get; set; } public string Name { get; set; } public string PasswordHash { get; set; } }
public class Shop : DbContext { public DbSet<User> Users { get; set; } }
```

## How to fix

Answer with a model made for the answer that lists its fields, and let the framework filter by it. Never let the stored type be the
contract.

## What it cannot see

Serializers that were not followed, and personal data whose names do not say so.

## References

- OWASP API Security Top 10 2023, API3 Broken Object Property Level Authorization
- CWE-213 Exposure of Sensitive Information Due to Incompatible Policies, CWE-209 Error Message Containing Sensitive Information
"""

import re
from collections.abc import Iterator, Mapping

from assay.model.endpoint import Endpoint, Schema
from assay.model.entity import Entity
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Exposure
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules.caught import of_settings
from assay.rules.nature import nature
from assay.rules.reaching import Bench
from assay.rules.shapes import given_otherwise, is_beside_hash
from assay.rules.shown_people import People
from assay.rules.shown_proofs import of_proofs
from assay.rules.undeclared import undeclared

BENCH = Bench("AP104", "excessive-data-exposure")
NEVER = re.compile(
    r"(passwd|password|pwd|^senha|contrase[nñ]a|passwort|kennwort|mot_?de_?passe|wachtwoord|password_?hash|salt$|totp_?secret|otp_?secret|mfa_?secret|private_?key|security_?stamp|recovery_?codes?$|card_?number|conn(ection)?_?str(ing)?$"
    r"|cvv|cvc|ssn$|social_?security|pin_?code|ccn$|^cc_?num(ber)?$|credit_?card(_?(no|num))?$)",
    re.IGNORECASE,
)
"""What no answer holds; tokens and keys are handed out by design where they are made."""
HARMLESS = re.compile(
    r"(^change(_|(?-i:[A-Z]))|_at$|At$|date|policy|expir|_url$|^is_|^has_|(?-i:^(is|has|Is|Has|Allow|Can|Use|No|Require)[A-Z])|enabled|required|hint|reset|changed|history|manager|generator|count|length|strength|login|auth)",
    re.IGNORECASE,
)
MADE = "made for the answer"
DECLARING = frozenset({"aspnetcore"})
"""Frameworks whose declared type of an answer does not say which of its members are set."""
HELD_BY_OWNER = re.compile(r"private_?key|security_?stamp|salt$|recovery_?codes?$|encrypted|secret", re.IGNORECASE)
"""What a model for an answer may name on purpose, because its owner needs it: keys that the client itself made or encrypts with."""
INFERRED = frozenset({"django", "drf"})
"""Frameworks whose views name a serializer that may read the request only."""
NO_KEY = re.compile(r"card|cv|passw|pwd|security_?answer", re.IGNORECASE)
"""Fields that no way in has to hand out: a caller comes in with a token."""
MASKED = re.compile(r"^secret|\bsecret(str|bytes)\b|obfuscat|mask|redact|hidden|writeonly|bool", re.IGNORECASE)
"""Types of fields that do not show what they hold."""
FIX = "Answer with a model that lists its fields, without {fields}, and let the framework filter by it."


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint, and for what answers the errors of all of them with a trace."""
    entities = {entity.name: entity for entity in inventory.entities}
    people = People(BENCH, inventory)
    for endpoint in inventory.endpoints:
        said = _verdict(endpoint, entities)
        yield said if said.outcome is Outcome.FAIL else people.shown(endpoint) or said
    yield from of_settings(inventory)


def _verdict(endpoint: Endpoint, entities: Mapping[str, Entity]) -> Verdict:
    declared = _filled(endpoint, _declared(endpoint.response)) if endpoint.response is not None else ()
    if declared:
        return _of_model(endpoint, declared, entities)
    if settled := BENCH.settled(endpoint):
        return settled
    assert endpoint.reach is not None
    for exposure in undeclared(endpoint, entities, is_filtered=endpoint.framework not in DECLARING):
        if exposure.way != MADE and (found := _of_exposure(endpoint, exposure, entities)):
            return found
    if endpoint.response is not None:
        return BENCH.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} answers with {endpoint.response.name}, which holds no secrets."
        )
    if any(exposure.entity for exposure in endpoint.reach.exposures):
        names = ", ".join(dict.fromkeys(exposure.entity for exposure in endpoint.reach.exposures if exposure.entity))
        return BENCH.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} answers with {names or 'data'}, which holds no secrets."
        )
    if endpoint.reach.gaps:
        return BENCH.verdict(
            endpoint, Outcome.NOT_TESTED, f"{endpoint.name} was not judged: {endpoint.reach.gaps[0].reason}."
        )
    return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} answers with nothing that is stored.")


def _declared(schema: Schema) -> tuple[str, ...]:
    """The secret fields of a response model and of the models inside it."""
    own = [field.name for field in schema.fields if is_never(field.name) and not MASKED.search(field.type)]
    return (*own, *(f"{inner.name}.{name}" for inner in schema.models for name in _declared(inner)))


def _made(endpoint: Endpoint) -> Exposure | None:
    """The answers of an endpoint, where all of them are made field by field."""
    reach = endpoint.reach
    if reach is None or reach.gaps:
        return None
    return next((each for each in reach.exposures if each.way == MADE), None)


def _filled(endpoint: Endpoint, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the fields that the answers can hold: where answers are made field by field, only the fields that are set."""
    made = _made(endpoint)
    given = given_otherwise(endpoint) if made is None and endpoint.framework in DECLARING else None
    if made is None and given is None:
        return fields
    kept = given or frozenset() if made is None else {name.replace("_", "").lower() for name in made.fields}
    return tuple(field for field in fields if "." in field or field.replace("_", "").lower() in kept)


def is_never(name: str) -> bool:
    """Whether no answer should hold a field of this name."""
    return bool(NEVER.search(name)) and not HARMLESS.search(name)


def _of_model(endpoint: Endpoint, fields: tuple[str, ...], entities: Mapping[str, Entity]) -> Verdict:
    assert endpoint.response is not None
    if nature(endpoint) is not None and not any(NO_KEY.search(name) for name in fields):
        return BENCH.verdict(
            endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} hands out what a caller needs to come in."
        )
    named = ", ".join(fields[:4])
    message = f"{endpoint.name} answers with {endpoint.response.name}, which holds {named}."
    shown = (Step(f"The response model {endpoint.response.name} lists {named}.", endpoint.place),)
    is_sent = (
        endpoint.request is not None and endpoint.request.name == endpoint.response.name
    )  # it may only hand that back
    is_both = endpoint.is_write and (endpoint.framework in INFERRED or is_sent)
    is_meant = all(HELD_BY_OWNER.search(name) for name in fields)
    is_stored = any(name in entities for name in re.findall(r"\w+", endpoint.response.name))
    is_unseen = endpoint.framework in DECLARING and not is_stored and _made(endpoint) is None
    is_doubtful = is_both or is_meant or is_unseen or is_beside_hash(fields, endpoint.response.name, entities)
    weight = (Severity.HIGH, Confidence.TENTATIVE if is_doubtful else Confidence.FIRM)
    return BENCH.failure(
        endpoint, message, weight, place=endpoint.place, shown=shown, fix=FIX.replace("{fields}", named)
    )


def _of_exposure(endpoint: Endpoint, exposure: Exposure, entities: Mapping[str, Entity]) -> Verdict | None:
    if exposure.way == "a stack trace":
        message = f"{endpoint.name} answers with a stack trace."
        shown = (*exposure.steps, Step("The trace goes out here.", exposure.place))
        fix = "Log the trace, and answer with a number that the log explains."
        return BENCH.failure(
            endpoint, message, (Severity.MEDIUM, Confidence.FIRM), place=exposure.place, shown=shown, fix=fix
        )
    entity = entities.get(exposure.entity)
    secrets = [name for name in exposure.fields if is_never(name) and (entity is None or name in entity.secrets)]
    is_account = entity is not None and entity.is_account
    if not secrets and (found := of_proofs(BENCH, endpoint, exposure, is_account=is_account)):
        return found
    if not secrets and not (is_account and exposure.way.startswith("returned")):
        return None
    if secrets:
        named = ", ".join(secrets[:4])
        message = f"{endpoint.name} answers with {exposure.entity} ({exposure.way}), which holds {named}."
        is_cut = bool(endpoint.reach and endpoint.reach.gaps)
        weight = (Severity.HIGH, Confidence.TENTATIVE if is_cut else Confidence.FIRM)
    else:
        named = "what others need not know"
        what = f"answers with the whole account {exposure.entity}"
        message = f"{endpoint.name} {what}; whether a serializer leaves fields out could not be seen."
        weight = (Severity.MEDIUM, Confidence.TENTATIVE)
    shown = (*exposure.steps, Step(f"{exposure.entity} goes out here, {exposure.way}.", exposure.place))
    return BENCH.failure(
        endpoint, message, weight, place=exposure.place, shown=shown, fix=FIX.replace("{fields}", named)
    )


RULE = Rule(
    id="AP104",
    name="excessive-data",
    title="Answer holds secrets of what is stored",
    weakness=BENCH.weakness,
    severity=Severity.HIGH,
    family="exposure",
    specificity=10,
    judge=verdicts,
    frameworks=("fastapi", "flask", "django", "aspnetcore"),
    statement="endpoints that answer with stored data hold no secrets",
)
