"""Type arguments of C#: what `T` means inside an object of a constructed type, and which arguments an implementation has.

A type argument that is not known stays what it was written as: `External("T")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, Deferred, External, FunctionValue, Generic, Given, Instance, Value

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

DEPTH = 12
"""Bases of bases, arguments of arguments."""


def constructed(run: Evaluator, cls: ClassValue, arguments: tuple[Value, ...]) -> ClassValue:
    """A generic type with its arguments; it shares members and bases with the type itself."""
    if not arguments or not cls.type.type_parameters:
        return cls
    attributes.class_names(run, cls)
    attributes.mro(run, cls)
    return replace(cls, arguments=arguments)


def counted(function: FunctionValue) -> tuple[int, int]:
    """How many parameters and type parameters a method has."""
    return (len(function.function.parameters), len(function.function.type_parameters))


def type_of(value: Value | None) -> tuple[ClassValue, tuple[Value, ...]] | None:
    """The project type of an object with its arguments; None when that is not known."""
    match value:
        case Instance(cls=cls):
            return cls, cls.arguments
        case Given(type=declared):
            return named(declared)
        case ClassValue():
            return value, value.arguments
    return None


def named(declared: Value | None) -> tuple[ClassValue, tuple[Value, ...]] | None:
    """The project type that a declaration names, with its arguments."""
    while isinstance(declared, Deferred):
        declared = declared.resolve()
    match declared:
        case ClassValue():
            return declared, declared.arguments
        case Generic(value=ClassValue() as cls, keys=keys):
            return cls, keys
    return None


def parameter(run: Evaluator, name: str, owner: ClassValue, receiver: Value | None) -> Value | None:
    """What a type parameter of the type that declares a member means for the object that has it."""
    known = type_of(receiver)
    if known is None:
        return None
    given = arguments_of(run, known[0], known[1], owner)
    position = owner.type.type_parameters.index(name)
    return given[position] if given is not None and position < len(given) else None


def arguments_of(
    run: Evaluator, cls: ClassValue, given: tuple[Value, ...], target: ClassValue, depth: int = 0
) -> tuple[Value, ...] | None:
    """The arguments of one of its bases for a type with these arguments; None when it does not derive from it."""
    if attributes.is_same_class(cls, target):
        return given
    meanings = dict(zip(cls.type.type_parameters, given, strict=False))
    for base in attributes.bases(run, cls) if depth < DEPTH else ():
        found = named(base)
        if found is not None:
            keys = tuple(substituted(key, meanings) for key in found[1])
            inner = arguments_of(run, found[0], keys, target, depth + 1)
            if inner is not None:
                return inner
    return None


def substituted(value: Value, meanings: dict[str, Value], depth: int = 0) -> Value:
    """A type in which parameters are replaced by what they mean; itself when there are none in it."""
    match value:
        case External(name=name) if name in meanings:
            return meanings[name]
        case Generic(value=inner, keys=keys) if depth < DEPTH:
            replaced = tuple(substituted(key, meanings, depth + 1) for key in keys)
            if any(one is not other for one, other in zip(replaced, keys, strict=True)):
                return Generic(inner, replaced)
    return value


def filled(run: Evaluator, value: Value, receiver: Value, owner: ClassValue) -> Value:
    """A member declared as `DbSet<T>` of an object for which T is known; any other as it is."""
    if not isinstance(value, Given) or not owner.type.type_parameters or value.type is None:
        return value
    known = type_of(receiver)
    given = arguments_of(run, known[0], known[1], owner) if known is not None else None
    if not given:
        return value
    declared = substituted(value.type, dict(zip(owner.type.type_parameters, given, strict=False)))
    if declared is value.type:
        return value
    own = Given(value.name, value.call, value.position, declared, value.function, dict(value.attributes), value.origin)
    if isinstance(receiver, Instance | Given):
        receiver.attributes[value.name] = own
    return own


def spelled(value: Value | None, depth: int = 0) -> object:
    """What two types share that are the same."""
    while isinstance(value, Deferred):
        value = value.resolve()
    match value:
        case ClassValue():
            return (id(value.type), tuple(spelled(key, depth + 1) for key in value.arguments))
        case Generic(value=inner, keys=keys) if depth < DEPTH:
            first = spelled(inner, depth + 1)
            first = first[0] if isinstance(inner, ClassValue) and isinstance(first, tuple) else first
            return (first, tuple(spelled(key, depth + 1) for key in keys))
        case External(name=name):
            return name.rpartition(".")[2]
    return None


def fitted(run: Evaluator, cls: ClassValue, target: ClassValue, wanted: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """The arguments with which a type implements `target<wanted>`; None when it does not."""
    own = tuple(External(name) for name in cls.type.type_parameters)
    given = arguments_of(run, cls, own, target)
    if given is None or not wanted:
        return own if given is not None else None
    meanings: dict[str, Value] = {}
    for one, other in zip(given, wanted, strict=False):
        if not unified(one, other, cls.type.type_parameters, meanings):
            return None
    return tuple(meanings.get(name, External(name)) for name in cls.type.type_parameters)


def unified(pattern: Value, wanted: Value, names: tuple[str, ...], meanings: dict[str, Value], depth: int = 0) -> bool:
    """Whether a type with parameters can be the wanted one; what they then mean is noted."""
    if isinstance(pattern, External) and pattern.name in names:
        meanings.setdefault(pattern.name, wanted)
        return True
    if isinstance(wanted, External) and is_open(wanted):
        return True
    left, right = named(pattern), named(wanted)
    if left is not None and right is not None:
        if not attributes.is_same_class(left[0], right[0]):
            return False
        pairs = zip(left[1], right[1], strict=False)
        return depth > DEPTH or all(unified(one, other, names, meanings, depth + 1) for one, other in pairs)
    if isinstance(pattern, Generic) and isinstance(wanted, Generic):
        return all(
            unified(one, other, names, meanings, depth + 1)
            for one, other in zip(pattern.keys, wanted.keys, strict=False)
        )
    return spelled(pattern) == spelled(wanted)


def is_open(value: External) -> bool:
    """Whether a name is that of a type parameter nobody gave an argument for: `T`, `TEntity`."""
    name = value.name
    return name[:1] == "T" and (len(name) == 1 or name[1:2].isupper() or name[1:2].isdigit())
