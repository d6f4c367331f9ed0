"""Queries to which Ardalis.Specification applies a specification: `SpecificationEvaluator.Default.GetQuery(query, specification)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source.evaluate.values import External, Instance, Made, Member, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

EVALUATOR = "SpecificationEvaluator"
APPLYING = "WithSpecification"
DEPTH = 24
"""Calls of one chain."""


def specified(run: Evaluator, request: Request) -> Value | None:
    """The query with its specification, as the extension method of the library writes it; None for every other call."""
    if len(request.positional) < 2 or not is_evaluator(request.callee):
        return None
    query, specification, *_ = request.positional
    found = run.record(replace(request, callee=Member(query, APPLYING), positional=(specification,), named={}))
    made = shaping(run, specification)
    if made is None:
        return found
    return run.record(replace(request, callee=Member(found, made.name), positional=made.positional, named={}))


def shaping(run: Evaluator, specification: Value) -> Made | None:
    """What a specification makes of each object: `Query.Select(o => new OrderRow { Id = o.Id })` in its constructor."""
    instances = [option for option in options(specification) if isinstance(option, Instance)]
    return next(
        (made for made in reversed(run.made) if made.name == "Select" and any(is_of(made, one) for one in instances)),
        None,
    )


def is_of(made: Made, specification: Instance) -> bool:
    """Whether a call stands in a chain on the `Query` of a specification."""
    value: Value | None = made
    for _ in range(DEPTH):
        if not isinstance(value, Made):
            return isinstance(value, Member) and value.value is specification
        value = value.receiver
    return False


def is_evaluator(callee: Value) -> bool:
    """Whether a call is that of an evaluator: of the one that everybody shares, or of one that was made."""
    match callee:
        case External(name=name):
            return name.endswith(".GetQuery") and EVALUATOR in name.split(".")
        case Member(value=Made(name=made), name="GetQuery"):
            return made == EVALUATOR
    return False
