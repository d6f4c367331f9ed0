"""Secrets that a handler reads out of the query by hand: `request.query_params.get("token")`, `Request.Query["password"]`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.reach import Flow, Origin
from assay.source.evaluate.values import Const, Generic, Made, Value, options
from assay.source.reach.accesses import symbol_of
from assay.source.reach.examination import Examination
from assay.source.reach.secrecy import is_secret

READING = frozenset({"get", "getlist", "pop", "GetValueOrDefault"})
KIND = "asked"
"""Of flows that only say what is read out, and not where it goes."""


def read_out(seen: Examination) -> Iterator[Flow]:
    """One for each name."""
    known: set[str] = set()
    for made in seen.trace.made:
        for name, value in named(made):
            if name not in known and is_secret(name) and is_queried(seen, value, name):
                known.add(name)
                symbol = symbol_of(made)
                yield Flow(KIND, Origin.QUERY, name, symbol, made.place, how="the handler reads it out of the query")


def named(made: Made) -> Iterator[tuple[str, Value]]:
    """What a call reads, or is given or called on, that is a part of something by a name."""
    if made.name in READING and made.positional:
        yield from ((name, made) for name in texts(made.positional[0]))
    for value in (made.receiver, *made.positional, *made.named.values()):
        for option in options(value):
            if isinstance(option, Generic) and len(option.keys) == 1:
                yield from ((name, option) for name in texts(option.keys[0]))


def texts(key: Value) -> Iterator[str]:
    """The constant texts that a key may be."""
    yield from (each.value for each in options(key) if isinstance(each, Const) and isinstance(each.value, str))


def is_queried(seen: Examination, value: Value, name: str) -> bool:
    """Whether it comes from the query under that name."""
    return any(source.origin is Origin.QUERY and source.name == name for source in seen.origins.of(value))
