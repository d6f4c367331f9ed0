"""Results that are asked by functions: `result.Match(order => Ok(order), errors => Problem(errors))`, with one function for each way.

ErrorOr, OneOf, LanguageExt, CSharpFunctionalExtensions and results of a team's own look alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source.evaluate import calls
from assay.source.evaluate.joining import Ways, either
from assay.source.evaluate.results import is_failing
from assay.source.evaluate.values import External, FunctionValue, Made, Member, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

ASKING = frozenset({"Match", "MatchAsync", "MatchFirst", "MatchFirstAsync", "Fold"})
ERRORS = "Errors"
SAYING_NO = ("Error.", "Errors.")
"""Beginnings of the names of what makes errors of results, and turns into one."""


def says_no(value: Value) -> bool:
    """Whether something is a result that says that nothing was done: `Error.Validation()`, `Result.Fail("not yours")`."""
    if not isinstance(value, Made):
        return False
    return is_failing(value) or (isinstance(value.callee, External) and value.callee.name.startswith(SAYING_NO))


def matched(run: Evaluator, request: calls.Request) -> Value | None:
    """What a result that is asked by functions gives; None for every other call."""
    asked = list(options(request.callee))
    held = [each.value for each in asked if isinstance(each, Member) and each.name in ASKING]
    given = [each for each in (*request.positional, *request.named.values()) if isinstance(each, FunctionValue)]
    if len(held) < len(asked) or len(given) < 2:
        return None
    good = [option for option in held if not says_no(option)]
    bad = [option for option in held if says_no(option)]
    errors = either(*bad) if bad else Member(held[0], ERRORS)
    answers = [calls.call(run, calls.Request(given[0], (value,), {}, request.place)) for value in good[:2]]
    answers += [calls.call(run, calls.Request(function, (errors,), {}, request.place)) for function in given[1:]]
    return Ways(tuple(each for answer in answers for each in options(answer)))
