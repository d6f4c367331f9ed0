"""Knows which fields of stored objects callers fill with what they like: what is read from those is as good as sent."""

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.model.reach import Flow, Origin

CALLERS = frozenset({Authorization.PUBLIC, Authorization.AUTHENTICATED})


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
        yield replace(flow, is_certain=False) if is_unsure else flow
