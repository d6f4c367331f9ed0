"""Groups of connections that a caller joins by an id: whoever is in the group of an order is told what happens to it (SignalR)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.reach import OF_REQUEST, Action
from assay.source.evaluate.values import ClassValue, Made
from assay.source.reach.accesses import Found, key_of, symbol_of
from assay.source.reach.origins import Origins
from assay.source.reach.query import Queries
from assay.source.reach.selection import Query, Test
from assay.source.reach.stored import Stored
from assay.source.reach.trace import Trace
from assay.source.vocabulary import parts_of

JOINING = "AddToGroupAsync"
IDS = frozenset({"id", "uuid", "guid"})


def accesses(found: list[Found], trace: Trace, queries: Queries, origins: Origins) -> list[Found]:
    """All accesses, with what callers are told of by the groups that they join."""
    more = list(joined(trace, queries, origins)) if queries.linq is not None else []
    return sorted([*found, *more], key=lambda each: each.index) if more else found


def joined(trace: Trace, queries: Queries, origins: Origins) -> Iterator[Found]:
    """A read of what the id of a group names, by the name of the parameter alone."""
    for made in trace.made:
        group = made.argument(1, "groupName") if made.name == JOINING else None
        for source in origins.of(group):
            cls = of_id(queries.stored, source.name) if source.origin in OF_REQUEST else None
            if cls is not None and group is not None:
                yield read(made, cls, Test("Id", group), origins)
                break


def read(made: Made, cls: ClassValue, test: Test, origins: Origins) -> Found:
    """One object that is read by an id."""
    query = Query(cls.name, cls, Action.READ, made, (made,), (test,), is_certain=False)
    sources = origins.of(test.value)
    return Found(
        Action.READ,
        cls.name,
        (test,),
        made,
        query,
        made.place,
        made.index,
        made.conditions,
        made.way,
        symbol_of(made),
        is_certain=False,
        keys=(key_of(test, sources),),
        sources=((test, sources),),
    )


def of_id(stored: Stored, name: str) -> ClassValue | None:
    """The type with an id that a parameter is an id of: `Tank`, or the only one that ends so, as `FishTank`, for `tankId`."""
    said = tuple(parts_of(name))
    if len(said) < 2 or said[-1] not in IDS:
        return None
    thing = said[:-1]
    named = (each for each in sorted(stored.program.project.survey("csharp").types) if ends(each, thing))
    fitting = [cls for each in named if (cls := stored.called(each)) is not None and has_id(stored, cls)]
    exact = [cls for cls in fitting if tuple(parts_of(cls.name)) == thing]
    chosen = exact or fitting
    return chosen[0] if len(chosen) == 1 else None


def ends(name: str, thing: tuple[str, ...]) -> bool:
    """Whether the name of a type ends with these words."""
    return tuple(parts_of(name))[-len(thing) :] == thing


def has_id(stored: Stored, cls: ClassValue) -> bool:
    """Whether the objects of a class have an id."""
    return cls.type.kind in {"class", "record"} and any(name == "Id" for name, _ in stored.fields(cls))
