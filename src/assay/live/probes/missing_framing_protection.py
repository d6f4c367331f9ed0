"""Pages of the API can be framed by any site.

## What it finds

HTML pages without `frame-ancestors` in a Content-Security-Policy and without X-Frame-Options. Either is enough.

## Why it matters

Another site lays the page under its own and makes users click on it.

## Bad

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html

<html><title>Shop</title></html>
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
X-Frame-Options: DENY

<html><title>Shop</title></html>
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
Content-Security-Policy: frame-ancestors 'self'

<html><title>Shop</title></html>
```

## How to fix

Send `Content-Security-Policy: frame-ancestors 'none'` with every page.

## What it cannot see

Where the API serves no HTML, there is nothing to frame.

## References

CWE-1021; OWASP API8:2023.
"""

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe


def run(target: Target, subject: Subject) -> Play:
    """Look at both headers of the pages."""
    exchanges = yield from sample(target)
    pages = [each for each in answered(exchanges) if each.answer.is_html and each.answer.is_success]
    if not pages:
        return not_applicable("The API serves no pages.") if answered(exchanges) else unanswered(*exchanges)
    open_ones = [each for each in pages if not is_protected(each.answer)]
    if open_ones:
        return failed(
            "The API serves pages that any site can frame.",
            open_ones[0],
            fix="Send `Content-Security-Policy: frame-ancestors 'none'` with every page.",
        )
    return passed("The pages of the API say who may frame them.", pages[0])


def is_protected(answer: Response) -> bool:
    """Whether a page says who may frame it."""
    options = answer.header("x-frame-options").strip().lower()
    return "frame-ancestors" in answer.header("content-security-policy").lower() or options in {"deny", "sameorigin"}


PROBE = Probe(
    id="AP414",
    name="missing-framing-protection",
    title="Pages can be framed by any site",
    weakness="missing-clickjacking-protection",
    severity=Severity.LOW,
    family="framing",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs that serve pages say who may frame them",
)
