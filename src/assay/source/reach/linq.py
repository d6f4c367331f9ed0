"""Queries of C#: which method of a chain selects, which runs it, what specifications and filter builders compare.

Here declared types and lambdas say more than names do, so a call counts only as far as its role is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assay.model.reach import Action
from assay.source.evaluate import attributes, generic
from assay.source.evaluate.container import KEEPING, declared_member
from assay.source.evaluate.dispatch import implementers, is_abstract
from assay.source.evaluate.messages import DELIVERED, SENDING, message_class
from assay.source.evaluate.overload import names_of
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.mentions import walk
from assay.source.reach.selection import Test

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

OPERATORS = frozenset(
    """
    Where Select SelectMany OrderBy OrderByDescending ThenBy ThenByDescending Include ThenInclude AsNoTracking
    AsTracking AsQueryable AsSplitQuery AsSingleQuery Skip Take Distinct GroupBy Join GroupJoin LeftJoin
    ProjectTo ProjectToType IgnoreQueryFilters IgnoreAutoIncludes ForEach ForEachAsync TagWith Reverse Concat
    Union Except OfType Cast WithSpecification AsNoTrackingWithIdentityResolution DistinctBy AsEnumerable
    AsAsyncEnumerable Sort Limit Project ApplySpecification If WhereIf PageBy ToQueryable Set SetProperty
    DefaultIfEmpty UnionBy TakeWhile SkipWhile Chunk IncludeOptimized ModifyWith ModifyOnly ModifyExcept WithEntity ProjectExcluding Query
    """.split()
)
"""Methods that go on with a query."""
SELECTING = frozenset({"filter", "one", "count", "list", "delete"})
FILTERS = frozenset(
    {"Eq", "In", "AnyEq", "AnyIn", "Ne", "Gt", "Gte", "Lt", "Lte", "EQ", "ElemMatch", "Regex", "BsonDocument"}
)
"""Methods of filter builders: a field and a value."""
BY_KEY = re.compile(
    r"^(Get|Find|Load|Fetch|Read|Remove|Delete|Exists|Has)(\w*?)By(\w+?)(Async)?$|^(Get|Find|Load|Delete|Remove)(One)?(Async)?$"
)
"""Methods that look up by a key; the third group names it."""
VERBS = (
    (
        re.compile(
            r"^(Get|Find|List|Load|Fetch|Search|Query|Read)\w*(All|List|Many|Paged|s)(\w*Async)?$|^(List|Search|Query)"
        ),
        Action.LIST,
    ),
    (re.compile(r"^(Get|Find|Load|Fetch|Read|Exists|Any|Has|Count|Is|Single|First)"), Action.READ),
    (re.compile(r"^(Add|Create|Insert|Store)"), Action.CREATE),
    (re.compile(r"^(Update|Save|Set|Upsert|Modify|Change|Replace|Patch)"), Action.UPDATE),
    (re.compile(r"^(Delete|Remove|Purge)"), Action.DELETE),
)
SAVING_ALL = re.compile(r"^(Save(Changes|All)?|Commit|Complete)(Async)?$")
DICTIONARY = frozenset({"TryGetValue", "GetValueOrDefault"})
"""Methods that are handed a key and something else."""
BY_KEY_OR_OBJECT = frozenset({"Remove", "TryRemove", "RemoveAsync", "Delete", "DeleteAsync"})
"""Methods that are handed what they take out, or its key."""
TOKENS = re.compile(r"cancellationtoken|^ct$|\bnone$", re.IGNORECASE)
BUS = re.compile(r"(Bus|Mediator|ISender|IPublisher|Dispatcher|MessageSession|EndpointInstance|Mediatr|Processor)$")
"""Types from outside, or of a team's own, that carry messages to their handlers."""
DEPTH = 24


