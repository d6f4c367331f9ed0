"""Look up members of values, and subscripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source.evaluate import requested
from assay.source.evaluate.joining import either
from assay.source.evaluate.linq import LINQ, constant
from assay.source.evaluate.modelled import is_brought, is_column
from assay.source.evaluate.values import (
    REST,
    STORING,
    ClassValue,
    Const,
    Decorated,
    Deferred,
    Either,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    ModuleValue,
    Overloads,
    Parent,
    Table,
    Unknown,
    Value,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

OF_TABLES = frozenset(["Keys", "Values", "Add", "Append", "Remove", "Clear", "ToString", "ToDictionary", "ToList"])
"""Members of dictionaries that are no keys."""
REFLECTING = frozenset(
    "GetMethod GetMethods GetInterfaces GetConstructor GetCustomAttribute IsAssignableFrom IsAssignableTo".split()
)
"""Methods of `System.Type`."""
DECLARED = "declared without a value"
"""Why a name has no value that stands in the code with its type alone."""
DEPTH = 64
"""Decorators, options and bases inside each other."""


def attribute(run: Evaluator, value: Value, name: str, depth: int = 0) -> Value:  # noqa: C901, PLR0911, PLR0912  # a flat match over the kinds of values
    """`value.name`; a `Member` when the value is a thing from outside."""
    if depth > DEPTH:
        return Unknown("members nested too deep")
    if value is run.watched:
        run.noticed[name] = None
    match value:
        case External(name=owner):
            known = run.typing(value) if run.typing is not None else None
            own = method_of(run, known, name, value) if known is not None else None
            whole = f"{owner}.{name}"
            return run.overrides.get(whole) or own or constant(whole) or External(whole)
        case Deferred():
            return attribute(run, value.resolve(), name, depth + 1)
        case Parent():
            return parent_attribute(run, value, name)
        case ModuleValue():
            return run.python.member_of_module(value, name)
        case ClassValue() if run.describing is not None:
            return run.describing(value, class_attribute(run, value, name, value))
        case ClassValue():
            return class_attribute(run, value, name, value)
        case Instance(attributes=held) | Given(attributes=held) | Made(attributes=held) if name in held:
            return held[name]
        case Made(named=held) if name in held:
            return held[name]  # an object keeps what it was made with
        case Made() if name in {"Resource", "Entity"} and (inner := requested.wrapped(value, name)) is not None:
            return inner
        case Instance(cls=cls, named=held) if run.is_tracing and REST in held and name not in STORING:
            return method_of(run, cls, name, value) or Generic(held[REST], (Const(name),))
        case Instance(cls=cls):
            return class_attribute(run, cls, name, value)
        case Given(origin="item", type=ClassValue() as cls) if is_getter(run, cls, name):
            return Member(value, name)  # a column, for the query is run elsewhere
        case Given(origin=str() as origin, type=(ClassValue() as cls) | Generic(value=ClassValue() as cls)) if origin:
            return method_of(run, cls, name, value) or Member(value, name)
        case Given(type=ClassValue() as cls) | Given(type=Generic(value=ClassValue() as cls)):
            is_traced = run.is_tracing and cls.module.file.language == "csharp"
            held_there = run.csharp.injected(value, name) if is_traced else None
            return class_attribute(run, cls, name, value) if held_there is None else held_there
        case Decorated():
            return decorated_attribute(run, value, name, depth)
        case Either(options=found):
            return of_options(run, found, name, depth)
        case Const() if name in {"value", "Value"} and value.value is not None:
            return value  # a member of an enum, or of a nullable
        case FunctionValue(attributes=held) if name in held:
            return held[name]
        case Table() | Items() if (held_in := of_collection(value, name)) is not None:
            return held_in
        case Given(type=Generic(value=External(name="MemoryStore"))) if name == "Values":
            return value
        case FunctionValue() if name == "__name__":
            return Const(value.function.name)
        case Generic(value=ClassValue() as cls):
            return attribute(run, cls, name, depth + 1)
    if run.typing is None or (known := run.typing(value)) is None:
        return Member(value, name)
    return method_of(run, known, name, value) or requested.inside(run, value, known, name)


def of_collection(value: Table | Items, name: str) -> Value | None:
    """A member of a list, tuple or dictionary that is known."""
    match value:
        case Table(missing=Value() as missing) if name not in LINQ and name not in OF_TABLES:
            return missing  # `Headers.Authorization`
        case Table(entries=entries, is_open=False) if name in {"Keys", "Values"}:
            return Items([key if name == "Keys" else held for key, held in entries.values()])
        case Items(items=listed, is_open=False, is_varying=False) if name in {"Count", "Length"}:
            return Const(len(listed))
        case Items(kind="tuple"):
            return element_of(value, name)
    return None


def element_of(value: Items, name: str) -> Value | None:
    """`pair.Item1`, `pair.Success`: the element of a tuple that is called so."""
    position = value.names.index(name) if name in value.names else -1
    if position < 0 and name.startswith("Item") and name[4:].isdigit():
        position = int(name[4:]) - 1
    return value.items[position] if 0 <= position < len(value.items) else None


def is_getter(run: Evaluator, cls: ClassValue, name: str) -> bool:
    """Whether a member is a property with a body."""
    for base in mro(run, cls):
        found = class_names(run, base).get(name) if isinstance(base, ClassValue) else None
        if found is not None:
            return isinstance(found, FunctionValue) and "getter" in found.function.modifiers
    return False


def method_of(run: Evaluator, cls: ClassValue, name: str, receiver: Value) -> Value | None:
    """A method or property of a class, bound to an object that comes from outside; what else it has is what was sent or stored."""
    for base in mro(run, cls):
        if isinstance(base, ClassValue):
            found = base.extra.get(name) or class_names(run, base).get(name)
            if isinstance(found, FunctionValue | Overloads | Decorated):
                return bound(run, found, receiver, base)
            if found is not None:
                return found if isinstance(found, Const) and name.isupper() else None  # `self.PAGE_SIZE`
    return None


def of_options(run: Evaluator, found: tuple[Value, ...], name: str, depth: int) -> Value:
    """The member of each option."""
    return either(*(attribute(run, option, name, depth + 1) for option in found))


def decorated_attribute(run: Evaluator, value: Decorated, name: str, depth: int) -> Value:
    """The member of what the name is bound to; what a decorator from outside hides is looked for inside."""
    inner = attribute(run, value.inner, name, depth + 1)
    # A decorated class mostly stays the class that it is (attrs, dataclasses); a decorated function often becomes an object.
    is_class = isinstance(undecorated(value), ClassValue) and not isinstance(inner, Unknown)
    if is_class or not isinstance(inner, Member | Unknown):
        return inner
    outer = attribute(run, value.result, name, depth + 1)
    return outer if not isinstance(outer, Unknown) else inner


def class_attribute(run: Evaluator, cls: ClassValue, name: str, receiver: Value) -> Value:
    """The first class in the resolution order that has the name, bound to the receiver."""
    is_outside = False
    for base in mro(run, cls):
        if not isinstance(base, ClassValue):
            is_outside = True
            continue
        found = base.extra.get(name) or class_names(run, base).get(name)
        is_class = isinstance(receiver, ClassValue)
        is_hidden = is_outside and is_class and is_brought(name, mro(run, cls))
        if is_hidden or is_declared(found) or (is_class and is_column(mro(run, cls), base, name, found)):
            return Member(receiver, name)
        if found is not None:
            if isinstance(found, FunctionValue | Overloads) and cls.module.file.language == "csharp":
                found = run.csharp.overloaded(cls, base, name, found)
            if isinstance(found, Const) and isinstance(receiver, Instance) and is_settings(run, cls):
                return Const(found.value, is_default=True)
            return bound(run, found, receiver, base)
    if name == "__name__":
        return Const(cls.type.name)
    if cls.module.file.language == "csharp" and receiver is cls and (known := member_of_type(cls, name)) is not None:
        return known
    return undeclared(cls, receiver, name, is_outside=is_outside)


def undeclared(cls: ClassValue, receiver: Value, name: str, *, is_outside: bool) -> Value:
    """A member that no class of the project declares."""
    if name == "Result" and isinstance(receiver, Instance) and not is_outside:
        return receiver  # a task is what it gives
    if is_outside or isinstance(receiver, Given | Instance) or name in REFLECTING:
        return Member(receiver, name)
    return Unknown(f"{cls.name} has no {name}")


def is_declared(value: Value | None) -> bool:
    """`name: str`: whoever makes the object gives it."""
    return isinstance(value, Unknown) and value.reason == DECLARED


def is_settings(run: Evaluator, cls: ClassValue) -> bool:
    """Whether the environment may set the attributes of a class's objects (pydantic-settings): what is written is a default."""
    return any(isinstance(base, External) and base.name.endswith(".BaseSettings") for base in mro(run, cls))


