"""Pages of the API have no Content-Security-Policy that helps.

## What it finds

HTML pages without a Content-Security-Policy, or with one that lets inline scripts run. A report-only policy is none.
Where the API serves no HTML, there is nothing to protect.

## Why it matters

Without a policy, one injected tag runs as the page.

## Bad

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html

<html><title>Shop</title></html>
```

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
Content-Security-Policy: script-src 'self' 'unsafe-inline'

<html><title>Shop</title></html>
```

## Good

```http
GET /

HTTP/1.1 200 OK
Content-Type: text/html
Content-Security-Policy: default-src 'none'; script-src 'nonce-r4nd0m' 'unsafe-inline'; frame-ancestors 'none'

<html><title>Shop</title></html>
```

## How to fix

Send `Content-Security-Policy: default-src 'self'; frame-ancestors 'none'` with every page, and give scripts a nonce.

## What it cannot see

Pages are those that the base and a few routes answer with; a policy in a meta tag is read as well.

## References

Content Security Policy Level 3; CWE-1021; OWASP API8:2023.
"""

import re

from assay.live.ruling import failed, not_applicable, passed, unanswered
from assay.live.sampling import answered, sample
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

META = re.compile(
    r"<meta[^>]+http-equiv=[\"']?content-security-policy[\"']?[^>]+content=([\"'])(.*?)\1", re.IGNORECASE | re.DOTALL
)
FIX = "Send `Content-Security-Policy: default-src 'self'; frame-ancestors 'none'` with every page."


def run(target: Target, subject: Subject) -> Play:
    """Read the policies of the pages."""
    exchanges = yield from sample(target)
    pages = [each for each in answered(exchanges) if each.answer.is_html and each.answer.is_success]
    if not pages:
        return not_applicable("The API serves no pages.") if answered(exchanges) else unanswered(*exchanges)
    bad = next(((each, fault) for each in pages if (fault := weak(each.answer))), None)
    if bad:
        return failed(f"The API serves pages {bad[1]}.", bad[0], fix=FIX)
    return passed("The pages of the API have a Content-Security-Policy.", pages[0])


def weak(answer: Response) -> str:
    """What is wrong with the policy of a page; "" when it helps."""
    match = META.search(answer.text)
    policies = [*answer.every("content-security-policy"), *([match[2]] if match else [])]
    if not policies:
        return "without a Content-Security-Policy"
    if all(_lets_inline(policy) for policy in policies):
        return "whose Content-Security-Policy lets inline scripts run"
    return ""


def _lets_inline(policy: str) -> bool:
    """A nonce or hash makes browsers pass over `unsafe-inline` (CSP level 2 §7.17)."""
    words = [part.split() for part in policy.lower().split(";") if part.split()]
    rules = {each[0]: each[1:] for each in words}
    scripts = rules.get("script-src", rules.get("default-src"))
    if scripts is None:
        return True
    return "'unsafe-inline'" in scripts and not any(each.startswith(("'nonce-", "'sha")) for each in scripts)


PROBE = Probe(
    id="AP413",
    name="missing-csp",
    title="Pages have no Content-Security-Policy that helps",
    weakness="missing-csp",
    severity=Severity.LOW,
    family="csp",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs that serve pages send a Content-Security-Policy",
)
