"""Stored objects that a model makes of what was sent, and those that are handed all of it at once: `Post.model_validate(body)`,
`user.set(body.model_dump())`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assay.model.reach import OF_REQUEST, Origin
from assay.source.evaluate.values import (
    REST,
    Assigned,
    ClassValue,
    Const,
    Generic,
    Given,
    Instance,
    Made,
    Operation,
    Table,
    Value,
    items,
    options,
    text,
)
from assay.source.mentions import walk
from assay.source.reach.stored import Stored

VALIDATING = frozenset({"model_validate", "from_orm", "parse_obj", "validate", "model_construct", "construct"})
"""Methods of a model's class that make an object of what they are handed."""
SETTING = frozenset({"set", "update", "update_from_dict", "sqlmodel_update", "model_copy"})
"""Methods of an object that set every field that they are handed."""
DUMPING = frozenset({"dict", "model_dump", "copy", "model_copy", "jsonable_encoder", "asdict"})
"""Methods of a model, and functions that are handed one, that give its fields."""
WHOLE = "$set"


def class_made(stored: Stored, value: Value) -> ClassValue | None:
    """The stored type of which a value is a new object, made of what was sent: by its model, or by the framework as the body itself."""
    match value:
        case Made(name=name, receiver=receiver) if name in VALIDATING and receiver is not None:
            found = receiver
        case Given(origin=origin, type=type_) if type_ is not None and Origin(origin or "unknown") in OF_REQUEST:
            found = type_
        case _:
            return None
    while isinstance(found, Generic) and found.keys:
        found = found.keys[0]
    cls = next((option for option in options(found) if isinstance(option, ClassValue)), None)
    return cls if cls is not None and stored.is_entity(cls) else None


def validated(stored: Stored, made: Made) -> ClassValue | None:
    """The stored type of a call such as `Post.model_validate(body)`."""
    return class_made(stored, made) if made.name in VALIDATING and made.positional else None


def chosen(made: Made | Assigned) -> tuple[str, ...]:
    """The fields that a call of Django is told to save: `issue.save(update_fields=["updated_at"])`."""
    told = items(made.named.get("update_fields")) if isinstance(made, Made) else None
    names = [text(item) for item in told or ()]
    return tuple(filter(None, names)) if all(names) else ()


def written_names(made: Made) -> tuple[str, ...]:
    """The fields that a call names: `query.update(state="done")`, `users.update_one(which, {"$set": {"role": role}})`."""
    for option in options(made.positional[1]) if len(made.positional) > 1 else ():
        held = option.get(WHOLE) if isinstance(option, Table) else None
        if isinstance(held, Table):
            keys = (key.value for key, _ in held.entries.values() if isinstance(key, Const))
            return (*made.named, *(key for key in keys if isinstance(key, str) and key != REST))
    return tuple(made.named)


def is_rest(assigned: Assigned) -> bool:
    """Whether every field of what was handed on as `**fields` is set, whatever its name: no test asks whether it is among some."""
    if assigned.name != REST:
        return False
    asked = (part for condition in assigned.conditions for part in walk(condition.value))
    return not any(isinstance(part, Operation) and part.operator in {"in", "notin"} for part in asked)


def handed(made: Made) -> Iterator[Value]:
    """What a call sets all of on the object that it is a method of; nothing where each field is listed."""
    for given in (made.named.get(REST), made.named.get(WHOLE), made.named.get("update"), *made.positional[:1]):
        for option in options(given):
            held = option.get(WHOLE) or option.get(REST) if isinstance(option, Table) else option
            if held is not None:
                yield held


def set_fields(value: Value, is_sent: Callable[[Value], bool]) -> tuple[str, ...] | None:
    """The fields that a model takes from the request which the handler made itself: `UserUpdate(password=body.password).model_dump()`; None
    for what is no such model.
    """
    for option in options(value):
        is_dumped = isinstance(option, Made) and option.name in DUMPING
        given = option.receiver or option.argument(0) if isinstance(option, Made) and is_dumped else option
        held = next(options(given), None)
        if isinstance(held, Instance) and REST not in held.named and held.named:
            return tuple(name for name, given in {**held.named, **held.attributes}.items() if is_sent(given))
    return None
