"""Which fields of a stored type point at an account by what they are declared as, directly or through what they are a part of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, Made, Value, text
from assay.source.reach import accounts
from assay.source.reach.django_accounts import is_user_model
from assay.source.reach.stored import Stored, column_text
from assay.source.vocabulary import parts_of

USERS = frozenset({"user", "users"})
AROUND = frozenset({"app", "application", "custom", "my", "base", "auth", "model", "identity", "core", "site", "table"})
"""Words that a project puts around the name of its accounts."""
POINTING = frozenset(
    """
    ForeignKey OneToOneField TreeForeignKey ParentalKey ForeignKeyField ReferenceField LazyReferenceField relationship Relationship
    """.split()
)
"""Kinds of columns that point at one object."""
KEY = "id"
RELATING = frozenset({"relationship", "Relationship"})
ONE = re.compile(r"^(?:(?:Optional|Mapped|Link|Annotated)\[)+", re.IGNORECASE)
"""Types around the type of a field that points at one object."""
MANY = re.compile(r"\b(list|set|tuple|sequence|collection|dynamicmapped|writeonlymapped)\[", re.IGNORECASE)


def belonging(stored: Stored, cls: ClassValue) -> tuple[str, ...]:
    """The fields that point at an account: `user`, and `order.user` of what has none itself and points at an order."""
    held = stored.pointing.get(id(cls.type))
    if held is None:
        found = stored.run.apart(cls.place, lambda: _belonging(stored, cls))
        held = stored.pointing[id(cls.type)] = (cls, found)
    return held[1]


def _belonging(stored: Stored, cls: ClassValue) -> tuple[str, ...]:
    pointing = list(references(stored, cls))
    found = tuple(name for name, target in pointing if is_account(stored, target))
    return found or tuple(
        f"{name}.{each}"
        for name, target in pointing
        if (parent := stored.called(target) or stored.by_table.get(target)) is not None and parent.type is not cls.type
        for each, said in references(stored, parent)
        if is_account(stored, said)
    )


def references(stored: Stored, cls: ClassValue) -> Iterator[tuple[str, str]]:
    """Each field of a type with the type or table that it points at."""
    for name, declared in stored.fields(cls):
        held = next(
            (
                value
                for base in attributes.mro(stored.run, cls)
                if isinstance(base, ClassValue)
                and (value := attributes.class_names(stored.run, base).get(name)) is not None
            ),
            None,
        )
        key = text(held.named.get("foreign_key")) if isinstance(held, Made) else None  # `Field(foreign_key="users.id")`
        said = _type(key) if key else pointed(column_text(held) or declared) or annotated(held, declared)
        if target := said or keyed(stored, name):
            yield name, target


def annotated(held: Value | None, declared: str) -> str:
    """What a field points at by its annotation alone: `User` of `user: Mapped[User] = relationship()` and of `owner: Link[User]`; ""
    where it may be many.
    """
    is_link = ONE.search(declared)
    is_related = isinstance(held, Made) and held.name in RELATING and not MANY.search(declared)
    inner = ONE.sub("", declared).rstrip("]").strip("\"' ") if is_link or is_related else ""
    return _type(inner) if inner[:1].isalpha() and inner.replace(".", "").isalnum() else ""


def keyed(stored: Stored, name: str) -> str:
    """The account that a key of C# is of by its name alone: `Customer` of `CustomerId` or `IdCustomer`, where there is such a type; ""
    otherwise.
    """
    stem = name.removesuffix("Id").removesuffix("ID").removeprefix("Id").removeprefix("ID")
    if stored.program.language != "csharp" or not stem[:1].isupper() or stem == name:
        return ""
    cls = stored.called(stem)
    return stem if cls is not None and holds_accounts(stored, cls) else ""


def holds_accounts(stored: Stored, cls: ClassValue) -> bool:
    """Whether objects of a class are accounts, by its name or by what a caller signs in with."""
    return accounts.is_account(cls.name, [name for name, _ in stored.fields(cls)])


def pointed(words: str) -> str:
    """What a field in words points at: `User` of `ForeignKey User CASCADE`, `users` of `Column Integer ForeignKey users.id`, `User` of
    `User | None`; "" for plain columns.
    """
    said = [word.strip("?\"'") for word in words.split() if word not in {"|", "None"}]
    for kind in sorted(POINTING & set(said)):
        after = said[said.index(kind) + 1 :]
        return _type(after[0]) if after else ""
    return _type(said[0]) if len(said) == 1 and said[0][:1].isupper() and said[0].replace(".", "").isalnum() else ""


def is_account(stored: Stored, target: str) -> bool:
    """Whether a type or table holds accounts."""
    parts = set(parts_of(target))
    if parts & USERS and parts <= USERS | AROUND:
        return True
    cls = stored.called(target)
    if cls is not None and stored.program.language == "csharp":
        return holds_accounts(stored, cls)
    return cls is not None and is_user_model(stored.run, cls)


def _type(word: str) -> str:
    """The type of `shop.Order`, the table of `orders.id`."""
    head, _, last = word.rpartition(".")
    return head.rpartition(".")[2] if last == KEY and head else last
