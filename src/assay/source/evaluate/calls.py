"""Call values: enter project functions, make instances, run built-ins, record everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from assay.model.place import Place
from assay.source.evaluate import attributes, background, generic, injector, literal, queried, resolving
from assay.source.evaluate.answered import answered
from assay.source.evaluate.builtins import builtin
from assay.source.evaluate.joining import either
from assay.source.evaluate.methods import METHODS
from assay.source.evaluate.overload import chosen
from assay.source.evaluate.parameters import bind_parameters
from assay.source.evaluate.refused import Refused
from assay.source.evaluate.results import decision, named_elements
from assay.source.evaluate.scope import RAISES, Scope
from assay.source.evaluate.values import (
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
    Overloads,
    Parent,
    Table,
    Template,
    Unknown,
    Value,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator

DEPTH = 30
"""Project calls inside each other; deeper gives `Unknown`."""
OBSERVED_DEPTH = 9
"""The same while a guard is observed: what decides stands near its surface."""
TRACED_DEPTH = 14
"""The same while a handler is traced."""
TIMES = 2
"""While a handler is traced, so often is a function run with the very same arguments; then what it gave is given again."""
SHARE, SHARE_LEAST = 2, 600
"""While a handler is traced, one call may take half of the steps that are left, and at least so many."""
LAYERS = 8
"""Outside calls around one function that are looked into."""
RECURSION = 2
"""Times that one function may be on the stack."""


class Request(Struct, frozen=True, eq=False):
    """A call to be made."""

    callee: Value
    positional: tuple[Value, ...]
    named: dict[str, Value]
    place: Place
    type_arguments: tuple[Value, ...] = ()


def call(run: Evaluator, request: Request) -> Value:  # noqa: C901, PLR0911, PLR0912  # a flat match over the kinds of values
    """What the call gives."""
    match request.callee:
        case Deferred() as deferred:
            return call(run, replace(request, callee=deferred.resolve()))
        case FunctionValue() as function:
            return enter(run, function, request)
        case Overloads(functions=functions):
            return enter(run, chosen(functions, request, run), request)
        case ClassValue() as cls:
            return instantiate(run, cls, request)
        case Generic(value=ClassValue() as cls, keys=keys):
            return instantiate(run, generic.constructed(run, cls, keys), request)
        case Decorated() as decorated:
            return call_decorated(run, decorated, request)
        case Instance() as instance:
            return call_instance(run, instance, request)
        case Either() if request.place.path.endswith(".cs") and (ways := run.csharp.asked(request)) is not None:
            return ways
        case Either(options=options):
            return call_each(run, options, request)
        case External(name=name):
            found = builtin(run, name, request)
            return found if found is not None else outside(run, request)
        case Member(value=owner, name="__setattr__") if (
            found := builtin(run, "builtins.setattr", replace(request, positional=(owner, *request.positional)))
        ) is not None:
            return found
        case Member(value=Const() | Template() | Items() | Table() as owner, name=name) if name in METHODS:
            return METHODS[name](run, owner, request)
        case Member(value=Made(callee=External(name="re.compile"), positional=(pattern, *_)), name=name):
            matching = replace(request, positional=(pattern, *request.positional))
            found = builtin(run, f"re.{name}", matching)
            return found if found is not None else outside(run, request)
        case Made(name="Env" | "FileAwareEnv") | Member(value=Made(name="Env" | "FileAwareEnv")) as env:
            found = schemed(env.value if isinstance(env, Member) else env, request)
            return found if found is not None else outside(run, request)
        case Made(callee=External(name="functools.partial"), positional=(target, *given), named=named):
            whole = (*given, *request.positional)
            return call(run, replace(request, callee=target, positional=whole, named={**named, **request.named}))
        case Made(name="wraps" | "update_wrapper") if request.positional:
            return request.positional[0]
        case Made() as wrapped if run.is_tracing and (inner := handed_to(wrapped)) is not None:
            return call(run, replace(request, callee=inner))
    injected = injector.called(run, request.callee, request.place)
    return injected if injected is not None else outside(run, request)


def handed_to(wrapped: Made) -> Value | None:
    """The function that an outside call was put around: what that gave is taken to hand the call through, as a decorator does."""
    inner, _ = within(wrapped) if isinstance(wrapped.callee, Made | Instance) else (None, ())
    return inner if isinstance(inner, FunctionValue | Decorated) else None


def schemed(env: Value, request: Request) -> Value | None:
    """The default that a scheme of the environment states: `Env(NAME=(str, "x"))("NAME")`; None where the call states one itself."""
    name = request.positional[0] if request.positional else None
    if not isinstance(env, Made) or not isinstance(name, Const) or len(request.positional) > 1 or request.named:
        return None
    match env.named.get(str(name.value)):
        case Items(items=[_, Const(value=default)]) if default is not None:
            return Const(default, is_default=True)
    return None


def outside(run: Evaluator, request: Request) -> Value:
    """Record a call that leaves the project; lambdas handed to it in C# are run with `Given` parameters, as callbacks are."""
    is_csharp = request.place.path.endswith(".cs")
    if is_csharp:
        found = run.csharp.reflected(request)
        if found is not None:
            return found
        extension = run.csharp.extension(request)
        if extension is not None:
            return extension
    if run.answering is not None and (answer := run.answering(request)) is not None:
        return answer
    if not is_csharp:
        kept = resolving.resolved(run, request) or queried.queried(run, request)
        if kept is not None:
            return kept
    made = run.record(request)
    match request.callee:
        case Member(value=Parent(receiver=Instance() as instance), name="__init__"):
            instance.attributes["super()"] = made
            instance.attributes.update(
                {key: value for key, value in request.named.items() if key not in instance.attributes}
            )
    if is_csharp:
        run.csharp.callbacks(made)
    elif run.is_tracing:
        background.leave(run, made)
    return made


