"""Tests that tie the caller to something: comparisons, look-ups by caller and object, calls that decide about rights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from assay.model.entity import PASSWORDS as WORDS
from assay.model.place import Place
from assay.model.reach import OF_REQUEST, Origin
from assay.source.evaluate.results import absence
from assay.source.evaluate.values import (
    Condition,
    Const,
    External,
    Generic,
    Items,
    Made,
    Member,
    Operation,
    Value,
    options,
)
from assay.source.mentions import walk
from assay.source.reach.authorizing import is_authorizing
from assay.source.reach.naming import among, is_role_name, own_names
from assay.source.reach.narrowed import narrowing
from assay.source.reach.ordinary import lets_everybody_in
from assay.source.reach.origins import Origins, Source
from assay.source.reach.own_choice import picked
from assay.source.reach.query import Queries
from assay.source.reach.selection import EXCLUDING, Query
from assay.source.reach.spelling import told
from assay.source.vocabulary import Topic, parts_of, topic_of

OF_CALLER = frozenset({Origin.PRINCIPAL, Origin.TENANT})
CLAIMING = frozenset({Origin.HEADER, Origin.COOKIE, Origin.QUERY})
"""Where a caller states rights of its own making."""
BODIES = frozenset({Origin.BODY, Origin.FORM, Origin.QUERY})
"""Where a caller may leave something out."""
COMPARING = frozenset({"==", "!=", "in", "notin", "is", "isnot"})
PROVING = re.compile(r"^(check|verify|validate)_?(user_?)?(hashed_?)?password(_?hash)?(_?async)?$", re.IGNORECASE)
"""Calls that ask whether the caller knows the password of an account."""
VOUCHING = re.compile(
    r"^(check|verify|validate)_?(invit\w*|reset|email|activation|confirm\w*|share)?_?(token|signature|hmac|code|secret)(_?async)?$|"
    r"^(constant_time_compare|compare_digest|FixedTimeEquals)$",
    re.IGNORECASE,
)
"""Calls that ask whether a secret that was handed out for an object is the right one."""
HANDED_OUT = frozenset({"token", "code", "key", "signature", "sig", "secret", "hash", "hmac", "otp"})
PASSWORDS = frozenset({*WORDS, "pass"})
NONE = Const(None)
RIGHTS = frozenset({Topic.ROLE, Topic.SCOPE})
OUTCOME = "PasswordVerificationResult."
"""What ASP.NET Core Identity answers whether a password is right."""
SAYING_NOTHING = frozenset(
    """
    Exists TryGetValue IsNullOrEmpty IsNullOrWhiteSpace TryParse StartsWith EndsWith exists is_file isfile IsMatch match
    search TryAdd IsDefined
    """.split()
)
"""Calls that tell nothing of a right, even if they are given something of the caller and something of an object."""
EMPTINESS = frozenset({"IsNullOrEmpty", "IsNullOrWhiteSpace"})
"""Calls that ask whether there is a text."""
DEMANDING = frozenset(
    """
    get_object_or_404 aget_object_or_404 get_list_or_404 get_or_404 first_or_404 one_or_404 one scalar_one
    """.split()
)
"""Look-ups that refuse when there is no such object."""


class Tie(Struct, frozen=True, eq=False):
    """One test that ties the caller to something."""

    kind: str
    """ownership, role, authorization."""
    sources: frozenset[Source]
    """The request data that it is about."""
    loads: frozenset[int]
    """Ids of the calls that loaded what it is about."""
    text: str
    place: Place


class Ties:
    """Reads the tests of one trace."""

    def __init__(self, queries: Queries, origins: Origins) -> None:
        self.queries = queries
        self.origins = origins
        self.known: dict[int, tuple[Condition, tuple[Tie, ...]]] = {}
        self.chosen: dict[int, tuple[Condition, bool]] = {}
        self.related: dict[int, tuple[Condition, tuple[frozenset[int], ...]]] = {}
        self.loaded: dict[int, tuple[Value, tuple[Made, ...]]] = {}

    def of(self, condition: Condition) -> tuple[Tie, ...]:
        """The ties of one test."""
        held = self.known.get(id(condition))
        if held is None:
            text = told(condition)
            found = tuple(self.in_value(condition.value, text, condition.place))
            if any(tie.kind == "role" for tie in found) and lets_everybody_in(condition.value):
                found = tuple(tie for tie in found if tie.kind != "role")
            held = self.known[id(condition)] = (condition, found)
        return held[1]

    def in_value(self, value: Value, text: str, place: Place, depth: int = 0) -> Iterator[Tie]:
        """The ties inside a value whose truth decides."""
        if depth > 8:
            return
        for option in options(value):
            match option:
                case Operation(operator=operator, operands=(left, right)) if operator in COMPARING:
                    if isinstance(right, Const) and right.value is None:
                        yield from self.of_absence(left, text, place, depth)
                    yield from self.comparison(left, right, text, place)
                    if self.is_named(left, right):
                        yield from self.in_value(left, text, place, depth + 1)
                case Operation(operands=operands):
                    for operand in operands:
                        yield from self.in_value(operand, text, place, depth + 1)
                case Made() as made:
                    yield from self.of_made(made, text, place, depth)
                case Member(value=Made() as made) if self.is_of_caller(made):
                    yield from self.of_role(option, text, place)  # `User.query.get(me).is_admin`: its own account
                    yield from self.of_made(made, text, place, depth)  # `membership.role` of what the caller selects
                case _:
                    yield from self.of_role(option, text, place)
                    yield from self.answered(option, text, place)
                    yield from self.of_own(option, text, place)

    def of_own(self, value: Value, text: str, place: Place) -> Iterator[Tie]:
        """`me.organizations.Any(o => o.Id == id)`: what was sent picks one of the caller's own."""
        for picking in picked(self.queries, self.origins, value):
            asked = frozenset(s for part in picking for s in self.origins.of(part) if s.origin in OF_REQUEST)
            loads = frozenset(id(each) for part in picking for each in self.loaded_in(part))
            if asked or loads:
                yield Tie("ownership", asked, loads, text, place)

    def of_role(self, value: Value, text: str, place: Place) -> Iterator[Tie]:
        if self.is_role(value):
            yield Tie("role", frozenset(), frozenset(), text, place)

    def is_named(self, left: Value, right: Value) -> bool:
        """Whether something is compared with what the code names: `membership.role not in ["admin", "owner"]`."""
        if isinstance(right, Items):
            return all(isinstance(each, Const) for each in right.items)
        if isinstance(right, External) and OUTCOME in right.name:
            return True
        return isinstance(right, Const) and (right.value is not None or self.queries.behind(left) is not None)

    def is_of_caller(self, made: Made) -> bool:
        """Whether the caller is among what selected an object."""
        query = self.queries.behind(made)
        return query is not None and self.selecting(query)[0]

    def of_absence(self, value: Value, text: str, place: Place, depth: int) -> Iterator[Tie]:
        """`user == null` of what a function gives only to those who may have it, `result.Error == null`."""
        for option in options(value):
            is_decided = isinstance(option, Operation) and option.operator == "decides"
            decides = option if is_decided else absence(option)
            if decides is not None:  # what gives nothing for other reasons than an object says nothing of rights
                yield from (tie for tie in self.in_value(decides, text, place, depth + 1) if tie.kind != "role")

    def comparison(self, left: Value, right: Value, text: str, place: Place) -> Iterator[Tie]:
        """`order.owner_id == user.id`, `user in project.members`, `user.role == "admin"`."""
        for one, other in ((left, right), (right, left)):
            if not self.origins.is_principal(one):
                yield from self.matched(one, other, text, place)
                continue
            yield from self.of_own(one, text, place)
            sources = self.origins.of(other)
            asked = frozenset(source for source in sources if source.origin in OF_REQUEST)
            loads = frozenset(id(made) for made in self.loaded_in(other))
            if asked or loads:
                yield Tie("ownership", asked, loads, text, place)
            elif (self.is_role(one) and not (isinstance(other, Const) and other.value is None)) or is_role_name(other):
                yield Tie("role", frozenset(), frozenset(), text, place)

    def of_made(self, made: Made, text: str, place: Place, depth: int) -> Iterator[Tie]:
        """A call whose result decides: a look-up by caller and object, a permission method."""
        parts = made.parts
        query = self.queries.behind(made)
        if query is not None:
            yield from self.found(query, text, place)
            return
        if made.name in EMPTINESS and made.positional:
            yield from self.of_absence(made.positional[0], text, place, depth)
        if made.name in SAYING_NOTHING:
            return
        yield from self.proved(made, parts, text, place)
        yield from self.of_own(made, text, place)
        is_method = isinstance(made.callee, External) and self.origins.is_principal(made.callee)
        is_caller = is_method or any(self.origins.is_principal(part) for part in parts)
        words = {word for name in own_names(made) for word in parts_of(name)}
        if is_caller or is_authorizing(made):
            asked = frozenset(s for part in parts for s in self.origins.of(part) if s.origin in OF_REQUEST)
            others = [part for part in (*parts, *narrowing(made)) if not self.origins.is_principal(part)]
            loads = frozenset(id(each) for part in others for each in self.loaded_in(part))
            if asked and not loads and all(self.is_tenant(source) for source in asked):
                yield Tie("role", asked, loads, text, place)  # `user.is_owner(organization)`: a role within a tenant
            elif asked or loads:
                yield Tie("authorization" if is_authorizing(made) else "ownership", asked, loads, text, place)
            elif any(topic_of(word) in RIGHTS for word in (*words, *among(made))):
                yield Tie("role", frozenset(), frozenset(), text, place)
        if made.name in {"bool", "any", "all", "len", "int"}:
            for part in made.positional:
                yield from self.in_value(part, text, place, depth + 1)

    def found(self, query: Query, text: str, place: Place) -> Iterator[Tie]:
        """Whether there is an object that the caller is among what selects. `if not session.query(Car).filter(...)` asks nothing: a
        statement of SQLAlchemy that nothing ran is always true.
        """
        is_keyed, asked, loads = self.selecting(query)
        is_own = is_keyed or (query.base is not None and self.origins.is_principal(query.base))
        if is_own and not query.is_statement:
            yield Tie("ownership", asked, loads | {id(query.made)}, text, place)

    def answered(self, value: Value, text: str, place: Place) -> Iterator[Tie]:
        """What another store answers that was asked for the caller and an id: `index.search(org=mine, id=sent)[0]["count"] > 0`."""
        while isinstance(value, Generic):
            value = next(options(value.value), NONE)
        if not isinstance(value, Made) or self.queries.behind(value) is not None:
            return
        loaded = [made for part in value.parts for made in self.loaded_in(part)]
        asked = self.about(value)[1]
        if asked and any(map(self.is_of_caller, loaded)):
            yield Tie("ownership", asked, frozenset(map(id, loaded)), text, place)

    def proved(self, made: Made, parts: Sequence[Value], text: str, place: Place) -> Iterator[Tie]:
        """Who knows the password of an account, or the secret that was handed out for an object, has a right to it."""
        is_vouched = VOUCHING.match(made.name) is not None
        if not is_vouched and not PROVING.match(made.name):
            return
        loads = frozenset(id(each) for part in parts for each in self.loaded_in(part))
        sent = [source for part in parts for source in self.origins.of(part) if source.origin in OF_REQUEST]
        if loads and any(not is_vouched or HANDED_OUT & set(parts_of(source.name)) for source in sent):
            yield Tie("authorization", frozenset(), loads, text, place)

    def matched(self, sent: Value, kept: Value, text: str, place: Place) -> Iterator[Tie]:
        """`row["password"] != old_password`: who knows the password of an account has a right to it, however it is kept."""
        sources = self.origins.of(sent)
        is_sent = bool(sources) and all(source.origin in OF_REQUEST for source in sources)
        if is_sent and any(PASSWORDS & set(parts_of(source.name)) for source in sources):
            loads = frozenset(id(made) for made in self.loaded_in(kept))
            if loads:
                yield Tie("authorization", frozenset(), loads, text, place)

    def is_tenant(self, source: Source) -> bool:
        """Whether request data names the tenant that everything here belongs to."""
        return bool(self.origins.words.tenants & {source.name.lower(), *parts_of(source.name)})

    def claimed(self, value: Value, depth: int = 0) -> Iterator[Source]:
        """Request data that is compared with a constant and named like a right: `headers["X-Admin"] == "true"`."""
        for option in options(value):
            match option:
                case Operation(operator="==" | "!=", operands=(left, Const(value=str() | bool()))):
                    for source in self.origins.of(left):
                        if source.origin in CLAIMING and topic_of(source.name.removeprefix("HTTP_")) is Topic.ROLE:
                            yield source
                case Operation(operands=operands) if depth < 6 and not self.is_beside_own(option):
                    for operand in operands:
                        yield from self.claimed(operand, depth + 1)

    def is_beside_own(self, test: Operation) -> bool:
        """Whether a test asks for the caller's own role as well: `user.IsInRole("Coach") && role == "client"`."""
        for operand in test.operands if test.operator in {"and", "or"} else ():
            is_not = any(isinstance(option, Operation) and option.operator == "not" for option in options(operand))
            own = self.in_value(operand, "", Place(".", 1))
            if is_not == (test.operator == "or") and any(tie.kind == "role" for tie in own):
                return True
        return False

    def is_role(self, value: Value) -> bool:
        """Whether a value says what rights the principal has: `user.is_admin`, `user.role`."""
        if not self.origins.is_principal(value):
            return False
        return any(topic_of(name) in {Topic.ROLE, Topic.SCOPE} for name in own_names(value))

    def tying(self, conditions: Sequence[Condition]) -> tuple[tuple[int, Tie], ...]:
        """The ties among the conditions of a refusal, with the position of each; none of a test that what is sent can avoid."""
        return tuple(
            (position, tie)
            for position, condition in enumerate(conditions)
            if not self.is_avoidable(condition, "and", *(() if condition.is_then else ("or",)))
            for tie in self.of(condition)
        )

    def is_avoidable(self, condition: Condition, *operators: str) -> bool:
        """Whether the caller keeps a refusal from coming by what it leaves out: `if data.status is not None and not user.is_staff`."""
        return any(
            isinstance(option, Operation)
            and option.operator in operators
            and any(self.is_left_out(operand) for operand in option.operands)
            for option in options(condition.value)
        )

    def is_left_out(self, value: Value) -> bool:
        """Whether a test asks nothing but whether something was sent."""
        match value:
            case Operation(operator="is" | "isnot" | "==" | "!=", operands=(left, Const(value=None))):
                value = left
            case Operation(operator="in", operands=(Const(), held)):
                value = held
            case Operation(operator="not", operands=(inner,)):
                value = inner
            case Operation():
                return False
        sources = self.origins.of(value)
        return bool(sources) and all(source.origin in BODIES for source in sources)

    def demanded(self, made: Made) -> Tie | None:
        """The tie of a look-up by caller and object that refuses when there is nothing: `get_object_or_404(Member, project=p, user=me)`."""
        is_strict = made.name in DEMANDING or (made.name in {"get", "aget"} and made.named and not made.positional)
        query = self.queries.of(made) if is_strict else None
        if query is None:
            return None
        is_keyed, asked, loads = self.selecting(query)
        if not is_keyed:
            return None
        text = f"{made.name} of {query.entity}"
        return Tie("ownership", asked, loads, text, made.place) if asked or loads else None

    def relating(self, conditions: Sequence[Condition]) -> Iterator[tuple[int, frozenset[int]]]:
        """The tests among conditions that compare two loaded objects, with the position of each."""
        for position, condition in enumerate(conditions):
            held = self.related.get(id(condition))
            if held is None:
                held = self.related[id(condition)] = (condition, tuple(self.compared(condition.value)))
            for loads in held[1]:
                yield position, loads

    def compared(self, value: Value) -> Iterator[frozenset[int]]:
        """Ids of what was loaded on both sides of a comparison, if that is not the same: `not item or item.box_id != box.id`."""
        for option in options(value):
            if isinstance(option, Operation) and option.operator in {"or", "not"}:
                yield from (found for operand in option.operands for found in self.compared(operand))
            sides = option.operands if isinstance(option, Operation) and option.operator in COMPARING else ()
            each = [frozenset(id(made) for made in self.loaded_in(side)) for side in sides]
            if len(each) == 2 and all(each) and not each[0] & each[1]:
                yield each[0] | each[1]

    # --- parts

    def selecting(self, query: Query) -> tuple[bool, frozenset[Source], frozenset[int]]:
        """Whether the caller is among what selects, the request data that does, and the loaded objects that do."""
        is_of_none = query.made.name == "All"  # `mine.All(d => d.Id != id)` asks whether one of mine has the id
        tests = [test for test in query.tests if is_of_none or test.operator not in EXCLUDING]
        sources = [source for test in tests for source in self.origins.of(test.value)]
        asked = frozenset(source for source in sources if source.origin in OF_REQUEST)
        loads = frozenset(id(each) for test in tests for each in self.loaded_in(test.value))
        return any(source.origin in OF_CALLER for source in sources), asked, loads

    def about(self, made: Made) -> tuple[frozenset[int], frozenset[Source]]:
        """The loaded objects and the request data that a call is given."""
        parts = made.parts
        about = frozenset(id(part) for value in parts for part in self.loaded_in(value))
        given = frozenset(source for value in parts for source in self.origins.of(value) if source.origin in OF_REQUEST)
        return about, given

    def loaded_in(self, value: Value | None) -> tuple[Made, ...]:
        """The calls that loaded something that a value is, or is a part of."""
        if value is None:
            return ()
        held = self.loaded.get(id(value))
        if held is None:
            queries = (self.queries.behind(part) for option in options(value) for part in walk(option))
            held = self.loaded[id(value)] = (value, tuple(query.made for query in queries if query is not None))
        return held[1]

    def is_chosen(self, condition: Condition) -> bool:
        """Whether the caller decides a test by what it sends; that an object exists it does not."""
        held = self.chosen.get(id(condition))
        if held is None:
            is_asking = isinstance(condition.value, Made) and condition.value.name == "hasattr"
            sources = self.origins.of(condition.value) if not is_asking else ()  # what an object has the server decides
            is_asked = any(source.origin in OF_REQUEST for source in sources)
            is_known = any(source.origin in OF_CALLER or source.origin is Origin.LOADED for source in sources)
            found = (is_asked and not is_known) or is_comparison_of_request(condition.value, self.origins)
            held = self.chosen[id(condition)] = (condition, found)
        return held[1]


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
