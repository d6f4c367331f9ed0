"""Document and event stores of .NET: sessions, containers and contexts whose calls name the stored type: `session.LoadAsync<Order>(id)`,
`session.Events.Append(id, happened)`, `container.ReadItemAsync<Order>(id, key)`, `DB.Find<Order>().MatchID(id)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
    DeleteAsync DeleteItemAsync PatchItemAsync DeleteItemStreamAsync SoftDeleteAsync StartStream MatchID
    """.split()
)
"""Writes, and parts of a chain, whose first argument is the key of what they touch."""
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
        held = link.receiver
        if held is None and isinstance(link.callee, External) and "." in link.callee.name:
            held = External(link.callee.name.rpartition(".")[0])
        if held is None or not any(map(self.is_keeper, options(held))):
            return None
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

    def tests(self, link: Made, plain: list[Value]) -> Iterator[Test]:
        """What a write, or a part of a chain, selects by its key."""
        at = 1 if link.name in OBJECT_FIRST else 0
        if link.name not in KEYED and not at:
            return
        if link.name in {"Delete", "DeleteAsync", "HardDelete"} and not link.type_arguments:
            return  # it is handed the object
        for value in plain[at : at + 2]:
            yield from self.keyed(value)
            if link.name not in {"DeleteItemAsync", "PatchItemAsync", "ReplaceItemAsync"}:
                break

    def keyed(self, value: Value) -> Iterator[Test]:
        """A key; that of a partition says so: `new PartitionKey(userId)`."""
        for option in options(value):
            given = option.positional if isinstance(option, Made | Instance) else ()
            if is_partition(option) and given:
                yield Test(PARTITION, given[0])
                return
        yield from self.queries.predicates.by_key(value)


def is_partition(value: Value) -> bool:
    """Whether a value is the key of a partition."""
    return isinstance(value, Made) and value.name == PARTITION
