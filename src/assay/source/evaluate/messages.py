"""Messages that are handed to a mediator, bus or dispatcher: the handlers in the project that take them, found by what they implement.

MediatR, Wolverine, MassTransit, NServiceBus and dispatchers of a team's own look alike: a type with a base such as
`IRequestHandler<TMessage, TAnswer>` has a method that takes the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from assay.source import facts
from assay.source.evaluate import attributes, calls, dispatch, generic
from assay.source.evaluate.joining import either
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Member,
    Overloads,
    Value,
    options,
)
from assay.source.evaluate.written import last_name

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

SENDING = frozenset(
    """
    Send SendAsync Publish PublishAsync Invoke InvokeAsync Execute ExecuteAsync Dispatch DispatchAsync Query QueryAsync
    GetResponse Request RequestAsync SendCommand SendQuery PublishEvent Raise RaiseAsync SendCommandAsync SendQueryAsync Handle HandleAsync
    ExecuteCommandAsync ExecuteQueryAsync ExecuteCommand ExecuteQuery Process ProcessAsync
    """.split()
)
"""Methods to which a message is handed."""
TELLING = re.compile(r"^(Publish|Raise|Notify)")
"""Those of them that hand it to everyone who listens."""
BASES = re.compile(r"(Handler|Consumer|Handles|HandleMessages|Listener|Subscriber)")
METHODS = (
    "Handle", "HandleAsync", "Consume", "ConsumeAsync", "Execute", "ExecuteAsync", "HandleCore", "HandleCommand", "HandleRequestAsync",
    "OnHandleAsync", "Process", "ProcessAsync", "Invoke",
)  # fmt: skip
ENDINGS = ("Handler", "Handlers", "Consumer")
BEHAVIORS = ("IPipelineBehavior", "IRequestPreProcessor")
DELIVERED = "delivered()"
"""The member that a call has whose message reached a handler."""
MOST = 4
"""Handlers of one message that are run."""


class Messages:
    """Knows the handlers of a program; read once, when a message is first sent."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run
        self.handlers: dict[str, list[ClassValue]] | None = None
        self.taking: dict[str, list[ClassValue]] | None = None
        self.behaving: tuple[ClassValue, ...] | None = None
        self.known: dict[object, tuple[FunctionValue, ...]] = {}

    # --- what handles what

    def of(self, message: ClassValue) -> tuple[FunctionValue, ...]:
        """The methods that take a message, bound to objects as the container makes them."""
        key = generic.spelled(message)
        if key not in self.known:
            self.known[key] = ()  # cuts circles
            self.known[key] = self.run.apart(message.place, lambda: tuple(self._of(message))[:MOST])
        return self.known[key]

    def _of(self, message: ClassValue) -> Iterator[FunctionValue]:
        if self.handlers is None:
            self.handlers = self.read()
        seen: set[int] = set()
        known = (*self.handlers.get(message.type.name, ()), *self.by_convention(message))
        for cls in known or self.by_signature(message):
            for one in self.concrete(cls, message):
                if id(one.type) not in seen:
                    seen.add(id(one.type))
                    method = self.method(one, message)
                    if method is not None:
                        yield method

    def concrete(self, cls: ClassValue, message: ClassValue) -> Iterator[ClassValue]:
        """A handler that can be made: itself, or those that derive from it for just these type arguments."""
        if not dispatch.is_abstract(cls):
            yield generic.constructed(self.run, cls, message.arguments) if cls.type.type_parameters else cls
            return
        wanted = tuple(generic.spelled(argument) for argument in message.arguments)
        for one in dispatch.implementers(self.run, cls):
            given = generic.arguments_of(self.run, one, (), cls) or ()
            if not wanted or tuple(generic.spelled(argument) for argument in given) == wanted:
                yield one

    def read(self) -> dict[str, list[ClassValue]]:
        """The types that derive from something that is called a handler, by the simple name of the message."""
        found: dict[str, list[ClassValue]] = {}
        project = self.run.project
        names = [name for name in project.bases("csharp") if BASES.search(name)]
        for path in sorted({path for name in names for path in project.deriving(name)}):
            module = self.run.module(path)
            for type_ in types_in(module.file.body) if module is not None else ():
                messages = {
                    last_name(base.keys[0])
                    for base in type_.bases
                    if isinstance(base, facts.Index) and BASES.search(last_name(base)) and base.keys
                }
                cls = self.class_of(type_) if messages else None
                for name in sorted(messages) if cls is not None else ():
                    found.setdefault(name, []).append(cls)  # type: ignore[arg-type]  # told by the condition
        return found

    def class_of(self, type_: facts.Type) -> ClassValue | None:
        """The type whose declaration this is."""
        every = self.run.csharp.types.all(type_.name)
        return next((one for one in every if any(part is type_ for part, _ in one.parts)), None)

    def by_convention(self, message: ClassValue) -> Iterator[ClassValue]:
        """Handlers that are found by their name, or that stand in the file of the message."""
        for ending in ("Handler", "Consumer"):
            yield from self.run.csharp.types.all(f"{message.type.name}{ending}")
        for type_ in types_in(message.module.file.body):
            if type_.name.endswith(("Handler", "Consumer")) and (cls := self.class_of(type_)) is not None:
                yield cls

    def by_signature(self, message: ClassValue) -> Iterator[ClassValue]:
        """Handlers that implement nothing and have a method for the message: one `AuthHandler` for all messages about signing in."""
        if self.taking is None:
            self.taking = {}
            for name in sorted(self.run.project.survey("csharp").types):
                for cls in self.run.csharp.types.all(name) if name.endswith(ENDINGS) else ():
                    for taken in sorted(taken_by(cls)):
                        self.taking.setdefault(taken, []).append(cls)
        yield from self.taking.get(message.type.name, ())

    def method(self, cls: ClassValue, message: ClassValue) -> FunctionValue | None:
        """The method of a handler that takes a message."""
        for name in METHODS:
            found = declared(self.run, cls, name)
            for function in found:
                if function.function.body is not None and self.takes(function, message):
                    made = dispatch.made_of(self.run, cls) if "static" not in function.function.modifiers else cls
                    return FunctionValue(
                        function.function, function.module, function.scope, function.owner, made, function.attributes
                    )
        return None

    def takes(self, function: FunctionValue, message: ClassValue) -> bool:
        """Whether a method has a parameter of the message's type: many features have a `Command` of their own."""
        position = position_of(function, message)
        if position is None:
            return False
        declared_type = self.run.type_of(function.function.parameters[position], function)
        keys = declared_type.keys if isinstance(declared_type, Generic) else ()
        known = [named[0] for each in (declared_type, *keys) if (named := generic.named(each)) is not None]
        alike = [one for one in known if one.type.name == message.type.name]
        return not alike or any(one.type is message.type for one in alike)

    # --- what stands around handlers

    def behaviors(self) -> tuple[ClassValue, ...]:
        """The pipeline behaviors of the project."""
        if self.behaving is None:
            self.behaving = tuple(
                cls
                for name in BEHAVIORS
                for path in self.run.project.deriving(name)
                if (module := self.run.module(path)) is not None
                for type_ in types_in(module.file.body)
                if any(last_name(base) == name for base in type_.bases)
                if (cls := self.class_of(type_)) is not None and not dispatch.is_abstract(cls)
            )[:8]
        return self.behaving

    def around(self, message: Value, cls: ClassValue, request: calls.Request) -> None:
        """Run what stands around every handler: behaviors that log, validate or refuse; the attribute that they look at."""
        for behavior in self.behaviors():
            made = dispatch.made_of(self.run, generic.constructed(self.run, behavior, (cls, External("TResponse"))))
            for function in declared(self.run, behavior, "Handle") or declared(self.run, behavior, "Process"):
                bound = FunctionValue(function.function, function.module, function.scope, function.owner, made)
                calls.enter(self.run, bound, replace(request, callee=bound, positional=(message,), named={}))
        for part, module in cls.parts if self.behaviors() else ():
            for annotation in part.annotations:
                written = annotation.value
                if isinstance(written, facts.Call) and last_name(written.function).startswith("Authorize"):
                    said = [Const(argument.name) for argument in written.arguments]
                    place = replace(cls.place, path=module.path, line=annotation.line)
                    self.run.record(calls.Request(External("Authorize"), (message, *said), {}, place))


