"""Selectors: the templates and methods that the attributes of a controller or action give.

Source: Microsoft.AspNetCore.Mvc.ApplicationModels.DefaultApplicationModelProvider.CreateSelectors.
"""

from __future__ import annotations

from msgspec import Struct

from assay.source.evaluate.values import Const, Items, options
from assay.source.frameworks.aspnetcore.mark import Mark, Marks, text_of

VERBS = {
    "HttpGet": "GET",
    "HttpPost": "POST",
    "HttpPut": "PUT",
    "HttpDelete": "DELETE",
    "HttpPatch": "PATCH",
    "HttpHead": "HEAD",
    "HttpOptions": "OPTIONS",
}
ROUTES = ("Route", "IRouteTemplateProvider", *VERBS, "HttpMethod", "AcceptVerbs")


class Provider(Struct, frozen=True):
    """What one attribute says of a route."""

    mark: Mark
    template: str | None
    methods: tuple[str, ...]
    is_verb: bool
    """Whether it is about methods."""
    is_unknown: bool = False
    """It gives a template that is not known."""


class Selector(Struct, frozen=True):
    """One way to an action."""

    template: str | None
    methods: tuple[str, ...]
    mark: Mark | None
    is_unknown: bool = False


def provider(marks: Marks, mark: Mark) -> Provider | None:
    """What an attribute says of the route; None when it says nothing."""
    if not mark.is_a(*ROUTES, "IActionHttpMethodProvider"):
        return None
    if mark.is_a("AcceptVerbs"):
        verbs = [name for value in mark.positional for name in texts(value)]
        return Provider(mark, text_of(marks.member(mark, "Route")), tuple(upper(verbs)), True)
    methods = tuple(method for name, method in VERBS.items() if mark.is_a(name))
    is_verb = bool(methods) or mark.is_a("HttpMethod", "IActionHttpMethodProvider")
    position = 0
    if is_verb and not methods:
        methods = stated_methods(marks, mark)
        position = 1
    template = text_of(marks.member(mark, "Template", position))
    return Provider(mark, template, methods, is_verb, template is None and is_hidden(mark, position, is_verb=is_verb))


def is_hidden(mark: Mark, position: int, *, is_verb: bool) -> bool:
    """Whether there is a template that could not be read."""
    if mark.instance is None:
        found = mark.argument(position, "template", "Template")
        return found is not None and not any(isinstance(o, Const) and o.value is None for o in options(found))
    return not is_verb


def stated_methods(marks: Marks, mark: Mark) -> tuple[str, ...]:
    """The methods that an attribute of the project states: `: base(["GET"], template)`, `HttpMethods => ...`."""
    for name, position in (("HttpMethods", 0), ("Methods", 0)):
        value = marks.member(mark, name, position)
        if value is not None:
            return tuple(upper(texts(value)))
    return ()


def texts(value: object) -> list[str]:
    """The texts of a value or of its items; comma lists are cut."""
    found: list[str] = []
    for option in options(value):  # type: ignore[arg-type]  # a Value
        for one in option.items if isinstance(option, Items) else (option,):
            if isinstance(one, Const) and isinstance(one.value, str):
                found += [part.strip() for part in one.value.split(",")]
    return found


def upper(names: list[str]) -> list[str]:
    """Methods in upper case, each once."""
    return list(dict.fromkeys(name.upper() for name in names if name))


def selectors(providers: list[Provider]) -> list[Selector]:
    """The selectors of a set of route attributes; without any, one without template."""
    with_template = [one for one in providers if one.template is not None or one.is_unknown]
    silent = [one for one in providers if one not in with_template]
    if not with_template:
        methods = tuple(dict.fromkeys(method for one in silent for method in one.methods))
        return [Selector(None, methods, silent[0].mark if silent else None)]
    found: list[Selector] = []
    for one in with_template:
        others = silent if not one.is_verb else []
        methods = tuple(dict.fromkeys(m for source in (one, *others) for m in source.methods))
        found.append(Selector(one.template, methods, one.mark, one.is_unknown))
    if silent and all(one.is_verb for one in with_template):
        methods = tuple(dict.fromkeys(method for one in silent for method in one.methods))
        found.append(Selector(None, methods, silent[0].mark))
    return found
