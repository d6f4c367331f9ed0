"""What active mode may write to: objects of the given identities, each proved to be theirs and read before anything is sent."""

import json
import re
from collections.abc import Generator, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.live.asking import ask
from assay.live.denial import Access, access, is_denied
from assay.live.differential import bears, has_value
from assay.live.harvest import harvest, identifier, items
from assay.live.others_objects import people_ids
from assay.live.own import MASKED, METHODS, Own, fields
from assay.live.personal import snake
from assay.live.rank import is_high
from assay.live.restoring import witness
from assay.live.ruling import not_tested
from assay.live.scope import destructive
from assay.model.exchange import Ask, Exchange, Reply, Request
from assay.model.target import Caller, Route, Target
from assay.model.verdict import Subject
from assay.plugins.probe import Ruling

MOST = 2
"""Objects of one identity that one route is tried on."""
TELLING = 5
"""Digits from which on a number is no count."""
HOLE = re.compile(r"\{[^{}]*\}")
SELF = re.compile(r"(?:^|/)(?:me|self|myself|whoami|profile)(?:/|$)", re.IGNORECASE)
"""Paths that show whoever asks to themselves."""
OWNERS = re.compile(
    r"^(?:owner|user|author|customer|member|account|creator|created_by|belongs_to|buyer|seller)(?:_?(?:id|uuid))?$"
)
"""Names of fields that say whose an object is."""
NAMED_BY_METHOD = frozenset({"add", "apply", "assign", "create", "insert", "set", "update", "upload", "write"})
"""Verbs that the name of every PUT and PATCH has, and that say nothing beyond its method."""


class Candidate(Struct, frozen=True):
    """A path that may show an object of an identity."""

    path: str
    is_alone: bool = False
    """It stands in the identity's list, and in nobody else's whose list was seen."""
    is_person: bool = False
    """It is a path about people, and its id is a mark of the identity."""
    is_shared: bool = False


def writable(target: Target) -> Iterator[Subject]:
    """PUT and PATCH routes; those that are never asked get a verdict that says so."""
    yield from (route.subject for route in target.routes if route.method in METHODS)


def writing_route(target: Target, subject: Subject) -> Route | Ruling:
    """The route of a subject, or why nothing is written there."""
    route = target.route(subject)
    if route is None:
        return not_tested("Not tested: the route is not known.")
    if why := dangerous(route):
        return not_tested(f"Not tested: {route.name} is never asked, because {why}.")
    if route.media and "json" not in route.media:
        return not_tested(f"Not tested: {route.name} takes {route.media}, and only JSON is sent.")
    if route.method == "PUT" and not route.takes:
        return not_tested(f"Not tested: nothing says all that {route.name} takes, so it could lose what is not shown.")
    if reader(target, route) is None:
        return not_tested(f"Not tested: no GET shows what {route.name} changes, so it could not be put back.")
    if not target.usable:
        return not_tested("Not tested: an identity is needed.")
    return route


def dangerous(route: Route) -> str:
    """Why a write is never sent to a route; "" when it may be."""
    if verb := destructive(HOLE.sub("", route.path)):
        return f"its path says {verb!r}"
    for words in route.words:
        first = words.split(" ", 1)[0] if " " in words.strip() else words.rpartition(".")[2]
        verb = next((verb for verb in re.findall(r"[A-Z]?[a-z]+", first) if _is_grave(verb)), "")
        if verb:
            return f"it is named {words!r}, which says {verb.lower()!r}"
    return ""


def reader(target: Target, route: Route) -> Route | None:
    """The GET that shows what a route changes."""
    shape = HOLE.sub("{}", route.template)
    found = [each for each in target.readable if HOLE.sub("{}", each.template) == shape]
    return next((each for each in found if not destructive(HOLE.sub("", each.path))), None)


def own_objects(
    target: Target, route: Route, owner: Caller
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Own, ...]]:
    """Objects that are proved to be the owner's, as they are now."""
    found: list[Own] = []
    for candidate in (yield from _candidates(target, route, owner)):
        shown = yield from ask(witness(candidate.path, owner.name))
        if _is_whole(route, shown) and (yield from _is_theirs(candidate, shown, owner)):
            found.append(Own(owner, route, candidate.path, shown, is_shared=candidate.is_shared))
        if len(found) == MOST:
            break
    return tuple(found)


