"""Results that are asked by functions: `result.Match(order => Ok(order), errors => Problem(errors))`, with one function for each way.

ErrorOr, OneOf, LanguageExt, CSharpFunctionalExtensions and results of a team's own look alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.source.evaluate import calls
from assay.source.evaluate.joining import Ways, either
from assay.source.evaluate.results import is_failing
from assay.source.evaluate.values import External, FunctionValue, Made, Member, Overloads, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

ASKING = frozenset({"Match", "MatchAsync", "MatchFirst", "MatchFirstAsync", "Fold"})
ERRORS = "Errors"
FAILED = re.compile(r"err|fail|problem|none|left|exception|^ex?$|invalid|not_?found", re.IGNORECASE)
"""Names of what is called, or handed over, when something went wrong."""
SAYING_NO = ("Error.", "Errors.")
"""Beginnings of the names of what makes errors of results, and turns into one."""


def says_no(value: Value) -> bool:
    """Whether something is a result that says that nothing was done: `Error.Validation()`, `Result.Fail("not yours")`."""
    if not isinstance(value, Made):
        return False
    return is_failing(value) or (isinstance(value.callee, External) and value.callee.name.startswith(SAYING_NO))


def is_for_failure(name: str, function: Value) -> bool:
    """Whether a function takes what went wrong, going by the names of the argument and of its own parameter."""
    names = (
        [name, *(p.name for p in function.function.parameters[:1])] if isinstance(function, FunctionValue) else [name]
    )
    return any(FAILED.search(each) for each in names)


def matched(run: Evaluator, request: calls.Request) -> Value | None:
    """What a result that is asked by functions gives; None for every other call."""
    asked = list(options(request.callee))
    held = [each.value for each in asked if isinstance(each, Member) and each.name in ASKING]
    if not held or len(held) < len(asked):
        return None
    given = [("", each) for each in request.positional] + list(request.named.items())
    functions = [(name, each) for name, each in given if isinstance(each, FunctionValue | Overloads | External)]
    if len(functions) < 2:
        return None
    failing = [each for name, each in functions if is_for_failure(name, each)] or [each for _, each in functions[1:]]
    working = next(each for _, each in functions if each not in failing) if len(failing) < len(functions) else None
    good = [option for option in held if not says_no(option)]
    bad = [option for option in held if says_no(option)]
    errors = either(*bad) if bad else Member(held[0], ERRORS)
    answers = [
        calls.call(run, calls.Request(working, (value,), {}, request.place))
        for value in good[:2]
        if working is not None
    ]
    answers += [calls.call(run, calls.Request(function, (errors,), {}, request.place)) for function in failing]
    return Ways(tuple(each for answer in answers for each in options(answer)))
