"""Collections of stored objects that a caller puts itself into: which of them give no right to the object."""

from __future__ import annotations

import re

from assay.source.vocabulary import parts_of

JOINING = frozenset({"append", "remove", "add", "discard", "Add", "Remove"})
OPINIONS = re.compile(
    r"^(fav|like|star|follow|watch|subscri|vote|upvote|bookmark|block|mute|seen|react)", re.IGNORECASE
)
"""Words of collections that say what people think of an object, and give no right to it."""
RIGHTS = frozenset(
    """
    member members user users owner owners admin admins editor editors participant participants collaborator collaborators
    permission permissions role roles staff moderator moderators manager managers group groups
    """.split()
)
"""Words of collections whose members have rights: who puts oneself there takes them."""
ADDING = frozenset({"+", "-", "|"})
"""What makes a collection of one."""
COLLECTING = frozenset({"tuple", "list", "set"})


def gives_no_right(name: str) -> bool:
    """Whether who puts oneself into a collection of this name gets no right to the object by that."""
    words = [part.lower() for part in parts_of(name)]
    return not RIGHTS & set(words) or any(map(OPINIONS.match, words))
