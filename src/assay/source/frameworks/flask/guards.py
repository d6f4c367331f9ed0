"""Guards: decorators, in the order in which they really stand around the view."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source import facts
from assay.source.anonymous import for_nobody
from assay.source.away import is_ambient
from assay.source.evaluate.values import (
    ClassValue,
    Condition,
    Decorated,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    Table,
    Value,
    items,
    options,
    result,
    undecorated,
)
from assay.source.frameworks.flask.known import dotted, entry_of, outside, stated
from assay.source.mentions import names_in, texts_in
from assay.source.program import Program, place_of, words
from assay.source.refusal import (
    ABORTING,
    NOTHING,
    REFUSING,
    VIEW,
    Observation,
    Refusal,
    is_view,
    observe,
    reaching,
    refusal_of_handler,
    refusal_of_wrapper,
    strongest,
)
from assay.source.status import status_of
from assay.source.vocabulary import parts_of

ROUTE_WORDS = frozenset({"route", "get", "post", "put", "patch", "delete", "endpoint", "resource", "expose"})
LAYERS = 8
"""Outside calls around one view that are looked into."""
AT_TIMES = "an unknown caller gets through in some states of the service"
OUT_OF_ORDER = "order: the decorator stands above the route, so the route has the bare view and it never runs"


class Decorators:
    """Reads what stands around a view."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[object, Refusal] = {}
        self.inline: dict[tuple[int, int], Refusal] = {}
        self.held: list[Value] = []
        """Keeps what `known` tells apart by identity."""

    # --- where guards stand

    def of(self, view: Value, level: Level = Level.ENDPOINT) -> tuple[Guard, ...]:
        """The guards of a decorated view, outermost first."""
        found: list[Guard] = []
        while isinstance(view, Decorated):
            guard = self.guard(view.decorator, level, view.place, view.source.value)
            if guard is not None:
                found.append(guard)
            view = view.inner
        if (
            isinstance(view, Made) and view.positional and not is_view_class(view)
        ):  # `add_url_rule(..., view_func=login_required(f))`
            guard = self.guard(view.callee, level, view.place)
            return (*found, *((guard,) if guard is not None else ()), *self.of(view.positional[0], level))
        return tuple(found)

    def of_list(self, value: Value | None, level: Level, place: Place | None, method: str = "") -> tuple[Guard, ...]:
        """The guards of `decorators = [...]`: the last one is the outermost. A table gives those of one method."""
        for option in options(value):
            if isinstance(option, Table):
                return self.of_list(option.get(method.lower()), level, place)
        found = (self.guard(decorator, level, place) for decorator in reversed(items(value) or ()))
        return tuple(guard for guard in found if guard is not None)

    def of_class(self, cls: ClassValue, method: str) -> tuple[Guard, ...]:
        """`decorators` and `method_decorators` of a view class or its bases."""
        found: list[Guard] = []
        for name in ("decorators", "method_decorators"):
            declared = self.program.class_attribute(cls, name)
            if declared is not None:
                level = Level.TYPE if declared[1].type is cls.type else Level.BASE
                found += self.of_list(declared[0], level, declared[1].place, method)
        return tuple(found)

    def above(self, view: Value) -> tuple[Guard, ...]:
        """The guards that stand above the route: the name has them, the route has not."""
        function = undecorated(view)
        if not isinstance(function, FunctionValue):
            return ()
        bound = function.scope.names.get(function.function.name)
        if function.owner is not None or not isinstance(bound, Decorated) or undecorated(bound) is not function:
            return ()
        found: list[Guard] = []
        outer: Value = bound
        while isinstance(outer, Decorated) and outer is not view:
            if not self.is_route(outer.decorator):
                guard = self.guard(outer.decorator, Level.ENDPOINT, outer.place, outer.source.value)
                if guard is not None:
                    found.append(replace(guard, is_effective=False, defeat=OUT_OF_ORDER))
            outer = outer.inner
        return tuple(found)

    @staticmethod
    def is_route(decorator: Value) -> bool:
        """Whether a decorator is the registration of a route."""
        return isinstance(decorator, Made) and decorator.name in ROUTE_WORDS

    # --- what one decorator is

    def guard(
        self, decorator: Value, level: Level, place: Place | None, source: facts.Expr | None = None
    ) -> Guard | None:
        """The guard that one decorator is, None when it is none."""
        if self.is_route(decorator):
            return None
        what = self.demand(decorator)
        if what.demand is Demand.NOTHING:
            return None
        kind = "hook" if level is Level.APPLICATION else "decorator"
        return Guard(
            f"@{shown(decorator, source)}",
            kind,
            what.demand,
            level,
            place or place_of(decorator),
            what.values,
            steps=what.steps,
            reason=what.reason,
        )

    def demand(self, decorator: Value) -> Refusal:
        """What a decorator demands: by the team's words, by the vocabulary, else by following the wrapper that it gives."""
        name = plain_name(decorator)
        if name in self.program.vocabulary.guards:
            return Refusal(Demand.AUTHENTICATED)
        if name in self.program.vocabulary.not_guards:
            return NOTHING
        known = outside(self.program, decorator) if not isinstance(decorator, FunctionValue | ClassValue) else None
        if known is not None and not (isinstance(decorator, Instance) and known.demand is Demand.NOTHING):
            return known
        key = self.key(decorator)
        if key not in self.known:
            self.held.append(decorator)
            self.known[key] = NOTHING  # cuts circles
            self.known[key] = self.followed(decorator)
            if self.program.run.steps_left <= 0:
                self.known[key] = Refusal(Demand.UNKNOWN, reason="the evaluation budget is used up")
        return self.known[key]

    @staticmethod
    def key(decorator: Value) -> object:
        """What a refusal is remembered by."""
        if isinstance(decorator, FunctionValue) and decorator.scope is decorator.module.scope:
            return id(decorator.function)
        return id(decorator)

    def followed(self, decorator: Value) -> Refusal:
        """What the things that a project's decorator gives demand, the strongest of several."""
        found: list[Refusal] = []
        for option in layers(observe(self.program.run, decorator, (Given(VIEW),)).value):
            found += self.around(option)
            inner = undecorated(option)
            if isinstance(inner, FunctionValue | Instance):
                found.append(self.wrapper(inner))
            elif isinstance(inner, Made):
                found.append(outside(self.program, inner.callee) or NOTHING)
            bound = result(option)
            if bound is not inner and isinstance(bound, FunctionValue):
                found.append(self.wrapper(bound))
        return strongest(found) if found else NOTHING

    def around(self, wrapper: Value) -> Iterator[Refusal]:
        """The demands of the decorators around a wrapper itself."""
        while isinstance(wrapper, Decorated):
            if not isinstance(wrapper.decorator, FunctionValue):
                known = outside(self.program, wrapper.decorator)
                if known is not None:
                    yield known
            else:
                yield self.demand(wrapper.decorator)
            wrapper = wrapper.inner

    def wrapper(self, wrapper: Value) -> Refusal:
        """What a wrapper demands: by its own tests, or by what it calls from outside that refuses."""
        own = refusal_of_wrapper(self.program.run, wrapper)
        if own.demand not in {Demand.NOTHING, Demand.UNKNOWN, Demand.CUSTOM} and self.is_open_at_times(wrapper):
            return replace(own, demand=Demand.UNKNOWN, reason=AT_TIMES)
        if own.demand not in {Demand.NOTHING, Demand.UNKNOWN}:
            return own
        called = self.called(observe(self.program.run, wrapper))
        return called if called is not None else own

    def is_open_at_times(self, wrapper: Value) -> bool:
        """Whether an unknown caller reaches the view under tests that speak neither of the caller nor of the request."""
        run = self.program.run
        held, run.assume = run.assume, for_nobody
        nobody = observe(run, wrapper)
        run.assume = held
        return any(
            conditions and not any(speaks_of_request(condition) for condition in conditions)
            for conditions in reaching(nobody)
        )

    def called(self, observation: Observation) -> Refusal | None:
        """What the known outside calls of a run demand; those that only happen in some cases are of unknown effect."""
        found: list[Refusal] = []
        for made in observation.made:
            name = dotted(self.program, made.callee)
            entry = entry_of(name, "calls") if name else None
            what = stated(entry, made, made.callee) if entry is not None else None
            if what is None and is_wrapped(made) and name:
                what = outside(self.program, made.callee)
            if what is None and isinstance(made.callee, Made) and is_around_view(made.callee):
                what = outside(self.program, made.callee.callee)  # calls what `require_oauth("x")(view)` gave before
            if what is None or what.demand is Demand.NOTHING:
                continue
            if made.conditions:
                reason = f"{made.name} is asked for only in some cases"
                what = replace(what, demand=Demand.UNKNOWN, reason=reason)
            found.append(what)
        return strongest(found) if found else None

    def through(self, function: FunctionValue) -> Refusal:
        """What a method demands because it always hands on to one that is guarded: `return super().post()`."""
        if function.owner is None:
            return NOTHING
        run, receiver = self.program.run, Given("self", type=function.owner)
        bound = FunctionValue(
            function.function, function.module, function.scope, function.owner, receiver, function.attributes
        )
        run.through.clear()
        observe(run, bound)
        found = [self.demand(decorated.decorator) for decorated, tests in tuple(run.through) if not tests]
        guarding = [what for what in found if what.demand is not Demand.NOTHING]
        return strongest(guarding) if guarding else NOTHING

    def of_body(self, view: Value) -> Guard | None:
        """The guard that a handler is to itself."""
        function = undecorated(view)
        if not isinstance(function, FunctionValue):
            return None
        key = (id(function.function), id(function.scope))  # one function in two closures may do two things
        if key not in self.inline:
            what = refusal_of_handler(self.program.run, function)
            if what.demand is Demand.NOTHING:
                what = self.through(function)
            if what.demand is Demand.NOTHING:
                called = self.called(observe(self.program.run, function))
                what = called if called is not None and called.demand is not Demand.UNKNOWN else what
            if what.demand is Demand.NOTHING and function.scope.returns is not None:
                what = dispatched(observe(self.program.run, function))
            self.inline[key] = what
        what = self.inline[key]
        if what.demand is Demand.NOTHING:
            return None
        name, place = f"check in {function.name}", function.place
        return Guard(
            name, "inline", what.demand, Level.ENDPOINT, place, what.values, steps=what.steps, reason=what.reason
        )


