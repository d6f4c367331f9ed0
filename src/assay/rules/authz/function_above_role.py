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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.entity import Entity
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Reach
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.plugins.rule import Rule
from assay.rules import remedy
from assay.rules.nature import nature
from assay.rules.ownership import Owned, knows_the_caller, ownership
from assay.rules.reaching import RIGHTS, Bench
from assay.rules.words import last_name, route, vocabulary, words

BENCH = Bench("AP102", "bfla")
ADMINISTRATION = vocabulary(
    "admin administration administrator superuser superadmin sysadmin backoffice impersonate sudo"
)
INSIDE = vocabulary("debug debugger console shell exec logging auditlog maintenance diagnostic backup restore")
MODERATION = vocabulary(
    "approve approval deny reject disapprove ban unban suspend unsuspend promote demote grant revoke impersonate moderate blacklist "
    "whitelist available unavailable lock unlock"
)
IDENTIFYING = vocabulary(
    "authorization authentication authenticate auth token jwt bearer header session login user caller credential"
)
"""Words of guards of the project's own that only find out who is calling."""
SPEAKING = vocabulary("permission role policy admin administrator superuser staff right privilege manager moderator")
"""Words of guards of the project's own that ask for a right."""
ACCOUNTS = vocabulary("user account member customer")


@dataclass(frozen=True, slots=True)
class Realm:
    """What one API knows of rights."""

    has_guards: bool
    """Some endpoint demands a role, scope or policy."""
    has_rights: bool
    """Accounts have rights, or some handler asks for them."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why an endpoint should ask for more than a login."""

    what: str
    """Completes the endpoint's name: `is about administration`."""
    severity: Severity
    is_firm: bool
    place: Place | None = None
    steps: tuple[Step, ...] = ()


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every endpoint."""
    realms = {api.id: _realm(inventory, api.id) for api in inventory.apis}
    known = ownership(inventory)
    entities = {entity.name: entity for entity in inventory.entities}
    for endpoint in inventory.endpoints:
        yield _verdict(endpoint, realms.get(endpoint.api, Realm(False, False)), known, entities)


def _realm(inventory: Inventory, api: str) -> Realm:
    own = [endpoint for endpoint in inventory.endpoints if endpoint.api == api]
    has_guards = any(guard.demand in RIGHTS for endpoint in own for guard in endpoint.effective_guards)
    has_decisions = any(
        decision.kind == "role" for endpoint in own if endpoint.reach for decision in endpoint.reach.decisions
    )
    touched = {access.entity for endpoint in own if endpoint.reach for access in endpoint.reach.accesses}
    has_fields = any(entity.is_account and entity.privileges for entity in inventory.entities if entity.name in touched)
    return Realm(has_guards, has_decisions or has_fields)


def _verdict(
    endpoint: Endpoint, realm: Realm, known: Mapping[tuple[str, str], Owned], entities: Mapping[str, Entity]
) -> Verdict:
    if endpoint.reach is not None and (claimed := _claimed(endpoint, endpoint.reach)):
        return _failure(endpoint, claimed)
    if settled := BENCH.settled(endpoint, needs_caller=True):
        return settled
    assert endpoint.reach is not None
    if endpoint.authorization is Authorization.PUBLIC and not knows_the_caller(endpoint.reach):
        reason = f"{endpoint.name} asks nobody who is calling, which other rules judge."
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, reason)
    if kind := nature(endpoint):
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} {kind.what}.")
    suspicion = _by_route(endpoint, realm) or _by_reach(endpoint, endpoint.reach, realm, known, entities)
    if suspicion is None:
        return BENCH.verdict(endpoint, Outcome.NOT_APPLICABLE, f"{endpoint.name} is no administrative function.")
    if right := _right(endpoint, endpoint.reach):
        return BENCH.verdict(
            endpoint, Outcome.PASS, f"{endpoint.name} {suspicion.what}, and asks for a right: {right}."
        )
    return _failure(endpoint, suspicion)


def _right(endpoint: Endpoint, reach: Reach) -> str:
    """The right that is asked for; "" when there is none."""
    guard = next((guard for guard in endpoint.effective_guards if guard.demand in RIGHTS), None)
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


def _by_route(endpoint: Endpoint, realm: Realm) -> Suspicion | None:
    """What the route is about."""
    spoken = {word for segment in route(endpoint.path).literals for word in segment}
    if spoken & ADMINISTRATION:
        return Suspicion("is about administration", Severity.CRITICAL, realm.has_guards or realm.has_rights)
    if any(_is_inside(segment, endpoint) for segment in route(endpoint.path).literals):
        return Suspicion("is about the inside of the service", Severity.HIGH, realm.has_guards or realm.has_rights)
    return None


def _is_inside(segment: tuple[str, ...], endpoint: Endpoint) -> bool:
    """Whether a segment speaks of the inside of the service; backup codes do not, nor does a log that clients write to."""
    spoken = set(segment) & INSIDE
    if "code" in segment or (endpoint.method == "POST" and spoken <= {"logging"}):
        return False
    return bool(spoken)


def _by_reach(
    endpoint: Endpoint,
    reach: Reach,
    realm: Realm,
    known: Mapping[tuple[str, str], Owned],
    entities: Mapping[str, Entity],
) -> Suspicion | None:
    """What the handler does."""
    writes = [
        a for a in reach.accesses if a.action in {Action.UPDATE, Action.DELETE} and a.is_request_driven and not _own(a)
    ]
    spoken = set(route(endpoint.path).last) | set(words(last_name(endpoint.handler))[:2])
    if writes and (verbs := sorted(spoken & MODERATION)):
        what = f"decides about {writes[0].entity} of others ({verbs[0]})"
        return Suspicion(what, Severity.HIGH, realm.has_guards, writes[0].place, writes[0].steps)
    for access in writes:
        entity = entities.get(access.entity)
        rights = sorted(set(access.fields) & set(entity.privileges)) if entity is not None else []
        if rights and entity is not None and entity.is_account:
            return Suspicion(
                f"changes rights of accounts ({', '.join(rights)})", Severity.CRITICAL, True, access.place, access.steps
            )
    if realm.has_guards and (others := [a for a in writes if _belongs(endpoint, a, known)]):
        what = f"{'deletes' if others[0].action is Action.DELETE else 'changes'} {others[0].entity} of others"
        return Suspicion(what, Severity.HIGH, False, others[0].place, others[0].steps)
    return _all_accounts(endpoint, reach, entities)


def _own(access: Access) -> bool:
    """Whether only the caller's own objects are within reach."""
    return access.protection.partition(":")[0] in {"keyed", "compared", "parent", "filter"}


