"""Pages do not say what their address tells other sites.

## What it finds

Pages in HTML without a Referrer-Policy, as header or as meta element, or with `unsafe-url` or `no-referrer-when-downgrade`, which
tell other sites the whole address.

## Why it matters

An address with an id or a token in it goes to each site that the page links to. Browsers of today cut it to the origin by themselves;
older ones, and pages that allow more, do not.

## Bad

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html

<html><body>shop</body></html>
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
Referrer-Policy: unsafe-url

<html><body>shop</body></html>
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
Referrer-Policy: no-referrer, strict-origin-when-cross-origin

<html><body>shop</body></html>
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html

<html><head><meta name="referrer" content="same-origin"></head><body>shop</body></html>
```

## How to fix

Send `Referrer-Policy: strict-origin-when-cross-origin`, or `no-referrer`, with every page.

## What it cannot see

Answers that are no pages need none. A policy that a page sets for single links is not read.

## References

Referrer Policy (W3C); CWE-200; OWASP API8:2023.
"""

import re

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

META = re.compile(r"<meta[^>]+name=[\"']?referrer[\"']?[^>]+content=([\"'])(.*?)\1", re.IGNORECASE | re.DOTALL)
KNOWN = frozenset(
    {
        *("no-referrer", "same-origin", "origin", "strict-origin", "origin-when-cross-origin"),
        *("strict-origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"),
    }
)
OPEN = frozenset({"unsafe-url", "no-referrer-when-downgrade"})
FIX = "Send `Referrer-Policy: strict-origin-when-cross-origin` with every page."


def run(target: Target, subject: Subject) -> Play:
    """Read the policies of the pages."""
    exchanges = yield from sample(target)
    pages = [each for each in answered(exchanges) if each.answer.is_html and each.answer.is_success]
    if not pages:
        return not_applicable("The API serves no pages.") if answered(exchanges) else unanswered(*exchanges)
    bad = next(((each, fault) for each in pages if (fault := weak(each.answer))), None)
    if bad:
        return failed(f"The API serves pages {bad[1]}.", bad[0], fix=FIX)
    return passed("The pages of the API keep their address from other sites.", pages[0])


def weak(answer: Response) -> str:
    """What is wrong with the policy of a page; "" when it helps. Of several that browsers know, the last counts."""
    match = META.search(answer.text)
    values = [*answer.every("referrer-policy"), *([match[2]] if match else [])]
    known = [word for value in values for each in value.split(",") if (word := each.strip().lower()) in KNOWN]
    if not known:
        return "without a Referrer-Policy"
    return f"whose Referrer-Policy is {known[-1]}" if known[-1] in OPEN else ""


PROBE = Probe(
    id="AP415",
    name="missing-referrer-policy",
    title="Pages do not say what their address tells other sites",
    weakness="sensitive-data-in-url",
    severity=Severity.INFO,
    family="referrer-policy",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="pages keep their address from other sites",
)
