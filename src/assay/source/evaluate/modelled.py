"""What classes get from bases of libraries that store objects: columns, and members that stand before those of a mixin of the project."""

from __future__ import annotations

from collections.abc import Iterable

from assay.source import facts
from assay.source.evaluate.values import ClassValue, Const, External, Member, Value

STORED = frozenset(["sqlmodel.SQLModel", "beanie.Document", "odmantic.Model", "odmantic.EmbeddedModel"])
"""Bases of classes whose fields are plain annotations, and columns all the same."""
BROUGHT = frozenset({"query"})
"""Members of `db.Model` of Flask-SQLAlchemy."""


def is_brought(name: str, bases: Iterable[Value]) -> bool:
    """Whether a member of a class is one that `db.Model` brings along: `class Order(db.Model, Queried)` has its `query`."""
    return name in BROUGHT and any(
        isinstance(base, Member | External) and base.name.rpartition(".")[2] == "Model" for base in bases
    )


def is_column(bases: Iterable[Value], owner: ClassValue, name: str, value: Value | None) -> bool:
    """Whether a member that one of the bases declares is a column: a field with its type and a default, of a class whose objects are
    stored.
    """
    if not isinstance(value, Const):
        return False
    is_field = any(
        isinstance(statement, facts.Assign)
        and statement.annotation is not None
        and isinstance(statement.target, facts.Name)
        and statement.target.id == name
        for statement in owner.type.body
    )
    return is_field and any(isinstance(one, External) and one.name in STORED for one in bases)
