"""What schemas of marshmallow write into answers, in a handler or in what stands around it."""

from __future__ import annotations

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import Action, Exposure
from assay.source.evaluate.values import Exit, Made, options
from assay.source.marshalling import OUT, model_of, shape
from assay.source.mentions import walk
from assay.source.reach.examination import Examination

DUMPING = frozenset({"dump", "dumps", "jsonify"})
"""Calls by which a schema writes an object."""
SHAPED = "made of each"
"""The way of objects that go out in another shape, all of them."""


def dumped(seen: Examination, made: Made, place: Place) -> tuple[Exposure, ...]:
    """What a schema lets out of an object: `schema.dump(user)`, `schema.jsonify(user)`; nothing when it is no schema."""
    for option in options(made.receiver) if made.name in DUMPING else ():
        found = shape(seen.stored.run, option, OUT)
        if found is None:
            continue
        model = model_of(seen.stored.run, option)
        query = seen.queries.behind(made.positional[0]) if made.positional else None
        entity = model.name if model is not None else query.entity if query is not None else found.name
        names = dict.fromkeys(field.name for schema in (found, *found.models) for field in schema.fields)
        secrets = tuple(name for name in names if is_secret(name))
        shown = Exposure(entity, secrets, f"by {found.name}", place, is_filtered=True)
        if query is not None and query.action is Action.LIST:
            return (shown, Exposure(query.entity, (), SHAPED, place, is_filtered=True))
        return (shown,)
    return ()


def answers(seen: Examination) -> tuple[Exit, ...]:
    """The ends of a handler; where what stands around it writes what it gave by a schema, those of that."""
    own = seen.trace.answers()
    if seen.trace.surface < 2:
        return own
    outer = [exit_ for exit_ in seen.trace.exits if exit_.kind == "return" and exit_.depth == 1]
    return tuple(outer) if any(_is_written(seen, exit_) for exit_ in outer) else own


def _is_written(seen: Examination, exit_: Exit) -> bool:
    return any(isinstance(part, Made) and bool(dumped(seen, part, exit_.place)) for part in walk(exit_.value))
