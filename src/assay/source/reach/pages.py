"""Collections of stored objects that a handler hands to a template, which lists them in a page."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.reach import Action, Exposure
from assay.source.evaluate.values import Generic, Given, Made, Table, Value, options
from assay.source.reach.examination import Examination

TEMPLATING = frozenset({"TemplateResponse", "render", "render_template", "View", "PartialView"})
PAGE = "shown in a page"
"""The way of what goes out in one."""
MOST = 30
"""Values of one page that are looked at."""


def pages(seen: Examination) -> tuple[Exposure, ...]:
    """Each type once."""
    found: dict[str, Exposure] = {}
    for made in seen.trace.made:
        for value in given(made) if made.name in TEMPLATING else ():
            for option in options(value):
                query = seen.queries.behind(option) if isinstance(option, Made | Generic | Given) else None
                if query is not None and query.action is Action.LIST:
                    found.setdefault(query.entity, Exposure(query.entity, (), PAGE, made.place, is_filtered=True))
    return tuple(found.values())


def given(made: Made) -> Iterator[Value]:
    """What a template is given: the model of a view, names of its own, the entries of a context."""
    held = (*made.positional, *made.named.values())
    yield from held
    for value in held:
        for option in options(value):
            if isinstance(option, Table):
                yield from [item for _, item in option.entries.values()][:MOST]
