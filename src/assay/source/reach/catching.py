"""What answers for errors of a whole application, and hands the trace of them to its callers: middleware, filters, handlers of exceptions.

It is a `Setting("trace-answered")`, told by what the code says; code that asks whether this is a developer's machine is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assay.model.place import Place
from assay.model.program import Api, Setting
from assay.source import facts
from assay.source.evaluate.values import ClassValue, FunctionValue, Made, undecorated
from assay.source.inside import held_by, inside
from assay.source.program import Program, environment_of
from assay.source.reach.marks import last_of, written_as
from assay.source.reach.trails import hook_of, is_below

HANDLING = frozenset(
    """
    UseMiddleware UseExceptionHandler AddExceptionHandler Use errorhandler app_errorhandler register_error_handler exception_handler
    add_exception_handler add_middleware middleware
    """.split()
)
FILTERING = frozenset({"OnException", "OnExceptionAsync"})
"""Methods of filters, which are added to a list like anything else."""
TRACES = frozenset({"format_exc", "format_exception", "format_tb", "print_exc"})
CAUGHT = re.compile(r"(Exception|Error)$")
LOGGING = re.compile(
    r"^(_?log\w*|error|exception|critical|fatal|warn(ing)?|info(rmation)?|debug|trace|print\w*|WriteLine|capture\w*|Write)$",
    re.IGNORECASE,
)
ANSWERING = frozenset(
    "WriteAsync WriteAsJsonAsync WriteJsonAsync SendAsync ObjectResult JsonResult ContentResult BadRequestObjectResult".split()
)
"""What writes into an answer in .NET."""
FOR_DEVELOPERS = re.compile(r"develop|debug|env(ironment)?$|verbose|detail|isdev|is_dev", re.IGNORECASE)
ROUNDS = 3
"""Assignments from one name to the next that are followed."""

Part = facts.Function | facts.Type


def settings(program: Program, apis: Iterable[Api]) -> tuple[Setting, ...]:
    """One for each API and each thing that answers its errors with a trace."""
    found = dict(sorted(answering(program)))
    every = tuple(apis)
    return tuple(
        Setting(api.id, "trace-answered", "on", "any", place, (("by", name),))
        for api in every
        for place, name in found.items()
        if is_below(place, api) or not any(is_below(place, other) for other in every)
    )


def answering(program: Program) -> Iterator[tuple[Place, str]]:
    """Everything that does, with its name, by the place where it is defined."""
    known: dict[int, bool] = {}
    for made in program.run.made:
        hook = hook_of(made)
        if (hook not in HANDLING and hook != "Add") or environment_of(made.conditions) == "development":
            continue
        for value in given(made):
            part: Part = value.type if isinstance(value, ClassValue) else value.function
            if hook == "Add" and not is_filter(part):
                continue
            if id(part) not in known:
                known[id(part)] = tells_trace(part)
            if known[id(part)]:
                yield value.place, value.name if value.name.isidentifier() else "What handles exceptions"


def given(made: Made) -> Iterator[ClassValue | FunctionValue]:
    """The classes and functions that a call is handed."""
    for value in (*made.positional[:2], *made.type_arguments, *made.named.values()):
        inner = undecorated(value)
        if isinstance(inner, ClassValue | FunctionValue):
            yield inner


def is_filter(part: Part) -> bool:
    """Whether a class has a method that is asked when something went wrong."""
    return isinstance(part, facts.Type) and any(
        isinstance(each, facts.Define) and each.function.name in FILTERING for each in part.body
    )


def tells_trace(part: Part) -> bool:
    """Whether code puts the trace of an exception into an answer, wherever it runs."""
    parts = list(inside(part))
    if any(asks_for_developers(each) for each in parts):
        return False
    caught = {each.name for each in parts if isinstance(each, facts.Handler)}
    caught |= {
        each.name
        for each in parts
        if isinstance(each, facts.Parameter) and each.annotation and CAUGHT.search(written_as(each.annotation))
    }
    held = tainted(parts, caught)
    return any(tells(value, caught, held) for value in answered(parts))


def tainted(parts: list[object], caught: set[str]) -> set[str]:
    """The names that hold a trace, or something that holds one."""
    assigned = [each for each in parts if isinstance(each, facts.Assign) and each.value is not None]
    held: set[str] = set()
    for _ in range(ROUNDS):
        held |= {root(each.target) for each in assigned if tells(each.value, caught, held)}
    return held - {""}


def root(target: facts.Expr) -> str:
    """The name at the front of what is assigned to: `problem` of `problem.Detail`."""
    while isinstance(target, facts.Attr | facts.Index):
        target = target.value
    return target.id if isinstance(target, facts.Name) else ""


def answered(parts: Iterable[object]) -> Iterator[object]:
    """What goes out: values that are returned, and those that are written into an answer or set as a result."""
    for each in parts:
        match each:
            case facts.Return(value=value) if value is not None:
                yield value
            case facts.Call(arguments=arguments) if last_of(each) in ANSWERING:
                yield arguments
            case facts.New(type=type_) if last_of(type_) in ANSWERING:
                yield (each.arguments, each.members)


def tells(value: object, caught: set[str], held: set[str]) -> bool:
    """Whether a value holds a trace: `e.StackTrace`, `e.ToString()`, `$"{e}"`, `traceback.format_exc()`, or a name that holds one."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, facts.Lambda) or (isinstance(part, facts.Call) and is_logging(part)):
            continue
        waiting.extend(held_by(part))
        match part:
            case facts.Attr(name="StackTrace"):
                return True
            case facts.Call(function=facts.Attr(name="ToString", value=holder)) if is_caught(holder, caught):
                return True
            case facts.Call() if last_of(part) in TRACES:
                return True
            case facts.Name(id=name) if name in held:
                return True
    return False


def is_caught(holder: facts.Expr, caught: set[str]) -> bool:
    """Whether a value is the exception: by its name, or what a feature or a context holds as such."""
    if isinstance(holder, facts.Attr):
        return holder.name in {"Exception", "Error"}
    return isinstance(holder, facts.Name) and holder.id in caught


def asks_for_developers(part: object) -> bool:
    """Whether a test asks what kind of machine this is."""
    if not isinstance(part, facts.If | facts.Conditional):
        return False
    return any(
        FOR_DEVELOPERS.search(each.name if isinstance(each, facts.Attr) else each.id)
        for each in inside(part.test)
        if isinstance(each, facts.Attr | facts.Name)
    )


def is_logging(call: facts.Call) -> bool:
    """Whether a call writes into a log."""
    return LOGGING.match(last_of(call)) is not None
