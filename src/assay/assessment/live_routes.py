"""From endpoints of code and operations of contracts to the routes that a running API is asked."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from assay.assessment.template import segments
from assay.model.contract import Contract, Operation, Shape
from assay.model.contract import Stance as Said
from assay.model.endpoint import Authorization, Endpoint
from assay.model.program import Inventory
from assay.model.sample import sample_text
from assay.model.target import Route, Slot, Stance

STANCES = {Said.SECURED: Stance.PROTECTED, Said.PUBLIC: Stance.PUBLIC}
PLACED = frozenset({"path", "query", "header", "cookie"})
DEPTH = 3
SHORT = 30
"""Characters; a text that may have no more takes no text of another's choice."""
ANY = ("GET", "POST")
"""What is asked of an endpoint that answers every method."""


def routes(inventory: Inventory, base: str) -> tuple[Route, ...]:
    """The routes of an inventory: every endpoint of the code, and every operation that no code answers. By path, method."""
    documented: dict[tuple[str, str, str], Operation] = {}
    alone: list[Route] = []
    for contract in inventory.contracts:
        for operation in contract.operations:
            for method, path in operation.endpoints:
                documented.setdefault((contract.api, method, path), operation)
            if not operation.endpoints and contract.api:
                alone.append(of_operation(operation, contract.api, base))
    found = [
        route
        for endpoint in inventory.endpoints
        if endpoint.environment.lower() in {"", "any", "production"}
        for route in of_endpoint(endpoint, documented.get((endpoint.api, endpoint.method, endpoint.path)), base)
    ]
    return _unique((*found, *alone))


def of_contract(contract: Contract, api: str, base: str) -> tuple[Route, ...]:
    """The routes of a contract."""
    return _unique(of_operation(operation, api, base) for operation in contract.operations)


def enriched(known: tuple[Route, ...], told: tuple[Route, ...]) -> tuple[Route, ...]:
    """The routes that are known, with what a contract tells of them, and those that it alone tells of."""
    by_place = {_at(route): route for route in told}
    places = {_at(route) for route in known}
    return _unique(
        (
            *(_with(route, by_place.get(_at(route))) for route in known),
            *(each for each in told if _at(each) not in places),
        )
    )


def of_operation(operation: Operation, api: str, base: str) -> Route:
    """The route of an operation. A base that the user gave goes before the servers of the document."""
    return Route(
        api=api,
        method=operation.method,
        path=operation.path,
        template=base + operation.template if base else operation.path,
        slots=slots(operation),
        stance=STANCES.get(operation.access.stance, Stance.UNKNOWN),
        values=operation.access.scopes,
        words=tuple(word for word in (operation.id, operation.summary, *operation.tags) if word),
        views=("contract",),
        fields=_fields(operation),
        is_deprecated=operation.is_deprecated,
        takes=_takes(operation),
        media=_media(operation)[0],
        is_closed=_media(operation)[1].is_open is False,
    )


def of_endpoint(endpoint: Endpoint, operation: Operation | None, base: str) -> Iterator[Route]:
    """The routes of an endpoint of the code; what a contract says of it fills in samples and fields."""
    own = tuple(
        Slot(each.name, each.source, is_required=bool(each.is_required), type=each.type)
        for each in endpoint.parameters
        if each.source in PLACED
    )
    told = {(slot.name.lower(), slot.location): slot for slot in slots(operation)} if operation else {}
    known = {(slot.name.lower(), slot.location): slot for slot in own} | told
    for name in _holes(endpoint.path):
        known.setdefault((name.lower(), "path"), Slot(name, "path", is_required=True))
    holes = {name.lower(): name for name in _holes(endpoint.path)}
    named = tuple(
        replace(slot, name=holes[slot.name.lower()]) if slot.location == "path" and slot.name.lower() in holes else slot
        for slot in known.values()
    )
    guards = endpoint.effective_guards
    for method in ANY if endpoint.method == "ANY" else (endpoint.method,):
        yield Route(
            api=endpoint.api,
            method=method,
            path=endpoint.path,
            template=base + endpoint.path,
            slots=named,
            stance=_stance(endpoint),
            values=tuple(dict.fromkeys(value for guard in guards for value in guard.values)),
            words=tuple(
                word for word in (endpoint.handler, *((operation.id, operation.summary) if operation else ())) if word
            ),
            views=("code", "contract") if operation else ("code",),
            fields=_fields(operation)
            if operation
            else tuple(each.name for each in endpoint.response.fields)
            if endpoint.response
            else (),
            takes=_takes(operation) if operation else (),
            media=_media(operation)[0] if operation else "",
            is_closed=operation is not None and _media(operation)[1].is_open is False,
        )


