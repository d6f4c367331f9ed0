"""Row level security: rows that the database itself keeps from other tenants, as models say that it does."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate.values import ClassValue, Instance, Made, items
from assay.source.reach.stored import Stored
from assay.source.vocabulary import parts_of

SPELLINGS = (frozenset({"row", "level", "security"}), frozenset({"rls"}), frozenset({"row", "security", "policy"}))


class RowSecurity:
    """Knows which stored types the database itself protects."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.known: dict[str, str] = {}

    def of(self, entity: str) -> str:
        """What protects every row of a type, "" when nothing does."""
        if entity not in self.known:
            cls = self.stored.called(entity)
            said = (name for name in self.names(cls) if is_row_security(name)) if cls is not None else iter(())
            found = next(said, "")
            self.known[entity] = f"row level security by {found}" if found else ""
        return self.known[entity]

    def names(self, cls: ClassValue) -> Iterator[str]:
        """The names of the bases of a model and of the constraints that it states."""
        program = self.stored.program
        yield from (base.type.name for base in program.mro(cls)[1:] if isinstance(base, ClassValue))
        for meta in (
            base.names.get("Meta") for base in program.mro(cls) if isinstance(base, ClassValue) and base.names
        ):
            declared = program.class_attribute(meta, "constraints") if isinstance(meta, ClassValue) else None
            for each in items(declared[0]) or () if declared is not None else ():
                if isinstance(each, Made):
                    yield each.name
                elif isinstance(each, Instance):
                    yield each.cls.type.name


def is_row_security(name: str) -> bool:
    """Whether a name says row level security."""
    parts = set(parts_of(name))
    return any(spelling <= parts for spelling in SPELLINGS)
