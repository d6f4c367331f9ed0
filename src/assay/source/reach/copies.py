"""Fields of the request that are copied into stored objects without a list of which: mass assignment (CWE-915)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.entity import PRIVILEGE
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Copy, Origin
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    REST,
    Assigned,
    ClassValue,
    Condition,
    Const,
    External,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    options,
    text,
)
from assay.source.mentions import dotted, walk
from assay.source.reach.accesses import steps_of
from assay.source.reach.examination import Examination
from assay.source.reach.serializers import named_by_serializer, serialized

DEPTH = 10
CONVERTING = frozenset(
    """
    loads bool int str float strip lower Parse TryParse ToString ToInt32 ToBoolean Deserialize DeserializeObject Map
    """.split()
)
"""Calls that give what they are handed in another form."""
MAPPERS = frozenset(
    {
        "Map",
        "MapFrom",
        "SetValues",
        "TryUpdateModelAsync",
        "TryUpdateModel",
        "Adapt",
        "populate_obj",
        "CopyPropertiesTo",
        "InjectFrom",
        "Patch",
    }
)
"""Calls that copy all fields of one object into another."""
WRITING = frozenset(
    {
        "create",
        "update",
        "values",
        "insert",
        "insert_one",
        "update_one",
        "acreate",
        "aupdate",
        "find_one_and_update",
        "replace_one",
        "get_or_create",
    }
)


def copies(seen: Examination) -> tuple[Copy, ...]:
    """Every copy of one trace, in order of execution, each place once."""
    found = [*_spread(seen), *_looped(seen), *_handed(seen), *_mapped(seen), *_named(seen), *serialized(seen)]
    unique: dict[tuple[str, str, Place], Copy] = {}
    for copy in found:
        if not (copy.is_open and named_by_serializer(seen, copy.place)):  # its fields are told by `serialized`
            unique.setdefault((copy.entity, copy.way, copy.place), copy)
    return tuple(unique.values())


def _spread(seen: Examination) -> Iterator[Copy]:
    """`Model(**data)`."""
    for instance in seen.trace.instances:
        rest = instance.named.get(REST)
        if rest is not None and seen.stored.is_entity(instance.cls):
            yield from _copy(seen, instance.cls.name, "Model(**data)", rest, instance.place)


def _looped(seen: Examination) -> Iterator[Copy]:
    """`for key, value in data.items(): setattr(item, key, value)`; a test of the key against a list ends it."""
    for assigned in seen.trace.assigned:
        if assigned.name != "*" or not isinstance(assigned.value, Items) or _is_listed(assigned):
            continue
        entity = _entity(seen, assigned.receiver)
        if entity:
            source = Items(assigned.value.items)
            yield from _copy(seen, entity, "a loop over setattr", source, assigned.place)


def _is_listed(assigned: Assigned) -> bool:
    """Whether the copy stands under a test of the name against a known list."""
    return any(_tests_a_list(condition) for condition in assigned.conditions)


def _tests_a_list(condition: Condition) -> bool:
    return any(
        isinstance(part, Operation)
        and part.operator in {"in", "notin"}
        and isinstance(part.operands[-1], Items | Table)
        for part in walk(condition.value)
    )


def _handed(seen: Examination) -> Iterator[Copy]:
    """`Item.objects.create(**data)`, `query.update(data)`, `collection.update_one(..., {"$set": data})`."""
    for made in seen.trace.made:
        query = seen.queries.of(made) if made.name in WRITING else None
        if query is None:
            continue
        for value in (made.named.get(REST), *(made.positional[-1:] if query.action is not Action.READ else ())):
            for option in options(value):
                inner = _document(option)
                if inner is not None:
                    yield from _copy(seen, query.entity, f"{made.name}(data)", inner, made.place)


def _document(value: Value) -> Value | None:
    """What a whole document is taken from; None for one whose fields are listed."""
    if isinstance(value, Table):
        for key in ("$set", REST):
            held = value.get(key)
            if held is not None:
                return None if isinstance(held, Table) and REST not in held.entries else held
        return None
    return value if isinstance(value, Given | Made | Member | Generic) else None


def _mapped(seen: Examination) -> Iterator[Copy]:
    """`mapper.Map(dto, entity)`, `form.populate_obj(user)`, `TryUpdateModelAsync(user)`, a body that is the stored type itself."""
    for made in seen.trace.made:
        if made.name in MAPPERS:
            for value in (*made.positional, *made.type_arguments):
                entity = (
                    value.name
                    if isinstance(value, ClassValue) and seen.stored.is_entity(value)
                    else _entity(seen, value)
                )
                if entity:
                    sources = Items(
                        [part for part in (*made.positional, made.receiver) if part is not None and part is not value]
                    )
                    yield from _copy(seen, entity, made.name, sources, made.place)
    for found in seen.accesses:
        for option in options(found.object if found.action is not Action.DELETE else None):
            if (
                isinstance(option, Given)
                and Origin(option.origin or "unknown") in OF_REQUEST
                and isinstance(option.type, ClassValue)
            ):
                yield from _copy(
                    seen, option.type.name, "the stored type is bound from the request", option, found.place
                )


def _named(seen: Examination) -> Iterator[Copy]:
    """A field that gives rights, set from the request by name: `user.role = body.role`."""
    for assigned in seen.trace.assigned:
        entity = _entity(seen, assigned.receiver) if PRIVILEGE.match(assigned.name) else ""
        if entity and (origin := _origin(seen, assigned.value)) is not None and _is_sent(assigned.value):
            yield Copy(entity, "set by name", origin, (assigned.name,), assigned.place)
    kept = {found.entity for found in seen.accesses if found.action in {Action.CREATE, Action.UPDATE}}
    for instance in seen.trace.instances:
        if instance.cls.name not in kept or not seen.stored.is_entity(instance.cls):
            continue
        for name, value in {**instance.attributes, **instance.named}.items():
            asked = _asked_for(seen, name, value, instance.conditions) if PRIVILEGE.match(name) else None
            if asked is not None:
                yield Copy(instance.cls.name, "set where the request asks for it", asked, (name,), instance.place)
            elif PRIVILEGE.match(name) and (origin := _origin(seen, value)) is not None and _is_sent(value):
                yield Copy(instance.cls.name, "set by name", origin, (name,), instance.place)


def _asked_for(seen: Examination, name: str, value: Value, conditions: Sequence[Condition]) -> Origin | None:
    """Where a right is set because the request names it: `if "admin" in data: user = User(admin=True)`."""
    if not any(isinstance(option, Const) and option.value not in {None, False, ""} for option in options(value)):
        return None
    for condition in conditions if len(list(options(value))) > 1 else ():
        for part in walk(condition.value) if condition.is_then else ():
            if isinstance(part, Operation) and part.operator == "in" and text(part.operands[0]) == name:
                origin = _origin(seen, part.operands[-1])
                if origin is not None:
                    return origin
    return None


def _is_sent(value: Value, depth: int = 0) -> bool:
    """Whether a value is what was sent, or a part or conversion of it, and not what was found by it."""
    for option in options(value):
        match option:
            case Given(origin=origin, call=call):
                found = bool(origin) or (call is not None and _is_sent(call.receiver or Items([]), depth + 1))
            case Member(value=inner) | Generic(value=inner):
                found = _is_sent(inner, depth + 1)
            case Made(receiver=receiver, positional=positional):
                is_simple = option.name in CONVERTING
                found = (receiver is not None and _is_sent(receiver, depth + 1)) or (
                    is_simple and any(_is_sent(each, depth + 1) for each in positional[:1])
                )
            case Operation(operands=operands):
                found = any(_is_sent(each, depth + 1) for each in operands)
            case Instance(positional=positional):
                found = any(_is_sent(each, depth + 1) for each in positional[:1])
            case External():
                found = True  # `request.form`: what it is says its origin
            case _:
                found = False
        if found and depth < DEPTH:
            return True
    return False


def _entity(seen: Examination, value: Value) -> str:
    """The stored type of an object; "" when it is none."""
    for option in options(value):
        query = seen.queries.behind(option)
        if query is not None:
            return query.entity
        if isinstance(option, Instance) and (seen.stored.is_entity(option.cls) or _is_loaded(seen, option)):
            return option.cls.name
        if isinstance(option, Given) and option.origin == Origin.PRINCIPAL and isinstance(option.type, ClassValue):
            return option.type.name
    return ""


def _is_loaded(seen: Examination, instance: Instance) -> bool:
    """Whether an object was made of what was loaded: `User(**row)`."""
    rest = instance.named.get(REST)
    origins = {source.origin for source in seen.origins.of(rest)} if rest is not None else set()
    return bool(origins & {Origin.LOADED, Origin.PRINCIPAL}) and not origins & OF_REQUEST


def _copy(seen: Examination, entity: str, way: str, source: Value, place: Place) -> Iterator[Copy]:
    """A copy, if its source is the request."""
    origin = _origin(seen, source)
    if origin is None:
        return
    model = _model(source)
    is_open = model is None or _takes_more(seen, model)
    fields = tuple(name for name, _ in seen.stored.fields(model)) if model is not None else ()
    way_steps = steps_of((), place, way)
    yield Copy(entity, way, origin, fields, place, way_steps, is_open=is_open)


def _takes_more(seen: Examination, model: ClassValue) -> bool:
    """Whether a model of pydantic keeps fields that it does not declare: `extra="allow"` as a keyword, in `model_config` or in `Config`."""
    run = seen.stored.run
    for base in attributes.mro(run, model):
        if not isinstance(base, ClassValue):
            continue
        said = [run.evaluate(given.value, base.scope) for given in base.type.keywords if given.name == "extra"]
        names = attributes.class_names(run, base)
        for option in options(names.get("model_config")):
            said += [option.named["extra"]] if isinstance(option, Made) and "extra" in option.named else []
            said += [given] if isinstance(option, Table) and (given := option.get("extra")) is not None else []
        inner = names.get("Config")
        held = attributes.class_names(run, inner).get("extra") if isinstance(inner, ClassValue) else None
        said += [held] if held is not None else []
        if said:
            return any(text(option) == "allow" or dotted(option).endswith(".allow") for option in options(said[0]))
    return False


def _origin(seen: Examination, value: Value) -> Origin | None:
    """The part of the request that a value comes from."""
    found = [source.origin for source in seen.origins.of(value) if source.origin in OF_REQUEST]
    return found[0] if found else None


def _model(value: Value) -> ClassValue | None:
    """The declared model of the request that a value is taken from."""
    for part in walk(value):
        if isinstance(part, Given) and part.origin:
            kind = part.type
            while isinstance(kind, Generic) and kind.keys:
                kind = kind.keys[0]
            if isinstance(kind, ClassValue):
                return kind
    return None
