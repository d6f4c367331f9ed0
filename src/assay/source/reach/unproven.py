"""Whether a handler looks at the credential that a guard before it only asks for."""

from __future__ import annotations

from assay.model.reach import Origin
from assay.source.asked import is_presence, is_reading
from assay.source.evaluate.values import Made, Value
from assay.source.reach.origins import Origins
from assay.source.reach.trace import Trace
from assay.source.refusal import is_deciding

OF_CALLER = frozenset({Origin.PRINCIPAL, Origin.TENANT, Origin.HEADER, Origin.COOKIE, Origin.REQUEST})


def is_credential_used(trace: Trace, origins: Origins) -> bool:
    """Whether a handler, or what it calls, does anything with the caller's credential but ask whether it is there."""
    if trace.is_cut or trace.cuts:
        return True
    return any(_is_used(made, origins) for made in trace.made) or any(
        not is_presence(condition.value) and _is_of_caller(condition.value, origins) for condition in trace.conditions()
    )


def _is_used(made: Made, origins: Origins) -> bool:
    if is_reading(made):
        return False
    receiver = made.receiver
    given = (*made.positional, *made.named.values(), *((receiver,) if receiver is not None else ()))
    return is_deciding(made) or any(_is_of_caller(value, origins) for value in given)


def _is_of_caller(value: Value, origins: Origins) -> bool:
    return any(source.origin in OF_CALLER for source in origins.of(value))
