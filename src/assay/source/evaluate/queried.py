"""Queries of a class that the model names: `query_class = PersonQuery` makes `Person.query.get(...)` its method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, FunctionValue, Member, Parent, Value, options, undecorated

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

NAMED = "query_class"
"""The attribute of a model that names the class."""


def queried(run: Evaluator, request: Request) -> Value | None:
    """What a method of a model's own query class gives; None where the call is another one."""
    match request.callee:
        case Member(value=Member(value=ClassValue() as cls, name="query") as query, name=name):
            method = method_of(run, cls, name, query)
            return run.call(method, request.positional, request.named, place=request.place) if method else None
        case Member(value=Parent(receiver=Member(value=ClassValue(), name="query") as query), name=name):
            return run.record(replace(request, callee=Member(query, name)))
    return None


def method_of(run: Evaluator, cls: ClassValue, name: str, query: Member) -> FunctionValue | None:
    """The method of this name of the query class of a model, bound to the query."""
    named = attributes.class_attribute(run, cls, NAMED, cls)
    own = undecorated(next(options(named), named))
    if not isinstance(own, ClassValue):
        return None
    for base in attributes.mro(run, own):
        found = attributes.class_names(run, base).get(name) if isinstance(base, ClassValue) else None
        if isinstance(found, FunctionValue) and isinstance(base, ClassValue):
            bound = attributes.bound(run, found, query, base)
            is_entered = any(each.function is found.function for each in run.stack)
            return bound if isinstance(bound, FunctionValue) and not is_entered else None
    return None