class Linq:
    """Reads chains of C#."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.run = queries.run
        self.roles = queries.words.roles
        self.calls: Sequence[Made] = ()
        """Everything that the trace recorded, once it is done."""

    def is_query(self, links: list[Made]) -> bool:
        """Whether the last call of a chain is a part of the query, or works on its rows; not a method of what was loaded."""
        is_begun = links[0].name in self.queries.words.of_keeper or (
            links[0].name in self.queries.words.of_type and bool(links[0].type_arguments)
        )
        others = links[1:] if is_begun else links
        if self.queries.documents is not None and self.queries.documents.is_built(links):
            return True
        return all(link.name in self.roles or link.name in OPERATORS for link in others) or self.is_own(links)

    def is_own(self, links: list[Made]) -> bool:
        """Whether it is a method of a repository's own: `orders.GetOpenOrders(customer)`."""
        if verb(links[0].name) is None or any(
            link.name not in OPERATORS and link.name not in self.roles for link in links[1:]
        ):
            return False
        names = [self.queries.holders.kept_by(option) or "" for option in options(links[0].receiver)]
        return any(KEEPING.search(name) for name in names)

    def action(self, links: list[Made]) -> tuple[Action, bool] | None:
        """What a repository's own method does, going by its name, or a command that is put together; None for all others."""
        if self.queries.documents is not None and (built := self.queries.documents.action(links)) is not None:
            return built
        name = links[-1].name
        if name in self.queries.words.of_type and links[-1].type_arguments:
            return Action.LIST, False  # a collection, of which nothing is asked yet
        if len(links) > 1 or name in self.roles or name in OPERATORS:
            return None
        found = verb(name)
        return (found, True) if found is not None else None

    def is_item(self, value: Value) -> bool:
        """Whether it is the object of a lambda that only selects: what is asked of its members is a part of the query."""
        return (
            isinstance(value, Given)
            and value.call is not None
            and value.function is not None
            and (
                self.roles.get(value.call.name) in SELECTING or value.call.name in {"WhereIf", "OrderBy", "Any", "All"}
            )
        )

    # --- what selects

    def tests(self, link: Made, cls: ClassValue | None) -> Iterator[Test]:
        """The comparisons of one call."""
        name, role = link.name, self.roles.get(link.name)
        given = [value for value in (*link.positional, *link.named.values()) if not is_token(value)]
        plain = [value for value in given if not self.is_predicate(value)]
        if link.named and not link.positional:
            for field, value in link.named.items():
                if not is_token(value) and not self.is_predicate(value) and not TOKENS.search(field):
                    yield Test("" if field in {"id", "key"} else field, value)
            plain = []
        kept = tuple(self.queries.documents.tests(link, plain)) if plain and self.queries.documents is not None else ()
        if kept:
            yield from kept
        elif plain and (role == "key" or (BY_KEY.match(name) and role in {None, "filter", "one"})):
            yield from self.by_key(name, plain)
        elif plain and role == "delete" and name in BY_KEY_OR_OBJECT and self.is_key(plain[0]):
            yield from self.by_key(name, plain[:1])
        if (
            role in SELECTING
            or role is None
            or role == "key"
            or name.startswith(("UpdateOne", "UpdateMany", "ReplaceOne", "FindOneAnd"))
        ):
            for value in given:
                if self.is_predicate(value) and name not in OPERATORS - {
                    "Where",
                    "WhereIf",
                    "WithSpecification",
                    "ApplySpecification",
                }:
                    yield from self.predicate(value, cls)

    def is_key(self, value: Value) -> bool:
        """Whether a value is no object but the key of one: it is of no type of the project, and nothing loaded it."""
        for option in options(value):
            is_object = isinstance(option, Instance) or self.queries.behind(option) is not None
            if is_object or self.run.class_of(option) is not None or self.queries.class_of(option) is not None:
                return False
        return True

    def by_key(self, name: str, given: list[Value]) -> Iterator[Test]:
        """`FindAsync(a, b)`, `GetByUserId(id)`: the name may tell the field."""
        match = BY_KEY.match(name)
        field = match[3] if match is not None and match[3] else ""
        field = "" if field in {"Id", "Ids", "Key", "PrimaryKey"} else field
        is_single = field or self.roles.get(name) != "key" or name in DICTIONARY
        for value in given[:1] if is_single else given[:3]:
            for test in self.queries.predicates.by_key(value):
                yield Test(field, test.value)

    def is_predicate(self, value: Value) -> bool:
        """Whether an argument selects: a lambda, a specification, a filter that was built."""
        for option in options(value):
            match option:
                case FunctionValue():
                    return True
                case Made(name=name) if name in FILTERS or name in {"And", "Or"}:
                    return True
                case Operation(operator="&" | "|"):
                    return True
                case Instance(cls=cls):
                    return self.is_specification(cls)
        return False

    def is_specification(self, cls: ClassValue) -> bool:
        """Whether a class selects, going by what it and its bases are called."""
        return any(
            "Specification" in name or name.endswith(("Spec", "Filter", "Criteria")) for name in names_of(self.run, cls)
        )

    def predicate(self, value: Value, cls: ClassValue | None) -> Iterator[Test]:
        """The comparisons of an argument that selects."""
        for option in options(value):
            if isinstance(option, Instance):
                yield from self.specified(option, cls)
            else:
                yield from self.queries.predicates.of(option, cls)

    def specified(self, instance: Instance, cls: ClassValue | None) -> Iterator[Test]:
        """What a specification selects: lambdas that it keeps, and the chain on its `Query` that its constructor wrote."""
        for held in list(instance.attributes.values()):
            for part in held.items if isinstance(held, Items) else options(held):
                if isinstance(part, FunctionValue) and not part.function.name and len(part.function.parameters) == 1:
                    yield from self.queries.predicates.of(part, cls)
        for made in self.calls or self.run.made:
            if self.roles.get(made.name) == "filter" and rooted_in(made, instance):
                for value in made.positional:
                    yield from self.queries.predicates.of(value, cls)

    def built(self, made: Made, cls: ClassValue | None) -> Iterator[Test]:
        """`Builders<T>.Filter.Eq(x => x.Id, id)`."""
        if made.name not in FILTERS or len(made.positional) < 2:
            return
        first, value = made.positional[:2]
        field = ""
        for option in options(first):
            if isinstance(option, FunctionValue):
                field = self.queries.stored.field_of(self.queries.predicates.body(option, cls))
            elif isinstance(option, Const) and isinstance(option.value, str):
                field = option.value.removeprefix("_").capitalize() if option.value in {"_id", "id"} else option.value
        if field:
            yield Test(field, value, "in" if made.name.endswith("In") else "==")

    def leftover(self, calls: Sequence[Made], changes: Sequence[Value], answer: Value) -> set[int]:
        """Ids of the queries that nothing runs by name but that are run all the same: looped over, or returned as they are."""
        parts = [
            part
            for made in calls
            for part in (*made.positional, *([made.receiver] if made.receiver is not None else []))
        ]
        found: set[int] = set()
        for part in (*parts, *changes):
            inner: Value | None = part
            while isinstance(inner, Member | Generic):
                if isinstance(inner, Generic):
                    found |= {id(option) for option in options(inner.value) if isinstance(option, Made)}
                inner = inner.value
        return found | {id(part) for part in walk(answer) if isinstance(part, Made)}

    def unfollowed(self, calls: Sequence[Made]) -> Iterator[tuple[str, Made]]:
        """(why, call) of what goes on somewhere in the project: messages that nobody takes, one of several implementations."""
        for made in calls:
            receiver = next(options(made.receiver), None)
            if not isinstance(receiver, Given) or receiver.origin or receiver.call is not None:
                continue
            if DELIVERED in made.attributes:
                continue  # what takes the message was found, whichever implementation hands it over
            name = self.queries.holders.name_of(receiver.type)
            cls = message_class(self.run, made.positional[0]) if made.positional and BUS.search(name) else None
            if cls is not None and made.name in SENDING:
                yield f"nothing was found that takes the message {cls.name}", made
            known = generic.named(receiver.type)
            if known is not None and self.is_open(known[0], made):
                yield f"which of the implementations of {known[0].name} is meant could not be found out", made

    def is_open(self, cls: ClassValue, made: Made) -> bool:
        """Whether a call is one of an interface that several types of the project implement."""
        if (
            not is_abstract(cls)
            or declared_member(self.run, cls, made.name) is None
            or self.queries.of(made) is not None
        ):
            return False
        return len(implementers(self.run, cls)) > 1

    def is_access(self, made: Made) -> bool:
        """Whether a call touches data."""
        if self.queries.of(made) is not None:
            return True
        if made.name not in self.queries.words.writers or not made.positional:
            return False
        names = [self.queries.holders.kept_by(option) or "" for option in options(made.receiver)]
        return any(name.endswith(self.queries.words.keepers) for name in names)

    # --- types

    def made_class(self, made: Made) -> ClassValue | None:
        """The class of what a factory from outside gives: `contexts.CreateDbContextAsync()`."""
        if not made.name.startswith("CreateDbContext") or made.receiver is None:
            return None
        for option in options(made.receiver):
            declared = option.type if isinstance(option, Given) else None
            if isinstance(declared, Generic) and declared.keys:
                return self.queries.stored.class_of_type(declared.keys[0])
        return None

    def element(self, value: Value) -> ClassValue | None:
        """The class of the items of a sequence: of a table, of a query that is not run yet."""
        if isinstance(value, Given) and isinstance(value.type, Generic) and value.type.keys:
            return self.queries.stored.class_of_type(value.type.keys[0])
        query = self.queries.behind(value) if isinstance(value, Made) else None
        is_projected = query is not None and any(
            link.name in {"Select", "SelectMany", "ProjectTo", "GroupBy", "Join"} for link in query.links
        )
        return query.cls if query is not None and not is_projected else None

    def member_type(self, owner: Value, name: str) -> Value | None:
        """The declared type of a member of something whose class is known."""
        cls = self.run.class_of(owner) or self.queries.class_of(owner)
        held = self.queries.stored.program.class_attribute(cls, name) if cls is not None else None
        value = held[0] if held is not None else None
        return value.type if isinstance(value, Given) else None

    # --- repositories whose code is not there

    def kept_in(self, cls: ClassValue, name: str) -> tuple[str, ClassValue | None, bool, Value | None] | None:
        """What an interface that is called a repository keeps, when nothing in the project implements it."""
        if not KEEPING.search(cls.type.name) or (verb(name) is None and name not in self.roles):
            return None
        for base in attributes.bases(self.run, cls):
            found = generic.named(base)
            for key in found[1] if found is not None else ():
                inner = self.queries.stored.class_of_type(key)
                if inner is not None:
                    return inner.name, inner, False, None
        plain = KEEPING.sub("", cls.type.name)
        plain = plain[1:] if plain[:1] == "I" and plain[1:2].isupper() else plain
        known = self.run.csharp.types.all(plain) if plain else ()
        return (plain, known[0] if known else None, False, None) if plain else None


def verb(name: str) -> Action | None:
    """What a method of a repository does, going by its name."""
    if SAVING_ALL.match(name):
        return None  # what was handed over before is written now
    found = next((action for pattern, action in VERBS if pattern.match(name)), None)
    return found or (Action.READ if "By" in name else None)


def is_token(value: Value) -> bool:
    """Whether an argument only says when to give up."""
    match value:
        case Given(type=External(name=name)):
            return name.endswith("CancellationToken")
        case External(name=name) | Member(name=name):
            return TOKENS.search(name) is not None
    return False


def rooted_in(made: Made, instance: Instance) -> bool:
    """Whether a chain begins at the query of a specification."""
    value: Value | None = made
    for _ in range(DEPTH):
        match value:
            case Made():
                value = next(options(value.receiver), None)
            case Member(value=inner, name="Query"):
                return inner is instance
            case _:
                return False
    return False
