"""Run what nothing calls: application factories, start-up classes, endpoint classes that are found by reflection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from assay.source import facts
from assay.source.evaluate.attributes import class_names
from assay.source.evaluate.values import ClassValue, FunctionValue, Given, Overloads
from assay.source.inside import inside
from assay.source.looks import LOOKS
from assay.source.program import Program, flat_statements
from assay.source.uncalled import Texts, is_left


def enter_unreached(program: Program, paths: Iterable[str], registrars: frozenset[str]) -> None:
    """Run every function of these files that nothing entered and that uses a registrar, with `Given` parameters.

    Those that another candidate calls wait: they are run when that one calls them, and on their own only if it does not.
    """
    words = tuple(sorted(name.encode() for name in registrars))
    holding = program.project.holding(paths, words)
    texts = Texts(program.project, paths)
    known = [(found, mentioned(found.function)) for found in candidates(program, holding)]
    waiting = [(found, names) for found, names in known if names & registrars and not is_left(program, found, texts)]
    while waiting:
        callers = Counter(name for _, names in waiting for name in names)
        own = [callers[found.function.name] - (found.function.name in names) for found, names in waiting]
        fewest = min(own)
        fitting = [position for position, count in enumerate(own) if count == fewest]
        chosen = set(fitting[:1] if fewest else fitting)  # the others may be called by it
        for position in sorted(chosen):
            if id(waiting[position][0].function) not in program.run.entered:
                program.run.enter(waiting[position][0])
        left = (pair for position, pair in enumerate(waiting) if position not in chosen)
        waiting = [(found, names) for found, names in left if id(found.function) not in program.run.entered]


def candidates(program: Program, paths: Iterable[str]) -> Iterator[FunctionValue]:
    """Functions at top level and methods of types, in order of path and line."""
    for path in paths:
        module = program.run.module(path)
        if module is None:
            continue
        for statement in flat_statements(module.file.body):
            match statement:
                case facts.Define(function=function):
                    yield FunctionValue(function, module, module.scope)
                case facts.Declare(type=type_):
                    yield from methods(program, type_, path)


def methods(program: Program, type_: facts.Type, path: str) -> Iterator[FunctionValue]:
    """The methods of a type, bound to a `Given` object of it."""
    module = program.run.module(path)
    if module is None:
        return
    if module.file.language == "csharp":
        found = next((c for c in program.run.csharp.types.all(type_.name) if any(p is type_ for p, _ in c.parts)), None)
    else:
        held = module.scope.names.get(type_.name)
        while held is not None and not isinstance(held, ClassValue):
            held = getattr(held, "inner", None)
        found = held
    if found is None:
        return
    receiver = Given("this" if module.file.language == "csharp" else "self", type=found)
    for value in list(class_names(program.run, found).values()):
        functions = value.functions if isinstance(value, Overloads) else (value,)
        for function in functions:
            if isinstance(function, FunctionValue) and function.module is module:
                yield FunctionValue(function.function, module, function.scope, found, receiver)


def mentioned(function: facts.Function) -> frozenset[str]:
    """The last names of everything that is called, made or used as a decorator in a function."""
    names: set[str] = set()
    with LOOKS.own():  # what uses a registrar is run, and only that counts for others
        for part in inside(function.body):
            match part:
                case facts.Call(function=facts.Name(id=name)) | facts.Call(function=facts.Attr(name=name)):
                    names.add(name)
                case facts.Call(function=facts.Index(value=facts.Name(id=name))):
                    names.add(name)
                case facts.New(type=facts.Name(id=name)):
                    names.add(name)
    return frozenset(names)
