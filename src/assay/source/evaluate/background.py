"""Work that a handler leaves to others: tasks of queues, threads, pools. What they do is followed, and ends nothing of the handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from assay.source.evaluate.values import (
    Const,
    Decorated,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Table,
    Value,
    items,
    options,
    text,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

QUEUING = frozenset({"delay", "apply_async", "delay_on_commit"})
"""Methods of a task by which it is put into a queue."""
STARTING = frozenset({"submit", "enqueue", "start_background_task", "spawn", "defer"})
"""Calls that are given a function and what to call it with."""
THREADS = ("threading.Thread", "threading.Timer", "multiprocessing.Process", "multiprocessing.context.Process")
DEEPEST = 8
"""Functions on the stack beneath which nothing more is followed."""


class Job(Struct, frozen=True, eq=False):
    """What is run, and with what."""

    target: Value
    positional: tuple[Value, ...]
    named: dict[str, Value]


def leave(run: Evaluator, made: Made) -> None:
    """Run what a call leaves to others, while a handler is traced."""
    job = job_of(run, made)
    if job is None or len(run.stack) > DEEPEST or run.exits is None:
        return
    kept, first = len(run.exits), run.next_index()
    run.call(job.target, job.positional, job.named, place=made.place)
    run.left.append((first, run.next_index()))
    del run.exits[kept:]
    run.has_raised = False


def job_of(run: Evaluator, made: Made) -> Job | None:
    """The work that a call hands on; None for every other call."""
    callee = made.callee
    if isinstance(callee, External) and callee.name in THREADS:
        target = runnable(run, made.argument(1, "target"))
        given = items(made.named.get("args")) or ()
        return Job(target, given, table(made.named.get("kwargs"))) if target is not None else None
    if made.name in QUEUING and made.receiver is not None:
        target = runnable(run, made.receiver)
        if target is None:
            return None
        if made.name == "apply_async":
            given = items(made.argument(0, "args")) or ()
            return Job(target, bound(made.receiver, given), table(made.argument(1, "kwargs")))
        return Job(target, bound(made.receiver, made.positional), made.named)
    if made.name in STARTING and made.positional:
        target = runnable(run, made.positional[0])
        return Job(target, made.positional[1:], made.named) if target is not None else None
    return None


def runnable(run: Evaluator, value: Value | None) -> Value | None:
    """What of the project is run: the function of a task, `run` of an object that is one."""
    for option in options(value):
        inner = undecorated(option)
        if isinstance(inner, Made) and inner.positional:
            inner = undecorated(next(options(inner.positional[0]), inner))  # `celery.register_task(Task())`
        if isinstance(inner, FunctionValue):
            return inner
        if isinstance(inner, Instance):
            method = run.attribute(inner, "run")
            return method if isinstance(undecorated(method), FunctionValue) else None
    return None


def bound(task: Value, given: tuple[Value, ...]) -> tuple[Value, ...]:
    """What a task is called with; one that is bound is handed itself first: `@shared_task(bind=True)`."""
    around: Value | None = next(options(task), task)
    while isinstance(around, Decorated | Made):
        decorator = around.decorator if isinstance(around, Decorated) else around.callee
        said = decorator.named.get("bind") if isinstance(decorator, Made) else None
        if isinstance(said, Const) and said.value is True:
            return (Given("self"), *given)
        around = around.inner if isinstance(around, Decorated) else next(iter(around.positional), None)
    return given


def table(value: Value | None) -> dict[str, Value]:
    """The entries of a dictionary of arguments by name."""
    return {
        name: held
        for option in options(value)
        if isinstance(option, Table)
        for key, held in option.entries.values()
        if (name := text(key)) is not None
    }
