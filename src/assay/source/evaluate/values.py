"""Values: what an expression may turn out to be.

All values compare by identity; `Const` by value too (use `.value`). A value never lies: what could not be resolved is `Unknown` with its
reason, what lies outside the project is `External` with its dotted name, and what an outside call gives is `Made`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field

from assay.model.place import Place
from assay.source import facts

if TYPE_CHECKING:
    from assay.source.evaluate.scope import Module, Scope

Scalar = str | int | float | bool | None
STORING = frozenset(
    "insert save create replace update delete upsert asave adelete set_password check_password full_clean refresh_from_db".split()
)
"""What stored objects have as methods of their outside base, and hardly ever as fields."""
UNNAMED = "\0"
"""How keys of a dictionary are held that are not known."""
REST = "**"
"""While a handler is traced: the name of what a spread of something that is not known may hold."""


class Value(Struct, eq=False):
    """Any value."""

    def __repr__(self) -> str:
        shown = [getattr(self, key, None) for key in ("name", "value", "reason", "callee", "operator", "options")]
        return f"{type(self).__name__}({', '.join(repr(item) for item in shown if item is not None)})"


class Const(Value):
    """A known string, number, boolean or None."""

    value: Scalar
    is_default: bool = False
    """True when it is only the default of something that comes from the environment."""


class Template(Value):
    """A string of which some pieces are not known; pieces are `str` or values."""

    pieces: tuple[str | Value, ...]


class Items(Value):
    """A list, tuple or set; mutable as its original is. `is_open` when unknown items may be in it too."""

    items: list[Value]
    kind: str = "list"
    is_open: bool = False
    names: tuple[str, ...] = ()
    """What the elements of a tuple are called, "" where one has no name."""
    is_varying: bool = False
    """Whether some items are in it only where some test holds."""


class Table(Value):
    """A dictionary with known keys (by their text); `is_open` when unknown keys may be in it too. Entries: key text -> (key, value)."""

    entries: dict[str, tuple[Value, Value]]
    is_open: bool = False
    missing: Value | None = None
    """What looking up a key gives that is not there; None when that is an error."""
    latest: tuple[Value, Value] | None = None  # a key that is not worked out, and what was put under it last

    def get(self, key: str) -> Value | None:
        """The value of a string key."""
        return self.entries[key][1] if key in self.entries else None

    def elsewhere(self, key: str) -> Value | None:
        """The value of a key that only what was spread or gathered into it may hold: `{**request.form}["id"]`; None when nothing was."""
        rest = self.get(REST)
        if rest is None and self.is_open:
            rest = next((value for name, (_, value) in self.entries.items() if name.startswith(UNNAMED)), None)
        return Generic(rest, (Const(key),)) if rest is not None else None


class FunctionValue(Value):
    """A function or lambda of the project with the scope it closes over."""

    function: facts.Function
    module: Module
    scope: Scope
    """Where it was defined; calls make a child scope of it."""
    owner: ClassValue | None = None
    receiver: Value | None = None
    """What `self`, `cls` or `this` is bound to."""
    attributes: dict[str, Value] = field(default_factory=dict)
    """Set from outside: `view.methods = [...]`; shared by all bindings of one function."""

    @property
    def name(self) -> str:
        """Qualified: `Class.method`, `function`, `outer.(lambda)`."""
        own = self.function.name or "(lambda)"
        return f"{self.owner.name}.{own}" if self.owner else own

    @property
    def place(self) -> Place:
        """Where it is declared."""
        return Place(self.module.path, self.function.line)


class Overloads(Value):
    """Several C# methods of one name, in source order."""

    functions: tuple[FunctionValue, ...]


class ClassValue(Value):
    """A type of the project. Partial C# types have several `parts`; Python has one."""

    type: facts.Type
    module: Module
    scope: Scope
    parts: tuple[tuple[facts.Type, Module], ...] = ()
    names: dict[str, Value] | None = None
    """Attributes once the body was run (Python) or members were indexed (C#); see `Evaluator.class_names`."""
    bases: tuple[Value, ...] | None = None
    extra: dict[str, Value] = field(default_factory=dict)
    """Attributes set from outside: `View.permission = x`."""
    arguments: tuple[Value, ...] = ()
    """Type arguments of a constructed generic type."""
    order: tuple[Value, ...] | None = None
    """The class and its bases, nearest first, once that is known; see `attributes.mro`."""

    @property
    def name(self) -> str:
        """With enclosing types: `Outer.Inner`."""
        return ".".join((*self.type.outer, self.type.name))

    @property
    def place(self) -> Place:
        """Where it is declared (its first part)."""
        return Place(self.module.path, self.type.line)


class ModuleValue(Value):
    """A Python module of the project, or a package folder without `__init__` (module None)."""

    name: str
    module: Module | None
    folder: str | None = None
    """For packages: where submodules are looked up."""


class External(Value):
    """A name from outside the project: `flask.Flask`, `flask_login.current_user.id`; in C# as written: `Results.Ok`."""

    name: str


class Member(Value):
    """`value.name` where `value` is a thing from outside (`Made`, `Given`, an instance of an outside base ...)."""

    value: Value
    name: str