def call_each(run: Evaluator, options: tuple[Value, ...], request: Request) -> Value:
    """Call each option."""
    return either(*(call(run, replace(request, callee=option)) for option in options[:4]))


def call_decorated(run: Evaluator, decorated: Decorated, request: Request) -> Value:
    """Call what the name is bound to; a decorator from outside is taken to hand the call through."""
    callee = decorated.result if is_own(decorated.result) else None
    layers: list[Made] = []
    if callee is None:
        inner, layers = within(decorated.result)
        callee = None if inner is None or function_of(inner) is function_of(decorated.inner) else inner
    if callee is None and run.exits is not None:
        run.through.append((decorated, tuple(run.conditions)))
    if run.injecting is not None:
        for layer in layers if callee is not None else ():
            around = Decorated(layer.callee, layer.positional[0], layer, decorated.place, decorated.source)
            request = run.injecting(around, request)
        if callee is None:
            request = run.injecting(decorated, request)
    return call(run, replace(request, callee=callee or decorated.inner))


def function_of(value: Value) -> object:
    """What makes two values the same function, however they are bound."""
    inner = undecorated(value)
    return inner.function if isinstance(inner, FunctionValue) else inner


def is_own(value: Value) -> bool:
    """Whether something is of the project and can be called."""
    return isinstance(value, FunctionValue | ClassValue | Decorated | Instance)


def within(value: Value) -> tuple[Value | None, list[Made]]:
    """What outside calls were put around, such as a project's wrapper in `arguments(...)(response(...)(wrapper))`, and those calls."""
    layers: list[Made] = []
    while isinstance(value, Made) and value.positional and len(layers) < LAYERS:
        layers.append(value)
        value = value.positional[0]
        if isinstance(
            value, Either
        ):  # what a decorator gives in some cases only: its wrapper rather than the function itself
            value = next((option for option in reversed(value.options) if isinstance(option, FunctionValue)), value)
    return (value if is_own(value) else None), layers


