"""Patterns of Django 1: `patterns("shop.views", url(r"^$", "index"), (r"^old/$", "old"))`, and views that are named by a text."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.source.evaluate.values import Const, External, Items, Made, ModuleValue, Value, options, text
from assay.source.program import Program

NAME = "patterns"
URL = "django.conf.urls.url"


def members(made: Made) -> Iterator[Value]:
    """The patterns of one call: tuples as calls of `url`, views that a text names with the prefix before them."""
    prefix = text(made.positional[0]) if made.positional else ""
    for given in made.positional[1:]:
        for option in options(given):
            call = option
            if (
                isinstance(option, Items)
                and option.kind == "tuple"
                and text(next(iter(option.items), None)) is not None
            ):
                call = replace(made, callee=External(URL), positional=tuple(option.items), named={}, attributes={})
            view = text(call.argument(1, "view")) if isinstance(call, Made) else None
            if prefix and view and isinstance(call, Made):
                regex, _, *rest = (*call.positional, None)[: max(2, len(call.positional))]
                named = {key: value for key, value in call.named.items() if key != "view"}
                whole = tuple(each for each in (regex, Const(f"{prefix}.{view}"), *rest) if each is not None)
                call = replace(call, positional=whole, named=named)
            yield call


def named_view(program: Program, name: str, path: str) -> Value | None:
    """The view of a dotted name; None where it is outside the tree."""
    module, _, last = name.rpartition(".")
    found = program.run.python.import_named(module, path) if module else None
    return program.run.attribute(found, last) if isinstance(found, ModuleValue) else None
