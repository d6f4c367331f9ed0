"""What stands on the handler of an endpoint and on the classes around it: decorators, attributes, lists of decorators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    Deferred,
    FunctionValue,
    Items,
    Value,
    options,
    undecorated,
)
from assay.source.mentions import dotted
from assay.source.program import Program, flat_statements

LISTS = ("decorators", "method_decorators", "throttle_classes", "dependencies")
"""Attributes of view classes that list what stands around each method."""


class Mark(Struct, frozen=True, eq=False):
    """One decorator or attribute."""

    path: str
    """As written, dotted, without arguments: `limiter.limit`."""
    place: Place
    target: FunctionValue | ClassValue | None = None
    """What of the project it is."""

    @property
    def name(self) -> str:
        """Its last word, without the ending that C# leaves out."""
        return self.path.rpartition(".")[2].removesuffix("Attribute")


class Marks:
    """Finds the marks of endpoints by where they are declared."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.declared: dict[str, dict[int, tuple[facts.Function | None, facts.Type | None]]] = {}
        self.known: dict[tuple[Place, str], tuple[Mark, ...]] = {}

    def of(self, endpoint: Endpoint) -> tuple[Mark, ...]:
        """The marks of a handler, nearest first."""
        key = (endpoint.place, endpoint.handler)
        if key not in self.known:
            self.known[key] = tuple(self.found(endpoint.place))
        return self.known[key]

    def found(self, place: Place) -> Iterator[Mark]:
        """What stands on the function or class at a place, and on the class around it and its bases."""
        function, type_ = self.at(place.path).get(place.line, (None, None))
        if function is not None:
            yield from self.marks(function.annotations, place.path)
        if type_ is None:
            return
        cls = self.class_of(type_, place.path)
        if cls is None:
            yield from self.marks(type_.annotations, place.path)
            return
        for base in self.program.mro(cls):
            for part, module in base.parts or ((base.type, base.module),) if isinstance(base, ClassValue) else ():
                yield from self.marks(part.annotations, module.path)
        for name in LISTS:
            held = self.program.class_attribute(cls, name)
            yield from self.listed(name, held[0]) if held is not None else ()

    def at(self, path: str) -> dict[int, tuple[facts.Function | None, facts.Type | None]]:
        """Functions and types of a file by their line."""
        if path not in self.declared:
            module = self.program.run.modules.get(path)
            found: dict[int, tuple[facts.Function | None, facts.Type | None]] = {}
            if module is not None:
                gather(module.file.body, None, found)
            self.declared[path] = found
        return self.declared[path]

    def class_of(self, type_: facts.Type, path: str) -> ClassValue | None:
        """The class of a type."""
        module = self.program.run.modules.get(path)
        if module is None:
            return None
        if module.file.language == "csharp":
            every = self.program.run.csharp.types.all(type_.name)
            return next((cls for cls in every if any(part is type_ for part, _ in cls.parts)), None)
        held = module.scope.names.get(type_.name)
        found = undecorated(held) if held is not None else None
        return found if isinstance(found, ClassValue) and found.type is type_ else None

    def marks(self, annotations: Iterable[facts.Annotation], path: str) -> Iterator[Mark]:
        """The marks of decorators and attributes."""
        for annotation in annotations:
            written = written_as(annotation.value)
            if written:
                yield Mark(written, Place(path, annotation.line), self.target(annotation.value, path))
            if written.endswith("method_decorator") and isinstance(annotation.value, facts.Call):
                for argument in annotation.value.arguments[:1]:
                    yield Mark(
                        written_as(argument.value), Place(path, annotation.line), self.target(argument.value, path)
                    )

    def target(self, value: facts.Expr, path: str) -> FunctionValue | ClassValue | None:
        """The function or class of the project that a plain name means."""
        module = self.program.run.modules.get(path)
        while isinstance(value, facts.Call):
            value = value.function
        if module is None or not isinstance(value, facts.Name):
            return None
        if module.file.language == "csharp":
            names = (value.id, f"{value.id}Attribute")
            return next((cls for name in names for cls in self.program.run.csharp.types.all(name)), None)
        found = undecorated(module.scope.names.get(value.id) or Deferred(lambda: Items([])))
        return found if isinstance(found, FunctionValue | ClassValue) else None

    def listed(self, name: str, value: Value) -> Iterator[Mark]:
        """`decorators = [limiter.limit("5/minute")]`, `throttle_classes = [UserRateThrottle]`."""
        for option in options(value):
            for item in option.items if isinstance(option, Items) else ():
                inner = undecorated(item)
                place = inner.place if isinstance(inner, FunctionValue | ClassValue | Decorated) else None
                written = inner.name if isinstance(inner, FunctionValue | ClassValue) else dotted(inner)
                if name == "throttle_classes":
                    yield Mark(f"throttle_classes.{written.rpartition('.')[2]}Throttle", place or Place("", 0))
                elif written:
                    target = inner if isinstance(inner, FunctionValue | ClassValue) else None
                    yield Mark(written, place or Place("", 0), target)


def gather(
    block: facts.Block, owner: facts.Type | None, found: dict[int, tuple[facts.Function | None, facts.Type | None]]
) -> None:
    """Functions and types by line, with the type around each."""
    for statement in flat_statements(block):
        match statement:
            case facts.Declare(type=type_):
                found.setdefault(type_.line, (None, type_))
                gather(type_.body, type_, found)
            case facts.Define(function=function):
                found.setdefault(function.line, (function, owner))
                gather(function.body or (), owner, found)


def written_as(value: facts.Expr) -> str:
    """An expression as it is written, without arguments: `limiter.limit`."""
    match value:
        case facts.Name(id=name):
            return name
        case facts.Attr(value=inner, name=name):
            return f"{written_as(inner)}.{name}".lstrip(".")
        case facts.Call(function=inner) | facts.Index(value=inner):
            return written_as(inner)
    return ""


def last_of(value: facts.Expr) -> str:
    """The last name of it: of a call, what is called."""
    return written_as(value).rpartition(".")[2]
