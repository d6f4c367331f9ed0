"""What serializers and forms of models let through: the fields that a request sets when one is saved."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Copy, Origin
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Made,
    Member,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.inside import inside
from assay.source.mentions import walk
from assay.source.reach.elevating import elevating
from assay.source.reach.examination import Examination

SENT = ("initial_data", "data")
"""What holds the request's data in them."""
CHECKED = frozenset({"validated_data", "cleaned_data"})
"""What holds the request's data after they have checked it: nothing but their own fields."""
ALL = "__all__"
SAVING = frozenset(
    """
    save asave create acreate create_user acreate_user create_superuser get_or_create update_or_create bulk_create
    """.split()
)
"""Calls that write what a serializer was given."""
DEPTH = 2
"""Serializers inside each other."""
NEVER_SENT = frozenset(
    {"SerializerMethodField", "ReadOnlyField", "HiddenField", "StringRelatedField", "HyperlinkedIdentityField"}
)
"""Fields that only go out, or that the server fills."""


def serialized(seen: Examination) -> Iterator[Copy]:
    """Every serializer that is given request data, in a handler that saves."""
    if not any(made.name in SAVING for made in seen.trace.made):
        return
    for instance in seen.trace.instances:
        origin = origin_of(seen, instance)
        if origin is not None:
            is_kept = bool(instance.positional) or "instance" in instance.named
            taken = _taken(seen, instance.cls, "update" if is_kept else "create")
            for copy in _of_serializer(seen, instance.cls, origin, instance.place, DEPTH):
                is_own = taken is not None and copy.way.startswith(instance.cls.name)
                yield replace(copy, fields=tuple(n for n in copy.fields if n in (taken or ()))) if is_own else copy


def _of_serializer(seen: Examination, cls: ClassValue, origin: Origin, place: Place, depth: int) -> Iterator[Copy]:
    """The fields of a serializer that a request sets, and those of serializers inside it."""
    names = names_of(seen, cls)
    inner = names_of(seen, names.get("Meta"))
    model = next((option for option in options(inner.get("model")) if isinstance(option, ClassValue)), None)
    if model is None:
        return
    is_open = text(inner.get("fields")) == ALL
    shut = closed(seen, cls, inner)
    named = (
        [name for name, _ in seen.stored.fields(model)]
        if is_open
        else [text(item) for item in items(inner.get("fields")) or ()]
    )
    fields = tuple(name for name in named if name and name not in shut)
    way = f'{cls.name} of fields = "{ALL}"' if is_open else f"{cls.name} names them"
    lifting = tuple(name for name in fields if not is_open and _lifts(seen, cls, names, model, name))
    yield Copy(model.name, way, origin, tuple(name for name in fields if name not in lifting), place)
    if lifting:
        yield Copy(model.name, f"{cls.name} takes them as they are sent", origin, lifting, place)
    for name, held in names.items() if depth else ():
        if isinstance(held, Instance) and name not in shut and (is_open or name in named):
            yield from _of_serializer(seen, held.cls, origin, place, depth - 1)


def _lifts(seen: Examination, cls: ClassValue, names: dict[str, Value], model: ClassValue, name: str) -> bool:
    """Whether whoever sends a field may make itself more than others, and nothing of the serializer speaks of that field."""
    is_checked = f"validate_{name}" in names or name in names
    if is_checked or not elevating(seen.stored.run, model, name):
        return False
    checking = undecorated(held) if (held := names.get("validate")) is not None else None
    body = checking.function.body if isinstance(checking, FunctionValue) else None
    return not any(isinstance(part, facts.Text) and part.value == name for part in inside(body))


