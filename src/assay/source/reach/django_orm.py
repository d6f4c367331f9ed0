"""Managers and query sets of Django: which model they are of, which methods of theirs are in the project, which relations lead back."""

from __future__ import annotations

from msgspec.structs import replace

from assay.source import facts
from assay.source.evaluate import attributes
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
    Value,
    options,
    undecorated,
)
from assay.source.mentions import dotted
from assay.source.program import Program
from assay.source.reach.library import words

Begun = tuple[str, ClassValue | None, bool, Value | None]
KEEPING = ("Manager", "QuerySet")
"""Endings of the outside classes that managers and query sets derive from."""
RELATIONS = frozenset(
    {
        "ForeignKey",
        "OneToOneField",
        "ManyToManyField",
        "TreeForeignKey",
        "ParentalKey",
        "TaggableManager",
        "GenericRelation",
    }
)


class DjangoOrm:
    """Knows the managers of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.run = program.run
        self.roles = words(program.language).roles
        self.managers: dict[int, tuple[Value, ClassValue]] = {}
        """Managers by identity: the value itself, its model."""
        self.described: dict[tuple[int, int], tuple[Value, Value]] = {}
        self.sets: dict[int, tuple[Value, ClassValue | None]] = {}
        self.backward: dict[tuple[str, str], ClassValue] | None = None

    def describe(self, cls: ClassValue, found: Value) -> Value:
        """A manager as a model has it: one that is declared in a base is of the model that it was looked up on."""
        if not isinstance(found, Instance | Made):
            return found
        if isinstance(found, Instance) and not self.run.is_tracing and not found.cls.type.name.endswith(KEEPING):
            return found  # the bases of classes are not worked out while modules are still being run
        if not self.is_gateway(found):
            return found
        key = (id(found), id(cls.type))
        held = self.described.get(key)
        if held is None:
            own = replace(found, attributes={**found.attributes, "model": cls})
            self.managers[id(own)] = (own, cls)
            held = self.described[key] = (found, own)
        return held[1]

    def is_gateway(self, value: Instance | Made) -> bool:
        """Whether a value is a manager or a query set that stands for all objects of a model."""
        if isinstance(value, Instance):
            return self.keeps(value.cls)
        callee = value.callee
        if isinstance(callee, Made):
            return callee.name == "from_queryset"
        return value.name == "as_manager" or (
            value.name.endswith("Manager") and dotted(callee).startswith(("django.", "models."))
        )

    def keeps(self, cls: ClassValue) -> bool:
        """Whether objects of a class are managers or query sets."""
        for each in attributes.mro(self.run, cls):
            base = each.value if isinstance(each, Generic) else each
            if isinstance(base, External) and base.name.endswith(KEEPING):
                return True
            if isinstance(base, Made) and (base.name == "from_queryset" or base.name.endswith(KEEPING)):
                return True
        return False

    # --- what begins a query

    def receiver(self, value: Value, name: str) -> Begun | None:
        """The model of a manager or query set, or of the relation of the caller."""
        held = self.managers.get(id(value)) or self.declared(value)
        if held is not None:
            return held[1].name, held[1], True, None
        if isinstance(value, Instance) and self.keeps(value.cls):
            model = value.attributes.get("model") or next(iter(value.positional), None)
            for option in options(model):
                inner = undecorated(option)
                if isinstance(inner, ClassValue):
                    return inner.name, inner, True, None
        return self.related(value, name)

    def declared(self, value: Value) -> tuple[Value, ClassValue] | None:
        """The model that declares a manager, for what was made of it before anybody was traced: `queryset = Order.objects.all()`."""
        if not isinstance(value, Instance | Made) or not self.is_gateway(value):
            return None
        self.indexed()
        return self.managers.get(id(value))

    def related(self, value: Value, name: str) -> Begun | None:
        """`request.user.items`: the objects that point at an object of a known type."""
        if not isinstance(value, Member):
            return None
        for option in options(value.value):
            cls = self.run.class_of(option)
            is_caller = isinstance(option, Given) and option.origin == "principal"
            if cls is None and not is_caller:
                continue
            target = self.pointing(cls, value.name) if cls is not None else None
            if target is not None:
                return target.name, target, True, option
            if is_caller and name in self.roles and name not in {"get", "values", "update", "all"}:
                return value.name.removesuffix("_set"), None, True, option
        return None

    def pointing(self, cls: ClassValue, relation: str) -> ClassValue | None:
        """The model whose reference leads back to a model under a name."""
        backward = self.indexed()
        for base in attributes.mro(self.run, cls):
            if isinstance(base, ClassValue) and (found := backward.get((base.type.name, relation))) is not None:
                return found
        return None

    def indexed(self) -> dict[tuple[str, str], ClassValue]:
        """Every reference by the model that it leads to and the name under which it leads back."""
        if self.backward is None:
            self.backward = {}
            for path in self.program.project.paths("python"):
                if "models" in path.removesuffix(".py").split("/"):
                    self.run.module(path)  # nothing may have asked for it yet
            for model in self.program.classes("django.Model", "mptt.MPTTModel", "polymorphic.PolymorphicModel"):
                self.index(model, self.backward)
        return self.backward

    def index(self, model: ClassValue, backward: dict[tuple[str, str], ClassValue]) -> None:
        """Remember the references of a model and its bases, and its managers."""
        for base in attributes.mro(self.run, model):
            for value in list(attributes.class_names(self.run, base).values()) if isinstance(base, ClassValue) else ():
                held = value.found if isinstance(value, Deferred) else value
                if isinstance(held, Instance | Made) and self.is_gateway(held):
                    self.managers.setdefault(id(held), (held, model))
                if (
                    not isinstance(held, Made)
                    or held.name not in RELATIONS
                    or not (held.positional or "to" in held.named)
                ):
                    continue
                target = self.model_name(held.argument(0, "to"))
                related = held.named.get("related_name")
                name = str(related.value) if isinstance(related, Const) else f"{model.type.name.lower()}_set"
                if target:
                    backward.setdefault((target, name), model)

    def model_name(self, value: Value | None) -> str:
        """The simple name of the model that a reference names."""
        for option in options(value):
            inner = undecorated(option)
            if isinstance(inner, ClassValue):
                return inner.type.name
            if isinstance(inner, Const) and isinstance(inner.value, str):
                return inner.value.rpartition(".")[2]
            if isinstance(inner, External) and inner.name.endswith("AUTH_USER_MODEL"):
                return "User"
        return ""

    # --- methods of the project

    def set_class(self, first: Value | None) -> ClassValue | None:
        """The class of the project whose methods the query sets of a manager have."""
        if first is None:
            return None
        for option in options(first):
            if isinstance(option, Instance | Made) and self.is_gateway(option):
                if id(option) not in self.sets:
                    self.sets[id(option)] = option, self.chosen(option)
                return self.sets[id(option)][1]
        return None

    def chosen(self, manager: Instance | Made) -> ClassValue | None:
        """The query set of one manager."""
        if isinstance(manager, Made):
            return self.of_made(manager)
        if any(
            isinstance(base, External) and base.name.endswith("QuerySet")
            for base in attributes.mro(self.run, manager.cls)
        ):
            return manager.cls
        for base in attributes.mro(self.run, manager.cls):
            if isinstance(base, Made) and (found := self.of_made(base)) is not None:
                return found
        own = self.program.class_attribute(manager.cls, "get_queryset")
        function = undecorated(own[0]) if own is not None else None
        return self.returned(function) if isinstance(function, FunctionValue) else None

    def of_made(self, made: Made) -> ClassValue | None:
        """`ItemQuerySet.as_manager()`, `Manager.from_queryset(ItemQuerySet)()`."""
        value: Value | None = made.receiver if made.name == "as_manager" else None
        callee = made.callee if isinstance(made.callee, Made) else made
        if callee.name == "from_queryset" and callee.positional:
            value = callee.positional[0]
        inner = undecorated(value) if value is not None else None
        return inner if isinstance(inner, ClassValue) else None

    def returned(self, function: FunctionValue) -> ClassValue | None:
        """The query set class that `get_queryset` makes."""
        for statement in function.function.body or ():
            value = statement.value if isinstance(statement, facts.Return) else None
            while isinstance(value, facts.Call) and isinstance(value.function, facts.Attr):
                value = value.function.value
            if isinstance(value, facts.Call) and isinstance(value.function, facts.Name):
                found = undecorated(self.run.evaluate(value.function, function.scope))
                if isinstance(found, ClassValue) and self.keeps(found):
                    return found
        return None
