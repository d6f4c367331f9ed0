"""Stored objects that go out in answers, and what of them goes out (CWE-213)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import Exposure
from assay.source.evaluate.values import Const, Generic, Given, Items, Made, Member, Table, Value, options
from assay.source.mentions import dotted, walk
from assay.source.reach.entities import entity_of
from assay.source.reach.examination import Examination
from assay.source.reach.query import Query
from assay.source.status import status_of

DEPTH = 6
ANSWERS = frozenset(
    """
    jsonify JsonResponse Response JSONResponse ORJSONResponse HttpResponse make_response Ok Json Created CreatedAtAction CreatedAtRoute Results.Ok
    TypedResults.Ok jsonable_encoder dict list FromResult Content Accepted OkObjectResult ObjectResult dumps loads
    """.split()
)
"""Calls that answer with what they are given, or hand it on."""
TRACES = frozenset({"traceback.format_exc", "traceback.format_exception", "sys.exc_info", "traceback.format_tb"})


def exposures(seen: Examination) -> tuple[Exposure, ...]:
    """What the answers of one trace hold, each entity once."""
    found: dict[tuple[str, str], Exposure] = {}
    for exit_ in seen.trace.exits:
        if exit_.kind != "return" or exit_.depth != 1:
            continue
        status = status_of(exit_.value)
        for exposure in _in_answer(seen, exit_.value, exit_.place, 0):
            if status is None or status < 400 or not exposure.entity:
                found.setdefault((exposure.entity, exposure.way), exposure)
    return tuple(found.values())


def _in_answer(seen: Examination, value: Value, place: Place, depth: int) -> Iterator[Exposure]:  # noqa: C901  # one case a kind of value
    """The stored objects in an answer."""
    if depth > DEPTH:
        return
    for option in options(value):
        query = _whole(seen, option)
        if query is not None:
            yield _exposed(seen, query, place)
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


def _whole(seen: Examination, value: Value) -> Query | None:
    """The query that gave an object that goes out as it is: the object itself or a collection of them, not a member of it."""
    if isinstance(value, Made | Generic | Given):
        return seen.queries.behind(value)
    return None


def _exposed(seen: Examination, query: Query, place: Place) -> Exposure:
    names: tuple[str, ...] = ()
    if query.cls is not None:
        names = tuple(field.name for field in entity_of(seen.stored, query.cls).fields)
    return Exposure(query.entity, names, "returned as it is", place)


def _of_table(seen: Examination, table: Table, place: Place) -> Iterator[Exposure]:
    """A dictionary whose keys are named: what it takes of a stored object."""
    taken: dict[str, list[str]] = {}
    for key, item in table.entries.values():
        inner = next(options(item), None)
        if isinstance(key, Const) and isinstance(inner, Member) and is_secret(inner.name):
            query = seen.queries.behind(inner.value)
            if query is not None:
                taken.setdefault(query.entity, []).append(inner.name)
    for entity, names in taken.items():
        yield Exposure(entity, tuple(names), "named in the answer", place, is_filtered=True)
