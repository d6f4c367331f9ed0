"""A caller decides how much work a request makes.

## What it finds

In active mode: numbers in the query that say how deep or how often (depth, levels, repeat, iterations ...; the size of a page
is told by AP448), from 1 to 16 in small steps. It stops at the first answer that is much larger or slower than the first
one. A finding is what grew faster than the number: to 200 kB and twenty-fold, or to a second and five-fold.

## Why it matters

A handful of requests keep the service from everybody else.

## Bad

```http
# mode: active
# route: GET /tree query:depth
GET /tree?depth=1

HTTP/1.1 200 OK
Content-Type: application/json

<12 rows>
###
GET /tree?depth=2

HTTP/1.1 200 OK
Content-Type: application/json

<900 rows>
###
GET /tree?depth=3

HTTP/1.1 200 OK
Content-Type: application/json

<30000 rows>
```

## Good

```http
# mode: active
# route: GET /tree query:depth
GET /tree?depth=1

HTTP/1.1 200 OK
Content-Type: application/json

<12 rows>
###
GET /tree?depth=*

HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json

{"detail": "depth must be at most 5"}
```

## How to fix

Set a greatest value for what a caller may multiply, refuse what is above it, and end what takes too long.

## What it cannot see

Only numbers in the query of GET routes, known by their names: no patterns, no uploads, no sizes of pictures, no nested
queries. A growth that begins above 16. Times are those of one machine: the middle of three counts.

## References

CWE-400; CWE-770; OWASP API4:2023.
"""

import re
from collections.abc import Generator, Iterator
from statistics import median

from assay.live.asking import Asking, ask
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.subjects import askable
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Route, Slot, Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

NAMES = re.compile(
    r"^(?:max_?)?(?:depth|levels?|nesting|expand_?depth|length|repeat|times|rounds|iterations|samples|points|steps|buckets|copies)$",
    re.IGNORECASE,
)
STEPS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Small, so that what grows by powers is seen before it hurts."""
LARGE = 200_000
"""Bytes of an answer that are much."""
LIMIT = 1_000_000
GREW = 20
"""How often the smallest answer goes into the largest: more than the number itself grew."""
CAREFUL = 0.25
"""Seconds more than the first answer took, after which no larger number is tried."""
SLOW = 1.0
FIVEFOLD = 5
REFUSED = frozenset({400, 413, 414, 422})
FIX = "Set a greatest value for what a caller may multiply, and refuse what is above it."


Trying = Generator[tuple[Ask, ...], tuple[Reply, ...], Ruling]


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes with a number that multiplies their work."""
    yield from (route.subject for route in target.readable if slots(route))


def run(target: Target, subject: Subject) -> Play:
    """Ask each such number in growing steps."""
    route = askable(target, subject)
    if isinstance(route, Ruling):
        return route
    identity = target.usable[0].name if target.usable else ""
    said: tuple[Ruling, ...] = ()
    for slot in slots(route):
        ruling = yield from _grown(route, slot, identity)
        said = (*said, ruling)
    return said


def slots(route: Route) -> list[Slot]:
    """Query parameters that say how deep, how large or how often."""
    return [
        slot
        for slot in route.slots
        if slot.location == "query" and NAMES.match(slot.name) and slot.type in {"", "integer", "number"}
    ]


def _grown(route: Route, slot: Slot, identity: str) -> Trying:
    """Asks with larger and larger numbers, as long as that costs little."""
    seen: list[Exchange] = []
    for step in STEPS:
        path = route.filled(query={slot.name: str(step)})
        if not path:
            return not_tested("Not tested: nobody knows a value for its path.", symbol=slot.name)
        exchange = yield from _asked(Request("GET", path, identity, limit=LIMIT, is_fresh=True), seen)
        if exchange.failure:
            return unanswered(exchange)
        if exchange.status in REFUSED and seen:
            return passed(f"{route.name} refuses {step} for {slot.name}.", exchange, symbol=slot.name)
        if not exchange.answer.is_success:
            return not_tested(f"Not tested: {route.name} answered {exchange.status}.", exchange, symbol=slot.name)
        seen.append(exchange)
        if _is_much(seen):
            break
    return (yield from _judged(route, slot, seen))


def _asked(request: Request, seen: list[Exchange]) -> Asking:
    """The exchange of a request; of one that is slow the faster of two, since a machine may be busy with something else."""
    exchange = yield from ask(request)
    if exchange.failure or not _is_much([*seen, exchange]) or exchange.answer.elapsed > SLOW:
        return exchange
    again = yield from ask(request)
    return min(exchange, again, key=lambda each: each.answer.elapsed) if again.response else again


def _is_much(seen: list[Exchange]) -> bool:
    """Whether the last answer is so large or slow that the next may hurt."""
    first, last = seen[0].answer, seen[-1].answer
    return last.is_cut or len(last.body) >= LARGE or last.elapsed > first.elapsed + CAREFUL


def _judged(route: Route, slot: Slot, seen: list[Exchange]) -> Trying:
    least, most = seen[0], seen[-1]
    small, large, number = len(least.answer.body), len(most.answer.body), STEPS[len(seen) - 1]
    if large >= LARGE and large >= GREW * max(small, 1):
        told = "more than 1 MB" if most.answer.is_cut else f"{large} bytes"
        message = f"{route.name} answers {told} for {slot.name} {number}, and {small} bytes for 1."
        return failed(message, most, least, confidence=Confidence.FIRM, fix=FIX, symbol=slot.name)
    if len(seen) > 1 and most.answer.elapsed > SLOW:
        return (yield from _timed(route, slot, least, most))
    if len(seen) == len(STEPS) and not _is_much(seen) and large <= 1.1 * len(seen[-2].answer.body):
        return passed(f"{route.name} does no more for a larger {slot.name}.", most, symbol=slot.name)
    return not_tested(
        f"Not tested: {route.name} grows with {slot.name}, but not so far that it tells.", most, symbol=slot.name
    )


def _timed(route: Route, slot: Slot, least: Exchange, most: Exchange) -> Trying:
    """Whether it is slow for large values and for these alone: the middle of three, one after the other."""
    times: list[float] = []
    for exchange in (least, most):
        tries = [exchange]
        for _ in range(2):
            again = yield from ask(exchange.request)
            if again.failure:
                return unanswered(again)
            tries.append(again)
        times.append(median(each.answer.elapsed for each in tries))
    if times[1] > SLOW and times[1] > FIVEFOLD * times[0]:
        message = (
            f"{route.name} takes more than a second where {slot.name} is larger, and a fifth of that or less for 1."
        )
        return failed(message, most, least, confidence=Confidence.FIRM, fix=FIX, symbol=slot.name)
    return not_tested("Not tested: the times of its answers differ too much to tell.", most, symbol=slot.name)


PROBE = Probe(
    id="AP546",
    name="unbounded-work",
    title="A caller decides how much work a request makes",
    weakness="unbounded-pagination",
    severity=Severity.MEDIUM,
    family="request-cost",
    mode=Mode.ACTIVE,
    subjects=subjects,
    run=run,
    stage=Stage.BURST,
    statement="parameters make no more work than they should",
)