def delivered(run: Evaluator, request: calls.Request) -> Value | None:
    """What the handlers of a message answer; None for a call that hands over no message."""
    callee = request.callee
    if not isinstance(callee, Member) or callee.name not in SENDING or not request.positional:
        return None
    for argument in request.positional[:2]:
        for message in options(argument):
            cls = message_class(run, message)
            handlers = run.csharp.messages.of(cls) if cls is not None else ()
            if cls is not None and handlers:
                return handled(run, request, message, cls, handlers)
    return None


def handled(
    run: Evaluator, request: calls.Request, message: Value, cls: ClassValue, handlers: tuple[FunctionValue, ...]
) -> Value:
    """The handlers of a message, run."""
    made = run.record(request)
    made.attributes[DELIVERED] = Const(True)
    is_told = TELLING.match(made.name) is not None
    if not is_told:
        run.csharp.messages.around(message, cls, request)
    answers: list[Value] = []
    for function in handlers if is_told else handlers[:2]:
        position = position_of(function, cls) or 0
        parameter = function.function.parameters[position]
        is_wrapped = parameter.annotation is not None and last_name(parameter.annotation).endswith("Context")
        given = Given(parameter.name, attributes={"Message": message}) if is_wrapped else message
        answers.append(
            calls.enter(run, function, replace(request, callee=function, positional=(), named={parameter.name: given}))
        )
    return made if is_told else either(*answers)


