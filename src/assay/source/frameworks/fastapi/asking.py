"""Guards of FastAPI that ask for a credential and never look at it: a security scheme alone, a dependency that tests its presence."""

from __future__ import annotations

from collections.abc import Iterable

from assay.model.endpoint import Demand, Guard
from assay.source.asked import only_asks, refuses_absence
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Invocation,
    Made,
    Value,
    items,
    options,
    undecorated,
)
from assay.source.frameworks.fastapi.guards import DEPTH, Dependencies, annotated
from assay.source.frameworks.fastapi.known import DEPENDS, SCHEMES
from assay.source.program import Program
from assay.source.vocabulary import IDENTITY, topic_of

KINDS = frozenset({"dependency", "inline"})
"""Other guards belong to somebody else, who may look."""


class Asking:
    """Tells which guards of one program only ask."""

    def __init__(self, program: Program, dependencies: Dependencies) -> None:
        self.program = program
        self.dependencies = dependencies
        self.known: dict[int, bool] = {}
        self.watched: dict[int, bool] = {}

    def is_all(self, guards: Iterable[Guard], handler: FunctionValue, applications: Iterable[Invocation]) -> bool:
        """Whether an endpoint is guarded, and every guard of it only asks; nothing before them could have looked."""
        asking = [each for each in guards if each.is_effective and each.demand is not Demand.NOTHING]
        return (
            bool(asking)
            and all(each.kind in KINDS and each.demand is Demand.AUTHENTICATED for each in asking)
            and all(self.is_only_asking(each, handler) for each in asking)
            and not any(map(self.is_watched, applications))
        )

    def is_only_asking(self, guard: Guard, handler: FunctionValue) -> bool:
        """Whether one guard only asks; the handler itself may be one."""
        if guard.kind == "inline":
            return refuses_absence(self.program.run, handler, self.dependencies.brought_along(handler))
        return self.is_asking(self.dependencies.targets.get(guard))

    def is_asking(self, target: Value | None, depth: int = 0) -> bool:
        """Whether what a guard runs only asks."""
        if target is None or depth > DEPTH:
            return False
        inner = undecorated(target)
        if isinstance(inner, Made):
            return self.program.is_named(inner.callee, *SCHEMES)
        if id(inner) not in self.known:
            self.known[id(inner)] = False  # cuts circles
            self.known[id(inner)] = self.reads_only(inner, depth)
        return self.known[id(inner)]

    def reads_only(self, target: Value, depth: int) -> bool:
        """Whether a function or object of the project only asks, and so does everything that it depends on."""
        entry = self.dependencies.entry(target)
        if entry is None:
            return isinstance(target, Instance) and self.program.derives(target.cls, *SCHEMES)
        if isinstance(target, Instance) and class_attribute(self.program.run, target.cls, "__call__", target) is None:
            return False
        return all(self.is_asking(each, depth + 1) for each in self.needed(entry)) and only_asks(
            self.program.run, target
        )

    def needed(self, function: FunctionValue) -> Iterable[Value]:
        """What the parameters of a function depend on."""
        run = self.program.run
        for parameter in function.function.parameters:
            default = run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
            for mark in (*annotated(run.type_of(parameter, function)), *options(default)):
                if isinstance(mark, Made) and self.program.is_named(mark.callee, *DEPENDS):
                    yield from options(mark.argument(0, "dependency"))

    def is_watched(self, application: Invocation) -> bool:
        """Whether middleware that is named like authentication stands before an application: it may look at credentials."""
        if id(application) not in self.watched:
            added = [
                call.argument(0, "middleware_class") for call in self.program.calls_on(application, "add_middleware")
            ]
            added += [
                item.positional[0]
                for item in items(application.argument(-1, "middleware")) or ()
                if isinstance(item, Made) and item.positional
            ]
            for call in self.program.calls_on(application, "middleware"):
                added += [each.positional[0] for each in self.program.applications(call) if each.positional]
            self.watched[id(application)] = any(is_of_identity(option) for each in added for option in options(each))
        return self.watched[id(application)]


def is_of_identity(middleware: Value) -> bool:
    """Whether the name of a middleware speaks of the caller."""
    inner = undecorated(middleware)
    name = inner.name if isinstance(inner, ClassValue | FunctionValue | External) else ""
    return topic_of(name.rpartition(".")[2]) in IDENTITY
