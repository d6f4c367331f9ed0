"""Filters that a context of Entity Framework puts on every read of a type: `HasQueryFilter(o => o.TenantId == _tenant.Id)`.

Source: learn.microsoft.com/ef/core/querying/filters. Those put together by reflection for many types at once are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assay.model.reach import Origin
from assay.source import facts
from assay.source.evaluate import attributes, dispatch
from assay.source.evaluate.messages import types_in
from assay.source.evaluate.values import ClassValue, FunctionValue, Generic, Given, Made, Value, options
from assay.source.mentions import dotted
from assay.source.reach.origins import Origins
from assay.source.reach.query import Queries
from assay.source.reach.spelling import CSHARP, spelled

if TYPE_CHECKING:
    from assay.source.program import Program

CONFIGURED = re.compile(r"(DbContext|IEntityTypeConfiguration|EntityTypeConfiguration)$")
METHODS = ("OnModelCreating", "Configure")
MENTION = b"HasQueryFilter"
IGNORING = frozenset({"IgnoreQueryFilters"})
DEPTH = 24


class Filters:
    """Reads the filters of a program, once, when something is first read."""

    def __init__(self, program: Program, queries: Callable[[], Queries]) -> None:
        self.program = program
        self.queries = queries
        self.known: dict[str, str] | None = None

    def of(self, entity: str) -> str:
        """What ties every read of a type to the caller, in words; "" when nothing does."""
        if self.known is None:
            self.known = {}
            self.known = dict(self.read())
        return self.known.get(entity, "")

    def read(self) -> Iterator[tuple[str, str]]:
        """(type, filter) of every filter that speaks of the caller or its tenant."""
        project, run = self.program.project, self.program.run
        for path in project.holding(project.paths("csharp"), (MENTION,)):
            module = run.module(path)
            for type_ in types_in(module.file.body) if module is not None else ():
                cls = next(
                    (c for c in run.csharp.types.all(type_.name) if any(part is type_ for part, _ in c.parts)), None
                )
                if cls is not None and self.configures(cls):
                    yield from self.of_class(cls)

    def configures(self, cls: ClassValue) -> bool:
        """Whether a type is a context, or configures types of one; a base of contexts does as well."""
        bases = attributes.mro(self.program.run, cls)
        return any(not isinstance(base, ClassValue) and CONFIGURED.search(dotted(outermost(base))) for base in bases)

    def of_class(self, cls: ClassValue) -> Iterator[tuple[str, str]]:
        """The filters that one context or configuration states."""
        run = self.program.run
        for name in METHODS:
            method = attributes.class_names(run, cls).get(name)
            if not isinstance(method, FunctionValue) or method.function.body is None:
                continue
            for made in self.calls(cls, method):
                if made.name != "HasQueryFilter" or not made.positional:
                    continue
                target = entity_of(made)
                predicate = next(options(made.positional[0]), None)
                said = self.said(target, predicate)
                if target is not None and said:
                    yield target.name, said

    def calls(self, cls: ClassValue, method: FunctionValue) -> list[Made]:
        """What a method of a context does when it is run as the library runs it; nothing stays recorded."""
        run = self.program.run
        own = dispatch.implementers(run, cls)[:1] if dispatch.is_abstract(cls) else (cls,)
        this = dispatch.made_of(run, own[0] if own else cls)
        bound = FunctionValue(method.function, method.module, method.scope, cls, this, method.attributes)
        start = len(run.made), len(run.assigned), len(run.instances)
        run.apart(method.place, lambda: run.call(bound, place=method.place))
        found = run.made[start[0] :]
        del run.made[start[0] :], run.assigned[start[1] :], run.instances[start[2] :]
        return found

    def said(self, target: ClassValue | None, predicate: Value | None) -> str:
        """A predicate in words, if it compares a column with the caller or its tenant."""
        if not isinstance(predicate, FunctionValue):
            return ""
        queries = self.queries()
        origins = Origins(queries)
        for test in queries.predicates.of(predicate, target):
            sources = origins.of(test.value)
            if test.operator == "==" and any(source.origin in {Origin.PRINCIPAL, Origin.TENANT} for source in sources):
                body = predicate.function.body or ()
                written = next((statement.value for statement in body if isinstance(statement, facts.Return)), None)
                return spelled(written, CSHARP) if written is not None else f"{test.field} == {sources[0].name}"
        return ""


def outermost(value: Value) -> Value:
    """A base without its type arguments."""
    while isinstance(value, Generic):
        value = value.value
    return value


def entity_of(made: Made) -> ClassValue | None:
    """The type that a chain configures: `modelBuilder.Entity<Order>()`, a builder of `EntityTypeBuilder<Order>`."""
    value: Value | None = made
    for _ in range(DEPTH):
        match value:
            case Made(name="Entity", type_arguments=(ClassValue() as cls, *_)):
                return cls
            case Made():
                value = next(options(value.receiver), None)
            case Given(type=Generic(keys=(ClassValue() as cls, *_))):
                return cls
            case Given(call=Made() as call):
                value = call
            case _:
                return None
    return None
