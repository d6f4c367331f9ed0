"""Methods of known strings, lists and dictionaries that decide routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.source.evaluate.builtins import first
from assay.source.evaluate.joining import extend as grow
from assay.source.evaluate.linq import LINQ
from assay.source.evaluate.operators import concatenated
from assay.source.evaluate.values import Const, Items, Operation, Table, Template, Unknown, Value, options

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator


def on_text(method: Callable[..., str]) -> Callable[[Evaluator, Value, Request], Value]:
    """A string method that needs known text and known arguments."""

    def apply(run: Evaluator, owner: Value, request: Request) -> Value:
        known = [a.value for a in request.positional if isinstance(a, Const) and isinstance(a.value, str)]
        if isinstance(owner, Const) and isinstance(owner.value, str) and len(known) == len(request.positional):
            try:
                return Const(method(owner.value, *known), owner.is_default)
            except (TypeError, ValueError):
                return Unknown("a string method with odd arguments")
        return owner if isinstance(owner, Template) else Unknown("text that is not known")

    return apply


def formatted(run: Evaluator, owner: Value, request: Request) -> Value:
    """`"{}/{name}".format(a, name=b)`."""
    if not isinstance(owner, Const) or not isinstance(owner.value, str):
        return Unknown("a format that is not known")
    parts: list[Value] = []
    rest, position = owner.value, 0
    while "{" in rest and "}" in rest[rest.index("{") :]:
        before, _, after = rest.partition("{")
        field, _, rest = after.partition("}")
        parts.append(Const(before))
        key = field.split(":")[0].split("!")[0]
        if key == "":
            key, position = str(position), position + 1
        if key.isdigit():
            number = int(key)
            known = request.positional[number] if number < len(request.positional) else None
        else:
            known = request.named.get(key)
        parts.append(known if known is not None else Unknown(f"no argument {key} of a format"))
    return concatenated(*parts, Const(rest))


def joined_text(run: Evaluator, owner: Value, request: Request) -> Value:
    """`"/".join(xs)`."""
    values = next((o.items for o in options(first(request)) if isinstance(o, Items)), None)
    if values is None:
        return Unknown("a join of an unknown collection")
    parts: list[Value] = []
    for position, value in enumerate(values):
        parts += [owner, value] if position else [value]
    return concatenated(*parts)


def compared(method: Callable[[str, str], bool]) -> Callable[[Evaluator, Value, Request], Value]:
    """`text.startswith("x")`, with a tuple too; undecided when a side is not known."""

    def apply(run: Evaluator, owner: Value, request: Request) -> Value:
        wanted = first(request)
        if isinstance(wanted, Items) and wanted.is_open:
            return Unknown("a comparison with an open collection")
        given = wanted.items if isinstance(wanted, Items) else [wanted]
        known = [item.value for item in given if isinstance(item, Const) and isinstance(item.value, str)]
        if not isinstance(owner, Const) or not isinstance(owner.value, str) or len(known) != len(given):
            return Operation(method.__name__, (owner, wanted))
        return Const(any(method(owner.value, text) for text in known))

    return apply


def split_text(run: Evaluator, owner: Value, request: Request) -> Value:
    """`"a,b".split(",")`."""
    known = [a.value for a in request.positional if isinstance(a, Const) and isinstance(a.value, str)]
    if isinstance(owner, Const) and isinstance(owner.value, str):
        try:
            return Items([Const(piece) for piece in owner.value.split(known[0] if known else None)])
        except ValueError:
            pass
    return Items([], is_open=True)


def append(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.append(x)`, `xs.add(x)`, `xs.Add(x)`."""
    if isinstance(owner, Items):
        run.remember_items(owner)
        owner.is_varying |= run.is_tracing and bool(run.conditions)
        owner.items.extend(request.positional[:1])
    return Const(None)


