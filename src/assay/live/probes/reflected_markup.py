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

from assay.live.ruling import failed
from assay.live.trying import Seat, taking, trial
from assay.model.exchange import Exchange
from assay.model.verdict import Severity
from assay.plugins.probe import Mode, Probe, Ruling

MARK = 'assay<i x="7c1e">'


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
    subjects=taking,
    run=trial(values, judged, "No page repeats markup as it is."),
    statement="endpoints encode what they repeat",
)
