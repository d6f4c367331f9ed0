"""Objects are numbered one after the other.

## What it finds

Lists of objects that identities see and strangers do not, whose ids are whole numbers close to each other, or UUIDs made of
the time and the machine (version 1). It is for review: a number is no hole by itself.

## Why it matters

Where the check of the owner is forgotten once, all objects can be read by counting; and numbers tell how many there are.

## Bad

```http
# caller: alice kind=bearer
# route: GET /orders
# route: GET /orders/{order_id}
GET /orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": 1041}, {"id": 1043}, {"id": 1046}]
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## Good

```http
# caller: alice kind=bearer
# route: GET /orders
# route: GET /orders/{order_id}
GET /orders
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

[{"id": "9b2f4a5e-10c7-4c5e-8f0a-64b1c0f6c001"}, {"id": "1d6cf5c3-77a1-4a52-a0f5-0f6cf1a3d002"},
 {"id": "6e0e2f1b-7f4e-4f08-9b6e-9f1f0a2bb003"}]
###
GET /orders

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Give out random ids (UUID version 4) and keep the numbers inside; the check of the owner is needed all the same.

## What it cannot see

Fewer than three ids tell nothing. Lists that all identities see alike are shared, and their ids no secret.

## References

CWE-330; CWE-340; OWASP API1:2023.
"""

from collections.abc import Sequence
from uuid import UUID

from assay.live.asking import get
from assay.live.denial import is_denied
from assay.live.harvest import harvest
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import askable, with_id
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

FEWEST = 3
DENSE = 20
"""Of so many numbers in a row one is an object, at least."""


def run(target: Target, subject: Subject) -> Play:
    """Look at the ids that lists show."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    if not target.usable:
        return not_tested("Not tested: no identity was given, or the target took none.")
    found = []
    for caller in target.usable:
        found += [each for each in (yield from harvest(target, caller)) if each.route is route]
    seen = {id_ for known in found for id_ in known.every}
    if len(seen) < FEWEST:
        return not_tested("Not tested: lists show fewer than three ids of it.")
    if len(found) > 1 and all(set(known.every) == seen for known in found):
        return not_applicable("All identities see the same objects, so their ids are no secret.")
    stranger = yield from get(found[0].collection.filled())
    if stranger.failure:
        return unanswered(stranger)
    if not is_denied(stranger):
        return not_applicable("Strangers see the list, so the ids are no secret.")
    shown = [known.exchange for known in found]
    if how := counted(sorted(seen)):
        return failed(
            f"The ids of {route.name} can be guessed: {how}.",
            *shown,
            confidence=Confidence.TENTATIVE,
            fix="Give out random ids (UUID version 4) and keep the numbers inside.",
        )
    return passed(f"The ids of {route.name} are not numbered one after the other.", *shown)


def counted(ids: Sequence[str]) -> str:
    """How ids follow each other, as a clause; "" when they do not."""
    if all(each.isascii() and each.isdecimal() for each in ids):
        numbers = sorted(int(each) for each in ids)
        is_dense = numbers[-1] - numbers[0] < DENSE * len(numbers)
        return "they are whole numbers in a row" if is_dense else ""
    machines = {_machine(each) for each in ids}
    return "they are made of the time and the machine" if len(machines) == 1 and machines != {0} else ""


def _machine(text: str) -> int:
    """The machine that a UUID of version 1 names; 0 for everything else."""
    try:
        found = UUID(text)
    except ValueError:
        return 0
    return found.node if found.version == 1 else 0


PROBE = Probe(
    id="AP523",
    name="predictable-ids",
    title="Objects are numbered one after the other",
    weakness="predictable-object-ids",
    severity=Severity.INFO,
    family="id-order",
    mode=Mode.SAFE,
    order=80,
    subjects=with_id,
    run=run,
    statement="ids of objects cannot be guessed",
)
