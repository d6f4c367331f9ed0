"""A caller changes the object of another.

## What it finds

A harmless text of an object of one identity, written in the name of another. It is a finding when the owner then sees
what the other wrote: a 2xx alone proves nothing, for some servers answer so and change nothing, or change an object
of the caller's own. Both directions are tried. The object is put back at once, and read again.

## Why it matters

Whoever counts ids up changes everything: addresses of deliveries, prices of offers, texts that others read.

## Bad

```http
# mode: active
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /orders/{id} protected
# route: PATCH /orders/{id} protected
GET /orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "1001", "owner": "alice"}]
###
GET /orders
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "2001", "owner": "bob"}]
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
###
GET /orders/2001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "2001", "owner": "bob", "note": "", "total": 30}
###
PATCH /orders/1001
Authorization: alice

{"note": "ring twice"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
###
PATCH /orders/1001
Authorization: bob

{"note": "changed by assay"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "changed by assay", "total": 12}
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "changed by assay", "total": 12}
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
```

## Good

```http
# mode: active
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /orders/{id} protected
# route: PATCH /orders/{id} protected
GET /orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "1001", "owner": "alice"}]
###
GET /orders
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "2001", "owner": "bob"}]
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
###
GET /orders/2001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "2001", "owner": "bob", "note": "", "total": 30}
###
PATCH /orders/1001
Authorization: alice

{"note": "ring twice"}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "note": "ring twice", "total": 12}
###
PATCH /orders/1001
Authorization: bob

HTTP/1.1 403 Forbidden
Content-Type: application/json

{"detail": "Forbidden"}
###
PATCH /orders/2001
Authorization: bob

{"note": ""}

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "2001", "owner": "bob", "note": "", "total": 30}
###
PATCH /orders/2001
Authorization: alice

HTTP/1.1 404 Not Found
Content-Type: application/json

{"detail": "Not Found"}
```

## How to fix

Select the object by its id and by the caller together before it is changed, in every operation that changes it.

## What it cannot see

Two identities of ordinary rank are needed, a GET that shows the object, and a text in it that may be changed without
harm (`note`, `description`, `title` ...). What both have in their lists may be for both to change: then it is a suspicion, as
within one tenant. Only PUT and PATCH are sent: what POST makes and DELETE ends cannot be put back.
Each object is read before, written by its owner with what is there already, and read again; only when that went well does
the other try. Afterwards it is put back and read once more.

## References

CWE-639; CWE-284; OWASP API1:2023.
"""

from collections.abc import Generator

from msgspec.structs import replace

from assay.live.asking import ask
from assay.live.denial import Access, access
from assay.live.others_objects import Pair, pairs
from assay.live.own import Own, Rehearsal, fields, marker, rehearsed, unready
from assay.live.own_objects import own_objects, writable, writing_route
from assay.live.restoring import Trial, tried, witness
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.model.exchange import Ask, Reply, Undo
from assay.model.target import Target
from assay.model.verdict import Confidence, Outcome, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

MOST_PAIRS = 4
FIX = "Select the object by its id and by the caller together before it is changed."
Playing = Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling]


def run(target: Target, subject: Subject) -> Play:
    """Change a text of each owner's object in the name of the other, and look as the owner."""
    route = writing_route(target, subject)
    if isinstance(route, Ruling):
        return route
    if not route.parameters:
        return not_applicable(f"{route.name} takes no id.")
    if not pairs(target):
        return not_tested("Not tested: two identities of ordinary rank are needed.")
    said: list[Ruling] = []
    for pair in pairs(target)[:MOST_PAIRS]:
        own = yield from own_objects(target, route, pair.owner)
        if not own:
            continue
        watched = yield from own_objects(target, route, pair.other)
        ruling = yield from _tried(pair, own[0], watched)
        if ruling.outcome is Outcome.FAIL:
            return ruling
        said.append(ruling)
    order = (Outcome.PASS, Outcome.NOT_TESTED)
    none = not_tested(f"Not tested: no object is known that is one identity's alone and that {route.name} takes.")
    return min(said, key=lambda each: order.index(each.outcome), default=none)