def marked_objects(
    target: Target, route: Route, seer: Caller
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Own, ...]]:
    """Objects that somebody sees and that bear a mark of a given identity: of all that an administrator sees, ours alone."""
    shown_by = reader(target, route)
    marks = tuple(dict.fromkeys(mark for caller in target.usable for mark in caller.marks))
    if shown_by is None or not marks:
        return ()
    candidates = [Candidate(shown_by.filled())] if not shown_by.parameters else []
    if len(shown_by.parameters) == 1:
        parameter = shown_by.parameters[0].name
        known = yield from harvest(target, seer)
        listed = next((each for each in known if each.route is shown_by), None)
        rows = items(listed.exchange.answer.document) if listed else []
        own = [id_ for caller in target.usable for id_ in people_ids(shown_by, caller)]
        named = [identifier(row, parameter) for row in rows if has_value(row, telling(marks))]
        candidates = [
            Candidate(shown_by.filled({parameter: id_}), is_person=id_ in own)
            for id_ in dict.fromkeys((*own, *named))
            if id_
        ]
    found: list[Own] = []
    for candidate in candidates[: 2 * MOST]:
        shown = yield from ask(witness(candidate.path, seer.name))
        if not _is_whole(route, shown) or not (candidate.is_person or bears(shown.answer, telling(marks))):
            continue
        if (yield from _is_theirs(candidate, shown, replace(seer, marks=marks))):
            found.append(Own(seer, route, candidate.path, shown))
    return tuple(found[:MOST])


def _is_grave(verb: str) -> bool:
    return verb.lower() not in NAMED_BY_METHOD and bool(destructive(verb))


def _candidates(
    target: Target, route: Route, owner: Caller
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Candidate, ...]]:
    """Paths that may show the owner's objects: those about itself, in its list alone, or that name it in a list for all."""
    shown_by = reader(target, route)
    if shown_by is None:
        return ()
    if not shown_by.parameters:
        return (Candidate(path),) if (path := shown_by.filled()) else ()
    parameter = shown_by.parameters[-1].name
    mine = yield from harvest(target, owner)
    listed = next((known for known in mine if known.route is shown_by), None)
    others, is_compared = yield from _others(target, shown_by, owner)
    rows = items(listed.exchange.answer.document) if listed else []
    named = [identifier(row, parameter) for row in rows if _names(row, owner)]
    people = tuple(people_ids(shown_by, owner))
    alone = [id_ for id_ in (listed.every if listed else ()) if id_ not in others]
    found = [
        Candidate(path, is_compared and id_ in alone, id_ in people, id_ in others)
        for id_ in dict.fromkeys((*people, *alone, *named))
        if id_ and (path := shown_by.filled({parameter: id_}))
    ]
    return tuple(found[: 2 * MOST])


def _others(
    target: Target, shown_by: Route, owner: Caller
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[frozenset[str], bool]]:
    """The ids in the lists of others of ordinary rank, and whether such a list was seen."""
    others: set[str] = set()
    is_compared = False
    for other in target.usable:
        if other is owner or is_high(other):
            continue
        theirs = yield from harvest(target, other)
        known = next((known for known in theirs if known.route is shown_by), None)
        is_compared = is_compared or known is not None
        others |= set(known.every) if known else set()
    return frozenset(others), is_compared


def telling(marks: Iterable[str]) -> tuple[str, ...]:
    """Marks that say whose an object is wherever they stand: a small number may be a count as well."""
    return tuple(mark for mark in marks if not (mark.isdecimal() and len(mark) < TELLING))


def _names(row: object, owner: Caller) -> bool:
    """Whether a row of a list names the owner as whose it is."""
    said = [value for name, value in row.items() if OWNERS.match(snake(str(name)))] if isinstance(row, dict) else []
    return has_value(said, owner.marks)


def _is_whole(route: Route, shown: Exchange) -> bool:
    """Whether all that a write would replace is shown as it is stored."""
    values = fields(shown.answer)
    if access(shown) is not Access.ALLOWED or not values or shown.answer.is_cut:
        return False
    if route.method == "PATCH":
        return True
    return {slot.name for slot in route.takes} <= set(values) and not MASKED.search(json.dumps(list(values.values())))


def _is_theirs(
    candidate: Candidate, shown: Exchange, owner: Caller
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], bool]:
    """Whether an object is the owner's: it says so, or only the owner's list has it and it names nobody else."""
    said = [value for name, value in fields(shown.answer).items() if OWNERS.match(snake(name)) and value is not None]
    if said and owner.marks:
        return has_value(said, owner.marks)
    stranger = yield from ask(Request("GET", candidate.path))
    if not is_denied(stranger) or candidate.is_shared:
        return False
    if candidate.is_person or bears(shown.answer, telling(owner.marks)):
        return True
    if SELF.search(candidate.path.partition("?")[0]):
        return True
    return candidate.is_alone and not is_high(owner)
