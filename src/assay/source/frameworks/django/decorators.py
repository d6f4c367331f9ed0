"""Decorators around views: those of Django by their meaning, those of the project by what they do."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source.evaluate.values import (
    Decorated,
    External,
    FunctionValue,
    Given,
    Instance,
    Made,
    Member,
    Value,
    items,
    options,
    text,
)
from assay.source.frameworks.django.answer import demand_of_answer
from assay.source.frameworks.django.known import ADMIN_VIEW, refusal_of_outside, refusal_of_word, shown, word
from assay.source.frameworks.django.views import held
from assay.source.mentions import dotted, texts_in
from assay.source.program import Program
from assay.source.refusal import NOTHING, STRENGTH, VIEW, Refusal, refusal_of_wrapper, wrappers

DEPTH = 6
PLAIN = ("action", "api_view", "permission_classes", "wraps", "method_decorator", "register")
"""Decorators that are read elsewhere."""


class Decorators(Struct):
    """Reads what decorators demand."""

    program: Program
    known: dict[int, Refusal] = field(default_factory=dict)

    def around(self, wrapped: tuple[Value, ...], level: Level) -> tuple[Guard, ...]:
        """The guards among what was put around a view, outermost first."""
        return tuple(guard for wrapper in wrapped for guard in self.of_wrapper(wrapper, level))

    def of_wrapper(self, wrapper: Value, level: Level) -> tuple[Guard, ...]:
        """The guards that one wrapper is: a decorator at the declaration, or a call around the view."""
        match wrapper:
            case Decorated(decorator=Made(name="wraps"), inner=FunctionValue() as function):
                return self.of_closure(function, level)
            case Decorated(decorator=decorator, place=place):
                return self.of_decorator(decorator, level, place)
            case Made(callee=callee, place=place):
                return self.of_decorator(callee, level, place)
            case FunctionValue():
                return self.of_closure(wrapper, level)
        return ()

    def of_closure(self, function: FunctionValue, level: Level) -> tuple[Guard, ...]:
        """The guard that a function is which a project decorator put around a view at the registration."""
        names = function.scope.names
        key = next((name for name, value in names.items() if value is held(function)), None)
        if key is None:
            return ()
        view, names[key] = names[key], Given(VIEW)
        what = refusal_of_wrapper(self.program.run, function)
        names[key] = view
        return self.guard(function.name, what, level, function.place)

    def of_decorator(self, decorator: Value, level: Level, place: Place | None) -> tuple[Guard, ...]:
        """The guards that one decorator is; several for `method_decorator([a, b])`."""
        if isinstance(decorator, Made) and decorator.name == "method_decorator":
            found: list[Guard] = []
            for given in decorator.positional[:1]:
                for option in items(given) or options(given):
                    found += self.of_decorator(option, level, place)
            return tuple(found)
        return self.guard(shown(decorator), self.demand(decorator, 0), level, place)

    @staticmethod
    def guard(name: str, what: Refusal, level: Level, place: Place | None) -> tuple[Guard, ...]:
        """A guard, unless it demands nothing."""
        if what.demand is Demand.NOTHING:
            return ()
        guard = Guard(
            f"@{name}", "decorator", what.demand, level, place, what.values, steps=what.steps, reason=what.reason
        )
        return (guard,)

    def demand(self, decorator: Value, depth: int) -> Refusal:
        """What a decorator demands."""
        name = shown(decorator)
        if name in self.program.vocabulary.not_guards or depth > DEPTH:
            return NOTHING
        if name in self.program.vocabulary.guards:
            return Refusal(Demand.AUTHENTICATED)
        if isinstance(decorator, Member) and name == ADMIN_VIEW:
            return Refusal(Demand.ROLE)
        if isinstance(decorator, External) or (isinstance(decorator, Made) and isinstance(decorator.callee, External)):
            return self.of_outside(decorator)
        key = self.key(decorator)
        if key not in self.known:
            self.known[key] = NOTHING  # cuts circles
            self.known[key] = self.followed(decorator, depth)
        return self.known[key]

    @staticmethod
    def key(decorator: Value) -> int:
        """What a demand is remembered by: a plain function by itself, all else by identity."""
        if isinstance(decorator, FunctionValue) and decorator.scope is decorator.module.scope:
            return id(decorator.function)
        return id(decorator)

    def of_outside(self, decorator: External | Made) -> Refusal:
        """What an outside decorator demands, with the permission names that it was given."""
        name = dotted(decorator)
        said = word("decorators", name)
        if shown(decorator) in PLAIN:
            return NOTHING
        if said is None:
            is_known = name.startswith(("django.", "rest_framework.", "builtins.", "functools.", "drf_"))
            return NOTHING if is_known else refusal_of_outside(name)
        if said == "test":
            test = decorator.argument(0, "test_func") if isinstance(decorator, Made) else None
            return self.of_test(test)
        found = refusal_of_word(said, "ANY")
        return replace(found, values=permission_names(decorator)) if isinstance(decorator, Made) else found

    def of_test(self, test: Value | None) -> Refusal:
        """What `user_passes_test(f)` demands; a test that is outside the project is unknown."""
        if isinstance(test, FunctionValue | Decorated):
            return demand_of_answer(self.program.run, test, (Given("user"),))
        return Refusal(Demand.UNKNOWN, reason="the test of user_passes_test could not be followed")

    def followed(self, decorator: Value, depth: int) -> Refusal:
        """What a project decorator demands: what it gives is run."""
        if not isinstance(decorator, FunctionValue | Instance | Decorated):
            return NOTHING
        found = [self.of_given(each, depth) for each in wrappers(self.program.run, decorator)]
        return max(found, key=rank) if found else NOTHING

    def of_given(self, value: Value, depth: int) -> Refusal:
        """What a decorator gave: a function to run, or an outside decorator around one."""
        match value:
            case Made(callee=callee, positional=positional):
                inner = self.of_given(positional[0], depth + 1) if positional and depth < DEPTH else NOTHING
                return max(self.demand(callee, depth + 1), inner, key=rank)
            case Decorated(decorator=decorator, inner=inner_value):
                outer = self.demand(decorator, depth + 1)
                return max(outer, self.of_given(inner_value, depth + 1), key=rank)
            case FunctionValue() | Instance():
                return refusal_of_wrapper(self.program.run, value)
        return NOTHING


def rank(refusal: Refusal) -> int:
    """The rank of a demand."""
    return STRENGTH.index(refusal.demand) if refusal.demand in STRENGTH else -1


def permission_names(made: Made) -> tuple[str, ...]:
    """The permission or role names that a decorator was given."""
    first = made.argument(0, "perm", "permission", "group")
    found = [text(first)] if text(first) else texts_in(first) if first is not None else []
    return tuple(name for name in found if name)
