"""What an application does with errors that its views end with: `@app.errorhandler(E)`, `register_error_handler(E, f)`."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.place import Place
from assay.source.evaluate.tested import key_of
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Exit,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Value,
    options,
    undecorated,
)
from assay.source.program import Program
from assay.source.refusal import ABORTING, observe
from assay.source.status import ANSWERED, status_of

REGISTERING = frozenset({"errorhandler", "app_errorhandler", "register_error_handler"})
TELLING = frozenset({"info", "warning", "warn", "error", "exception", "critical", "log"})
"""Calls for whose sake the function is run after a view: what it writes is written of that view."""
EVERY = ("HTTPException", "Exception", "BaseException")
MOST = 12
"""Errors of one view that are followed."""


class Mishaps:
    """The functions of one program that answer errors."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[object, FunctionValue] = {}
        """By what finds the error: the type of a class of the project, the last name of one from outside, a status."""
        self.telling: set[int] = set()
        """Those that log, by the identity of their facts."""

    def read(self) -> None:
        """Find them, and tell of each class of errors with which status it is answered."""
        for error, handler in self.registered():
            for option in options(error):
                for key in keys(option):
                    self.known.setdefault(key, handler)
                kind = option if isinstance(option, ClassValue) else None
                seen = observe(self.program.run, handler, (Given("error", type=kind),))
                status = next((found for each in seen.exits if (found := status_of(each.value)) is not None), None)
                if kind is not None and status is not None:
                    kind.extra.setdefault(ANSWERED, Const(status))
                if any(made.name in TELLING for made in seen.made):
                    self.telling.add(id(handler.function))

    def registered(self) -> Iterator[tuple[Value, FunctionValue]]:
        """Every class of errors or status with the function that answers it."""
        for call in tuple(self.program.run.made):
            if call.name not in REGISTERING or not call.positional:
                continue
            given = call.positional[1:2] or tuple(
                each for made in self.program.applications(call) for each in made.positional[:1]
            )
            for each in given:
                handler = undecorated(each)
                if isinstance(handler, FunctionValue):
                    yield call.positional[0], handler

    def follow(self, since: int, place: Place) -> None:
        """Run what answers the errors that a view ended with: it belongs to the view. What it answers is left out."""
        run = self.program.run
        if run.exits is None or not self.telling:
            return
        done: set[tuple[object, ...]] = set()
        for ended in (*run.exits, *aborted(run.made[since:])):
            handler = self.answering(ended.value) if ended.kind == "raise" and not self.is_caught(ended) else None
            key = (id(handler), *((key_of(each), each.is_then) for each in ended.conditions))
            if handler is None or id(handler.function) not in self.telling or key in done or len(done) >= MOST:
                continue
            done.add(key)
            kept, conditions = len(run.exits), run.conditions
            run.conditions = list(ended.conditions)
            run.call(handler, (ended.value,), place=place)
            run.conditions, run.has_raised = conditions, False
            del run.exits[kept:]
            run.exits.append(replace(ended, depth=1, index=run.next_index()))

    def answering(self, error: Value) -> FunctionValue | None:
        """What answers an error: the nearest class of it, then its status, then whatever answers all."""
        for option in options(error):
            cls = option.cls if isinstance(option, Instance) else option
            around = self.program.mro(cls) if isinstance(cls, ClassValue) else (option,)
            wanted = [key for each in around for key in keys(each)]
            for key in (*wanted, status_of(option), *EVERY):
                if key in self.known:
                    return self.known[key]
        return None

    def is_caught(self, ended: Exit) -> bool:
        """Whether an error does not leave the view."""
        return any(begun < ended.index < end for begun, end in self.program.run.caught)


def aborted(calls: list[Made]) -> Iterator[Exit]:
    """`abort(401)` as the error that it raises."""
    for made in calls:
        if made.name in ABORTING:
            yield Exit("raise", made, made.place, made.conditions, 1, made.index)


def keys(error: Value) -> Iterator[object]:
    """What finds the function for a class of errors or a status."""
    match error:
        case ClassValue(type=type_):
            yield id(type_)
        case Const(value=int(status)):
            yield status
        case External(name=name):
            yield name.rpartition(".")[2]
        case Made(name=name):
            yield name
