"""What probes look at: the API once, or its routes of some kind."""

from collections.abc import Iterator

from assay.live.ruling import not_tested
from assay.live.scope import destructive_route
from assay.model.target import Route, Stance, Target
from assay.model.verdict import Subject
from assay.plugins.probe import Ruling


def once(target: Target) -> Iterator[Subject]:
    """The API as a whole."""
    yield target.subject


def readable(target: Target) -> Iterator[Subject]:
    """Every GET route, those that are never asked included: they get a verdict that says so."""
    yield from (route.subject for route in target.readable)


def with_id(target: Target) -> Iterator[Subject]:
    """GET routes that take an id in their path."""
    yield from (route.subject for route in target.readable if route.parameters)


def protected(target: Target) -> Iterator[Subject]:
    """GET routes that are not declared public."""
    yield from (route.subject for route in target.readable if route.stance is not Stance.PUBLIC)


def unaskable(route: Route | None) -> str:
    """Why a GET route cannot be asked, as a sentence; "" when it can."""
    if route is None:
        return "Not tested: the route is not known."
    if why := destructive_route(route):
        return f"Not tested: {route.name} is never asked, because {why}."
    return ""


def askable(target: Target, subject: Subject) -> Route | Ruling:
    """The GET route of a subject, or why it cannot be asked."""
    route = target.route(subject)
    why = unaskable(route)
    return route if route is not None and not why else not_tested(why)


def plain_routes(target: Target) -> tuple[Route, ...]:
    """GET routes that can be asked as they are: nothing destructive, every parameter has a value. Simplest first."""
    found = [route for route in target.readable if not destructive_route(route) and route.filled()]
    return tuple(sorted(found, key=lambda route: (len(route.parameters), route.template)))
