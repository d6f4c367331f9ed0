"""Decorators that were commented out above a view."""

from __future__ import annotations

import re

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.evaluate.values import FunctionValue, Unknown, Value
from assay.source.frameworks.flask.guards import Decorators
from assay.source.vocabulary import IDENTITY, topic_of

DECORATOR = re.compile(r"@\s*([A-Za-z_][\w.]*)\s*(\(.*\))?\s*$")
FAR = 12
"""Lines above the function that its decorators may take."""
WHY = "commented-out: the decorator stands in a comment and never runs"


def commented(decorators: Decorators, function: Value) -> tuple[Guard, ...]:
    """The guards among the comments just above a function."""
    if not isinstance(function, FunctionValue):
        return ()
    comments = function.module.file.comments
    if not comments:
        return ()
    marks = [each.line for each in function.function.annotations]
    first = min([*marks, function.function.line])
    lines = {each.line: each.text for each in comments}
    while first - 1 in lines:
        first -= 1
    found: list[Guard] = []
    for line in range(max(first, function.function.line - FAR), function.function.line):
        match = DECORATOR.match(lines.get(line, ""))
        if match is None:
            continue
        demand = demand_of(decorators, function, match[1], is_called=match[2] is not None)
        if demand is not Demand.NOTHING:
            place = Place(function.module.path, line)
            found.append(
                Guard(f"@{match[1]}", "decorator", demand, Level.ENDPOINT, place, is_effective=False, defeat=WHY)
            )
    return tuple(found)


def demand_of(decorators: Decorators, function: FunctionValue, written: str, *, is_called: bool) -> Demand:
    """What the decorator would demand: as its name resolves where it stands, else by what it is called."""
    run = decorators.program.run
    first, *members = written.split(".")
    value = run.lookup(first, function.module.scope)
    for member in members:
        value = run.attribute(value, member)
    if isinstance(value, Unknown):
        return Demand.AUTHENTICATED if topic_of(members[-1] if members else first) in IDENTITY else Demand.NOTHING
    if is_called and isinstance(value, FunctionValue):
        held, run.made = run.made, []
        value = run.call(value, (), {}, place=function.place)
        run.made = held
    return decorators.demand(value).demand
