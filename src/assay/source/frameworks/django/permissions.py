"""Permission classes of Django REST framework: where they are declared for a method, and what they demand."""

from __future__ import annotations

import dataclasses

from msgspec import Struct

from assay.model.endpoint import Authorization, Demand, Guard, Level, authorization_of
from assay.model.place import Place
from assay.source.alike import Alike
from assay.source.anonymous import Leaf
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Given,
    Instance,
    Items,
    Made,
    Member,
    ModuleValue,
    Operation,
    Parent,
    Unknown,
    Value,
    items,
    options,
    undecorated,
)
from assay.source.frameworks.django.answer import OBJECT, demand_of_answer
from assay.source.frameworks.django.bodies import request_of
from assay.source.frameworks.django.known import (
    last,
    lineage,
    qualified,
    refusal_of_outside,
    refusal_of_word,
    shown,
    vocabulary,
    word,
)
from assay.source.frameworks.django.project import Settings
from assay.source.frameworks.django.tabled import tabled
from assay.source.frameworks.django.views import Served
from assay.source.program import Program, place_of
from assay.source.refusal import NOTHING, STRENGTH, Refusal, observe

NAME = "permission_classes"
OWN = ("django.", "rest_framework.", "rest_framework_", "drf_", "adrf.")
"""Packages whose view classes leave the permissions to the settings."""
OPEN = frozenset(vocabulary()["open_views"]["names"])


def is_open(name: str) -> bool:
    """Whether a view from outside lets everybody in, whatever the settings say."""
    return last(name) in OPEN or qualified(name) in OPEN


RANK = {
    kind: rank for rank, kind in enumerate((Authorization.PUBLIC, Authorization.UNKNOWN, *list(Authorization)[1:-1]))
}
"""Of several possible lists the weakest counts; an unknown one is weaker than any that demands something."""


class Asked(Struct, frozen=True, eq=False):
    """The request that permissions are asked about."""

    served: Served
    request: Given
    view: Given
    is_detail: bool


class Declared(Struct, frozen=True, eq=False):
    """A list of permission classes and where it stands."""

    value: Value
    level: Level
    place: Place | None


