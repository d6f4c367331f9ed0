"""Fields of the request that are copied into stored objects without a list of which: mass assignment (CWE-915)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assay.model.entity import PRIVILEGE
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Copy, Origin
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    REST,
    UNNAMED,
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
from assay.source.reach.bound import bound, is_kept, is_reckoned, joined, origin_of, picked
from assay.source.reach.claims import claims
from assay.source.reach.examination import Examination
from assay.source.reach.marshalled import let_in
from assay.source.reach.modelled import SETTING, handed, is_rest, set_fields, validated
from assay.source.reach.ranks import ranks
from assay.source.reach.serializers import checked_fields, named_by_serializer, serialized
from assay.source.reach.stated import stated

DEPTH = 10
CONVERTING = frozenset(
    """
    load loads bool int str float strip lower Parse TryParse ToString ToInt32 ToBoolean Deserialize DeserializeObject Map
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
    """
    create update values insert insert_one update_one acreate aupdate find_one_and_update replace_one get_or_create
    """.split()
)


COLUMNS = "columns that the request names"
LINES = 40
"""Lines before a statement in which a test of its columns is looked for."""
LISTED = re.compile(
    r"\b(k|f|c|key|field|col|column|name|attr|attribute|prop|param)s?\s+(not\s+)?in\s+"
    r"([\w.]*(allow|permit|valid|editable|updat|field|column|whitelist|safe)|[\[({])",
    re.IGNORECASE,
)
"""A test of a name against a list."""


def copies(seen: Examination) -> tuple[Copy, ...]:
    """Every copy of one trace, in order of execution, each place once."""
    found = [
        *_spread(seen),
        *_looped(seen),
        *_merged(seen),
        *_columns(seen),
        *_handed(seen),
        *_modelled(seen),
        *_mapped(seen),
        *_named(seen),
        *stated(seen, _is_sent),
        *ranks(seen),
        *serialized(seen),
        *claims(seen),
    ]
    unique: dict[tuple[str, str, Place], Copy] = {}
    for copy in found:
        if not (copy.is_open and named_by_serializer(seen, copy.place)):  # its fields are told by `serialized`
            key = (copy.entity, copy.way, copy.place)
            unique[key] = joined(unique.get(key), copy)
    return tuple(unique.values())


def _spread(seen: Examination) -> Iterator[Copy]:
    """`Model(**data)`."""
    for instance in seen.trace.instances:
        rest = instance.named.get(REST)
        if rest is not None and seen.stored.is_entity(instance.cls):
            for copy in _copy(seen, instance.cls.name, "Model(**data)", rest, instance.place):
                yield _without(seen, copy, instance)


def _without(seen: Examination, copy: Copy, instance: Instance) -> Copy:
    """A copy without the fields that the code sets beside it: `User(**data, role=Role.USER)` fails where `data` holds a role."""
    named = {*instance.named} - {REST}
    if not named:
        return copy
    every = tuple(name for name, _ in seen.stored.fields(instance.cls)) if copy.is_open else copy.fields
    return replace(copy, fields=tuple(name for name in every if name not in named), is_open=False)


def _looped(seen: Examination) -> Iterator[Copy]:
    """`for key, value in data.items(): setattr(item, key, value)`; a test of the key against a list ends it."""
    for assigned in seen.trace.assigned:
        is_item = assigned.name == "*" and isinstance(assigned.value, Items)  # of `**fields`, it is the rest
        if not (is_item or is_rest(assigned)) or _is_listed(assigned):
            continue
        if entity := _entity(seen, assigned.receiver):
            source = Items(assigned.value.items) if isinstance(assigned.value, Items) else assigned.value
            yield from _copy(seen, entity, "a loop over setattr", source, assigned.place)