def _taken(seen: Examination, cls: ClassValue, name: str) -> frozenset[str] | None:
    """The checked fields that the serializer's own `create` or `update` takes one by one; None where it may take every one."""
    found = seen.program.class_attribute(cls, name)
    function = undecorated(found[0]) if found is not None else None
    if not isinstance(function, FunctionValue) or function.function.body is None:
        return None
    parameter = function.function.parameters[-1].name if function.function.parameters else ""
    parts = list(inside(function.function.body))
    uses = sum(isinstance(part, facts.Name) and part.id == parameter for part in parts)
    taken: list[str] = []
    for part in parts:
        match part:
            case facts.Index(value=facts.Name(id=held), keys=(facts.Text(value=field),)) if held == parameter:
                taken.append(field)
            case facts.Call(
                function=facts.Attr(value=facts.Name(id=held), name="get" | "pop"),
                arguments=(facts.Argument(value=facts.Text(value=field)), *_),
            ) if held == parameter:
                taken.append(field)
    return frozenset(taken) if uses == len(taken) else None


def named_by_serializer(seen: Examination, place: Place) -> bool:
    """Whether a place is inside a serializer that names its fields: it is handed no others."""
    for instance in seen.trace.instances:
        for base in attributes.mro(seen.stored.run, instance.cls):
            if isinstance(base, ClassValue) and base.module.path == place.path:
                is_inside = base.type.line <= place.line <= base.type.end_line
                meta = names_of(seen, instance.cls).get("Meta") if is_inside else None
                inner = names_of(seen, meta) if isinstance(meta, ClassValue) else {}
                if inner.get("fields") is not None and inner.get("model") is not None:
                    return True
    return False


def checked_fields(seen: Examination, value: Value) -> tuple[str, ...] | None:
    """The fields that what a serializer or form has checked can hold: `Model(**serializer.validated_data)`; None for other values."""
    for part in walk(value):
        if not isinstance(part, Member) or part.name not in CHECKED or not isinstance(part.value, Instance):
            continue
        names = names_of(seen, part.value.cls)
        meta = names_of(seen, names.get("Meta"))
        if text(meta.get("fields")) == ALL:
            return None
        shut = closed(seen, part.value.cls, meta)
        declared = [name for name, held in names.items() if isinstance(held, Made) and held.name.endswith("Field")]
        declared += [name for item in items(meta.get("fields")) or () if (name := text(item))]
        return tuple(name for name in dict.fromkeys(declared) if name not in shut) if declared else None
    return None


def names_of(seen: Examination, cls: Value | None) -> dict[str, Value]:
    """The names of a class, inherited ones too."""
    if not isinstance(cls, ClassValue):
        return {}
    found: dict[str, Value] = {}
    for base in reversed(attributes.mro(seen.stored.run, cls)):
        if isinstance(base, ClassValue):
            found |= attributes.class_names(seen.stored.run, base)
    return found


def origin_of(seen: Examination, instance: Instance) -> Origin | None:
    """The part of the request that it is given."""
    for name in SENT:
        held = instance.attributes.get(name)
        found = [source.origin for source in seen.origins.of(held) if source.origin in OF_REQUEST]
        if found:
            return found[0]
    return None


def closed(seen: Examination, cls: ClassValue, meta: dict[str, Value]) -> set[str]:
    """Fields that are only read, or that the serializer works out."""
    found = {name for item in items(meta.get("read_only_fields")) or () if (name := text(item))}
    found |= {name for item in items(meta.get("exclude")) or () if (name := text(item))}
    for option in options(meta.get("extra_kwargs")):
        for key, inner in option.entries.values() if isinstance(option, Table) else ():
            is_read = inner.get("read_only") if isinstance(inner, Table) else None
            if isinstance(is_read, Const) and is_read.value is True and (name := text(key)):
                found.add(name)
    for name, value in names_of(seen, cls).items():
        if not isinstance(value, Made | Instance):
            continue
        is_read = value.argument(-1, "read_only")
        is_marked = isinstance(is_read, Const) and is_read.value is True
        if is_marked or (isinstance(value, Made) and value.name in NEVER_SENT):
            found.add(name)
    return found
