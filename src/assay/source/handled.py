"""How a handler is called: what a web framework knows and a tracer needs."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.source.evaluate.values import Value

Key = tuple[str, str, str, str]


def key_of(endpoint: Endpoint) -> Key:
    """What finds the handler of an endpoint again."""
    return (endpoint.framework, endpoint.method, endpoint.path, str(endpoint.place))


class Performance(Struct, frozen=True):
    """A handler with everything that runs before it, ready to be run."""

    perform: Callable[[], Value]
    """Runs guards and handler with values that say where they come from (`Given.origin`) and gives the answer."""
    share: object = None
    """Endpoints with equal shares (not None) perform alike: one trace serves them all."""
    is_only_asked: bool = False
    """Whether every guard before it only asks if there is a credential: unless the handler looks at that, everybody gets in."""