@dataclasses.dataclass(slots=True)
class Permissions:
    """Reads what permission classes demand."""

    program: Program
    settings: Settings | None
    testing: set[tuple[object, ...]] = dataclasses.field(default_factory=set)
    alike: Alike[Refusal] = dataclasses.field(init=False)
    rest: dict[int, bool] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alike = Alike(self.program.run)

    def is_rest(self, cls: ClassValue) -> bool:
        """Whether a class is a view of Django REST framework."""
        bases = [base.name for base in lineage(self.program, cls) if isinstance(base, External)]
        return any(name.startswith("rest_framework") and "serializer" not in name for name in bases) or any(
            last(name).endswith(("APIView", "ViewSet", "ViewSetMixin")) or word("actions", name) for name in bases
        )

    def guards(self, served: Served, *, is_detail: bool) -> tuple[Guard, ...]:
        """The permissions before one method of a class."""
        cls = served.cls
        assert cls is not None
        declared = self.declared(served)
        asked = self.asked(served, is_detail=is_detail)
        if "get_permissions" not in served.arguments:
            own = self.program.class_attribute(cls, "get_permissions")
            if own is not None:
                return self.computed(own, declared, asked)
        return self.listed(declared, asked) if declared is not None else ()

    def asked(self, served: Served, *, is_detail: bool) -> Asked:
        """The request and the view that permissions are given."""
        request = request_of(served.method)
        held: dict[str, Value] = {"request": request}
        if served.action:
            held["action"] = Const(served.action)
        held["detail"] = Const(is_detail)
        held |= {name: value for name, value in served.arguments.items() if name != "actions"}
        view = Given("view", type=served.cls, attributes=held)
        return Asked(served, request, view, is_detail)

    def declared(self, served: Served) -> Declared | None:
        """The list that holds: that of the action, of the class, of a base, of the settings."""
        given = served.arguments.get(NAME)
        if given is not None:
            return Declared(given, Level.ENDPOINT, place_of(served.handler) if served.handler is not None else None)
        found = self.program.class_attribute(served.cls, NAME) if served.cls is not None else None
        if found is not None:
            value, owner = found
            level = Level.TYPE if owner is served.cls else Level.BASE
            return Declared(value, level, owner.place)
        if served.cls is not None and any(
            isinstance(base, External) and is_open(base.name) for base in lineage(self.program, served.cls)
        ):
            return None
        if served.cls is not None and (base := self.of_library(served.cls)) is not None:
            return Declared(Unknown(f"{base.name} is outside the project"), Level.BASE, served.cls.place)
        return self.default()

    def of_library(self, cls: ClassValue) -> External | None:
        """The view of a library that nobody knows and a class is built upon: it may have permissions of its own."""
        for base in lineage(self.program, cls):
            if isinstance(base, External) and last(base.name).endswith(("View", "ViewSet")):
                is_known = word("views", base.name) is not None or word("actions", base.name) is not None
                if not is_known and not base.name.startswith(OWN):
                    return base
        return None

    def default(self) -> Declared | None:
        """The default of the settings; that everybody may come in is no statement about an endpoint."""
        if self.settings is None:
            return None
        value = self.settings.entry("REST_FRAMEWORK", "DEFAULT_PERMISSION_CLASSES")
        if value is None:
            return None
        return Declared(value, Level.APPLICATION, self.settings.place("REST_FRAMEWORK"))

    def computed(self, own: tuple[Value, ClassValue], declared: Declared | None, asked: Asked) -> tuple[Guard, ...]:
        """What the view's own `get_permissions` gives for this action and method."""
        _, owner = own
        assert asked.served.cls is not None
        before = declared.value if declared is not None else Items([])
        level = Level.TYPE if owner is asked.served.cls else Level.BASE
        told = tabled(self.program, asked.served.cls, own[0], asked.served.action, before)
        if told is not None:
            return self.listed(declared if told is before and declared else Declared(told, level, owner.place), asked)
        asked.view.attributes.setdefault(NAME, before)
        method = class_attribute(self.program.run, asked.served.cls, "get_permissions", asked.view)
        value = observe(self.program.run, method).value
        after = asked.view.attributes[NAME]
        alternatives: list[tuple[Guard, ...]] = []
        for option in options(value):
            if (
                isinstance(option, Made)
                and isinstance(option.callee, Member)
                and option.callee.name == "get_permissions"
            ):
                kept = declared if after is before else Declared(after, level, owner.place)
                alternatives.append(self.listed(kept, asked) if kept is not None else ())
            elif items(option) is not None:
                alternatives.append(self.listed(Declared(option, level, owner.place), asked))
        if not alternatives:
            reason = "what get_permissions gives could not be followed"
            return (Guard("get_permissions", "permission", Demand.UNKNOWN, level, owner.place, reason=reason),)
        return min(alternatives, key=lambda guards: RANK[authorization_of(guards)])

    def listed(self, declared: Declared, asked: Asked) -> tuple[Guard, ...]:
        """The guards of one list of permission classes: all must agree."""
        alternatives: list[tuple[Guard, ...]] = []
        for option in options(declared.value):
            listed = items(option)
            if listed is None:
                continue
            if not listed and declared.level is not Level.APPLICATION and not getattr(option, "is_open", False):
                name = f"{NAME} = []"
                alternatives.append((Guard(name, "permission", Demand.ANONYMOUS, declared.level, declared.place),))
                continue
            found = [guard for item in listed if (guard := self.guard(item, declared, asked)) is not None]
            alternatives.append(tuple(found))
        if not alternatives:
            reason = "the permission classes could not be resolved"
            return (Guard(NAME, "permission", Demand.UNKNOWN, declared.level, declared.place, reason=reason),)
        return min(alternatives, key=lambda guards: RANK[authorization_of(guards)])

    def guard(self, value: Value, declared: Declared, asked: Asked) -> Guard | None:
        """The guard that one permission is."""
        what = self.demand(value, asked)
        if what.demand is Demand.NOTHING:
            return None
        if what.demand is Demand.ANONYMOUS and declared.level is Level.APPLICATION:
            return None
        name = self.name(value)
        return Guard(
            name,
            "permission",
            what.demand,
            declared.level,
            declared.place,
            what.values,
            steps=what.steps,
            reason=what.reason,
        )

    def name(self, value: Value) -> str:
        """A permission as it is written."""
        for option in options(value):
            match option:
                case Operation(operator="~", operands=(inner,)):
                    return f"~{self.name(inner)}"
                case Operation(operator=operator, operands=(left, right)):
                    return f"{self.name(left)} {operator} {self.name(right)}"
                case Const(value=str(dotted)):
                    return last(dotted)
                case Made(callee=Operation() as inner):
                    return self.name(inner)
            return shown(undecorated(option))
        return "permission"

    # --- demands

    def demand(self, value: Value, asked: Asked) -> Refusal:
        """What a permission demands; of several possible ones the weakest."""
        found = [self.demand_of(undecorated(option), asked) for option in options(value)]
        return min(found, key=strength) if found else NOTHING

    def demand_of(self, value: Value, asked: Asked) -> Refusal:  # a flat match over the kinds of values
        """What one permission demands."""
        if (known := self.by_team(value)) is not None:
            return known
        match value:
            case Operation(operator="|", operands=operands):
                return min((self.demand(operand, asked) for operand in operands), key=strength)
            case Operation(operator="&", operands=operands):
                return max((self.demand(operand, asked) for operand in operands), key=strength)
            case Operation(operator="~", operands=(operand,)):
                inner = self.demand(operand, asked)
                return NOTHING if inner.demand is Demand.AUTHENTICATED else Refusal(Demand.CUSTOM)
            case Made(callee=Operation() | External() as callee):
                return self.demand_of(callee, asked)
            case Const(value=str(dotted)):
                return self.demand_of(self.named(dotted), asked)
            case External(name=name):
                said = word("permissions", name)
                return refusal_of_word(said, asked.served.method) if said else refusal_of_outside(name)
            case ClassValue() | Instance():
                return self.of_class(value, asked)
            case FunctionValue():
                return demand_of_answer(self.program.run, value, (asked.request, asked.view))
        return Refusal(Demand.UNKNOWN, reason="a permission class could not be resolved")

    def by_team(self, value: Value) -> Refusal | None:
        """What the team says of a name."""
        name = shown(value)
        if name in self.program.vocabulary.guards:
            return Refusal(Demand.AUTHENTICATED)
        return NOTHING if name in self.program.vocabulary.not_guards else None

    def named(self, dotted: str) -> Value:
        """The class of a dotted name."""
        module, _, name = dotted.rpartition(".")
        found = self.program.run.python.import_named(module, self.settings.path if self.settings else "")
        return (
            undecorated(self.program.run.attribute(found, name)) if isinstance(found, ModuleValue) else External(dotted)
        )

    def of_class(self, value: ClassValue | Instance, asked: Asked) -> Refusal:
        """What a permission class of the project demands: its tests are run."""
        cls = value if isinstance(value, ClassValue) else value.cls
        which = id(value.type) if isinstance(value, ClassValue) else id(value)
        key = (which, asked.served.method, asked.is_detail)
        if key in self.testing:  # cuts circles
            return NOTHING
        self.testing.add(key)
        found = self.alike.of(key, asked.view, lambda: self.tested(cls, value, asked))
        self.testing.discard(key)
        return found

    def tested(self, cls: ClassValue, value: ClassValue | Instance, asked: Asked) -> Refusal:
        """The demands of `has_permission` and, for one object, `has_object_permission`, together."""
        run = self.program.run
        instance = value
        if isinstance(value, ClassValue):
            made = run.call(value, place=cls.place)
            instance = made if isinstance(made, Instance) else value
        found: list[Refusal] = []
        own = self.program.class_attribute(cls, "has_permission")
        if own is not None:
            method = class_attribute(run, cls, "has_permission", instance)
            found.append(self.answered(method, self.inherited(cls, asked), asked))
        else:
            found.append(self.inherited(cls, asked))
        if asked.is_detail and self.program.class_attribute(cls, "has_object_permission") is not None:
            method = class_attribute(run, cls, "has_object_permission", instance)
            arguments = (asked.request, asked.view, Given(OBJECT))
            found.append(demand_of_answer(run, method, arguments, self.leaf(asked)))
        return max(found, key=strength)

    def answered(self, method: Value, base: Refusal, asked: Asked) -> Refusal:
        """The demand of a class's own test; no more than that of its outside base where whoever fulfils that gets in:
        `return super().has_permission(request, view) or request.user.is_staff`.
        """
        arguments, run = (asked.request, asked.view), self.program.run
        own = demand_of_answer(run, method, arguments, self.leaf(asked))
        if not strength(NOTHING) < strength(base) < strength(own):
            return own
        granted = demand_of_answer(run, method, arguments, self.leaf(asked, is_granted=True))
        return base if granted is NOTHING else own

    def inherited(self, cls: ClassValue, asked: Asked) -> Refusal:
        """What the outside bases of a class demand."""
        for base in lineage(self.program, cls):
            if isinstance(base, External):
                said = word("permissions", base.name)
                return refusal_of_word(said, asked.served.method) if said else refusal_of_outside(base.name)
        return NOTHING

    def leaf(self, asked: Asked, *, is_granted: bool = False) -> Leaf:
        """What `super().has_permission(...)` of an outside base answers an unknown caller, or one whom it lets in; the object of a
        request is there.
        """

        def answer(value: Value) -> bool | None:
            match value:
                case Given(name=name) if name == OBJECT:
                    return True
                case Operation(operator=operator, operands=(Given(name=name), Const(value=None))) if name == OBJECT:
                    return operator in {"isnot", "!="}
            if not isinstance(value, Made) or not isinstance(value.callee, Member):
                return None
            member = value.callee
            if member.name == "has_object_permission":
                return True if isinstance(member.value, Parent) else None
            if member.name != "has_permission" or not isinstance(member.value, Parent):
                return None
            receiver = member.value.receiver
            cls = receiver.cls if isinstance(receiver, Instance) else member.value.owner
            return is_granted or strength(self.inherited(cls, asked)) <= strength(NOTHING)

        return answer


def strength(refusal: Refusal) -> int:
    """The rank of a demand; a stated anonymous intent is the weakest."""
    return STRENGTH.index(refusal.demand) if refusal.demand in STRENGTH else -1
