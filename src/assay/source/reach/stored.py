"""What is stored: entity classes, their columns and relations, found by how they are declared and used."""

from __future__ import annotations

from assay.source import facts
from assay.source.declared import type_text
from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Deferred,
    External,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.mentions import walk
from assay.source.program import Program
from assay.source.reach.core_tables import table_name
from assay.source.reach.django_accounts import INHERITED
from assay.source.reach.django_orm import DjangoOrm
from assay.source.reach.library import words

DECLARING = (b"__tablename__", b"table=True", b"mapped_column(", b"db.Column(", b"models.Model")
"""Words of files that declare stored types."""
SHAPES = ("pydantic", "rest_framework", "django.forms", "django_filters", "marshmallow", "wtforms", "ninja", "graphene")
"""Packages whose fields say what is sent or answered, and not what is stored."""
TABLES = frozenset({"__table__"})
"""Members of a stored type that stand for its table: `update(Item.__table__)`."""


class Stored:
    """Knows the stored types of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.run: Evaluator = program.run
        self.words = words(program.language)
        self.is_known: dict[int, bool] = {}
        self.columns: dict[int, tuple[ClassValue, str, Value]] = {}
        """Values of class attributes by identity: (class, name, the value itself)."""
        self.declared: dict[int, tuple[ClassValue, list[tuple[str, str]]]] = {}
        """Fields by the identity of a class, which is kept beside them."""
        self.pointing: dict[int, tuple[ClassValue, tuple[str, ...]]] = {}
        """The fields that point at accounts, likewise; `belonging` fills it."""
        self.read: set[int] = set()
        self.by_name: dict[str, ClassValue] = {}
        self.by_table: dict[str, ClassValue] = {}
        """By the name of the table that a class says it is kept in: `__tablename__ = "orders"`."""
        self.orm = DjangoOrm(program)

    # --- types

    def settle(self) -> None:
        """Look at every type that is known before any handler is run, in order, so that what is stored does not depend on which one is
        followed first.
        """
        if self.program.language == "csharp":
            return  # its types are known by their declarations
        project = self.program.project
        for path in project.holding(project.paths("python"), DECLARING):
            self.run.module(path)  # a handler may be the first to ask for it
        for path in sorted(self.run.modules):
            module = self.run.modules[path]
            for held in list(module.scope.names.values()) if module is not None else ():
                inner = undecorated(held) if not isinstance(held, Deferred) else None
                if isinstance(inner, ClassValue) and inner.module is module:
                    self.is_entity(inner)
        self.orm.indexed()

    def entity(self, value: Value) -> ClassValue | None:
        """The stored type that a value names."""
        for option in options(value):
            inner = undecorated(option)
            while isinstance(inner, Generic) or (isinstance(inner, Member) and inner.name in TABLES):
                inner = undecorated(inner.value)
            if isinstance(inner, ClassValue):
                self.learn(inner)
                return inner
            if isinstance(inner, Given) and isinstance(inner.type, Generic) and inner.type.keys:
                return self.entity(inner.type.keys[0])  # `model: type[Model]`
        return None

    def called(self, name: str) -> ClassValue | None:
        """The stored type of a name; in C# the one type that has it."""
        if self.program.language != "csharp":
            return self.by_name.get(name)
        found = self.run.csharp.types.all(name)
        return found[0] if len(found) == 1 else None

    def of_row(self, table: str) -> ClassValue | None:
        """The class of the rows of a table that no class maps, by its name: `User` of `dbo.Users`; only where types are declared."""
        name = table.strip().strip('[]"`').rpartition(".")[2].strip('[]"`')
        single = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
        for called in dict.fromkeys((name, single, single[:1].upper() + single[1:])):
            cls = self.called(called) if self.program.language == "csharp" and called else None
            if cls is not None and cls.type.kind in {"class", "record"} and self.fields(cls):
                return cls
        return None

    def class_of_type(self, type_: Value) -> ClassValue | None:
        """The project class that a type argument names."""
        return self.entity(type_)

    def named_in(self, value: Value) -> ClassValue | None:
        """The stored type in what is selected: `Item`, `Item.id`, `func.count(Item.id)`, `(Item, User)`; the first one."""
        for option in options(value):
            for part in walk(option):
                inner = undecorated(part)
                if isinstance(inner, ClassValue) and self.is_entity(inner):
                    self.learn(inner)
                    return inner
                held = self.attribute_of(part)
                if held is not None and self.is_entity(held[0]):
                    return held[0]
        return None

    def is_entity(self, cls: ClassValue) -> bool:
        """Whether objects of a class are stored: it has a stored base, a table name or columns."""
        key = id(cls.type)
        if key not in self.is_known:
            self.is_known[key] = False  # cuts circles
            self.is_known[key] = self._is_entity(cls)
            if self.is_known[key]:
                self.learn(cls)
        return self.is_known[key]

    def _is_entity(self, cls: ClassValue) -> bool:
        for base in attributes.mro(self.run, cls):
            match base:
                case ClassValue():
                    names = attributes.class_names(self.run, base)
                    if any(mark in names for mark in self.words.marks):
                        return True
                    if any(self.is_column(value) for value in names.values()):
                        return True
                case Made(callee=callee):
                    if isinstance(callee, External) and callee.name.rpartition(".")[2] in {
                        "declarative_base",
                        "automap_base",
                    }:
                        return True
                case Member(name=name) | External(name=name):
                    if name.rpartition(".")[2] in self.words.bases:
                        return True
        return False

    def is_column(self, value: Value) -> bool:
        """Whether the value of a class attribute is a column or relation."""
        if not isinstance(value, Made):
            return False
        if isinstance(value.callee, Made) and value.callee.name == "partial" and value.callee.positional:
            return (
                named(value.callee.positional[0]) in self.words.columns
            )  # `Column = partial(db.Column, nullable=False)`
        is_of_model = isinstance(value.callee, External) and value.callee.name.startswith(SHAPES)
        return value.name in self.words.columns and not is_of_model

    # --- members

    def learn(self, cls: ClassValue) -> None:
        """Remember the values of the attributes of a class and its bases, so that they are found again by identity."""
        if id(cls.type) in self.read or self.program.language == "csharp":
            return  # members of C# are declared, and found by their declarations
        self.read.add(id(cls.type))
        self.by_name.setdefault(cls.name, cls)
        if table := text(attributes.class_names(self.run, cls).get("__tablename__")):
            self.by_table.setdefault(table, cls)
        for base in reversed(attributes.mro(self.run, cls)):
            if isinstance(base, ClassValue):
                for name, value in attributes.class_names(self.run, base).items():
                    held = value.resolve() if isinstance(value, Deferred) else value
                    if isinstance(held, Made | Instance | Given):
                        self.columns[id(held)] = (cls, name, held)

    def attribute_of(self, value: Value) -> tuple[ClassValue, str] | None:
        """The class and name of which a value is the attribute."""
        held = self.columns.get(id(value))
        return held[:2] if held is not None else None

    def field_of(self, value: Value) -> str:
        """The field that a side of a comparison is: a column, `o.Id` of a lambda's object, `Item.id`; "" when it is none."""
        for option in options(value):
            held = self.attribute_of(option)
            if held is not None and self.is_column(option):
                return held[1]
            match option:
                case Member(value=Given(origin="item"), name=name):
                    return name
                case Member(value=inner, name=name):
                    if isinstance(undecorated(inner), ClassValue) or table_name(option):
                        return name
                    outer = self.field_of(inner)
                    return f"{outer}.{name}" if outer else ""
                case Made(
                    callee=External(name="EF.Property"), positional=(Given(origin="item"), Const(value=str() as name))
                ):
                    return name.lstrip("_")
                case Made(callee=Member(value=inner), positional=()):
                    return self.field_of(inner)  # `o.Name.ToLower()`
                case Given(origin="item-field", name=name):
                    return name
                case Given(call=None, function=None, type=type_, origin="", name=name) if (
                    type_ is not None and name != "this"
                ):
                    return name  # a field or property that nobody set
        return ""

    def target(self, cls: ClassValue | None, relation: str) -> ClassValue | None:
        """The stored type that a relation leads to."""
        if cls is None:
            return None
        found = self.program.class_attribute(cls, relation)
        value = found[0] if found is not None else None
        match value:
            case Made(
                name="relationship" | "Relationship" | "ForeignKey" | "OneToOneField" | "ManyToManyField",
                positional=(first, *_),
            ):
                if isinstance(first, Const):
                    return self.by_name.get(str(first.value).rpartition(".")[2])
                return self.entity(first)
            case Given(type=type_) if type_ is not None:
                while isinstance(type_, Generic) and type_.keys:
                    type_ = type_.keys[0]
                return type_ if isinstance(type_, ClassValue) else None
        return None

    def fields(self, cls: ClassValue) -> list[tuple[str, str]]:
        """(name, declared type in words) of the fields of a class, bases first."""
        held = self.declared.get(id(cls.type))
        if held is None:
            found = self.run.apart(cls.place, lambda: self._fields(cls))
            held = self.declared[id(cls.type)] = (cls, found)
        return held[1]

    def _fields(self, cls: ClassValue) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for base in reversed(attributes.mro(self.run, cls)):
            if isinstance(base, External) and base.name.startswith("django."):
                found |= INHERITED.get(named(base), {})
            if not isinstance(base, ClassValue):
                continue
            for statement in base.type.body:
                if isinstance(statement, facts.Assign) and isinstance(statement.target, facts.Name):
                    name = statement.target.id
                    if name.startswith("__"):
                        continue
                    text = type_text(statement.annotation) if statement.annotation is not None else ""
                    found[name] = text or column_text(attributes.class_names(self.run, base).get(name))
        return [(name, text) for name, text in found.items() if text]


EXTENSION = "SQLAlchemy"
"""The object of Flask-SQLAlchemy by which columns are written, which is no part of one: `db.Column(db.Integer)`."""


TARGETS = ("to", "model_name", "document_type")
"""Names of arguments that say what a column points at: `ForeignKey(to="users.User")`."""


def column_text(value: Value | None) -> str:
    """A column in words: its kind and what it points at."""
    if isinstance(value, Deferred):
        value = value.resolve()
    if isinstance(value, Decorated) or value is None:
        return ""
    if not isinstance(value, Made):
        return ""
    parts = [value.name]
    said = [value.named[name] for name in TARGETS if name in value.named]
    for argument in (*said, *value.positional[:2], *(items(value.named.get("args")) or ())):
        for part in walk(argument):
            match part:
                case External(name=name) | Member(name=name):
                    parts += [last] if (last := name.rpartition(".")[2]) != EXTENSION else []
                case ClassValue():
                    parts.append(part.name)
                case Const(value=str() as text):
                    parts.append(text)
    return " ".join(parts)


def named(value: Value) -> str:
    """The last part of the name of an outside thing."""
    return value.name.rpartition(".")[2] if isinstance(value, External | Member) else ""