def call_instance(run: Evaluator, instance: Instance, request: Request) -> Value:
    """`obj(...)`: its `__call__`, else an outside call."""
    method = attributes.class_attribute(run, instance.cls, "__call__", instance)
    if isinstance(method, FunctionValue | Decorated):
        return call(run, replace(request, callee=method))
    return outside(run, request)


def instantiate(run: Evaluator, cls: ClassValue, request: Request) -> Value:
    """`Class(...)`: the constructor is run; without one, named arguments are its attributes (dataclasses, pydantic)."""
    instance = Instance(
        request.positional,
        request.named,
        request.place,
        run.next_index(),
        tuple(run.conditions),
        run.names,
        {},
        cls,
    )
    run.instances.append(instance)
    if cls.module.file.language == "csharp":
        run.csharp.construct(instance, request)
        return instance
    method = attributes.class_attribute(run, cls, "__init__", instance)
    if isinstance(method, FunctionValue | Decorated):
        call(run, replace(request, callee=method))
    else:
        instance.attributes.update(request.named)
        if run.answering is not None:
            run.answering(replace(request, callee=Member(instance, "__init__")))
        if is_enum(run, cls) and request.positional:
            return request.positional[0]
    return instance


def is_enum(run: Evaluator, cls: ClassValue) -> bool:
    """Whether it is an enumeration."""
    return any(isinstance(base, External) and base.name.startswith("enum.") for base in attributes.mro(run, cls))


def enter(run: Evaluator, function: FunctionValue, request: Request) -> Value:
    """Run a project function; what it may return."""
    asked = alike(function, request) if run.is_tracing else ()
    known = unentered(run, function, request, asked)
    if known is not None:
        return known
    scope = Scope(
        function.module,
        parent=function.scope,
        owner=function.owner or function.scope.owner,
        receiver=function.receiver if function.receiver is not None else function.scope.receiver,
        returns=[],
        yields=[],
    )
    if function.function.name == "" and function.scope.returns is None:
        scope.returns = []
    bind_parameters(run, function, request, scope)
    run.entered.add(id(function.function))
    first_exit = len(run.exits) if run.exits is not None else 0
    names = run.names
    run.stack.append(function)
    run.names = (*names, function.name)
    run.ways.append((function.name, request.place))
    # Conditions around the call hold inside it too, so they stay.
    end = run_body(run, function, scope)
    if not end:
        run.record_exit("return", Const(None), Place(function.module.path, function.function.end_line))
    # While a guard is observed, a call that only ever raises ends its caller too.
    run.has_raised = end == RAISES and not scope.returns and run.exits is not None
    run.stack.pop()
    run.names = names
    run.ways.pop()
    found = returned(function, scope)
    named_elements(found, function.function.returns)
    if not run.is_tracing:
        return found
    note_refusal(run, function, request, first_exit)
    hand_back(run, function, scope)
    given = (request.positional, request.named)
    found = answered(run, function, given, request.place, decision(run, found, first_exit))
    return told(run, asked, request, found)


def note_refusal(run: Evaluator, function: FunctionValue, request: Request, first_exit: int) -> None:
    """Keep a call that may have ended the request: somebody may take it for a check of what it was given."""
    held = len(run.conditions)
    raised = next((each for each in reversed((run.exits or [])[first_exit:]) if each.kind == "raise"), None)
    if raised is not None and not function.module.is_outside:
        itself = (function.receiver,) if function.receiver is not None else ()
        given, callee = (*request.positional, *itself), External(function.function.name)
        around = tuple(run.conditions)
        made = Made(given, request.named, request.place, raised.index, around, run.names, {}, callee)
        run.refusing.append(Refused(made, raised.conditions[held:]))