def _merged(seen: Examination) -> Iterator[Copy]:
    """`user.__dict__.update(data)`, `vars(user).update(data)`."""
    for made in seen.trace.made:
        if made.name != "update" or not made.positional:
            continue
        owner: Value | None = None
        for option in options(made.receiver):
            if isinstance(option, Member) and option.name == "__dict__":
                owner = option.value
            elif isinstance(option, Made) and option.name == "vars" and option.positional:
                owner = option.positional[0]
        if isinstance(made.callee, External) and made.callee.name.endswith(".__dict__.update"):
            named = External(made.callee.name.removesuffix(".__dict__.update"))
            owner = seen.program.stand_in(named) or named
        entity = _entity(seen, owner) if owner is not None else ""
        if entity:
            yield from _copy(seen, entity, "__dict__.update(data)", made.positional[0], made.place)


def _columns(seen: Examination) -> Iterator[Copy]:
    """`f"UPDATE users SET {', '.join(f'{key} = ?' for key in data)}"`: the request names the columns that are written."""
    for made in seen.trace.made:
        query = seen.queries.of(made)
        if query is None or query.made is not made:
            continue
        for value in query.naming:
            if not _is_screened(seen, made):
                yield from _copy(seen, query.entity, COLUMNS, value, made.place)


def _is_screened(seen: Examination, made: Made) -> bool:
    """Whether names are looked up in a list of allowed ones in the lines before a statement is run."""
    places = [made.place, *(place for _, place in made.way[1:])]
    for place in places:
        lines = (seen.program.project.text(place.path) or "").splitlines()[: place.line]
        if any(LISTED.search(line) for line in lines[-LINES:]):
            return True
    return False


def _is_listed(assigned: Assigned) -> bool:
    """Whether the copy stands under a test of the name against a known list."""
    name = assigned.value.items[0] if isinstance(assigned.value, Items) and assigned.value.items else None
    return any(_tests_a_list(condition, name) for condition in assigned.conditions)


