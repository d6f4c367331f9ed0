"""The names of outside calls that decide about rights."""

from __future__ import annotations

import re
from functools import cache

from assay.source.evaluate.values import Made
from assay.source.reach.naming import own_names
from assay.source.vocabulary import parts_of

AUTHORIZING = frozenset(
    """
    authorize authorized permitted permission permissions allowed access enforce ability policy can owns owner ownership forbid
    """.split()
)
"""Words of calls that decide about a caller and an object."""
ASKED = frozenset({"test", "require", "demand"})
"""Calls that ask a permission whether the caller has it, and refuse."""
PERMISSION = frozenset({"permission", "permissions"})
MAKING = re.compile(
    r"^(To|Map|Create|Build|Parse|As|Add|Remove|Update|Set|Delete|Save|Log|CanConvert|CanHandle|CanConnect|CanParse)"
    r"(?=[A-Z]|$)|^(create|make|generate|issue|build|encode|decode|sign|add|remove|update|set|delete|save|log)_"
)
"""Beginnings of the names of calls that make, change or convert something, whatever it is about."""


def is_authorizing(made: Made) -> bool:
    """Whether an outside call is named like one that decides about rights, or is asked of something that is: `permission.test()`."""
    if made.name in ASKED and made.receiver is not None:
        return any(PERMISSION & set(parts_of(name)) for name in own_names(made.receiver))
    return is_named_authorizing(made.name)


@cache
def is_named_authorizing(name: str) -> bool:
    """Whether a name is one of a function that decides about rights."""
    said = {*parts_of(name), name}
    if "token" in said:
        said.discard("access")  # an access token is a thing, and nobody is asked for a right to it
    return bool(AUTHORIZING & said) and not MAKING.match(name)
