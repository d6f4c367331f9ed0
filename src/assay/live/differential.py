"""The identity differential: whether a caller gets what is another's, with proof of whose it is."""

import json
import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from assay.live.denial import Access, access
from assay.model.exchange import Exchange, Response

FLEETING = re.compile(
    r"(?:^|_)(?:now|time|timestamp|date|server_time|generated(?:_at)?|fetched_at|request_?id|trace_?id|correlation_?id|nonce|etag|elapsed|duration|took)$",
    re.IGNORECASE,
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
SPACES = re.compile(r"\s+")


class Sight(StrEnum):
    """What the comparison of three callers shows."""

    LEAK = "leak"
    """The other gets the owner's object, a stranger does not, and the object is the owner's: proved."""
    SUSPECT = "suspect"
    """The other gets the same, and nothing shows whose the object is."""
    SHARED = "shared"
    """The object is in the other's own lists: it is meant for both."""
    PUBLIC = "public"
    """A stranger gets it too: judged by who may call the endpoint, not as this."""
    REFUSED = "refused"
    """The other is refused, or sees nothing."""
    DIFFERENT = "different"
    """The other gets something else under the same id: each sees their own."""
    UNCLEAR = "unclear"
    """The owner does not get it either, or an answer says nothing."""


class Trio(Struct, frozen=True):
    """One path, asked by its owner, by another caller, and by a stranger."""

    owner: Exchange
    other: Exchange
    stranger: Exchange
    refusal: Exchange | None = None
    """A known refusal of this route."""


def sight(trio: Trio, *, marks: Iterable[str], is_only_owners: bool, is_others: bool) -> Sight:
    """What three answers show.

    `marks` are values that are the owner's own (its id, name, e-mail); `is_only_owners`: the id is in the owner's list and not in
    the other's, which was seen; `is_others`: it is in the other's list.
    """
    if access(trio.owner, trio.refusal) is not Access.ALLOWED:
        return Sight.UNCLEAR
    theirs = access(trio.other, trio.refusal)
    if theirs in {Access.DENIED, Access.HIDDEN, Access.EMPTY}:
        return Sight.REFUSED
    if theirs is Access.UNCLEAR or trio.stranger.response is None:
        return Sight.UNCLEAR
    is_open = access(trio.stranger, trio.refusal) is Access.ALLOWED
    if is_open and same(trio.owner.answer, trio.stranger.answer):
        return Sight.PUBLIC
    if not same(trio.owner.answer, trio.other.answer):
        return Sight.DIFFERENT
    if is_others:
        return Sight.SHARED
    return Sight.LEAK if is_only_owners or bears(trio.other.answer, marks) else Sight.SUSPECT


def same(one: Response, other: Response) -> bool:
    """Whether two answers are the same but for moments and ids of requests."""
    return one.status == other.status and stable(one) == stable(other)


def stable(response: Response) -> str:
    """A body without what differs from one request to the next."""
    document = response.document
    if isinstance(document, dict | list):
        return json.dumps(_steady(document), sort_keys=True)
    return SPACES.sub(" ", MOMENT.sub("", response.text)).strip()


def bears(response: Response, marks: Iterable[str]) -> bool:
    """Whether one of the marks is a whole value somewhere in a document, or a whole word of a text."""
    wanted = {mark.lower() for mark in marks if mark}
    document = response.document
    if isinstance(document, dict | list):
        return has_value(document, wanted)
    text = response.text.lower()
    return any(re.search(rf"(?<![\w@.-]){re.escape(mark)}(?![\w@-])", text) for mark in wanted if len(mark) > 2)


def has_value(document: object, marks: Iterable[str]) -> bool:
    """Whether one of the marks is a whole value somewhere in a document."""
    wanted = {mark.lower() for mark in marks if mark}
    return any(value in wanted for value in _values(document))


def _steady(value: object) -> object:
    match value:
        case dict():
            return {key: _steady(inner) for key, inner in value.items() if not FLEETING.search(str(key))}
        case list():
            return [_steady(inner) for inner in value]
        case str():
            return MOMENT.sub("", value)
    return value


def _values(value: object) -> Iterable[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _values(inner)
        case list():
            for inner in value:
                yield from _values(inner)
        case str() | int():
            yield str(value).lower()
