"""What the container of an application makes for an interface: as it is registered, else as it is called, else whatever implements it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from assay.source.evaluate import aspects, attributes, calls, dispatch, generic, messages, overload
from assay.source.evaluate.joining import either
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
    Overloads,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

ADDING = frozenset(
    """
    AddScoped AddTransient AddSingleton TryAddScoped TryAddTransient TryAddSingleton AddHttpClient AddKeyedScoped
    AddKeyedTransient AddKeyedSingleton AddTypedClient
    """.split()
)
KEEPING = re.compile(r"(Repository|Repo|Dao|DataStore|DataAccess)$")
"""Endings of types that keep objects, however they do it."""
CALLING = re.compile(r"Current|Principal|Caller|Session|User(Context|Accessor|Provider)")
"""Words in the names of types that know who is calling; what they hold was put there for this caller."""
STANDING_IN = re.compile(r"Test|Mock|Fake|Stub|InMemory|No[Oo]p|^Null|Dummy")
"""Names of implementations that are there for other purposes than to run."""
MOST = 3
"""Implementations that a call is made on when nothing says which is meant."""


class Registered(Struct):
    """What is registered for one interface."""

    types: list[tuple[ClassValue, tuple[Value, ...]]] = field(default_factory=list)
    decorators: list[ClassValue] = field(default_factory=list)


class Container:
    """Knows what is registered; read once, when it is first asked for."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.known: dict[int, Registered] | None = None
        self.chosen: dict[object, tuple[Value, ...]] = {}

    # --- what is made

    def objects(self, declared: Value | None, without: ClassValue | None = None) -> tuple[Value, ...]:
        """The objects that may stand behind something declared as an interface or abstract type; none when that cannot be said."""
        found = generic.named(declared)
        if found is None or not dispatch.is_abstract(found[0]):
            return ()
        key = (generic.spelled(declared), id(without.type) if without is not None else 0)
        if key not in self.chosen:
            self.chosen[key] = ()  # cuts circles
            self.chosen[key] = tuple(self._objects(*found, without))
        return self.chosen[key]

    def _objects(self, cls: ClassValue, keys: tuple[Value, ...], without: ClassValue | None) -> list[Value]:
        fitting = [
            (one, given)
            for one in dispatch.implementers(self.run, cls)
            if (given := generic.fitted(self.run, one, cls, keys)) is not None
        ]
        registered = self.registered(cls)
        around = [one for one in registered.decorators if is_in(one, fitting)]
        if without is not None:
            position = next((i for i, one in enumerate(around) if attributes.is_same_class(one, without)), len(around))
            around = around[:position]
            fitting = [pair for pair in fitting if not attributes.is_same_class(pair[0], without)]
        if around:
            chosen = [pair for pair in fitting if attributes.is_same_class(pair[0], around[-1])]
        else:
            chosen = self.narrowed(cls, fitting, registered)
        return [made for one, given in chosen if (made := self.made(one, given)) is not None]

    def narrowed(
        self, cls: ClassValue, fitting: list[tuple[ClassValue, tuple[Value, ...]]], registered: Registered
    ) -> list[tuple[ClassValue, tuple[Value, ...]]]:
        """The implementations that are meant, of several."""
        plain = [
            pair for pair in fitting if not any(attributes.is_same_class(pair[0], d) for d in registered.decorators)
        ]
        stated = [pair for pair in plain if any(attributes.is_same_class(pair[0], one) for one, _ in registered.types)]
        if stated:
            closed = [pair for pair in stated if not pair[0].type.type_parameters]
            return (closed or stated)[-MOST:] if len(stated) <= MOST else []
        if len(plain) > 1:
            plain = [pair for pair in plain if not STANDING_IN.search(pair[0].type.name)] or plain
            own = [pair for pair in plain if pair[0].type.name == cls.type.name.removeprefix("I")]
            plain = own or [pair for pair in plain if not pair[0].type.type_parameters] or plain
        return plain if len(plain) <= MOST else []

    def made(self, cls: ClassValue, arguments: tuple[Value, ...]) -> Value | None:
        """An object of a type with these arguments, made once."""
        return dispatch.made_of(self.run, generic.constructed(self.run, cls, arguments))

    # --- what is registered

    def registered(self, cls: ClassValue) -> Registered:
        """What is registered for an interface, in order."""
        if self.known is None:
            self.known = {}
            for made in tuple(self.run.made):
                self.read(made)
        return self.known.get(id(cls.type), Registered())

    def read(self, made: Made) -> None:
        """One call that may register something."""
        name = made.name
        if name in ADDING or name == "Decorate":
            types = [
                found for value in (*made.type_arguments, *made.positional) if (found := type_in(value)) is not None
            ]
            if len(types) >= 2:
                self.note(types[0][0], types[1], is_decorator=name == "Decorate")
            elif len(types) == 1 and made.type_arguments:
                self.note_result(types[0][0], made, is_decorator=name == "Decorate")
        elif name in {"As", "AsImplementedInterfaces", "AsSelf"} and made.type_arguments:
            self.note_fluent(made)

    def note(
        self, cls: ClassValue, target: tuple[ClassValue, tuple[Value, ...]], *, is_decorator: bool = False
    ) -> None:
        """One registration."""
        assert self.known is not None
        held = self.known.setdefault(id(cls.type), Registered())
        if is_decorator:
            held.decorators.append(target[0])
        elif not dispatch.is_abstract(target[0]):
            held.types.append(target)

    def note_result(self, cls: ClassValue, made: Made, *, is_decorator: bool = False) -> None:
        """`AddScoped<IFoo>(provider => new Foo(...))`, `AddSingleton<IFoo>(foo)`, `Decorate<IFoo>((inner, _) => new Around(inner))`."""
        for argument in made.positional:
            for option in options(argument):
                if isinstance(option, Instance):
                    self.note(cls, (option.cls, option.cls.arguments), is_decorator=is_decorator)
                elif isinstance(option, FunctionValue):
                    for found in options(self.answer(option)):
                        if isinstance(found, Instance):
                            self.note(cls, (found.cls, found.cls.arguments), is_decorator=is_decorator)

    def answer(self, function: FunctionValue) -> Value:
        """What a factory gives; nothing that it does stays recorded."""
        run = self.run
        made, assigned, instances = len(run.made), len(run.assigned), len(run.instances)
        found = run.apart(function.place, lambda: run.call(function, (Given("provider"),), place=function.place))
        del run.made[made:], run.assigned[assigned:], run.instances[instances:]
        return found

    def note_fluent(self, made: Made) -> None:
        """`builder.RegisterType<Foo>().As<IFoo>()`."""
        receiver = made.receiver
        target = None
        for _ in range(8):
            if not isinstance(receiver, Made):
                return
            if receiver.name in {"RegisterType", "RegisterGeneric"}:
                given = (*receiver.type_arguments, *receiver.positional)
                target = next((found for value in given if (found := type_in(value)) is not None), None)
                break
            receiver = receiver.receiver
        for value in made.type_arguments if target is not None else ():
            found = type_in(value)
            if found is not None and target is not None:
                self.note(found[0], target)


