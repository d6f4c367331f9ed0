"""Data accesses of a trace: queries that were run, objects that were handed to a session or saved themselves, fields that were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from assay.model.place import Place, Step
from assay.model.reach import OF_REQUEST, Access, Action, Key, Origin
from assay.source.evaluate.values import (
    Assigned,
    Condition,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Parent,
    Value,
    options,
)
from assay.source.mentions import walk
from assay.source.reach.callers import caller_kept
from assay.source.reach.commands import is_parameter
from assay.source.reach.documents import holder
from assay.source.reach.hooks import sets_itself
from assay.source.reach.joining import ADDING, COLLECTING, JOINING, gives_no_right
from assay.source.reach.modelled import SETTING, chosen, class_made, written_names
from assay.source.reach.origins import FIXED, Origins, Source, as_keys
from assay.source.reach.query import Queries
from assay.source.reach.selection import EXCLUDING, Query, Test, is_everything
from assay.source.reach.stored import Stored
from assay.source.reach.trace import Trace
from assay.source.reach.tracked import Tracked, Written

REDUCING = frozenset(
    """
    GroupBy group_by Distinct distinct DistinctBy annotate aggregate with_entities values_list Count Sum select_from having SelectMany union
    """.split()
)
"""Calls after which a list is no longer one of what is stored."""
NOTHING = frozenset({"none"})
"""Calls after which a list is empty."""
INSIDE = frozenset({"subquery", "scalar_subquery", "as_scalar", "cte"})
"""Calls that make a part of another statement of a query, and run nothing."""
ACTION_OF = {"create": Action.CREATE, "update": Action.UPDATE, "delete": Action.DELETE}


class Found(Struct, eq=False):
    """A data access with what is needed to say what ties it to the caller."""

    action: Action
    entity: str
    tests: tuple[Test, ...]
    made: Made | None
    query: Query | None
    """The query that selects the object: itself, or the one that loaded what is written."""
    place: Place
    index: int
    conditions: tuple[Condition, ...]
    way: tuple[tuple[str, Place], ...]
    symbol: str
    object: Value | None = None
    """What is written or deleted, where that is a value."""
    fields: tuple[str, ...] = ()
    is_bounded: bool | None = None
    is_certain: bool = True
    protection: str = ""
    is_by_role: bool = False
    """Whether nothing but a role of the caller protects it."""
    since: int = 0
    """The index of what protects it; 0 when it is protected from the start. A write is safe only behind it."""
    keys: tuple[Key, ...] = ()
    sources: tuple[tuple[Test, tuple[Source, ...]], ...] = ()
    is_left: bool = False
    bounds: frozenset[Source] = frozenset()
    """The request data that tests which refuse compare the object with."""

    def access(self) -> Access:
        """The noun."""
        return Access(
            self.action,
            self.entity,
            self.keys,
            self.symbol,
            self.place,
            steps_of(self.way, self.place, self.symbol),
            self.protection,
            self.fields,
            self.is_bounded,
            self.is_certain,
            any(key.origin in OF_REQUEST for key in self.keys),
            as_keys(self.bounds),
            is_left=self.is_left,
            is_by_role=self.is_by_role,
        )


class Accesses:
    """Finds the data accesses of one trace."""

    def __init__(self, trace: Trace, queries: Queries, origins: Origins, stored: Stored) -> None:
        self.trace = trace
        self.queries = queries
        self.origins = origins
        self.stored = stored
        self.tracked = Tracked(queries) if queries.linq is not None else None

    def all(self) -> list[Found]:
        """In order of execution; of a chain only its last call counts."""
        inner = self.inner()
        leftover = self.leftover()
        found: list[Found] = []
        for made in self.trace.made:
            if is_parameter(made):
                continue
            written = self.written(made)
            if written is not None:
                found.append(written)
                continue
            query = self.queries.of(made)
            if query is not None and any(link.name in NOTHING and not link.positional for link in query.links):
                continue
            if query is not None and made.name in INSIDE:
                continue
            if query is not None and id(made) not in inner and (query.is_terminal or id(made) in leftover):
                found.append(self.of_query(made, query))
        found += self.assigned()
        self.join(found)
        found.sort(key=lambda each: each.index)
        for each in found:
            each.is_left = self.trace.is_left(each.index)
            each.sources = tuple((test, self.origins.of(test.value)) for test in each.tests)
            each.keys = tuple(key_of(test, found) for test, found in each.sources if test.operator not in EXCLUDING)
        return found

    def join(self, found: Sequence[Found]) -> None:
        """A write that only puts the caller into a collection of the object, or takes the caller out, is chosen by the caller:
        `post.likes.append(me); post.save()`.
        """
        written = [
            each for each in found if each.action is Action.UPDATE and each.object is not None and not each.fields
        ]
        extended = self.extended()
        for each in found:
            if each.query is not None and each.action is Action.UPDATE and id(each.query) in extended:
                each.tests = (*each.tests, *extended[id(each.query)])
        if not written or not any(made.name in JOINING for made in self.trace.made):
            return
        behind = (self.queries.behind(assigned.receiver) for assigned in self.trace.assigned)
        set_on = {id(query) for query in behind if query is not None}
        for each in written:
            if id(each.query) not in set_on:
                each.tests = (*each.tests, *self.joined(each))

    def extended(self) -> dict[int, list[Test]]:
        """By the query that gave an object: the collections of it that were set to themselves with the caller, where nothing else was
        set: `post.liked_by = {*post.liked_by, me.id}`.
        """
        found: dict[int, list[Test]] = {}
        others: set[int] = set()
        for assigned in self.trace.assigned:
            query = self.queries.behind(assigned.receiver)
            if query is None:
                continue
            caller = self.caller_added(assigned) if gives_no_right(assigned.name) else None
            if caller is None:
                others.add(id(query))
            else:
                found.setdefault(id(query), []).append(Test(assigned.name, caller))
        return {key: tests for key, tests in found.items() if key not in others}

    def caller_added(self, assigned: Assigned) -> Value | None:
        """The caller in what a collection is set to, if that is made of what was in it before."""
        for whole in options(assigned.value):
            is_wrapped = isinstance(whole, Made) and whole.name in COLLECTING and bool(whole.positional)
            option = whole.positional[0] if is_wrapped and isinstance(whole, Made) else whole
            parts = tuple(walk(option))
            is_same = any(isinstance(part, Items) and part.is_open for part in parts) or any(
                isinstance(part, Member) and part.name == assigned.name for part in parts
            )
            is_made = isinstance(option, Items) or (isinstance(option, Operation) and option.operator in ADDING)
            if is_same and is_made:
                return next((held for part in parts if (held := self.caller_in(part)) is not None), None)
        return None

    def joined(self, found: Found) -> Iterator[Test]:
        """The collections of an object that the caller is put into."""
        for made in self.trace.made:
            held = made.receiver
            if made.name not in JOINING or not isinstance(held, Member) or len(made.positional) != 1:
                continue
            query = self.queries.behind(held.value)
            is_same = query is not None and found.query is not None and query.made is found.query.made
            if is_same and gives_no_right(held.name) and (caller := self.caller_in(made.positional[0])) is not None:
                yield Test(held.name, caller)

    def caller_in(self, value: Value) -> Value | None:
        """The caller in what is put into a collection: itself, a new object that names it, one that was looked up by it."""
        for option in options(value):
            held: list[Value] = [option]
            if isinstance(option, Instance):
                held += [*option.positional, *option.attributes.values()]
            elif isinstance(option, Made) and option.positional:
                held += [test.value for test in self.queries.predicates.of(option.positional[0], None)]
            found = next((one for one in held if self.origins.is_principal(one)), None)
            if found is not None:
                return found
        return None

    def leftover(self) -> set[int]:
        """Ids of queries that are run though nothing in their chain says so."""
        linq = self.queries.linq
        if linq is None:
            return {id(made) for made in self.trace.made}
        return linq.leftover(self.trace.made, [assigned.receiver for assigned in self.trace.assigned], self.trace.value)

    def inner(self) -> set[int]:
        """Calls that are only a part of a longer chain."""
        found: set[int] = set()
        for made in self.trace.made:
            query = self.queries.of(made)
            if query is not None:
                found |= {id(link) for link in query.links if link is not made}
                found |= {id(option) for link in query.links for option in options(link.receiver) if option is not made}
        return found

    def of_query(self, made: Made, query: Query) -> Found:
        """A query that is run."""
        is_bounded = None
        if query.action is Action.LIST:
            is_reduced = any(link.name in REDUCING for link in query.links)
            is_filtered = any(
                self.queries.words.roles.get(link.name) == "filter" and not is_everything(link) for link in query.links
            )
            is_bounded = True if query.limits else None if is_reduced or (is_filtered and not query.tests) else False
        return Found(
            query.action,
            query.entity,
            query.tests,
            made,
            query,
            made.place,
            made.index,
            made.conditions,
            made.way,
            symbol_of(made),
            self.queries.handed(query),
            is_bounded=is_bounded,
            is_certain=query.is_certain,
            fields=query.fields or (written_names(made) if query.action in {Action.UPDATE, Action.CREATE} else ()),
        )

    def written(self, made: Made) -> Found | None:
        """An object that is handed to a session (`session.add(x)`) or saves itself (`x.save()`)."""
        words = self.queries.words
        copied = self.tracked.copied(made) if self.tracked is not None else None
        if copied is not None:
            return self.of_written(copied, made, None)
        kind, held = words.writers.get(made.name), holder(made)
        if kind is not None and made.positional and held is not None and self.keeps(made, held):
            found = self.of_object(made.positional[0], kind, made)
            if found is not None:
                return found
        documents = self.queries.documents
        kind = words.savers.get(made.name) or (documents.saved(made) if documents is not None else "")
        if kind and made.receiver is not None and self.queries.of(made) is None:
            itself = made.receiver.receiver if isinstance(made.receiver, Parent) else made.receiver
            return self.of_object(itself, kind, made)
        return None

    def keeps(self, made: Made, receiver: Value) -> bool:
        """Whether what an object is handed to stores it; a mere list does not, nor does a collection of a loaded object."""
        if self.tracked is None and self.is_collection(receiver):
            return False
        if not self.queries.words.keepers or self.queries.of(made) is not None:
            return True
        for option in options(receiver):
            name = self.queries.holders.kept_by(option)
            if name is None or name.endswith(self.queries.words.keepers):
                return True
        return False

    def is_collection(self, receiver: Value) -> bool:
        """Whether it is a relation of a loaded object: `comment.likes.remove(user)` takes the user out and deletes nobody."""
        return any(
            isinstance(option, Member) and self.queries.behind(option.value) is not None for option in options(receiver)
        )

    def of_object(self, value: Value, kind: str, made: Made) -> Found | None:
        """A write of one object."""
        for option in options(value):
            if self.tracked is not None:
                handed = self.tracked.handed(option, kind)
                if handed is not None:
                    return self.of_written(handed, made, option)
                continue
            entity, tests, query = "", tuple[Test, ...](), None
            if isinstance(option, Instance) and (
                self.stored.is_entity(option.cls) or made.name in self.queries.words.writers
            ):
                entity = option.cls.name
                action = ACTION_OF[kind] if kind == "delete" else Action.CREATE
            elif kind != "delete" and (cls := class_made(self.stored, option)) is not None:
                entity, action = cls.name, Action.CREATE
            elif kind == "delete" and (cls := caller_kept(self.stored, option)) is not None:
                entity, tests, action = cls.name, (Test("", option),), Action.DELETE
            else:
                query = self.queries.behind(option)
                if query is None or query.action is Action.CREATE or (made.name in SETTING and query.cls is None):
                    continue
                entity, tests = query.entity, query.tests
                action = Action.DELETE if kind == "delete" else Action.UPDATE
            return self.of_written(Written(action, entity, tests, query), made, option)
        return None

    @staticmethod
    def of_written(written: Written, made: Made | Assigned, value: Value | None) -> Found:
        """A write as an access."""
        is_call = isinstance(made, Made)
        symbol = symbol_of(made) if isinstance(made, Made) else f"{written.entity}.{made.name} ="
        way = made.way if isinstance(made, Made) else written.query.made.way if written.query is not None else ()
        return Found(
            written.action, written.entity, written.tests, made if is_call else None, written.query, made.place, made.index,  # type: ignore[arg-type]
            made.conditions, way, symbol, value, chosen(made),
        )  # fmt: skip

    def assigned(self) -> list[Found]:
        """Fields of loaded objects that are written, one access an object."""
        found: dict[int, Found] = {}
        for assigned in self.trace.assigned:
            marked = self.tracked.marked(assigned) if self.tracked is not None else None
            if marked is not None:
                found[-assigned.index] = self.of_written(marked, assigned, marked.value)
                continue
            if assigned.name.startswith("_") and self.tracked is None:
                continue  # a mark that an object carries about in Python, no column of it
            query = self.queries.behind(assigned.receiver)
            if query is None or (
                self.tracked is not None and not (self.tracked.is_change(assigned) and self.tracked.is_kept(query))
            ):
                continue
            if self.tracked is None and sets_itself(self.stored.run, assigned, query.cls):
                continue
            held = found.get(id(query))
            if held is not None:
                held.fields = tuple(dict.fromkeys((*held.fields, assigned.name)))
                continue
            found[id(query)] = Found(
                Action.UPDATE,
                query.entity,
                query.tests,
                None,
                query,
                assigned.place,
                assigned.index,
                assigned.conditions,
                query.made.way,
                f"{query.entity}.{assigned.name} =",
                assigned.receiver,
                (assigned.name,),
                is_certain=self.tracked is None or self.tracked.is_saved(self.trace.made, assigned.index, query),
            )
        return list(found.values())


def key_of(test: Test, sources: tuple[Source, ...]) -> Key:
    """What a comparison selects by; of several sources the one that says most of the caller's right."""
    ranked = sorted(sources, key=lambda source: RANK.get(source.origin, 5))
    best = ranked[0] if ranked else FIXED
    return Key(test.field, best.origin, best.name)


RANK = {
    Origin.PRINCIPAL: 0,
    Origin.TENANT: 1,
    Origin.PATH: 2,
    Origin.BODY: 2,
    Origin.QUERY: 2,
    Origin.FORM: 2,
    Origin.REQUEST: 3,
    Origin.HEADER: 3,
    Origin.COOKIE: 3,
    Origin.LOADED: 4,
    Origin.UNKNOWN: 6,
}
"""The principal says more than the request, the request more than a loaded object."""


def symbol_of(made: Made) -> str:
    """The function that makes a call, and the call."""
    inside = made.way[-1][0] if made.way else ""
    return f"{inside}: {made.name}" if inside else made.name


def steps_of(way: tuple[tuple[str, Place], ...], place: Place, symbol: str) -> tuple[Step, ...]:
    """The calls from the handler to a place, and the place."""
    calls = tuple(Step(f"calls {name}", where) for name, where in way[1:])
    return (*calls, Step(symbol.partition(": ")[2] or symbol, place))
