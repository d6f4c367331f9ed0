"""Attributes as values: what they are derived from, with what arguments they are made."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.dispatch import bare
from assay.source.evaluate.expressions import arguments
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Generic,
    Given,
    Instance,
    Items,
    Member,
    Overloads,
    Template,
    Unknown,
    Value,
    options,
)
from assay.source.evaluate.written import last_name
from assay.source.program import Program

SUFFIX = "Attribute"


class Mark(Struct, frozen=True, eq=False):
    """One attribute on a type, method or parameter."""

    name: str
    """Simple, without `Attribute`."""
    kinds: frozenset[str]
    """Its own name and the simple names of everything that it derives from, without `Attribute`."""
    place: Place
    shown: str
    """As its author wrote it."""
    positional: tuple[Value, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)
    cls: ClassValue | None = None
    """Its type, when the project declares it."""
    instance: Instance | None = None
    types: tuple[Value, ...] = ()
    """Type arguments."""

    def is_a(self, *names: str) -> bool:
        """Whether it is one of these attributes or derived from one."""
        return not self.kinds.isdisjoint(names)

    def argument(self, position: int, *names: str) -> Value | None:
        """An argument as written."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.positional[position] if 0 <= position < len(self.positional) else None


class Marks:
    """Reads the attributes of a program, each once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.known: dict[tuple[int, int], Mark] = {}

    def of(
        self,
        annotations: Iterable[facts.Annotation],
        module: Module,
        owner: ClassValue | None,
        scope: Scope | None = None,
    ) -> tuple[Mark, ...]:
        """The marks of annotations, in order; those on something else (`[return: X]`) left out."""
        return tuple(
            self.one(annotation, module, owner, scope)
            for annotation in annotations
            if annotation.target in {"", "method", "type"}
        )

    def one(
        self, annotation: facts.Annotation, module: Module, owner: ClassValue | None, scope: Scope | None = None
    ) -> Mark:
        """The mark of one annotation."""
        key = (id(annotation), id(owner.type) if owner is not None else 0)
        if key not in self.known:
            inner = scope or Scope(module, owner=owner)
            place = Place(module.path, annotation.line)
            self.known[key] = self.program.run.apart(place, lambda: self.read(annotation, module, owner, inner))
        return self.known[key]

    def read(self, annotation: facts.Annotation, module: Module, owner: ClassValue | None, scope: Scope) -> Mark:
        """Evaluate one annotation; nothing that its constructor does stays recorded."""
        run = self.program.run
        value = annotation.value
        written = value.function if isinstance(value, facts.Call) else value
        given = value.arguments if isinstance(value, facts.Call) else ()
        name = last_name(written).removesuffix(SUFFIX) or last_name(written)
        types = tuple(run.evaluate(key, scope) for key in written.keys) if isinstance(written, facts.Index) else ()
        place = Place(module.path, annotation.line)
        made, assigned, conditions, run.conditions = len(run.made), len(run.assigned), run.conditions, []
        positional, named = arguments(run, given, scope)
        cls = self.class_of(written, module, owner)
        instance = self.create(cls, positional, named, place) if cls is not None else None
        run.conditions = conditions
        del run.made[made:], run.assigned[assigned:]
        kinds = {name} | (self.kinds(cls) if cls is not None else set())
        return Mark(name, frozenset(kinds), place, shown(annotation.value), positional, named, cls, instance, types)

    def class_of(self, written: facts.Expr, module: Module, owner: ClassValue | None) -> ClassValue | None:
        """The project's attribute class of a name that is in sight."""
        name = last_name(written)
        types = self.program.run.csharp.types
        for wanted in (name + SUFFIX, name):
            found = types.named(wanted, module, owner)
            if found is not None and self.is_attribute(found) and self.in_sight(found, module, owner):
                return found
        return None

    def in_sight(self, cls: ClassValue, module: Module, owner: ClassValue | None) -> bool:
        """Whether a using or an enclosing namespace brings the type into sight; names of the framework itself demand it."""
        if cls.type.name.removesuffix(SUFFIX) not in OF_FRAMEWORK:
            return True
        own = cls.type.namespace
        around = owner.type.namespace if owner is not None else ""
        usings = self.program.run.csharp.types.usings.get(module.path, frozenset())
        return own == "" or own in usings or around == own or around.startswith(own + ".")

    def is_attribute(self, cls: ClassValue) -> bool:
        """Whether a class is an attribute."""
        if cls.type.name.endswith(SUFFIX):
            return True
        return any(isinstance(base, External) and base.name.endswith(SUFFIX) for base in self.program.mro(cls))

    def kinds(self, cls: ClassValue) -> set[str]:
        """Simple names of a class and its bases."""
        found: set[str] = set()
        for base in self.program.mro(cls):
            root = base.value if isinstance(base, Generic) else base
            if isinstance(root, ClassValue):
                found.add(root.type.name.removesuffix(SUFFIX))
            elif isinstance(root, External):
                found.add(root.name.rpartition(".")[2].removesuffix(SUFFIX))
        return found

    def create(
        self, cls: ClassValue, positional: tuple[Value, ...], named: dict[str, Value], place: Place
    ) -> Instance | None:
        """The attribute's object: its constructor run, then its properties set."""
        run = self.program.run
        wanted = {p.name for f in constructors(run, cls) for p in f.function.parameters}
        made = run.call(cls, positional, {k: v for k, v in named.items() if k in wanted}, place=place)
        if not isinstance(made, Instance):
            return None
        made.attributes.update({key: value for key, value in named.items() if key not in wanted})
        return made

    def member(self, mark: Mark, name: str, position: int = -1) -> Value | None:
        """A property of the attribute: set in the brackets, else by its constructor or the one of its outside base; None without one."""
        if mark.instance is None:
            return mark.argument(position, name, name[:1].lower() + name[1:])
        held = mark.instance.attributes.get(name)
        if held is None and self.program.run.csharp.has_member(mark.instance.cls, name):
            held = self.program.run.attribute(mark.instance, name)
        if held is None:
            held = mark.instance.attributes.get(f"base({name[:1].lower() + name[1:]})")
        base = mark.instance.attributes.get("base()")
        if held is None and isinstance(base, Items) and 0 <= position < len(base.items):
            held = base.items[position]
        return held if not isinstance(held, Member | Unknown | Given) else None


