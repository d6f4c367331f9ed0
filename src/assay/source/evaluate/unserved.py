"""Collections of services that a container hands over empty: `IEnumerable<IAuthorizer<T>>` where the project has no such service.

A loop over such a collection does nothing: what its body would ask or refuse is asked and refused by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source.evaluate import dispatch, generic
from assay.source.evaluate.values import ClassValue, External, Generic, Given, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

COLLECTION = "IEnumerable"
"""The type by which a container is asked for all services of a kind (Microsoft.Extensions.DependencyInjection)."""


def is_empty(run: Evaluator, value: Value) -> bool:
    """Whether a value is a collection of services that a constructor was handed, of an interface of the project that nothing implements
    for these type arguments.
    """
    found = [wanted(option) for option in options(value)]
    return bool(found) and all(each is not None and not is_served(run, *each) for each in found)


def wanted(value: Value) -> tuple[ClassValue, tuple[Value, ...]] | None:
    """The interface of the services that a constructor is handed all of, with its arguments."""
    match value:
        case Given(function=function, type=Generic(value=External(name=name), keys=(kind,))) if (
            function is not None and function.function.name == ".ctor" and name.rpartition(".")[2] == COLLECTION
        ):
            named = generic.named(kind)
            return named if named is not None and named[0].type.kind == "interface" else None
    return None


def is_served(run: Evaluator, interface: ClassValue, arguments: tuple[Value, ...]) -> bool:
    """Whether a type of the project implements an interface for these arguments; one that is not known fits all."""
    return any(
        fits(arguments, generic.arguments_of(run, one, (), interface) or ())
        for one in dispatch.implementers(run, interface)
    )


def fits(asked: tuple[Value, ...], given: tuple[Value, ...]) -> bool:
    """Whether type arguments may be the same: all that are known of both are."""
    pairs = [(generic.named(one), generic.named(other)) for one, other in zip(asked, given, strict=False)]
    return all(one is None or other is None or one[0].type is other[0].type for one, other in pairs)
