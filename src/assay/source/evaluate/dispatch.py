"""C#'s types at run time: casts and type tests, type arguments, reflection over the types of the project, calls through interfaces.

What a container or reflection would find is found by looking at the project: a call on a thing that is only known by its interface or
abstract base is made on each type that implements it, where that registers something or where someone observes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source import facts
from assay.source.evaluate import attributes, calls, generic, overload
from assay.source.evaluate.joining import either
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Overloads,
    Unknown,
    Value,
    options,
)
from assay.source.evaluate.written import last_name
from assay.source.inside import held_by

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

OBJECT_STEPS = 4_000
"""Statements and expressions for making one object. A constructor that takes more has set its members by then, or leaves them unknown, of
their declared types; what it sets up besides serves no single handler, so that nothing is said."""
MOST_IMPLEMENTERS = 400
"""Types that a call through an interface is made on while something is registered."""
MOST_OBSERVED = 3
"""The same while a guard is observed."""
COLLECTING = ("Builder", "Collection", "Application", "Host")
"""Endings of the names of types that things are registered with."""
DECORATED = "decorated()"
"""The member under which a thing that a decorator stands around keeps that decorator."""
ELEMENT_NAMES = frozenset(["Cast", "OfType", "GetServices", "GetRequiredServices", "GetKeyedServices"])
SINGLE_NAMES = frozenset(["GetRequiredService", "GetService", "CreateInstance"])


def bare(value: Value | None) -> ClassValue | None:
    """The project type that a value names, type arguments dropped."""
    while isinstance(value, Generic | Deferred):
        value = value.value if isinstance(value, Generic) else value.resolve()
    return value if isinstance(value, ClassValue) else None


def cast(run: Evaluator, value: Value, type_: Value) -> Value:
    """`(T)value`, `value as T`, `value is T name`: a thing that is not known becomes something given of that type."""
    cls = bare(type_)
    if cls is None:
        return value
    for option in options(value):
        own = run.typing(option) if run.typing is not None else None
        is_loaded = own is not None and any(attributes.is_same_class(base, cls) for base in attributes.mro(run, own))
        if not (isinstance(option, Unknown | Made) or is_kept_service(option, cls)) or is_loaded:
            return value  # what was loaded keeps what it was selected by
    chosen = run.csharp.finding.ask(cls) if run.csharp.finding is not None else cls
    return Given(cls.type.name, type=type_) if chosen is cls else made_of(run, chosen)


def is_kept_service(value: Value, cls: ClassValue) -> bool:
    """Whether a service was taken out of what the program itself keeps: `(IRepository<T>)_repositories[typeof(T)]`."""
    while isinstance(value, Generic) and (is_abstract(cls) or cls.type.type_parameters):
        value = next(options(value.value), value.value)
        if isinstance(value, Made):
            return bare(value.callee) is None and isinstance(
                value.callee, Generic | External
            )  # `new Dictionary<Type, object>()`
        if isinstance(value, Given):
            return not value.origin and value.call is None and bare(value.type) is None
    return False


def type_test(run: Evaluator, expression: facts.Binary, value: Value, scope: Scope) -> Value | None:
    """`value is T name` binds the name; None for every other test."""
    pattern = expression.right
    if not isinstance(pattern, facts.Binary) or pattern.operator != ":=" or not isinstance(pattern.left, facts.Name):
        return None
    if isinstance(pattern.right, facts.Name | facts.Attr | facts.Index):
        type_ = run.evaluate(pattern.right, scope)
        scope.names[pattern.left.id] = cast(run, value, type_)
    else:
        scope.names[pattern.left.id] = value
        type_ = Unknown("a pattern", pattern.right)
    holds = is_of_type(run, value, bare(type_))
    if holds is not None:
        return Const(holds == (expression.operator == "is"))
    return Operation(expression.operator, (value, type_))


def is_of_type(run: Evaluator, value: Value, cls: ClassValue | None) -> bool | None:
    """Whether a value surely is or is not of a type of the project; None when undecided."""
    if isinstance(value, Const) and value.value is None:
        return False
    own = run.class_of(value)
    if own is None or cls is None:
        return None
    if any(attributes.is_same_class(base, cls) for base in attributes.mro(run, own)):
        return True
    return False if isinstance(value, Instance) else None


def element(value: Value, depth: int = 0) -> Value | None:
    """The type of the items of a collection from outside: `GetServices<T>()`, `IEnumerable<T>`, `x.OfType<T>()`; None when not known."""
    if depth > 12:
        return None
    for option in options(value):
        match option:
            case Made(type_arguments=(type_,)) if option.name in ELEMENT_NAMES:
                return type_
            case Made(type_arguments=(Generic(keys=(type_,)),)) if option.name in SINGLE_NAMES:
                return type_
            case Made(callee=Member(value=receiver)):
                return element(receiver, depth + 1)
            case Given(type=Generic(keys=(type_,))):
                return type_
    return None


def item_of(value: Value) -> Value:
    """An item of a collection from outside."""
    type_ = element(value)
    if type_ is not None and bare(type_) is not None:
        return Given("item", type=type_)
    return Unknown("an item of an unknown collection")


def sought(run: Evaluator, iterable: Value) -> tuple[ClassValue, ...]:
    """The types that a loop over `assembly.GetTypes().Where(t => ... typeof(T) ...)` finds, where those of T register things."""
    value: Value | None = next(options(iterable), None)
    for _ in range(8):
        if not isinstance(value, Made):
            break
        for argument in value.positional:
            if isinstance(argument, FunctionValue):
                for cls in named_types(run, argument):
                    if is_abstract(cls) and gathers(run, cls):
                        return implementers(run, cls)[:MOST_IMPLEMENTERS]
        value = next(options(value.receiver), None)
    return ()


def named_types(run: Evaluator, predicate: FunctionValue) -> list[ClassValue]:
    """The types of the project that a predicate names, by themselves or by a variable that holds one."""
    found: list[ClassValue] = []
    waiting: list[object] = list(predicate.function.body or ())
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, facts.Name | facts.Attr):
            cls = bare(run.evaluate(part, predicate.scope))
            if cls is not None:
                found.append(cls)
        else:
            waiting.extend(held_by(part))
    return found


class Finding:
    """One loop over what reflection or a container finds: the abstract type of registering things that it casts to, and what it finds."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.around = run.csharp.finding
        self.asked: ClassValue | None = None
        self.choice: ClassValue | None = None
        self.start = (len(run.made), len(run.assigned))
        run.csharp.finding = self

    def is_of(self, item: Value) -> bool:
        """Whether the item itself is known to be of such a type."""
        cls = bare(item.type) if isinstance(item, Given) else None
        return (cls is not None and self.ask(cls) is not cls) or self.asked is not None

    def ask(self, cls: ClassValue) -> ClassValue:
        """The type to take for an abstract one; it is remembered that it was asked for."""
        if self.choice is not None and self.asked is not None and attributes.is_same_class(cls, self.asked):
            return self.choice
        if self.asked is None and self.choice is None and is_abstract(cls) and gathers(self.run, cls):
            self.asked = cls
        return cls

    def found(self) -> tuple[ClassValue, ...]:
        """The types that may be found."""
        return implementers(self.run, self.asked)[:MOST_IMPLEMENTERS] if self.asked is not None else ()

    def choose(self, cls: ClassValue) -> None:
        """Take this type from now on; what the run before any was taken recorded is dropped."""
        if self.choice is None:
            made, assigned = self.start
            del self.run.made[made:], self.run.assigned[assigned:]
        self.choice = cls

    def chosen(self, item: Value) -> Value:
        """The item, of the type that is taken."""
        cls = bare(item.type) if isinstance(item, Given) else None
        return made_of(self.run, self.choice) if cls is not None and self.choice is not None else item

    def end(self) -> None:
        """The loop is over."""
        self.run.csharp.finding = self.around


