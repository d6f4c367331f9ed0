"""Who a name means: the one place that tells whether two names are the same person."""

import re

ADDRESS = re.compile(r"<([^<>]+)>")


def person(name: str) -> str:
    """Who a name means: of `Ann Lee <ANN@example.org>` the address, in lower case."""
    found = ADDRESS.search(name)
    return " ".join((found.group(1) if found else name).casefold().split())
