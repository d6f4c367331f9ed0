"""What checks and accesses are about: the objects, and the request data that chose those.

A check often lets several kinds of callers pass: `comment.author == me or is_member(task.project, me)`. It protects an object only if
each of those ways says something of it: who may see the project of one task has no right to the comment of another by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from assay.model.reach import OF_REQUEST, Action
from assay.source.evaluate.matching import says_no
from assay.source.evaluate.tested import key_of
from assay.source.evaluate.values import Condition, Exit, Made, Operation, Value, options
from assay.source.reach.accesses import Found
from assay.source.reach.branches import READING
from assay.source.reach.origins import Source
from assay.source.reach.selection import EXCLUDING
from assay.source.reach.spelling import told
from assay.source.reach.ties import Tie, Ties
from assay.source.reach.trace import Trace
from assay.source.status import status_of

DEPTH = 6
Way = tuple[Tie, ...]
"""The ties that all hold of whoever passes by one way."""


class Refused:
    """What refusals decide, apart from what others did before them: behind `if not mine: raise` every test stands under `mine`."""

    def __init__(self, refusals: Sequence[Exit | Made], ties: Ties) -> None:
        self.refusals = refusals
        self.demanded: set[int] | None = None
        self.ties = ties
        last = (refusal.conditions[-1] for refusal in refusals if refusal.conditions)
        self.before = {(key_of(condition), not condition.is_then) for condition in last}
        self.checks: list[tuple[Exit | Made, Sequence[Tie]]] = []
        """The refusals that some tie decides, with those."""

    def learn(self, refusal: Exit | Made, ties: Sequence[tuple[int, Tie]]) -> None:
        """One more of the refusals that some tie decides."""
        self.checks.append((refusal, tuple(tie for _, tie in ties)))

    def is_own(self, conditions: Sequence[Condition], position: int) -> bool:
        """Whether one of the conditions of a refusal is not only that another refusal did not come."""
        condition = conditions[position]
        return position == len(conditions) - 1 or (key_of(condition), condition.is_then) not in self.before

    def is_demanded(self, found: Found) -> bool:
        """Whether a test that refuses asks what a list holds: then what selects it is checked with it."""
        if self.demanded is None:
            tests = (condition.value for exit_ in self.refusals for condition in exit_.conditions)
            asked = (self.ties.queries.of(made) for value in tests for made in self.ties.loaded_in(value))
            self.demanded = {id(link) for query in asked if query is not None for link in query.links}
        return id(found.made) in self.demanded

    def telling(
        self, key: int | Source, before: Sequence[Found], found: Found, asked: set[Source]
    ) -> tuple[Found, ...]:
        """What says something of where a key leads: a list that is narrowed to the caller says nothing of the one object that something
        else that narrows it is the id of.
        """
        if isinstance(key, int) or found.query is None or found.query.action is Action.LIST:
            return tuple(before)
        return tuple(
            each
            for each in before
            if each.entity == found.entity
            or each.query is None
            or each.query.action is Action.READ
            or key in asked
            or self.is_demanded(each)
        )

    def own(self, refusal: Exit | Made, ties: Sequence[tuple[int, Tie]]) -> tuple[tuple[int, Tie], ...]:
        """The ties among them that it decides by itself."""
        return tuple((position, tie) for position, tie in ties if self.is_own(refusal.conditions, position))

    def deciding(self, refusal: Exit | Made) -> list[Condition]:
        """The conditions that it decides by itself."""
        conditions = refusal.conditions
        return [condition for at, condition in enumerate(conditions) if self.is_own(conditions, at)]


class About:
    """Says it for one trace."""

    def __init__(self, ties: Ties) -> None:
        self.ties = ties
        self.selected: dict[int, set[Source]] = {}
        """The request data that selected what each call loaded."""
        self.through: dict[int, set[int]] = {}
        """The calls that loaded what selected what each call loaded."""
        self.known: dict[tuple[int, bool], tuple[Condition, tuple[Way, ...]]] = {}

    def learn(self, accesses: Sequence[Found]) -> None:
        """What selected each loaded object."""
        for found in accesses:
            if found.query is not None:
                made = id(found.query.made)
                self.selected.setdefault(made, set()).update(requested(found))
                self.through.setdefault(made, set()).update(self.parents(found) - {made})

    def parents(self, found: Found) -> set[int]:
        """Ids of the calls that loaded what an object is selected by, or reached through."""
        values = [test.value for test in found.tests if test.operator not in EXCLUDING]
        if found.query is not None and found.query.base is not None:
            values.append(found.query.base)
        return {id(made) for value in values for made in self.ties.loaded_in(value)}

    def is_of(self, tie: Tie, found: Found) -> bool:
        """Whether a tie is about the object of an access."""
        if tie.kind == "role":
            return True
        asked = requested(found)
        if tie.loads & rows(found) or tie.sources & asked:
            return True
        return any(asked & self.selected.get(load, set()) for load in tie.loads)

    def agree(self, conditions: Sequence[Condition], found: Found, *, is_refusal: bool) -> bool:
        """Whether every way past tests says something of the object of an access: those of a refusal, or those that stand around it."""
        for condition in conditions:
            ways = self.ways(condition, is_refusal=is_refusal)
            if len(ways) < 2 and (len(conditions) < 2 or not is_refusal):
                continue  # there is no other way
            if any(not any(tie.kind == "role" for tie in way) and self.is_elsewhere(way, found) for way in ways):
                return False
        return True

    def past(self, refusal: Exit | Made, found: Found, refused: Refused) -> bool:
        """Whether every way past a refusal says something of the object of an access. A way around it on which another refusal waits,
        which is about the object too, is none: `if (is_self) RequireMember(team, me) else RequireAdmin(team, me)`.
        """
        deciding = refused.deciding(refusal)
        if self.agree(deciding, found, is_refusal=True):
            return True
        left = [each for each in deciding[:-1] if not self.is_refused_too(each, found, refused)]
        return len(left) < len(deciding[:-1]) and self.agree([*left, deciding[-1]], found, is_refusal=True)

    def is_refused_too(self, outer: Condition, found: Found, refused: Refused) -> bool:
        """Whether another refusal, which is about the object of an access, waits where a test around one turns out otherwise."""
        otherwise = (key_of(outer), not outer.is_then)
        return any(
            any((key_of(each), each.is_then) == otherwise for each in other.conditions[:-1])
            and (found.action in READING or other.index < found.index)
            and any(self.is_of(tie, found) for tie in ties)
            for other, ties in refused.checks
        )

    def is_elsewhere(self, way: Way, found: Found) -> bool:
        """Whether one way is about objects that what is sent chooses, and none of them has to do with that of an access."""
        chosen = [tie for tie in way if tie.sources or any(self.sources(load) for load in tie.loads)]
        if not chosen:
            return False
        own, asked = self.line(rows(found) | self.parents(found)), requested(found) | found.bounds
        for load in own:
            asked = asked | self.selected.get(load, set())
        return not any(
            self.line(tie.loads) & own or asked & tie.sources or any(asked & self.sources(load) for load in tie.loads)
            for tie in chosen
        )

    def chosen(self, loads: frozenset[int]) -> set[Source]:
        """The request data that selected objects themselves."""
        return {source for load in loads for source in self.selected.get(load, set())}

    def sources(self, load: int) -> set[Source]:
        """The request data that selected an object, or one that it was selected by."""
        return {source for each in self.line({load}) for source in self.selected.get(each, set())}

    def line(self, loads: set[int] | frozenset[int]) -> set[int]:
        """Calls, and those that loaded what they selected by."""
        seen, left = set(loads), list(loads)
        while left:
            further = self.through.get(left.pop(), set()) - seen
            seen |= further
            left += further
        return seen

    def ways(self, condition: Condition, *, is_refusal: bool) -> tuple[Way, ...]:
        """The ways past a test."""
        key = (id(condition), is_refusal)
        held = self.known.get(key)
        if held is None:
            passes = condition.is_then is not is_refusal
            found = tuple(self.split(condition.value, condition, passes=passes))
            held = self.known[key] = (condition, found)
        return held[1]

    def split(self, value: Value, condition: Condition, *, passes: bool, depth: int = 0) -> Iterator[Way]:
        """The ways on which a value is true, or is not."""
        each = list(options(value))
        match each:
            case [Operation(operator="not", operands=(inner,))] if depth < DEPTH:
                yield from self.split(inner, condition, passes=not passes, depth=depth + 1)
            case [Operation(operator="or" | "and" as operator, operands=operands)] if depth < DEPTH:
                parts = [list(self.split(part, condition, passes=passes, depth=depth + 1)) for part in operands]
                if (operator == "or") is passes:
                    yield from (way for part in parts for way in part)
                else:
                    yield tuple(tie for part in parts for way in part for tie in way)
            case [_, _, *_] if passes and depth < DEPTH:  # `is_admin or is_mine()` of Python
                for option in each:
                    yield from self.split(option, condition, passes=passes, depth=depth + 1)
            case _:
                yield tuple(self.ties.in_value(value, told(condition), condition.place))


def requested(found: Found) -> set[Source]:
    """The request data that selects an access."""
    return {
        source
        for test, sources in found.sources
        if test.operator not in EXCLUDING
        for source in sources
        if source.origin in OF_REQUEST
    }


def rows(found: Found) -> set[int]:
    """Ids of the calls of the chain that gave the object: an item of `orders` is loaded by what gave those."""
    return {id(link) for link in (found.query.made, *found.query.links)} if found.query is not None else set()


def made_by(found: Found) -> set[int]:
    """Ids of the calls that loaded the object."""
    return {id(found.query.made)} if found.query is not None else set()


def is_refusal(exit_: Exit, surface: int = 1) -> bool:
    """Whether an exit keeps the caller from what follows: an exception, an answer of 4xx, a redirect."""
    if exit_.kind == "raise":
        return True
    status = status_of(exit_.value)
    if status is not None:
        return status >= 400 or 300 <= status < 400
    return bool(exit_.conditions) and (exit_.depth <= surface or all(map(says_no, options(exit_.value))))


def refusing(trace: Trace) -> list[Exit | Made]:
    """The exits that keep the caller from what follows."""
    return [each for each in trace.exits if is_refusal(each, trace.surface) and is_heard(each, trace)]


def is_heard(exit_: Exit, trace: Trace) -> bool:
    """Whether an exit keeps anything from happening: what a function answers that is called for its effect only goes to nobody, so that
    it must come before something that the function does.
    """
    if not exit_.until:
        return True
    done = chain((made.index for made in trace.made), (assigned.index for assigned in trace.assigned))
    return any(exit_.index < index < exit_.until for index in done)


def is_part(found: Found) -> bool:
    """Whether an access is a part of another query, whose rows it follows: `Item.objects.filter(order=OuterRef("pk"))`."""
    return any(isinstance(test.value, Made) and test.value.name == "OuterRef" for test in found.tests)
