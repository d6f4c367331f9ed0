"""Types that keep objects: tables and collections of a type argument, repositories, managers, contexts that inherit their tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, External, Generic, Given, Instance, Member, Parent, Value
from assay.source.mentions import dotted

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

KEEPERS = re.compile(r"(Repository|Repo|RepositoryBase|(?<!SignIn)Manager|Store|Dao|Collection|DbSet|Table)$")
"""Endings of generic types from outside that keep objects of their type argument."""
INHERITING = re.compile(r"(UserManager|RoleManager|UserStore|IdentityDbContext|SignInManager)$")
"""Types from outside that have tables of their type arguments as members."""
OF_IDENTITY = frozenset({"IdentityUser", "IdentityRole"})
"""Accounts and roles of ASP.NET Core Identity as they are, of which a project made nothing of its own."""
Begun = tuple[str, ClassValue | None, bool, Value | None]
"""The stored type, its class, whether that is certain, the object that it was reached through."""


class Holders:
    """Says what is kept by what, going by declared types."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries

    def of_value(self, receiver: Value, name: str) -> tuple[bool, Begun | None]:
        """Whether the declared type of a receiver decides, and what it keeps."""
        linq = self.queries.linq
        match receiver:
            case Given(type=declared) if declared is not None:
                return True, self.of_type(declared, name)
            case Instance(cls=cls):
                return True, self.of_type(cls, name)
            case Member(value=Given() | Instance() as owner, name="Users" | "Roles" | "UserRoles" | "UserClaims") if (
                linq is None or linq.member_type(owner, receiver.name) is None
            ):
                return True, self.of_member(owner, receiver.name)
            case Member(value=owner, name=member) if linq is not None:
                declared = linq.member_type(owner, member)
                if declared is not None:
                    is_relation = name in self.queries.words.roles
                    related = self.queries.of_relation(receiver, name) if is_relation else None
                    return True, self.of_type(declared, name) or related
        return False, None

    def of_type(self, type_: Value, name: str) -> Begun | None:
        """A parameter or field declared as `DbSet<T>`, `IRepository<T>`, `UserManager<T>`."""
        if isinstance(type_, ClassValue):
            based = self.based(type_)
            if based is None:
                return self.queries.linq.kept_in(type_, name) if self.queries.linq is not None else None
            return self.of_type(based, name) if name in self.queries.words.roles else None
        if not isinstance(type_, Generic) or not type_.keys:
            return None
        holder = type_.value
        called = holder.name.rpartition(".")[2] if isinstance(holder, External | ClassValue) else ""
        cls = self.queries.stored.class_of_type(type_.keys[0])
        if not called:
            return None
        if cls is None:
            return self.of_library(type_.keys[0]) if called in self.queries.words.holders else None
        if called in self.queries.words.holders:
            return cls.name, cls, True, None
        if KEEPERS.search(called) and not (self.queries.linq is not None and called.endswith("Collection")):
            return cls.name, cls, name in self.queries.words.roles, None
        return None

    def of_library(self, type_: Value) -> Begun | None:
        """What a manager keeps where the type is the library's own: `RoleManager<IdentityRole>`."""
        called = type_.name.rpartition(".")[2] if isinstance(type_, External) else ""
        return (called.removeprefix("Identity"), None, True, None) if called in OF_IDENTITY else None

    def kept_by(self, receiver: Value) -> str | None:
        """The simple name of the type of what an object is handed to; "" for what surely stores nothing, None when it is not known."""
        match receiver:
            case Given(type=None):
                return None
            case Given(type=type_):
                return self.name_of(type_)
            case Instance(cls=cls) | Parent(owner=cls):
                return self.name_of(cls)
            case Member(value=owner, name=name):
                linq = self.queries.linq
                declared = linq.member_type(owner, name) if linq is not None else None
                if declared is not None and (known := self.name_of(declared)).endswith(self.queries.words.keepers):
                    return known
                return name if name[:1].isupper() and self.queries.behind(receiver.value) is None else ""
            case External(name=name):
                return name.rpartition(".")[2]
        return ""

    def name_of(self, type_: Value | None) -> str:
        """The simple name of a type; of a project's class that of the outside base that stores, if it has one."""
        while isinstance(type_, Generic):
            type_ = type_.value
        if isinstance(type_, ClassValue):
            names = [
                dotted(base.value if isinstance(base, Generic) else base)
                for base in attributes.mro(self.queries.run, type_)
            ]
            stored = [name for name in names if name.endswith(self.queries.words.keepers)]
            return stored[0] if stored else type_.type.name
        return type_.name.rpartition(".")[2] if isinstance(type_, External) else ""

    def based(self, cls: ClassValue) -> Generic | None:
        """The base from outside that keeps objects of its type argument: `class Users : UserManager<User>`."""
        for base in attributes.mro(self.queries.run, cls):
            if isinstance(base, Generic) and base.keys and isinstance(base.value, External):
                called = base.value.name.rpartition(".")[2]
                if called in self.queries.words.holders or KEEPERS.search(called):
                    return base
        return None

    def of_member(self, owner: Given | Instance, name: str) -> Begun | None:
        """`manager.Users` of a user manager, `context.Users` of a context that inherits its tables."""
        type_ = owner.cls if isinstance(owner, Instance) else owner.type
        if isinstance(type_, ClassValue):
            bases = [
                base for base in attributes.mro(self.queries.run, type_) if isinstance(base, Generic) and base.keys
            ]
            type_ = next((base for base in bases if INHERITING.search(dotted(base.value))), None)
        if not isinstance(type_, Generic) or not INHERITING.search(dotted(type_.value)):
            return None
        position = 1 if name == "Roles" and len(type_.keys) > 1 else 0
        cls = self.queries.stored.class_of_type(type_.keys[position])
        if cls is None or name not in {"Users", "Roles"}:
            return name.removesuffix("s"), None, True, None
        return cls.name, cls, True, None
