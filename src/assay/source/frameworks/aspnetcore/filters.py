"""Filters that refuse: of MVC on attributes and in options, and of endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare
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
from assay.source.frameworks.aspnetcore import anonymous
from assay.source.frameworks.aspnetcore.mark import Mark
from assay.source.mentions import names_in
from assay.source.program import Program
from assay.source.refusal import NOTHING, STRENGTH, Observation, Refusal, observe

FILTERS = (
    "IAuthorizationFilter", "IAsyncAuthorizationFilter", "IActionFilter", "IAsyncActionFilter", "ActionFilter", "IResourceFilter",
    "IAsyncResourceFilter", "TypeFilter", "ServiceFilter", "IFilterFactory", "IFilterMetadata", "IPageFilter", "IAsyncPageFilter",
    "IOrderedFilter", "ResultFilter",
)  # fmt: skip
METHODS = (
    "OnAuthorization", "OnAuthorizationAsync", "OnResourceExecuting", "OnResourceExecutionAsync", "OnActionExecuting",
    "OnActionExecutionAsync", "OnPageHandlerExecuting", "OnPageHandlerExecutionAsync",
)  # fmt: skip
HOLDING = ("TypeFilter", "ServiceFilter")


class Filters:
    """Follows filters into their bodies; each type once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[tuple[object, ...], Refusal] = {}
        self.honouring: set[int] = set()
        self.honouring_types: set[str] = set()
        """Names of filter types that let endpoints through that are marked anonymous."""

    # --- on attributes

    def of_mark(self, mark: Mark, level: Level) -> Guard | None:
        """The guard that a filter attribute is; None when it never refuses."""
        found: list[Refusal] = []
        if mark.instance is not None:
            found.append(self.of_object(mark.instance))
        for cls in self.held(mark):
            found.append(self.of_class(cls))
        names = {mark.cls.name} if mark.cls is not None else set()
        names |= {cls.name for cls in self.held(mark)}
        kind = "attribute" if names & self.honouring_types else "filter"
        return guard_of(strongest(found), mark.shown, kind, level, mark.place)

    # --- in the options of MVC

    def of_options(self, made: Made, level: Level) -> Guard | None:
        """`options.Filters.Add<T>()`, `options.Filters.Add(new X())`, `options.Filters.Add(typeof(X))`; `AuthorizeFilter` is not meant."""
        found: list[Refusal] = []
        names: list[str] = []
        for value in (*made.type_arguments, *made.positional[:1]):
            found.append(self.of_value(value))
            cls = bare(next(options(value), None)) or self.program.run.class_of(next(options(value), value))
            names += [cls.name] if cls is not None else []
        kind = "attribute" if set(names) & self.honouring_types else "filter"
        return guard_of(strongest(found), f"Filters.Add({', '.join(names)})", kind, level, made.place)

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

    def of_value(self, value: Value) -> Refusal:
        """What a filter demands that is given as an object, a type or a function."""
        for option in options(value):
            match option:
                case Instance():
                    return self.of_object(option)
                case FunctionValue():
                    return self.of_function(option)
                case ClassValue():
                    return self.of_class(option)
        return NOTHING

    def of_class(self, cls: ClassValue) -> Refusal:
        """What a filter type demands, its object made by the framework."""
        key = (id(cls.type),)
        if key not in self.known:
            self.known[key] = NOTHING
            self.known[key] = self.followed(cls, Given("this", type=cls))
        return self.known[key]

    def of_object(self, instance: Instance) -> Refusal:
        """What a filter object demands."""
        key = (id(instance),)
        if key not in self.known:
            self.known[key] = self.followed(instance.cls, instance)
        return self.known[key]

    def of_function(self, function: FunctionValue) -> Refusal:
        """What a filter function demands."""
        key = (id(function.function), id(function.scope))
        if key not in self.known:
            self.known[key] = self.judged(function)
        return self.known[key]

    def followed(self, cls: ClassValue, receiver: Value) -> Refusal:
        """The strongest demand of all methods of a filter."""
        found: list[Refusal] = []
        for name in (*METHODS, "InvokeAsync", "CreateInstance"):  # the last two: endpoint filters, filter factories
            method = attributes.class_attribute(self.program.run, cls, name, receiver)
            if isinstance(method, Overloads):
                method = method.functions[0]
            if not isinstance(method, FunctionValue) or method.function.body is None:
                continue
            if name == "CreateInstance":
                found.append(self.made_by(method))
            else:
                found.append(self.judged(method, name))
        return strongest(found)

    def judged(self, method: FunctionValue, name: str = "") -> Refusal:
        """What one method of a filter demands; a filter that is not about authorization and was seen to refuse nothing is no guard."""
        seen = observe(self.program.run, method)
        what = anonymous.judged(self.program, method)
        if what.demand is Demand.UNKNOWN and not name.startswith("OnAuthorization"):
            what = NOTHING
        if honours_anonymous(seen):
            self.honouring.add(id(method.function))
            self.honouring_types.add(method.owner.name if method.owner is not None else "")
        return what

    def made_by(self, factory: FunctionValue) -> Refusal:
        """What the filter demands that a factory makes."""
        run = self.program.run
        made, assigned = len(run.made), len(run.assigned)
        value = run.call(factory, place=factory.place)
        del run.made[made:], run.assigned[assigned:]
        return strongest([self.of_class(cls) for option in options(value) if (cls := run.class_of(option)) is not None])

    # --- endpoint filters

    def of_endpoint_filter(self, call: Made, level: Level) -> Guard | None:
        """`AddEndpointFilter<T>()`, `AddEndpointFilter(async (context, next) => ...)`."""
        shown = "AddEndpointFilter"
        found: list[Refusal] = []
        for type_ in call.type_arguments[-1:]:
            cls = bare(type_)
            if cls is not None:
                found.append(self.of_class(cls))
                shown = f"AddEndpointFilter<{cls.type.name}>"
        for value in call.positional:
            found.append(self.of_value(value))
        return guard_of(strongest(found), shown, "filter", level, call.place)


REFUSING_NOTHING = frozenset([Demand.NOTHING, Demand.UNKNOWN])
"""Demands of what was run to its end without a refusal being seen."""


def honours_anonymous(seen: Observation) -> bool:
    """Whether it looks for the anonymous marker of an endpoint."""
    return any(
        "allowanonymous" in name.lower()
        for made in seen.made
        for value in (made.callee, *made.type_arguments, *made.positional)
        for name in names_in(value)
    )


def strongest(found: list[Refusal]) -> Refusal:
    """The one that demands most."""
    return max(found, key=lambda one: STRENGTH.index(one.demand), default=NOTHING)


def guard_of(what: Refusal, name: str, kind: str, level: Level, place: Place | None) -> Guard | None:
    """A guard for what was found; None when it never refuses."""
    if what.demand is Demand.NOTHING:
        return None
    return Guard(name, kind, what.demand, level, place, what.values, steps=what.steps)
