"""Stored objects that go out in answers, and what of them goes out (CWE-213)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import Action, Exposure
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Const,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    items,
    options,
    text,
)
from assay.source.mentions import dotted, parts_of, walk
from assay.source.reach.caught_errors import is_spelled_out, is_trace
from assay.source.reach.examination import Examination
from assay.source.reach.marshalled import answers, dumped
from assay.source.reach.rows import of_rows
from assay.source.reach.selection import Query
from assay.source.reach.serialized import shown
from assay.source.reach.spelling import told
from assay.source.reach.tables import handed_out
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
DUMPING = frozenset({"jsonable_encoder", "model_dump", "dict", "model_dump_json", "json"})
CHOOSING = frozenset({"include", "exclude"})
"""Arguments of these that say which fields go out."""
WHOLE = frozenset({"serialize", "model_to_dict"})
"""Functions of Django that write objects with all of their fields, unless they are told which."""
NARROWED = frozenset({"fields", "exclude"})
NARROWING = frozenset({"Where", "filter", "filter_by", "Take", "OfType", "islice"})
"""Calls that leave a part of a collection."""
SHAPING = frozenset({"Select", "SelectMany", "GroupBy", "Join", "GroupJoin", "Project", "ProjectTo", "ProjectToType"})
"""Calls that make something new of each object: what they make goes out, and not the object."""
MAPPED_BY_TYPE = frozenset({"ProjectTo", "ProjectToType"})
MAPPING = frozenset("Adapt Map MapTo MapFrom AdaptTo from_queryset from_queryset_single from_tortoise_orm".split())
"""Calls of mapping libraries that make another object of each."""
LOADING = frozenset({"ToList", "ToListAsync", "ToArray", "ToArrayAsync", "ToHashSet", "ToHashSetAsync"})
"""Calls that run a query: those before are a part of it."""
SHAPED = "made of each"
"""The way of objects that go out in another shape, all of them."""
ONE = "made of one"
"""The way of a single object that does."""
COUNTING = re.compile(
    r"^(Insert|Replace|Update|Delete)(One|Many)(Async)?$|^Execute(Update|Delete)(Async)?$|^(Update|Upsert)$"
)
"""Calls that change and give no object."""
SAYING = re.compile(r"^get_(full_name|short_name|username|absolute_url|session_auth_hash|\w+_display)$|^natural_key$")
"""Methods of Django's objects that say something of one, and do not hand it out."""
TOLD = 400
"""Parts of an answer that are looked through for a trace."""


def exposures(seen: Examination) -> tuple[Exposure, ...]:
    """What the answers of one trace hold, each entity once."""
    found: dict[tuple[str, str], Exposure] = {("", exposure.way): exposure for exposure in _made_answers(seen)}
    for each in handed_out(seen.trace, seen.queries):
        names = shown(seen.stored, each.cls)
        exposed = Exposure(each.entity, names, "returned as it is", each.exit.place)
        found.setdefault((each.entity, exposed.way), exposed)
    for exit_ in answers(seen):
        if exit_.kind != "return":
            continue
        status = status_of(exit_.value)
        for exposure in _in_answer(seen, exit_.value, exit_.place, 0):
            is_told = exposure.way != "a stack trace" or not any(map(is_for_developers, exit_.conditions))
            if is_told and (status is None or status < 400 or not exposure.entity):
                found.setdefault((exposure.entity, exposure.way), exposure)
    return tuple(found.values())


def is_for_developers(condition: Condition) -> bool:
    """Whether a test asks whether this is the server of a developer: `if (environment.IsDevelopment())`."""
    return condition.is_then and re.search(r"development|debug", told(condition), re.IGNORECASE) is not None


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
    if isinstance(value, Made) and value.name in ANSWERS and (len(value.positional) == 1 or _is_of_place(value)):
        inner = [_fields_of(seen, option) for option in options(value.positional[-1])]
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


def _is_of_place(made: Made) -> bool:
    """Whether an answer says where a new object is, and shows it last: `Created(url, model)`, `CreatedAtAction(name, values, model)`."""
    return made.name.startswith(("Created", "Accepted")) and len(made.positional) in {2, 3}