def is_in(cls: ClassValue, pairs: list[tuple[ClassValue, tuple[Value, ...]]]) -> bool:
    """Whether a type is among others."""
    return any(attributes.is_same_class(cls, one) for one, _ in pairs)


def type_in(value: Value) -> tuple[ClassValue, tuple[Value, ...]] | None:
    """The project type that an argument names."""
    return generic.named(value) if isinstance(value, ClassValue | Generic) else None


# --- calls on what is injected ---------------------------------------------------------------------------------------


def entered(run: Evaluator, function: FunctionValue, request: calls.Request) -> Value | None:
    """A call on something injected, made on what the container makes for it; None when that is not known."""
    receiver = function.receiver
    if not isinstance(receiver, Given) or receiver.origin or receiver.call is not None:
        return None
    if function.function.name in messages.SENDING and dispatch.is_abstract_type(receiver.type):
        sent = messages.delivered(run, replace(request, callee=Member(receiver, function.function.name)))
        if sent is not None:
            return sent
    found = objects_of(run, receiver)
    answers = [answer for one in found if (answer := on(run, one, function.function.name, request)) is not None]
    if not answers:
        return None
    return either(*answers)


LOCATING = frozenset(["GetRequiredService", "GetService", "GetRequiredKeyedService", "Resolve"])


def located(run: Evaluator, request: calls.Request) -> Value | None:
    """`provider.GetRequiredService<IFoo>()`: as if it had been injected."""
    callee = request.callee
    if not isinstance(callee, Member | External) or callee.name.rpartition(".")[2] not in LOCATING:
        return None
    types = [*request.type_arguments, *request.positional[:1]]
    declared = next((one.resolve() if isinstance(one, Deferred) else one for one in types), None)
    if not isinstance(declared, ClassValue | Generic | External):
        return None
    key = generic.spelled(declared)
    return run.csharp.located.setdefault(key, Given(called(declared), type=declared))


