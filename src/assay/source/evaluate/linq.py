"""Methods of C# on known strings and collections, and static functions on strings, that decide routes and exemptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from assay.source.evaluate.operators import concatenated
from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    FunctionValue,
    Items,
    Made,
    Operation,
    Table,
    Unknown,
    Value,
    options,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

TASKS = ("Task", "System.Threading.Tasks.Task")
LONGEST = 500
"""Characters of text that a regular expression is run on."""
GROUP = re.compile(r"\$(\d+)|\$\{(\w+)\}")


def known_items(owner: Value) -> list[Value] | None:
    """The items of a closed collection; a null or empty one has none; None when not known."""
    match owner:
        case Items(items=held, is_open=False):
            return held
        case Table(entries=entries, is_open=False):
            return [key for key, _ in entries.values()]
        case Const(value=None):
            return []
    return None


def ignores_case(request: Request) -> bool:
    """Whether a comparison is told to ignore case."""
    return any("IgnoreCase" in getattr(value, "name", "") for value in (*request.positional, *request.named.values()))


def compared(
    test: Callable[[str, str], bool], *, always_ignores: bool = False
) -> Callable[[Evaluator, Value, Request], Value]:
    """`text.StartsWith("x", StringComparison.OrdinalIgnoreCase)`; undecided when a side is not known."""

    def apply(run: Evaluator, owner: Value, request: Request) -> Value:
        wanted = next(options(request.positional[0]), None) if request.positional else None
        held = known_items(owner)
        if isinstance(owner, Items | Table):
            return contained(held, wanted, owner, ignores=ignores_case(request))
        if not isinstance(owner, Const) or not isinstance(wanted, Const):
            return Operation(test.__name__, (owner, wanted if wanted is not None else Unknown("no argument")))
        if not isinstance(owner.value, str) or not isinstance(wanted.value, str):
            return Const(owner.value == wanted.value)
        sides = (owner.value, wanted.value)
        if always_ignores or ignores_case(request):
            sides = (sides[0].casefold(), sides[1].casefold())
        return Const(test(*sides))

    return apply


def contained(held: list[Value] | None, wanted: Value | None, owner: Value, *, ignores: bool) -> Value:
    """`xs.Contains(x)`, `table.ContainsKey(x)`."""
    if held is not None and not held:
        return Const(False)
    if held is not None and isinstance(wanted, Const) and all(isinstance(item, Const) for item in held):
        texts = [str(item.value) for item in held if isinstance(item, Const)]
        one = str(wanted.value)
        return Const(one.casefold() in map(str.casefold, texts) if ignores else one in texts)
    return Operation("in", (wanted if wanted is not None else Unknown("no argument"), owner))


def begins_segments(path: str, start: str) -> bool:
    """`path.StartsWithSegments("/api")`: whole segments."""
    return (path.rstrip("/") + "/").startswith(start.rstrip("/") + "/")


def quantified(*, is_all: bool) -> Callable[[Evaluator, Value, Request], Value]:
    """`xs.Any(x => ...)`, `xs.All(x => ...)`, `xs.Any()`."""

    def apply(run: Evaluator, owner: Value, request: Request) -> Value:
        held = known_items(owner)
        is_varying = isinstance(owner, Items) and owner.is_varying and not request.positional
        if held is None or is_varying:
            return Operation("All" if is_all else "Any", (owner, *request.positional))
        if not request.positional:
            return Const(bool(held))
        answers = [run.call(request.positional[0], (item,), place=request.place) for item in held]
        decided = [run.truth(answer) for answer in answers]
        if (not is_all) in decided:
            return Const(not is_all)
        return Const(is_all) if None not in decided else Operation("All" if is_all else "Any", (owner, *answers))

    return apply


def one_of(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.FirstOrDefault()`."""
    held = known_items(owner)
    if isinstance(owner, Const) and owner.value is not None:
        return owner
    if held is None:
        return Unknown("an item of an unknown collection")
    if request.positional and isinstance(request.positional[0], FunctionValue):
        held = kept(run, held, request)
    return held[0] if held else Const(None)


def kept(run: Evaluator, held: list[Value], request: Request) -> list[Value]:
    """The items that a predicate does not surely refuse."""
    return [
        item for item in held if run.truth(run.call(request.positional[0], (item,), place=request.place)) is not False
    ]


