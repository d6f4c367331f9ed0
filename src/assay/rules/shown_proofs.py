"""Proofs that an answer hands to others: tokens, codes and keys that let their holder in, beside what it is about."""

import re

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.reach import Access, Action, Exposure
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules.nature import nature
from assay.rules.reaching import Bench

PROOF = re.compile(
    r"^(?:\w+_)?(?:(?:password_?)?reset|verif(?:y|ication)|confirm(?:ation)?|activation|refresh|remember(?:_?me)?|auth|session|access)_?token(?:_?hash)?$"
    r"|^(?:\w+_)?(?:reset|verification|confirmation|activation|otp)_?code$|^(?:\w+_)?otp$|^api_?key$|^pin$|secret$|^(?:\w+_)access_?codes?$",
    re.IGNORECASE,
)
"""What lets its holder in, or is asked for as a proof."""
SHOWN_ONCE = ("returned as it is", "returned in part")


def of_proofs(bench: Bench, endpoint: Endpoint, exposure: Exposure, *, is_account: bool) -> Verdict | None:
    """The verdict on an answer that holds proofs of others; None for every other."""
    proofs = proofs_in(endpoint, exposure)
    if not proofs:
        return None
    named = ", ".join(proofs[:4])
    is_sure = is_account and not (endpoint.reach and endpoint.reach.gaps)
    return bench.failure(
        endpoint,
        f"{endpoint.name} answers with {exposure.entity} ({exposure.way}), which holds {named}.",
        (Severity.HIGH, Confidence.FIRM if is_sure else Confidence.TENTATIVE),
        place=exposure.place,
        shown=(*exposure.steps, Step(f"{exposure.entity} goes out here, {exposure.way}.", exposure.place)),
        fix=f"Answer with a model that lists its fields, without {named}, and let the framework filter by it.",
    )


def proofs_in(endpoint: Endpoint, exposure: Exposure) -> tuple[str, ...]:
    """The proofs of others that a read answers with; what callers read of their own they may need, as their key."""
    if (
        endpoint.is_write
        or endpoint.reach is None
        or nature(endpoint) is not None
        or not exposure.way.startswith(SHOWN_ONCE)
    ):
        return ()
    found = tuple(name for name in exposure.fields if PROOF.search(_plain(name)))
    reads = [access for access in endpoint.reach.accesses if access.entity == exposure.entity]
    return found if found and any(_is_of_others(access) for access in reads) else ()


def _plain(name: str) -> str:
    """A name with its words parted: `ResetToken` as `reset_token`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def _is_of_others(access: Access) -> bool:
    """Whether an access gives what is not the caller's."""
    is_read = access.action in {Action.READ, Action.LIST}
    return is_read and not access.protection and (access.action is Action.LIST or access.is_request_driven)
