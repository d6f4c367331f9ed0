"""The denied-answer classifier: whether an answer refuses the caller, whatever status it has."""

import re
from collections.abc import Generator
from enum import StrEnum

from assay.live.asking import ask_all
from assay.live.fallback import alike
from assay.model.exchange import Ask, Exchange, Reply, Request, Response

GARBAGE = "Bearer assay.not-a-token"
"""A credential that no server can take for one."""
LOGIN = re.compile(r"log-?in|sign-?in|/auth|sso|oauth|saml|openid|accounts?\.", re.IGNORECASE)
WORDS = re.compile(
    r"unauthori[sz]ed|not authori[sz]ed|unauthenticated|not authenticated|authentication (?:required|failed|credentials)|forbidden"
    r"|access denied|permission denied|not (?:allowed|permitted)|invalid (?:or expired )?(?:token|credentials|api key|session)"
    r"|(?:token|session) (?:has )?(?:expired|is missing|is invalid)|missing (?:token|credentials|authorization|api key)|log ?in required"
    r"|please (?:log|sign) ?in|must (?:be logged|log|sign) ?in|no permission|insufficient (?:scope|privileges|permissions)",
    re.IGNORECASE,
)
CODES = frozenset({"401", "403", "unauthorized", "unauthenticated", "forbidden", "access_denied", "permission_denied"})
CODE_NAMES = frozenset({"code", "status", "statuscode", "status_code", "errorcode", "error_code", "httpstatus", "type"})
FLAG_NAMES = frozenset({"ok", "success", "succeeded", "authenticated", "authorized", "is_success", "issuccess"})
SAYINGS = ("error", "errors", "message", "detail", "msg", "title")
PASSWORD = re.compile(r"<input[^>]+type=[\"']?password", re.IGNORECASE)
LARGEST_ENVELOPE = 4_096
"""Bytes; a refusal in words is short, and a long text about refusals is none."""


class Access(StrEnum):
    """What an answer says of the caller's right."""

    ALLOWED = "allowed"
    """A 2xx that is no refusal in disguise, with something in it."""
    DENIED = "denied"
    """401, 403, a redirect to a login, a login form, or a 2xx envelope that refuses."""
    HIDDEN = "hidden"
    """404 or 410: there is nothing for this caller."""
    EMPTY = "empty"
    """A 2xx with nothing in it: an empty list, object or body."""
    UNCLEAR = "unclear"
    """Anything else: a validation error, a server error, a redirect elsewhere, no answer."""


def access(exchange: Exchange, refusal: Exchange | None = None) -> Access:
    """What an answer says of the caller's right.

    `refusal` is an answer to the same route that is known to refuse (see `refusal_of`): a 2xx that looks like it refuses too.
    """
    answer = exchange.response
    if answer is None:
        return Access.UNCLEAR
    if answer.status in {401, 403, 407}:
        return Access.DENIED
    if answer.status in {404, 410}:
        return Access.HIDDEN
    if 300 <= answer.status < 400 and answer.status != 304:
        return Access.DENIED if LOGIN.search(answer.header("location")) else Access.UNCLEAR
    if not answer.is_success:
        return _unsuccessful(answer)
    if is_refusal_in_words(answer) or (refusal is not None and _is_like(answer, refusal)):
        return Access.DENIED
    return Access.EMPTY if _is_empty(answer) else Access.ALLOWED


def is_denied(exchange: Exchange, refusal: Exchange | None = None) -> bool:
    """Whether an answer refuses the caller, or hides that there is something."""
    return access(exchange, refusal) in {Access.DENIED, Access.HIDDEN}


def refusal_of(path: str) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, Exchange]]:
    """What a path answers to a stranger, and to somebody with a token that is none."""
    garbage = (("authorization", GARBAGE),)
    stranger, pretender = yield from ask_all([Request("GET", path), Request("GET", path, headers=garbage)])
    return stranger, pretender


def is_refusal_in_words(answer: Response) -> bool:
    """Whether a 2xx says in its body that it refuses: a flag, a code, an error with such words, or a login form."""
    if answer.is_html:
        return bool(PASSWORD.search(answer.text))
    if len(answer.body) > LARGEST_ENVELOPE:
        return False
    document = answer.document
    if isinstance(document, dict):
        return _is_refusing(document)
    return document is None and len(answer.body) < 200 and bool(WORDS.search(answer.text))


def _is_refusing(document: dict[object, object]) -> bool:
    flags = [value for key, value in document.items() if str(key).lower() in FLAG_NAMES]
    if any(value is False for value in flags):
        return True
    codes = [str(value).lower() for key, value in document.items() if str(key).lower() in CODE_NAMES]
    if any(code in CODES for code in codes):
        return True
    named = {str(key).lower(): value for key, value in document.items()}
    if any(isinstance(inner := named.get(key), dict) and _is_refusing(inner) for key in ("error", "meta", "status")):
        return True
    if any(isinstance(value, list | dict) and value for key, value in named.items() if key not in {"error", "errors"}):
        return False
    return any(isinstance(value := named.get(key), str) and bool(WORDS.search(value)) for key in SAYINGS)


def _unsuccessful(answer: Response) -> Access:
    """Some servers refuse with 400 or 422 and say so; a 500 says nothing."""
    document = answer.document
    if answer.status in {400, 422} and isinstance(document, dict) and _is_refusing(document):
        return Access.DENIED
    return Access.UNCLEAR


def _is_like(answer: Response, refusal: Exchange) -> bool:
    other = refusal.response
    return (
        other is not None
        and answer.status == other.status
        and answer.media == other.media
        and alike(answer.text, other.text)
    )


def _is_empty(answer: Response) -> bool:
    if not answer.body.strip() or answer.status == 204:
        return True
    document = answer.document
    if document in ([], {}, "", None):
        return document is not None or answer.body.strip() == b"null"
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        return (
            bool(lists) and not any(lists) and not any(isinstance(value, dict) and value for value in document.values())
        )
    return False