def unentered(run: Evaluator, function: FunctionValue, request: Request, asked: tuple[int, ...]) -> Value | None:
    """What a call gives that does not enter the function itself; None when it is to be entered."""
    if isinstance(function.receiver, Given) and function.module.file.language == "csharp":
        each = run.csharp.dispatched(function, request)
        if each is not None:
            return each
    if id(function.function) in run.closed:
        return Unknown(f"{function.name} is not looked into")
    if function.function.body is None:
        return bodiless(run, function, request)
    if asked and (before := run.told.get(asked)) is not None and before.times >= TIMES:
        run.has_raised = before.has_raised
        return before.value
    if (table := literal.written(run, function)) is not None:
        return table
    deepest = TRACED_DEPTH if run.is_tracing else OBSERVED_DEPTH if run.exits is not None else DEPTH
    again = sum(other.function is function.function for other in run.stack)
    if len(run.stack) >= deepest or again >= RECURSION:
        run.cuts += run.is_tracing and again < RECURSION
        return Unknown(f"{function.name} is called too deep")
    return None


def run_body(run: Evaluator, function: FunctionValue, scope: Scope) -> int:
    """Run a body; while a handler is traced, one call may not use up what the rest of the handler needs."""
    left = run.steps_left
    if run.handler is function.function:
        run.handler, run.surface, run.begun = None, len(run.stack), run.next_index()
    elif run.is_tracing and len(run.stack) > 1 and run.handler is None and not function.module.is_outside:
        run.steps_left = min(left, max(SHARE_LEAST, left // SHARE))
    own = run.steps_left
    end = run.execute(function.function.body or (), scope)
    if own < left:
        run.cuts += run.steps_left <= 0
        run.steps_left = left - (own - max(run.steps_left, 0))
    return end


def hand_back(run: Evaluator, function: FunctionValue, scope: Scope) -> None:
    """Keep what `out` and `ref` parameters were set to, for whoever made the call."""
    parameters = function.function.parameters
    run.outs = {at: scope.names[p.name] for at, p in enumerate(parameters) if p.kind in {"out", "ref"}}


def told(run: Evaluator, asked: tuple[int, ...], request: Request, found: Value) -> Value:
    """What a traced call gave, kept for the next one that asks the very same."""
    before = run.told.get(asked)
    run.told[asked] = Told(found, run.has_raised, before.times + 1 if before is not None else 1, request)
    return found


class Told(Struct, frozen=True, eq=False):
    """What a function gave for the very same arguments, while a handler is traced."""

    value: Value
    has_raised: bool
    times: int
    request: Request
    """Kept, so that the identities of its arguments stay theirs."""


def alike(function: FunctionValue, request: Request) -> tuple[int, ...]:
    """What two calls share that do the same: the function, what it closes over and is bound to, and each argument itself, types too."""
    named = [part for name, value in sorted(request.named.items()) for part in (hash(name), id(value))]
    given = map(id, (*request.type_arguments, *request.positional))
    return (id(function.function), id(function.scope), id(function.receiver), *given, 0, *named)


def bodiless(run: Evaluator, function: FunctionValue, request: Request) -> Value:
    """A call of something that is only declared; while a handler is traced it is one that leaves the project."""
    receiver = function.receiver
    if receiver is None and "partial" in function.function.modifiers and function.owner is not None:
        receiver = External(function.owner.name)  # a source generator writes its body
    if run.is_tracing and (isinstance(receiver, Given | External) or "partial" in function.function.modifiers):
        assert receiver is not None
        return outside(run, replace(request, callee=Member(receiver, function.function.name)))
    return Unknown(f"{function.name} has no body")


def returned(function: FunctionValue, scope: Scope) -> Value:
    """What the body gave back."""
    if scope.yields and {"generator", "iterator"} & set(function.function.modifiers):
        return Items(scope.yields)
    returns = scope.returns or []
    known = [value for value in returns if not (isinstance(value, Const) and value.value is None)]
    if not known:
        return Const(None)
    return either(*known)
