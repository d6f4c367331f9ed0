"""Schemas of marshmallow: which fields of one go out in an answer, and which come in with a request."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.endpoint import Attribute, Schema
from assay.source.declared import SCHEMA_DEPTH
from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    Instance,
    Made,
    Member,
    Value,
    items,
    options,
    text,
    undecorated,
)

OUT, IN = "load_only", "dump_only"
"""Which way a schema is used, by the fields that are left out then."""
SCHEMA = "(schema)"
"""The member of what a view is handed that holds the schema which has checked it, where a framework's reader knows that."""
BASES = frozenset({"Schema", "ModelSchema", "TableSchema", "SQLAlchemySchema", "SQLAlchemyAutoSchema"})
AUTOMATIC = frozenset({"ModelSchema", "TableSchema", "SQLAlchemyAutoSchema"})
"""Bases whose schemas have a field for every column."""
COLUMNS = frozenset({"Column", "mapped_column"})


def is_schema(run: Evaluator, value: Value) -> bool:
    """Whether a value is a schema: a class, or an object of one."""
    cls = class_of(value)
    return cls is not None and any(last(base) in BASES for base in attributes.mro(run, cls))


def class_of(value: Value) -> ClassValue | None:
    """The class of a schema or of an object of one."""
    inner = undecorated(value)
    found = inner.cls if isinstance(inner, Instance) else inner
    return found if isinstance(found, ClassValue) else None


def shape(run: Evaluator, value: Value, left_out: str, depth: int = 0) -> Schema | None:
    """The fields of a schema that are used one way; None when it is no schema."""
    cls = class_of(value)
    if cls is None or not is_schema(run, value):
        return None
    meta = meta_of(run, cls)
    named = dict(declared(run, cls))
    known = list(named) + [name for name in columns(run, cls, meta) if name not in named]
    listed = names_in(meta.get("fields")) or None
    if not are_read(meta.get("fields")):
        return Schema(cls.name)  # `fields = (User.id.key,)`: which ones is not known
    taken = {"only": listed, "exclude": names_in(meta.get("exclude")), left_out: names_in(meta.get(left_out))}
    if isinstance(inner := undecorated(value), Instance):
        taken["only"] = names_in(inner.argument(0, "only")) or taken["only"]
        taken["exclude"] = (taken["exclude"] or set()) | names_in(inner.argument(-1, "exclude"))
        taken[left_out] = (taken[left_out] or set()) | names_in(inner.argument(-1, left_out))
    if listed is not None:
        known += sorted(listed - set(known))
    shown: list[Attribute] = []
    models: list[Schema] = []
    for name in known:
        if (taken["only"] is not None and name not in taken["only"]) or name in (taken["exclude"] or set()):
            continue
        field = named.get(name)
        if name in (taken[left_out] or set()) or is_left_out(field, left_out):
            continue
        shown.append(Attribute(name, type_of(field)))
        if depth < SCHEMA_DEPTH:
            models += nested(run, field, left_out, depth)
    return Schema(cls.name, tuple(shown), tuple(models))


def meta_of(run: Evaluator, cls: ClassValue) -> dict[str, Value]:
    """What `class Meta` of a schema or of the nearest base with one says."""
    for base in attributes.mro(run, cls):
        if isinstance(base, ClassValue):
            held = attributes.class_names(run, base).get("Meta")
            if isinstance(held, ClassValue):
                return attributes.class_names(run, held)
    return {}


def model_of(run: Evaluator, value: Value) -> ClassValue | None:
    """The stored type that a schema is made for."""
    cls = class_of(value)
    model = meta_of(run, cls).get("model") if cls is not None else None
    return next((each for option in options(model) if isinstance(each := undecorated(option), ClassValue)), None)


def declared(run: Evaluator, cls: ClassValue) -> Iterator[tuple[str, Made]]:
    """The fields that a schema declares: `name = fields.Str()`."""
    for base in reversed(attributes.mro(run, cls)):
        if isinstance(base, ClassValue):
            for name, value in attributes.class_names(run, base).items():
                if (isinstance(value, Made) and value.name[:1].isupper()) or (
                    isinstance(value, Made) and value.name == "auto_field"
                ):
                    yield name, value


def columns(run: Evaluator, cls: ClassValue, meta: dict[str, Value]) -> Iterator[str]:
    """The columns for which a schema has a field because its model has them."""
    if not any(last(base) in AUTOMATIC for base in attributes.mro(run, cls)):
        return
    for option in options(meta.get("model")):
        model = undecorated(option)
        for base in attributes.mro(run, model) if isinstance(model, ClassValue) else ():
            if isinstance(base, ClassValue):
                for name, value in attributes.class_names(run, base).items():
                    if isinstance(value, Made) and value.name in COLUMNS:
                        yield name


def nested(run: Evaluator, field: Made | None, left_out: str, depth: int) -> Iterator[Schema]:
    """The schemas inside a field: `Nested(UserSchema)`, `List(Nested(UserSchema(only=("id",))))`."""
    if field is None:
        return
    for argument in (*field.positional[:1], *((field.named["nested"],) if "nested" in field.named else ())):
        for option in options(argument):
            if isinstance(option, Made):
                yield from nested(run, option, left_out, depth + 1)
                continue
            inner = undecorated(option)
            if isinstance(inner, ClassValue) and "only" in field.named:
                only = names_in(field.named["only"])
                found = shape(run, inner, left_out, depth + 1)
                if found is not None:
                    yield Schema(found.name, tuple(each for each in found.fields if each.name in only))
                continue
            found = shape(run, option, left_out, depth + 1)
            if found is not None:
                yield found


def is_left_out(field: Made | None, left_out: str) -> bool:
    """Whether a field is declared for the other way only."""
    said = field.named.get(left_out) if field is not None else None
    return isinstance(said, Const) and said.value is True


def type_of(field: Made | None) -> str:
    """A field's kind, as `String`."""
    return field.name if field is not None else ""


def names_in(value: Value | None) -> set[str]:
    """The texts of a collection."""
    return {found for option in options(value) for item in items(option) or () if (found := text(item))}


def are_read(value: Value | None) -> bool:
    """Whether every name of a collection is known."""
    return all(text(item) is not None for option in options(value) for item in items(option) or ())


def last(base: Value) -> str:
    """The simple name of a base that lies outside."""
    match base:
        case External(name=name) | Member(name=name):
            return name.rpartition(".")[2]
    return ""
