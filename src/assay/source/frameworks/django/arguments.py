"""Parameters of operations of Django Ninja: those of the path, those that a function names, and those that `@paginate` adds."""

from __future__ import annotations

from assay.model.endpoint import Parameter
from assay.source.declared import is_model, model_in, type_text
from assay.source.evaluate.values import Decorated, External, FunctionValue, Made, Value, undecorated
from assay.source.frameworks.django.known import last, shown
from assay.source.frameworks.django.schema import parameters_of
from assay.source.mentions import dotted
from assay.source.program import Program

PAGED = ("limit", "offset")
HELD = frozenset({"self", "request"})


def parameters(program: Program, handler: Value, path: str) -> tuple[Parameter, ...]:
    """The parameters of one operation; a body is not among them."""
    function = undecorated(handler)
    if not isinstance(function, FunctionValue):
        return parameters_of(path)
    said = {each.name: each for each in function.function.parameters if each.name not in HELD and not each.kind}
    found = list(parameters_of(path, {name: type_text(each.annotation) for name, each in said.items()}))
    known = {each.name for each in found}
    for name, each in said.items():
        if name in known:
            continue
        cls = model_in(program.run.type_of(each, function))
        type_ = type_text(each.annotation)
        if cls is None or not is_model(program, cls):
            found.append(Parameter(name, type_, "query", each.default is None))
    if is_paged(handler):
        found += [Parameter(name, "int", "query", False) for name in PAGED if name not in known | set(said)]
    return tuple(found)


def is_paged(handler: Value) -> bool:
    """Whether `@paginate` of Django Ninja stands on a handler."""
    while isinstance(handler, Decorated):
        decorator = handler.decorator
        name = dotted(decorator) if isinstance(decorator, Made | External) else ""
        if name.startswith("ninja") and last(shown(decorator)) == "paginate":
            return True
        handler = handler.inner
    return False
