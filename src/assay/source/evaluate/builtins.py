"""Built-in functions and methods of known values that decide routes: string work, lists, dictionaries, environment look-ups."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from assay.source import facts
from assay.source.evaluate.binding import set_attribute as set_value
from assay.source.evaluate.joining import either, iterated
from assay.source.evaluate.linq import STATIC
from assay.source.evaluate.operators import combine
from assay.source.evaluate.scope import Scope
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
    Table,
    Template,
    Unknown,
    Value,
    options,
    undecorated,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

ROWS = frozenset(
    """
    all scalars fetchall unique find aggregate select where dicts objects filter limit order_by sort
    """.split()
)
"""Calls that give the rows of a query."""


def builtin(run: Evaluator, name: str, request: Request) -> Value | None:
    """What a function from outside that is understood gives; None for all others."""
    function = FUNCTIONS.get(name)
    return function(run, request) if function is not None else None


def first(request: Request) -> Value:
    """The first argument."""
    return request.positional[0] if request.positional else Unknown("no argument")


def environment(run: Evaluator, request: Request) -> Value | None:
    """`os.environ.get("X", "default")`: the default, marked as such; without one it stays an outside call."""
    default = request.positional[1] if len(request.positional) > 1 else request.named.get("default")
    if isinstance(default, Const) and default.value is not None:
        return Const(default.value, is_default=True)
    return None


def some_attribute(value: Value) -> Value:
    """An attribute of which nothing is known but whose it is: `{name: getattr(self, name) for name in columns}` of what was loaded."""
    each = [Member(option, "*") for option in options(value) if isinstance(option, Made)]
    return either(*each) if each else Unknown("getattr of an unknown name")


def get_attribute(run: Evaluator, request: Request) -> Value | None:
    """`getattr(x, "name", default)`."""
    if len(request.positional) < 2:
        return None
    name = request.positional[1]
    if not isinstance(name, Const):
        return some_attribute(request.positional[0])
    found = run.attribute(request.positional[0], str(name.value))
    is_missing = isinstance(found, Member) and isinstance(undecorated(found.value), FunctionValue)
    if len(request.positional) > 2 and (is_missing or isinstance(found, Unknown)):
        return request.positional[2]
    return found


def has_attribute(run: Evaluator, request: Request) -> Value | None:
    """`hasattr(x, "name")` of what is known; of things from outside only what they are taken to have."""
    if len(request.positional) < 2 or not isinstance(request.positional[1], Const):
        return None
    owner, name = request.positional[0], str(request.positional[1].value)
    match owner:
        case External():
            return Const(True) if f"{owner.name}.{name}" in run.overrides else None
        case Given() | Made():
            return Const(True) if name in owner.attributes else None
        case Instance() | ModuleValue() | ClassValue():
            found = run.attribute(owner, name)
            return None if isinstance(found, Member | Unknown) else Const(True)
    return None


def is_class(run: Evaluator, request: Request) -> Value | None:
    """`inspect.isclass(x)` of what is known."""
    given = undecorated(request.positional[0]) if request.positional else None
    return Const(isinstance(given, ClassValue)) if isinstance(given, ClassValue | FunctionValue) else None


def set_attribute(run: Evaluator, request: Request) -> Value | None:
    """`setattr(x, "name", value)`."""
    if len(request.positional) == 3 and isinstance(request.positional[1], Const):
        owner, name, value = request.positional
        assert isinstance(name, Const)
        set_value(run, owner, str(name.value), value, request.place)
    elif len(request.positional) == 3 and run.is_tracing:
        owner, name, value = request.positional
        run.record_assigned(owner, "*", Items([name, value], "tuple"), request.place)
    return Const(None)


def listed(run: Evaluator, request: Request) -> Value | None:
    """`list(x)`, `tuple(x)`, `sorted(x)`, `set(x)`, `reversed(x)`."""
    if not request.positional:
        return Items([])
    for option in options(request.positional[0]):
        values = iterated(option)
        if values is not None:
            return Items(values, is_open=getattr(option, "is_open", False))
    whole = first(request)
    if run.is_tracing and isinstance(whole, Operation) and any(isinstance(each, Items) for each in whole.operands):
        return whole  # `tuple({*likes} - {me})`
    return Items([], is_open=True)


def gathered(run: Evaluator, request: Request) -> Value | None:
    """`set(x)`, `list(x)`: what a query gave keeps where it comes from."""
    whole = first(request) if request.positional else None
    if run.is_tracing and isinstance(whole, Made) and whole.name in ROWS:
        return whole
    return listed(run, request)


def dictionary(run: Evaluator, request: Request) -> Value | None:
    """`dict(a=1)`, `dict(table)`; what was sent stays that: `dict(request.form)`."""
    table = Table({})
    whole = request.positional[0] if run.is_tracing and request.positional else None
    if (
        whole is not None
        and not request.named
        and not any(isinstance(option, Table | Items) for option in options(whole))
    ):
        return whole
    for option in options(first(request)) if request.positional else ():
        if isinstance(option, Table):
            table.entries.update(option.entries)
        else:
            table.is_open = True
    table.entries.update({key: (Const(key), value) for key, value in request.named.items()})
    return table


def pairs(run: Evaluator, request: Request) -> Value | None:
    """`enumerate(xs)`."""
    values = next((known for known in map(iterated, options(first(request))) if known is not None), None)
    if values is None:
        return None
    return Items([Items([Const(position), value], "tuple") for position, value in enumerate(values)])


def zipped(run: Evaluator, request: Request) -> Value | None:
    """`zip(a, b)`."""
    columns = [
        next((known for known in map(iterated, options(argument)) if known is not None), None)
        for argument in request.positional
    ]
    if any(column is None for column in columns):
        return None
    return Items([Items(list(row), "tuple") for row in zip(*(c for c in columns if c is not None), strict=False)])


def reduced(run: Evaluator, request: Request) -> Value | None:
    """`reduce(add, lists)` of known lists."""
    if len(request.positional) < 2 or not isinstance(request.positional[0], External):
        return None
    values = iterated(request.positional[1])
    if not values or request.positional[0].name not in {"operator.add", "operator.concat", "operator.iadd"}:
        return None
    found = request.positional[2] if len(request.positional) > 2 else values.pop(0)
    for value in values:
        found = combine("+", found, value)
    return found


def span(run: Evaluator, request: Request) -> Value | None:
    """`range(n)` of a small known n."""
    bounds = [value.value for value in request.positional if isinstance(value, Const) and isinstance(value.value, int)]
    if len(bounds) != len(request.positional) or not bounds or len(bounds) > 3:
        return None
    try:
        return Items([Const(number) for number in list(range(*bounds))[:1000]])
    except ValueError:
        return None


def as_text(run: Evaluator, request: Request) -> Value | None:
    """`str(x)`."""
    value = next(iter(options(first(request))), None)
    if isinstance(value, Const):
        return Const(str(value.value), value.is_default)
    return value if isinstance(value, Template) else None


def same(run: Evaluator, request: Request) -> Value | None:
    """Functions that hand their argument through."""
    return request.positional[0] if request.positional else None


def partial(run: Evaluator, request: Request) -> Value | None:
    """`functools.partial(f, a, b=1)` of a project function: the same function that has these arguments for defaults."""
    target = next(options(request.positional[0]), None) if request.positional else None
    inner = undecorated(target) if target is not None else None
    if not isinstance(inner, FunctionValue):
        return None
    bound = list(request.positional[1:])
    given = dict(request.named)
    kept: list[facts.Parameter] = []
    is_receiver = inner.receiver is not None
    for position, parameter in enumerate(inner.function.parameters):
        if (is_receiver and not position) or parameter.kind in {"*", "**", "keyword"} or not bound:
            kept.append(parameter)
        else:
            given[parameter.name] = bound.pop(0)
    scope = Scope(inner.module, parent=inner.scope, owner=inner.owner, receiver=inner.scope.receiver)
    scope.names.update({f"partial {name}": value for name, value in given.items()})
    parameters = [
        msgspec.structs.replace(p, default=facts.Name(f"partial {p.name}"), kind="keyword") if p.name in given else p
        for p in [*kept, *(p for p in inner.function.parameters if p not in kept)]
    ]
    function = msgspec.structs.replace(inner.function, parameters=tuple(parameters))
    run.kept.append(function)
    return replace(inner, function=function, scope=scope)


def import_module(run: Evaluator, request: Request) -> Value | None:
    """`importlib.import_module("a.b")`."""
    name = next((o.value for o in options(first(request)) if isinstance(o, Const) and isinstance(o.value, str)), None)
    package = request.named.get("package", request.positional[1] if len(request.positional) > 1 else None)
    home = package.value if isinstance(package, Const) and isinstance(package.value, str) else ""
    if name is None:
        return modules_like(run, first(request), home, request.place.path)
    return run.python.import_named(home + name if name.startswith(".") else name, request.place.path)


def modules_like(run: Evaluator, name: Value, home: str, importer: str) -> Value | None:
    """The modules that a name with one unknown piece may mean (`f"app.plugins.{name}"`), by path; None when too little is known."""
    for option in options(name):
        pieces = option.pieces if isinstance(option, Template) else ()
        written = "".join(piece if isinstance(piece, str) else "?" for piece in pieces)
        written = home + written if written.startswith(".") else written
        package, _, rest = written.partition("?")
        owner = run.python.import_named(package.strip("."), importer) if package.endswith(".") else None
        folder = owner.folder if isinstance(owner, ModuleValue) else None
        if folder is None or "?" in rest:
            continue
        found = [run.python.import_named(package + stem + rest, importer) for stem in run.python.children(folder)]
        known = [module for module in found if isinstance(module, ModuleValue)]
        return either(*known) if known else None
    return None


def path_join(run: Evaluator, request: Request) -> Value | None:
    """`posixpath.join("a", "b")` of known parts."""
    parts = [
        o.value for p in request.positional for o in options(p) if isinstance(o, Const) and isinstance(o.value, str)
    ]
    return Const(posixpath.join(*parts)) if parts and len(parts) == len(request.positional) else None


def any_of(run: Evaluator, request: Request) -> Value | None:
    """`any(xs)` of decided items."""
    values = iterated(first(request)) if request.positional else None
    if values is None or getattr(first(request), "is_open", False):
        return None
    decided = [run.truth(value) for value in values]
    if any(decided):
        return Const(True)
    return Const(False) if None not in decided else None


def all_of(run: Evaluator, request: Request) -> Value | None:
    """`all(xs)` of decided items."""
    values = iterated(first(request)) if request.positional else None
    if values is None or getattr(first(request), "is_open", False):
        return None
    decided = [run.truth(value) for value in values]
    if False in decided:
        return Const(False)
    return Const(True) if None not in decided else None


def length(run: Evaluator, request: Request) -> Value | None:
    """`len(xs)` of a closed collection or known text."""
    value = next(iter(options(first(request))), None)
    if isinstance(value, Items) and not value.is_open and not value.is_varying:
        return Const(len(value.items))
    return Const(len(value.value)) if isinstance(value, Const) and isinstance(value.value, str) else None


def matched(mode: str) -> Callable[[Evaluator, Request], Value | None]:
    """`re.match(pattern, text)` of known text: whether it matches."""

    def apply(run: Evaluator, request: Request) -> Value | None:
        known = [o.value for p in request.positional[:2] for o in list(options(p))[:1] if isinstance(o, Const)]
        if len(known) != 2 or not all(isinstance(k, str) and len(k) < 500 for k in known):
            return None
        try:
            found = getattr(re, mode)(*map(str, known))
        except re.error:
            return None
        return Const(found is not None)

    return apply


FUNCTIONS: dict[str, Callable[[Evaluator, Request], Value | None]] = {
    **STATIC,
    "builtins.any": any_of,
    "builtins.all": all_of,
    "builtins.len": length,
    "re.match": matched("match"),
    "re.search": matched("search"),
    "re.fullmatch": matched("fullmatch"),
    "os.getenv": environment,
    "os.environ.get": environment,
    "environ.get": environment,
    "decouple.config": environment,
    "builtins.getattr": get_attribute,
    "builtins.hasattr": has_attribute,
    "inspect.isclass": is_class,
    "builtins.setattr": set_attribute,
    "builtins.list": gathered,
    "builtins.tuple": listed,
    "builtins.set": gathered,
    "builtins.frozenset": gathered,
    "builtins.sorted": listed,
    "builtins.reversed": listed,
    "builtins.iter": listed,
    "builtins.dict": dictionary,
    "collections.OrderedDict": dictionary,
    "builtins.enumerate": pairs,
    "builtins.zip": zipped,
    "builtins.range": span,
    "functools.reduce": reduced,
    "builtins.str": as_text,
    "builtins.staticmethod": same,
    "builtins.classmethod": same,
    "builtins.property": same,
    "functools.cached_property": same,
    "functools.lru_cache": lambda run, request: (
        request.positional[0] if request.positional and isinstance(request.positional[0], FunctionValue) else None
    ),
    "functools.cache": same,
    "typing.cast": lambda run, request: request.positional[-1] if request.positional else None,
    "functools.partial": partial,
    "functools.partialmethod": partial,
    "importlib.import_module": import_module,
    "posixpath.join": path_join,
    "os.path.join": path_join,
    "urllib.parse.urljoin": path_join,
}
