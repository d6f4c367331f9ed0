"""What schemas of marshmallow write into answers and let in with a request, in a handler or in what stands around it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from assay.model.entity import is_secret
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Exposure
from assay.source.evaluate.values import Either, Exit, Given, Instance, Made, Value, options
from assay.source.marshalling import IN, OUT, SCHEMA, class_of, meta_of, model_of, shape
from assay.source.mentions import dotted, walk
from assay.source.reach.examination import Examination
from assay.source.refusal import ABORTING
from assay.source.status import REFUSED, status_of

DUMPING = frozenset({"dump", "dumps", "jsonify"})
"""Calls by which a schema writes an object."""
LOADING = frozenset({"load", "loads"})
CHECKING = frozenset({"validate", *LOADING})
KEEPING = "INCLUDE"
"""The policy for fields that a schema does not declare under which they come in."""
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
    if any(_is_written(seen, exit_) for exit_ in outer):
        return tuple(map(_admitted, outer))
    return tuple(_after(seen, own[0].index)) or own if own else own


def _admitted(exit_: Exit) -> Exit:
    """What stands around a handler gives: what the handler gave, without the refusals beside it."""
    given = tuple(each for each in options(exit_.value) if (status_of(each) or 0) < REFUSED.start)
    return replace(exit_, value=Either(given)) if given and isinstance(exit_.value, Either) else exit_


def _after(seen: Examination, index: int) -> Iterator[Exit]:
    """What is written by schemas once the handler itself has ended, as ends of what stands around it."""
    trace = seen.trace
    inside = next((made.way[: trace.surface] for made in trace.made if trace.begun < made.index < index), None)
    for made in trace.made:
        is_outside = made.index > index and made.way[: trace.surface] != inside
        if inside and is_outside and made.name in DUMPING and dumped(seen, made, made.place):
            yield Exit("return", made, made.place, made.conditions, 1, made.index)


def _is_written(seen: Examination, exit_: Exit) -> bool:
    return any(isinstance(part, Made) and bool(dumped(seen, part, exit_.place)) for part in walk(exit_.value))


def let_in(seen: Examination, value: Value) -> tuple[str, ...] | None:
    """The fields that a schema lets in of what was sent: `Model(**schema.load(body))`, or of a body that it has checked before; None
    where there is no schema, or where it keeps what it does not declare.
    """
    for part in walk(value):
        if (
            isinstance(part, Made)
            and part.name in LOADING
            and (found := _fields(seen, part.receiver, part)) is not None
        ):
            return found
        if isinstance(part, Given) and (found := _fields(seen, part.attributes.get(SCHEMA), None)) is not None:
            return found
    sent = {source.origin for source in seen.origins.of(value)} & OF_REQUEST
    for made in seen.trace.made:
        if made.name not in CHECKING or not made.positional or not _refuses(seen, made):
            continue
        if sent & {source.origin for source in seen.origins.of(made.positional[0])}:
            found = _fields(seen, made.receiver, made)
            if found is not None:
                return found
    return None


def _fields(seen: Examination, schema: Value | None, made: Made | None) -> tuple[str, ...] | None:
    """The fields that a schema lets in."""
    for option in options(schema):
        found = shape(seen.stored.run, option, IN)
        cls = class_of(option)
        if found is None or cls is None:
            continue
        said = [made.named.get("unknown")] if made is not None else []
        said += [option.named.get("unknown")] if isinstance(option, Instance) else []
        said.append(meta_of(seen.stored.run, cls).get("unknown"))
        policy = next((each for each in said if each is not None), None)
        is_kept = policy is not None and dotted(policy).rpartition(".")[2] == KEEPING
        return None if is_kept or not found.fields else tuple(field.name for field in found.fields)
    return None


def _refuses(seen: Examination, made: Made) -> bool:
    """Whether a schema that is not content ends the request: `load` raises, what `validate` found has to be looked at."""
    if made.name in LOADING:
        return True
    ends = [exit_.conditions for exit_ in seen.trace.exits]
    ends += [each.conditions for each in seen.trace.made if each.name in ABORTING]
    return any(part is made for tests in ends for condition in tests for part in walk(condition.value))
