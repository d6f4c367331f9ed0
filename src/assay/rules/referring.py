"""Knows stored objects of others that a request may point at: a share of any document, a log entry of any plan.

A serializer that names a relation takes every object of that type, unless it is told which. Where the API ties such objects to the caller
elsewhere, one that it takes unasked is a suspicion: what is made of it may show it, or hang something on it.
"""

from collections.abc import Mapping

from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Step
from assay.model.reach import OF_REQUEST, Reach, Reference
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules.ownership import Owned
from assay.rules.reaching import Bench
from assay.rules.selecting import FROM

KNOWN = frozenset({Authorization.AUTHENTICATED, Authorization.OBJECT})
"""Endpoints that callers of every kind come to: what a right is asked for may be for others."""


def verdict(bench: Bench, endpoint: Endpoint, known: Mapping[tuple[str, str], Owned]) -> Verdict | None:
    """The suspicion of the first object of another that an endpoint takes; None when there is none."""
    reach = endpoint.reach
    if reach is None or endpoint.authorization not in KNOWN or not endpoint.is_write:
        return None
    for reference in reach.references:
        owned = known.get((endpoint.api, reference.entity))
        if owned is None or not is_own(owned) or is_looked_up(reach, reference):
            continue
        made = known.get((endpoint.api, reference.of))
        if reference.of and not (made is not None and made.is_tied):
            continue  # the rules of a whole service point at whatever they are meant for
        source = FROM.get(reference.origin, "the request")
        message = (
            f"{endpoint.name} takes any {reference.entity} that {source} names as {reference.field}"
            f"{f' of {reference.of}' if reference.of else ''}, while elsewhere only the caller's own are selected."
        )
        shown = (Step(f"{reference.by} takes every {reference.entity} as {reference.field}.", reference.place),)
        fix = (
            f"Let {reference.by} take only the {reference.entity} that the caller may see: a queryset by the caller for"
            f" {reference.field}, or a validate_{reference.field} that compares whose it is."
        )
        weight = (Severity.HIGH, Confidence.TENTATIVE)
        return bench.failure(endpoint, message, weight, place=reference.place, shown=shown, fix=fix)
    return None


def is_own(owned: Owned) -> bool:
    """Whether such an object is somebody's, and not shown to everybody: an account is named on purpose."""
    return owned.is_tied and not (owned.is_open or owned.is_account or owned.is_listed or owned.is_filtered)


def is_looked_up(reach: Reach, reference: Reference) -> bool:
    """Whether the handler loads such an object by what was sent: then that is what is judged."""
    return any(
        access.entity == reference.entity
        and any(key.origin in OF_REQUEST and reference.field in {key.name, key.field} for key in access.keys)
        for access in reach.accesses
    )
