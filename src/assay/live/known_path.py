"""What path a route is asked at: as it is, or with an id that some list shows."""

from collections.abc import Generator

from assay.live.harvest import harvest
from assay.model.exchange import Ask, Reply
from assay.model.target import Route, Target


def known_path(target: Target, route: Route) -> Generator[tuple[Ask, ...], tuple[Reply, ...], str]:
    """The path of a route with values that exist, where a caller's or a stranger's lists show them; else its samples; else ""."""
    if route.parameters:
        for caller in (*target.usable, None):
            found = yield from harvest(target, caller, route)
            known = next((each for each in found if each.ids), None)
            if known:
                return route.filled({known.parameter: known.ids[0]})
    return route.filled()


def ground(route: Route) -> str:
    """The path of a route up to its first parameter: beside it stand other routes, not other values of this one."""
    return route.template.partition("/{")[0] or "/"