def where(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.Where(x => ...)`."""
    held = known_items(owner)
    return Items(kept(run, held, request)) if held is not None and request.positional else Items([], is_open=True)


def of_type(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.OfType<T>()`: those whose type is known to be it."""
    held = known_items(owner)
    wanted = request.type_arguments[0] if request.type_arguments else None
    wanted = wanted.resolve() if isinstance(wanted, Deferred) else wanted
    if held is None or not isinstance(wanted, ClassValue):
        return Items(held or [], is_open=True)
    return Items([item for item in held if (own := run.class_of(item)) is not None and own.type is wanted.type])


def select(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.Select(x => ...)`."""
    held = known_items(owner)
    if held is None or not request.positional:
        return Items([], is_open=True)
    return Items([run.call(request.positional[0], (item,), place=request.place) for item in held])


def each(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.ForEach(x => ...)`."""
    select(run, owner, request)
    return Const(None)


def count(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.Count()`."""
    held = known_items(owner)
    return (
        Const(len(held))
        if held is not None and not request.positional and not (isinstance(owner, Items) and owner.is_varying)
        else Unknown("how many items an unknown collection has")
    )


def looked_up(run: Evaluator, owner: Value, request: Request) -> Value:
    """`table.TryGetValue(key, out x)`: whether the key is there."""
    held = known_items(owner)
    wanted = request.positional[0] if request.positional else None
    return contained(held, wanted, owner, ignores=False)


def split(run: Evaluator, owner: Value, request: Request) -> Value:
    """`"a,b".Split(',')`."""
    known = [a.value for a in request.positional[:1] if isinstance(a, Const) and isinstance(a.value, str)]
    if isinstance(owner, Const) and isinstance(owner.value, str) and known and known[0]:
        return Items([Const(part) for part in owner.value.split(known[0])])
    return Items([], is_open=True)


def typed(run: Evaluator, owner: Value, request: Request) -> Value:
    """`xs.AsEnumerable()`, `xs.Distinct()`: the same items."""
    return owner


def text_at(run: Evaluator, owner: Value, request: Request) -> Value:
    """`text.Substring(1)`."""
    known = [a.value for a in request.positional if isinstance(a, Const) and isinstance(a.value, int)]
    if isinstance(owner, Const) and isinstance(owner.value, str) and len(known) == len(request.positional) > 0:
        return Const(owner.value[known[0] :] if len(known) == 1 else owner.value[known[0] : known[0] + known[1]])
    return Unknown("text that is not known")


def flagged(run: Evaluator, owner: Value, request: Request) -> Value:
    """`includes.HasFlag(Includes.Lines)` of one flag; what several flags put together hold is not known."""
    wanted = next(options(request.positional[0]), None) if request.positional else None
    if isinstance(owner, Const) and isinstance(wanted, Const):
        if owner.value == wanted.value:
            return Const(True)
        if str(owner.value).lower() in {"none", "default", "empty"}:
            return Const(False)
    return Operation("HasFlag", (owner, wanted if wanted is not None else Unknown("no argument")))


LINQ: dict[str, Callable[[Evaluator, Value, Request], Value]] = {
    "HasFlag": flagged,
    "StartsWith": compared(str.startswith),
    "EndsWith": compared(str.endswith),
    "StartsWithSegments": compared(begins_segments, always_ignores=True),
    "Contains": compared(str.__contains__),
    "Equals": compared(str.__eq__),
    "ContainsKey": looked_up,
    "TryGetValue": looked_up,
    "Any": quantified(is_all=False),
    "Exists": quantified(is_all=False),
    "All": quantified(is_all=True),
    "First": one_of,
    "FirstOrDefault": one_of,
    "Single": one_of,
    "SingleOrDefault": one_of,
    "Last": one_of,
    "LastOrDefault": one_of,
    "Where": where,
    "OfType": of_type,
    "Select": select,
    "ForEach": each,
    "Count": count,
    "Split": split,
    "Substring": text_at,
    "AsEnumerable": typed,
    "Distinct": typed,
    "ToHashSet": typed,
    "AsReadOnly": typed,
}


# --- static functions ------------------------------------------------------------------------------------------------


def is_blank(run: Evaluator, request: Request) -> Value | None:
    """`string.IsNullOrEmpty(x)`."""
    value = next(options(request.positional[0]), None) if request.positional else None
    return Const(not str(value.value or "").strip()) if isinstance(value, Const) else None


def same_text(run: Evaluator, request: Request) -> Value | None:
    """`string.Equals(a, b)`."""
    known = [value.value for value in request.positional[:2] if isinstance(value, Const)]
    if len(known) != 2:
        return None
    first, second = map(str, known)
    return Const(first.casefold() == second.casefold() if ignores_case(request) else known[0] == known[1])


def joined(run: Evaluator, request: Request) -> Value | None:
    """`string.Join(",", a, b)`, `string.Join("/", xs)`."""
    if len(request.positional) < 2:
        return None
    between, *rest = request.positional
    if len(rest) == 1 and isinstance(rest[0], Items):
        rest = list(rest[0].items)
    parts: list[Value] = []
    for position, value in enumerate(rest):
        parts += [between, value] if position else [value]
    return concatenated(*parts)


def put_together(run: Evaluator, request: Request) -> Value | None:
    """`string.Concat(a, b)`."""
    return concatenated(*request.positional) if request.positional else None


def formatted(run: Evaluator, request: Request) -> Value | None:
    """`string.Format("{0}/{1}", a, b)`."""
    if not request.positional or not isinstance(request.positional[0], Const):
        return None
    parts: list[Value] = []
    for piece in re.split(r"(\{\d+[^{}]*\})", str(request.positional[0].value)):
        number = re.match(r"\{(\d+)", piece)
        position = int(number[1]) + 1 if number else 0
        parts.append(request.positional[position] if 0 < position < len(request.positional) else Const(piece))
    return concatenated(*parts)


def replaced(run: Evaluator, request: Request) -> Value | None:
    """`Regex.Replace(text, pattern, replacement)` of known text."""
    return substituted(request.positional, request)


def replaced_by(run: Evaluator, pattern: Value, request: Request) -> Value | None:
    """`new Regex(pattern).Replace(text, replacement)`."""
    if not request.positional:
        return None
    return substituted((request.positional[0], pattern, *request.positional[1:]), request)


def substituted(given: tuple[Value, ...], request: Request) -> Value | None:
    """A text with what a pattern matches replaced."""
    known = [value.value for value in given[:3] if isinstance(value, Const) and isinstance(value.value, str)]
    if len(known) != 3 or len(known[0]) > LONGEST or len(known[1]) > LONGEST:
        return None
    flags = re.IGNORECASE if any("IgnoreCase" in getattr(value, "name", "") for value in given[3:]) else 0
    try:
        pattern = re.compile(known[1].replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!"), flags)
        return Const(pattern.sub(GROUP.sub(lambda m: f"\\g<{m[1] or m[2]}>", known[2]), known[0]))
    except (re.error, IndexError):
        return None


def matches(run: Evaluator, request: Request) -> Value | None:
    """`Regex.IsMatch(text, pattern)` of known text."""
    known = [
        value.value for value in request.positional[:2] if isinstance(value, Const) and isinstance(value.value, str)
    ]
    if len(known) != 2 or any(len(one) > LONGEST for one in known):
        return None
    try:
        return Const(re.search(known[1], known[0]) is not None)
    except re.error:
        return None


def done_apart(run: Evaluator, request: Request) -> Value | None:
    """`Task.Run(() => ...)`: what the function gives; a task is what it gives."""
    work = next(options(request.positional[0]), None) if request.positional else None
    if not isinstance(work, FunctionValue) or work.function.parameters or not run.is_tracing:
        return None
    given = run.call(work, place=request.place)
    is_wrapped = isinstance(given, Made) and given.name == "FromResult" and len(given.positional) == 1
    return given.positional[0] if isinstance(given, Made) and is_wrapped else given


METHODS = ("Get", "Post", "Put", "Delete", "Patch", "Head", "Options", "Trace", "Connect")
"""Methods of HTTP, as `HttpMethods` and `HttpMethod` call them."""


def is_method(name: str) -> Callable[[Evaluator, Request], Value | None]:
    """`HttpMethods.IsPost(request.Method)` of a known method."""

    def apply(run: Evaluator, request: Request) -> Value | None:
        value = next(options(request.positional[0]), None) if request.positional else None
        known = isinstance(value, Const) and isinstance(value.value, str)
        return Const(str(value.value).upper() == name.upper()) if known and isinstance(value, Const) else None

    return apply


EMPTY = frozenset({"string.Empty", "String.Empty", "System.String.Empty"})


def constant(name: str) -> Const | None:
    """The text that a member of a library is, where what a guard does turns on it: `HttpMethods.Post`, `string.Empty`."""
    if name in EMPTY:
        return Const("")
    owner, _, last = name.removesuffix(".Method").rpartition(".")
    if owner.rpartition(".")[2] == "HttpMethods" or (
        owner.rpartition(".")[2] == "HttpMethod" and name.endswith(".Method")
    ):
        return Const(last.upper()) if last in METHODS else None
    return None


OF_STRINGS: dict[str, Callable[[Evaluator, Request], Value | None]] = {
    "IsNullOrEmpty": is_blank,
    "IsNullOrWhiteSpace": is_blank,
    "Equals": same_text,
    "Join": joined,
    "Concat": put_together,
    "Format": formatted,
}
STATIC: dict[str, Callable[[Evaluator, Request], Value | None]] = {
    **{
        f"{owner}.{name}": function
        for owner in ("string", "String", "System.String")
        for name, function in OF_STRINGS.items()
    },
    **{f"{owner}.{name}": done_apart for owner in TASKS for name in ("Run", "Factory.StartNew")},
    "Regex.Replace": replaced,
    "Regex.IsMatch": matches,
    "StringValues.IsNullOrEmpty": is_blank,
    **{f"HttpMethods.Is{name}": is_method(name) for name in METHODS},
}
