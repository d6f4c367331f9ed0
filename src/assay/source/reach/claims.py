"""What a caller says of itself and is believed: whose a new object is, and what a token that it is handed allows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.entity import is_secret
from assay.model.reach import Action, Copy, Origin
from assay.source.evaluate.values import (
    REST,
    ClassValue,
    Const,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Operation,
    Table,
    Value,
    items,
    options,
    text,
)
from assay.source.mentions import dotted
from assay.source.reach.accesses import Found
from assay.source.reach.entities import ties
from assay.source.reach.examination import Examination
from assay.source.reach.modelled import validated
from assay.source.reach.sinks import chain
from assay.source.reach.tokens import LIBRARIES
from assay.source.vocabulary import parts_of

OWNED = "the request says whose it is"
"""The way of copies that set who an object belongs to."""
SIGNED = "signed into the token that it hands out"
"""The way of copies into tokens."""
GRANTING = re.compile(
    r"^(scopes?|roles?|permissions?|groups?|is_?(admin|staff|superuser)|admin|superuser|user_?type)$", re.IGNORECASE
)
"""Claims of tokens that say what their bearer may do."""
PERSONS = frozenset(
    {"user", "author", "owner", "creator", "created", "sender", "poster", "reviewer", "seller", "buyer", "customer"}
)
"""Words of fields that say who made an object or whose it is; those that name its other side are none."""
SENT = frozenset({Origin.BODY, Origin.FORM, Origin.QUERY})
DUMPING = frozenset({"dict", "model_dump", "copy", "jsonable_encoder", "asdict", "get_json", "json", "load", "dump"})
"""Calls that give all fields of what was sent."""
DEPTH = 6
WRITING = frozenset({"create", "acreate", "values", "insert"})
"""Calls whose named arguments are the fields of a new object."""


def claims(seen: Examination) -> Iterator[Copy]:
    """Every one of a trace."""
    yield from _owned(seen)
    yield from _validated(seen)
    yield from _documents(seen)
    for made in seen.trace.made:
        if made.name in {"encode", "create_access_token"} and (
            made.name != "encode" or LIBRARIES & set(chain(made.callee)[:-1])
        ):
            yield from _signed(seen, made)


def _owned(seen: Examination) -> Iterator[Copy]:
    """`Post(author_id=body.author_id)`, `Post(**body.dict())`, `post.author_id = body.author_id`, for new objects only."""
    kept = {found.entity for found in seen.accesses if found.action is Action.CREATE}
    for instance in seen.trace.instances:
        if instance.cls.name not in kept or not seen.stored.is_entity(instance.cls):
            continue
        for name, declared in seen.stored.fields(instance.cls):
            if not says_whose(name, declared):
                continue
            value = instance.attributes.get(name) or instance.named.get(name)
            held = value if value is not None else _spread(seen, instance.named.get(REST), name)
            origin = _sent(seen, held) if held is not None else None
            if origin is not None:
                yield Copy(instance.cls.name, OWNED, origin, (name,), instance.place)


def _validated(seen: Examination) -> Iterator[Copy]:
    """`Post.model_validate(body)`, unless its `update` names somebody else."""
    for made in seen.trace.made:
        cls = validated(seen.stored, made)
        for name, declared in seen.stored.fields(cls) if cls is not None else ():
            update = next((option for option in options(made.named.get("update")) if isinstance(option, Table)), None)
            is_set = update is not None and (update.is_open or update.get(name) is not None)
            held = _spread(seen, made.positional[0], name) if says_whose(name, declared) and not is_set else None
            origin = _sent(seen, held) if held is not None else None
            if origin is not None and cls is not None:
                yield Copy(cls.name, OWNED, origin, (name,), made.place)


def says_whose(name: str, declared: str = "") -> bool:
    """Whether a field says who made an object or whose it is."""
    return bool(PERSONS & set(parts_of(name))) and ties(name, declared) and not is_secret(name)


def _documents(seen: Examination) -> Iterator[Copy]:
    """`collection.insert_one(body.dict())`, `Post.create(**body.dict())`, `insert(posts).values(author_id=body.author_id)`."""
    for found in seen.accesses:
        document = _document(found) if found.action is Action.CREATE else None
        for name in dict.fromkeys(_names(seen, document)):
            held = _spread(seen, document, name) if says_whose(name) else None
            origin = _sent(seen, held) if held is not None else None
            if origin is not None:
                yield Copy(found.entity, OWNED, origin, (name,), found.place)


def _document(found: Found) -> Value | None:
    """What a call stores, as a dictionary: what it is handed, or its named arguments."""
    for link in (found.made, *(found.query.links[::-1] if found.query is not None else ())):
        if link is not None and link.named and link.name in WRITING:
            return Table({name: (Const(name), value) for name, value in link.named.items()})
        if link is not None and link.name == "values" and link.positional:
            return link.positional[0]
    return found.object


def _names(seen: Examination, value: Value | None, depth: int = 0) -> Iterator[str]:
    """The fields that a document may have."""
    for option in options(value) if depth < DEPTH else ():
        match option:
            case Table(entries=entries):
                yield from (name for name in entries if name != REST)
                yield from _names(seen, option.get(REST), depth + 1)
            case Made(name=called, receiver=receiver) if called in DUMPING:
                yield from _names(seen, receiver if receiver is not None else option.argument(0), depth + 1)
            case Given(type=ClassValue() as model):
                yield from (name for name, _ in seen.stored.fields(model))


def _spread(seen: Examination, rest: Value | None, name: str, depth: int = 0) -> Value | None:
    """What a field is in what is spread into an object: the one that was written into it last, or that of the model that was sent."""
    for option in options(rest) if depth < DEPTH else ():
        match option:
            case Table():
                held = option.get(name)
                return held if held is not None else _spread(seen, option.get(REST), name, depth + 1)
            case Made(name=called, receiver=receiver) if called in DUMPING and not option.attributes:
                if any(name == text(item) for item in items(option.named.get("exclude")) or ()):
                    return None
                source = receiver if receiver is not None else option.argument(0)
                return _spread(seen, source, name, depth + 1)
            case Given(attributes=attributes) if name in attributes:
                return attributes[name]  # `post.author_id = me.id`, before it is stored
            case Given(type=ClassValue() as model) if any(name == field for field, _ in seen.stored.fields(model)):
                return Member(option, name)
    return None


def _sent(seen: Examination, value: Value) -> Origin | None:
    """The part of the request that a value is taken from as it is."""
    for option in options(value):
        is_plain = isinstance(option, Member) and isinstance(next(options(option.value), None), Given | Instance)
        is_whole = isinstance(option, Given) and bool(option.origin)
        is_read = isinstance(option, Made) and option.name in {"get", "int", "UUID", "ObjectId", "str"}
        if is_plain or is_whole or is_read or dotted(option).startswith("flask.request"):
            found = {source.origin for source in seen.origins.of(option)}
            if found and found <= SENT:
                return min(found)
    return None


def _signed(seen: Examination, made: Made) -> Iterator[Copy]:
    """`jwt.encode({"sub": user.id, "scopes": form.scopes}, key)`, where nothing was looked up by them."""
    asked = {key.name for found in seen.accesses for key in found.keys}
    for option in options(
        made.argument(0 if made.name == "encode" else -1, "payload", "claims", "additional_claims", "user_claims")
    ):
        for name, (_, value) in option.entries.items() if isinstance(option, Table) else ():
            origin = _asked(seen, value) if GRANTING.match(name) else None
            if origin is not None and name not in asked:
                yield Copy("token", SIGNED, origin, (name,), made.place)


def _asked(seen: Examination, value: Value) -> Origin | None:
    """The part of the request that a claim is taken from: the field itself, or a list or text of it."""
    for option in options(value):
        match option:
            case Items(items=held) | Operation(operator="+", operands=held):
                found = next((origin for each in held if (origin := _asked(seen, each)) is not None), None)
            case Made(name="split" | "join" | "list" | "set" | "get", receiver=receiver, positional=given):
                parts = (*given, receiver) if receiver is not None else given
                found = next((origin for each in parts if (origin := _asked(seen, each)) is not None), None)
            case Instance() | Table():
                found = None
            case _:
                found = _sent(seen, option)
        if found is not None:
            return found
    return None
