"""Work on a receiver that is remembered for receivers alike: those of which everything that the work asked gives the same.

Hundreds of classes inherit one method. What it demands depends on the class only through the members that it looks up, so it is run
once for each way these turn out, not once for each class.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from msgspec import Struct, field

from assay.source.evaluate.attributes import class_names, mro
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    Deferred,
    External,
    FunctionValue,
    Given,
    Items,
    Made,
    Member,
    Table,
    Template,
    Value,
    options,
)

Result = TypeVar("Result")
FEW = 12
"""Items of a list that are told apart."""
PASSIVE_BASES = (
    "Model",
    "Form",
    "Table",
    "FilterSet",
    "Filter",
    "Serializer",
    "Manager",
    "QuerySet",
    "Panel",
    "Widget",
)
"""Ends of the names of outside bases whose classes hold data and decide about no caller."""


class Alike(Struct, Generic[Result]):
    """Results by key and by what was asked of the receiver."""

    run: Evaluator
    is_loose: bool = False
    """Whether texts and objects that a class holds count as alike whatever they say: they decide about no caller by themselves."""
    known: dict[Hashable, list[tuple[dict[str, ClassValue | None], tuple[Hashable, ...], Result]]] = field(
        default_factory=dict
    )
    kinds: dict[int, bool] = field(default_factory=dict)

    def of(self, key: Hashable, receiver: Given, work: Callable[[], Result]) -> Result:
        """The result of work on a receiver."""
        found = self.known.setdefault(key, [])
        printed: dict[tuple[str, int], Hashable] = {}
        for asked, told, outcome in found:
            if self.is_told(asked, told, receiver, printed):
                return outcome
        watched, noticed = self.run.watched, self.run.noticed
        held = dict(receiver.attributes)
        self.run.watched, self.run.noticed = receiver, {}
        outcome = work()
        asked, self.run.watched, self.run.noticed = self.run.noticed, watched, noticed
        before = Given(receiver.name, type=receiver.type, attributes=held)
        found.append((asked, self.prints(asked, before), outcome))
        return outcome

    def is_told(
        self,
        asked: dict[str, ClassValue | None],
        told: tuple[Hashable, ...],
        receiver: Given,
        printed: dict[tuple[str, int], Hashable],
    ) -> bool:
        """Whether each name gives what it gave another receiver; `printed` keeps what was found out about this one."""
        for (name, behind), before in zip(asked.items(), told, strict=True):
            key = (name, id(behind))
            if key not in printed:
                printed[key] = self.printed(name, behind, receiver)
            if printed[key] != before:
                return False
        return True

    def prints(self, asked: dict[str, ClassValue | None], receiver: Given) -> tuple[Hashable, ...]:
        """What each name gives."""
        return tuple(self.printed(name, behind, receiver) for name, behind in asked.items())

    def printed(self, name: str, behind: ClassValue | None, receiver: Given) -> Hashable:
        """What one name gives: of the receiver's own, of its class, or of the classes behind one of these."""
        if behind is None and name in receiver.attributes:
            return self.print(receiver.attributes[name], is_own=True)
        if not isinstance(receiver.type, ClassValue):
            return ("outside",)
        order = mro(self.run, receiver.type)
        if behind is not None:
            position = next((i for i, b in enumerate(order) if isinstance(b, ClassValue) and b.type is behind.type), -1)
            if position < 0:
                return ("elsewhere",)
            order, name = order[position + 1 :], name.rpartition("|")[2]
        elif name in {"__class__", "__dict__"}:
            return id(receiver.type.type)
        for base in order:
            found = (
                (base.extra.get(name) or class_names(self.run, base).get(name))
                if isinstance(base, ClassValue)
                else None
            )
            if found is not None:
                return self.print(found)
        return ("outside",)

    def print(self, value: Value, depth: int = 0, *, is_own: bool = False) -> Hashable:  # noqa: C901, PLR0911  # one case a kind of value
        """What tells a value from others, as far as a decision about a caller can depend on it."""
        match value:
            case Const(value=str()) | Made() | Items() | Template() | Table() if self.is_loose and not is_own:
                return type(value).__name__
            case Const():
                return (value.value, value.is_default)
            case Deferred():
                return self.print(value.resolve(), depth)
            case FunctionValue():
                return id(value.function)
            case Decorated():
                return (id(value.source), id(value.decorator), self.print(value.inner, depth))
            case ClassValue():
                return "data" if self.is_data(value) else id(value.type)
            case External() | Member():
                return value.name
            case Made():
                return ("made", value.name)
            case Items(items=listed) if len(listed) <= FEW and depth < 3:
                return tuple(self.print(item, depth + 1) for item in listed)
        found = tuple(options(value))
        if len(found) > 1 and depth < 3:
            return ("either", *(self.print(option, depth + 1) for option in found))
        return id(value)

    def is_data(self, cls: ClassValue) -> bool:
        """Whether a class holds data: a model, a form, a serializer."""
        key = id(cls.type)
        if key not in self.kinds:
            self.kinds[key] = any(
                isinstance(b, External) and b.name.endswith(PASSIVE_BASES) for b in mro(self.run, cls)
            )
        return self.kinds[key]