def dispatched(seen: Observation) -> Refusal:
    """What a view demands that a function made, and that dispatches to more than can be told: not known where one way refuses strangers."""
    ends = [(exit_.value, exit_.conditions) for exit_ in seen.exits]
    ends += [(made, made.conditions) for made in seen.made if made.name in ABORTING]
    refuses = any(tests and status_of(value) in REFUSING and is_ambient(tests[-1].value) for value, tests in ends)
    return (
        Refusal(Demand.UNKNOWN, reason="what it dispatches to refuses strangers on one way at least")
        if refuses
        else NOTHING
    )


def speaks_of_request(condition: Condition) -> bool:
    """Whether a test is about the request or could not be read."""
    said = {part for word in (*words(condition.test), *names_in(condition.value)) for part in parts_of(word)}
    return not said or bool(said & {"request", "method", "path", "endpoint", "view", "args", "kwargs", "func"})


def is_wrapped(value: Value) -> bool:
    """Whether a value is what an outside call gave for the view."""
    return isinstance(value, Made) and bool(value.positional) and is_view(value.positional[0])


def layers(value: Value | None, depth: int = 0) -> Iterator[Value]:
    """What a decorator gave, and what outside calls in it were put around: `doc(...)(require_oauth(...)(view))`."""
    for option in options(value):
        inner = undecorated(option)
        if not isinstance(inner, Made):
            yield option
        elif depth < LAYERS and is_around_view(inner):
            yield option
            yield from layers(inner.positional[0], depth + 1)


