"""Answers that a handler sends by a call instead of returning them: `await SendOkAsync(order)`, `await response.WriteAsJsonAsync(order)`.

Source: fast-endpoints.com/docs/misc-conveniences#send-methods and learn.microsoft.com/aspnet/core/fundamentals/minimal-apis/responses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import (
    Assigned,
    Const,
    Exit,
    External,
    Given,
    Instance,
    Made,
    Member,
    Table,
    Value,
    options,
)
from assay.source.mentions import dotted

OF_ENDPOINT = re.compile(r"^Send(Ok|Created\w*|Accepted\w*|Mapped|Result)?Async$")
"""Methods of an endpoint class of FastEndpoints, which answer with what they are given."""
OF_SENDER = re.compile(r"^(Ok|Created\w*|Accepted\w*|Mapped|Result|Response)Async$")
"""The same since its version 7: methods of the property `Send`."""
SENDER = "Send"
OF_RESPONSE = frozenset({"WriteAsJsonAsync"})
RESPONSE = "Response"
TOKEN = re.compile(r"cancel|^ct$|^c$|aborted|^none$|token$", re.IGNORECASE)
GIVEN = 3
"""Arguments that are looked at."""


def sent(run: Evaluator, made: int, assigned: int, this: Value | None = None) -> Iterator[Exit]:
    """What the handler of this object that ran since these positions of what is recorded sent, as if it had returned it."""
    for call in run.made[made:]:
        if is_sending(call):
            for value in (*call.positional[:GIVEN], *call.named.values()):
                if not is_aside(value):
                    yield Exit("return", value, call.place, call.conditions, run.surface, call.index)
    fields: list[Assigned] = []
    for change in run.assigned[assigned:]:
        if change.name == RESPONSE and is_own(change.receiver, this):
            yield Exit("return", change.value, change.place, change.conditions, run.surface, change.index)
        elif is_response(change.receiver, this):
            fields.append(change)
    if fields:
        last = fields[-1]
        whole = Table({change.name: (Const(change.name), change.value) for change in fields})
        yield Exit("return", whole, last.place, last.conditions, run.surface, last.index)


def is_own(receiver: Value, this: Value | None) -> bool:
    """Whether it is the object of the handler, or one that nothing was sent for."""
    return (isinstance(receiver, Instance) and receiver is this) or (
        isinstance(receiver, Given) and not receiver.origin
    )


def is_response(value: Value, this: Value | None) -> bool:
    """Whether it is the answer that an endpoint class has as a member: `Response.Name = found.Name`."""
    match value:
        case External(name=name):
            return name == RESPONSE and this is not None
        case Member(value=owner, name=name):
            return name == RESPONSE and owner is this
    return False


def is_sending(made: Made) -> bool:
    """Whether a call answers the request with what it is given."""
    if made.name in OF_RESPONSE:
        return True
    if OF_ENDPOINT.match(made.name):
        return made.receiver is None or isinstance(made.callee, External)
    path = dotted(made.callee).rpartition(".")[0].rpartition(".")[2]
    return bool(OF_SENDER.match(made.name)) and path == SENDER


def is_aside(value: Value) -> bool:
    """Whether an argument is no part of the answer: a status, a route, what says when to give up."""
    for option in options(value):
        match option:
            case Const():
                return True
            case Given(name=name) | External(name=name) | Member(name=name) if TOKEN.search(name):
                return True
    return False
