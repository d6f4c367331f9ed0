"""What a request may point at: the fields of serializers that take any stored object of a type, and that nothing asks about."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.reach import Action, Reference
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    FunctionValue,
    Generic,
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
from assay.source.reach.examination import Examination
from assay.source.reach.serializers import ALL, closed, names_of, origin_of

CHOOSING = frozenset({"PrimaryKeyRelatedField", "SlugRelatedField", "ModelChoiceField", "ModelMultipleChoiceField"})
"""Fields that take one object, or several, of those that they are given."""
MANAGERS = frozenset({"objects", "_default_manager"})
WHOLE = frozenset({"all", "as_manager"})
"""Calls that leave nothing out."""
ASKING = ("validate_", "clean_")
SETTING = frozenset({"__init__", "get_fields", "get_extra_kwargs", "build_field", "build_relational_field"})
"""Methods in which a serializer changes its own fields."""
FIELDS = "fields"


def references(seen: Examination) -> tuple[Reference, ...]:
    """Every field of the serializers that were given request data; in order, without doubles."""
    found: dict[tuple[str, str], Reference] = {}
    for instance in seen.trace.instances if seen.program.language == "python" else ():
        origin = origin_of(seen, instance)
        if origin is None:
            continue
        names = names_of(seen, instance.cls)
        meta = names_of(seen, names.get("Meta"))
        model = next((option for option in options(meta.get("model")) if isinstance(option, ClassValue)), None)
        of = model.name if model is not None else ""
        for name, target in _pointing(seen, names, meta, model):
            if name not in closed(seen, instance.cls, meta) and not _is_asked(seen, instance, name, of):
                found.setdefault(
                    (instance.cls.name, name),
                    Reference(name, target.name, instance.cls.name, of, origin, instance.place),
                )
    return tuple(found.values())


def _pointing(
    seen: Examination, names: dict[str, Value], meta: dict[str, Value], model: ClassValue | None
) -> Iterator[tuple[str, ClassValue]]:
    """The fields that take any object of a type, with that type: declared ones, and relations of the model that `Meta` names."""
    for name, held in names.items():
        if isinstance(held, Made) and held.name in CHOOSING and (target := _all_of(seen, held)) is not None:
            yield name, target
    if model is None:
        return
    is_whole = text(meta.get("fields")) == ALL or "exclude" in meta
    named = [each for each, _ in seen.stored.fields(model)] if is_whole else map(text, items(meta.get("fields")) or ())
    for field in named:
        pointed = seen.stored.target(model, field) if field and field not in names else None
        if field and pointed is not None:
            yield field, pointed


def _all_of(seen: Examination, field: Made) -> ClassValue | None:
    """The type of which a declared field takes every object: `queryset=Document.objects.all()`."""
    for option in options(field.named.get("queryset")):
        if isinstance(option, Member) and option.name in MANAGERS:
            return seen.stored.entity(option.value)
        query = seen.queries.behind(option)
        if query is not None and not query.tests and all(link.name in WHOLE for link in query.links):
            return query.cls
    return None


def _is_asked(seen: Examination, instance: Instance, name: str, of: str) -> bool:
    """Whether something looks at what a field points at, or puts something else there."""
    kept = instance.attributes.get("kept")
    if any(name in option.entries for option in options(kept) if isinstance(option, Table)):
        return True
    writing = {Action.CREATE, Action.UPDATE}
    if any(of == each.entity and each.action in writing and name in each.fields for each in seen.accesses):
        return True
    if any(_asks(method, name) for method in _methods(seen, instance.cls)):
        return True
    tested = [condition.value for condition in seen.trace.conditions()]
    handed = [part for each in seen.trace.refusing for part in each.made.parts]
    return any(_is_of(part, name) for value in (*tested, *handed) for part in walk(value))


def _is_of(value: Value, name: str) -> bool:
    """Whether a value is what was sent for a field: `data["document"]`."""
    return isinstance(value, Generic) and any(isinstance(key, Const) and key.value == name for key in value.keys)


def _methods(seen: Examination, cls: ClassValue) -> Iterator[facts.Function]:
    """The methods of a serializer and of its bases in the project."""
    for base in attributes.mro(seen.stored.run, cls):
        held = attributes.class_names(seen.stored.run, base) if isinstance(base, ClassValue) else {}
        for value in held.values():
            found = undecorated(value)
            if isinstance(found, FunctionValue):
                yield found.function


def _asks(method: facts.Function, name: str) -> bool:
    """Whether a method of a serializer is about a field: by its own name, by that of the field, or by going through all fields."""
    if method.name in {f"{prefix}{name}" for prefix in ASKING}:
        return True
    if method.name.startswith(("to_representation", "get_")) and method.name not in SETTING:
        return False
    is_changing = False
    for part in inside(method.body or ()):
        if isinstance(part, facts.Text) and part.value == name:
            return True
        is_changing |= method.name in SETTING and isinstance(part, facts.Loop)
    return is_changing
