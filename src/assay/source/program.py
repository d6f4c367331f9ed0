"""The program as frameworks see it: values and events of a whole tree, asked by meaning.

A framework reads `Program` and nothing else. It asks `made` for the objects that outside classes gave, `calls_on` for what was done to
them, `classes` for project classes with an outside base, and follows values with the evaluator (`run`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.scope import Scope
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Condition,
    Const,
    Decorated,
    Deferred,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Invocation,
    Items,
    Made,
    Member,
    Parent,
    Value,
    options,
    undecorated,
)
from assay.source.vocabulary import Vocabulary

if TYPE_CHECKING:
    from assay.source.handled import Performance
    from assay.source.project import Project


class Program(Struct, eq=False):
    """Values and events of a tree."""

    project: Project
    run: Evaluator
    language: str
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    # --- things made

    def made(self, *names: str) -> tuple[Invocation, ...]:
        """Every object made by calling one of these outside names, or a project class derived from one, in order of making.

        A name is dotted (`flask.Flask`): the first and last part must fit (`flask.app.Flask` does); a simple name fits any last part.
        """
        lasts = dict.fromkeys(name.rpartition(".")[2] for name in names)
        found: list[Invocation] = [
            made for last in lasts for made in self._made(last) if self.is_named(made.callee, *names)
        ]
        found += [instance for instance in self.run.instances if self.derives(instance.cls, *names)]
        return tuple(sorted(found, key=lambda item: item.index))

    def is_made_by(self, value: Value, *names: str) -> bool:
        """Whether a value was made so (or is declared to be of such a type)."""
        for option in options(value):
            match option:
                case Made(callee=callee):
                    return self.is_named(callee, *names)
                case Instance(cls=cls):
                    return self.derives(cls, *names)
                case Given(type=type_) if type_ is not None:
                    return self.is_named(type_, *names) or (
                        isinstance(type_, ClassValue) and self.derives(type_, *names)
                    )
        return False

    @staticmethod
    def is_named(value: Value, *names: str) -> bool:
        """Whether a value is an outside thing of one of these names."""
        while isinstance(value, Generic):
            value = value.value
        if not isinstance(value, External):
            return False
        return any(fits(value.name, name) for name in names)

    def derives(self, cls: Value, *names: str) -> bool:
        """Whether a project class has one of these outside bases, however far up."""
        while isinstance(cls, Generic | Decorated):
            cls = cls.value if isinstance(cls, Generic) else cls.inner
        if not isinstance(cls, ClassValue):
            return self.is_named(cls, *names)
        return any(self.is_named(base, *names) for base in attributes.mro(self.run, cls))

    def mro(self, cls: ClassValue) -> tuple[Value, ...]:
        """The class and its bases, nearest first."""
        return attributes.mro(self.run, cls)

    def class_attribute(self, cls: ClassValue, name: str) -> tuple[Value, ClassValue] | None:
        """The value of a class attribute and the project class that declares it, None when no project class does."""
        for base in attributes.mro(self.run, cls):
            if isinstance(base, ClassValue):
                found = base.extra.get(name) or attributes.class_names(self.run, base).get(name)
                if found is not None:
                    return (found.resolve() if isinstance(found, Deferred) else found), base
        return None

    def _made(self, last: str) -> list[Made]:
        """What calling an outside thing gave whose name ends so."""
        index, done = self._by_last
        for made in self.run.made[done[0] :]:
            callee = made.callee
            while isinstance(callee, Generic):
                callee = callee.value
            if isinstance(callee, External):
                index.setdefault(callee.name.rpartition(".")[2], []).append(made)
        done[0] = len(self.run.made)
        return index.get(last, [])

    # --- things done

    def calls_on(self, receiver: Value, *names: str) -> tuple[Made, ...]:
        """The method calls on a value, in order; only those of these names, if any are given."""
        index, done = self._index
        if done[0] < len(self.run.made):
            for made in self.run.made[done[0] :]:
                for key in keys(made.receiver) if not isinstance(made.callee, External) else owner(made.callee):
                    index.setdefault(key, []).append(made)
            done[0] = len(self.run.made)
        found = [made for key in keys(receiver) for made in index.get(key, ())]
        return tuple(made for made in found if not names or made.name in names)

    def applications(self, made: Made) -> tuple[Made, ...]:
        """The calls of a value itself: what a decorator that a call gave was put on (`app.get("/")` -> the call with the function)."""
        index, done = self._applied
        if done[0] < len(self.run.made):
            for other in self.run.made[done[0] :]:
                if isinstance(other.callee, Made):
                    index.setdefault(id(other.callee), []).append(other)
            done[0] = len(self.run.made)
        return tuple(index.get(id(made), ()))

    def assigned_on(self, receiver: Value, *names: str) -> tuple[Assigned, ...]:
        """The assignments to members of a value, in order."""
        wanted = set(keys(receiver))
        index, done = self._assigned
        for assigned in self.run.assigned[done[0] :]:
            index.setdefault(assigned.name, []).append(assigned)
        done[0] = len(self.run.assigned)
        held = index.get(names[0], ()) if len(names) == 1 else self.run.assigned
        return tuple(
            assigned
            for assigned in held
            if (not names or assigned.name in names) and not wanted.isdisjoint(keys(assigned.receiver))
        )

    performances: dict[tuple[str, str, str, str], Performance] = field(default_factory=dict)
    """How the handler of an endpoint is run, by `reach.handled.key_of`; readers fill it."""

    stand_ins: dict[object, Given] = field(default_factory=dict)
    """What readers know of outside names (by name) and of values and types of the project (by identity): origin and type."""

    def stand_in(self, value: Value) -> Given | None:
        """What a reader knows of a value."""
        match value:
            case External(name=name):
                return self.stand_ins.get(name)
            case Instance(cls=cls):
                return self.stand_ins.get(id(cls.type))
        return self.stand_ins.get(id(value))

    _index: tuple[dict[object, list[Made]], list[int]] = field(default_factory=lambda: ({}, [0]))
    _by_last: tuple[dict[str, list[Made]], list[int]] = field(default_factory=lambda: ({}, [0]))
    _assigned: tuple[dict[str, list[Assigned]], list[int]] = field(default_factory=lambda: ({}, [0]))
    _applied: tuple[dict[int, list[Made]], list[int]] = field(default_factory=lambda: ({}, [0]))

    # --- declarations

    def classes(self, *names: str) -> tuple[ClassValue, ...]:
        """Every project class at top level of a file that was run, with one of these outside bases; by path and line."""
        found: list[ClassValue] = []
        for path in sorted(self.run.modules):
            module = self.run.modules[path]
            if module is None:
                continue
            for held in module.scope.names.values():
                value = undecorated(held)
                if isinstance(value, ClassValue) and value.module is module and self.derives(value, *names):
                    found.append(value)
        return tuple(sorted(found, key=lambda cls: (cls.module.path, cls.type.line)))

    def value_at(self, path: str, name: str) -> Value | None:
        """The value of a top-level name of a Python file."""
        module = self.run.module(path)
        found = module.scope.names.get(name) if module is not None else None
        return found.resolve() if isinstance(found, Deferred) else found

    def evaluate(self, expression: facts.Expr, cls: ClassValue) -> Value:
        """An expression in the body of a type, such as an argument of its attribute."""
        scope = cls.scope if cls.module.file.language == "python" else Scope(cls.module, owner=cls)
        return self.run.evaluate(expression, scope)


def flat_statements(block: facts.Block) -> Iterator[facts.Stmt]:
    """The statements of a block and of its branches."""
    for statement in block:
        yield statement
        match statement:
            case facts.If(then=then, other=other):
                yield from flat_statements(then)
                yield from flat_statements(other)
            case facts.Try(body=body):
                yield from flat_statements(body)


def fits(dotted: str, name: str) -> bool:
    """Whether an outside name is meant: last part equal, and first part too if the wanted name has one."""
    if dotted == name:
        return True
    first, _, last = name.rpartition(".")
    if dotted.rpartition(".")[2] != last:
        return False
    return not first or dotted.partition(".")[0] == first.partition(".")[0]


def keys(value: Value | None) -> Iterator[object]:  # noqa: C901  # one case a kind of value
    """What a value is found by: objects by identity, outside names by their text, members by owner and name."""
    for option in options(value):
        match option:
            case External(name=name):
                yield name
            case Member(value=owner, name=name):
                for key in keys(owner):
                    yield (key, name)
            case Generic(value=owner, keys=parts):
                for key in keys(owner):
                    yield (key, "[]", *(part.value for part in parts if isinstance(part, Const)))
            case FunctionValue(function=function):
                yield id(function)
            case ClassValue(type=type_):
                yield id(type_)
            case Decorated(inner=inner):
                yield from keys(inner)
                yield id(option)
            case Parent(receiver=receiver):
                yield from keys(receiver)
            case _:
                yield id(option)


def owner(callee: External) -> Iterator[str]:
    """What an outside function was called on: `flask.current_app` of `flask.current_app.route`."""
    holder, _, _ = callee.name.rpartition(".")
    if holder:
        yield holder


DEVELOPMENT_WORDS = ("isdevelopment", "debug", "development", "is_dev", "dev_mode", "local", "useapionly")


def describe(condition: Condition) -> str:
    """The names and texts of an undecided test, in one lower-case line."""
    return " ".join(words(condition.test)).lower()


def words(expression: facts.Expr) -> Iterator[str]:  # noqa: C901  # one case a kind of expression
    """The identifiers and texts of an expression, in order."""
    match expression:
        case facts.Name(id=name):
            yield name
        case facts.Attr(value=value, name=name):
            yield from words(value)
            yield name
        case facts.Text(value=text):
            yield text
        case facts.Call(function=function, arguments=arguments):
            yield from words(function)
            for argument in arguments:
                yield from words(argument.value)
        case facts.Unary(operator=operator, value=value):
            yield operator
            yield from words(value)
        case facts.Binary(operator=operator, left=left, right=right):
            yield from words(left)
            yield operator
            yield from words(right)
        case facts.Index(value=value, keys=parts):
            yield from words(value)
            for part in parts:
                yield from words(part)
        case facts.Sequence(items=parts) | facts.Opaque(parts=parts):
            for part in parts:
                yield from words(part)


def environment_of(conditions: tuple[Condition, ...]) -> str:
    """The environment that undecided tests confine something to: `development`, `production`, or "" for any."""
    for condition in conditions:
        said = describe(condition)
        is_negated = said.startswith("not ") or " != " in said or "isnot" in said
        holds = condition.is_then != is_negated
        if "isproduction" in said or ("production" in said and "==" in said):
            return "production" if holds else "development"
        if any(word in said.replace("_", "") or word in said for word in DEVELOPMENT_WORDS):
            return "development" if holds else "production"
    return ""


def place_of(value: Value) -> Place | None:
    """Where a value comes from."""
    match value:
        case FunctionValue() | ClassValue():
            return value.place
        case Invocation(place=place) | Decorated(place=place):
            return place
    return None


def signature(value: Value | None, depth: int = 0) -> object:
    """What two values share if they behave alike: the same function, or objects made alike of the same class."""
    if depth > SIGNATURE_DEPTH:
        return id(value)
    match value:
        case None:
            return None
        case Const(value=held):
            return (type(held).__name__, held)
        case ClassValue(type=type_):
            return id(type_)
        case FunctionValue(function=function, scope=scope, module=module) if scope is module.scope:
            return id(function)
        case Items(items=held_items):
            return tuple(signature(item, depth + 1) for item in held_items)
        case Instance(cls=cls, positional=positional, named=named):
            parts = [signature(item, depth + 1) for item in positional]
            pairs = [(key, signature(named[key], depth + 1)) for key in sorted(named)]
            return (id(cls.type), tuple(parts), tuple(pairs))
    return id(value)


SIGNATURE_DEPTH = 6
