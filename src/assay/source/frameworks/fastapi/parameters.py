"""Parameters and models of a handler, bound as FastAPI binds them."""

from __future__ import annotations

import re

from assay.model.endpoint import Parameter, Schema
from assay.source import facts
from assay.source.declared import is_model, is_outside, model_in, schema_of, type_text
from assay.source.evaluate.values import Const, FunctionValue, Generic, Made, Value, options
from assay.source.frameworks.fastapi.guards import annotated
from assay.source.frameworks.fastapi.known import DEPENDS
from assay.source.program import Program

MARKS = {
    "Query": "query",
    "Path": "path",
    "Header": "header",
    "Cookie": "cookie",
    "Body": "body",
    "Form": "form",
    "File": "file",
}
GIVEN = ("Request", "Response", "WebSocket", "BackgroundTasks", "HTTPConnection", "SecurityScopes")
MAY_MISS = re.compile(r"\bNone\b|\bOptional\b")
"""Types of what need not be sent: `Query(None)` is read like `Query(...)`, and only the type tells them apart."""
PARAMETER = re.compile(r"\{([^{}:]+)(?::[^{}]*)?\}")


def parameters_of(program: Program, function: FunctionValue, path: str) -> tuple[tuple[Parameter, ...], Schema | None]:
    """The bound parameters of a handler in order, and its request model."""
    found: list[Parameter] = []
    model: Schema | None = None
    in_path = set(PARAMETER.findall(path))
    for parameter in function.function.parameters:
        if parameter.name in {"self", "cls"} or parameter.kind in {"*", "**"}:
            continue
        declared = program.run.type_of(parameter, function)
        default = program.run.evaluate(parameter.default, function.scope) if parameter.default is not None else None
        source = source_of(program, parameter, declared, default, in_path)
        if source is None:
            continue
        cls = model_in(declared)
        if source in {"body", "form"} and cls is not None and model is None and is_model(program, cls):
            model = schema_of(program, cls)
        said = type_text(parameter.annotation)
        required = parameter.default is None or (is_required(default) and not (default and MAY_MISS.search(said)))
        found.append(Parameter(parameter.name, said, source, required))
    return tuple(found), model


def source_of(
    program: Program, parameter: facts.Parameter, declared: Value | None, default: Value | None, in_path: set[str]
) -> str | None:
    """Where a parameter comes from; None for dependencies and what the framework hands in."""
    for mark in (*annotated(declared), *options(default)):
        if isinstance(mark, Made):
            if program.is_named(mark.callee, *DEPENDS):
                return None
            if mark.name in MARKS:
                return MARKS[mark.name]
    if parameter.name in in_path:
        return "path"
    if is_outside(declared, *GIVEN):
        return None
    if is_outside(declared, "UploadFile"):
        return "file"
    cls = model_in(declared)
    is_of_body = (cls is not None and is_model(program, cls)) or any(map(is_collection, options(declared)))
    return "body" if is_of_body else "query"


def is_collection(declared: Value) -> bool:
    """Whether a type is a dictionary or a list, which FastAPI takes from the body where nothing says otherwise."""
    outer = declared.value if isinstance(declared, Generic) else declared
    return is_outside(outer, "dict", "Dict", "list", "List")


def is_required(default: Value | None) -> bool:
    """Whether a default such as `Query(...)` still demands a value."""
    if isinstance(default, Made):
        given = default.argument(0, "default")
        return given is None or (isinstance(given, Const) and given.value is None and not default.named.get("default"))
    return default is None


def response_of(program: Program, call: Made, function: FunctionValue | None) -> Schema | None:
    """The response model: `response_model=`, else the declared result."""
    declared = call.argument(-1, "response_model")
    if declared is None and function is not None and function.function.returns is not None:
        declared = program.run.evaluate(function.function.returns, function.scope)
    cls = model_in(declared)
    return schema_of(program, cls) if cls is not None and is_model(program, cls) else None
