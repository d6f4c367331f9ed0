"""What a handler of .NET reads from the request by a call: `await request.ReadFromJsonAsync<Order>()` is a body like one that is bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.source.evaluate.values import Deferred, External, Given, Member, Value

if TYPE_CHECKING:
    from assay.source.evaluate.calls import Request
    from assay.source.evaluate.evaluator import Evaluator

READING = frozenset({"ReadFromJsonAsync", "BindAsync", "Bind", "BindAndValidate"})
"""Extension methods of requests that give an object of the type that they name."""
PARSING = frozenset({"DeserializeAsync", "Deserialize", "DeserializeObject"})
"""Calls that make an object of the type that they name of what they are handed."""
REQUESTS = frozenset({"HttpRequest", "HttpContext"})
BODY = "body"


def sent(run: Evaluator, request: Request) -> Value | None:
    """The body that a call reads; None for every other call."""
    callee = request.callee
    if not isinstance(callee, Member | External) or not request.type_arguments:
        return None
    name = callee.name.rpartition(".")[2]
    if name in READING:
        source: Value | None = callee.value if isinstance(callee, Member) else External(callee.name.rpartition(".")[0])
        is_read = source is not None and is_request(source)
    else:
        is_read = name in PARSING and bool(request.positional) and is_body(request.positional[0])
    if not is_read:
        return None
    type_ = request.type_arguments[0]
    return Given(BODY, type=type_.resolve() if isinstance(type_, Deferred) else type_, origin=BODY)


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
