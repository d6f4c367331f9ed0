"""Document and event stores of .NET: sessions, containers and contexts whose calls name the stored type: `session.LoadAsync<Order>(id)`,
`session.Events.Append(id, happened)`, `container.ReadItemAsync<Order>(id, key)`, `DB.Find<Order>().MatchID(id)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assay.model.reach import Action
from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, External, Generic, Instance, Made, Member, Value, options
from assay.source.reach.selection import Test

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

Begun = tuple[str, ClassValue | None, bool, Value | None]
PARTS = frozenset({"Events", "Json", "Advanced", "Default", "Async"})
"""Members of a session that are a side of it."""
STREAM = "stream"
"""What a call touches that names only the stream of events."""
PARTITION = "PartitionKey"
KEYED = frozenset(
    """
    Append AppendOptimistic AppendExclusive AppendToStreamAsync WriteToAggregate WriteToExclusiveAggregate ArchiveStream Delete HardDelete
    DeleteAsync DeleteItemAsync PatchItemAsync DeleteItemStreamAsync SoftDeleteAsync StartStream MatchID ReadItemAsync
    """.split()
)
"""Calls, and parts of a chain, whose first argument is the key of what they touch."""
BUILDERS = {
    "Find": Action.LIST, "PagedSearch": Action.LIST, "Update": Action.UPDATE, "UpdateAndGet": Action.UPDATE, "Replace": Action.UPDATE,
}  # fmt: skip
"""Calls that begin a command which is put together and then run, with what it does: `DB.Find<Order>().Match(...).ExecuteAsync()`."""
BUILDING = frozenset(
    """
    Match MatchID MatchString MatchExpression Modify ModifyWith ModifyOnly ModifyExcept WithEntity Project ProjectExcluding
    IncludeRequiredProps Sort Skip Limit Option PageSize PageNumber ExecuteAsync ExecuteCursorAsync
    WithPipeline WithPipelineStage IgnoreGlobalFilters
    """.split()
)
"""Calls that go on with one, and run it."""
REPLACING = {
    "ReplaceOne": 1, "ReplaceOneAsync": 1, "FindOneAndReplace": 1, "FindOneAndReplaceAsync": 1, "ReplaceItemAsync": 0, "UpsertItemAsync": 0,
    "ModifyWith": 0, "WithEntity": 0,
}  # fmt: skip
"""Calls that store a whole object over another, with its position."""
RUNNING = frozenset({"ExecuteAsync", "ExecuteCursorAsync"})
SAVERS = {
    "SaveAsync": "create", "InsertAsync": "create", "SaveOnlyAsync": "update", "SaveExceptAsync": "update", "SavePreservingAsync": "update",
    "DeleteAsync": "delete",
}  # fmt: skip
"""Methods by which a record saves or deletes itself."""
RECORD = re.compile(r"(^|\.)I?(\w*Entity|ActiveRecord\w*|MongoDocument|Document)$")
"""Bases from outside whose objects do that."""
OBJECT_FIRST = frozenset({"ReplaceItemAsync", "UpsertItemAsync", "CreateItemAsync"})
"""Writes whose first argument is the object; what comes behind it is its key."""


class Documents:
    """Recognises calls that begin at a session, container or context."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.words = queries.words

    def begun(self, link: Made) -> Begun | None:
        """The stored type of a call on what keeps documents or events, None for every other call."""
        if link.name not in self.words.of_keeper and link.name not in self.words.of_stream:
            return None
        held = holder(link)
        if held is None or not any(map(self.is_keeper, options(held))):
            return None
        if link.name in self.words.sql and any(map(self.is_connection, options(held))):
            return None  # a statement whose text is not known
        cls = self.named(link)
        if cls is not None:
            return cls.name, cls, True, None
        return (STREAM, None, True, None) if link.name in self.words.of_stream else None

    def named(self, link: Made) -> ClassValue | None:
        """The stored type that a call names, or whose object it is handed."""
        for type_ in link.type_arguments:
            cls = self.queries.stored.class_of_type(type_)
            if cls is not None:
                return cls
        for value in link.positional[:1] if link.name in OBJECT_FIRST else ():
            for option in options(value):
                if isinstance(option, Instance):
                    return option.cls
        return None

    def is_keeper(self, receiver: Value) -> bool:
        """Whether it is a session, container or context, or a side of one."""
        while isinstance(receiver, Member) and receiver.name in PARTS:
            receiver = receiver.value
        while isinstance(receiver, Generic):
            receiver = receiver.value
        if isinstance(receiver, External):
            parts = receiver.name.split(".")
            last = next((part for part in reversed(parts) if part not in PARTS), parts[-1])
            return last.endswith(self.words.keepers)
        if isinstance(receiver, Made):
            return receiver.name.endswith(self.words.keepers)
        kept = self.queries.holders.kept_by(receiver)
        return bool(kept) and str(kept).endswith(self.words.keepers)

    def is_connection(self, receiver: Value) -> bool:
        """Whether it is a connection to a database, which runs statements."""
        made = receiver.name if isinstance(receiver, Made) else self.queries.holders.kept_by(receiver)
        return str(made).endswith("Connection")

    @staticmethod
    def action(links: Sequence[Made]) -> tuple[Action, bool] | None:
        """What a command does that is put together, and whether something runs it; None for all other chains."""
        first = links[0]
        if first.name not in BUILDERS or first.positional or not first.type_arguments:
            return None
        return (BUILDERS[first.name], True) if links[-1].name in RUNNING else None

    @staticmethod
    def is_built(links: Sequence[Made]) -> bool:
        """Whether a chain is a command that is put together."""
        first = links[0]
        is_begun = first.name in BUILDERS and bool(first.type_arguments) and not first.positional
        return is_begun and all(link.name in BUILDING for link in links[1:])

    @staticmethod
    def replaced(links: Sequence[Made]) -> Value | None:
        """The object by which a call replaces what it selects: `orders.ReplaceOneAsync(o => o.Id == id, order)`."""
        for link in links:
            at = REPLACING.get(link.name)
            if at is not None and len(link.positional) > at:
                return link.positional[at]
        return None

    def saved(self, made: Made) -> str:
        """The kind of write that a record does to itself: `order.SaveAsync()`; "" for every other call."""
        kind = SAVERS.get(made.name, "")
        if not kind or made.receiver is None or made.type_arguments:
            return ""
        return kind if any(map(self.is_record, options(made.receiver))) else ""

    def is_record(self, value: Value) -> bool:
        """Whether an object is a record that saves itself, going by the bases of its class."""
        cls = self.queries.run.class_of(value) or self.queries.class_of(value)
        if cls is None:
            return False
        bases = (base.value if isinstance(base, Generic) else base for base in attributes.mro(self.queries.run, cls))
        return any(isinstance(base, External) and RECORD.search(base.name) is not None for base in bases)

    def tests(self, link: Made, plain: list[Value]) -> Iterator[Test]:
        """What a call, or a part of a chain, selects by its key."""
        at = 1 if link.name in OBJECT_FIRST else 0
        if link.name not in KEYED and not at:
            return
        if link.name in {"Delete", "DeleteAsync", "HardDelete"} and not link.type_arguments:
            return  # it is handed the object
        for value in plain[at : at + 2]:
            yield from self.keyed(value)
            if link.name not in {"DeleteItemAsync", "PatchItemAsync", "ReplaceItemAsync", "ReadItemAsync"}:
                break

    def keyed(self, value: Value) -> Iterator[Test]:
        """A key; that of a partition says so: `new PartitionKey(userId)`."""
        for option in options(value):
            given = option.positional if isinstance(option, Made | Instance) else ()
            if is_partition(option) and given:
                yield Test(PARTITION, given[0])
                return
        yield from self.queries.predicates.by_key(value)


def holder(link: Made) -> Value | None:
    """What a method is called on; that of a static class from outside is the class."""
    if link.receiver is None and isinstance(link.callee, External) and "." in link.callee.name:
        return External(link.callee.name.rpartition(".")[0])
    return link.receiver


def is_partition(value: Value) -> bool:
    """Whether a value is the key of a partition."""
    return isinstance(value, Made) and value.name == PARTITION
