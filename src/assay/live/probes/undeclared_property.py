"""An endpoint accepts properties that its contract does not declare.

## What it finds

A caller's own object, written as it is and with one property more, of a name that no contract has. It is a finding when the
property is kept and shown again, and, where the contract says that there may be no others (`additionalProperties: false`),
when it is not refused. Nothing else of the object changes; it is put back at once, and read again.

## Why it matters

What is taken without being looked at is how a caller sets what nobody meant to be set, and how the contract becomes untrue.

## Bad

```http
# mode: active
# caller: alice marks=alice canary=/profile
# route: GET /profile protected
# route: PUT /profile protected takes=name,bio
GET /profile
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
###
GET /profile

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PUT /profile
Authorization: alice

{"name": "alice", "bio": "likes tea"}

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
###
GET /profile
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
###
PUT /profile
Authorization: alice

{"name": "alice", "bio": "likes tea", "assay_undeclared": "x"}

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea", "assay_undeclared": "x"}
###
GET /profile
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea", "assay_undeclared": "x"}
###
GET /profile
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
```

## Good

```http
# mode: active
# caller: alice marks=alice canary=/profile
# route: GET /profile protected
# route: PUT /profile protected takes=name,bio closed
GET /profile
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
###
GET /profile

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PUT /profile
Authorization: alice

{"name": "alice", "bio": "likes tea"}

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "alice", "bio": "likes tea"}
###
PUT /profile
Authorization: alice

{"name": "alice", "bio": "likes tea", "assay_undeclared": "x"}

HTTP/1.1 422 Unprocessable Content
Content-Type: application/json

{"detail": "extra fields not permitted"}
```

## How to fix

Refuse bodies with properties that are not declared, and store only those that are.

## What it cannot see

What PATCH adds can often not be taken away again: it is tried only where a PUT of the same path, or a merge patch, can. Where
nothing is declared of the body, there is nothing to hold it against.

## References

CWE-20; CWE-915; OWASP API3:2023; OWASP API8:2023.
"""

from msgspec.structs import replace

from assay.live.own import Own, Rehearsal, fields, rehearsed, unready
from assay.live.own_objects import own_objects, writable, writing_route
from assay.live.restoring import Trial, tried
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.model.exchange import Request, Undo
from assay.model.target import Route, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

NAME = "assay_undeclared"
FIX = "Refuse bodies with properties that are not declared, and store only those that are."


def run(target: Target, subject: Subject) -> Play:
    """Write an own object with one property more."""
    route = writing_route(target, subject)
    if isinstance(route, Ruling):
        return route
    if not route.takes:
        return not_applicable(f"Nothing is declared of what {route.name} takes.")
    if route.method == "PATCH" and not _whole(target, route) and "merge-patch" not in route.media:
        return not_tested(f"Not tested: nothing could take away again what {route.name} adds.")
    for caller in target.usable:
        for own in (yield from own_objects(target, route, caller)):
            rehearsal = yield from rehearsed(own)
            if not rehearsal.is_good:
                return unready(own, rehearsal)
            body = own.body({**rehearsal.same, NAME: "x"}, is_whole=rehearsal.is_whole)
            trial = yield from tried(own.write(caller.name, body, (_undo(target, own, rehearsal),)))
            return _judged(own, trial)
    return not_tested(f"Not tested: no object is known that is one identity's alone and that {route.name} takes.")


def _whole(target: Target, route: Route) -> Route | None:
    """The PUT of the same path."""
    return next((each for each in target.routes if each.method == "PUT" and each.template == route.template), None)


def _undo(target: Target, own: Own, rehearsal: Rehearsal) -> Undo:
    """How the property goes away: by the whole object without it, or by null in a merge patch."""
    if own.route.method == "PUT":
        return own.undo(own.body(rehearsal.same, is_whole=rehearsal.is_whole))
    removing = own.undo(own.body({NAME: None}))
    whole = _whole(target, own.route)
    if whole is None:
        return removing
    over = replace(own, route=whole)
    bodies = (over.body(rehearsal.same), over.body(rehearsal.same, is_whole=False))
    requests = [Request("PUT", own.path, own.owner.name, over.headers, body) for body in dict.fromkeys(bodies)]
    return replace(removing, requests=(*requests, *removing.requests))


def _judged(own: Own, trial: Trial) -> Ruling:
    name = own.route.name
    if trial.write.failure or trial.seen.failure:
        return unanswered(trial.write, trial.seen)
    evidence = (trial.write, own.shown, trial.seen, *trial.restoring)
    if NAME in fields(trial.seen.answer):
        steps = (f"{own.owner.name} writes {NAME} as well", "It is kept and shown again", trial.step)
        return failed(f"{name} stores a property that its contract does not declare.", *evidence, fix=FIX, steps=steps)
    if 400 <= trial.write.status < 500:
        return passed(f"{name} refuses a property that its contract does not declare.", trial.write)
    if not trial.write.answer.is_success:
        return not_tested(f"Not tested: {name} answered {trial.write.status}.", trial.write)
    if own.route.is_closed:
        return failed(
            f"{name} accepts a property although its contract says that it takes no others.",
            *evidence,
            severity=Severity.LOW,
            confidence=Confidence.FIRM,
            fix=FIX,
            steps=(
                f"{own.owner.name} writes {NAME} as well and is answered {trial.write.status}",
                "It is not kept",
                trial.step,
            ),
        )
    return passed(f"{name} drops a property that its contract does not declare.", trial.write, trial.seen)


PROBE = Probe(
    id="AP530",
    name="undeclared-property-accepted",
    title="An endpoint accepts properties that its contract does not declare",
    weakness="missing-input-validation",
    severity=Severity.MEDIUM,
    family="undeclared",
    mode=Mode.ACTIVE,
    stage=Stage.WRITE,
    order=40,
    subjects=writable,
    run=run,
    specificity=70,
    statement="endpoints take no property that their contract does not declare",
)
