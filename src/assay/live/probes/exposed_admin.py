"""An administration surface can be reached from outside.

## What it finds

Pages of administration at their usual paths, that the contract does not name: with a login form (low), or open
without one (high): then the page has a way to sign out, or forms and tables, and asks for no password. A page that
every path gets is none.

## Why it matters

It is where guesses of passwords and holes of its software pay most.

## Bad

```http
GET /admin

HTTP/1.1 200 OK
Content-Type: text/html

<title>Log in | Site admin</title><form><input type="password" name="password"></form>
```

```http
GET /admin

HTTP/1.1 200 OK
Content-Type: text/html

<title>Administration</title><a href="/logout">Sign out</a><table><tr><td>ada@example.org</td></tr></table>
```

## Good

```http
GET /admin

HTTP/1.1 404 Not Found
Content-Type: text/html

<title>Not found</title>
```

```http
GET /*

HTTP/1.1 200 OK
Content-Type: text/html

<title>Shop admin</title><div id=root></div>
```

## How to fix

Bind it to an inner address, or put a proxy before it that asks who calls.

## What it cannot see

Only usual paths are asked for. A page that a script builds cannot be judged.

## References

CWE-419; OWASP API5:2023, API8:2023.
"""

import re

from assay.live.lookup import Thing, search
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Response
from assay.model.target import Target
from assay.model.verdict import Confidence, Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

PATHS = (
    "/admin",
    "/admin/",
    "/admin/login/",
    "/administrator",
    "/manage",
    "/management",
    "/backoffice",
    "/phpmyadmin/",
    "/wp-admin/",
)
NAMED = re.compile(r"<(?:title|h1)[^>]*>[^<]*(?:admin|management|back ?office|dashboard)[^<]*</", re.IGNORECASE)
PASSWORD = re.compile(r"<input[^>]+type=[\"\']?password", re.IGNORECASE)
INSIDE = re.compile(r"(?:log|sign)[ -]?out", re.IGNORECASE)
SHOWN = re.compile(r"<(?:table|form)\b", re.IGNORECASE)
FIX = "Bind it to an inner address, or put a proxy before it that asks who calls."


def is_admin(answer: Response) -> bool:
    """A page of administration: by its title, with a login form or with a way out and something to work on."""
    text = answer.text
    return answer.is_html and bool(NAMED.search(text)) and (bool(PASSWORD.search(text)) or is_open(answer))


def is_open(answer: Response) -> bool:
    """Whether such a page is shown to somebody who is taken to be in."""
    text = answer.text
    return not PASSWORD.search(text) and bool(INSIDE.search(text)) and bool(SHOWN.search(text))


THINGS = tuple(Thing(path, "an administration page", Severity.LOW, is_admin, limit=32_768) for path in PATHS)


def run(target: Target, subject: Subject) -> Play:
    """Ask for each path, know it by its content."""
    result = yield from search(target, THINGS)
    found = sorted(result.found, key=lambda pair: not is_open(pair[1].answer))
    if found:
        _, exchange = found[0]
        is_without = is_open(exchange.answer)
        return failed(
            f"An administration page {'is open to everybody' if is_without else 'asks everybody to log in'} at {exchange.request.path}.",
            exchange,
            severity=Severity.HIGH if is_without else Severity.LOW,
            confidence=Confidence.FIRM,
            fix=FIX,
        )
    if result.unanswered:
        return unanswered(*result.unanswered)
    return passed("No administration page answers at its usual paths.")


PROBE = Probe(
    id="AP433",
    name="exposed-admin",
    title="An administration page can be reached from outside",
    weakness="exposed-admin-endpoint",
    severity=Severity.HIGH,
    family="admin-page",
    mode=Mode.PASSIVE,
    subjects=once,
    run=run,
    statement="APIs keep their administration pages inside",
)
