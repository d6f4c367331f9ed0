"""Attempts to log in that must fail, and how a limit on them shows."""

import json
import re
from collections.abc import Sequence
from statistics import median

from assay.live.denial import is_refusal_in_words
from assay.model.exchange import Exchange, Request
from assay.model.target import Login, Target

LIMITS = (
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "ratelimit-limit",
    "ratelimit",
    "ratelimit-policy",
    "x-rate-limit-limit",
)
LOCKED = re.compile(
    r"too many|locked|captcha|try again (?:later|in)|temporarily (?:blocked|disabled)|rate.?limit", re.IGNORECASE
)
SLOW = 0.5
"""Seconds; below it nobody waits on purpose."""


def attempt(login: Login, user: str, password: str) -> Request:
    """A try to log in."""
    is_form = any("form" in value for name, value in login.headers if name == "content-type")
    quoted = [value if is_form else json.dumps(value)[1:-1] for value in (user, password)]
    body = login.body.replace("{user}", quoted[0]).replace("{password}", quoted[1])
    return Request("POST", login.path, headers=login.headers, body=body, is_fresh=True, expects_limit=True)


def works(target: Target) -> bool:
    """Whether the login is known to be asked rightly: an identity that logs in got in, or none tried."""
    logins = [caller.login for caller in target.callers if caller.login]
    return not logins or any(login.answer.is_success for login in logins)


def is_refusal(exchange: Exchange) -> bool:
    """Whether an answer is one that wrong passwords get: not one about the form of the request, nor a failure."""
    answer = exchange.answer
    return (
        answer.status in {400, 401, 403, 404, 409, 423, 429}
        or 300 <= answer.status < 400
        or is_refusal_in_words(answer)
    )


def is_limited(exchange: Exchange) -> bool:
    """Whether an answer shows a limit: its status, a header that tells one, or a text about a lock."""
    answer = exchange.answer
    if answer.status in {423, 429, 503}:
        return True
    return any(answer.has(name) for name in LIMITS) or (
        answer.status >= 400 and bool(LOCKED.search(answer.text[:2000]))
    )


def is_slowing(exchanges: Sequence[Exchange]) -> bool:
    """Whether the last answers took much longer than the first."""
    times = [each.answer.elapsed for each in exchanges]
    return len(times) > 5 and median(times[-3:]) > max(SLOW, 3 * median(times[:3]))