def _in_answer(seen: Examination, value: Value, place: Place, depth: int) -> Iterator[Exposure]:  # noqa: C901, PLR0912  # one case a kind of value
    """The stored objects in an answer."""
    if depth > DEPTH:
        return
    for option in options(value):
        if isinstance(option, Made) and option.name in DUMPING and CHOOSING & set(option.named):
            yield from _chosen(seen, option, place, depth)
            continue
        query = _whole(seen, option)
        if query is not None:
            yield from _sent(seen, query, place)
            continue
        match option:
            case Items(items=held_items):
                for item in held_items[:12]:
                    yield from _gathered(seen, item, place)
                    yield from _in_answer(seen, item, place, depth + 1)
            case Table(entries=entries):
                yield from _of_table(seen, option, place)
                yield from of_rows(seen, option, place)
                for _, item in list(entries.values())[:30]:
                    yield from _in_answer(seen, item, place, depth + 1)
            case Instance(attributes=held, named=named) if not seen.stored.is_entity(option.cls):
                yield from of_rows(seen, option, place)
                for item in [*held.values(), *(value for name, value in named.items() if name not in held)][:30]:
                    yield from _in_answer(seen, item, place, depth + 1)
            case Member(value=Instance() as writer, name="data"):
                yield from _written(seen, writer, place)
            case Member(value=inner, name="Result"):  # what a task gives
                yield from _in_answer(seen, inner, place, depth + 1)
            case Member(value=inner, name="data"):  # `schema.dump(user).data`
                yield from (
                    each for one in options(inner) if isinstance(one, Made) for each in dumped(seen, one, place)
                )
            case Made(name=name) if name in SHAPING | MAPPING and option.receiver is not None:
                yield from _reshaped(seen, option, place, depth)
            case Made(name="", callee=Generic(value=External(name="List"))):
                for item in [made.positional[0] for made in seen.trace.made if _is_put_into(made, option)][:12]:
                    yield from _gathered(seen, item, place)
                    yield from _in_answer(seen, item, place, depth + 1)
            case Made(name="ToList" | "ToArray", receiver=Value() as made):
                yield from _in_answer(seen, made, place, depth + 1)
            case Made():
                if not isinstance(value, Either) and _tells_trace(seen, option):
                    yield Exposure("", (), "a stack trace", place)
                elif by_schema := dumped(seen, option, place):
                    yield from by_schema
                elif option.name in WHOLE:
                    for argument in option.positional if not NARROWED & set(option.named) else ():
                        yield from _in_answer(seen, argument, place, depth + 1)
                elif option.name in ANSWERS or not option.name:
                    for argument in (*option.positional[:3], *option.named.values()):
                        yield from _in_answer(seen, argument, place, depth + 1)


def _tells_trace(seen: Examination, answer: Value) -> bool:
    """Whether an answer holds a stack trace; objects that it is made of may keep one that nobody is shown."""
    waiting, held = [answer], 0
    while waiting and held < TOLD:
        part = waiting.pop()
        held += 1
        if (seen.program.language == "csharp" and is_spelled_out(part)) or is_trace(part):
            return True
        waiting += [] if isinstance(part, Instance | Either) else parts_of(part)  # one way of two is that of developers
    return False


def _is_put_into(made: Made, held: Made) -> bool:
    """Whether a call puts something into a list that was made empty."""
    return made.name in {"Add", "AddRange"} and bool(made.positional) and made.receiver is held


def _gathered(seen: Examination, value: Value, place: Place) -> Iterator[Exposure]:
    """What a loop over stored objects made of each of them: `foreach (var one in people) dtos.Add(new Dto(one.Name))`,
    `[{"name": one.name} for one in people]`.
    """
    for part in _made_of(seen, value):
        item = part.value if isinstance(part, Member) else None
        query = seen.queries.behind(item) if isinstance(item, Given | Generic) else None
        if query is None or query.action is not Action.LIST or _is_narrowed(query):
            continue
        conditions = value.conditions if isinstance(value, Instance) else ()
        is_picked = any(inner is item for condition in conditions for inner in walk(condition.value))
        if not is_picked:
            yield Exposure(query.entity, (), SHAPED, place, is_filtered=True)
        return


def _made_of(seen: Examination, value: Value) -> tuple[Value | None, ...]:
    """The values that an object of a list is made of: of a dictionary those under names, of an instance what it was given."""
    match value:
        case Table(entries=entries):
            return tuple(next(options(item), None) for key, item in entries.values() if isinstance(key, Const))
        case Instance(cls=cls) if not seen.stored.is_entity(cls):
            return (*value.positional, *value.named.values(), *value.attributes.values())
    return ()


def _chosen(seen: Examination, made: Made, place: Place, depth: int) -> Iterator[Exposure]:
    """What goes out of objects whose fields are chosen: `jsonable_encoder(user, exclude={"password"})`, `user.model_dump(include=...)`."""
    source = made.receiver if made.receiver is not None else made.argument(0, "obj")
    kept, left = (
        {name for item in items(made.named.get(key)) or () if (name := text(item))} for key in ("include", "exclude")
    )
    for exposure in _in_answer(seen, source, place, depth + 1) if source is not None else ():
        fields = tuple(name for name in exposure.fields if name not in left and (not kept or name in kept))
        yield replace(exposure, fields=fields, is_filtered=True)


