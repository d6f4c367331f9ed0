"""Query chains: which stored type a call touches, what it does to it, and by what it selects.

A chain is followed from its last call down to where it begins (`select(Item).where(...)`, `Item.objects.filter(...)`,
`context.Items.Where(...)`, `repository.GetByIdAsync(id)`); the beginning decides whether it is one at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.reach import Action
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.reach.core_tables import begun_on
from assay.source.reach.crossing import tying
from assay.source.reach.documents import Documents
from assay.source.reach.holders import Holders
from assay.source.reach.library import ACTION_OF_ROLE, words
from assay.source.reach.linq import Linq
from assay.source.reach.predicates import Predicates
from assay.source.reach.rawsql import RawSql, continued
from assay.source.reach.selection import Query, Test
from assay.source.reach.stored import Stored
from assay.source.reach.unions import selected_from

LINKS = 24
"""Calls of one chain that are followed."""
BY_KEY = re.compile(
    r"^(Get|Find|Load|Fetch|Read|Remove|Delete)(\w*By\w*Ids?|ById)(Async)?$|^(Get|Find|Delete|Remove)(Async)?$"
)
PAGING = ("ToPaged", "Paginate", "PaginatedList")
"""Beginnings of the names of limits that run the query."""
NO_FILTERS = frozenset(
    """
    isouter full onclause aliased synchronize_session execution_options defaults using flat timeout cancellationToken
    """.split()
)
"""Named arguments that select nothing."""
CHANGING = frozenset(
    {"update_one", "update_many", "replace_one", "find_one_and_update", "find_one_and_replace", "find_one_and_delete"}
)
"""Calls on a collection that select by their first argument; the others say what is changed."""
NO_TESTS = frozenset(
    """
    values options order_by group_by execution_options with_for_update distinct prefetch_related select_related defer only load_only
    """.split()
)
"""Calls of a chain that select nothing."""
SELECTING = frozenset({"query", "select", "get_object_or_404", "get_list_or_404", "aget_object_or_404"})
"""Calls that name the stored type somewhere in their first argument; others are given the type itself."""


class Queries:
    """Recognises chains; what was recognised is kept by the identity of the call."""

    def __init__(self, stored: Stored, language: str) -> None:
        self.stored = stored
        self.run = stored.run
        self.words = words(language)
        self.known: dict[int, tuple[Made, Query | None]] = {}
        self.selected: dict[tuple[int, int, bool], tuple[Made, tuple[Test, ...]]] = {}
        self.holders = Holders(self)
        self.predicates = Predicates(self)
        self.raw = RawSql(self)
        self.orm = stored.orm if language == "python" else None
        self.linq = Linq(self) if language == "csharp" else None
        self.documents = Documents(self) if language == "csharp" else None
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
        for option in filled(value):
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
            case Made(name="Map" | "Adapt" | "MapTo" | "As" | "with", type_arguments=(*_, ClassValue() as cls)):
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

    def handed(self, query: Query) -> Value | None:
        """The object that a chain stores."""
        if self.documents is not None and (whole := self.documents.replaced(query.links)) is not None:
            return whole
        return query.made.argument(0) if query.action is Action.CREATE else None

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
        found = tuple(test for link in own for test in self.selecting(link, cls, is_first=link is own[0]))
        tests = tying(found, own, cls, self.stored) if self.linq is None else found
        limits = tuple(link.name for link in own if self.words.roles.get(link.name) == "limit")
        handed = options(made.positional[0]) if made.name in self.words.executors and made.positional else ()
        others = tuple(option for option in handed if isinstance(option, Made))[1:]
        query = Query(
            entity, cls, action, made, tuple(own), tests, is_terminal, is_certain, base, limits, others=others
        )
        return continued(self.raw.of(own[0]), query)

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
        if self.orm is not None and (table := begun_on(link)):
            return table, None, True, None
        if name in self.words.of_type and link.types:
            cls = self.stored.class_of_type(link.type_arguments[0])
            if cls is not None:
                return cls.name, cls, True, None
        if self.documents is not None and (kept := self.documents.begun(link)) is not None:
            return kept
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
            return self.stored.named_in(selected_from(link.positional))
        cls = self.stored.entity(link.positional[0])
        return cls if cls is not None and self.stored.is_entity(cls) else None

    def of_receiver(self, receiver: Value, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:  # noqa: C901  # one case a kind of receiver
        """Whether a method of this receiver begins a query."""
        if self.orm is not None and (kept := self.orm.receiver(receiver, name)) is not None:
            return kept
        is_typed, declared = self.holders.of_value(receiver, name)
        if is_typed:
            return declared
        match receiver:
            case Member(value=owner, name=member) if member in self.words.on_model:
                cls = self.stored.entity(owner)
                if cls is not None:
                    return cls.name, cls, True, None
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
        if isinstance(receiver, Member) and name in self.words.roles and (found := self.of_relation(receiver, name)):
            return found
        if name in self.words.collections:
            label = self.label(receiver)
            if label:
                return label, None, True, None
        return None

    def of_relation(self, receiver: Member, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:
        """`user.items.filter(...)`, `order.Lines.Where(...)`: reached through an object that was loaded, or through the principal."""
        if name == "remove" and self.linq is None:
            return None  # `post.likes.remove(user)` takes the user out of a list
        if self.linq is not None and self.linq.is_item(receiver.value):
            return None
        inner = self.behind(receiver.value)
        cls = inner.cls if inner is not None else None
        back = self.orm.pointing(cls, receiver.name) if cls is not None and self.orm is not None else None
        if inner is not None and (name not in PASSING or back is not None):
            target = back or (self.stored.target(cls, receiver.name) if cls is not None else None)
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
            if role == "limit" and link.name.startswith(PAGING):
                return Action.LIST, True
            if BY_KEY.match(link.name):
                return (Action.DELETE if link.name.startswith(("Delete", "Remove")) else Action.READ), True
        if first.name in self.words.of_model and first.name not in {"query", "select", "find"}:
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
        if role in {"create", "limit"} or link.name in NO_TESTS:
            return
        yield from self.of_positional(link, cls, is_first=is_first)
        if role == "update":
            return
        for name, value in link.named.items():
            if name == "_id" or (name not in NO_FILTERS and not name.startswith(("_", "*"))):
                yield Test(name.replace("__", "."), value)

    def of_positional(self, link: Made, cls: ClassValue | None, *, is_first: bool) -> Iterator[Test]:
        """The comparisons of the arguments that have no name."""
        role = self.words.roles.get(link.name)
        given = list(link.positional)[: 1 if link.name in CHANGING else None]
        if not is_first and link.name in self.words.executors:
            given = given[1:]
        if is_first and self.named_type(link) is not None:
            given = given[1:]
            if link.name in {"get", "get_one", "get_or_404"} and given:
                yield from self.predicates.by_key(given[0])
                return
        elif role == "key" or (BY_KEY.match(link.name) and role is None):
            for value in given[:1]:
                is_key = not isinstance(value, FunctionValue | Operation)
                yield from self.predicates.by_key(value) if is_key else self.predicates.of(value, cls)
            return
        for value in given:
            yield from self.predicates.of(value, cls)


def filled(value: Value) -> list[Value]:
    """What a value may be, without the queries that give nothing (`.none()`) where it may be something else."""
    found = list(options(value))
    return [option for option in found if not is_empty(option)] or found


def is_empty(value: Value) -> bool:
    """Whether a query gives nothing."""
    return isinstance(value, Made) and value.name == "none" and not value.positional


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
        "merge",
    }
)
"""Functions that give what they are given."""
