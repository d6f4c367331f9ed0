"""Give the arguments of a call to the parameters of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from assay.source import facts
from assay.source.evaluate import injector
from assay.source.evaluate.values import REST, Const, FunctionValue, Generic, Given, Items, Table, Value

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Scope


def bind_parameters(run: Evaluator, function: FunctionValue, request: Request, scope: Scope) -> None:
    """Give the arguments to the parameters; what is missing gets its default, else `Given`."""
    parameters = list(function.function.parameters)
    scope.names.update(zip(function.function.type_parameters, request.type_arguments, strict=False))
    named = dict(request.named)
    positional = list(request.positional)
    is_bound = function.receiver is not None
    if is_bound and function.module.file.language == "python" and parameters and parameters[0].kind in {"", "/", "*"}:
        positional.insert(0, function.receiver)  # type: ignore[arg-type]  # checked by is_bound
    left = _Left(positional, named)
    rest = named.get(REST)
    for position, parameter in enumerate(parameters):
        value = left.taken(parameter, position)
        if value is None and rest is not None and parameter.kind in {"", "keyword"}:
            value = Generic(rest, (Const(parameter.name),))
        if value is None and parameter.default is not None:
            value = run.evaluate(parameter.default, function.scope)
            if isinstance(value, Generic):
                value = injector.wired(run, value, function.place) or value
        if value is None:
            value = Given(parameter.name, None, position, run.type_of(parameter, function), function)
        scope.names[parameter.name] = value
    for parameter in parameters:
        if parameter.kind == "**":
            scope.names[parameter.name] = Table({key: (Const(key), value) for key, value in named.items()})


class _Left(Struct):
    """The arguments that no parameter has taken yet."""

    positional: list[Value]
    named: dict[str, Value]

    def taken(self, parameter: facts.Parameter, position: int) -> Value | None:
        """The argument of one parameter, taken out; None when there is none for it."""
        if parameter.kind in {"*", "params"}:
            rest, self.positional[position:] = self.positional[position:], []
            if parameter.kind == "params" and len(rest) == 1 and isinstance(rest[0], Items):
                return rest[0]
            return Items(rest, "tuple")
        if parameter.kind == "**":
            return Table({})
        if parameter.name in self.named:
            return self.named.pop(parameter.name)
        if parameter.kind != "keyword" and position < len(self.positional):
            return self.positional[position]
        return None