def gathers(run: Evaluator, cls: ClassValue) -> bool:
    """Whether a type has a method to which something that collects registrations is handed."""
    for base in attributes.mro(run, cls):
        for value in attributes.class_names(run, base).values() if isinstance(base, ClassValue) else ():
            functions = value.functions if isinstance(value, Overloads) else (value,)
            if any(isinstance(one, FunctionValue) and registers(one.function) for one in functions):
                return True
    return False


# --- the types of the project --------------------------------------------------------------------------------------


def implementers(run: Evaluator, cls: ClassValue) -> tuple[ClassValue, ...]:
    """The types of the project that derive from a type and can be made, by path and line."""
    known = run.csharp.implementing
    key = id(cls.type)
    if key not in known:
        known[key] = ()  # cuts circles
        found: dict[int, ClassValue] = {}
        waiting, seen = [cls], {id(cls.type)}
        while waiting:
            for derived in deriving(run, waiting.pop(0)):
                if id(derived.type) not in seen:
                    seen.add(id(derived.type))
                    waiting.append(derived)
                    if not is_abstract(derived):
                        found[id(derived.type)] = derived
        known[key] = tuple(sorted(found.values(), key=lambda one: (one.module.path, one.type.line)))
    return known[key]


def deriving(run: Evaluator, cls: ClassValue) -> list[ClassValue]:
    """The types that name a type as a base."""
    name = cls.type.name
    found: list[ClassValue] = []
    for path in run.project.deriving(name):
        module = run.module(path)
        for statement in module.file.body if module is not None else ():
            if isinstance(statement, facts.Declare) and any(last_name(base) == name for base in statement.type.bases):
                for one in run.csharp.types.all(statement.type.name):
                    is_part = any(part is statement.type for part, _ in one.parts)
                    if is_part and any(attributes.is_same_class(base, cls) for base in attributes.mro(run, one)[1:]):
                        found.append(one)
    return found


