"""What a container of `dependency_injector` gives: providers are followed to the classes and functions that they stand for.

Source: python-dependency-injector.ets-labs.org, "Providers" and "Wiring".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from assay.model.place import Place
from assay.source.evaluate import attributes
from assay.source.evaluate.joining import either
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
    text,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

LIBRARY = "dependency_injector."
MAKING = frozenset(
    """
    Factory Singleton ThreadSafeSingleton ThreadLocalSingleton ContextLocalSingleton AbstractFactory AbstractSingleton Callable Coroutine
    """.split()
)
DEPTH = 16
"""Providers inside each other."""


class Asked(Struct, frozen=True):
    """Where and how a provider is asked."""

    place: Place
    handed: Mapping[int, Value] = field(default_factory=dict)
    """What containers were handed from outside, by the identity of the provider in them that stands for that."""
    depth: int = 0

    def deeper(self, handed: Mapping[int, Value] | None = None) -> Asked:
        """The same for a provider inside another one."""
        return Asked(self.place, {**self.handed, **(handed or {})}, self.depth + 1)


def kind(value: Value | None) -> str:
    """The class of a provider: `Factory`; "" for everything else."""
    match value:
        case Made(callee=External(name=name)) if name.startswith(LIBRARY + "providers."):
            return name.rpartition(".")[2]
    return ""


def wired(run: Evaluator, value: Value, place: Place) -> Value | None:
    """What `Provide[Container.service]`, `Closing[Provide["service"]]` stand for; None for everything else."""
    match value:
        case Generic(value=External(name=name), keys=(key, *_)) if name.startswith(LIBRARY):
            last = name.rpartition(".")[2]
            if last == "Closing":
                return wired(run, key, place)
            if last == "Provide":
                target = registered(run, key) if isinstance(key, Const) else key
                return provided(run, target, Asked(place))
            if last == "Provider":
                return registered(run, key) if isinstance(key, Const) else key
    return None


def registered(run: Evaluator, key: Const) -> Value | None:
    """The provider that a text names: `Provide["service"]`, `Provide["repositories.user"]`."""
    first, *rest = (text(key) or "").split(".")
    for path in sorted(run.modules):
        module = run.modules[path]
        for held in list(module.scope.names.values()) if module is not None else ():
            cls = undecorated(held)
            if isinstance(cls, ClassValue) and cls.module is module and is_container(run, cls):
                found = run.attribute(cls, first)
                if kind(found):
                    for name in rest:
                        found = run.attribute(found, name)
                    return found
    return None


def is_container(run: Evaluator, cls: ClassValue) -> bool:
    """Whether a class declares providers."""
    return any(isinstance(base, External) and base.name.startswith(LIBRARY) for base in attributes.mro(run, cls))


def provided(run: Evaluator, value: Value | None, asked: Asked) -> Value | None:
    """What a provider gives when it is called; None for what is no provider."""
    if asked.depth > DEPTH:
        return None
    found = next(options(value), None)
    match found:
        case Member(value=Member(value=inner, name="provided"), name=name):
            whole = provided(run, inner, asked.deeper())
            return run.attribute(whole, name) if whole is not None else None
        case Member(value=inner, name="provided" | "provider"):
            return provided(run, inner, asked.deeper())
        case Member(value=inner, name=name):
            return _inside(run, inner, name, asked)
        case Made() if kind(found):
            return _given(run, found, asked)
    return None


def _inside(run: Evaluator, container: Value, name: str, asked: Asked) -> Value | None:
    """What a provider of a container inside a container gives: `Container.repositories.user`; else a member of what one gives."""
    if id(container) in asked.handed:
        return _inside(run, asked.handed[id(container)], name, asked.deeper()) if asked.depth < DEPTH else None
    match kind(container), container:
        case "Container", Made(positional=(cls, *_), named=named):
            inner = undecorated(cls)
            handed = {id(run.attribute(inner, key)): value for key, value in named.items()}
            return provided(run, run.attribute(inner, name), asked.deeper(handed))
        case "DependenciesContainer", _:
            return None
    whole = provided(run, container, asked.deeper())
    return run.attribute(whole, name) if whole is not None else None


def _given(run: Evaluator, provider: Made, asked: Asked) -> Value | None:
    """What one provider gives."""
    if id(provider) in asked.handed:
        return provided(run, asked.handed[id(provider)], asked.deeper())

    def argument(value: Value) -> Value:
        found = provided(run, value, asked.deeper())
        return found if found is not None else value

    named = {name: argument(value) for name, value in provider.named.items()}
    first = provider.positional[0] if provider.positional else None
    match kind(provider):
        case name if name in MAKING and first is not None:
            positional = tuple(argument(value) for value in provider.positional[1:])
            return run.call(argument(first), positional, named, place=asked.place)
        case "Resource" if first is not None:
            made = run.call(first, tuple(map(argument, provider.positional[1:])), named, place=asked.place)
            is_generator = isinstance(undecorated(first), FunctionValue)
            return made.items[0] if is_generator and isinstance(made, Items) and made.items else made
        case "Object":
            return first
        case "List":
            return Items([argument(value) for value in provider.positional])
        case "Dict":
            return Table({name: (Const(name), value) for name, value in named.items()})
        case "Selector":
            return either(*named.values()) if named else None
        case "Dependency":
            return _dependency(run, provider, asked)
    return None


def _dependency(run: Evaluator, provider: Made, asked: Asked) -> Value | None:
    """What is handed to a container from outside, or something of the type that is demanded."""
    default = provider.argument(1, "default")
    if default is not None:
        return provided(run, default, asked.deeper()) or default
    type_ = provider.argument(0, "instance_of")
    return Given("dependency", type=type_) if isinstance(type_, ClassValue) else None


def called(run: Evaluator, callee: Value, place: Place) -> Value | None:
    """What calling a provider gives: `container.service()`; None for what is no provider."""
    match callee:
        case Made() if kind(callee):
            return provided(run, callee, Asked(place))
        case Decorated(inner=Made() as inner) if kind(inner):
            return provided(run, inner, Asked(place))
        case Member(value=Made() as container) if kind(container) == "Container":
            return provided(run, callee, Asked(place))
    return None


__all__ = ["called", "provided", "wired"]
