"""Aspects of C#: attributes on the methods of services that a proxy runs around them, as those of Castle, Autofac and PostSharp do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes, calls, dispatch
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import ClassValue, FunctionValue, Given, Instance, Value
from assay.source.evaluate.written import last_name
from assay.source.inside import inside

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

SUFFIX = "Attribute"
BASES = frozenset(
    {
        "IInterceptor",
        "IAsyncInterceptor",
        "AbstractInterceptorAttribute",
        "OnMethodBoundaryAspect",
        "MethodInterceptionAspect",
    }
)
"""Types from outside from which what stands around a method derives."""
AROUND = ("Intercept", "OnEntry", "Invoke", "InterceptAsynchronous")
"""Methods that a proxy calls in place of the method itself, or before it."""


def before(run: Evaluator, function: FunctionValue, place: Place) -> None:
    """Run what stands around a method that is called through a proxy; what it refuses, logs and asks is on record then."""
    for annotation in function.function.annotations:
        for aspect in around(run, annotation, function):
            held = next((found for name in AROUND if (found := method(run, aspect, name)) is not None), None)
            if held is not None and not any(one.function is held.function for one in run.stack):
                calls.enter(run, held, calls.Request(held, (Given("invocation"),), {}, place))


def around(run: Evaluator, annotation: facts.Annotation, function: FunctionValue) -> Iterator[Instance]:
    """The objects that stand around a method because of one attribute: itself, or the interceptors that look for it."""
    written = annotation.value.function if isinstance(annotation.value, facts.Call) else annotation.value
    name = last_name(written)
    known = run.csharp.aspects
    if name not in known:
        known[name] = run.apart(function.place, lambda: tuple(classes(run, name)))
    given = annotation.value.arguments if isinstance(annotation.value, facts.Call) else ()
    for cls, is_attribute in known[name]:
        made = made_of(run, cls, given, function, annotation.line) if is_attribute else dispatch.made_of(run, cls)
        if isinstance(made, Instance):
            yield made


def classes(run: Evaluator, name: str) -> Iterator[tuple[ClassValue, bool]]:
    """The types that stand around what an attribute marks, and whether each is the attribute itself."""
    marks = [cls for word in (name, name + SUFFIX) for cls in run.csharp.types.all(word)]
    own = [cls for cls in marks if derives(run, cls)]
    yield from ((cls, True) for cls in own)
    if not marks or own:
        return
    for base in sorted(BASES):
        for path in run.project.deriving(base):
            module = run.module(path)
            for statement in module.file.body if module is not None else ():
                if isinstance(statement, facts.Declare) and mentions(statement.type, {name, name + SUFFIX}):
                    yield from ((cls, False) for cls in run.csharp.types.all(statement.type.name) if derives(run, cls))


def derives(run: Evaluator, cls: ClassValue) -> bool:
    """Whether a type of the project stands around methods."""
    for base in attributes.mro(run, cls):
        inner = base.value if hasattr(base, "value") and not isinstance(base, ClassValue) else base
        if str(getattr(inner, "name", "")).rpartition(".")[2] in BASES:
            return True
    return False


def mentions(type_: facts.Type, names: set[str]) -> bool:
    """Whether the code of a type speaks of an attribute."""
    return any(isinstance(part, facts.Name) and part.id in names for part in inside(type_.body))


def made_of(
    run: Evaluator, cls: ClassValue, given: tuple[facts.Argument, ...], function: FunctionValue, line: int
) -> Value:
    """The attribute as it stands there, with its arguments."""
    scope = Scope(function.module, owner=function.owner)
    place = Place(function.module.path, line)
    positional = tuple(run.evaluate(each.value, scope) for each in given if not each.name)
    named = {each.name: run.evaluate(each.value, scope) for each in given if each.name}
    return calls.instantiate(run, cls, calls.Request(cls, positional, named, place))


def method(run: Evaluator, aspect: Instance, name: str) -> FunctionValue | None:
    """A method with a body of an object."""
    held = attributes.class_attribute(run, aspect.cls, name, aspect)
    return held if isinstance(held, FunctionValue) and held.function.body is not None else None