def parent_attribute(run: Evaluator, parent: Parent, name: str) -> Value:
    """`super().name`, `base.name`."""
    if parent.receiver is run.watched:
        run.noticed[f"{parent.owner.name}|{name}"] = parent.owner
    cls = run.class_of(parent.receiver) or (
        parent.receiver if isinstance(parent.receiver, ClassValue) else parent.owner
    )
    order = mro(run, cls)
    position = next((i for i, base in enumerate(order) if is_same_class(base, parent.owner)), 0)
    for base in order[position + 1 :]:
        if not isinstance(base, ClassValue) or base.type.kind == "interface":
            continue
        found = base.extra.get(name) or class_names(run, base).get(name)
        if found is not None:
            return bound(run, found, parent.receiver, base)
    return Member(parent, name)


def class_names(run: Evaluator, cls: ClassValue) -> dict[str, Value]:
    """The names of a class's own body."""
    if cls.names is None:
        cls.names = {}
        if cls.module.file.language == "csharp":
            run.csharp.fill(cls)
        else:
            run.apart(cls.place, lambda: run.python.fill(cls))
    return cls.names


def mro(run: Evaluator, cls: ClassValue) -> tuple[Value, ...]:
    """The class and its bases, nearest first: depth first, and a base that comes again is kept at its last place (as C3 does for
    ordinary hierarchies). Outside bases are in it as they are; circles are cut.
    """
    if cls.order is not None:
        return cls.order
    order: list[Value] = []
    collect(run, cls, order, ())
    kept: list[Value] = []
    seen: set[object] = set()
    for value in reversed(order):
        key = value.name if isinstance(value, External) else id(value.type if isinstance(value, ClassValue) else value)
        if key not in seen:
            seen.add(key)
            kept.append(value)
    found = tuple(reversed(kept))
    if not run.settling:  # a class whose bases are not known yet may be among them
        cls.order = found
    return found