class Invocation(Value):
    """What `Made` and `Instance` share: arguments and place of the call that gave them."""

    positional: tuple[Value, ...]
    named: dict[str, Value]
    place: Place
    index: int
    """Order of execution, unique in the program."""
    conditions: tuple[Condition, ...]
    """The undecided tests around it, outermost first."""
    stack: tuple[str, ...]
    """Qualified names of the project functions being run, outermost first."""
    attributes: dict[str, Value]
    """Set from outside: `x.name = value`."""

    def argument(self, position: int, *names: str) -> Value | None:
        """The argument by name or position (negative: by name only); None when absent or when only a spread could hold it."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.positional[position] if 0 <= position < len(self.positional) else None


class Made(Invocation):
    """What calling something outside the project gave: `FastAPI()`, `app.get("/")`, `app.get("/")(f)`. Also the record of that call."""

    callee: Value
    """`External`, `Member`, `Made` (a call on a result) or another value that could not be entered."""
    types: tuple[Value, ...] = ()
    """Type arguments as they were given, worked out when asked for."""
    way: tuple[tuple[str, Place], ...] = ()
    """While someone traces: the project functions being run, outermost first, each with the place of the call that entered it."""
    name: str = ""
    """The last part of what was called: `get`, `FastAPI`. Worked out here, because it is asked fifty times for each call."""
    receiver: Value | None = None
    """What a method was called on; worked out likewise."""

    def __post_init__(self) -> None:
        callee = self.callee
        if isinstance(callee, Member):
            self.name, self.receiver = callee.name, callee.value
        elif isinstance(callee, External):
            self.name = callee.name.rpartition(".")[2]

    @property
    def type_arguments(self) -> tuple[Value, ...]:
        """Type arguments: `app.UseMiddleware<T>()`."""
        if not self.types:
            return ()
        return tuple(type_.resolve() if isinstance(type_, Deferred) else type_ for type_ in self.types)

    @property
    def parts(self) -> tuple[Value, ...]:
        """Everything that it was given, and what it was called on."""
        receiver = self.receiver
        return (*self.positional, *self.named.values(), *((receiver,) if receiver is not None else ()))


class Instance(Invocation):
    """An object of a project class; its attributes are those that its constructor and others set."""

    cls: ClassValue


class Given(Value):
    """A parameter that someone outside fills in: of a callback handed to an outside call (`call` is that one), of a function that
    nothing in the project calls, an injected service. `type` is its declared type, evaluated, if any.
    """

    name: str
    call: Made | None = None
    position: int = 0
    type: Value | None = None
    function: FunctionValue | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    origin: str = ""
    """What a tracer knows of where it comes from: a word of `model.reach.Origin`."""


class Decorated(Value):
    """A function or class under a decorator: `result` is what the name is bound to, `inner` what was handed in."""

    decorator: Value
    inner: Value
    result: Value
    place: Place
    source: facts.Annotation


class Either(Value):
    """One of several values, the likeliest first."""

    options: tuple[Value, ...]


class Operation(Value):
    """An operator over values that are not all constants: `IsAdmin | IsOwner`, `a == b`, `not x`."""

    operator: str
    operands: tuple[Value, ...]


class Generic(Value):
    """A subscript on something from outside: `Annotated[User, Depends(f)]`, `List<T>`, `config["x"]`."""

    value: Value
    keys: tuple[Value, ...]


class Unknown(Value):
    """Could not be resolved."""

    reason: str
    expression: facts.Expr | None = None


class Parent(Value):
    """`super()` or `base`: looks names up after `owner` in the receiver's resolution order."""

    owner: ClassValue
    receiver: Value


class Deferred(Value):
    """A value that is worked out when it is first asked for: an imported name, a static field."""

    work: Callable[[], Value]
    found: Value | None = None

    def resolve(self) -> Value:
        """The value; a circle gives `Unknown`."""
        if self.found is None:
            self.found = Unknown("it depends on itself")
            self.found = self.work()
        return self.found


class Condition(Struct, frozen=True):
    """An undecided test around a statement; `is_then` tells the branch."""

    test: facts.Expr
    value: Value
    is_then: bool
    place: Place


class Assigned(Struct, frozen=True, eq=False):
    """`receiver.name = value` on a thing from outside, or on a class."""

    receiver: Value
    name: str
    value: Value
    place: Place
    conditions: tuple[Condition, ...]
    index: int


class Exit(Struct, frozen=True, eq=False):
    """A `return` or `raise` that was run while someone observed."""

    kind: str
    """return, raise."""
    value: Value
    place: Place
    conditions: tuple[Condition, ...]
    depth: int
    """Project functions on the stack."""
    index: int
    until: int = 0
    """The index at which a call ended within which it was run and whose answer nobody looks at; 0 where there is none."""


def options(value: Value | None) -> Iterator[Value]:
    """The values that it may be, `Either` opened; nothing for None."""
    if isinstance(value, Deferred):
        value = value.resolve()
    if isinstance(value, Either):
        return chain.from_iterable(map(options, value.options))
    return iter(()) if value is None else iter((value,))


def text(value: Value | None) -> str | None:
    """The known text of a value; the first option of an `Either` that has one."""
    for option in options(value):
        if isinstance(option, Const) and isinstance(option.value, str):
            return option.value
    return None


def items(value: Value | None) -> tuple[Value, ...] | None:
    """The items of a known collection, or None; `Either` gives those of its first known option."""
    for option in options(value):
        if isinstance(option, Items):
            return tuple(option.items)
    return None


def undecorated(value: Value) -> Value:
    """The innermost thing under all decorators."""
    while isinstance(value, Decorated | Deferred):
        value = value.inner if isinstance(value, Decorated) else value.resolve()
    return value


def result(value: Value) -> Value:
    """What a decorated name is really bound to."""
    while isinstance(value, Decorated):
        value = value.result
    return value
