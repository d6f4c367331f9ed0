"""The caller as what is stored: its own account, which no query loaded."""

from __future__ import annotations

from assay.source.evaluate.values import ClassValue, Given, Member, Value
from assay.source.reach.stored import Stored

ACCOUNTS = ("User", "Account", "Member")
"""What the types of callers are called, where nothing says of which type the caller is."""


def caller_kept(stored: Stored, value: Value) -> ClassValue | None:
    """The stored type of the caller, for what is the caller: `request.user` of `request.user.delete()`."""
    caller = value if isinstance(value, Given) else stored.program.stand_in(value)
    if caller is None or caller.origin != "principal" or isinstance(value, Member):
        return None
    cls = stored.run.class_of(caller) or next(filter(None, map(stored.called, ACCOUNTS)), None)
    return cls if cls is not None and stored.is_entity(cls) else None
