"""Knows which fields of stored objects callers fill with what they like: what is read from those is as good as sent."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.model.reach import Flow, Origin

CALLERS = frozenset({Authorization.PUBLIC, Authorization.AUTHENTICATED})

OF_ID = re.compile(r"(^|_)(id|pk|uuid|guid)$|[a-z](Id|ID|Guid|Uuid)$|^(Id|ID|Guid)$")
"""Fields that tell objects apart."""


def filled(inventory: Inventory) -> frozenset[str]:
    """`Entity.field` of every field that an endpoint for everybody, or for whoever has an account, copies from the request."""
    return frozenset(
        f"{copy.entity}.{field}"
        for endpoint in inventory.endpoints
        if endpoint.reach is not None and endpoint.authorization in CALLERS
        for copy in endpoint.reach.copies
        for field in copy.fields
    )


def flows_of(endpoint: Endpoint, known: frozenset[str]) -> Iterator[Flow]:
    """The flows of an endpoint; of what is stored it is only sure where callers are seen to write it."""
    for flow in endpoint.reach.flows if endpoint.reach is not None else ():
        is_unsure = flow.origin is Origin.LOADED and flow.name not in known
        is_unsure = is_unsure or (flow.kind == "path" and _is_of_kept(endpoint, flow))
        yield replace(flow, is_certain=False) if is_unsure else flow


def _is_of_kept(endpoint: Endpoint, flow: Flow) -> bool:
    """Whether a text in a path is the id of what is looked up on the way, which no folder is called like, or is a number where it is
    read from another part of the request.
    """
    assert endpoint.reach is not None
    sent = (flow.origin, flow.name)
    if any(
        key.name and (key.origin, key.name) == sent and OF_ID.search(key.field or "id")
        for access in endpoint.reach.accesses
        for key in access.keys
    ):
        return True
    return any(
        other.is_safe and (other.kind, other.name, other.symbol) == (flow.kind, flow.name, flow.symbol)
        for other in endpoint.reach.flows
    )
