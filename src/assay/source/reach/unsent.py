"""Which sources are data that a caller sends, and which members of a request the server makes."""

from __future__ import annotations

from assay.model.reach import OF_REQUEST, Origin
from assay.source.reach.origins import Source

UNSENT = frozenset(
    """
    session state app scope user auth client db method headers_sent is_secure scheme
    """.split()
)
"""Members of a request that the server makes."""


def is_sent(source: Source) -> bool:
    """Whether a source is data that a caller sends."""
    return source.origin in OF_REQUEST and not (source.origin is Origin.REQUEST and source.name in UNSENT)
