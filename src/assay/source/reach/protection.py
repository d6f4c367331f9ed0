"""What ties each data access to the caller: its own keys, a comparison that refuses, a call to an authorization service, its parent.

Only what decides counts (docs/decisions/0007): the principal as a value, in a log line, in another query or in a comparison after the effect
ties nothing; nor does a refusal under a test that the caller can avoid by what it sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Action, Check, Origin
from assay.source.evaluate.calls import NOTHING
from assay.source.evaluate.values import (
    Condition,
    Const,
    Exit,
    External,
    Generic,
    Given,
    Instance,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.mentions import walk
from assay.source.reach.accesses import Found
from assay.source.reach.filters import IGNORING, Filters
from assay.source.reach.origins import Origins, Source, is_credential
from assay.source.reach.query import Queries
from assay.source.reach.row_security import RowSecurity
from assay.source.reach.spelling import spelled
from assay.source.reach.trace import Trace
from assay.source.refusal import ABORTING
from assay.source.status import status_of
from assay.source.vocabulary import Topic, parts_of, topic_of

OF_CALLER = frozenset({Origin.PRINCIPAL, Origin.TENANT})
CLAIMING = frozenset({Origin.HEADER, Origin.COOKIE, Origin.QUERY})
"""Where a caller states rights of its own making."""
COMPARING = frozenset({"==", "!=", "in", "notin", "is", "isnot"})
AUTHORIZING = frozenset(
    """
    authorize permission permissions allowed access enforce ability policy can owns owner ownership forbid check_object_permissions
    """.split()
)
"""Words of calls that decide about a caller and an object."""
MAKING = re.compile(r"^(To|Map|Create|Build|Parse|As|Add|Remove|Update|Set|Delete|Save|Log|CanConvert|CanHandle|CanConnect|CanParse)(?=[A-Z]|$)")
"""Beginnings of the names of calls that make, change or convert something, whatever it is about."""
SAYING_NOTHING = frozenset(
    """
    Exists TryGetValue IsNullOrEmpty IsNullOrWhiteSpace TryParse StartsWith EndsWith exists is_file isfile IsMatch match search TryAdd IsDefined
    """.split()
)
"""Calls that tell nothing of a right, even if they are given something of the caller and something of an object."""
READING = frozenset({Action.READ, Action.LIST})
DEMANDING = frozenset(
    """
    get_object_or_404 aget_object_or_404 get_list_or_404 get_or_404 first_or_404 one_or_404 one scalar_one
    """.split()
)
"""Look-ups that refuse when there is no such object."""


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """One test that ties the caller to something."""

    kind: str
    """ownership, role, authorization."""
    sources: frozenset[Source]
    """The request data that it is about."""
    loads: frozenset[int]
    """Ids of the calls that loaded what it is about."""
    text: str
    place: Place


class Protection:
    """Says of each access what protects it, and which checks there are."""

    def __init__(self, trace: Trace, queries: Queries, origins: Origins, filters: Filters | RowSecurity | None = None) -> None:
        self.trace = trace
        self.filters = filters
        self.queries = queries
        self.origins = origins
        self.selected: dict[int, set[Source]] = {}
        """The request data that selected what each call loaded."""
        self.ties: dict[int, tuple[Condition, tuple[Tie, ...]]] = {}
        self.refusals: list[Exit | Made] = [exit_ for exit_ in trace.exits if is_refusal(exit_, trace.surface)]
        self.refusals += [made for made in trace.made if made.name in ABORTING]
        self.calls = [(made, *self.about(made)) for made in trace.made if is_authorizing(made) and queries.of(made) is None]
        self.chosen: dict[int, tuple[Condition, bool]] = {}
        self.telling = [(exit_, ties) for exit_ in self.refusals if (ties := self.tying(exit_.conditions))]
        """The refusals that some tie decides, with the positions of those among their conditions."""
        self.relations = [
            (exit_, position, loads) for exit_ in self.refusals for position, loads in self.relating(exit_.conditions)
        ]
        self.telling += [
            (made, ((len(made.conditions), tie),)) for made in trace.made if (tie := self.demanded(made)) is not None
        ]

    def settle(self, accesses: Sequence[Found]) -> tuple[Check, ...]:
        """Fill in the protection of every access; the checks that were seen."""
        for found in accesses:
            if found.query is not None:
                self.selected.setdefault(id(found.query.made), set()).update(self.requested(found))
        for found in accesses:
            found.protection = self.own(found)
        self.inherit(accesses)
        return self.checks()

    # --- one access

    def own(self, found: Found) -> str:
        """What protects an access by itself."""
        for test, sources in found.sources:
            caller = [source for source in sources if source.origin in OF_CALLER]
            if caller and test.operator in {"==", "in", "is"} and self.is_always_caller(test.value):
                return f"keyed: {test.field or 'key'} == {caller[0].name or 'the caller'}"
            if found.action in READING and sources and all(is_credential(source) for source in sources):
                return f"keyed: {test.field or 'key'} == the credential {sources[0].name}"
        if found.query is not None and found.query.base is not None and self.origins.is_principal(found.query.base):
            return "keyed: reached through the caller's own object"
        return self.compared(found) or self.authorized(found) or self.filtered(found) or self.keyed_otherwise(found)

    def keyed_otherwise(self, found: Found) -> str:
        """A chain of several possible ones that the caller keys, where what it sends does not decide which: `all() if user.is_staff else own`."""
        if found.query is None or not found.query.others or len(found.query.links) < 2:
            return ""
        open_one = found.query.links[-2]
        ways = [open_one.conditions, *(exit_.conditions for exit_ in self.trace.exits if open_one in options(exit_.value))]
        if any(self.is_chosen(condition) for conditions in ways for condition in conditions):
            return ""
        for query in map(self.queries.of, found.query.others):
            for test in query.tests if query is not None else ():
                if self.is_always_caller(test.value) and self.origins.is_principal(test.value):
                    return f"keyed: {test.field or 'key'} == the caller, in one of its cases"
        return ""

    def filtered(self, found: Found) -> str:
        """A filter that the data library puts on every read of the type, unless the query sets it aside."""
        if self.filters is None or found.query is None or any(link.name in IGNORING for link in found.query.links):
            return ""
        said = self.filters.of(found.entity)
        return f"filter: {said}" if said else ""

    def is_always_caller(self, value: Value) -> bool:
        """Whether a value comes from the caller's session in every case: `request.args.get("user") or current_user.id` does not."""
        each = [sources for option in options(value) if (sources := self.origins.of(option))]
        return all(any(source.origin in OF_CALLER for source in sources) for sources in each)

    def compared(self, found: Found) -> str:
        """A test that decides whether it happens, or what the caller sees of it."""
        for condition in found.conditions:
            for tie in self.of(condition):
                if self.is_about(tie, found):
                    return f"{word_of(tie)}: {tie.text}"
        for exit_, ties in self.telling:
            if found.action not in READING and exit_.index > found.index:
                continue
            for position, tie in ties:
                if self.is_about(tie, found) and self.holds(exit_.conditions[:position], found.conditions):
                    found.since = exit_.index
                    return f"{word_of(tie)}: {tie.text}"
        return ""

    def tying(self, conditions: Sequence[Condition]) -> tuple[tuple[int, Tie], ...]:
        """The ties among conditions, with the position of each."""
        return tuple((position, tie) for position, condition in enumerate(conditions) for tie in self.of(condition))

    def demanded(self, made: Made) -> Tie | None:
        """The tie of a look-up by caller and object that refuses when there is nothing: `get_object_or_404(Member, project=p, user=me)`."""
        is_strict = made.name in DEMANDING or (made.name in {"get", "aget"} and made.named and not made.positional)
        query = self.queries.of(made) if is_strict else None
        if query is None:
            return None
        sources = [source for test in query.tests for source in self.origins.of(test.value)]
        if not any(source.origin in OF_CALLER for source in sources):
            return None
        asked = frozenset(source for source in sources if source.origin in OF_REQUEST)
        loads = frozenset(id(each) for test in query.tests for each in self.loaded_in(test.value))
        text = f"{made.name} of {query.entity}"
        return Tie("ownership", asked, loads, text, made.place) if asked or loads else None

    def authorized(self, found: Found) -> str:
        """A call that decides about the caller and this object."""
        own, keys = self.loads(found), self.requested(found)
        for made, about, given in self.calls:
            if found.action not in READING and made.index > found.index:
                continue
            if (own & about or keys & given) and self.holds(made.conditions, found.conditions):
                found.since = made.index
                return f"authorized: {made.name} at {made.place}"
        return ""

    def about(self, made: Made) -> tuple[frozenset[int], frozenset[Source]]:
        """The loaded objects and the request data that a call is given."""
        parts = [*made.positional, *made.named.values(), *([made.receiver] if made.receiver is not None else [])]
        about = frozenset(id(part) for value in parts for part in self.loaded_in(value))
        given = frozenset(source for value in parts for source in self.origins.of(value) if source.origin in OF_REQUEST)
        return about, given

    def compared_with(self, found: Found) -> set[int]:
        """Ids of the calls that loaded what a refusing test compares the object with: `channel.project_id != check.project_id`."""
        own, others = self.loads(found), set[int]()
        for exit_, position, loads in self.relations:
            if own & loads and (found.action in READING or exit_.index < found.index):
                if self.holds(exit_.conditions[:position], found.conditions):
                    others |= loads - own
        return others

    def relating(self, conditions: Sequence[Condition]) -> Iterator[tuple[int, frozenset[int]]]:
        """The tests among conditions that compare two loaded objects, with the position of each."""
        for position, condition in enumerate(conditions):
            for option in options(condition.value):
                sides = option.operands if isinstance(option, Operation) and option.operator in COMPARING else ()
                each = [frozenset(id(made) for made in self.loaded_in(side)) for side in sides]
                if len(each) == 2 and all(each) and not each[0] & each[1]:
                    yield position, each[0] | each[1]

    def inherit(self, accesses: Sequence[Found]) -> None:
        """What is selected by a protected object, or by the same id as one, is protected too; to a fixpoint."""
        changed = True
        while changed:
            changed = False
            behind: dict[int | Source, int] = {}
            for found in accesses:
                if found.protection and found.query is not None:
                    behind[id(found.query.made)] = min(found.since, behind.get(id(found.query.made), found.since))
                for source in (
                    self.requested(found) if found.protection and not found.protection.startswith("parent") else ()
                ):
                    behind[source] = min(found.since, behind.get(source, found.since))
            names = {id(found.query.made): found.entity for found in accesses if found.query is not None}
            held = [found.query.made for found in accesses if found.query is not None]
            for found in accesses:
                if found.protection:
                    continue
                safe = {key for key, since in behind.items() if found.action in READING or since <= found.index}
                via = next(
                    (made for test in found.tests for made in self.loaded_in(test.value) if id(made) in safe), None
                )
                base = found.query.base if found.query is not None else None
                via = via or next((made for made in self.loaded_in(base) if id(made) in safe), None)
                via = via or next((made for made in held if id(made) in safe & self.compared_with(found)), None)
                if via is None and found.query is not None and id(found.query.made) in safe:
                    via = found.query.made
                if via is not None:
                    found.protection = f"parent: through {names.get(id(via)) or 'a checked object'}"
                    found.since = behind.get(id(via), 0)
                elif shared := sorted(
                    (source for source in self.requested(found) if source in safe), key=lambda source: source.name
                ):
                    found.protection = f"parent: the right to {shared[0].name} was checked"
                    found.since = behind[shared[0]]
                else:
                    continue
                changed = True

    # --- parts

    def requested(self, found: Found) -> set[Source]:
        """The request data that selects an access."""
        return {source for _, sources in found.sources for source in sources if source.origin in OF_REQUEST}

    def loads(self, found: Found) -> set[int]:
        """Ids of the calls that loaded the object."""
        return {id(found.query.made)} if found.query is not None else set()

    def loaded_in(self, value: Value | None) -> Iterator[Made]:
        """The calls that loaded something that a value is, or is a part of."""
        for option in options(value):
            for part in walk(option):
                query = self.queries.behind(part)
                if query is not None:
                    yield query.made

    def is_about(self, tie: Tie, found: Found) -> bool:
        """Whether a tie is about the object of an access."""
        if tie.kind == "role":
            return True
        asked = self.requested(found)
        if tie.loads & self.loads(found) or tie.sources & asked:
            return True
        return any(asked & self.selected.get(load, set()) for load in tie.loads)

    def holds(self, outer: Sequence[Condition], around: Sequence[Condition]) -> bool:
        """Whether tests around a check do not let a caller avoid it: they hold around the effect as well, or do not depend on the request."""
        known = {(id(condition.test), condition.is_then) for condition in around}
        return all(
            (id(condition.test), condition.is_then) in known or not self.is_chosen(condition) for condition in outer
        )

    def is_chosen(self, condition: Condition) -> bool:
        """Whether the caller decides a test by what it sends; that an object exists it does not."""
        held = self.chosen.get(id(condition))
        if held is None:
            sources = self.origins.of(condition.value)
            is_asked = any(source.origin in OF_REQUEST for source in sources)
            is_known = any(source.origin in OF_CALLER or source.origin is Origin.LOADED for source in sources)
            found = (is_asked and not is_known) or is_comparison_of_request(condition.value, self.origins)
            held = self.chosen[id(condition)] = (condition, found)
        return held[1]

    # --- ties

    def of(self, condition: Condition) -> tuple[Tie, ...]:
        """The ties of one test."""
        held = self.ties.get(id(condition))
        if held is None:
            text = spelled(condition.test)
            found = tuple(self.in_value(condition.value, text, condition.place))
            held = self.ties[id(condition)] = (condition, found)
        return held[1]

    def in_value(
        self, value: Value, text: str, place: Place, depth: int = 0
    ) -> Iterator[Tie]:  # one case a kind of value
        """The ties inside a value whose truth decides."""
        if depth > 8:
            return
        for option in options(value):
            match option:
                case Operation(operator=operator, operands=(left, right)) if operator in COMPARING:
                    if isinstance(right, Const) and right.value is None:
                        yield from self.of_absence(left, text, place, depth)
                    yield from self.comparison(left, right, text, place)
                    if isinstance(right, Const) and (right.value is not None or self.queries.behind(left) is not None):
                        yield from self.in_value(left, text, place, depth + 1)
                case Operation(operands=operands):
                    for operand in operands:
                        yield from self.in_value(operand, text, place, depth + 1)
                case Made():
                    yield from self.of_made(option, text, place, depth)
                case _:
                    if self.is_role(option):
                        yield Tie("role", frozenset(), frozenset(), text, place)

    def of_absence(self, value: Value, text: str, place: Place, depth: int) -> Iterator[Tie]:
        """`user == null` of what a function gives only to those who may have it."""
        for option in options(value):
            decides = option.attributes.get(NOTHING) if isinstance(option, Made | Instance) else None
            if decides is not None:  # what gives nothing for other reasons than an object says nothing of rights
                yield from (tie for tie in self.in_value(decides, text, place, depth + 1) if tie.kind != "role")

    def comparison(self, left: Value, right: Value, text: str, place: Place) -> Iterator[Tie]:
        """`order.owner_id == user.id`, `user in project.members`, `user.role == "admin"`."""
        for one, other in ((left, right), (right, left)):
            if not self.origins.is_principal(one):
                continue
            sources = self.origins.of(other)
            asked = frozenset(source for source in sources if source.origin in OF_REQUEST)
            loads = frozenset(id(made) for made in self.loaded_in(other))
            if asked or loads:
                yield Tie("ownership", asked, loads, text, place)
            elif self.is_role(one) and not (isinstance(other, Const) and other.value is None):
                yield Tie("role", frozenset(), frozenset(), text, place)

    def of_made(self, made: Made, text: str, place: Place, depth: int) -> Iterator[Tie]:
        """A call whose result decides: a look-up by caller and object, a permission method."""
        parts = [*made.positional, *made.named.values(), *([made.receiver] if made.receiver is not None else [])]
        query = self.queries.behind(made)
        if query is not None:
            sources = [source for test in query.tests for source in self.origins.of(test.value)]
            is_own = query.base is not None and self.origins.is_principal(query.base)
            if is_own or any(source.origin in OF_CALLER for source in sources):
                asked = frozenset(source for source in sources if source.origin in OF_REQUEST)
                loads = frozenset(id(each) for test in query.tests for each in self.loaded_in(test.value))
                yield Tie("ownership", asked, loads | {id(query.made)}, text, place)
            return
        if made.name in SAYING_NOTHING:
            return
        is_method = isinstance(made.callee, External) and self.origins.is_principal(made.callee)
        is_caller = is_method or any(self.origins.is_principal(part) for part in parts)
        words = {word for name in own_names(made) for word in parts_of(name)}
        if is_caller or is_authorizing(made):
            asked = frozenset(s for part in parts for s in self.origins.of(part) if s.origin in OF_REQUEST)
            others = [part for part in parts if not self.origins.is_principal(part)]
            loads = frozenset(id(each) for part in others for each in self.loaded_in(part))
            if asked and not loads and all(self.is_tenant(source) for source in asked):
                yield Tie("role", asked, loads, text, place)  # `user.is_owner(organization)`: a role within a tenant
            elif asked or loads:
                yield Tie("authorization" if is_authorizing(made) else "ownership", asked, loads, text, place)
            elif any(topic_of(word) in {Topic.ROLE, Topic.SCOPE} for word in words):
                yield Tie("role", frozenset(), frozenset(), text, place)
        if made.name in {"bool", "any", "all", "len", "int"}:
            for part in made.positional:
                yield from self.in_value(part, text, place, depth + 1)

    def is_tenant(self, source: Source) -> bool:
        """Whether request data names the tenant that everything here belongs to."""
        return bool(self.origins.words.tenants & {source.name.lower(), *parts_of(source.name)})

    def claimed(self, value: Value, depth: int = 0) -> Iterator[str]:
        """Names of request data that are compared with a constant and named like a right: `headers["X-Admin"] == "true"`."""
        for option in options(value):
            match option:
                case Operation(operator="==" | "!=", operands=(left, Const(value=str() | bool()))):
                    for source in self.origins.of(left):
                        if source.origin in CLAIMING and topic_of(source.name.removeprefix("HTTP_")) is Topic.ROLE:
                            yield source.name
                case Operation(operands=operands) if depth < 6:
                    for operand in operands:
                        yield from self.claimed(operand, depth + 1)

    def is_role(self, value: Value) -> bool:
        """Whether a value says what rights the principal has: `user.is_admin`, `user.role`."""
        if not self.origins.is_principal(value):
            return False
        return any(topic_of(name) in {Topic.ROLE, Topic.SCOPE} for name in own_names(value))

    def checks(self) -> tuple[Check, ...]:
        """Every tie that some test makes, once."""
        found: dict[tuple[str, Place], Check] = {}
        for condition in self.trace.conditions():
            for tie in self.of(condition):
                found.setdefault((tie.text, tie.place), Check(tie.kind, tie.text, tie.place))
            for text in self.claimed(condition.value):
                found.setdefault(
                    (text, condition.place), Check("claimed", spelled(condition.test), condition.place, values=(text,))
                )
        for made, _, _ in self.calls:
            found.setdefault((made.name, made.place), Check("authorization", made.name, made.place))
        return tuple(found.values())


