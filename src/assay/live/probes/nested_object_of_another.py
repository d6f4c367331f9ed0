"""A caller gets the object of another by an id in the query, or below a parent.

## What it finds

GET routes that take an id as a query parameter (`/invoice?order_id=7`), and those with two ids in their path
(`/customers/7/orders/1001`). Ids come from the lists of one identity and are asked in the name of another, below the parent of
the owner and below the other's own, and as a stranger. The proof is the same as for one id in the path (AP520).

## Why it matters

Checks stand where the id is expected. An id in the query, or a child whose parent alone is checked, passes by them.

## Bad

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /receipt protected query:order_id=1
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
GET /receipt?order_id=1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"order": "1001", "total": 12}
###
GET /receipt?order_id=1001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"order": "1001", "total": 12}
###
GET /receipt*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

```http
# caller: alice marks=c1 canary=/me
# caller: bob marks=c2 canary=/me
# route: GET /customers/{customer_id}/orders protected
# route: GET /customers/{customer_id}/orders/{order_id} protected
GET /customers/c1/orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "1001"}]
###
GET /customers/c2/orders
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "2001"}]
###
GET /customers/c1/orders/1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "total": 12}
###
GET /customers/c2/orders/1001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"id": "1001", "total": 12}
###
GET /customers/c1/orders/1001
Authorization: bob

HTTP/1.1 403 Forbidden
Content-Type: application/json

{"detail": "Forbidden"}
###
GET /customers/*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## Good

```http
# caller: alice marks=alice canary=/me
# caller: bob marks=bob canary=/me
# route: GET /orders protected
# route: GET /receipt protected query:order_id=1
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
GET /receipt?order_id=1001
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"order": "1001", "total": 12}
###
GET /receipt?order_id=2001
Authorization: bob

HTTP/1.1 200 OK
Content-Type: application/json

{"order": "2001", "total": 30}
###
GET /receipt?order_id=*
Authorization: alice

HTTP/1.1 404 Not Found
Content-Type: application/json

{"detail": "Not Found"}
###
GET /receipt?order_id=*
Authorization: bob

HTTP/1.1 404 Not Found
Content-Type: application/json

{"detail": "Not Found"}
###
GET /receipt*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"detail": "Not authenticated"}
```

## How to fix

Select the object by its id and by the caller together, wherever the id stands; check a child's own parent, not the one of the path.

## What it cannot see

Ids in headers and bodies. Parents are known by the marks of the identities. What strangers see is meant for everybody.

## References

CWE-639; CWE-284; OWASP API1:2023.
"""

from collections.abc import Generator, Iterator
from urllib.parse import quote

from assay.live.asking import ask_all, get
from assay.live.denial import refusal_of
from assay.live.differential import Sight, Trio, same, sight
from assay.live.others_objects import Pair, pairs
from assay.live.query_ids import MOST, candidates, listed, nobodys
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Ask, Reply, Request
from assay.model.target import Route, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

MOST_PAIRS = 4
FIX = "Select the object by its id and by the caller together, wherever the id stands; check a child's own parent."


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes with an id in the query, or with two in the path."""
    yield from (route.subject for route in target.readable if candidates(route))


def run(target: Target, subject: Subject) -> Play:
    """Ask for each owner's objects in the name of the other."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    if not pairs(target):
        return not_tested("Not tested: two identities of ordinary rank are needed.")
    seen: list[tuple[Sight, Trio]] = []
    for pair in pairs(target)[:MOST_PAIRS]:
        mine = yield from listed(target, route, pair.owner)
        theirs = yield from listed(target, route, pair.other)
        own = [each for each in mine.ids if each not in theirs.ids]
        for id_ in own[:MOST]:
            for path in mine.paths(id_, theirs):
                trio = yield from _asked(mine.paths(id_, mine)[0], path, pair)
                if broken := [each for each in (trio.owner, trio.other, trio.stranger) if each.failure]:
                    return unanswered(*broken)
                shown = sight(trio, marks=pair.owner.marks, is_only_owners=theirs.is_seen, is_others=False)
                if shown in {Sight.LEAK, Sight.SUSPECT}:
                    control = yield from get(path.replace(quote(id_, safe=""), nobodys(id_)), pair.other.name)
                    # An answer that does not depend on the id is no object of anybody.
                    shown = Sight.SHARED if same(control.answer, trio.other.answer) else shown
                seen.append((shown, trio))
                if shown is Sight.LEAK:
                    return leak(route, pair, id_, trio)
    return summed(route, seen)


def _asked(own: str, path: str, pair: Pair) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Trio]:
    """The answers to owner, other and stranger; the owner asks at its own path."""
    stranger, pretender = yield from refusal_of(path)
    owner, other = yield from ask_all((Request("GET", own, pair.owner.name), Request("GET", path, pair.other.name)))
    return Trio(owner, other, stranger, pretender)


def leak(route: Route, pair: Pair, id_: str, trio: Trio) -> Ruling:
    """The other got it. Within one tenant it may be meant."""
    owner, other = pair.owner, pair.other
    is_shared_tenant = bool(owner.tenant) and owner.tenant == other.tenant
    return failed(
        f"{route.name} shows {other.name} an object of {owner.name}.",
        trio.other,
        trio.owner,
        trio.stranger,
        confidence=Confidence.TENTATIVE if is_shared_tenant else Confidence.CONFIRMED,
        fix=FIX,
        steps=(
            f"{owner.name} gets the object {id_}",
            f"{other.name} gets the same",
            f"A stranger is answered {trio.stranger.status}",
        ),
    )


def summed(route: Route, seen: list[tuple[Sight, Trio]]) -> Ruling:
    """What all comparisons together say; a pass needs a refusal that was seen."""
    kinds = {shown for shown, _ in seen}
    if not seen:
        return not_tested(f"Not tested: no list shows an object of one identity alone for {route.name}.")
    if Sight.SUSPECT in kinds:
        trio = next(trio for shown, trio in seen if shown is Sight.SUSPECT)
        message = f"{route.name} shows one caller the same as the other, and nothing shows whose it is."
        return failed(message, trio.other, trio.owner, confidence=Confidence.TENTATIVE, severity=Severity.HIGH, fix=FIX)
    if kinds & {Sight.REFUSED, Sight.DIFFERENT}:
        trio = next(trio for shown, trio in seen if shown in {Sight.REFUSED, Sight.DIFFERENT})
        return passed(f"{route.name} keeps the objects of one caller from another.", trio.other, trio.owner)
    if kinds & {Sight.PUBLIC, Sight.SHARED}:
        return not_applicable(f"{route.name} shows objects that are meant for both.", seen[0][1].other)
    return not_tested(f"Not tested: the answers of {route.name} do not tell.", seen[0][1].owner)


PROBE = Probe(
    id="AP521",
    name="live-nested-object-of-another",
    title="A caller gets the object of another by query or parent",
    weakness="bola",
    severity=Severity.CRITICAL,
    family="object",
    mode=Mode.SAFE,
    order=22,
    subjects=subjects,
    run=run,
    specificity=70,
    statement="endpoints keep objects from others when the id is in the query or below a parent",
)
