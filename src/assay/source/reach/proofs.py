"""Proofs that a handler checks by itself: it answers 401 or 403 by what it was sent, a token, a signature, a session of its own, or by the
address that the request comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Decision
from assay.source.evaluate.values import Condition, External, Given, Made, Member, options
from assay.source.mentions import names_in, walk
from assay.source.reach.spelling import told
from assay.source.reach.trace import Trace
from assay.source.refusal import REFUSING
from assay.source.status import status_assigned, status_of
from assay.source.vocabulary import parts_of

PROOF = frozenset(
    """
    token tokens jwt bearer signature signed hmac secret apikey session sessions cookie cookies authorization authenticated authorized
    principal credential credentials
    """.split()
)
"""Words of what proves who is calling."""
ASIDE = frozenset({"cancellation", "aborted", "csrf", "antiforgery"})
"""Words that make a token one of another kind."""
NETWORK = frozenset({"remote", "loopback"})
"""Words of tests of where a request comes from."""
NAMED_BY_PROXY = frozenset({"user", "role", "roles", "group", "groups", "email", "name"})
HIDING, UNAUTHORIZED, WRONG = 404, 401, 400
KEEPING_OUT = frozenset({*REFUSING, HIDING, WRONG})
CHECKING = frozenset({"verify", "verified", "validate", "valid", "check", "authenticate", "compare", "verifier"})
SENDERS = frozenset({"signature", "signed", "hmac", "webhook", "hook", "incoming", "sender", "ipn"})
"""Words of what another system sends, whose proof is checked: a wrong one is often answered with 400."""
WORD = re.compile(r"[A-Za-z_]\w*")
SENDING = frozenset({"SendUnauthorizedAsync", "SendForbiddenAsync", "UnauthorizedAsync", "ForbiddenAsync"})
ANSWERING = frozenset({"Unauthorized", "Forbid", "StatusCode", "Problem", "Json", "Challenge", "NotFound"})
STATUS = frozenset({"status_code", "StatusCode", "IsSuccessStatusCode", "ok", "is_success", "status"})
"""Members of the answer of another service."""
BROUGHT = frozenset({"header", "cookie"})
BROUGHT_ALONG = re.compile(r"\brequest\.(headers|cookies|authorization|auth|session|META|COOKIES)\b")
NEAR = 2
"""How far below the handler a refusal may stand."""


def proofs(trace: Trace) -> tuple[Decision, ...]:
    """Every test of a proof or an address that decides a refusal, once."""
    found: dict[object, Decision] = {}
    for status, conditions in refusing(trace):
        for condition in conditions:
            is_proof = is_about_sender(condition) if status == WRONG else status != HIDING and is_about_proof(condition)
            kind = "network" if is_of_network(condition) else "proof" if is_proof else ""
            if kind:
                found.setdefault(condition.place, Decision(kind, told(condition), condition.place))
    return tuple(found.values())


def refusing(trace: Trace) -> Iterator[tuple[int, tuple[Condition, ...]]]:
    """The status of every refusal of the handler with the tests around it."""
    for exit_ in trace.exits:
        status = status_of(exit_.value) if exit_.depth <= trace.surface + NEAR else None
        if status in KEEPING_OUT:
            yield status, exit_.conditions
    for assigned in trace.assigned:
        status = status_assigned(assigned)
        if status in KEEPING_OUT:
            yield status, assigned.conditions
    for made in trace.made:
        status = status_of(made) if made.name in ANSWERING and len(made.way) <= NEAR else None
        status = HIDING if made.name == "NotFound" and len(made.way) <= NEAR else status
        if made.name in SENDING or status in KEEPING_OUT:
            yield status or UNAUTHORIZED, made.conditions


def is_about_proof(condition: Condition) -> bool:
    """Whether a test speaks of what proves who is calling."""
    if is_of_answer(condition) and not hands_proof_on(condition):
        return False
    for name in names_of(condition):
        said = {part.lower() for part in parts_of(name)}
        if said & PROOF and not said & ASIDE:
            return True
    return False


def is_of_answer(condition: Condition) -> bool:
    """Whether a test asks for the status with which another service answered: `response.status_code == 403`."""
    return any(
        isinstance(part, Member)
        and part.name in STATUS
        and any(isinstance(option, Made) for option in options(part.value))
        for part in walk(condition.value)
    )


def hands_proof_on(condition: Condition) -> bool:
    """Whether what was asked of another service carried what the caller sent to prove itself, and not what this service has of its own."""
    for part in walk(condition.value):
        match part:
            case Given(name=name, origin=origin) if origin in BROUGHT or {*parts_of(name)} & PROOF:
                return True
            case External(name=name) if BROUGHT_ALONG.search(name):
                return True
            case Member(value=Given(), name="headers" | "Headers" | "cookies" | "Cookies"):
                return True
    return False


def is_of_network(condition: Condition) -> bool:
    """Whether a test asks where a request comes from; a header such as `Remote-User` says who was signed in."""
    said = said_of(condition)
    return bool(said & NETWORK) and not said & NAMED_BY_PROXY


def is_about_sender(condition: Condition) -> bool:
    """Whether a test checks who sent something: `if not verify_incoming_request(form)`, `hmac.compare_digest(...)`."""
    said = said_of(condition)
    return bool(said & CHECKING) and bool(said & SENDERS)


def said_of(condition: Condition) -> set[str]:
    """The words of a test."""
    return {part.lower() for name in names_of(condition) for part in parts_of(name)}


def names_of(condition: Condition) -> tuple[str, ...]:
    """The names in a test, as it was found and as it is written."""
    return (*names_in(condition.value), *WORD.findall(told(condition)))