def own_names(value: Value) -> Iterator[str]:
    """The names of what is asked for: `user.profile.role`, `GetRole()`; not of what it is asked of by a call."""
    for _ in range(8):
        match value:
            case Member(name=name, value=inner):
                yield name
                value = inner
            case External(name=name):
                yield from name.split(".")[-2:]
                return
            case Given(name=name):
                yield name
                return
            case Made(callee=callee):
                yield value.name
                value = (
                    callee.value if isinstance(callee, Member) and not isinstance(callee.value, Made) else Const(None)
                )
                if isinstance(value, Given) and not value.origin:
                    return
            case Operation(operands=operands) if operands:
                for operand in operands[1:]:
                    yield from own_names(operand)
                value = operands[0]
            case Generic(value=inner, keys=keys):
                yield from (str(key.value) for key in keys if isinstance(key, Const))
                value = inner
            case _:
                return


def word_of(tie: Tie) -> str:
    """The machine word of a tie."""
    return "compared" if tie.kind == "ownership" else "authorized"


def is_refusal(exit_: Exit, surface: int = 1) -> bool:
    """Whether an exit keeps the caller from what follows: an exception, an answer of 4xx, a redirect."""
    if exit_.kind == "raise":
        return True
    status = status_of(exit_.value)
    if status is not None:
        return status >= 400 or 300 <= status < 400
    return exit_.depth <= surface and bool(exit_.conditions)


def is_authorizing(made: Made) -> bool:
    """Whether an outside call is named like one that decides about rights."""
    return bool(AUTHORIZING & {*parts_of(made.name), made.name}) and not MAKING.match(made.name)


def is_comparison_of_request(value: Value, origins: Origins) -> bool:
    """Whether a test compares what was sent with what is stored: the caller can send what is stored."""
    for option in options(value):
        if isinstance(option, Operation) and option.operator in COMPARING and len(option.operands) == 2:
            sides = [origins.of(operand) for operand in option.operands]
            is_sent = [any(s.origin in OF_REQUEST for s in side) for side in sides]
            is_caller = any(s.origin in OF_CALLER for side in sides for s in side)
            if any(is_sent) and not is_caller:
                return True
    return False
