"""Knows the reads by method that change what is stored: `GET /orders/{id}/delete`, a link that switches an account on."""

from assay.model.endpoint import Endpoint
from assay.model.reach import Access, Action, Origin
from assay.rules.selecting import directly
from assay.rules.words import route, vocabulary, words

COUNTED = vocabulary(
    "view views visit visits visited hit hits click clicks count counts counter download downloads viewed seen read last accessed opened "
    "at on date time updated modified play plays"
)
"""Words of fields by which a read keeps account of itself."""
PASSING = vocabulary(
    "session token otp code cache log history visit view click nonce captcha cart basket event metric statistic job task message"
)
"""Words of what is made and dropped on the way, whoever asks."""
MAILED = vocabulary(
    "verify verification confirm confirmation activate activation unsubscribe accept decline invite invitation approve"
)
"""Words of links that a mail holds: what they name is a secret, unless it is a number."""
SENT = frozenset({Origin.PATH, Origin.QUERY})


def changed(endpoint: Endpoint) -> Access | None:
    """What an endpoint deletes or changes of what the request selects by a plain name of it, where all that it does could be seen; None
    when it does not, or makes what is not there yet, as a cache does.
    """
    reach = endpoint.reach
    if reach is None or reach.gaps or endpoint.method not in {"GET", "ANY"}:
        return None
    spoken = {word for segment in route(endpoint.path).literals for word in segment}
    if spoken & MAILED and not any("int" in parameter.type.lower() for parameter in endpoint.parameters):
        return None
    made = {access.entity for access in reach.accesses if access.action is Action.CREATE}
    found = [access for access in reach.accesses if access.entity not in made and is_change(access)]
    return min(found, key=lambda each: each.action is not Action.DELETE) if found else None


def is_change(access: Access) -> bool:
    """Whether an access deletes an object of the caller's choice, or changes one that the path names, by more than a count."""
    is_named = access.is_certain and bool(access.entity) and not access.protection
    if not is_named or set(words(access.entity)) & PASSING:
        return False
    key = directly(access)
    if key is None or access.action not in {Action.DELETE, Action.UPDATE}:
        return False
    is_kept = any(not set(words(field)) <= COUNTED for field in access.fields)
    return key.origin in SENT if access.action is Action.DELETE else key.origin is Origin.PATH and is_kept