OF_FRAMEWORK = frozenset(
    ["Authorize", "AllowAnonymous", "Route", "HttpGet", "HttpPost", "HttpPut", "HttpDelete", "HttpPatch", "HttpHead", "HttpOptions",
     "AcceptVerbs", "Area", "ApiController", "Controller", "NonAction", "NonController", "ActionName", "TypeFilter", "ServiceFilter"]
)  # fmt: skip
"""Attributes that a project's own of the same name only hides where it is in sight."""


def constructors(run: object, cls: ClassValue) -> tuple[FunctionValue, ...]:
    """The constructors of a class."""
    found = attributes.class_names(run, cls).get(".ctor")  # type: ignore[arg-type]  # an Evaluator
    if isinstance(found, Overloads):
        return found.functions
    return (found,) if isinstance(found, FunctionValue) else ()


def shown(value: facts.Expr) -> str:
    """An attribute as people write it, short: `[Authorize(Roles = "Admin")]`."""
    if not isinstance(value, facts.Call):
        return f"[{last_name(value).removesuffix(SUFFIX)}]"
    given = ", ".join(
        f"{argument.name} = {written(argument.value)}" if argument.name else written(argument.value)
        for argument in value.arguments
    )
    inside = f"({given})" if given else ""
    return f"[{last_name(value.function).removesuffix(SUFFIX)}{inside}]"


def written(value: facts.Expr) -> str:
    """An argument, short."""
    match value:
        case facts.Text(value=text):
            return f'"{text}"'
        case facts.Number(value=text) | facts.Name(id=text):
            return text
        case facts.Attr(value=inner, name=name):
            return f"{written(inner)}.{name}"
        case facts.Constant(value=known):
            return str(known).lower()
        case facts.Unary(operator="typeof" | "nameof" as operator, value=inner):
            return f"{operator}({written(inner)})"
        case facts.Index(value=inner):
            return written(inner)
        case facts.Binary(operator="+", left=left, right=right):
            return f"{written(left)} + {written(right)}"
    return "..."


def text_of(value: Value | None) -> str | None:
    """A known text, or one with holes: what is not known stands there as `{name}`; None when nothing of it is known."""
    for option in options(value):
        if isinstance(option, Const) and isinstance(option.value, str):
            return option.value
        if isinstance(option, Template):
            return "".join(part if isinstance(part, str) else f"{{{hole(part)}}}" for part in option.pieces)
    return None


def hole(value: Value) -> str:
    """The name of a piece that is not known."""
    match value:
        case Given(name=name) | Member(name=name):
            return name
        case External(name=name):
            return name.rpartition(".")[2]
        case Generic(keys=(Const(value=str(name)), *_)):
            return name.replace(":", "_")
    return "unknown"


__all__ = ["Mark", "Marks", "bare", "shown", "text_of"]