def collect(run: Evaluator, value: Value, order: list[Value], path: tuple[object, ...]) -> None:
    """Depth-first bases."""
    match value:
        case Decorated():
            collect(run, value.inner, order, path)
        case Either(options=found):
            collect(run, found[0], order, path)
        case Generic(value=ClassValue() as cls):
            collect(run, cls, order, path)
        case ClassValue():
            if id(value.type) in path or len(path) > DEPTH:
                return
            order.append(value)
            for base in bases(run, value):
                collect(run, base, order, (*path, id(value.type)))
        case _:
            order.append(value)


def bases(run: Evaluator, cls: ClassValue) -> tuple[Value, ...]:
    """The evaluated bases of a class."""
    if cls.bases is None:
        cls.bases = ()
        run.settling += 1
        if cls.module.file.language == "csharp":
            cls.bases = run.apart(cls.place, lambda: run.csharp.bases(cls))
        else:
            cls.bases = run.apart(cls.place, lambda: tuple(run.evaluate(base, cls.scope) for base in cls.type.bases))
        run.settling -= 1
    return cls.bases


def is_same_class(left: Value, right: Value) -> bool:
    """Whether two bases are the same."""
    if isinstance(left, ClassValue) and isinstance(right, ClassValue):
        return left.type is right.type
    if isinstance(left, External) and isinstance(right, External):
        return left.name == right.name
    return left is right


