"""A caller sets properties that are not theirs to set.

## What it finds

A caller's own object, written with a property that gives more rights or money than it has: a role, a flag such as
`is_admin` or `verified`, a balance. It is a finding when the owner then reads it with the new value; an answer that repeats
what was sent proves nothing. The object is put back at once, and read again.

## Why it matters

Whoever registers makes themselves an administrator, or rich.

## Bad

```http
# mode: active
# caller: alice role=user marks=alice canary=/users/me
# route: GET /users/me protected
# route: PATCH /users/me protected
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PATCH /users/me
Authorization: alice

{"bio": "likes tea"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
PATCH /users/me
Authorization: alice

{"bio": "changed by assay", "role": "admin"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "changed by assay", "role": "admin"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "changed by assay", "role": "admin"}
###
PATCH /users/me
Authorization: alice

{"bio": "likes tea", "role": "user"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
```

## Good

```http
# mode: active
# caller: alice role=user marks=alice canary=/users/me
# route: GET /users/me protected
# route: PATCH /users/me protected
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PATCH /users/me
Authorization: alice

{"bio": "likes tea"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
PATCH /users/me
Authorization: alice

{"bio": "changed by assay", "role": "admin"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "changed by assay", "role": "admin"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "changed by assay", "role": "user"}
###
PATCH /users/me
Authorization: alice

{"bio": "likes tea", "role": "user"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
###
GET /users/me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "7", "username": "alice", "bio": "likes tea", "role": "user"}
```

## How to fix

Take the body into a type that has only what callers may change, and set the rest in code.

## What it cannot see

Only properties that the object shows are sent, for what cannot be read cannot be put back; none that would lock the identity
out or give the object to somebody else. A property that the contract declares for this very body may be meant: it is a
suspicion then, unless it is a rank. What POST makes is not tried.

## References

CWE-915; OWASP API3:2023.
"""

import re
from collections.abc import Iterator

from assay.live.own import Own, Rehearsal, fields, marker, rehearsed, unready
from assay.live.own_objects import own_objects, writable, writing_route
from assay.live.personal import snake
from assay.live.rank import is_high
from assay.live.restoring import Trial, tried
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.model.exchange import Request
from assay.model.target import Target
from assay.model.verdict import Confidence, Outcome, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

MOST = 3
"""Properties of one object."""
RANKS = re.compile(
    r"^(?:user_|account_)?(?:roles?|is_admin|admin|is_administrator|is_staff|is_superuser|superuser|is_root)$"
)
FLAGS = re.compile(r"^(?:is_)?(?:\w+_)?(?:verified|approved|premium|vip|pro)$")
MONEY = re.compile(r"^(?:\w+_)?(?:balance|credits?|credit_limit)$")
ORDINARY = frozenset(
    {"user", "member", "customer", "viewer", "guest", "basic", "reader", "editor", "standard", "regular", "client"}
)
FIX = "Take the body into a type that has only what callers may change."


def subjects(target: Target) -> Iterator[Subject]:
    """Every write that takes properties; of POST it is said that it is not tried."""
    yield from writable(target)
    yield from (route.subject for route in target.routes if route.method == "POST" and route.takes)


def run(target: Target, subject: Subject) -> Play:
    """Write each property into an own object of a caller, and read it again."""
    if subject.method == "POST":
        return not_tested("Not tested: what POST makes cannot be taken back, so it is not sent.")
    route = writing_route(target, subject)
    if isinstance(route, Ruling):
        return route
    said: Ruling | None = None
    for caller in target.usable:
        if is_high(caller):
            continue
        for own in (yield from own_objects(target, route, caller)):
            found = list(extras(own))[:MOST]
            if not found:
                said = said or not_tested(f"Not tested: {route.name} shows no property that would give more rights.")
                continue
            return (yield from _tried(target, own, found))
    return said or not_tested(
        f"Not tested: no object is known that is one identity's alone and that {route.name} takes."
    )


