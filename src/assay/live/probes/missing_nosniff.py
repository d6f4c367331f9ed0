"""Answers do not forbid browsers to guess their type.

## What it finds

Answers with a body in JSON, JavaScript, HTML or text and without `X-Content-Type-Options: nosniff`, told once for the
API.

## Why it matters

A browser that guesses may take an answer for a page or a script, and run what a user put into it.

## Bad

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json

{"name": "shop"}
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: application/json
X-Content-Type-Options: nosniff

{"name": "shop"}
```

## How to fix

Send `X-Content-Type-Options: nosniff` on every answer.

## What it cannot see

The base and a few routes are looked at; an answer without a body says nothing.

## References

Fetch Standard, X-Content-Type-Options; CWE-693; OWASP API8:2023.
"""

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

GUESSED = frozenset(
    {"text/html", "text/plain", "application/javascript", "text/javascript", "application/xhtml+xml", ""}
)


def run(target: Target, subject: Subject) -> Play:
    """Look at the header of a few answers."""
    exchanges = yield from sample(target)
    bodies = [each for each in answered(exchanges) if has_body(each.answer)]
    if not bodies:
        return not_applicable("No answer has a body.") if answered(exchanges) else unanswered(*exchanges)
    bare = [each for each in bodies if each.answer.header("x-content-type-options").strip().lower() != "nosniff"]
    if bare:
        share = f"{len(bare)} of {len(bodies)} answers"
        return failed(
            f"The API does not send X-Content-Type-Options: nosniff in {share}.",
            bare[0],
            fix="Send `X-Content-Type-Options: nosniff` on every answer.",
        )
    return passed("The API sends X-Content-Type-Options: nosniff.", bodies[0])


def has_body(answer: Response) -> bool:
    """Whether there is something to guess."""
    return bool(answer.body) and answer.status not in {204, 304} and (answer.is_json or answer.media in GUESSED)


PROBE = Probe(
    id="AP411",
    name="missing-nosniff",
    title="X-Content-Type-Options is missing",
    weakness="missing-nosniff",
    severity=Severity.LOW,
    family="nosniff",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs forbid browsers to guess types",
)
