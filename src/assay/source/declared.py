"""Declared types as people write them, and the fields of declared models."""

from __future__ import annotations

from assay.model.endpoint import Attribute, Schema
from assay.source import facts
from assay.source.evaluate.values import ClassValue, External, Generic, Value, options, undecorated
from assay.source.program import Program

DEPTH = 8
SCHEMA_DEPTH = 3
"""Models inside models that are described."""


def type_text(expression: facts.Expr | None, depth: int = 0) -> str:  # noqa: C901, PLR0911  # one case a form
    """A type expression as text: `list[User]`, `User | None`, `Annotated[int, ...]` as its type; "" for none."""
    if depth > DEPTH:
        return "..."
    match expression:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=value, name=name):
            return f"{type_text(value, depth + 1)}.{name}"
        case facts.Index(value=facts.Name(id="Annotated") | facts.Attr(name="Annotated"), keys=(first, *_)):
            return type_text(first, depth + 1)
        case facts.Index(value=value, keys=keys):
            return f"{type_text(value, depth + 1)}[{', '.join(type_text(key, depth + 1) for key in keys)}]"
        case facts.Binary(operator="|", left=left, right=right):
            return f"{type_text(left, depth + 1)} | {type_text(right, depth + 1)}"
        case facts.Unary(operator="?", value=value):
            return f"{type_text(value, depth + 1)}?"
        case facts.Constant(value=None):
            return "None"
        case facts.Text(value=text):
            return text
        case facts.Sequence(items=items):
            return ", ".join(type_text(item, depth + 1) for item in items)
    return ""


def model_in(value: Value | None, depth: int = 0) -> ClassValue | None:
    """The project class that a declared type is about: of `list[User]`, `Annotated[User, ...]`, `User | None` it is User."""
    if depth > DEPTH:
        return None
    for option in options(value):
        found = undecorated(option)
        if isinstance(found, ClassValue):
            return found
        parts: tuple[Value, ...] = ()
        if isinstance(found, Generic):
            if isinstance(found.value, ClassValue):
                return found.value
            parts = found.keys
        elif operands := getattr(found, "operands", ()):
            parts = operands
        for part in parts:
            inner = model_in(part, depth + 1)
            if inner is not None:
                return inner
    return None


def is_model(program: Program, cls: ClassValue) -> bool:
    """Whether a class is a data model: pydantic, SQLModel, msgspec, marshmallow, a dataclass or a TypedDict."""
    if program.derives(
        cls,
        "pydantic.BaseModel",
        "sqlmodel.SQLModel",
        "msgspec.Struct",
        "typing.TypedDict",
        "typing_extensions.TypedDict",
        "Schema",
    ):
        return True
    return any("dataclass" in type_text(decorator.value) for decorator in cls.type.annotations)


def schema_of(program: Program, cls: ClassValue, depth: int = 0) -> Schema:
    """The name and the annotated fields of a model, inherited ones first, and the models that those hold."""
    fields: dict[str, Attribute] = {}
    inner: dict[str, Schema] = {}
    for base in reversed(program.mro(cls)):
        if not isinstance(base, ClassValue):
            continue
        for statement in base.type.body:
            match statement:
                case facts.Assign(target=facts.Name(id=name), annotation=annotation) if annotation is not None:
                    if name.startswith("_") or type_text(annotation).startswith("ClassVar") or name == "model_config":
                        continue
                    fields[name] = Attribute(name, type_text(annotation), statement.value is None)
                    held = model_in(program.run.evaluate(annotation, base.scope)) if depth < SCHEMA_DEPTH else None
                    if held is not None and held.type is not cls.type and is_model(program, held):
                        inner.setdefault(held.name, schema_of(program, held, depth + 1))
    return Schema(cls.name, tuple(fields.values()), tuple(inner.values()))


def is_outside(value: Value | None, *names: str) -> bool:
    """Whether a declared type is an outside one of these names."""
    return any(isinstance(option, External) and option.name.rpartition(".")[2] in names for option in options(value))
