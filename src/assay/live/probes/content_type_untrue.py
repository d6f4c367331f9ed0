"""Answers in JSON say that they are something else.

## What it finds

JSON objects and lists whose Content-Type is `text/html` or missing. A type of its own, as `application/problem+json`,
is right.

## Why it matters

A browser that is told that JSON is a page runs the markup in it: a stored name becomes a script.

## Bad

```http
# route: GET /orders
GET /orders

HTTP/1.1 200 OK
Content-Type: text/html

[{"id": 1, "note": "hello"}]
```

## Good

```http
# route: GET /orders
GET /orders

HTTP/1.1 200 OK
Content-Type: application/vnd.shop+json

[{"id": 1}]
```

## How to fix

Send `Content-Type: application/json` with JSON.

## What it cannot see

The base and a few routes are looked at.

## References

RFC 8259 §11; CWE-436; OWASP API8:2023.
"""

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Compare the type with the body."""
    exchanges = yield from sample(target, has_callers=True)
    documents = [each for each in answered(exchanges) if isinstance(each.answer.document, dict | list)]
    if not documents:
        return not_applicable("No answer is JSON.") if answered(exchanges) else unanswered(*exchanges)
    wrong = [each for each in documents if is_untrue(each.answer)]
    if wrong:
        said = wrong[0].answer.media or "nothing"
        return failed(
            f"The API sends JSON and says {said} of it.",
            wrong[0],
            fix="Send `Content-Type: application/json` with JSON.",
        )
    return passed("The API says of its JSON that it is JSON.", documents[0])


def is_untrue(answer: Response) -> bool:
    """Whether a browser would take JSON for a page."""
    return answer.media in {"", "text/html", "application/xhtml+xml"}


PROBE = Probe(
    id="AP412",
    name="content-type-untrue",
    title="JSON is sent as something else",
    weakness="missing-nosniff",
    severity=Severity.LOW,
    family="content-type",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs say of JSON that it is JSON",
)
