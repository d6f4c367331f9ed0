"""Whose a new object becomes: what the fields are given that point at an account, or at what belongs to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from assay.model.reach import OF_REQUEST, Access, Action, Copy, Key, Origin
from assay.source.evaluate.values import Instance, Made, Table, Value, options, text
from assay.source.reach.accesses import Found
from assay.source.reach.belonging import belonging
from assay.source.reach.examination import Examination
from assay.source.reach.origins import Source
from assay.source.reach.ties import OF_CALLER

SUFFIXES = ("_id", "Id", "ID")


def assigned(seen: Examination, found: Found, copies: Sequence[Copy]) -> Access:
    """The access, of a new object with what its pointing fields are given."""
    access = found.access()
    cls = found.query.cls if found.query is not None else None
    cls = cls if cls is not None else seen.stored.called(found.entity)
    if found.action is not Action.CREATE or cls is None:
        return access
    given: dict[str, Key] = {}
    for way in belonging(seen.stored, cls):
        field = way.partition(".")[0]
        if field not in given and (key := _key(seen, found, field, copies)) is not None:
            given[field] = key
    return replace(access, given=tuple(given.values())) if given else access


def _key(seen: Examination, found: Found, field: str, copies: Sequence[Copy]) -> Key | None:
    """What one field is given: by name, or by a copy of what was sent."""
    spellings = _spellings(field)
    values = list(_named(found, spellings))
    sources = [source for value in values for source in _sources(seen, value)]
    own = next((source for source in sources if source.origin in OF_CALLER), None)
    if own is not None or _is_callers(seen, spellings):
        return Key(field, Origin.PRINCIPAL, own.name if own is not None else "")
    sent = next((source for source in sources if source.origin in OF_REQUEST), None)
    if sent is not None:
        return Key(field, sent.origin, sent.name)
    if values:
        return Key(field, sources[0].origin if sources else Origin.FIXED, sources[0].name if sources else "")
    copied = next((copy for copy in copies if copy.entity == found.entity and spellings & set(copy.fields)), None)
    return Key(field, copied.origin, field) if copied is not None else None


def _spellings(field: str) -> frozenset[str]:
    """The names under which a field may be set: `user`, `user_id`, `UserId`."""
    stem = next((field.removesuffix(end) for end in SUFFIXES if field.endswith(end)), field)
    return frozenset({field, stem, *(f"{stem}{end}" for end in SUFFIXES)})


def _named(found: Found, spellings: frozenset[str]) -> Iterator[Value]:
    """What a field is set to by its name, in the call that makes the object."""
    holders: list[dict[str, Value]] = [found.made.named] if found.made is not None else []
    for option in options(found.object):
        if isinstance(option, Instance | Made):
            holders += [option.attributes, option.named]
    yield from (held[name] for held in holders for name in sorted(spellings & set(held)))


def _sources(seen: Examination, value: Value) -> Iterator[Source]:
    """Where a value comes from; an object that was looked up by what was sent comes from that."""
    yield from seen.origins.of(value)
    query = seen.queries.behind(value)
    for test in query.tests if query is not None else ():
        yield from seen.origins.of(test.value)


def _is_callers(seen: Examination, spellings: frozenset[str]) -> bool:
    """Whether the caller is put under such a name somewhere: into what was sent, or into what was checked of it."""
    trace = seen.trace
    held: list[Value] = [each.value for each in trace.assigned if each.name in spellings]
    for made in (*trace.made, *trace.instances):
        held += [made.named[name] for name in sorted(spellings & set(made.named))]
        held += [made.attributes[key] for name in sorted(spellings) if (key := f"[{name}]") in made.attributes]
        for part in (*made.positional, *made.named.values()):
            held += [
                each for option in options(part) if isinstance(option, Table) for each in _entries(option, spellings)
            ]
    return any(seen.origins.is_principal(value) for value in held)


def _entries(table: Table, spellings: frozenset[str]) -> Iterator[Value]:
    return (value for key, value in table.entries.values() if text(key) in spellings)