def extras(own: Own) -> Iterator[tuple[str, object]]:
    """Properties of an object with a value that gives more than it has; ranks first."""
    named = {name: (snake(name), value) for name, value in own.values.items()}
    for pattern in (RANKS, FLAGS, MONEY):
        for name, (known, value) in named.items():
            if pattern.match(known) and (more := _more(value, is_money=pattern is MONEY)) is not None:
                yield name, more


def _more(value: object, *, is_money: bool) -> object:
    """A value above; None when there is none that can be told."""
    match value:
        case bool():
            return None if value or is_money else True
        case int() | float():
            return value + 1 if is_money else None
        case str() if value.lower() in ORDINARY:
            return "ADMIN" if value.isupper() else "Admin" if value.istitle() else "admin"
        case list() if value and all(isinstance(each, str) and each.lower() in ORDINARY for each in value):
            return [*value, "ADMIN" if value[0].isupper() else "admin"]
    return None


def _tried(target: Target, own: Own, found: list[tuple[str, object]]) -> Play:
    rehearsal = yield from rehearsed(own)
    if not rehearsal.is_good:
        return unready(own, rehearsal)
    high = tuple(each.name for each in target.usable if is_high(each))
    said: list[Ruling] = []
    for name, value in found:
        trial = yield from tried(_write(own, rehearsal, {name: value}, high))
        if trial.write.failure or trial.seen.failure:
            return unanswered(trial.write, trial.seen)
        ruling = _judged(own, name, value, trial)
        if ruling.outcome is Outcome.FAIL:
            return ruling
        said.append(ruling)
    order = (Outcome.NOT_TESTED, Outcome.PASS)
    return min(said, key=lambda each: order.index(each.outcome))


def _write(own: Own, rehearsal: Rehearsal, extra: dict[str, object], high: tuple[str, ...]) -> Request:
    """The property, beside a text that shows whether the write as a whole took."""
    text = {own.text: marker(own.values[own.text])} if own.text else {}
    changes = {**text, **extra}
    old = {name: own.values[name] for name in changes}
    back = own.undo(own.body(old, is_whole=rehearsal.is_whole), *high)
    return own.write(own.owner.name, own.body(changes, is_whole=rehearsal.is_whole), (back,))


def _judged(own: Own, name: str, value: object, trial: Trial) -> Ruling:
    now = fields(trial.seen.answer)
    if now.get(name) == value:
        return _failed(own, name, trial)
    is_taken = bool(own.text) and now.get(own.text) == marker(own.values[own.text])
    if is_taken:
        return passed(
            f"{own.route.name} changes what {own.owner.name} may change, and leaves {name}.", trial.write, trial.seen
        )
    if 400 <= trial.write.status < 500:
        return passed(f"{own.route.name} refuses a body with {name} ({trial.write.status}).", trial.write)
    return not_tested(f"Not tested: {own.route.name} answered {trial.write.status} and changed nothing.", trial.write)


def _failed(own: Own, name: str, trial: Trial) -> Ruling:
    is_declared = any(slot.name == name for slot in own.route.takes)
    is_rank = bool(RANKS.match(snake(name)))
    return failed(
        f"{own.route.name} lets {own.owner.name} set {name} of an own object.",
        trial.write,
        own.shown,
        trial.seen,
        *trial.restoring,
        confidence=Confidence.TENTATIVE if is_declared and not is_rank else Confidence.CONFIRMED,
        fix=FIX,
        steps=(
            f"{own.owner.name} sees {own.path}",
            f"{own.owner.name} writes {name} as well and is answered {trial.write.status}",
            f"{own.owner.name} sees the new value of {name}",
            trial.step,
        ),
    )


PROBE = Probe(
    id="AP528",
    name="live-mass-assignment",
    title="A caller sets properties that are not theirs to set",
    weakness="mass-assignment",
    severity=Severity.HIGH,
    family="assignment",
    mode=Mode.ACTIVE,
    stage=Stage.WRITE,
    order=25,
    subjects=subjects,
    run=run,
    specificity=70,
    statement="endpoints leave properties alone that callers may not set",
)
