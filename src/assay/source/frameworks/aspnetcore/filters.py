"""Filters that refuse: of MVC on attributes and in options, and of endpoints. Each is followed into its body once, and again for an
endpoint whose route decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare, made_of
from assay.source.evaluate.values import (
    ClassValue,
    FunctionValue,
    Given,
    Instance,
    Made,
    Overloads,
    Value,
    options,
)
from assay.source.frameworks.aspnetcore.anonymous import Look
from assay.source.frameworks.aspnetcore.inline import checked
from assay.source.frameworks.aspnetcore.mark import Mark
from assay.source.frameworks.aspnetcore.template import parameters
from assay.source.program import Program
from assay.source.refusal import NOTHING, STRENGTH, Refusal, observe

FILTERS = (
    "IAuthorizationFilter", "IAsyncAuthorizationFilter", "IActionFilter", "IAsyncActionFilter", "ActionFilter", "IResourceFilter",
    "IAsyncResourceFilter", "TypeFilter", "ServiceFilter", "IFilterFactory", "IFilterMetadata", "IPageFilter", "IAsyncPageFilter",
    "IOrderedFilter", "ResultFilter",
)  # fmt: skip
METHODS = (
    "OnAuthorization", "OnAuthorizationAsync", "OnResourceExecuting", "OnResourceExecutionAsync", "OnActionExecuting",
    "OnActionExecutionAsync", "OnPageHandlerExecuting", "OnPageHandlerExecutionAsync", "InvokeAsync", "CreateInstance",
)  # fmt: skip
"""The last two: of endpoint filters, and of filter factories."""
HOLDING = ("TypeFilter", "ServiceFilter")
ABOUT_VALUES = frozenset(["routedata", "routevalues", "actiondescriptor"])
"""What is asked of a route that the names of its parameters answer, as far as it is known."""
REFUSING_NOTHING = frozenset([Demand.NOTHING, Demand.UNKNOWN])
"""Demands of what was run to its end without a refusal being seen."""


class Followed(Struct, frozen=True):
    """What a filter demands, and how the functions were run to learn it."""

    refusal: Refusal = NOTHING
    looks: tuple[Look, ...] = ()


class Filters:
    """Follows filters into their bodies; each type once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[int, Followed] = {}
        self.asking: dict[tuple[str, Place | None], tuple[Look, ...]] = {}
        """What is behind guards that ask for the route, by the guard's name and place."""
        self.answers: dict[tuple[int, str, object], Refusal] = {}
        self.inline: dict[int, Refusal] = {}

    # --- on attributes, in the options of MVC, on endpoints

    def of_mark(self, mark: Mark, level: Level) -> Guard | None:
        """The guard that a filter attribute is; None when it never refuses."""
        found = [self.of_class(cls) for cls in self.held(mark)]
        if mark.instance is not None:
            found.append(self.of_object(mark.instance))
        return self.guard(found, mark.shown, level, mark.place)

    def of_options(self, made: Made, level: Level) -> Guard | None:
        """`options.Filters.Add<T>()`, `options.Filters.Add(new X())`, `options.Filters.Add(typeof(X))`; `AuthorizeFilter` is not meant."""
        given = (*made.type_arguments, *made.positional[:1])
        types = [bare(value) or self.program.run.class_of(value) for value in given]
        names = [cls.name for cls in types if cls is not None]
        return self.guard(
            [self.of_value(value) for value in given], f"Filters.Add({', '.join(names)})", level, made.place
        )

    def of_endpoint_filter(self, call: Made, level: Level) -> Guard | None:
        """`AddEndpointFilter<T>()`, `AddEndpointFilter(async (context, next) => ...)`."""
        given = (*call.type_arguments[-1:], *call.positional)
        names = [cls.name for value in call.type_arguments[-1:] if (cls := bare(value)) is not None]
        shown = f"AddEndpointFilter<{names[0]}>" if names else "AddEndpointFilter"
        return self.guard([self.of_value(value) for value in given], shown, level, call.place)

    def guard(self, found: Iterable[Followed], name: str, level: Level, place: Place) -> Guard | None:
        """A guard for what was found; None when it never refuses.

        One that looks for the anonymous marker of an endpoint counts as an attribute: the marker switches it off.
        """
        best = max(found, key=lambda one: STRENGTH.index(one.refusal.demand), default=Followed())
        what = best.refusal
        if what.demand is Demand.NOTHING:
            return None
        if any(look.asked for look in best.looks):
            self.asking[name, place] = best.looks
        kind = "attribute" if any(look.honours_marker for look in best.looks) else "filter"
        return Guard(name, kind, what.demand, level, place, what.values, steps=what.steps, reason=what.reason)

    def of_body(self, function: FunctionValue) -> Guard | None:
        """The guard that a handler is to itself, when it may refuse."""
        key = id(function.function)
        if key not in self.inline:
            self.inline[key] = checked(self.program.run, self.with_object(function))
        what = self.inline[key]
        if what.demand in REFUSING_NOTHING:
            return None
        name = f"check in {function.name}"
        return Guard(name, "inline", what.demand, Level.ENDPOINT, function.place, what.values, steps=what.steps)

    def with_object(self, function: FunctionValue) -> FunctionValue:
        """A handler of an object whose class takes what it needs in its head, which only an object has: `class Shop(IAuth auth)`."""
        owner = function.owner
        if function.receiver is not None or owner is None or "static" in function.function.modifiers:
            return function
        found = attributes.class_names(self.program.run, owner).get(".ctor")
        each = found.functions if isinstance(found, Overloads) else (found,)
        if not any(isinstance(one, FunctionValue) and "primary" in one.function.modifiers for one in each):
            return function
        return replace(function, receiver=made_of(self.program.run, owner))

    def narrowed(self, guard: Guard, method: str, path: str) -> Guard | None:
        """The guard as it is for one endpoint; None when it lets requests to that one through."""
        looks = self.asking.get((guard.name, guard.place))
        if looks is None:
            return guard
        found: list[Refusal] = []
        for look in looks:
            # One that only asks which values the route has says the same of all routes with the same parameters.
            asked: object = path if look.asked - ABOUT_VALUES else frozenset(one.name for one in parameters(path))
            key = (id(look), method if look.asked - ABOUT_VALUES else "", asked)
            if key not in self.answers:
                self.answers[key] = Look(self.program, look.function, method, path).refusal
            found.append(self.answers[key])
        what = max(found, key=lambda one: STRENGTH.index(one.demand))
        if what.demand in REFUSING_NOTHING:
            return None
        return replace(guard, demand=what.demand, values=what.values, steps=what.steps)

    def held(self, mark: Mark) -> Iterator[ClassValue]:
        """The filter types that `[TypeFilter(typeof(X))]` and its kin name."""
        if not mark.is_a(*HOLDING):
            return
        given: list[Value] = [*mark.positional, *mark.types, *mark.named.values()]
        if mark.instance is not None:
            base = mark.instance.attributes.get("base()")
            given = [*getattr(base, "items", ()), *given]
            for declared in attributes.bases(self.program.run, mark.instance.cls):
                given += getattr(declared, "keys", ())
        for value in given:
            cls = bare(next(options(value), None))
            if cls is not None:
                yield cls

    # --- filter objects and types

    def of_value(self, value: Value) -> Followed:
        """What a filter demands that is given as an object, a type or a function."""
        for option in options(value):
            match option:
                case Instance():
                    return self.of_object(option)
                case FunctionValue():
                    return self.kept(id(option.function), [(option, "")])
                case ClassValue():
                    return self.of_class(option)
        return Followed()

    def of_class(self, cls: ClassValue) -> Followed:
        """What a filter type demands, its object made by the framework."""
        return self.kept(id(cls.type), self.methods(cls, Given("this", type=cls)))

    def of_object(self, instance: Instance) -> Followed:
        """What a filter object demands."""
        return self.kept(id(instance), self.methods(instance.cls, instance))

    def methods(self, cls: ClassValue, receiver: Value) -> Iterator[tuple[FunctionValue, str]]:
        """The methods of a filter by which it may refuse; those of the filter that a factory makes."""
        for name in METHODS:
            method = attributes.class_attribute(self.program.run, cls, name, receiver)
            if isinstance(method, Overloads):
                method = method.functions[0]
            if not isinstance(method, FunctionValue) or method.function.body is None:
                continue
            if name != "CreateInstance":
                yield method, name
                continue
            for option in options(observe(self.program.run, method).value):
                made = self.program.run.class_of(option)
                if made is not None and made is not cls:
                    yield from self.methods(made, option)

    def kept(self, key: int, functions: Iterable[tuple[FunctionValue, str]]) -> Followed:
        """The strongest demand of some functions, worked out once."""
        if key not in self.known:
            self.known[key] = Followed()  # cuts circles
            looks = [(Look(self.program, function), name) for function, name in functions]
            found = [judged(look, name) for look, name in looks]
            best = max(found, key=lambda one: STRENGTH.index(one.demand), default=NOTHING)
            self.known[key] = Followed(best, tuple(look for look, _ in looks))
        return self.known[key]


def judged(look: Look, name: str) -> Refusal:
    """What one method demands; a filter that is not about authorization and was seen to refuse nothing is no guard."""
    is_about_it = name.startswith("OnAuthorization") or look.refusal.demand is not Demand.UNKNOWN
    return look.refusal if is_about_it else NOTHING
