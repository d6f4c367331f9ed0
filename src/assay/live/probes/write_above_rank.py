"""A caller of low rank changes what is for a higher one to change.

## What it finds

PUT and PATCH of endpoints for few, by their path (admin, internal, manage ...) or by the roles that the code or contract
declares, sent in the name of an identity of another role. What is written is a harmless text of an object that is about one of the
given identities, and it is a finding when it is read back changed. The object is put back at once, and read again.

## Why it matters

Whoever has an account does what administrators do.

## Bad

```http
# mode: active
# caller: bob role=user marks=bob canary=/me
# caller: root role=admin marks=root canary=/me
# route: GET /admin/users/{id} protected
# route: PATCH /admin/users/{id} protected
GET /admin/users/bob
Authorization: root

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
GET /admin/users/bob

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PATCH /admin/users/bob
Authorization: root

{"note": "pays late"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
GET /admin/users/bob
Authorization: root

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
PATCH /admin/users/bob
Authorization: bob

{"note": "changed by assay"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "changed by assay"}
###
GET /admin/users/bob
Authorization: root

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "changed by assay"}
###
PATCH /admin/users/bob
Authorization: root

{"note": "pays late"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
GET /admin/users/bob
Authorization: root

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
```

## Good

```http
# mode: active
# caller: bob role=user marks=bob canary=/me
# caller: root role=admin marks=root canary=/me
# route: GET /admin/users/{id} protected
# route: PATCH /admin/users/{id} protected
GET /admin/users/bob
Authorization: root

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
GET /admin/users/bob

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
PATCH /admin/users/bob
Authorization: root

{"note": "pays late"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "bob", "email": "bob@example.com", "note": "pays late"}
###
PATCH /admin/users/bob
Authorization: bob

{"note": "changed by assay"}

HTTP/1.1 403 Forbidden
Content-Type: application/json

{"detail": "Forbidden"}
```

## How to fix

Demand the role on the server, for the whole group of such endpoints and every method of theirs.

## What it cannot see

The object has to bear a mark of a given identity, and an identity has to see it: best give one of high rank as well. Without
one, the caller of low rank has to see and restore it itself. POST and DELETE are not sent, nor is a body that is wrong on
purpose: many frameworks refuse it before they ask who calls. The role of an identity is what its owner states; without a role
it is a suspicion.

## References

CWE-285; CWE-269; OWASP API5:2023.
"""

from collections.abc import Generator, Iterator

from assay.live.denial import Access, access
from assay.live.own import Own, fields, marker, rehearsed, unready
from assay.live.own_objects import marked_objects, writable, writing_route
from assay.live.rank import is_for_few, is_high, low
from assay.live.restoring import Trial, tried
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.model.exchange import Ask, Reply
from assay.model.target import Caller, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

FIX = "Demand the role on the server, for the whole group of such endpoints and every method of theirs."
Playing = Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling]


def subjects(target: Target) -> Iterator[Subject]:
    """PUT and PATCH routes for few."""
    few = {route.subject for route in target.routes if is_for_few(route)}
    yield from (subject for subject in writable(target) if subject in few)


def run(target: Target, subject: Subject) -> Play:
    """Write an object of the given identities in the name of a caller of low rank."""
    route = writing_route(target, subject)
    if isinstance(route, Ruling):
        return route
    caller = low(target, route)
    if caller is None:
        return not_tested("Not tested: an identity of ordinary rank is needed.")
    readers = sorted(
        (each for each in target.usable if is_high(each) or each is caller), key=lambda each: not is_high(each)
    )
    for reader in readers:
        for own in (yield from marked_objects(target, route, reader)):
            if own.text:
                return (yield from (_tried if is_high(reader) else _alone)(caller, own))
    return not_tested(f"Not tested: {route.name} shows no object of a given identity with a text that may be changed.")


def _tried(caller: Caller, own: Own) -> Playing:
    """What the caller may do, seen by somebody of high rank, who may do it."""
    rehearsal = yield from rehearsed(own)
    if not rehearsal.is_good:
        return unready(own, rehearsal)
    return (yield from _written(caller, own, is_whole=rehearsal.is_whole))


def _alone(caller: Caller, own: Own) -> Playing:
    """What the caller may do, seen by itself: a refusal of what is there already says it."""
    rehearsal = yield from rehearsed(own)
    write = rehearsal.trial.write
    if not write.failure and access(write) is Access.DENIED:
        return passed(f"{own.route.name} refuses {caller.name}, who has no such rank.", write)
    if not rehearsal.is_good:
        return unready(own, rehearsal)
    return (yield from _written(caller, own, is_whole=rehearsal.is_whole))


def _written(caller: Caller, own: Own, *, is_whole: bool) -> Playing:
    old = own.values[own.text]
    body = own.body({own.text: marker(old)}, is_whole=is_whole)
    back = own.undo(own.body({own.text: old}, is_whole=is_whole), caller.name)
    trial = yield from tried(own.write(caller.name, body, (back,)))
    if trial.write.failure or trial.seen.failure:
        return unanswered(trial.write, trial.seen)
    if fields(trial.seen.answer).get(own.text) == marker(old):
        return _failed(caller, own, trial)
    if access(trial.write) in {Access.DENIED, Access.HIDDEN}:
        return passed(f"{own.route.name} refuses {caller.name}, who has no such rank.", trial.write)
    said = f"{own.route.name} answers {caller.name} {trial.write.status} and changes nothing"
    return not_tested(f"Not tested: {said}, which does not tell whether it refuses.", trial.write, trial.seen)


def _failed(caller: Caller, own: Own, trial: Trial) -> Ruling:
    return failed(
        f"{own.route.name} lets {caller.name}, who has no such rank, change {own.text}.",
        trial.write,
        own.shown,
        trial.seen,
        *trial.restoring,
        confidence=Confidence.CONFIRMED if caller.role else Confidence.TENTATIVE,
        fix=FIX,
        steps=(
            f"{own.owner.name} sees {own.path}",
            f"{caller.name} writes its {own.text} and is answered {trial.write.status}",
            f"{own.owner.name} sees what {caller.name} wrote",
            trial.step,
        ),
    )


PROBE = Probe(
    id="AP526",
    name="write-above-rank",
    title="A caller of low rank changes what is for a higher one to change",
    weakness="bfla",
    severity=Severity.HIGH,
    family="function",
    mode=Mode.ACTIVE,
    stage=Stage.WRITE,
    order=20,
    subjects=subjects,
    run=run,
    specificity=70,
    statement="endpoints for few refuse writes of callers of low rank",
)