def is_around_view(value: Made) -> bool:
    """Whether an outside call was given the view, or what was put around it."""
    return any(holds_view(held) for given in value.positional[:1] for held in options(given))


def holds_view(value: Value) -> bool:
    """Whether something is the view, or may be put around it."""
    inner = undecorated(value)
    return is_view(inner) or isinstance(inner, FunctionValue | Instance | Made)


def is_view_class(value: Made) -> bool:
    """Whether a value is `View.as_view("name")`."""
    return isinstance(value.callee, Member) and value.callee.name == "as_view"


def plain_name(value: Value) -> str:
    """A decorator's simple name."""
    match value:
        case FunctionValue():
            return value.function.name or value.name
        case External(name=name) | Member(name=name):
            return name.rpartition(".")[2]
        case Made(callee=callee):
            return plain_name(callee)
        case Instance(cls=cls):
            return cls.name
        case ClassValue():
            return value.name
        case Decorated(inner=inner):
            return plain_name(inner)
    return "decorator"


def shown(value: Value, source: facts.Expr | None = None) -> str:
    """A decorator as its author wrote it, short: its name and the texts that it is given."""
    match source:
        case facts.Call(function=facts.Name(id=name) | facts.Attr(name=name)):
            said = [each.value.value for each in source.arguments if isinstance(each.value, facts.Text)]
            return f"{name}({', '.join(repr(found) for found in said[:4])})"
        case facts.Name(id=name) | facts.Attr(name=name):
            return name
    if isinstance(value, Made):
        return f"{plain_name(value)}({', '.join(repr(found) for found in texts_in_arguments(value))})"
    return plain_name(value)


def texts_in_arguments(made: Made) -> list[str]:
    """The short texts among the arguments of a call."""
    return [found for value in (*made.positional, *made.named.values()) for found in texts_in(value)][:4]
