"""Handlers that only ask whether a credential is there: whoever sends any cookie or header gets through, so that nothing is checked."""

from __future__ import annotations

from assay.source.anonymous import ABSENCE
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import Const, External, FunctionValue, Made, Operation, Value, options
from assay.source.mentions import walk
from assay.source.refusal import REFUSING, observe
from assay.source.status import status_of

SENT = frozenset({"Cookies", "Headers", "Query", "Form"})
"""Members of a request that hold what a caller sends."""
KEPT = frozenset({"Session", "User", "Items"})
"""Members of a context that hold what somebody else found out before."""


def asks_presence(run: Evaluator, function: FunctionValue) -> bool:
    """Whether every refusal of a handler is one for want of something that the caller could send."""
    seen = observe(run, function)
    deciding = [
        exit_.conditions[-1].value for exit_ in seen.exits if exit_.conditions and status_of(exit_.value) in REFUSING
    ]
    return bool(deciding) and not seen.is_cut and all(map(is_absence, deciding))


def is_absence(value: Value) -> bool:
    """Whether a test only asks whether something was sent."""
    each = list(options(value))
    return bool(each) and all(map(_is_absence, each))


def _is_absence(value: Value) -> bool:
    match value:
        case Operation(operator="and" | "or" | "not", operands=operands):
            return all(map(is_absence, operands))
        case Operation(operator="==" | "!=" | "is" | "isnot", operands=(left, Const(value=None | ""))):
            return is_sent(left)
        case Made(callee=External(name=name), positional=(inner,)) if name.rpartition(".")[2] in ABSENCE:
            return is_sent(inner)
        case Made(name="TryGetValue" | "ContainsKey"):
            return is_sent(value)
    return False


def is_sent(value: Value) -> bool:
    """Whether something is taken from what a caller sends, and from nothing else."""
    named = [set(part.name.split(".")) for part in walk(value) if isinstance(part, External)]
    return any(words & SENT for words in named) and not any(words & KEPT for words in named)
