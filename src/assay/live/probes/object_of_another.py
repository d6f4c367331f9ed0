"""A caller gets the object of another.

## What it finds

Ids from the lists of one identity, asked in the name of another, and as a stranger. It is a finding when the other
gets the same object as its owner, a stranger does not, the id is in none of the other's own lists, and something
shows whose it is: a value of the owner in the object, or the two lists. Both directions are tried.

## Why it matters

Whoever counts ids up reads everything. It is the first of the OWASP API risks.

## Bad

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /orders/{id} protected
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
GET /orders/*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders/*
Authorization: Bearer assay.not-a-token

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "total": 12}
###
GET /orders/1001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "total": 12}
```

## Good

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /orders/{id} protected
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
GET /orders/*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders/*
Authorization: Bearer assay.not-a-token

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
###
GET /orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "owner": "alice", "total": 12}
###
GET /orders/2001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "2001", "owner": "bob", "total": 30}
###
GET /orders/1001
Authorization: bob

HTTP/1.1 403 Forbidden
Content-Type: application/json

{"detail": "Forbidden"}
###
GET /orders/2001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"ok": false, "message": "not allowed"}
```

## How to fix

Select the object by its id and by the caller together, or compare its owner with the caller before it is shown.

## What it cannot see

Two identities of ordinary rank are needed, and lists or marks that give ids. What both see in their lists, and what
strangers see, is meant for both. Identities of one tenant may share by design: then it is a suspicion.

## References

CWE-639; CWE-284; OWASP API1:2023.
"""

from collections.abc import Generator

from msgspec.structs import replace

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access, refusal_of
from assay.live.differential import Sight, Trio, sight
from assay.live.others_objects import Case, cases, pairs
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable, with_id
from assay.model.exchange import Ask, Reply, Request
from assay.model.target import Route, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

MOST_PAIRS = 4
REFUSED = frozenset({Access.DENIED, Access.HIDDEN, Access.EMPTY})
FIX = "Select the object by its id and by the caller together, or compare its owner with the caller before it is shown."


def run(target: Target, subject: Subject) -> Play:
    """Ask for each owner's objects in the name of the other."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    if not pairs(target):
        return not_tested("Not tested: two identities of ordinary rank are needed.")
    seen: list[tuple[Sight, Case, Trio]] = []
    for pair in pairs(target)[:MOST_PAIRS]:
        found = yield from cases(target, route, pair)
        for case in found:
            trio = yield from _asked(case, seen[-1][2] if seen else None)
            if broken := [each for each in (trio.owner, trio.other, trio.stranger) if each.failure]:
                return unanswered(*broken)
            shown = sight(trio, marks=pair.owner.marks, is_only_owners=case.is_only_owners, is_others=case.is_others)
            seen.append((shown, case, trio))
            if shown is Sight.LEAK:
                return leak(route, case, trio)
    return summed(route, seen)


def _asked(case: Case, known: Trio | None) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Trio]:
    """The answers to owner, other and stranger; where the other is refused, what is known of owner and refusal is enough."""
    names = (case.pair.owner.name, case.pair.other.name)
    if known and case.is_only_owners and known.owner.request.identity == case.pair.owner.name:
        other = yield from get(case.path, case.pair.other.name)
        if other.failure or access(other, known.refusal) in REFUSED:
            return replace(known, other=other)
    owner, other = yield from ask_all(Request("GET", case.path, name) for name in names)
    if known and access(other, known.refusal) in REFUSED:
        return replace(known, owner=owner, other=other)
    stranger, pretender = yield from refusal_of(case.path)
    return Trio(owner, other, stranger, pretender)


def leak(route: Route, case: Case, trio: Trio) -> Ruling:
    """The other got it. Within one tenant it may be meant."""
    owner, other = case.pair.owner, case.pair.other
    is_shared_tenant = bool(owner.tenant) and owner.tenant == other.tenant
    return failed(
        f"{route.name} shows {other.name} an object of {owner.name}.",
        trio.other,
        trio.owner,
        trio.stranger,
        confidence=Confidence.TENTATIVE if is_shared_tenant else Confidence.CONFIRMED,
        fix=FIX,
        steps=(
            f"{owner.name} gets the object {case.id}",
            f"{other.name} gets the same",
            f"A stranger is answered {trio.stranger.status}",
        ),
    )


def summed(route: Route, seen: list[tuple[Sight, Case, Trio]]) -> Ruling:
    """What all comparisons together say; a pass needs a refusal that was seen."""
    kinds = {shown for shown, _, _ in seen}
    if not seen:
        return not_tested(f"Not tested: no list shows an object of one identity alone for {route.name}.")
    if Sight.SUSPECT in kinds:
        _, case, trio = next(each for each in seen if each[0] is Sight.SUSPECT)
        message = f"{route.name} shows {case.pair.other.name} the same as {case.pair.owner.name}, and nothing shows whose it is."
        return failed(message, trio.owner, trio.other, confidence=Confidence.TENTATIVE, severity=Severity.HIGH, fix=FIX)
    if kinds & {Sight.REFUSED, Sight.DIFFERENT}:
        trio = next(trio for shown, _, trio in seen if shown in {Sight.REFUSED, Sight.DIFFERENT})
        return passed(f"{route.name} keeps the objects of one caller from another.", trio.other, trio.owner)
    if kinds & {Sight.PUBLIC, Sight.SHARED}:
        return not_applicable(f"{route.name} shows objects that are meant for both.", seen[0][2].other)
    return not_tested(f"Not tested: the answers of {route.name} do not tell.", seen[0][2].owner)


PROBE = Probe(
    id="AP520",
    name="live-object-of-another",
    title="A caller gets the object of another",
    weakness="bola",
    severity=Severity.CRITICAL,
    family="object",
    mode=Mode.SAFE,
    order=20,
    subjects=with_id,
    run=run,
    specificity=70,
    statement="endpoints keep the objects of one caller from another",
)