def bound(run: Evaluator, value: Value, receiver: Value, owner: ClassValue) -> Value:  # noqa: C901, PLR0911  # a flat match over the kinds of values
    """A function of a class bound to what it was looked up on."""
    match value:
        case Deferred():
            return bound(run, run.csharp.filled(value.resolve(), receiver, owner), receiver, owner)
        case FunctionValue() if "getter" in value.function.modifiers:
            getter = FunctionValue(value.function, value.module, value.scope, owner, receiver, value.attributes)
            return run.call(getter, place=value.place)
        case FunctionValue() if value.receiver is None:
            if owner.module.file.language == "python" and isinstance(receiver, ClassValue):
                return value  # `Class.method` is a plain function
            return FunctionValue(value.function, value.module, value.scope, owner, receiver, value.attributes)
        case Overloads(functions=functions):
            return Overloads(
                tuple(
                    FunctionValue(f.function, f.module, f.scope, f.owner or owner, receiver, f.attributes)
                    for f in functions
                )
            )
        case Decorated(decorator=External(name="builtins.staticmethod")):
            return value.inner
        case Decorated(decorator=External(name=name), inner=inner) if name.rpartition(".")[2] in CLASS_METHODS:
            cls = receiver if isinstance(receiver, ClassValue) else run.class_of(receiver) or owner
            if not isinstance(inner, FunctionValue):
                return bound(run, inner, cls, owner)
            return FunctionValue(inner.function, inner.module, inner.scope, owner, cls, inner.attributes)
        case Decorated(decorator=External(name=name), inner=inner) if name.rpartition(".")[2] in PROPERTIES:
            if isinstance(receiver, ClassValue):
                return value
            return run.call(bound(run, inner, receiver, owner), place=value.place)
        case Decorated():
            inner = bound(run, value.inner, receiver, owner)
            outcome = inner if value.result is value.inner else bound(run, value.result, receiver, owner)
            return Decorated(value.decorator, inner, outcome, value.place, value.source)
    return value


CLASS_METHODS = {"classmethod", "classonlymethod"}
"""Decorators after which a function is bound to the class."""
PROPERTIES = {"property", "cached_property", "classproperty", "hybrid_property", "computed_field"}
"""Decorators after which looking a function up calls it."""


def subscript(value: Value, keys: tuple[Value, ...]) -> Value:
    """`value[keys]`."""
    key = keys[0] if len(keys) == 1 else None
    match value, key:
        case Table(), Const(value=name):
            found = value.get(str(name))
            if found is not None:
                return found
            return value.missing or value.elsewhere(str(name)) or Unknown(f"no key {name!r}")
        case Table(latest=(known, held)), _ if known is key:
            return held  # `cache[key] = f(x)`, `return cache[key]`
        case Items(items=held), Const(value=int(position)) if -len(held) <= position < len(held):
            return held[position]
        case Made(attributes=held) | Given(attributes=held) | Instance(attributes=held), Const(value=name) if (
            f"[{name}]" in held
        ):
            return held[f"[{name}]"]
        case Either(options=found), _:
            return subscript(found[0], keys)
        case ClassValue(), _:
            return Generic(value, keys)
    return Generic(value, keys)


def member_of_type(cls: ClassValue, name: str) -> Value | None:
    """`typeof(T).Name`; None for what is no member of `System.Type`."""
    match name:
        case "Name":
            return Const(cls.type.name)
        case "FullName":
            return Const(f"{cls.type.namespace}.{cls.name}".lstrip("."))
        case "Namespace":
            return Const(cls.type.namespace)
    return None
