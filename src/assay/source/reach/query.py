"""Query chains: which stored type a call touches, what it does to it, and by what it selects.

A chain is followed from its last call down to where it begins (`select(Item).where(...)`, `Item.objects.filter(...)`, `context.Items.Where(...)`,
`repository.GetByIdAsync(id)`); the beginning decides whether it is one at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Action
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    options,
    undecorated,
)
from assay.source.mentions import dotted
from assay.source.reach.library import ACTION_OF_ROLE, words
from assay.source.reach.linq import Linq
from assay.source.reach.rawsql import RawSql
from assay.source.reach.selection import Query, Test
from assay.source.reach.stored import Stored

LINKS = 24
"""Calls of one chain that are followed."""
KEEPERS = re.compile(r"(Repository|Repo|RepositoryBase|(?<!SignIn)Manager|Store|Dao|Collection|DbSet|Table)$")
"""Endings of generic types from outside that keep objects of their type argument."""
INHERITING = re.compile(r"(UserManager|RoleManager|UserStore|IdentityDbContext|SignInManager)$")
"""Types from outside that have tables of their type arguments as members."""
BY_KEY = re.compile(
    r"^(Get|Find|Load|Fetch|Read|Remove|Delete)(\w*By\w*Ids?|ById)(Async)?$|^(Get|Find|Delete|Remove)(Async)?$"
)
NO_FILTERS = frozenset(
    {
        "isouter",
        "full",
        "onclause",
        "aliased",
        "synchronize_session",
        "execution_options",
        "defaults",
        "using",
        "flat",
        "timeout",
        "cancellationToken",
    }
)
"""Named arguments that select nothing."""
PREDICATE_STEPS = 2_000
"""Statements and expressions that one predicate may evaluate."""
SELECTING = frozenset({"query", "select", "get_object_or_404", "get_list_or_404", "aget_object_or_404"})
"""Calls that name the stored type somewhere in their first argument; others are given the type itself."""
COMPARING = frozenset({"==", "in", "is", "<=", ">=", "<", ">", "!=", "notin"})


class Queries:
    """Recognises chains; what was recognised is kept by the identity of the call."""

    def __init__(self, stored: Stored, language: str) -> None:
        self.stored = stored
        self.run = stored.run
        self.words = words(language)
        self.known: dict[int, tuple[Made, Query | None]] = {}
        self.selected: dict[tuple[int, int, bool], tuple[Made, tuple[Test, ...]]] = {}
        self.raw = RawSql(self)
        self.orm = stored.orm if language == "python" else None
        self.linq = Linq(self) if language == "csharp" else None
        if self.linq is not None:
            self.run.csharp.element = self.linq.element
            self.run.csharp.recognises = self.linq.is_access

    def of(self, made: Made) -> Query | None:
        """The query that a call ends (or continues), None for every other call."""
        held = self.known.get(id(made))
        if held is None:
            self.known[id(made)] = (made, None)  # cuts circles
            held = self.known[id(made)] = (made, self._of(made))
        return held[1]

    def behind(self, value: Value, depth: int = 0) -> Query | None:
        """The query that gave a value: itself, an item of its result, a member of a result's item is none."""
        if depth > LINKS:
            return None
        for option in options(value):
            match option:
                case Made():
                    found = self.of(option)
                    found = found or self.raw.rows(option) or self.raw.iterated(option)
                    if found is None and isinstance(option.callee, Member) and option.name in PASSING:
                        found = self.behind(option.callee.value, depth + 1)
                    if found is None and option.positional and option.name in WRAPPING:
                        found = self.behind(option.positional[0], depth + 1)
                case Generic(value=inner):
                    found = self.behind(inner, depth + 1)
                case Given(call=Made() as call):
                    found = self.behind(call.receiver, depth + 1) if call.receiver is not None else None
                case Decorated(inner=inner):
                    found = self.behind(inner, depth + 1)
                case _:
                    found = None
            if found is not None:
                return found
        return None

    def class_of(self, value: Value) -> ClassValue | None:
        """The stored type of an object that a query gave, where it gives single ones; that of the current user."""
        stand_in = self.stored.program.stand_in(value)
        if stand_in is not None and isinstance(stand_in.type, ClassValue):
            return stand_in.type
        match value:
            case Made(name="Map" | "Adapt" | "MapTo" | "As", type_arguments=(ClassValue() as cls,)):
                return cls
            case Made() if self.linq is not None and (made := self.linq.made_class(value)) is not None:
                return made
            case Made():
                query = self.of(value)
                if query is None and self.orm is not None:
                    return self.orm.set_class(value)
                if query is not None and query.action is Action.LIST and self.orm is not None:
                    return self.orm.set_class(query.links[0].receiver)
                return query.cls if query is not None and query.action is Action.READ else None
            case Generic(value=inner):
                query = self.behind(inner)
                return query.cls if query is not None else None
            case Given(call=Made() as call) if value.type is None:
                query = self.behind(call)
                return query.cls if query is not None else None
        return None

    # --- one chain

    def _of(self, made: Made) -> Query | None:
        raw = self.raw.of(made)
        if raw is not None:
            return raw
        links = self.links(made)
        begun = self.beginning(links)
        if begun is None:
            return None
        entity, cls, is_certain, base, at = begun
        own = links[at:]
        if any(self.words.roles.get(link.name) in {"one", "key"} for link in own[:-1]) and made.name not in PASSING:
            return None  # a method of the object that was found
        if self.linq is not None and not self.linq.is_query(own):
            return None
        action, is_terminal = (self.linq.action(own) if self.linq is not None else None) or self.action(own)
        tests = tuple(test for link in own for test in self.selecting(link, cls, is_first=link is own[0]))
        limits = tuple(link.name for link in own if self.words.roles.get(link.name) == "limit")
        return Query(entity, cls, action, made, tuple(own), tests, is_terminal, is_certain, base, limits)

    def links(self, made: Made) -> list[Made]:
        """The calls of a chain, first one first; a statement that is handed to whatever runs it stands before it."""
        found: list[Made] = []
        value: Value | None = made
        while isinstance(value, Made) and len(found) < LINKS:
            found.append(value)
            if value.name in self.words.executors and value.positional:
                inner = next(options(value.positional[0]), None)
                if isinstance(inner, Made):
                    value = inner
                    continue
            value = next(options(value.receiver), None) if value.receiver is not None else None
            while isinstance(value, Generic | Member):
                inner = value.value
                if isinstance(inner, Made) and (isinstance(value, Generic) or value.name in PASSING_MEMBERS):
                    value = inner
                else:
                    break
        return found[::-1]

    def beginning(self, links: list[Made]) -> tuple[str, ClassValue | None, bool, Value | None, int] | None:
        """The stored type, its class, whether that is certain, the object it was reached through, and the link that begins."""
        for at, link in enumerate(links):
            found = self.begun(link)
            if found is not None:
                return (*found, at)
        return None

    def begun(self, link: Made) -> tuple[str, ClassValue | None, bool, Value | None] | None:  # one case a way to begin
        """Whether a call begins a query."""
        name, receiver = link.name, link.receiver
        cls = self.named_type(link)
        if cls is not None:
            return cls.name, cls, True, None
        if name in self.words.of_type and link.types:
            cls = self.stored.class_of_type(link.type_arguments[0])
            if cls is not None:
                return cls.name, cls, True, None
        for option in options(receiver):
            found = self.of_receiver(option, name)
            if found is not None:
                return found
        return None

    def named_type(self, link: Made) -> ClassValue | None:
        """The stored type that a call is handed: `select(Item)`, `session.get(Item, id)`."""
        if link.name not in self.words.of_model or not link.positional:
            return None
        if link.name in SELECTING:
            return self.stored.named_in(link.positional[0])
        cls = self.stored.entity(link.positional[0])
        return cls if cls is not None and self.stored.is_entity(cls) else None

    def of_receiver(self, receiver: Value, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:  # noqa: C901  # one case a kind of receiver
        """Whether a method of this receiver begins a query."""
        if self.orm is not None and (kept := self.orm.receiver(receiver, name)) is not None:
            return kept
        match receiver:
            case Member(value=owner, name=member) if member in self.words.on_model:
                cls = self.stored.entity(owner)
                if cls is not None:
                    return cls.name, cls, True, None
            case Given(type=type_) if type_ is not None:
                return self.of_type(type_, name)
            case Instance(cls=cls):
                return self.of_type(cls, name)
            case Member(value=Given() | Instance() as owner, name="Users" | "Roles" | "UserRoles" | "UserClaims"):
                return self.of_member(owner, receiver.name)
            case Member(value=owner, name=member) if (
                self.linq is not None and (type_ := self.linq.member_type(owner, member)) is not None
            ):
                return self.of_type(type_, name) or (
                    self.of_relation(receiver, name) if name in self.words.roles else None
                )
            case ClassValue() if name in self.words.on_model and self.stored.is_entity(receiver):
                return receiver.name, receiver, True, None
        held = self.stored.attribute_of(receiver)
        if held is not None and (name in self.words.roles or name in self.words.on_model):
            owner, member = held
            target = self.stored.target(owner, member)
            if target is not None:
                return target.name, target, True, None
            if not self.stored.is_column(receiver):
                return owner.name, owner, True, None
        if isinstance(receiver, Member) and name in self.words.roles:
            return self.of_relation(receiver, name)
        if name in self.words.collections:
            label = self.label(receiver)
            if label:
                return label, None, True, None
        return None

    def of_type(self, type_: Value, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:
        """A parameter or field declared as `DbSet<T>`, `IRepository<T>`, `UserManager<T>`."""
        if isinstance(type_, ClassValue):
            based = self.based(type_)
            if based is None:
                return self.linq.kept_in(type_, name) if self.linq is not None else None
            return self.of_type(based, name) if name in self.words.roles else None
        if not isinstance(type_, Generic) or not type_.keys:
            return None
        holder = type_.value
        called = holder.name.rpartition(".")[2] if isinstance(holder, External | ClassValue) else ""
        cls = self.stored.class_of_type(type_.keys[0])
        if cls is None or not called:
            return None
        if called in self.words.holders:
            return cls.name, cls, True, None
        if KEEPERS.search(called) and not (self.linq is not None and called.endswith("Collection")):
            return cls.name, cls, name in self.words.roles, None
        return None

    def kept_by(self, receiver: Value) -> str | None:
        """The simple name of the type of what an object is handed to; "" for what surely stores nothing, None when it is not known."""
        match receiver:
            case Given(type=None):
                return None
            case Given(type=type_):
                return self.name_of(type_)
            case Instance(cls=cls):
                return self.name_of(cls)
            case Member(name=name):
                return name if name[:1].isupper() and self.behind(receiver.value) is None else ""
            case External(name=name):
                return name.rpartition(".")[2]
        return ""

    def name_of(self, type_: Value | None) -> str:
        """The simple name of a type; of a project's class that of the outside base that stores, if it has one."""
        while isinstance(type_, Generic):
            type_ = type_.value
        if isinstance(type_, ClassValue):
            names = [
                dotted(base.value if isinstance(base, Generic) else base) for base in attributes.mro(self.run, type_)
            ]
            stored = [name for name in names if name.endswith(self.words.keepers)]
            return stored[0] if stored else type_.type.name
        return type_.name.rpartition(".")[2] if isinstance(type_, External) else ""

    def based(self, cls: ClassValue) -> Generic | None:
        """The base from outside that keeps objects of its type argument: `class Users : UserManager<User>`."""
        for base in attributes.mro(self.run, cls):
            if isinstance(base, Generic) and base.keys and isinstance(base.value, External):
                called = base.value.name.rpartition(".")[2]
                if called in self.words.holders or KEEPERS.search(called):
                    return base
        return None

    def of_member(self, owner: Given | Instance, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:
        """`manager.Users` of a user manager, `context.Users` of a context that inherits its tables."""
        type_ = owner.cls if isinstance(owner, Instance) else owner.type
        if isinstance(type_, ClassValue):
            bases = [base for base in attributes.mro(self.run, type_) if isinstance(base, Generic) and base.keys]
            type_ = next((base for base in bases if INHERITING.search(dotted(base.value))), None)
        if not isinstance(type_, Generic) or not INHERITING.search(dotted(type_.value)):
            return None
        position = 1 if name == "Roles" and len(type_.keys) > 1 else 0
        cls = self.stored.class_of_type(type_.keys[position])
        if cls is None or name not in {"Users", "Roles"}:
            return name.removesuffix("s"), None, True, None
        return cls.name, cls, True, None

    def of_relation(self, receiver: Member, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:
        """`user.items.filter(...)`, `order.Lines.Where(...)`: reached through an object that was loaded, or through the principal."""
        inner = self.behind(receiver.value)
        if inner is not None and name not in PASSING:
            target = self.stored.target(inner.cls, receiver.name) if inner.cls is not None else None
            label = target.name if target is not None else receiver.name
            return label, target, True, receiver.value
        return None

    def label(self, receiver: Value) -> str:
        """The name of a collection: `db.users`, `db["users"]`, `self.users`."""
        match receiver:
            case Member(name=name):
                return name
            case Generic(keys=(Const(value=str() as name),)):
                return name
            case External(name=name):
                return name.rpartition(".")[2]
            case Made(
                name="get_collection" | "Collection" | "Table" | "collection",
                positional=(Const(value=str() as name), *_),
            ):
                return name
        return ""

    def action(self, links: list[Made]) -> tuple[Action, bool]:
        """What a chain does, and whether something runs it."""
        first = links[0]
        statement = {"update": Action.UPDATE, "delete": Action.DELETE, "insert": Action.CREATE}.get(first.name)
        if statement is not None and first.name in self.words.of_model and len(links) > 1:
            return statement, True
        for link in reversed(links):
            role = self.words.roles.get(link.name)
            if role in ACTION_OF_ROLE:
                return ACTION_OF_ROLE[role], True
            if BY_KEY.match(link.name):
                return (Action.DELETE if link.name.startswith(("Delete", "Remove")) else Action.READ), True
        if first.name in self.words.of_model and first.name not in {"query", "select"}:
            return Action.READ, True
        return Action.LIST, any(link.name in self.words.executors for link in links)

    # --- what selects

    def selecting(self, link: Made, cls: ClassValue | None, *, is_first: bool) -> tuple[Test, ...]:
        """The comparisons of one call, worked out once for all chains that go on from it."""
        key = (id(link), id(cls.type) if cls is not None else 0, is_first)
        held = self.selected.get(key)
        if held is None:
            held = self.selected[key] = (link, tuple(self.tests(link, cls, is_first=is_first)))
        return held[1]

    def tests(self, link: Made, cls: ClassValue | None, *, is_first: bool) -> Iterator[Test]:
        """The comparisons of one call."""
        if self.linq is not None:
            yield from self.linq.tests(link, cls)
            return
        role = self.words.roles.get(link.name)
        if role == "create" or link.name == "values":
            return
        given = list(link.positional)
        if role == "limit":
            return
        if not is_first and link.name in self.words.executors:
            given = given[1:]
        if is_first and self.named_type(link) is not None:
            given = given[1:]
            if link.name in {"get", "get_one", "get_or_404"} and given:
                yield from self.by_key(given[0])
                given = []
        elif role == "key" or (BY_KEY.match(link.name) and role is None):
            for value in given[:1]:
                yield from (
                    self.by_key(value)
                    if not isinstance(value, FunctionValue | Operation)
                    else self.predicate(value, cls)
                )
            given = []
        for value in given:
            yield from self.predicate(value, cls)
        if role == "update":
            return
        for name, value in link.named.items():
            if name not in NO_FILTERS and not name.startswith(("_", "*")):
                yield Test(name.replace("__", "."), value)

    def by_key(self, value: Value) -> Iterator[Test]:
        """A look-up by the primary key; several parts of one key are several tests."""
        for option in options(value):
            if isinstance(option, Items | Table):
                inner = option.items if isinstance(option, Items) else [held for _, held in option.entries.values()]
                for each in inner:
                    yield Test("", each)
                return
        yield Test("", value)

    def predicate(
        self, value: Value, cls: ClassValue | None, *, is_alternative: bool = False, depth: int = 0
    ) -> Iterator[Test]:  # one case a kind of value
        """The comparisons inside a predicate: an expression, a lambda, a `Q` object, a document."""
        if depth > LINKS:
            return
        for option in options(value):
            match option:
                case Operation(operator="and" | "&", operands=operands):
                    for operand in operands:
                        yield from self.predicate(operand, cls, is_alternative=is_alternative, depth=depth + 1)
                case Operation(operator="or" | "|", operands=operands):
                    for operand in operands:
                        yield from self.predicate(operand, cls, is_alternative=True, depth=depth + 1)
                case Operation(operator="not" | "~", operands=(operand,)):
                    yield from self.predicate(operand, cls, is_alternative=is_alternative, depth=depth + 1)
                case Operation(operator=operator, operands=(left, right)) if operator in COMPARING:
                    yield from self.comparison(operator, left, right, is_alternative=is_alternative)
                case FunctionValue() if not option.function.name:
                    yield from self.predicate(
                        self.body(option, cls), cls, is_alternative=is_alternative, depth=depth + 1
                    )
                case Made(name=name, positional=positional, named=named):
                    yield from self.of_call(option, cls, is_alternative=is_alternative, depth=depth)
                case Table(entries=entries):
                    for key, held in entries.values():
                        if isinstance(key, Const):
                            yield Test(str(key.value), held, is_alternative=is_alternative)
                case Items(items=held_items):
                    for each in held_items:
                        yield from self.predicate(each, cls, is_alternative=is_alternative, depth=depth + 1)

    def of_call(self, made: Made, cls: ClassValue | None, *, is_alternative: bool, depth: int) -> Iterator[Test]:
        """`Item.id.in_(ids)`, `ids.Contains(o.Id)`, `o.Name.Equals(name)`, `Q(owner=user)`, `and_(a, b)`."""
        name, receiver = made.name, made.receiver
        if self.stored.attribute_of(made) is not None:
            return  # a column by itself compares nothing
        if self.linq is not None and (built := list(self.linq.built(made, cls))):
            yield from built
            return
        if receiver is not None and (found := self.stored.field_of(receiver)) and made.positional:
            yield Test(found, made.positional[0], "in" if name in {"in_", "Contains"} else "==", is_alternative)
            return
        for argument in made.positional:
            inner = self.stored.field_of(argument)
            if inner and receiver is not None:
                yield Test(inner, receiver, "in", is_alternative)
            else:
                is_either = is_alternative or name in {"or_", "Or"}
                yield from self.predicate(argument, cls, is_alternative=is_either, depth=depth + 1)
        for key, held in made.named.items():
            yield Test(key.replace("__", "."), held, is_alternative=is_alternative)

    def comparison(self, operator: str, left: Value, right: Value, *, is_alternative: bool) -> Iterator[Test]:
        """One comparison; a field on either side."""
        for one, other in ((left, right), (right, left)):
            found = self.stored.field_of(one)
            if found:
                yield Test(found, other, operator, is_alternative)
                return

    def body(self, function: FunctionValue, cls: ClassValue | None) -> Value:
        """What a lambda gives for an object of the stored type."""
        given = tuple(
            Given(
                parameter.name, None, position, cls if cls is not None else External("object"), function, origin="item"
            )
            for position, parameter in enumerate(function.function.parameters)
        )
        run = self.run
        made, assigned = len(run.made), len(run.assigned)
        held = run.is_tracing, run.typing, run.exits, run.steps_left
        run.is_tracing, run.typing, run.exits, run.steps_left = True, self.class_of, [], PREDICATE_STEPS
        found = run.call(function, given, place=function.place)
        run.is_tracing, run.typing, run.exits, run.steps_left = held
        del run.made[made:], run.assigned[assigned:]
        return found


PASSING = frozenset(
    """
    first one one_or_none scalar scalars scalar_one scalar_one_or_none all unwrap mappings unique fetchone fetchall get to_dict
    ToList ToArray First FirstOrDefault Single SingleOrDefault Result ConfigureAwait AsNoTracking Include ThenInclude
    """.split()
)
"""Methods whose result is, or holds, what they were called on."""
PASSING_MEMBERS = frozenset({"Result", "items", "data", "Value", "Items", "value"})
WRAPPING = frozenset(
    {
        "list",
        "tuple",
        "sorted",
        "set",
        "reversed",
        "next",
        "iter",
        "jsonable_encoder",
        "wait",
        "sync_to_async",
        "paginate",
    }
)
"""Functions that give what they are given."""


def unwrapped_class(value: Value) -> ClassValue | None:
    """A class under decorators."""
    inner = undecorated(value)
    if isinstance(inner, Instance):
        return inner.cls
    return inner if isinstance(inner, ClassValue) else None


__all__ = ["Queries", "Query", "Test"]