def _tests_a_list(condition: Condition, name: Value | None) -> bool:
    return any(
        isinstance(part, Operation)
        and part.operator in {"in", "notin"}
        and isinstance(part.operands[-1], Items | Table)
        and any(held is name for held in walk(part.operands[0]))
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
                if inner is not None and not (isinstance(option, Table) and _is_screened(seen, made)):
                    yield from _copy(seen, query.entity, f"{made.name}(data)", inner, made.place)


def _modelled(seen: Examination) -> Iterator[Copy]:
    """`Post.model_validate(body)`, `user.set(body.model_dump())`, `post.update(**data)` of one object."""
    for made in seen.trace.made:
        cls = validated(seen.stored, made)
        if cls is not None:
            yield from _copy(seen, cls.name, f"{made.name}(data)", made.positional[0], made.place)
        if made.name in SETTING and made.receiver is not None and seen.queries.of(made) is None:
            entity = _entity(seen, made.receiver)
            for value in handed(made) if entity else ():
                yield from _copy(seen, entity, f"{made.name}(data)", value, made.place)


def _document(value: Value) -> Value | None:
    """What a whole document is taken from; None for one whose fields are listed."""
    if isinstance(value, Table):
        for key in ("$set", REST):
            held = value.get(key)
            if held is not None:
                return held if not isinstance(held, Table) or REST in held.entries else _gathered(held)
        return _gathered(value)
    return value if isinstance(value, Given | Made | Member | Generic) else None


def _gathered(table: Table) -> Value | None:
    """What a dictionary was gathered from: `{key: value for key, value in body.items() if value is not None}`."""
    named = (value for name, (_, value) in table.entries.items() if name.startswith(UNNAMED))
    return next(named, None) if table.is_open else None


def _mapped(seen: Examination) -> Iterator[Copy]:
    """`mapper.Map(dto, entity)`, `form.populate_obj(user)`, `TryUpdateModelAsync(user)`, a body that is the stored type itself."""
    kept = is_kept(seen)
    for made in seen.trace.made:
        if made.name in MAPPERS:
            for value in (*made.positional, *made.type_arguments):
                entity = value.name if isinstance(value, ClassValue) and kept(value) else _entity(seen, value)
                if entity:
                    sources = Items(
                        [part for part in (*made.positional, made.receiver) if part is not None and part is not value]
                    )
                    yield from _copy(seen, entity, made.name, sources, made.place)
    for found in seen.accesses:
        for option in options(found.object if found.action is not Action.DELETE else None):
            sent = bound(seen, option)
            if sent is not None:
                way = "the stored type is bound from the request"
                yield from _copy(seen, sent.name, way, option, found.place, model=sent)


def _named(seen: Examination) -> Iterator[Copy]:
    """A field that gives rights, set from the request by name: `user.role = body.role`."""
    for assigned in seen.trace.assigned:
        entity = _entity(seen, assigned.receiver) if PRIVILEGE.match(assigned.name) else ""
        if entity and is_reckoned(seen, assigned.value):
            continue  # `account.balance -= body.amount`: what it becomes the stored value decides as well
        if entity and (origin := origin_of(seen, assigned.value)) is not None and _is_sent(assigned.value):
            yield Copy(entity, "set by name", origin, (assigned.name,), assigned.place)
    kept = {found.entity for found in seen.accesses if found.action in {Action.CREATE, Action.UPDATE}}
    is_stored = is_kept(seen)
    for instance in seen.trace.instances:
        if instance.cls.name not in kept or not is_stored(instance.cls):
            continue
        for name, value in {**instance.attributes, **instance.named}.items():
            asked = _asked_for(seen, name, value, instance.conditions) if PRIVILEGE.match(name) else None
            if asked is not None:
                yield Copy(instance.cls.name, "set where the request asks for it", asked, (name,), instance.place)
            elif (PRIVILEGE.match(name) and (origin := origin_of(seen, value)) is not None and _is_sent(value)) or (
                PRIVILEGE.match(name) and (origin := picked(seen, value)) is not None
            ):
                yield Copy(instance.cls.name, "set by name", origin, (name,), instance.place)


def _asked_for(seen: Examination, name: str, value: Value, conditions: Sequence[Condition]) -> Origin | None:
    """Where a right is set because the request names it: `if "admin" in data: user = User(admin=True)`."""
    if not any(isinstance(option, Const) and option.value not in {None, False, ""} for option in options(value)):
        return None
    for condition in conditions if len(list(options(value))) > 1 else ():
        for part in walk(condition.value) if condition.is_then else ():
            if isinstance(part, Operation) and part.operator == "in" and text(part.operands[0]) == name:
                origin = origin_of(seen, part.operands[-1])
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
                is_asked = not positional and isinstance(option.callee, External)  # `request.get_json()`
                found = (
                    is_asked
                    or (receiver is not None and _is_sent(receiver, depth + 1))
                    or (is_simple and any(_is_sent(each, depth + 1) for each in positional[:1]))
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


def _copy(
    seen: Examination, entity: str, way: str, source: Value, place: Place, *, model: ClassValue | None = None
) -> Iterator[Copy]:
    """A copy, if its source is the request."""
    origin = origin_of(seen, source)
    if origin is None:
        return
    checked = checked_fields(seen, source) or let_in(seen, source) or made_of(seen, source)
    if checked is not None:
        yield Copy(entity, way, origin, checked, place, steps_of((), place, way))
        return
    model = model or _model(source)
    is_open = model is None or _takes_more(seen, model)
    fields = tuple(name for name, _ in seen.stored.fields(model)) if model is not None else ()
    way_steps = steps_of((), place, way)
    yield Copy(entity, way, origin, fields, place, way_steps, is_open=is_open)


def made_of(seen: Examination, value: Value) -> tuple[str, ...] | None:
    """The fields of what was sent in a model that the handler made itself."""
    return set_fields(value, lambda given: origin_of(seen, given) is not None)


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
