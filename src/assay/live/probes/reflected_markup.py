r"""Markup in a value comes back in a page as it is.

## What it finds

A tag in a parameter that an HTML answer holds unencoded. JSON answers run no scripts.

## Why it matters

A link that a user opens runs the script of whoever made the link.

## Bad

```http
# route: GET /search query:q=book
GET /search?q=assay*

HTTP/1.1 200 OK
Content-Type: text/html

<p>Nothing found for assay<i x="7c1e">, sorry</p>
```

## Good

```http
# route: GET /search query:q=book
GET /search?q=assay*

HTTP/1.1 200 OK
Content-Type: text/html

<p>Nothing found for assay&lt;i x=&quot;7c1e&quot;&gt;</p>
```

```http
# route: GET /search query:q=book
GET /search?q=assay*

HTTP/1.1 200 OK
Content-Type: application/json

{"q": "assay<i x=\"7c1e\">"}
```

## How to fix

Let the template engine encode, and send JSON as JSON.

## What it cannot see

Only what comes back in the same answer.

## References

CWE-79; OWASP API8:2023.
"""

from collections.abc import Iterator

from assay.live.asking import ask_all
from assay.live.ruling import failed, not_tested, passed, unanswered
from assay.live.trying import Seat, seats
from assay.model.exchange import Exchange
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Ruling

MARK = 'assay<i x="7c1e">'


def subjects(target: Target) -> Iterator[Subject]:
    """GET routes that take values."""
    yield from (
        route.subject for route in target.readable if any(slot.location in {"path", "query"} for slot in route.slots)
    )


def run(target: Target, subject: Subject) -> Play:
    """Try a tag in each parameter."""
    found = yield from seats(target, subject)
    if isinstance(found, Ruling):
        return found
    tried: list[Exchange] = []
    for seat in found:
        exchanges = yield from ask_all(seat.request(value) for value in values(seat))
        if any(each.failure for each in exchanges):
            return unanswered(*exchanges)
        if said := judged(seat, exchanges):
            return said
        tried += exchanges
    if all(each.status in {401, 403} for each in tried):
        return not_tested("Not tested: the route refuses before it looks at values.", *tried)
    return passed("No page repeats markup as it is.", *tried)


def values(seat: Seat) -> tuple[str, ...]:
    """The tag."""
    return (MARK,)


def judged(seat: Seat, exchanges: tuple[Exchange, ...]) -> Ruling | None:
    """A finding, when a page holds the tag."""
    (exchange,) = exchanges
    if not exchange.answer.is_html or MARK not in exchange.answer.text:
        return None
    return failed(
        f"{seat.route.name} repeats markup in {seat.slot.name} as it is.",
        exchange,
        fix="Let the template engine encode.",
    )


PROBE = Probe(
    id="AP543",
    name="reflected-markup",
    title="Markup comes back as it is",
    weakness="missing-input-validation",
    severity=Severity.MEDIUM,
    family="reflected",
    mode=Mode.SAFE,
    order=80,
    subjects=subjects,
    run=run,
    statement="endpoints encode what they repeat",
)
