"""Endpoint filters that look at what a request is about: run before the handler with its arguments, so that what they refuse protects it.

Source: learn.microsoft.com/aspnet/core/fundamentals/minimal-apis/min-api-filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assay.model.reach import Origin
from assay.source import facts
from assay.source.evaluate import generic
from assay.source.evaluate.values import External, FunctionValue, Given, Instance, Items, Made, Value, options
from assay.source.frameworks.aspnetcore.minimal import Minimal, container, is_container
from assay.source.inside import inside
from assay.source.program import Program

FILTERING = frozenset({"AddEndpointFilter", "AddEndpointFilterFactory"})
FACTORY = "AddEndpointFilterFactory"
INVOKING = "InvokeAsync"
CONTEXT, NEXT = "EndpointFilterInvocationContext", "EndpointFilterDelegate"
ABOUT = re.compile(r"User|Forbid|Claim|Own(er|s|ed|ing)|Permission|Access|Unauthor|Tenant|Caller")
"""Words of the code of filters that decide about callers."""
GROUPS = 30


class EndpointFilters:
    """Runs the filters around the handlers of one program."""

    def __init__(self, program: Program, minimal: Minimal) -> None:
        self.program = program
        self.minimal = minimal
        self.decides: dict[int, bool] = {}

    def of(self, call: Made) -> tuple[Made, ...]:
        """The calls that put filters around an endpoint which decide about callers: those of its groups first."""
        found: list[Made] = []
        current: Value | None = call
        for _ in range(GROUPS):
            if current is None:
                break
            found[:0] = [each for each in self.minimal.conventions(current) if self.is_about_callers(each)]
            if isinstance(current, Made):
                current = container(current.receiver)
            elif isinstance(current, Given) and current.call is not None and is_container(current.call):
                current = current.call
            else:
                break
        return tuple(found)

    def is_about_callers(self, call: Made) -> bool:
        """Whether a call puts a filter around an endpoint whose code speaks of callers or rights."""
        if call.name not in FILTERING:
            return False
        if id(call) not in self.decides:
            self.decides[id(call)] = any(self.speaks(value) for value in (*call.type_arguments[-1:], *call.positional))
        return self.decides[id(call)]

    def speaks(self, value: Value) -> bool:
        """Whether the code of a filter speaks of callers or rights."""
        for option in options(value):
            known = generic.named(option)
            part: object = known[0].type if known is not None else None
            if isinstance(option, FunctionValue):
                part = option.function
            elif isinstance(option, Instance):
                part = option.cls.type
            if part is not None and any(ABOUT.search(name) for name in names_in(part)):
                return True
        return False

    def run(self, calls: Sequence[Made], arguments: Sequence[Value]) -> None:
        """Run filters with the arguments of the handler."""
        http = Given("HttpContext", type=External("HttpContext"), origin=Origin.REQUEST)
        held: dict[str, Value] = {"Arguments": Items(list(arguments)), "HttpContext": http}
        context = Given("context", type=External(CONTEXT), attributes=held)
        following = Given("next", type=External(NEXT))
        for call in calls:
            for value in (*call.type_arguments[-1:], *call.positional):
                for option in options(value):
                    self.one(call, option, context, following)

    def one(self, call: Made, value: Value, context: Value, following: Value) -> None:
        """Run one filter."""
        run = self.program.run
        if isinstance(value, FunctionValue) and call.name == FACTORY:
            inner = run.call(value, (Given("factory"), following), place=call.place)
            for option in options(inner):
                if isinstance(option, FunctionValue):
                    run.call(option, (context,), place=call.place)
            return
        if isinstance(value, FunctionValue):
            run.call(value, (context, following), place=call.place)
            return
        for made in self.objects(value):
            method = run.attribute(made, INVOKING)
            if isinstance(method, FunctionValue):
                run.call(method, (context, following), place=call.place)

    def objects(self, value: Value) -> Iterator[Value]:
        """The filter objects that a value is, or a container makes of a type."""
        known = generic.named(value) if not isinstance(value, Instance) else None
        if isinstance(value, Instance):
            yield value
        elif known is not None and (made := self.program.run.csharp.container.made(*known)) is not None:
            yield made


def names_in(part: object) -> Iterator[str]:
    """The names in a piece of code."""
    for each in inside(part):
        match each:
            case facts.Name(id=name) | facts.Attr(name=name):
                yield name
            case facts.New(type=facts.Name(id=name)) | facts.New(type=facts.Index(value=facts.Name(id=name))):
                yield name
