"""What project functions answer that say by their name and type whether somebody may: their tests, and what they were asked about.

`permissions.IsAuthorized(User, folder.Id, "edit")` of the project's own goes through lists of rights, and what is left of that is no
test of the caller any more. Its name, and that it says yes or no, tell as much as those of one from outside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.source import facts
from assay.source.evaluate.values import Const, External, FunctionValue, Made, Operation, Value

if TYPE_CHECKING:
    from assay.model.place import Place
    from assay.source.evaluate.evaluator import Evaluator

ALLOWING = re.compile(
    r"^(is|has|can|may|check)_(user_)?(authori[sz]ed|permitted|allowed|entitled|access|permissions?)(_|$)|"
    r"^(Is|Has|Can|May|Check)(User)?(Authori[sz]ed|Permitted|Allowed|Entitled|Access|Permissions?)(?=[A-Z]|$)"
)
"""Names of functions that say whether somebody may."""
BOOLEANS = frozenset({"bool", "Boolean"})


def answered(
    run: Evaluator,
    function: FunctionValue,
    given: tuple[tuple[Value, ...], dict[str, Value]],
    place: Place,
    value: Value,
) -> Value:
    """What a function gave; one that says whether somebody may remembers what it was asked about."""
    if isinstance(value, Const) or not says_whether(function):
        return value
    itself = External(function.function.name)
    asked = Made(*given, place, run.next_index(), tuple(run.conditions), run.names, {}, itself)
    return Operation("decides", (value, asked))


def says_whether(function: FunctionValue) -> bool:
    """Whether a function says by its name and by what it declares to give whether somebody may."""
    return ALLOWING.match(function.function.name) is not None and is_boolean(function.function.returns)


def is_boolean(returns: facts.Expr | None) -> bool:
    """Whether a declared type is a yes or a no, awaited or not."""
    match returns:
        case facts.Name(id=name):
            return name in BOOLEANS
        case facts.Index(keys=(inner,)) | facts.Unary(value=inner):
            return is_boolean(inner)
    return False
