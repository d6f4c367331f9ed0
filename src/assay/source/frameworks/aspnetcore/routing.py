"""The ways to an action: attribute routes crossed, tokens filled in, conventional routes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from assay.model.place import Place, Skipped, Step
from assay.source.frameworks.aspnetcore.controller import Action, Controller
from assay.source.frameworks.aspnetcore.convention import Conventional, Conventions
from assay.source.frameworks.aspnetcore.parameter import written_type
from assay.source.frameworks.aspnetcore.selector import Selector, selectors
from assay.source.frameworks.aspnetcore.template import combine, defaults, fill, piece, required, split
from assay.source.reached import mentioned


class Way(Struct, frozen=True):
    """A template and methods by which an action is reached."""

    template: str
    methods: tuple[str, ...]
    place: Place
    steps: tuple[Step, ...]


def ways(conventions: Conventions, controller: Controller, action: Action, skipped: list[Skipped]) -> Iterator[Way]:
    """Every way to an action."""
    outer = selectors(list(controller.providers))
    inner = selectors(list(action.providers))
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for around in outer:
        for own in inner:
            if around.is_unknown or own.is_unknown:
                mark = own.mark if own.is_unknown else around.mark
                place = mark.place if mark is not None else action.method.place
                reason = f"the route of {mark.shown if mark else 'an attribute'} could not be resolved"
                skipped.append(Skipped(place.path, reason, "route", place.line))
                continue
            for way in crossed(conventions, controller, action, (around, own), skipped):
                if (way.template, way.methods) not in seen:
                    seen.add((way.template, way.methods))
                    yield way


def crossed(
    conventions: Conventions,
    controller: Controller,
    action: Action,
    pair: tuple[Selector, Selector],
    skipped: list[Skipped],
) -> Iterator[Way]:
    """A selector of the controller with one of the action."""
    around, own = pair
    template = combine(around.template, own.template)
    methods = own.methods or around.methods
    if template is None:
        if not methods and conventions.routes and is_for_neighbours(controller, action):
            place = action.method.place
            reason = f"{action.method.name} is taken for a helper of its neighbours; a conventional route leads to it"
            skipped.append(Skipped(place.path, reason, "route", place.line))
            return
        for route in conventions.routes:
            found = conventional(conventions, route, controller, action)
            if found is not None:
                step = Step(f"conventional route {route.template}", route.place)
                yield Way(joined(conventions.prefix, found), methods, route.place, (step,))
        return
    if (conventions.model_prefix is not None and own.template is not None) or (
        conventions.model_prefix and around.template is not None
    ):
        template = combine(conventions.model_prefix, template if not absolute(own) else "/" + template) or template
    known = tokens(controller, action)
    template = required(fill(template, known, conventions.transform), known)
    places = [selector.mark.place for selector in (own, around) if selector.mark is not None]
    steps = [Step(f"route of {s.mark.shown}", s.mark.place) for s in (around, own) if s.mark is not None]
    yield Way(joined(conventions.prefix, template), methods, places[0] if places else action.method.place, tuple(steps))


def absolute(selector: Selector) -> bool:
    """Whether the action's template stands for itself."""
    return selector.template is not None and selector.template.startswith(("/", "~/"))


def joined(prefix: tuple[str, ...], template: str) -> str:
    """A template in its groups."""
    return "/".join(part for part in (*prefix, template) if part)


def tokens(controller: Controller, action: Action) -> dict[str, str]:
    """What `[controller]` and its kin stand for."""
    found = {"controller": controller.name, "action": action.name}
    if controller.area is not None:
        found["area"] = controller.area
    return found


def conventional(conventions: Conventions, route: Conventional, controller: Controller, action: Action) -> str | None:
    """The path of an action under a conventional route; None when the route does not lead to it."""
    stated = {key.lower(): value for key, value in defaults(route.template).items()} | route.defaults
    values = tokens(controller, action)
    names = {piece(text).name.lower() for text, is_parameter in split(route.template) if is_parameter}
    area = route.area if route.area is not None else stated.get("area") if "area" not in names else None
    if (controller.area or "") != (area or "") and "area" not in names:
        return None
    if "area" in names and controller.area is None:
        return None
    for key in ("controller", "action"):
        if key not in names and stated.get(key, "").lower() != values[key].lower():
            return None
    accepted = {parameter.name.lower() for parameter in action.method.function.parameters}
    parts: list[str] = []
    for text, is_parameter in split(route.template):
        found = piece(text) if is_parameter else None
        if found is None:
            parts.append(text)
        elif found.name.lower() in values and found.name.lower() in {"controller", "action", "area"}:
            transform = next(
                (conventions.transformers[c] for c in found.constraints if c in conventions.transformers), None
            )
            value = values[found.name.lower()]
            parts.append(transform(value) if transform is not None else value)
        elif not found.is_optional or found.name.lower() in accepted:
            parts.append(text)
    return "".join(parts).rstrip("/")


def is_for_neighbours(controller: Controller, action: Action) -> bool:
    """Whether a public method without any attribute is there for its neighbours: another calls it, and it gives no result of an action.

    A conventional route leads to it all the same, which its author did not mean; it is reported as left out.
    """
    function = action.method.function
    returns = written_type(function.returns).removeprefix("Task<")
    if action.marks or returns.startswith(("IActionResult", "ActionResult", "Task", "IResult")) or "Result" in returns:
        return False
    return any(
        function.name in mentioned(other.function) for other in controller.methods if other.function is not function
    )