def _tried(pair: Pair, own: Own, watched: tuple[Own, ...]) -> Playing:
    """What the other may do to an object of the owner; the other's own objects are watched, for some servers change those instead."""
    if not own.text:
        return not_tested(f"Not tested: {own.route.name} shows no text that may be changed without harm.")
    rehearsal = yield from rehearsed(own)
    if not rehearsal.is_good:
        return unready(own, rehearsal)
    old = own.values[own.text]
    body = own.body({own.text: marker(old)}, is_whole=rehearsal.is_whole)
    back = own.undo(own.body({own.text: old}, is_whole=rehearsal.is_whole), pair.other.name)
    view = yield from ask(witness(own.path, pair.other.name))
    if view.failure:
        return unanswered(view)
    theirs = replace(back.requests[0], identity=pair.other.name)
    seen_by_other = Undo(view.request, view.answer, (theirs,), f"what {pair.other.name} sees at {own.path}")
    trial = yield from tried(own.write(pair.other.name, body, (back, seen_by_other, *_others(watched, rehearsal))))
    if trial.seen.failure or trial.write.failure:
        return unanswered(trial.write, trial.seen)
    if _is_changed(trial, own):
        return _failed(pair, own, trial)
    right = access(trial.write)
    if right in {Access.DENIED, Access.HIDDEN}:
        return passed(f"{own.route.name} refuses {pair.other.name} an object of {pair.owner.name}.", trial.write)
    return (yield from _compared(pair, own, rehearsal, trial))


def _compared(pair: Pair, own: Own, rehearsal: Rehearsal, trial: Trial) -> Playing:
    """The other's write was not refused in words and changed nothing: whether the owner's does decides what that says."""
    old = own.values[own.text]
    body = own.body({own.text: marker(old)}, is_whole=rehearsal.is_whole)
    back = own.undo(own.body({own.text: old}, is_whole=rehearsal.is_whole))
    control = yield from tried(own.write(pair.owner.name, body, (back,)))
    if control.write.failure or control.seen.failure:
        return unanswered(control.write, control.seen)
    if not _is_changed(control, own):
        message = f"Not tested: {own.route.name} does not change {own.text} for {pair.owner.name} either."
        return not_tested(message, control.write)
    if trial.write.status >= 500:
        return not_tested(f"Not tested: {own.route.name} answered {trial.write.status}.", trial.write)
    said = (
        f"{own.route.name} answers {pair.other.name} {trial.write.status} and leaves the object of {pair.owner.name}."
    )
    return passed(said, trial.write, trial.seen)


def _others(watched: tuple[Own, ...], rehearsal: Rehearsal) -> tuple[Undo, ...]:
    return tuple(
        each.undo(each.body({each.text: each.values[each.text]}, is_whole=rehearsal.is_whole))
        for each in watched
        if each.text
    )


def _is_changed(trial: Trial, own: Own) -> bool:
    """Whether the owner sees what was written."""
    return fields(trial.seen.answer).get(own.text) == marker(own.values[own.text])


def _failed(pair: Pair, own: Own, trial: Trial) -> Ruling:
    is_shared_tenant = bool(pair.owner.tenant) and pair.owner.tenant == pair.other.tenant
    return failed(
        f"{own.route.name} lets {pair.other.name} change an object of {pair.owner.name}.",
        trial.write,
        own.shown,
        trial.seen,
        *trial.restoring,
        confidence=Confidence.TENTATIVE if is_shared_tenant or own.is_shared else Confidence.CONFIRMED,
        fix=FIX,
        steps=(
            f"{pair.owner.name} sees {own.path}",
            f"{pair.other.name} writes its {own.text} and is answered {trial.write.status}",
            f"{pair.owner.name} sees what {pair.other.name} wrote",
            trial.step,
        ),
    )


PROBE = Probe(
    id="AP522",
    name="live-write-to-object-of-another",
    title="A caller changes the object of another",
    weakness="bola",
    severity=Severity.CRITICAL,
    family="object",
    mode=Mode.ACTIVE,
    stage=Stage.WRITE,
    order=20,
    subjects=writable,
    run=run,
    specificity=70,
    statement="endpoints let callers change their own objects alone",
)