def is_abstract(cls: ClassValue) -> bool:
    """Whether nothing can be an instance of this very type."""
    return cls.type.kind == "interface" or any("abstract" in part.modifiers for part, _ in cls.parts)


def is_abstract_type(declared: Value | None) -> bool:
    """Whether a declared type is an interface or abstract class of the project."""
    cls = bare(declared)
    return cls is not None and is_abstract(cls)


def dispatched(run: Evaluator, function: FunctionValue, request: Request) -> Value | None:
    """A call on something known only by an interface or abstract type, made on each type that implements it; None for all others."""
    receiver = function.receiver
    if not isinstance(receiver, Given) or function.module.file.language != "csharp":
        return None
    cls = bare(receiver.type)
    if run.is_tracing and not (cls is not None and registers(function.function)):
        return run.csharp.entered(function, request)
    if cls is None or not is_abstract(cls):
        return None
    if registers(function.function):
        found = implementers(run, cls)[:MOST_IMPLEMENTERS]
    elif run.exits is not None and function.function.body is None:
        found = implementers(run, cls)
        found = found if len(found) <= MOST_OBSERVED else ()
    else:
        return None
    results = [answer for one in found if (answer := on_type(run, one, function, request)) is not None]
    return either(*results) if results else None


def made_of(run: Evaluator, cls: ClassValue) -> Value:
    """An object of a type as a container or reflection makes it: its constructor run with parameters that are given. Made once."""
    known = run.csharp.objects
    key = generic.spelled(cls)
    if key not in known:
        known[key] = Given("this", type=cls)
        known[key] = run.apart(
            cls.place,
            lambda: calls.instantiate(run, cls, calls.Request(cls, *wanted(run, cls), cls.place)),
            OBJECT_STEPS,
        )
    return known[key]


def wanted(run: Evaluator, cls: ClassValue) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """What a container hands to the constructor that takes most; an object around which a decorator stands remembers that one."""
    found = attributes.class_names(run, cls).get(".ctor")
    functions = (
        found.functions if isinstance(found, Overloads) else (found,) if isinstance(found, FunctionValue) else ()
    )
    if not functions:
        return (), {}
    longest = max(functions, key=lambda function: len(function.function.parameters))
    receiver = Given("this", type=cls)
    bound = FunctionValue(longest.function, longest.module, longest.scope, cls, receiver)
    inner = Scope(longest.module, parent=longest.scope, owner=cls, receiver=receiver)
    own = {id(base.type) for base in attributes.mro(run, cls) if isinstance(base, ClassValue)}
    given: list[Value] = []
    for position, parameter in enumerate(longest.function.parameters):
        declared = run.csharp.type_value(parameter.annotation, inner) if parameter.annotation is not None else None
        value = Given(parameter.name, None, position, declared, bound)
        held = bare(declared)
        if held is not None and id(held.type) in own:
            value.attributes[DECORATED] = cls
        given.append(value)
    return tuple(given), {}


def on_type(run: Evaluator, cls: ClassValue, function: FunctionValue, request: Request) -> Value | None:
    """The call made on one implementing type."""
    held = attributes.class_attribute(run, cls, function.function.name, made_of(run, cls))
    if not isinstance(held, FunctionValue | Overloads):
        return None
    chosen = overload.chosen(held.functions, request) if isinstance(held, Overloads) else held
    if chosen.function.body is None:
        return None
    return calls.enter(run, chosen, replace(request, callee=chosen))


def registers(function: facts.Function) -> bool:
    """Whether a parameter is something that things are registered with."""
    return any(
        parameter.annotation is not None and last_name(parameter.annotation).endswith(COLLECTING)
        for parameter in function.parameters
    )
