"""Collections of stored objects that a handler hands to a template, which lists them in a page."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.place import Place
from assay.model.reach import Action, Exposure
from assay.source.evaluate.values import Generic, Given, Instance, Made, Table, Value, options
from assay.source.reach.examination import Examination

TEMPLATING = frozenset({"TemplateResponse", "render", "render_template", "View", "PartialView"})
MODEL, ENDING = "PageModel", ("Model", "Page")
"""What models of pages of Razor derive from, and how their names end."""
OF_VIEWS = ("VM", "Vm", "ViewModel")
"""How names of models of views end."""
PAGE = "shown in a page"
"""The way of what goes out in one."""
MOST = 30
"""Values of one page that are looked at."""


def pages(seen: Examination) -> tuple[Exposure, ...]:
    """Each type once."""
    found: dict[str, Exposure] = {}
    for place, value in (*rendered(seen), *modelled(seen)):
        for option in options(value):
            query = seen.queries.behind(option) if isinstance(option, Made | Generic | Given) else None
            if query is not None and query.action is Action.LIST:
                found.setdefault(query.entity, Exposure(query.entity, (), PAGE, place, is_filtered=True))
    return tuple(found.values())


def rendered(seen: Examination) -> Iterator[tuple[Place, Value]]:
    """What templates are given."""
    for made in seen.trace.made:
        if made.name in TEMPLATING:
            for value in given(made):
                yield made.place, value


def modelled(seen: Examination) -> Iterator[tuple[Place, Value]]:
    """What a page is given by way of a model: what its handler puts into the properties of a page of Razor, or of a model of a view."""
    if seen.program.language != "csharp":
        return
    is_shown = any(made.name in TEMPLATING or made.name == "Page" for made in seen.trace.made)
    known: dict[int, bool] = {}
    for each in seen.trace.assigned:
        if not isinstance(each.receiver, Instance):
            continue
        cls = each.receiver.cls
        if id(cls) not in known:
            is_of_view = is_shown and cls.type.name.endswith(OF_VIEWS)
            known[id(cls)] = is_of_view or (cls.type.name.endswith(ENDING) and seen.program.derives(cls, MODEL))
        if known[id(cls)]:
            yield each.place, each.value


def given(made: Made) -> Iterator[Value]:
    """What a template is given: the model of a view, names of its own, the entries of a context."""
    held = (*made.positional, *made.named.values())
    yield from held
    for value in held:
        for option in options(value):
            if isinstance(option, Table):
                yield from [item for _, item in option.entries.values()][:MOST]
