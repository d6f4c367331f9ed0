"""Applications that are only there to be described: a script puts the routers together once more and writes what `openapi()` gives."""

from collections.abc import Iterable, Iterator

from assay.source.evaluate.values import Invocation, options
from assay.source.frameworks.fastapi.known import VERBS
from assay.source.program import Program

OWN = (*VERBS, "route", "api_route", "add_api_route", "add_route", "websocket", "mount")
"""What gives an application routes of its own."""


def served(program: Program, roots: Iterable[Invocation]) -> list[Invocation]:
    """The applications without those whose routers all belong to others, and that nothing but `openapi()` is asked of."""
    known = list(roots)
    shown = [each for each in known if is_described(program, each)]
    elsewhere = {router for each in known if each not in shown for router in included(program, each)}
    return [each for each in known if each not in shown or not set(included(program, each)) <= elsewhere]


def is_described(program: Program, application: Invocation) -> bool:
    """Whether an application is asked for its description, and has routers but no routes."""
    is_asked = bool(program.calls_on(application, "openapi"))
    return is_asked and not program.calls_on(application, *OWN) and any(included(program, application))


def included(program: Program, application: Invocation) -> Iterator[int]:
    """The routers that an application includes."""
    for call in program.calls_on(application, "include_router"):
        yield from (id(option) for option in options(call.argument(0, "router")))
