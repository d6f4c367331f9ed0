"""Parameters of routes, and the serializers of Django REST framework as models."""

from __future__ import annotations

import re

from assay.model.endpoint import Attribute, Parameter, Schema
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import (
    ClassValue,
    Const,
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
BODIES = {"POST", "PUT", "PATCH"}


def parameters_of(path: str) -> tuple[Parameter, ...]:
    """The parameters in a template."""
    return tuple(Parameter(name, "", "path", True) for name in dict.fromkeys(PARAMETER.findall(path)) if name != "any")


def serializer_of(
    program: Program, cls: ClassValue, arguments: dict[str, Value], *, is_answer: bool = False
) -> Schema | None:
    """The model of `serializer_class` of an action or view; as an answer without the fields that are only written."""
    given = arguments.get("serializer_class")
    declared = program.class_attribute(cls, "serializer_class")
    for option in options(given if given is not None else declared[0] if declared else None):
        found = undecorated(option)
        if isinstance(found, ClassValue):
            fields, hidden = fields_of(program, found), written_only(program, found) if is_answer else frozenset()
            return Schema(found.name, tuple(field for field in fields if field.name not in hidden))
    return None


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
            for item in items(class_names(program.run, meta).get("fields")) or ():
                if name_ := text(item):
                    found.setdefault(name_, Attribute(name_, "", None))
    return tuple(found.values())
