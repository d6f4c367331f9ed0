"""Parameters of routes, and the serializers of Django REST framework as models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.endpoint import Attribute, Parameter, Schema
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    Instance,
    Made,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.known import lineage
from assay.source.program import Program

PARAMETER = re.compile(r"\{(\w+)\}")
ALL = "__all__"
DEEP = 2
"""Serializers inside each other that are looked at."""
BODIES = {"POST", "PUT", "PATCH"}


def parameters_of(path: str, types: dict[str, str] | None = None) -> tuple[Parameter, ...]:
    """The parameters in a template, with what their converters say."""
    known = types or {}
    names = [name for name in dict.fromkeys(PARAMETER.findall(path)) if name != "any"]
    return tuple(Parameter(name, known.get(name, ""), "path", True) for name in names)


def serializer_of(
    program: Program, cls: ClassValue, arguments: dict[str, Value], *, is_answer: bool = False
) -> Schema | None:
    """The model of `serializer_class` of an action or view; as an answer without the fields that are only written."""
    given = arguments.get("serializer_class")
    declared = program.class_attribute(cls, "serializer_class")
    for option in options(given if given is not None else declared[0] if declared else None):
        found = undecorated(option)
        if isinstance(found, ClassValue):
            return answer_of(program, found) if is_answer else Schema(found.name, fields_of(program, found))
    return None


def answer_of(program: Program, cls: ClassValue, depth: int = 0) -> Schema:
    """What a serializer shows: its fields without those that are only written, and the serializers inside it."""
    hidden = written_only(program, cls)
    inner: dict[str, ClassValue] = {}
    for base in reversed(lineage(program, cls)) if depth < DEEP else ():
        for name, value in (class_names(program.run, base) if isinstance(base, ClassValue) else {}).items():
            if isinstance(value, Instance) and value.cls.name.endswith("Serializer") and name not in hidden:
                inner[name] = value.cls
    return Schema(
        cls.name,
        tuple(field for field in fields_of(program, cls) if field.name not in hidden),
        tuple(answer_of(program, each, depth + 1) for each in inner.values()),
    )


def written_only(program: Program, cls: ClassValue) -> frozenset[str]:
    """The fields of a serializer that never go out: `write_only=True`, there or in `Meta.extra_kwargs`."""
    found: set[str] = set()
    for base in lineage(program, cls):
        names = class_names(program.run, base) if isinstance(base, ClassValue) else {}
        found |= {
            name
            for name, value in names.items()
            if isinstance(value, Made) and is_true(value.argument(-1, "write_only"))
        }
        meta = names.get("Meta")
        held = class_names(program.run, meta) if isinstance(meta, ClassValue) else {}
        found |= {name for item in items(held.get("write_only_fields")) or () if (name := text(item))}
        for option in options(held.get("extra_kwargs")):
            if isinstance(option, Table):
                found |= {
                    str(key.value)
                    for key, inner in option.entries.values()
                    if isinstance(key, Const) and isinstance(inner, Table) and is_true(inner.get("write_only"))
                }
    return frozenset(found)


def is_true(value: Value | None) -> bool:
    """Whether a value is `True`."""
    return isinstance(value, Const) and value.value is True


def fields_of(program: Program, cls: ClassValue) -> tuple[Attribute, ...]:
    """The declared fields of a serializer, inherited ones first, and those that `Meta.fields` names."""
    found: dict[str, Attribute] = {}
    for base in reversed(lineage(program, cls)):
        names = class_names(program.run, base) if isinstance(base, ClassValue) else {}
        for name, value in names.items():
            if isinstance(value, Made) and value.name.endswith(("Field", "Serializer")):
                required = value.argument(-1, "required")
                is_read = isinstance(value.argument(-1, "read_only"), Const)
                is_required = not is_read and not (isinstance(required, Const) and required.value is False)
                found[name] = Attribute(name, value.name, is_required)
            elif isinstance(value, Instance) and value.cls.name.endswith(("Field", "Serializer")):
                found[name] = Attribute(name, value.cls.name, None)
        meta = names.get("Meta")
        if isinstance(meta, ClassValue):
            for field in of_meta(program, class_names(program.run, meta)):
                found.setdefault(field.name, field)
    return tuple(found.values())


def of_meta(program: Program, meta: dict[str, Value]) -> Iterator[Attribute]:
    """The fields that `Meta` names: one by one, all of the model, or all but some."""
    for item in items(meta.get("fields")) or ():
        if name := text(item):
            yield Attribute(name, "", None)
    if text(meta.get("fields")) == ALL or "exclude" in meta:
        left_out = {text(item) for item in items(meta.get("exclude")) or ()}
        yield from (field for field in columns(program, meta.get("model")) if field.name not in left_out)


def columns(program: Program, model: Value | None) -> Iterator[Attribute]:
    """The columns of a model, those that a user model inherits from Django first."""
    for option in options(model):
        cls = undecorated(option)
        for base in reversed(lineage(program, cls)) if isinstance(cls, ClassValue) else ():
            if isinstance(base, External) and base.name.rpartition(".")[2] in {"AbstractUser", "AbstractBaseUser"}:
                yield Attribute("password", "CharField", None)
            held = class_names(program.run, base) if isinstance(base, ClassValue) else {}
            for name, value in held.items():
                if isinstance(value, Made) and value.name.endswith(("Field", "Key")):
                    yield Attribute(name, value.name, None)