def slots(operation: Operation) -> tuple[Slot, ...]:
    """The parameters of an operation, with samples that fit their shapes."""
    return tuple(
        Slot(
            name=each.name,
            location=each.location,
            sample=sample_text(each.shape),
            is_required=each.is_required,
            type=each.shape.type,
            format=each.shape.format,
            is_stated=bool(each.shape.example or each.shape.enum),
        )
        for each in operation.inputs
        if each.location in PLACED
    )


def _at(route: Route) -> tuple[str, tuple[str, ...]]:
    return (route.method, segments(route.template))


def _with(route: Route, told: Route | None) -> Route:
    """A route with the samples, fields and the stance that another view of it has."""
    if told is None:
        return route
    names = iter(slot.name for slot in route.parameters)
    slots = tuple(replace(slot, name=next(names, slot.name)) for slot in told.parameters)
    others = tuple(slot for slot in told.slots if slot.location != "path")
    return replace(
        route,
        slots=(*slots, *others),
        stance=told.stance if route.stance is Stance.UNKNOWN else route.stance,
        words=tuple(dict.fromkeys((*route.words, *told.words))),
        views=tuple(dict.fromkeys((*route.views, *told.views))),
        fields=route.fields or told.fields,
        takes=route.takes or told.takes,
        media=route.media or told.media,
        is_closed=route.is_closed or told.is_closed,
    )


def _unique(found: Iterable[Route]) -> tuple[Route, ...]:
    kept: dict[tuple[str, str, str], Route] = {}
    for route in found:
        kept.setdefault((route.api, route.method, route.path), route)
    return tuple(sorted(kept.values(), key=lambda route: (route.path, route.method, route.api)))


def _holes(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _stance(endpoint: Endpoint) -> Stance:
    if endpoint.authorization is Authorization.UNKNOWN:
        return Stance.UNKNOWN
    if endpoint.authorization is Authorization.PUBLIC:
        return Stance.PUBLIC if endpoint.is_stated_public else Stance.UNKNOWN
    return Stance.PROTECTED


def _fields(operation: Operation) -> tuple[str, ...]:
    """Names of the fields of its successful answers."""
    shapes = [shape for answer in operation.answers if answer.status.startswith("2") for _, shape in answer.media]
    return tuple(sorted({name for shape in shapes for name in _names(shape, 0)}))


def _media(operation: Operation) -> tuple[str, Shape]:
    """What the body of an operation is, and its shape: of several the first that is JSON."""
    declared = operation.body.media if operation.body else ()
    return next((each for each in declared if "json" in each[0]), declared[0] if declared else ("", Shape()))


def _takes(operation: Operation) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            name=member.name,
            location="body",
            sample=sample_text(member.shape),
            is_required=member.is_required,
            type=_present(member.shape).type,
            format=_format(_present(member.shape)),
        )
        for member in _media(operation)[1].members
        if not member.shape.is_read_only
    )


def _present(shape: Shape) -> Shape:
    """The shape; of a value that may be null, that which it has otherwise."""
    known = [each for each in shape.alternatives if each.type not in {"", "null"}]
    return known[0] if not shape.type and len(known) == 1 else shape


def _format(shape: Shape) -> str:
    if shape.enum:
        return "enum"
    if shape.longest is not None and shape.longest < SHORT:
        return "short"
    return "pattern" if shape.pattern and not shape.format else shape.format


def _names(shape: Shape, depth: int) -> Iterator[str]:
    if depth > DEPTH:
        return
    for member in shape.members:
        yield member.name
        yield from _names(member.shape, depth + 1)
    for inner in (*((shape.items,) if shape.items else ()), *shape.alternatives):
        yield from _names(inner, depth + 1)