def called(declared: Value) -> str:
    """A name for something of a type: `IOrders` gives `orders`."""
    while isinstance(declared, Generic):
        declared = declared.value
    name = declared.type.name if isinstance(declared, ClassValue) else str(getattr(declared, "name", "service"))
    plain = name.rpartition(".")[2]
    plain = plain[1:] if plain[:1] == "I" and plain[1:2].isupper() else plain
    return plain[:1].lower() + plain[1:]


def objects_of(run: Evaluator, receiver: Given) -> tuple[Value, ...]:
    """What may stand behind something injected."""
    named = generic.named(receiver.type)
    if named is None:
        return ()
    if not dispatch.is_abstract(named[0]):
        return (run.csharp.container.made(*named),) if takes(run, named[0]) else ()  # type: ignore[return-value]
    around = receiver.attributes.get(dispatch.DECORATED)
    return run.csharp.container.objects(receiver.type, around if isinstance(around, ClassValue) else None)


def takes(run: Evaluator, cls: ClassValue) -> bool:
    """Whether the objects of a class are made with something: a service, and not mere data."""
    found = attributes.class_names(run, cls).get(".ctor")
    functions = (
        found.functions if isinstance(found, Overloads) else (found,) if isinstance(found, FunctionValue) else ()
    )
    return any(function.function.parameters for function in functions) and cls.type.kind == "class"


def on(run: Evaluator, target: Value, name: str, request: calls.Request) -> Value | None:
    """The call made on one object."""
    if not isinstance(target, Instance):
        return None
    held = attributes.class_attribute(run, target.cls, name, target)
    if isinstance(held, Overloads):
        held = overload.chosen(held.functions, request, run)
    if not isinstance(held, FunctionValue) or held.function.body is None or held.receiver is not target:
        return None
    if held.function.annotations:
        aspects.before(run, held, request.place)
    start = len(run.made)
    answer = calls.enter(run, held, replace(request, callee=held))
    recognises = run.csharp.recognises
    begun = (option for option in options(answer) if isinstance(option, Made))  # `All() => set`, made before
    if (
        recognises is None
        or not KEEPING.search(target.cls.type.name)
        or any(map(recognises, (*run.made[start:], *begun)))
    ):
        return answer
    stand_in = Member(Given(target.cls.type.name, type=target.cls), name)
    made = run.record(replace(request, callee=stand_in, positional=(), named=called_with(held, request)))
    return made if isinstance(answer, Unknown) or not isinstance(answer, Instance | Const) else answer


def called_with(function: FunctionValue, request: calls.Request) -> dict[str, Value]:
    """The arguments of a call by the names of the parameters."""
    names = [parameter.name for parameter in function.function.parameters]
    return {**dict(zip(names, request.positional, strict=False)), **request.named}


def member(run: Evaluator, receiver: Given, name: str) -> Value | None:
    """A property of something injected, as what the container makes for it has it; None for all others."""
    if receiver.origin or receiver.call is not None or name in receiver.attributes:
        return None
    known = generic.named(receiver.type)
    if known is None or not dispatch.is_abstract(known[0]):
        return None
    declared = declared_member(run, known[0], name)
    if declared is None or (isinstance(declared, FunctionValue | Overloads) and not is_property(declared)):
        return None
    found = [run.attribute(one, name) for one in objects_of(run, receiver) if isinstance(one, Instance)]
    known_ones = [state(receiver, name, value) for value in found if not isinstance(value, Unknown)]
    if known_ones:
        return either(*known_ones)
    held = declared.resolve() if isinstance(declared, Deferred) else declared
    stays = state(receiver, name, held)
    return stays if stays is not held else None


def state(receiver: Given, name: str, value: Value) -> Value:
    """A property that something else sets before a handler is run stays one of what is injected: `context.UserId`."""
    is_unset = isinstance(value, Const) and value.value is None
    if is_unset:
        return Member(receiver, name)
    known = generic.named(receiver.type)
    is_of_caller = known is not None and CALLING.search(known[0].type.name) is not None
    if isinstance(value, Given) and not value.origin and value.name == name:
        return Member(receiver, name) if is_of_caller or generic.named(value.type) is None else value
    return value


def declared_member(run: Evaluator, cls: ClassValue, name: str) -> Value | None:
    """A member as a type or one of its project bases declares it."""
    for base in attributes.mro(run, cls):
        if isinstance(base, ClassValue) and (found := attributes.class_names(run, base).get(name)) is not None:
            return found
    return None


def is_property(value: Value) -> bool:
    """Whether a member is a property with a body."""
    return isinstance(value, FunctionValue) and "getter" in value.function.modifiers
