"""Parameters of a view: those of the path, and what the body reads from the request."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.endpoint import Attribute, Parameter, Schema
from assay.source import facts
from assay.source.declared import schema_of, type_text
from assay.source.evaluate.calls import within
from assay.source.evaluate.values import (
    ClassValue,
    Decorated,
    FunctionValue,
    Generic,
    Instance,
    Made,
    Member,
    Table,
    Value,
    options,
    text,
    undecorated,
)
from assay.source.frameworks.flask.paths import in_path
from assay.source.inside import held_by
from assay.source.looks import LOOKS
from assay.source.marshalling import IN, OUT, shape
from assay.source.program import Program

READ = {
    "args": "query",
    "form": "form",
    "headers": "header",
    "cookies": "cookie",
    "files": "file",
    "json": "body",
    "get_json": "body",
    "values": "query",
}
READERS = frozenset({"get", "getlist", "pop"})
TAKING = frozenset({"expect", "arguments", "input", "use_args", "use_kwargs", "body"})
MARSHALLING = frozenset({"marshal_with", "marshal_list_with"})
"""Those that let out the fields that they are given, and no others."""
GIVING = frozenset({"marshal_with", "response", "output", "marshal_list_with"})


def parameters_of(function: Value, rule: str) -> tuple[Parameter, ...]:
    """Path parameters in order, then those that the body reads, by place in the code."""
    declared: dict[str, str] = {}
    if isinstance(function, FunctionValue):
        declared = {each.name: type_text(each.annotation) for each in function.function.parameters}
    found = [Parameter(name, declared.get(name) or kind, "path", True) for name, kind in in_path(rule)]
    seen = {(each.name, each.source) for each in found}
    if isinstance(function, FunctionValue):
        with LOOKS.own():
            read = tuple(reads(function.function.body))
        for name, source, is_required in read:
            if (name, source) not in seen:
                seen.add((name, source))
                found.append(Parameter(name, "", source, is_required))
    return tuple(found)


def reads(body: facts.Block | None) -> Iterator[tuple[str, str, bool]]:
    """(name, source, is required) of what is read from the request; a subscript fails without it."""
    waiting: list[object] = [body]
    bound: dict[str, str] = {}
    while waiting:
        part = waiting.pop()
        match part:
            case facts.Assign(target=facts.Name(id=name), value=value) if (held := source_of(value)) is not None:
                bound[name] = held
            case facts.Call(function=facts.Attr(value=owner, name=reader), arguments=(first, *_)) if reader in READERS:
                source = source_of(owner, bound)
                if source is not None and isinstance(first.value, facts.Text):
                    yield first.value.value, source, False
            case facts.Index(value=owner, keys=(facts.Text(value=key), *_)):
                source = source_of(owner, bound)
                if source is not None:
                    yield key, source, True
        waiting.extend(reversed(tuple(held_by(part))))


def source_of(expression: facts.Expr | None, bound: dict[str, str] | None = None) -> str | None:
    """Which part of the request an expression is: `request.args`, `request.get_json()`, a name that holds one."""
    match expression:
        case facts.Call(function=facts.Attr() as member):
            return source_of(member) if member.name == "get_json" else None
        case (
            facts.Attr(value=facts.Name(id="request"), name=name)
            | facts.Attr(value=facts.Attr(name="request"), name=name)
        ):
            return READ.get(name)
        case facts.Name(id=name) if bound is not None:
            return bound.get(name)
        case facts.Binary(operator="or", left=left):
            return source_of(left, bound)
    return None


def models_of(program: Program, view: Value) -> tuple[Schema | None, Schema | None]:
    """Request and response models that decorators such as `@bp.arguments(UserSchema)` declare."""
    request: Schema | None = None
    response: Schema | None = None
    for decorator in declaring(view):
        if decorator.name in TAKING and request is None:
            request = schema_in(program, decorator)
        elif decorator.name in GIVING and response is None:
            response = schema_in(program, decorator)
    return request, response


def declaring(view: Value) -> Iterator[Made]:
    """The outside decorators around a view, and those that a project's decorator puts around it."""
    while isinstance(view, Decorated):
        if isinstance(view.decorator, Made):
            yield view.decorator
        else:
            yield from (layer.callee for layer in within(view.result)[1] if isinstance(layer.callee, Made))
        view = view.inner


def schema_in(program: Program, decorator: Made) -> Schema | None:
    """The project class among the arguments of a decorator."""
    left_out = OUT if decorator.name in GIVING else IN
    for argument in (*decorator.positional, *decorator.named.values()):
        for option in options(argument):
            inner = undecorated(option)
            cls = inner.cls if isinstance(inner, Instance) else inner
            if isinstance(cls, ClassValue):
                return shape(program.run, inner, left_out) or schema_of(program, cls)
            if decorator.name in MARSHALLING and (named := fields_in(inner)) is not None:
                return named
    return None


def fields_in(value: Value) -> Schema | None:
    """The fields that RESTX or Flask-RESTful lets out: `api.model("User", {"name": fields.String})`, a dictionary of them."""
    if isinstance(value, Table):
        return Schema("fields", tuple(Attribute(name, "") for name in value.entries if not name.startswith("\0")))
    if isinstance(value, Made):
        own = next(
            (found for each in value.positional for option in options(each) if (found := fields_in(option))), None
        )
        name = text(value.argument(0, "name")) or "fields"
        return Schema(name, own.fields if own is not None else ())
    return Schema("fields") if isinstance(value, Member | Generic) else None