def extend(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.extend(ys)`."""
    if isinstance(owner, Items):
        run.remember_items(owner)
        owner.is_varying |= run.is_tracing and bool(run.conditions)
        grow(owner, first(request))
    return Const(None)


def insert(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.insert(0, x)`."""
    if isinstance(owner, Items) and len(request.positional) == 2:
        where, value = request.positional
        position = where.value if isinstance(where, Const) and isinstance(where.value, int) else len(owner.items)
        run.remember_items(owner)
        owner.items.insert(position, value)
    return Const(None)


def get(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.get("x", default)`."""
    key = first(request)
    if isinstance(owner, Table) and isinstance(key, Const):
        found = owner.get(str(key.value))
        if found is not None or (found := owner.elsewhere(str(key.value))) is not None:
            return found
        if len(request.positional) > 1:
            return request.positional[1]
        return Unknown("a key that may come from elsewhere") if owner.is_open else Const(None)
    return Unknown("an unknown entry")


def pop(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.pop("x", default)`."""
    found = get(run, owner, request)
    key = first(request)
    if isinstance(owner, Table) and isinstance(key, Const) and str(key.value) in owner.entries:
        run.remember_items(owner)
        del owner.entries[str(key.value)]
    return found


def set_default(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.setdefault("x", default)`."""
    key = first(request)
    default = request.positional[1] if len(request.positional) > 1 else Const(None)
    if not isinstance(owner, Table) or not isinstance(key, Const):
        return default
    found = owner.get(str(key.value)) or owner.elsewhere(str(key.value))
    if found is None:
        run.remember_items(owner)
        owner.entries[str(key.value)] = (key, default)
    return default if found is None else found


def update(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.update(other)`."""
    if isinstance(owner, Table):
        run.remember_items(owner)
        for option in options(first(request)) if request.positional else ():
            if isinstance(option, Table):
                owner.entries.update(option.entries)
        owner.entries.update({key: (Const(key), value) for key, value in request.named.items()})
    return Const(None)


def entries(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.items()`."""
    if isinstance(owner, Table):
        return Items([Items([key, value], "tuple") for key, value in owner.entries.values()], is_open=owner.is_open)
    return Items([], is_open=True)


def values_of(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.values()`."""
    if isinstance(owner, Table):
        return Items([value for _, value in owner.entries.values()], is_open=owner.is_open)
    return Items([], is_open=True)


def keys_of(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.keys()`."""
    if isinstance(owner, Table):
        return Items([key for key, _ in owner.entries.values()], is_open=owner.is_open)
    return Items([], is_open=True)


def copied(run: Evaluator, owner: Value, request: Request) -> Value:
    """`x.copy()`."""
    if isinstance(owner, Items):
        return Items(list(owner.items), owner.kind, owner.is_open)
    if isinstance(owner, Table):
        return Table(dict(owner.entries), owner.is_open)
    return owner


TEXT_METHODS = "lower upper strip lstrip rstrip title replace removeprefix removesuffix capitalize".split()
METHODS: dict[str, Callable[[Evaluator, Value, Request], Value]] = {
    **{name: on_text(getattr(str, name)) for name in TEXT_METHODS},
    "startswith": compared(str.startswith),
    "endswith": compared(str.endswith),
    "ToLower": on_text(str.lower),
    "ToLowerInvariant": on_text(str.lower),
    "ToUpper": on_text(str.upper),
    "Trim": on_text(str.strip),
    "TrimEnd": on_text(str.rstrip),
    "TrimStart": on_text(str.lstrip),
    "Replace": on_text(str.replace),
    "format": formatted,
    "join": joined_text,
    "split": split_text,
    "append": append,
    "add": append,
    "Add": append,
    "extend": extend,
    "insert": insert,
    "get": get,
    "pop": pop,
    "setdefault": set_default,
    "update": update,
    "items": entries,
    "values": values_of,
    "keys": keys_of,
    "copy": copied,
    "ToString": copied,
    "ToList": copied,
    "ToArray": copied,
    **LINQ,
}
