"""New objects that are stored and go out in the answer with everything that was put into them: `return CreatedAtAction(..., user)`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.entity import is_secret
from assay.model.reach import Action, Exposure
from assay.source.evaluate.values import REST, Instance, Made, Table, Value, options
from assay.source.reach.examination import Examination
from assay.source.reach.exposures import ANSWERS
from assay.source.reach.marshalled import answers
from assay.source.reach.serialized import shown
from assay.source.status import status_of

MOST = 3
"""Arguments of an answer that may be what goes out: an address and its values may stand before it."""


def created(seen: Examination) -> tuple[Exposure, ...]:
    """Each type once, with what was put into it, where that holds a secret."""
    found: dict[str, Exposure] = {}
    kept = {each.entity for each in seen.accesses if each.action is Action.CREATE}
    for exit_ in answers(seen):
        if exit_.kind == "return" and (status_of(exit_.value) or 0) < 400:
            for made in held(exit_.value):
                if made.cls.name in kept or seen.stored.is_entity(made.cls):
                    given = {*made.named, *made.attributes}
                    is_open = REST in given or bool(made.positional)
                    names = tuple(name for name in shown(seen.stored, made.cls) if is_open or name in given)
                    exposed = Exposure(made.cls.name, names, "returned as it is", exit_.place)
                    if any(map(is_secret, names)):
                        found.setdefault(made.cls.name, exposed)
    return tuple(found.values())


def held(answer: Value) -> Iterator[Instance]:
    """The objects that an answer is, or is given."""
    for option in options(answer):
        if isinstance(option, Instance):
            yield option
            continue
        for value in parts(option):
            yield from (each for each in options(value) if isinstance(each, Instance))


def parts(answer: Value) -> tuple[Value, ...]:
    """What an answer is given, or what stands under its names."""
    match answer:
        case Made(name=name, positional=given) if name in ANSWERS:
            return given[:MOST]
        case Table(entries=entries):
            return tuple(value for _, value in entries.values())
    return ()
