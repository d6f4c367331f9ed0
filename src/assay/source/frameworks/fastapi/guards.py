"""Guards: dependencies, followed until something refuses."""

from __future__ import annotations

from assay.model.endpoint import Demand, Guard, Level
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Instance,
    Made,
    Value,
    items,
    options,
    undecorated,
)
from assay.source.program import Program, place_of
from assay.source.refusal import Refusal, refusal

DEPENDS = ("fastapi.Depends", "fastapi.Security")


class Dependencies:
    """Reads `Depends(...)` wherever it stands."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[object, tuple[Guard, ...]] = {}

    def of_list(self, value: Value | None, level: Level) -> tuple[Guard, ...]:
        """The guards of `dependencies=[...]`."""
        return tuple(guard for item in items(value) or () for guard in self.of_dependency(item, level))

    def of_handler(self, handler: Value) -> tuple[Guard, ...]:
        """The guards of a handler's own parameters."""
        function = undecorated(handler)
        return self.of_parameters(function, Level.ENDPOINT, 0) if isinstance(function, FunctionValue) else ()

    def of_parameters(self, function: FunctionValue, level: Level, depth: int) -> tuple[Guard, ...]:
        """The guards of all parameters of a function."""
        found: list[Guard] = []
        for parameter in function.function.parameters:
            default = self.program.run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
            declared = self.program.run.type_of(parameter, function)
            for value in (*annotated(declared), default):
                if value is not None:
                    found += self.of_dependency(value, level, declared, depth)
        return tuple(found)

    def of_dependency(self, value: Value, level: Level, declared: Value | None = None, depth: int = 0) -> tuple[Guard, ...]:
        """The guards that one `Depends(...)` brings; none for anything else."""
        if not isinstance(value, Made) or not self.program.is_named(value.callee, *DEPENDS) or depth > 8:
            return ()
        target = value.argument(0, "dependency")
        if target is None:
            target = declared.value if isinstance(declared, Generic) else declared
        found: list[Guard] = []
        for option in options(target):
            inner = undecorated(option)
            if isinstance(inner, FunctionValue):
                found += self.of_parameters(inner, level, depth + 1)
            what = refusal(self.program.run, option) if not isinstance(inner, Made | External) else Refusal(Demand.NOTHING)
            if what.demand is not Demand.NOTHING:
                name = inner.name if isinstance(inner, FunctionValue | ClassValue | External) else "dependency"
                found.append(Guard(f"Depends({name})", "dependency", what.demand, level, place_of(option) or value.place, what.values, steps=what.steps))
        return tuple(found)


def annotated(value: Value | None) -> tuple[Value, ...]:
    """What stands beside the type in `Annotated[T, ...]`."""
    for option in options(value):
        if isinstance(option, Generic) and isinstance(option.value, External) and option.value.name.endswith("Annotated"):
            return option.keys[1:]
    return ()
