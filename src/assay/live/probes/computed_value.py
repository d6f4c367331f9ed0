"""A value is computed instead of being taken as it is.

## What it finds

A multiplication in the syntax of several template engines, whose product comes back where the other parameters alone
do not bring it.

## Why it matters

What computes a product runs code: template engines reach files and commands in a few more steps.

## Bad

```http
# route: GET /hello query:name=Ada
GET /hello?name=*7919*7907*

HTTP/1.1 200 OK
Content-Type: text/html

<p>Hello 62615533</p>
###
GET /hello?name=Ada

HTTP/1.1 200 OK
Content-Type: text/html

<p>Hello Ada</p>
```

## Good

```http
# route: GET /hello query:name=Ada
GET /hello?name=*

HTTP/1.1 200 OK
Content-Type: application/json

{"hello": "{{7919*7907}}"}
```

## How to fix

Give values to a template as its variables; never build the template itself from them.

## What it cannot see

Only GET, and only what comes back in the same answer.

## References

CWE-1336; CWE-94; OWASP API8:2023.
"""

from assay.live.ruling import failed
from assay.live.trying import Seat, taking, trial
from assay.model.exchange import Exchange
from assay.model.verdict import Severity
from assay.plugins.probe import Mode, Probe, Ruling

MARK = "7919*7907"
PRODUCT = "62615533"


def values(seat: Seat) -> tuple[str, ...]:
    """The multiplication in several syntaxes, and the plain value."""
    return (f"a{{{{{MARK}}}}}b${{{MARK}}}c#{{{MARK}}}d<%={MARK}%>", seat.value)


def judged(seat: Seat, exchanges: tuple[Exchange, ...]) -> Ruling | None:
    """A finding, when the product comes back."""
    computed, plain = exchanges
    if PRODUCT not in computed.answer.text or PRODUCT in plain.answer.text:
        return None
    return failed(
        f"{seat.route.name} computes what stands in {seat.slot.name}.",
        computed,
        fix="Give values to a template as its variables; never build the template from them.",
    )


PROBE = Probe(
    id="AP542",
    name="computed-value",
    title="A value is computed",
    weakness="command-injection",
    severity=Severity.CRITICAL,
    family="computed",
    mode=Mode.SAFE,
    order=80,
    subjects=taking,
    run=trial(values, judged, "No value is computed."),
    statement="endpoints take values as they are",
)
