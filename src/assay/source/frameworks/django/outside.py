"""What the classes of Django and Django REST framework do that a project builds upon: they are run in the place of the outside ones."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct, field

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.calls import Request
from assay.source.evaluate.scope import Module
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Instance,
    Made,
    Member,
    Operation,
    Parent,
    Table,
    Unknown,
    Value,
    options,
    text,
)
from assay.source.extraction import DECODER, ENCODER, visitor
from assay.source.frameworks.django.known import last, qualified
from assay.source.program import Program

TEXT = "generic.txt"
OWN = ("django.", "rest_framework.")
"""Packages whose permissions and filters decide nothing about single objects."""
ANSWERS = frozenset({"has_object_permission", "has_permission"})
BEGINNINGS = frozenset({"get_queryset", "get_query_set"})
LOOKUPS = ("pk", "slug", "id", "uuid")
MARK = 0x7FFFFFFF
"""A line that no file has; msgpack writes it as 0xCE and four bytes."""
COMBINED = {"|": "or", "&": "and", "~": "not"}


@cache
def _packed() -> bytes:
    """The facts of the text as bytes, with `MARK` for every line, so that a copy for another line costs no walk in Python."""
    source = resources.files(__package__).joinpath(TEXT).read_bytes()
    file = visitor("python")(TEXT, source, seconds=10.0)
    assert isinstance(file, facts.File)
    return ENCODER.encode(relined(file, MARK))


def standing(line: int) -> facts.File:
    """The facts of the text as if all of it stood on one line."""
    return DECODER.decode(_packed().replace(ENCODER.encode(MARK), b"\xce" + line.to_bytes(4, "big")))


class Outside(Struct):
    """Answers calls of outside methods on objects of project classes, while a handler is run."""

    program: Program
    modules: dict[tuple[str, int], Module] = field(default_factory=dict)
    """The text as if it stood where a class stands."""
    orders: dict[int, tuple[ClassValue, tuple[ClassValue, ...]]] = field(default_factory=dict)
    """By the ids of classes of the project: the known classes that they are made of."""

    def answer(self, request: Request) -> Value | None:
        """What an outside call gives; None when it is not known."""
        match request.callee:
            case Member(value=Parent(receiver=Instance() as instance), name=name) if name in ANSWERS:
                bases = [base for base in self.program.mro(instance.cls) if isinstance(base, External)]
                return self.permitted(bases[0], name, request) if bases else None
            case (
                Member(value=Parent(receiver=Instance() as instance), name=name)
                | Member(value=Instance() as instance, name=name)
            ):
                return self.entered(instance, name, request)
            case Member(value=Made(callee=callee), name=name) if name in ANSWERS:
                return self.permitted(callee, name, request)
            case Member(value=Made(callee=External(name=owner)), name="filter_queryset") if len(request.positional) > 1:
                return request.positional[1] if owner else None
            case External(name="assay.given"):
                return Const(is_given(request.positional[0]))
            case External(name="assay.lookup"):
                return self.lookup(request.positional[0])
        return None

    def entered(self, instance: Instance, name: str, request: Request) -> Value | None:
        """A method that only outside bases have, run as they would."""
        if (held := self.managed(instance, name, request)) is not None:
            return held
        method = self.method(instance, name)
        if method is None:  # what filters from outside leave out is the caller's choice, and what they add nobody can
            return request.positional[1] if name == "filter_queryset" and len(request.positional) > 1 else None
        return self.program.run.call(method, request.positional, request.named, place=request.place)

    def managed(self, manager: Instance, name: str, request: Request) -> Value | None:
        """A method of a manager: it begins with what its own `get_queryset` gives, which begins with all objects of the model."""
        model = manager.attributes.get("model")
        if not isinstance(model, ClassValue) or name.startswith("_"):
            return None
        if name in BEGINNINGS:
            return Member(model, "_default_manager")
        run = self.program.run
        own = self.program.class_attribute(manager.cls, "get_queryset")
        if own is None or any(
            function.function.name == "get_queryset" and function.receiver is manager for function in run.stack
        ):
            return None
        rows = run.call(run.attribute(manager, "get_queryset"), place=request.place)
        return run.call(run.attribute(rows, name), request.positional, request.named, place=request.place)

    def method(self, instance: Instance, name: str) -> FunctionValue | None:
        """A method of the nearest outside base that is known to have it, bound to an object."""
        for own in self.bases(instance.cls):
            found = attributes.class_names(self.program.run, own).get(name)
            if isinstance(found, FunctionValue):
                bound = attributes.bound(self.program.run, found, instance, own)
                return bound if isinstance(bound, FunctionValue) else None
        return None

    def bases(self, cls: ClassValue) -> tuple[ClassValue, ...]:
        """The known classes that an object is of, nearest first: of two bases the one that is made of the other stands before it, as in
        `class Own(Named, ModelSerializer)` where `Named` is a `Serializer`.
        """
        held = self.orders.get(id(cls))
        if held is not None:
            return held[1]
        classes = self.classes(cls)
        names = [each.value if isinstance(each, Generic) else each for each in self.program.mro(cls)]
        known = [of_name(classes, base.name) for base in names if isinstance(base, External)]
        order = [own for each in known if isinstance(each, ClassValue) for own in self.program.mro(each)]
        later: dict[int, ClassValue] = {id(own.type): own for own in reversed(order) if isinstance(own, ClassValue)}
        found = tuple(reversed(later.values()))
        if not self.program.run.settling:
            self.orders[id(cls)] = (cls, found)
        return found

    def classes(self, cls: ClassValue) -> dict[str, Value]:
        """The known classes, as if they stood where a project class stands."""
        return self.standing_at(Place(cls.module.path, cls.type.line))

    def standing_at(self, place: Place) -> dict[str, Value]:
        """The known classes, as if they stood at a place."""
        key = (place.path, place.line)
        if key not in self.modules:
            file = standing(place.line)
            module = self.modules[key] = Module(place.path, file, is_outside=True)
            module.state = "done"
            run = self.program.run
            run.apart(Place(*key), lambda: run.execute(file.body, module.scope))
        return self.modules[key].scope.names

    def permitted(self, callee: Value, name: str, request: Request) -> Value | None:
        """What permissions from outside, and combined ones, answer."""
        match callee:
            case External(name=owner) if owner.startswith(OWN) or name == "has_permission":
                return Const(True)  # who is calling at all is told by the guards
            case Operation(operator=operator, operands=operands) if operator in COMBINED:
                return Operation(COMBINED[operator], tuple(self.asked(operand, name, request) for operand in operands))
        return None

    def asked(self, permission: Value, name: str, request: Request) -> Value:
        """One permission of a combination."""
        run = self.program.run
        made = run.call(permission, place=request.place)
        return run.call(run.attribute(made, name), request.positional, request.named, place=request.place)

    def lookup(self, view: Value) -> Value:
        """`{field: value}` as a view takes it from the path."""
        run = self.program.run
        kwargs = next((o for o in options(run.attribute(view, "kwargs")) if isinstance(o, Table)), Table({}))
        name = text(run.attribute(view, "lookup_field")) or text(run.attribute(view, "slug_field")) or "pk"
        told = [
            text(run.attribute(view, each))
            for each in ("lookup_url_kwarg", "pk_url_kwarg", "slug_url_kwarg", "lookup_field")
        ]
        wanted = [each for each in told if each] + list(LOOKUPS)
        found = next((each for each in wanted if each in kwargs.entries), None)
        found = found or next(iter(reversed(kwargs.entries)), None)
        if found is None:
            return Table({})
        if found == "slug" and name == "pk":
            name = "slug"
        return Table({name: (Const(name), kwargs.entries[found][1])})


def of_name(classes: dict[str, Value], name: str) -> Value | None:
    """The known class of an outside name; `dj_rest_auth.views.LoginView` is `dj_rest_auth_LoginView`."""
    return classes.get(qualified(name).replace(".", "_"), classes.get(last(name)))


def is_given(value: Value) -> bool:
    """Whether a value is set at all."""
    for option in options(value):
        match option:
            case Const(value=None) | Unknown():
                continue
            case Member(value=Instance() | Parent()):
                continue
            case _:
                return True
    return False


def relined(value: object, line: int) -> object:
    """Facts that all stand on one line."""
    if isinstance(value, tuple):
        return tuple(relined(each, line) for each in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed = {
        key: line if key in {"line", "end_line"} else relined(getattr(value, key), line)
        for key in value.__struct_fields__
    }
    return type(value)(**changed)