def _belongs(endpoint: Endpoint, access: Access, known: Mapping[tuple[str, str], Owned]) -> bool:
    owned = known.get((endpoint.api, access.entity))
    return owned is not None and owned.is_owned


def _all_accounts(endpoint: Endpoint, reach: Reach, entities: Mapping[str, Entity]) -> Suspicion | None:
    """A list of every account."""
    if endpoint.is_write or not set(route(endpoint.path).last) & ACCOUNTS:
        return None
    for access in reach.accesses:
        entity = entities.get(access.entity)
        if (
            access.action is Action.LIST
            and entity is not None
            and entity.is_account
            and not _own(access)
            and not access.keys
        ):
            return Suspicion("lists every account", Severity.HIGH, False, access.place, access.steps)
    return None


def _failure(endpoint: Endpoint, suspicion: Suspicion) -> Verdict:
    own = next((guard for guard in endpoint.effective_guards if guard.demand is Demand.CUSTOM), None)
    if own is not None and set(words(own.name)) & IDENTIFYING:
        own = None
    if own is not None and suspicion.is_firm and not any("word" in step.text for step in suspicion.steps):
        suspicion = replace(suspicion, is_firm=False)
    doubt = "" if suspicion.is_firm else " It may be meant for every caller."
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
    frameworks=("fastapi",),
    statement="administrative functions ask for a right",
)
