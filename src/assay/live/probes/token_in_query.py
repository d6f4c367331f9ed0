"""A token is accepted in the query of the URL.

## What it finds

The token of an identity, sent under the usual names in the query of a route that refuses strangers and garbage under the
same names. An identity whose key is given as one of the query shows it without being tried.

## Why it matters

Addresses are written to access logs, histories and Referer headers, of proxies too: whoever reads one of them has the token.

## Bad

```http
# caller: alice kind=bearer canary=/me token=alice-token-000001
# route: GET /me
GET /me?access_token=assay*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
###
GET /me
Authorization: alice

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
###
GET /me?access_token=alice*

HTTP/1.1 200 OK
Content-Type: application/json

{"id": 7, "name": "alice"}
```

## Good

```http
# caller: alice kind=bearer canary=/me token=alice-token-000001
# route: GET /me
GET /me?*

HTTP/1.1 401 Unauthorized
Content-Type: application/json

{}
```

## How to fix

Take tokens from the Authorization header alone. For links that have to work by themselves, sign one address for a short time.

## What it cannot see

One route and the usual names are asked; the token that is sent stands in the access log of the target afterwards. Signed
links for downloads are not tokens and are not asked for.

## References

RFC 6750 §2.3 and §5.3; CWE-598; OWASP API2:2023.
"""

from urllib.parse import urlencode

from assay.live.asking import ask_all, get
from assay.live.denial import Access, access, is_denied
from assay.live.differential import same
from assay.live.ruling import failed, not_applicable, not_tested, passed, unanswered
from assay.live.subjects import once
from assay.model.exchange import Request
from assay.model.target import Caller, Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe

NAMES = ("access_token", "token", "api_key", "apikey", "auth_token")
"""Names that evidence masks."""
NOTHING = "assay-not-a-token"
FIX = "Take tokens from the Authorization header alone."


def run(target: Target, subject: Subject) -> Play:
    """Send a token in the query, and garbage in its place."""
    own = next((each for each in target.usable if each.kind == "query" and each.canary), None)
    if own:
        return (yield from _own(own))
    caller = next((each for each in target.usable if each.canary and each.token), None)
    if caller is None:
        if not target.usable:
            return not_tested("Not tested: no identity was given, or the target took none.")
        return not_applicable("No identity has a token that opens a route which refuses strangers.")
    garbage, shown = yield from ask_all(
        Request("GET", with_query(caller.canary, text)) for text in (NOTHING, caller.token)
    )
    if garbage.failure or shown.failure:
        return unanswered(garbage, shown)
    if is_denied(shown, garbage):
        return passed("The API refuses tokens in the query.", shown)
    mine = yield from get(caller.canary, caller.name)
    if mine.failure:
        return unanswered(mine)
    if not is_denied(garbage) or access(shown, garbage) is not Access.ALLOWED or not same(mine.answer, shown.answer):
        return not_tested("Not tested: the answers to a token in the query do not tell.", shown, garbage)
    return failed("The API takes a token in the query of the URL.", shown, garbage, mine, fix=FIX)


def _own(caller: Caller) -> Play:
    """An identity whose key is one of the query."""
    mine = yield from get(caller.canary, caller.name)
    stranger = yield from get(caller.canary)
    if mine.failure or stranger.failure:
        return unanswered(mine, stranger)
    if access(mine, stranger) is not Access.ALLOWED:
        return not_tested("Not tested: the target took the key before, and refuses it now.", mine)
    return failed(f"The API takes its key in the query of the URL, as {caller.name} sends it.", mine, stranger, fix=FIX)


def with_query(path: str, text: str) -> str:
    """A path with a token under every usual name."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(dict.fromkeys(NAMES, text))}"


PROBE = Probe(
    id="AP509",
    name="token-in-query",
    title="A token is accepted in the query of the URL",
    weakness="sensitive-data-in-url",
    severity=Severity.MEDIUM,
    family="token-in-query",
    mode=Mode.SAFE,
    subjects=once,
    run=run,
    statement="APIs take no tokens in the query of a URL",
)
