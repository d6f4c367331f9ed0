"""Everything that stands before one method of a view, outermost first."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.endpoint import Demand, Guard, Level
from assay.model.place import Place
from assay.source import facts
from assay.source.alike import Alike
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Decorated,
    External,
    FunctionValue,
    Generic,
    Given,
    Made,
    Value,
    items,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.django.answer import demand_of_answer
from assay.source.frameworks.django.bodies import methods_tested, request_of
from assay.source.frameworks.django.decorators import Decorators
from assay.source.frameworks.django.known import last, lineage, refusal_of_word, word
from assay.source.frameworks.django.permissions import Declared, Permissions, is_open
from assay.source.frameworks.django.views import Served, View
from assay.source.mentions import texts_in
from assay.source.program import Program
from assay.source.reached import mentioned
from assay.source.refusal import Refusal, always_refused, observe, refusal, refusal_of_handler
from assay.source.status import by_name
from assay.source.vocabulary import IDENTITY, Topic, parts_of, topic_of

DETAIL = {"retrieve", "update", "partial_update", "destroy"}
CHECKS = {"get_object", "check_object_permissions"}
COMMENTED = re.compile(r"@([\w.]+)")
NEAR = 3
"""Lines above a declaration in which a commented-out decorator belongs to it."""


@dataclasses.dataclass(slots=True)
class Access:
    """Reads the guards of views."""

    program: Program
    permissions: Permissions
    decorators: Decorators
    known: dict[tuple[object, ...], Refusal] = dataclasses.field(default_factory=dict)
    alike: Alike[Refusal] = dataclasses.field(init=False)
    handing: Alike[bool] = dataclasses.field(init=False)
    bodies: Alike[Refusal] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.alike = Alike(self.program.run)
        self.handing = Alike(self.program.run)
        self.bodies = Alike(self.program.run, is_loose=True)

    def guards(self, view: View, served: Served, *, is_guarded: bool = False) -> tuple[Guard, ...]:
        """The guards of one method of a view; `is_guarded` tells that middleware lets no unknown caller through."""
        found: list[Guard] = list(self.decorators.around(view.wrappers, Level.ENDPOINT))
        if served.cls is not None:
            found += self.of_class(served.cls, served)
            if self.permissions.is_rest(served.cls):
                found += self.of_rest(served.cls, served)
        else:
            found += self.of_api_view(view, served)
            found += self.of_outside(view)
        handler = served.handler
        while isinstance(handler, Decorated):
            found += self.decorators.of_wrapper(handler, Level.ENDPOINT)
            handler = handler.inner
        is_guarded |= any(is_demanding(guard) for guard in found)
        if not is_guarded or speaks_of_callers(served):
            found += self.of_body(served)
        found += self.commented(served)
        return tuple(dict.fromkeys(found))

    # --- functions

    def of_api_view(self, view: View, served: Served) -> Iterator[Guard]:
        """The permissions of a function under `@api_view`; `@permission_classes` above it has no effect."""
        above: list[Decorated] = []
        is_api = False
        declared: Declared | None = None
        for wrapper in view.wrappers:
            if not isinstance(wrapper, Decorated) or not isinstance(wrapper.decorator, Made | External):
                continue
            name = last(getattr(wrapper.decorator, "name", ""))
            is_api |= name == "api_view"
            if name == "permission_classes" and isinstance(wrapper.decorator, Made):
                if is_api:
                    given = wrapper.decorator.argument(0, "permission_classes")
                    declared = Declared(given, Level.ENDPOINT, wrapper.place) if given is not None else None
                else:
                    above.append(wrapper)
        for wrapper in above:
            assert isinstance(wrapper.decorator, Made)
            given = wrapper.decorator.argument(0, "permission_classes")
            if given is not None and is_api:
                asked = self.permissions.asked(served, is_detail=False)
                for guard in self.permissions.listed(Declared(given, Level.ENDPOINT, wrapper.place), asked):
                    reason = "order: permission_classes stands above api_view, which has made the view already"
                    yield replace(guard, is_effective=False, defeat=reason)
        if is_api:
            declared = declared or self.permissions.default()
            if declared is not None:
                yield from self.permissions.listed(declared, self.permissions.asked(served, is_detail=False))

    def of_outside(self, view: View) -> Iterator[Guard]:
        """What is known of a view from outside."""
        if not isinstance(view.core, External):
            return
        said = word("views", view.core.name)
        if said is None:
            reason = f"{view.core.name} is outside the project"
            yield Guard(last(view.core.name), "inline", Demand.UNKNOWN, Level.TYPE, None, reason=reason)
        yield from self.of_view(view.core, level=Level.TYPE)
        served = Served("GET", None, "", None, view.arguments)
        asked = self.permissions.asked(served, is_detail=False)
        given = view.arguments.get("permission_classes")
        declared = Declared(given, Level.ENDPOINT, None) if given is not None else None
        if declared is None and view.core.name.startswith("rest_framework.") and not is_open(view.core.name):
            declared = self.permissions.default()
        if declared is not None:
            yield from self.permissions.listed(declared, asked)

    @staticmethod
    def of_view(view: External, *, level: Level) -> Iterator[Guard]:
        """What a known view from outside demands of the caller by itself."""
        for demand in (word("views", view.name) or "").split():
            if demand.islower():
                yield Guard(last(view.name), "inline", Demand(demand), level, None)

    # --- classes

    def of_class(self, cls: ClassValue, served: Served) -> Iterator[Guard]:
        """Decorators on the class and its bases, mixins, and what `dispatch` does."""
        is_behind = False
        for base in lineage(self.program, cls):
            if isinstance(base, External):
                yield from self.of_mixin(base, cls, served, is_behind=is_behind)
                yield from self.of_view(base, level=Level.BASE)
                yield from self.of_unknown(base, cls)
                is_behind |= word("views", base.name) is not None
            elif isinstance(base, ClassValue):
                level = Level.TYPE if base is cls else Level.BASE
                yield from self.of_annotations(base, served, level)
        own = self.program.class_attribute(cls, "dispatch")
        if own is None:
            return
        level = Level.TYPE if own[1] is cls else Level.BASE
        value = own[0]
        while isinstance(value, Decorated):
            yield from self.decorators.of_wrapper(value, level)
            value = value.inner
        yield from self.of_method(cls, "dispatch", served, level)

    def of_unknown(self, base: External, cls: ClassValue) -> Iterator[Guard]:
        """A view of a library about signing in that nobody knows: it may ask who is calling."""
        if base is not self.permissions.of_library(cls) or self.permissions.is_rest(cls):
            return
        if any(topic_of(part) in IDENTITY for name in base.name.split(".") for part in parts_of(name)):
            reason = f"{base.name} is outside the project"
            yield Guard(last(base.name), "inline", Demand.UNKNOWN, Level.BASE, cls.place, reason=reason)

    def of_annotations(self, cls: ClassValue, served: Served, level: Level) -> Iterator[Guard]:
        """`@method_decorator(login_required, name="dispatch")` and own decorators of a class."""
        for annotation in cls.type.annotations:
            decorator = self.program.run.evaluate(annotation.value, cls.scope)
            if isinstance(decorator, Made) and decorator.name == "method_decorator":
                name = text(decorator.argument(1, "name"))
                if name not in {None, "dispatch", "as_view", "initial", served.action}:
                    continue
            elif isinstance(decorator, Made | External):
                continue
            yield from self.decorators.of_decorator(decorator, level, Place(cls.module.path, annotation.line))

    def of_mixin(self, base: External, cls: ClassValue, served: Served, *, is_behind: bool) -> Iterator[Guard]:
        """What an access mixin from outside demands; behind a view class it never runs."""
        said = word("mixins", base.name)
        name = last(base.name)
        if said is None:
            if name.endswith("Mixin") and name in self.program.vocabulary.guards:
                yield Guard(name, "mixin", Demand.AUTHENTICATED, Level.TYPE, cls.place)
            return
        if name in self.program.vocabulary.not_guards or said == "nothing":
            return
        what = self.of_test_func(cls, served) if said == "test" else refusal_of_word(said, served.method)
        if said == "scope":
            declared = self.program.class_attribute(cls, "permission_required")
            what = replace(what, values=tuple(texts_in(declared[0])) if declared else ())
        if what.demand is Demand.NOTHING:
            return
        level = (
            Level.TYPE
            if any(
                option is base for b in cls.bases or () for option in options(b.value if isinstance(b, Generic) else b)
            )
            else Level.BASE
        )
        defeat = "order: the mixin stands behind the view class, so its dispatch never runs" if is_behind else ""
        yield Guard(
            name, "mixin", what.demand, level, cls.place, what.values, not is_behind, defeat, what.steps, what.reason
        )

    def of_test_func(self, cls: ClassValue, served: Served) -> Refusal:
        """What `test_func` demands."""
        if self.program.class_attribute(cls, "test_func") is None:
            return Refusal(Demand.UNKNOWN, reason="there is no test_func")
        method = class_attribute(self.program.run, cls, "test_func", self.receiver(cls, served))
        return demand_of_answer(self.program.run, undecorated(method), ())

    @staticmethod
    def receiver(view: ClassValue, served: Served) -> Given:
        """The view object while it answers."""
        held: dict[str, Value] = {"request": request_of(served.method)}
        if served.action:
            held["action"] = Const(served.action)
        return Given("self", type=view, attributes=held)

    def of_method(self, cls: ClassValue, name: str, served: Served, level: Level) -> Iterator[Guard]:
        """The guard that an overridden method of the view's life is."""
        receiver = self.receiver(cls, served)
        method = undecorated(class_attribute(self.program.run, cls, name, receiver))
        request = receiver.attributes["request"]
        key = (name, function_key(method), served.method)
        what = self.alike.of(key, receiver, lambda: refusal(self.program.run, method, (request,)))
        declared = self.program.class_attribute(cls, name)
        if what.demand is not Demand.NOTHING and declared is not None:
            shown = f"{declared[1].name}.{name}"
            yield Guard(
                shown, "hook", what.demand, level, declared[1].place, what.values, steps=what.steps, reason=what.reason
            )

    # --- Django REST framework

    def of_rest(self, cls: ClassValue, served: Served) -> Iterator[Guard]:
        """Authenticators that refuse, `initial`, and the permissions, unless an override leaves them out."""
        defeat = ""
        for name in ("initial", "check_permissions", "perform_authentication"):
            own = self.program.class_attribute(cls, name)
            if own is None:
                continue
            yield from self.of_method(cls, name, served, Level.TYPE if own[1] is cls else Level.BASE)
            if name != "perform_authentication" and not self.hands_on(cls, name, served):
                defeat = f"overridden: {own[1].name}.{name} does not call the one of its base"
        for guard in self.permissions.guards(served, is_detail=self.is_detail(cls, served)):
            yield replace(guard, is_effective=False, defeat=defeat) if defeat else guard
        yield from self.of_authenticators(cls, served)

    def hands_on(self, cls: ClassValue, name: str, served: Served) -> bool:
        """Whether an overridden method calls that of its outside base, or what that one calls."""
        receiver = self.receiver(cls, served)
        method = undecorated(class_attribute(self.program.run, cls, name, receiver))
        if not isinstance(method, FunctionValue):
            return True

        def hands_on() -> bool:
            names = {made.name for made in observe(self.program.run, method, (receiver.attributes["request"],)).made}
            return bool(names & {name, "check_permissions", "get_permissions", "has_permission"})

        return self.handing.of((name, function_key(method), served.method), receiver, hands_on)

    def is_detail(self, cls: ClassValue, served: Served) -> bool:
        """Whether an object is looked up and checked on the way."""
        function = undecorated(served.handler) if served.handler is not None else None
        if not isinstance(function, FunctionValue):
            brought = [base.name for base in lineage(self.program, cls) if isinstance(base, External)]
            alone = ("Retrieve", "Update", "Destroy")
            return served.is_detail or any(word_ in name for name in brought for word_ in alone)
        if mentioned(function.function) & CHECKS:
            return True
        calls_base = "super" in mentioned(function.function)
        return calls_base and (served.is_detail or served.action in DETAIL)

    def of_authenticators(self, cls: ClassValue, served: Served) -> Iterator[Guard]:
        """Authentication classes of the project that refuse a request without credentials by themselves."""
        declared = self.program.class_attribute(cls, "authentication_classes")
        for item in items(served.arguments.get("authentication_classes") or (declared[0] if declared else None)) or ():
            found = undecorated(next(iter(options(item)), item))
            if not isinstance(found, ClassValue) or self.program.class_attribute(found, "authenticate") is None:
                continue
            key = (id(found.type), "authenticate")
            if key not in self.known:
                method = class_attribute(self.program.run, found, "authenticate", Given("self", type=found))
                self.known[key] = always_refused(self.program.run, undecorated(method), (request_of("ANY"),))
            what = self.known[key]
            if what.demand not in {Demand.NOTHING, Demand.UNKNOWN}:
                yield Guard(
                    found.name, "authentication", Demand.AUTHENTICATED, Level.TYPE, found.place, steps=what.steps
                )

    # --- bodies and comments

    def of_body(self, served: Served) -> Iterator[Guard]:
        """The guard that a handler is to itself."""
        function = undecorated(served.handler) if served.handler is not None else None
        if not isinstance(function, FunctionValue):
            return
        cls = served.cls
        method = served.method if cls is None or methods_tested(function.function) else ""
        key = (id(function.function), method)
        if cls is not None:
            receiver = self.receiver(cls, served)
            bound = FunctionValue(function.function, function.module, function.scope, function.owner, receiver)
            request = receiver.attributes["request"]
            what = self.bodies.of(key, receiver, lambda: refusal_of_handler(self.program.run, bound, (request,)))
        else:
            if key not in self.known:
                self.known[key] = refusal_of_handler(self.program.run, function, (request_of(served.method),))
            what = self.known[key]
        if what.demand is not Demand.NOTHING:
            name = f"check in {function.name}"
            place = function.place
            yield Guard(
                name, "inline", what.demand, Level.ENDPOINT, place, what.values, steps=what.steps, reason=what.reason
            )

    def commented(self, served: Served) -> Iterator[Guard]:
        """Decorators directly above a handler or its class that are commented out."""
        function = undecorated(served.handler) if served.handler is not None else None
        declared: list[tuple[facts.File, facts.Function | facts.Type]] = []
        if isinstance(function, FunctionValue):
            declared.append((function.module.file, function.function))
        if served.cls is not None:
            declared.append((served.cls.module.file, served.cls.type))
        for file, declaration in declared:
            first = min([declaration.line, *(a.line for a in declaration.annotations)])
            for comment in file.comments:
                found = COMMENTED.match(comment.text)
                if not found or not first - NEAR <= comment.line < max(declaration.line, first):
                    continue
                said = word("decorators", found[1])
                if said in {None, "nothing"} and topic_of(last(found[1])) not in IDENTITY:
                    continue
                defeat = "commented-out: the decorator stands in a comment"
                place = Place(file.path, comment.line)
                demand = Demand(said) if said and said not in {"test", "nothing"} else Demand.UNKNOWN
                yield Guard(f"@{last(found[1])}", "decorator", demand, Level.ENDPOINT, place, (), False, defeat)


def function_key(method: Value) -> int:
    """What a method is known by, whatever it is bound to."""
    return id(method.function) if isinstance(method, FunctionValue) else id(method)


def is_demanding(guard: Guard) -> bool:
    """Whether a guard lets no unknown caller through."""
    return guard.is_effective and guard.demand not in {Demand.NOTHING, Demand.ANONYMOUS, Demand.UNKNOWN}


def speaks_of_callers(served: Served) -> bool:
    """Whether what a handler calls is named like a check of its caller: behind other guards only such a body is looked into."""
    function = undecorated(served.handler) if served.handler is not None else None
    if not isinstance(function, FunctionValue):
        return False
    return any(
        by_name(name) is not None or CHECKING & set(parts_of(name)) or topic_of(name) in {Topic.SCOPE, Topic.ROLE}
        for name in mentioned(function.function)
    )


CHECKING = frozenset(["check", "ensure", "require", "requires", "verify", "assert", "authorize", "forbid", "deny"])
