"""What a handler of .NET reads from the request by a call: `await request.ReadFromJsonAsync<Order>()` is a body like one that is bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source.evaluate.values import (
    ClassValue,
    Const,
    Deferred,
    External,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Value,
)

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

READING = frozenset({"ReadFromJsonAsync", "BindAsync", "Bind", "BindAndValidate"})
"""Extension methods of requests that give an object of the type that they name."""
PARSING = frozenset({"DeserializeAsync", "Deserialize", "DeserializeObject"})
"""Calls that make an object of the type that they name of what they are handed."""
REQUESTS = frozenset({"HttpRequest", "HttpContext"})
NAMED = {"Route": "path", "Query": "query"}
"""Methods of an endpoint class of FastEndpoints that give the part of the request that they name."""
WRAPPING = frozenset({"ReadItemAsync", "CreateItemAsync", "UpsertItemAsync", "ReplaceItemAsync", "PatchItemAsync"})
"""Calls of Cosmos DB that wrap the object that they give."""
TRACKING = frozenset({"Add", "AddAsync", "Update", "Attach", "Remove", "Entry"})
"""Calls of Entity Framework that give an entry for the object that they are handed."""
ARGUMENT = "GetArgument"
BODY = "body"


def sent(run: Evaluator, request: Request) -> Value | None:
    """The body that a call reads; None for every other call."""
    callee = request.callee
    if not isinstance(callee, Member | External) or not request.type_arguments:
        return None
    name = callee.name.rpartition(".")[2]
    if name == ARGUMENT:
        return argument(request)
    if name in NAMED:
        return part_of_request(request, name)
    if name in READING:
        source: Value | None = callee.value if isinstance(callee, Member) else External(callee.name.rpartition(".")[0])
        is_read = source is not None and is_request(source)
    else:
        is_read = name in PARSING and bool(request.positional) and is_body(request.positional[0])
    if not is_read:
        return None
    type_ = request.type_arguments[0]
    return Given(BODY, type=type_.resolve() if isinstance(type_, Deferred) else type_, origin=BODY)


def argument(request: Request) -> Value | None:
    """`context.GetArgument<int>(0)` of an endpoint filter that is run with the arguments of a handler."""
    callee, position = request.callee, request.positional[0] if request.positional else None
    held = (
        callee.value.attributes.get("Arguments")
        if isinstance(callee, Member) and isinstance(callee.value, Given)
        else None
    )
    known = isinstance(held, Items) and isinstance(position, Const) and isinstance(position.value, int)
    if not known or not isinstance(held, Items) or not isinstance(position, Const):
        return None
    return held.items[position.value] if 0 <= int(position.value or 0) < len(held.items) else None  # type: ignore[index]


def part_of_request(request: Request, name: str) -> Value | None:
    """What `Route<int>("id")` of an endpoint class gives; None for the `Query<T>("select ...")` of others."""
    callee, first = request.callee, request.positional[0] if request.positional else None
    is_own = callee.name == name if isinstance(callee, External) else is_this(callee)
    if not is_own or not isinstance(first, Const) or not str(first.value).isidentifier():
        return None
    type_ = request.type_arguments[0]
    return Given(str(first.value), type=type_.resolve() if isinstance(type_, Deferred) else type_, origin=NAMED[name])


def is_this(callee: Value) -> bool:
    """Whether a method is one of the object of a class of the project."""
    return isinstance(callee, Member) and isinstance(callee.value, Instance)


def wrapped(value: Made, name: str) -> Value | None:
    """The object inside what a store answers: `(await container.ReadItemAsync<Order>(id, key)).Resource`, `db.Add(order).Entity`."""
    if name == "Resource" and value.name in WRAPPING:
        return value
    return value.positional[0] if name == "Entity" and value.name in TRACKING and value.positional else None


def inside(run: Evaluator, value: Value, known: ClassValue, name: str) -> Value:
    """A member of something loaded; `Value` of what a result or a nullable wraps without a word is that itself."""
    is_wrapped = name == "Value" and known.module.file.language == "csharp" and not run.csharp.has_member(known, name)
    return value if is_wrapped else Member(value, name)


def is_request(value: Value) -> bool:
    """Whether a value is the request that is being answered."""
    match value:
        case Member(name=name):
            return name == "Request"
        case External(name=name):
            return name.rpartition(".")[2] == "Request"
        case Given(type=External(name=name)):
            return name.rpartition(".")[2] in REQUESTS
        case Given(name=name, origin=origin):
            return origin == "request" or name == "Request"
    return False


def is_body(value: Value) -> bool:
    """Whether a value is the stream of the body itself."""
    if isinstance(value, Member):
        return value.name in {"Body", "BodyReader"} and is_request(value.value)
    return isinstance(value, External) and value.name.endswith("Request.Body")
