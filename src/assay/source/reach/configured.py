"""The settings modules of Django, as far as readers of reach ask them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.source.evaluate import attributes
from assay.source.evaluate.values import ClassValue, Deferred, Items, Value, options, text
from assay.source.program import Program

OTHER = re.compile(r"(^|[_/.])(tests?|testing|dev|development|local|ci|example)([_/.]|$)", re.IGNORECASE)
"""Names of settings modules that are not for production."""


def settings_modules(program: Program) -> Iterator[tuple[str, dict[str, Value]]]:
    """Path and names of every settings module that is not for tests or development; if there are no others, those."""
    found = []
    for path in sorted(program.run.modules):
        module = program.run.modules[path]
        if module is None:
            continue
        if "INSTALLED_APPS" in module.scope.names or "MIDDLEWARE" in module.scope.names:
            found.append((path, dict(module.scope.names)))
        classes = [
            held for held in module.scope.names.values() if isinstance(held, ClassValue) and held.module is module
        ]
        holding = [cls for cls in classes if program.class_attribute(cls, "INSTALLED_APPS") is not None]
        found += [(path, dict(attributes.class_names(program.run, cls))) for cls in holding]
    chosen = [each for each in found if not OTHER.search(each[0].rpartition("/")[2])]
    yield from chosen or found


def texts(value: Value | None) -> tuple[str, ...]:
    """The known texts of a list."""
    if isinstance(value, Deferred):
        value = value.resolve()
    for option in options(value):
        if isinstance(option, Items):
            return tuple(said for item in option.items if (said := text(item)))
    return ()
