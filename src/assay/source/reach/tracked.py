"""Objects that a data library of .NET keeps track of: what is handed to it, marked, copied into or changed, and whether that is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from assay.model.reach import Action
from assay.source.evaluate.memory import is_store
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    External,
    Given,
    Instance,
    Made,
    Member,
    Value,
    options,
)
from assay.source.reach.selection import Query, Test

if TYPE_CHECKING:
    from assay.source.reach.query import Queries

ACTIONS = {"create": Action.CREATE, "update": Action.UPDATE, "delete": Action.DELETE}
STATES = {"Modified": Action.UPDATE, "Deleted": Action.DELETE, "Added": Action.CREATE}
COPYING = {
    "Map": 1,
    "ApplyTo": 0,
    "TryUpdateModelAsync": 0,
    "TryUpdateModel": 0,
    "Adapt": 0,
    "CopyTo": 0,
    "CopyPropertiesTo": 0,
}
"""Calls that copy members into an object, with the position of that object."""
LOOSE = frozenset({"AsNoTracking", "AsNoTrackingWithIdentityResolution", "ProjectTo", "ProjectToType", "Select"})
"""Methods after which the objects of a query are no longer kept track of."""
SELECTING = re.compile(r"^Query(First|Single)?(OrDefault)?(Async)?$")
"""Methods of a connection that run the text of a statement and make objects of its rows, which nothing keeps track of (Dapper)."""
SAVING = re.compile(r"^(Save|Commit|Complete|Flush|Submit|Persist|Update|Store)")
EVENTS = frozenset({"domainevents", "events", "uncommittedevents", "integrationevents", "changes", "notifications"})


class Written(Struct, frozen=True, eq=False):
    """What a write touches, and by what the object is selected."""

    action: Action
    entity: str
    tests: tuple[Test, ...]
    query: Query | None = None
    value: Value | None = None
    """The object itself, where it was marked as written."""


class Tracked:
    """Reads writes of .NET."""

    def __init__(self, queries: Queries) -> None:
        self.queries = queries
        self.stored = queries.stored
        self.run = queries.run

    def handed(self, value: Value, kind: str) -> Written | None:
        """An object that is handed over: a loaded one, a new one, one that was sent."""
        query = self.queries.behind(value)
        action = ACTIONS[kind]
        if query is not None and query.action is not Action.CREATE:
            return Written(action if action is not Action.CREATE else Action.UPDATE, query.entity, query.tests, query)
        cls = self.class_of(value)
        if cls is None or cls.type.kind == "enum":
            return None
        tests = tuple(self.selected(value, cls)) if action is not Action.CREATE else ()
        return Written(action, cls.name, tests)

    def class_of(self, value: Value) -> ClassValue | None:
        """The class of an object that is not loaded."""
        match value:
            case Instance(cls=cls):
                return cls
            case Given(type=ClassValue() as cls):
                return cls
            case Member(value=owner, name=name) if self.queries.linq is not None and (
                isinstance(declared := self.queries.linq.member_type(owner, name), ClassValue)
            ):
                return declared
        return self.queries.class_of(value)

    def selected(self, value: Value, cls: ClassValue) -> Iterator[Test]:
        """An object that was not loaded is selected by the key that it carries."""
        names = ["Id", "ID", f"{cls.type.name}Id", f"{cls.type.name}ID", "Key", "Guid"]
        for name in names:
            if isinstance(value, Instance):
                held = value.attributes.get(name)
                if held is not None:
                    yield Test(name, held)
                    return
            elif self.stored.program.class_attribute(cls, name) is not None:
                yield Test(name, self.run.attribute(value, name))
                return

    def marked(self, assigned: Assigned) -> Written | None:
        """`context.Entry(order).State = EntityState.Modified`."""
        receiver = next(options(assigned.receiver), None)
        if (
            assigned.name != "State"
            or not isinstance(receiver, Made)
            or receiver.name != "Entry"
            or not receiver.positional
        ):
            return None
        value = next(options(assigned.value), None)
        said = value.name.rpartition(".")[2] if isinstance(value, External | Member) else ""
        action = STATES.get(said)
        kind = next((word for word, held in ACTIONS.items() if held is action), "")
        for one in options(receiver.positional[0]) if kind else ():
            found = self.handed(one, kind)
            if found is not None:
                return replace(found, value=one)
        return None

    def copied(self, made: Made) -> Written | None:
        """`mapper.Map(dto, order)`, `patch.ApplyTo(order)`, `Entry(order).CurrentValues.SetValues(dto)`: a loaded object is changed."""
        target: Value | None = None
        if made.name == "SetValues" and isinstance(made.receiver, Member) and isinstance(made.receiver.value, Made):
            target = made.receiver.value.argument(0)
        elif made.name in COPYING and len(made.positional) > COPYING[made.name]:
            target = made.positional[COPYING[made.name]]
        for option in options(target):
            query = self.queries.behind(option)
            if query is not None and self.is_kept(query):
                return Written(Action.UPDATE, query.entity, query.tests, query)
        return None

    # --- changes

    @staticmethod
    def is_kept(query: Query) -> bool:
        """Whether the objects of a query are kept track of, so that a change of them is a write once it is saved."""
        return query.cls is not None and not any(
            link.name in LOOSE or (SELECTING.match(link.name) and link.positional) for link in query.links
        )

    @staticmethod
    def is_change(assigned: Assigned) -> bool:
        """Whether an assignment changes what is stored: not the list of events that waits beside it."""
        return assigned.name.strip("_").lower() not in EVENTS

    @staticmethod
    def is_saved(calls: Sequence[Made], index: int, query: Query) -> bool:
        """Whether something later on may save it; what is kept in a collection of the program needs no saving."""
        return any(map(is_store, options(query.links[0].receiver))) or any(
            made.index > index and SAVING.match(made.name) for made in calls
        )