def message_class(run: Evaluator, message: Value) -> ClassValue | None:
    """The type of a message."""
    if isinstance(message, Instance | Given):
        known = generic.type_of(message)
        return known[0] if known is not None else None
    return run.typing(message) if run.typing is not None else None


def taken_by(cls: ClassValue) -> set[str]:
    """The simple names of the types of what the handling methods of a type take first."""
    functions = [member.function for member in cls.type.body if isinstance(member, facts.Define)]
    first = [
        function.parameters[0].annotation for function in functions if function.name in METHODS and function.parameters
    ]
    return {last_name(annotation) for annotation in first if annotation is not None}


def position_of(function: FunctionValue, message: ClassValue) -> int | None:
    """Which parameter takes the message: `Handle(Message m)`, `Consume(ConsumeContext<Message> context)`."""
    for position, parameter in enumerate(function.function.parameters):
        annotation = parameter.annotation
        if isinstance(annotation, facts.Index) and last_name(annotation).endswith("Context") and annotation.keys:
            annotation = annotation.keys[0]
        if annotation is not None and last_name(annotation) == message.type.name:
            return position
    return None


def declared(run: Evaluator, cls: ClassValue, name: str) -> tuple[FunctionValue, ...]:
    """The methods of a name that a type or one of its bases declares, nearest first."""
    found: list[FunctionValue] = []
    for base in attributes.mro(run, cls):
        held = attributes.class_names(run, base).get(name) if isinstance(base, ClassValue) else None
        functions = held.functions if isinstance(held, Overloads) else (held,)
        found += [one for one in functions if isinstance(one, FunctionValue)]
    return tuple(found)


def types_in(block: facts.Block) -> Iterator[facts.Type]:
    """The types of a block, nested ones too."""
    waiting = [statement.type for statement in block if isinstance(statement, facts.Declare)]
    while waiting:
        current = waiting.pop(0)
        yield current
        waiting.extend(member.type for member in current.body if isinstance(member, facts.Declare))
