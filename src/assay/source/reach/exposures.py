"""Stored objects that go out in answers, and what of them goes out (CWE-213)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import Exposure
from assay.source.evaluate.values import (
    Const,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
)
from assay.source.mentions import dotted, walk
from assay.source.reach.entities import entity_of
from assay.source.reach.examination import Examination
from assay.source.reach.selection import Query
from assay.source.status import status_of

DEPTH = 6
ANSWERS = frozenset(
    """
    jsonify JsonResponse Response JSONResponse ORJSONResponse HttpResponse make_response Ok Json Created CreatedAtAction CreatedAtRoute
    Results.Ok TypedResults.Ok jsonable_encoder dict list FromResult Content Accepted OkObjectResult ObjectResult dumps loads
    """.split()
)
"""Calls that answer with what they are given, or hand it on."""
OF_COLUMNS = frozenset({"with_entities", "values_list", "values", "aggregate"})
"""Calls after which rows hold columns by name and no object."""
NARROWING = frozenset({"Where", "filter", "filter_by", "Take", "OfType", "islice"})
"""Calls that leave a part of a collection."""
SHAPING = frozenset({"Select", "SelectMany", "GroupBy", "Join", "GroupJoin", "ProjectTo", "ProjectToType"})
"""Calls that make something new of each object: what they make goes out, and not the object."""
SHAPED = "made of each"
"""The way of objects that go out in another shape, all of them."""
TRACES = frozenset({"traceback.format_exc", "traceback.format_exception", "sys.exc_info", "traceback.format_tb"})


def exposures(seen: Examination) -> tuple[Exposure, ...]:
    """What the answers of one trace hold, each entity once."""
    found: dict[tuple[str, str], Exposure] = {("", exposure.way): exposure for exposure in _made_answers(seen)}
    for exit_ in seen.trace.answers():
        if exit_.kind != "return":
            continue
        status = status_of(exit_.value)
        for exposure in _in_answer(seen, exit_.value, exit_.place, 0):
            if status is None or status < 400 or not exposure.entity:
                found.setdefault((exposure.entity, exposure.way), exposure)
    return tuple(found.values())


def _made_answers(seen: Examination) -> Iterator[Exposure]:
    """The fields of answers that are all made field by field: `return new PersonDto { Name = ... }`, `return {"name": ...}`."""
    names: dict[str, None] = {}
    if seen.trace.is_cut or seen.trace.cuts:
        return
    ends = [exit_ for exit_ in seen.trace.answers() if exit_.kind == "return" and (status_of(exit_.value) or 0) < 400]
    for exit_ in ends:
        for option in options(exit_.value):
            given = _fields_of(seen, option)
            if given is None:
                return
            names |= dict.fromkeys(given)
    if ends:
        yield Exposure("", tuple(names), "made for the answer", ends[0].place, is_filtered=True)


def _fields_of(seen: Examination, value: Value) -> list[str] | None:
    """The fields that an answer is given one by one; None when they cannot be told."""
    if isinstance(value, Made) and value.name in ANSWERS and len(value.positional) == 1:
        inner = [_fields_of(seen, option) for option in options(value.positional[0])]
        return None if None in inner else [name for each in inner for name in each or ()]
    is_declared = seen.queries.linq is not None  # elsewhere a class may fill in fields by itself
    if is_declared and isinstance(value, Instance) and not value.positional:
        return [*value.attributes, *value.named]
    if isinstance(value, Table) and all(isinstance(key, Const) for key, _ in value.entries.values()):
        is_flat = not any(
            isinstance(option, Table | Items | Instance)
            for _, item in value.entries.values()
            for option in options(item)
        )
        return [str(key.value) for key, _ in value.entries.values() if isinstance(key, Const)] if is_flat else None
    return None


def _in_answer(seen: Examination, value: Value, place: Place, depth: int) -> Iterator[Exposure]:  # noqa: C901  # one case a kind of value
    """The stored objects in an answer."""
    if depth > DEPTH:
        return
    for option in options(value):
        query = _whole(seen, option)
        if query is not None:
            yield from _sent(seen, query, place)
            continue
        match option:
            case Items(items=items):
                for item in items[:12]:
                    yield from _in_answer(seen, item, place, depth + 1)
            case Table(entries=entries):
                yield from _of_table(seen, option, place)
                for _, item in list(entries.values())[:30]:
                    yield from _in_answer(seen, item, place, depth + 1)
            case Made():
                if any(dotted(part.callee) in TRACES for part in walk(option) if isinstance(part, Made)):
                    yield Exposure("", (), "a stack trace", place)
                elif option.name in ANSWERS or not option.name:
                    for argument in (*option.positional[:2], *option.named.values()):
                        yield from _in_answer(seen, argument, place, depth + 1)


def _sent(seen: Examination, query: Query, place: Place) -> Iterator[Exposure]:
    """Objects of a query that go out: as they are, or as what a lambda makes of them."""
    shaping = next((link for link in query.links if link.name in SHAPING), None)
    if shaping is None:
        yield _exposed(seen, query, place)
    else:
        yield from _in_shaped(seen, shaping, query, place)


def _in_shaped(seen: Examination, shaping: Made, query: Query, place: Place) -> Iterator[Exposure]:
    """What `Select(user => ...)` makes of stored objects: the object itself, or the secrets that are taken of it."""
    for function in options(shaping.positional[0]) if shaping.positional else ():
        if not isinstance(function, FunctionValue):
            continue
        for made in options(seen.queries.predicates.body(function, query.cls)):
            if isinstance(made, Given) and made.function is function:
                yield _exposed(seen, query, place)
            names = tuple(dict.fromkeys(part.name for part in _parts(made) if is_secret(part.name)))
            if names:
                yield Exposure(query.entity, names, "named in the answer", place, is_filtered=True)
        if not _is_narrowed(query):
            yield Exposure(query.entity, (), SHAPED, place, is_filtered=True)


def _parts(made: Value) -> Iterator[Member]:
    """The members of the item that an object is made of, which a lambda gave."""
    match made:
        case Instance(positional=given, named=named, attributes=held):
            values = (*given, *named.values(), *held.values())
        case Table(entries=entries):
            values = tuple(item for _, item in entries.values())
        case Made():
            values = (*made.positional, *made.named.values())
        case _:
            values = (made,)
    for value in values:
        for part in options(value):
            if isinstance(part, Member) and isinstance(part.value, Given) and part.value.origin == "item":
                yield part


def _whole(seen: Examination, value: Value) -> Query | None:
    """The query that gave an object that goes out as it is: the object itself or a collection of them, not a member of it."""
    if not isinstance(value, Made | Generic | Given):
        return None
    query = seen.queries.behind(value)
    if query is None or any(link.name in OF_COLUMNS for link in query.links):
        return None
    return None if seen.queries.words.roles.get(query.made.name) == "count" else query


def _exposed(seen: Examination, query: Query, place: Place) -> Exposure:
    names: tuple[str, ...] = ()
    if query.cls is not None:
        names = tuple(field.name for field in entity_of(seen.stored, query.cls).fields)
    return Exposure(query.entity, names, "returned in part" if _is_narrowed(query) else "returned as it is", place)


def _is_narrowed(query: Query) -> bool:
    """Whether a part was taken of what was loaded: `(await all.ToListAsync()).Where(...)`."""
    return any(link.name in NARROWING and link.positional for link in query.links)


def _of_table(seen: Examination, table: Table, place: Place) -> Iterator[Exposure]:
    """A dictionary whose keys are named: what it takes of a stored object."""
    taken: dict[str, list[str]] = {}
    for key, item in table.entries.values():
        inner = next(options(item), None)
        if isinstance(key, Const) and isinstance(inner, Member) and is_secret(inner.name):
            query = seen.queries.behind(inner.value)
            if query is not None:
                taken.setdefault(query.entity, []).append(inner.name)
        elif isinstance(key, Const) and isinstance(inner, Generic) and is_secret(str(key.value)):
            query = seen.queries.behind(inner)  # `{"password": row[2]}`
            if query is not None and query.cls is None:
                taken.setdefault(query.entity, []).append(str(key.value))
    for entity, names in taken.items():
        yield Exposure(entity, tuple(names), "named in the answer", place, is_filtered=True)