def _sent(seen: Examination, query: Query, place: Place) -> Iterator[Exposure]:
    """Objects of a query that go out: as they are, or as what a lambda makes of them."""
    shaping = next((link for link in query.links if link.name in SHAPING), None)
    if columns := _selected(seen, query):
        if secrets := tuple(filter(is_secret, columns)):
            yield Exposure(query.entity, secrets, "named in the answer", place, is_filtered=True)
        yield Exposure(query.entity, (), SHAPED, place, is_filtered=True)
    elif shaping is None:
        yield _exposed(seen, query, place)
    else:
        yield from _in_shaped(seen, shaping, query, place)


def _in_shaped(seen: Examination, shaping: Made, query: Query, place: Place) -> Iterator[Exposure]:
    """What `Select(user => ...)` makes of stored objects: the object itself, or the secrets that are taken of it. Of `ProjectTo<Dto>()` no
    lambda tells.
    """
    if shaping.name in MAPPED_BY_TYPE and not _is_narrowed(query):
        yield Exposure(query.entity, (), SHAPED, place, is_filtered=True)
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


def _reshaped(seen: Examination, made: Made, place: Place, depth: int) -> Iterator[Exposure]:
    """What is made of objects that were loaded before: `people.Select(one => ...)`, `mapper.Map<PersonDto>(one)`, `one.Adapt<Person>()`."""
    for value in (made.receiver, *(made.positional[:1] if made.name in MAPPING else ())):
        for exposure in _in_answer(seen, value, place, depth + 1) if value is not None else ():
            if exposure.entity and exposure.way in {"returned as it is", SHAPED}:
                yield Exposure(exposure.entity, (), SHAPED, place, is_filtered=True)


def _whole(seen: Examination, value: Value) -> Query | None:
    """The query that gave an object that goes out as it is: the object itself or a collection of them, not a member of it."""
    if not isinstance(value, Made | Generic | Given) or (isinstance(value, Made) and SAYING.match(value.name)):
        return None
    query = seen.queries.behind(value)
    if query is None or _gives_nothing(query) or any(_takes_columns(link) for link in query.links):
        return None
    return None if seen.queries.words.roles.get(query.made.name) == "count" else query


def _gives_nothing(query: Query) -> bool:
    """Whether a call answers how many objects it changed, or nothing."""
    return query.action is Action.DELETE or COUNTING.match(query.made.name) is not None


def _written(seen: Examination, writer: Instance, place: Place) -> Iterator[Exposure]:
    """What a serializer that is given stored objects lets out of each: `OrderSerializer(orders, many=True).data`."""
    for option in options(writer.attributes.get("instance")):
        query = _whole(seen, option)
        if query is not None and not seen.stored.is_entity(writer.cls):
            way = SHAPED if query.action is Action.LIST else ONE
            yield Exposure(query.entity, (), way, place, is_filtered=True)


def _takes_columns(link: Made) -> bool:
    """Whether a call of a chain takes columns by name; `.values()` of Django takes them all."""
    is_all = link.name == "values" and not (link.positional or link.named)
    return link.name in OF_COLUMNS and not is_all


def _exposed(seen: Examination, query: Query, place: Place) -> Exposure:
    names: tuple[str, ...] = ()
    if query.cls is not None:
        names = shown(seen.stored, query.cls)
    return Exposure(query.entity, names, "returned in part" if _is_narrowed(query) else "returned as it is", place)


def _selected(seen: Examination, query: Query) -> tuple[str, ...]:
    """The columns that a query asks for: `User.select(User.name, User.role)` of peewee, `session.query(User.name, func.count())`."""
    for link in query.links:
        is_own = link.name == "select" and isinstance(link.receiver, ClassValue)
        if (is_own or link.name in {"query", "select"}) and link.positional:
            names = [_column(seen, value) for value in link.positional]
            return tuple(names) if all(names) else ()
    return ()


def _column(seen: Examination, value: Value) -> str:
    """The name of what a query asks for, a column or what a function of the database makes of one; "" of anything else."""
    inner = next(options(value), value)
    if isinstance(inner, Made) and (inner.name == "getattr" or "func" in dotted(inner.callee).split(".")):
        return inner.name
    return seen.stored.field_of(inner)


def _is_narrowed(query: Query) -> bool:
    """Whether a part was taken of what was loaded: `(await all.ToListAsync()).Where(...)`. What the query asks for its tests tell."""
    loads = [position for position, link in enumerate(query.links) if link.name in LOADING]
    is_told = bool(query.tests) and bool(loads)
    later = query.links[loads[0] + 1 :] if is_told else query.links
    return any(link.name in NARROWING and link.positional for link in later)


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
