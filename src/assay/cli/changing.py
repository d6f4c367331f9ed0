"""Whether a scan looks at how changes get to production, and which forge it may ask: the token comes from the environment alone."""

import os

from msgspec.structs import replace

from assay.assessment.rooms import Wish
from assay.assessment.run import Order

TOKEN, ADDRESS = "ASSAY_FORGE_TOKEN", "ASSAY_FORGE"
"""A token to read with, and the repository on a forge of one's own; without a token nobody is asked."""


def with_change(order: Order, *, is_wanted: bool) -> Wish:
    """The wish of an order, with the forge where there is a token for it. Raises `UsageError` if it is not clear which one."""
    wish = replace(order.wish, is_change=is_wanted)
    token = os.environ.get(TOKEN, "").strip()
    if not token or not (is_wanted or order.settings.change.is_stated):
        return wish
    from assay.assessment.change_room import gate_names
    from assay.change.forge import forge_of, remote_of, told

    forge = forge_of(os.environ.get(ADDRESS, "").strip(), token, remote_of(order.root))
    return replace(wish, forge=lambda found: told(found, forge, gate_names(found)))
