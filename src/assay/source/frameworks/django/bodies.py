"""What bodies of views tell: the methods that they test for, and whether they do more than show a page."""

from __future__ import annotations

from collections import deque

from assay.source import facts
from assay.source.evaluate.values import ClassValue, Const, FunctionValue, Given, Items, Value
from assay.source.inside import held_by, inside
from assay.source.looks import LOOKS
from assay.source.program import Program
from assay.source.refusal import observe
from assay.source.status import by_name, status_of

UNANSWERED = (405, 501)


def only_refuses(program: Program, function: FunctionValue, cls: ClassValue | None, method: str) -> bool:
    """Whether every way through a handler ends with 405 or 501 for this method."""
    if not names_refusal(function.function):
        return False
    request = request_of(method)
    if cls is not None:
        receiver = Given("self", type=cls, attributes={"request": request})
        function = FunctionValue(function.function, function.module, function.scope, function.owner, receiver)
    seen = observe(program.run, function, (request,))
    ends = [exit_ for exit_ in seen.exits if exit_.kind == "raise" or exit_.depth == 1]
    return bool(ends) and all(status_of(exit_.value) in UNANSWERED for exit_ in ends)


def names_refusal(function: facts.Function) -> bool:
    """Whether a status for methods that are not answered stands in a body, or something that calls may hide it in: a short body."""
    count = 0
    for part in inside(function.body):
        count += 1
        match part:
            case facts.Name(id=name) | facts.Attr(name=name):
                if by_name(name) in UNANSWERED or any(str(status) in name for status in UNANSWERED):
                    return True
            case facts.Number(value=value) if value in {"405", "501"}:
                return True
    return count < SHORT


SHORT = 60
"""Pieces of a body that only hands on to another function."""


def request_of(method: str, path: str | None = None, name: str = "") -> Given:
    """A request with this method and path."""
    held: dict[str, Value] = {"method": Const(method)} if method != "ANY" else {}
    if held:
        held["stream"] = Given("stream", attributes=dict(held))
    if path is not None:
        held |= {"path": Const(path), "path_info": Const(path)}
        held["resolver_match"] = match_of(name)
    return Given("request", attributes=held)


def match_of(name: str) -> Given:
    """What a path resolves to: the route of this name, with the namespaces around it."""
    spaces = name.split(":")[:-1]
    held: dict[str, Value] = {"url_name": Const(last_name(name)), "view_name": Const(name)}
    held |= {"namespace": Const(":".join(spaces)), "namespaces": Items([Const(space) for space in spaces])}
    return Given("resolver_match", attributes=held)


def last_name(name: str) -> str:
    """The last part of a name with namespaces."""
    return name.rpartition(":")[2]


def methods_tested(function: facts.Function) -> list[str]:
    """The method names that a body compares `request.method` with, in order."""
    found: list[str] = []
    with LOOKS.own():
        waiting: deque[object] = deque([function.body])
        while waiting:
            part = waiting.popleft()
            match part:
                case facts.Binary(operator="==" | "!=" | "in" | "notin", left=left, right=right) if is_method(left):
                    found += texts_of(right)
                case facts.Switch(subject=subject, cases=cases) if is_method(subject):
                    found += [word_ for case in cases for pattern in case.patterns for word_ in texts_of(pattern)]
            waiting.extend(held_by(part))
    return found


WRITES = frozenset(
    {
        "save",
        "delete",
        "create",
        "update",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "add",
        "remove",
        "set",
        "clear",
        "login",
        "logout",
        "send",
        "send_mail",
        "delay",
        "apply_async",
        "commit",
        "execute",
        "write",
        "get_response",
        "dispatch",
        "as_view",
        "view",
    }
)
SENT = frozenset({"POST", "FILES", "body", "data", "method", "read", "stream"})


def only_shows(function: facts.Function) -> bool:
    """Whether a body reads nothing that a request sends, changes nothing, and hands the request to nothing but a template."""
    for part in inside(function.body):
        match part:
            case facts.Attr(name=name) if name in SENT:
                return False
            case facts.Call(function=facts.Attr(name=name) | facts.Name(id=name), arguments=arguments):
                if name in WRITES or (name not in SHOWS and any(a.value == facts.Name("request") for a in arguments)):
                    return False
    return True


SHOWS = frozenset({"render", "TemplateResponse", "render_to_response", "render_to_string", "get_token", "get_messages"})


def is_method(expression: facts.Expr) -> bool:
    """`request.method`."""
    return isinstance(expression, facts.Attr) and expression.name == "method"


def texts_of(expression: facts.Expr) -> list[str]:
    """The texts of a literal or of a list of them."""
    if isinstance(expression, facts.Text):
        return [expression.value.upper()]
    if isinstance(expression, facts.Sequence):
        return [word_ for item in expression.items for word_ in texts_of(item)]
    return []
