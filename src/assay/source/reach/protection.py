"""What ties each data access to the caller: its own keys, a comparison that refuses, a call to an authorization service, its parent.

Only what decides counts (docs/decisions/0007): the principal as a value, in a log line, in another query or in a comparison after the
effect ties nothing; nor does a refusal under a test that the caller can avoid by what it sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.model.place import Place
from assay.model.reach import Action, Decision, Origin
from assay.source.evaluate.results import LEAVING, held_in
from assay.source.evaluate.tested import key_of
from assay.source.evaluate.values import Condition, Exit, Made, Operation, Value, options
from assay.source.reach.about import About, Refused, is_part, made_by, refusing, requested, rows
from assay.source.reach.accesses import Found
from assay.source.reach.authorizing import is_authorizing
from assay.source.reach.bounds import Bounds
from assay.source.reach.branches import READING, changes_nothing, holds, is_behind, is_refused_otherwise, word_of
from assay.source.reach.crossing import tying_arguments
from assay.source.reach.filters import IGNORING, Filters
from assay.source.reach.linq import OPERATORS
from assay.source.reach.membership import Memberships
from assay.source.reach.narrowed import is_of_project
from assay.source.reach.origins import Origins, Source, is_credential
from assay.source.reach.query import Queries
from assay.source.reach.row_security import RowSecurity
from assay.source.reach.selection import EXCLUDING
from assay.source.reach.signed import signed
from assay.source.reach.spelling import told
from assay.source.reach.ties import OF_CALLER, Tie, Ties
from assay.source.reach.trace import Trace
from assay.source.reach.unions import is_all_own
from assay.source.refusal import ABORTING


class Protection:
    """Says of each access what protects it, and which decisions there are."""

    def __init__(self, trace: Trace, queries: Queries, origins: Origins, filters: Filters | RowSecurity) -> None:
        self.trace = trace
        self.filters = filters
        self.queries = queries
        self.origins = origins
        self.ties = Ties(queries, origins)
        self.about = About(self.ties)
        self.asked: set[Source] = set()
        """The request data that checks were asked about."""
        self.asking: list[tuple[Exit | Made, set[Source]]] = []
        """The same of each refusal."""
        self.bounding = Bounds(self.ties, origins)
        self.refusals: list[Exit | Made] = refusing(trace)
        self.refusals += [made for made in trace.made if made.name in ABORTING]
        self.calls = [
            (made, *self.ties.about(made)) for made in trace.made if is_authorizing(made) and queries.of(made) is None
        ]
        self.calls += [
            (each.made, *self.ties.about(each.made))
            for each in trace.refusing
            if is_authorizing(each.made) and each.tests and not all(map(self.ties.is_chosen, each.tests))
        ]
        self.refused = Refused(self.refusals, self.ties)
        self.telling = [
            (exit_, ties)
            for exit_ in self.refusals
            if (ties := self.refused.own(exit_, self.ties.tying(exit_.conditions)))
        ]
        """The refusals that some tie decides, with the positions of those among their conditions."""
        self.relations = [
            (exit_, position, loads)
            for exit_ in self.refusals
            for position, loads in self.ties.relating(exit_.conditions)
        ]
        self.bounds = [
            (exit_, position, loads, asked)
            for exit_ in self.refusals
            for position, condition in enumerate(exit_.conditions)
            for loads, asked in self.bounding.of(condition)
        ]
        self.signed = list(signed(self.refusals, origins))
        self.members = Memberships(self.ties)
        self.turning = list(self.members.turning(self.refusals))
        """The refusals of whoever is not among those of an object."""
        self.telling += [
            (made, ((len(made.conditions), tie),))
            for made in trace.made
            if (tie := self.ties.demanded(made)) is not None
        ]

    @property
    def checked(self) -> tuple[str, ...]:
        """The names of the parameters of the path to which the caller's right was checked."""
        return tuple(sorted({source.name for source in self.asked if source.origin is Origin.PATH}))

    def settle(self, accesses: Sequence[Found]) -> tuple[Decision, ...]:
        """Fill in the protection of every access; the decisions that were seen."""
        self.about.learn(accesses)
        for refusal, ties in (*self.telling, *self.turning):
            self.refused.learn(refusal, ties)
            objects = [tie for _, tie in ties if tie.kind != "role"]
            asked = {source for tie in objects for source in (*tie.sources, *self.about.chosen(tie.loads))}
            self.asking.append((refusal, asked))
            self.asked |= asked
        self.asked |= {source for _, about, given in self.calls for source in (*given, *self.about.chosen(about))}
        for found in accesses:
            found.bounds = self.bound(found)
            found.protection = self.own(found)
        self.inherit(accesses)
        led = [(found, said) for found in accesses if not found.protection and (said := self.led(found))]
        for found, said in led:
            found.protection = said
        if led:
            self.inherit(accesses)
        self.repeat(accesses)
        return self.decisions()

    def repeat(self, accesses: Sequence[Found]) -> None:
        """What was read before by the same request data, and was protected through something else then, is the same object."""
        before: dict[tuple[str, frozenset[Source]], Found] = {}
        for found in accesses:
            asked = (found.entity, frozenset(requested(found)))
            first = before.get(asked)
            if found.protection.startswith("parent") and found.action is Action.READ and asked[1]:
                before.setdefault(asked, found)
            elif found.action in READING and first is not None and self.holds(first.conditions, found.conditions):
                found.protection = found.protection or f"parent: through the same {found.entity}"

    # --- one access

    def own(self, found: Found) -> str:
        """What protects an access by itself."""
        if is_part(found):
            return "parent: a part of another query"
        for test, sources in found.sources:
            caller = [source for source in sources if source.origin in OF_CALLER]
            if caller and test.operator in {"==", "in", "is"} and self.is_always_caller(test.value):
                return f"keyed: {test.field or 'key'} == {caller[0].name or 'the caller'}"
            if found.action in READING and sources and all(is_credential(source) for source in sources):
                return f"keyed: {test.field or 'key'} == the credential {sources[0].name}"
        if found.query is not None and found.query.base is not None and self.origins.is_principal(found.query.base):
            return "keyed: reached through the caller's own object"
        return (
            self.compared(found)
            or self.authorized(found)
            or self.filtered(found)
            or self.keyed_otherwise(found)
            or self.entrusted(found)
            or self.vouched(found)
        )

    def vouched(self, found: Found) -> str:
        """A signature over what was sent, which is refused where it is wrong."""
        for refusal, position, condition in self.signed if requested(found) else ():
            is_before = refusal.index < found.index or found.action in READING
            if is_before and self.holds(refusal.conditions[:position], found.conditions):
                found.since = refusal.index
                return f"authorized: {told(condition)}"
        return ""

    def entrusted(self, found: Found) -> str:
        """What a call that could not be followed selects for the caller: `get_object_or_404(Project.objects.for_admin(me), ...)`."""
        if found.query is None:
            return ""
        if is_all_own(self.queries, found.query.made.positional, self.is_callers):
            return "keyed: each of the joined lists is the caller's"
        for begun in (*found.query.links, *found.query.made.positional[:1]):
            made = next((option for option in options(begun) if isinstance(option, Made)), None)
            while made is not None:
                given = () if made.name in OPERATORS else tying_arguments(made, found.query, self.origins.queries)
                asked = any(map(self.is_callers, given))
                if asked and (made is not found.query.made or is_of_project(made, self.queries)):
                    return f"keyed: {made.name} is asked for the caller"
                made = made.receiver if isinstance(made.receiver, Made) else None
        return ""

    def keyed_otherwise(self, found: Found) -> str:
        """One of several possible chains that the caller keys, if what it sends does not decide which: `all() if is_staff else own`."""
        if found.query is None or not found.query.others or len(found.query.links) < 2:
            return ""
        open_one = found.query.links[-2]
        ways = [
            open_one.conditions,
            *(exit_.conditions for exit_ in self.trace.exits if open_one in options(exit_.value)),
        ]
        if any(self.ties.is_chosen(condition) for conditions in ways for condition in conditions):
            return ""
        for query in map(self.queries.of, found.query.others):
            for test in query.tests if query is not None else ():
                if self.is_always_caller(test.value) and self.origins.is_principal(test.value):
                    return f"keyed: {test.field or 'key'} == the caller, in one of its cases"
        return ""

    def filtered(self, found: Found) -> str:
        """A filter that the data library puts on every read of the type, unless the query sets it aside."""
        if found.query is None or any(link.name in IGNORING for link in found.query.links):
            return ""
        said = self.filters.of(found.entity)
        return f"filter: {said}" if said else ""

    def is_always_caller(self, value: Value) -> bool:
        """Whether a value comes from the caller's session in every case: `request.args.get("user") or current_user.id` does not."""
        each = [sources for option in options(value) if (sources := self.origins.of(option))]
        return all(any(source.origin in OF_CALLER for source in sources) for sources in each)

    def is_callers(self, value: Value) -> bool:
        """Whether a value is the caller, and nothing else in any case."""
        return self.origins.is_principal(value) and self.is_always_caller(value)

    def compared(self, found: Found) -> str:
        """A test that decides whether it happens, or what the caller sees of it."""
        met = list(self.met(found))
        if not met:
            return self.kept_back(found)
        found.is_by_role = all(tie.kind == "role" for tie, _ in met)
        tie, found.since = met[0]
        return f"{word_of(tie)}: {tie.text}"

    def met(self, found: Found) -> Iterator[tuple[Tie, int]]:
        """The ties of tests that an access stands under, or behind, with the index since when each holds."""
        for condition in found.conditions:
            if self.ties.is_avoidable(condition, "or" if condition.is_then else "and"):
                continue
            for tie in (*self.ties.of(condition), *self.members.of(condition, is_in=True)):
                if self.about.is_of(tie, found) and self.about.agree((condition,), found, is_refusal=False):
                    yield tie, 0
        for exit_, ties in (*self.telling, *self.turning):
            if found.action not in READING and exit_.index > found.index:
                continue
            for position, tie in ties:
                is_met = self.about.is_of(tie, found) and self.is_met(exit_.conditions[:position], found)
                if is_met and self.about.past(exit_, found, self.refused):
                    yield tie, exit_.index

    def is_met(self, outer: Sequence[Condition], found: Found) -> bool:
        """Whether a check is met on every way to an access, or another one that is about the same object."""
        is_held = self.holds(outer, found.conditions)
        return is_held or is_refused_otherwise(outer, found, rows(found), self.refusals, self.ties)

    def kept_back(self, found: Found) -> str:
        """A test that decides whether what was read leaves the function that read it, or is put into what that answers."""
        if found.action not in READING or found.query is None:
            return ""
        made = found.query.made
        decides = made.attributes.get(LEAVING)
        for test in decides.operands if isinstance(decides, Operation) else ():
            for tie in self.ties.in_value(test, "what is asked before it is handed out", found.place):
                if self.about.is_of(tie, found):
                    leaves = (exit_.index for exit_ in self.trace.exits if made in held_in(exit_.value))
                    found.since = min(leaves, default=found.index)
                    return f"{word_of(tie)}: {tie.text}"
        return ""

    def authorized(self, found: Found) -> str:
        """A call that decides about the caller and this object."""
        own, keys = rows(found), requested(found)
        for made, about, given in self.calls:
            if found.action not in READING and made.index > found.index:
                continue
            if (own & about or keys & given) and self.holds(made.conditions, found.conditions):
                found.since = made.index
                return f"authorized: {made.name} at {made.place}"
        return ""

    def compared_with(self, found: Found) -> set[int]:
        """Ids of the calls that loaded what a refusing test compares the object with: `channel.project_id != check.project_id`."""
        own, others = made_by(found), set[int]()
        for exit_, position, loads in self.relations:
            is_before = found.action in READING or exit_.index < found.index
            if own & loads and is_before and self.holds(exit_.conditions[:position], found.conditions):
                others |= loads - own
        return others

    def bound(self, found: Found) -> frozenset[Source]:
        """The request data that tests which refuse compare the object with."""
        own = made_by(found)
        if not own:
            return frozenset()
        asked = {
            source
            for exit_, position, loads, sources in self.bounds
            if own & loads
            and (found.action in READING or exit_.index < found.index)
            and self.holds(exit_.conditions[:position], found.conditions)
            for source in sources
        }
        for condition in found.conditions:
            asked |= {source for loads, sources in self.bounding.of(condition) if own & loads for source in sources}
        for other in self.compared_with(found):
            asked |= self.about.selected.get(other, set())
        return frozenset(asked)

    def inherit(self, accesses: Sequence[Found]) -> None:
        """What is selected by a protected object, or by the same id as one, is protected too; to a fixpoint."""
        loaded = {id(found.query.made): found for found in accesses if found.query is not None}
        changed = True
        while changed:
            changed = False
            by = self.covered(accesses)
            since = {key: min(each.since for each in before) for key, before in by.items()}
            for found in accesses:
                if not found.protection:
                    safe = {key for key, at in since.items() if found.action in READING or at <= found.index}
                    told = {key: self.refused.telling(key, by[key], found, self.asked) for key in safe}
                    safe = {key for key in safe if is_behind(told[key], found, self.ties)}
                    changed |= self.inherited(found, safe, since, loaded)

    def covered(self, accesses: Sequence[Found]) -> dict[int | Source, list[Found]]:
        """What leads to other objects safely, with what says so: calls that loaded protected ones, request data that was checked."""
        by: dict[int | Source, list[Found]] = {}
        for found in accesses:
            if not found.protection:
                continue
            keys: list[int | Source] = [*made_by(found)]
            if not found.protection.startswith("parent") and not changes_nothing(found):
                keys += requested(found)
            for key in keys:
                by.setdefault(key, []).append(found)
        return by

    def inherited(
        self, found: Found, safe: set[int | Source], since: dict[int | Source, int], loaded: dict[int, Found]
    ) -> bool:
        """Protect one access through what is safe, if it is selected by that."""
        via = self.way(found, safe, loaded)
        if via is not None:
            found.protection = f"parent: through {(loaded[via].entity if via in loaded else '') or 'a checked object'}"
            found.since = since.get(via, 0)
            found.is_by_role = via in loaded and loaded[via].is_by_role
            return True
        asked = requested(found) | found.bounds
        shared = min(
            (source for source in asked if source in safe and self.meets(source, found, loaded)),
            key=lambda source: (source.name, source.origin),
            default=None,
        )
        if shared is None:
            return False
        found.protection = f"parent: the right to {shared.name} was checked"
        found.since = since[shared]
        return True

    def meets(self, source: Source, found: Found, loaded: dict[int, Found]) -> bool:
        """Whether the right to some request data was checked elsewhere than in the branch that an access does not take."""
        if not self.is_granted(source, found):
            return False
        around = {(key_of(condition), not condition.is_then) for condition in found.conditions}
        return not around or any(
            not any((key_of(condition), condition.is_then) in around for condition in other.conditions)
            for other in loaded.values()
            if other.protection and source in requested(other)
        )

    def is_granted(self, source: Source, found: Found) -> bool:
        """Whether some refusal that asks about request data asks on every way past it about what an access selects."""
        asking = [refusal for refusal, asked in self.asking if source in asked]
        each = (self.about.past(one, found, self.refused) for one in asking)
        return not asking or any(each)

    def way(self, found: Found, safe: set[int | Source], loaded: dict[int, Found]) -> int | None:
        """The call that loaded the safe object through which an access goes."""
        values = [test.value for test in found.tests if test.operator not in EXCLUDING]
        values += [found.query.base] if found.query is not None and found.query.base is not None else []
        via = next((id(made) for value in values for made in self.ties.loaded_in(value) if id(made) in safe), None)
        compared = safe & self.compared_with(found) if via is None else set()
        via = via if via is not None else next((key for key in loaded if key in compared), None)
        return via if via is not None else next(iter(made_by(found) & safe), None)

    # --- parts

    def led(self, found: Found) -> str:
        """A test around an access that ties the caller to the object by which it selects: `if (order.OwnerId == me) Delete(order.Id)`."""
        values = [test.value for test in found.tests if test.operator not in EXCLUDING]
        through = {id(made) for value in values for made in self.ties.loaded_in(value)}
        for condition in found.conditions:
            for tie in self.ties.of(condition):
                if tie.loads & through:
                    return f"{word_of(tie)}: {tie.text}"
        return ""

    def holds(self, outer: Sequence[Condition], around: Sequence[Condition]) -> bool:
        """Whether tests around a check do not let a caller avoid it: they hold around the effect too, or do not depend on the request."""
        return holds(outer, around, self.ties)

    def decisions(self) -> tuple[Decision, ...]:
        """Every tie that some test makes, once."""
        found: dict[tuple[str, Place], Decision] = {}
        for condition in self.trace.conditions():
            for tie in self.ties.of(condition):
                found.setdefault((tie.text, tie.place), Decision(tie.kind, tie.text, tie.place))
        ranked = {decision.place for decision in found.values() if decision.kind == "role"}
        for condition in self.trace.deciding():
            for source in self.ties.claimed(condition.value):
                if source.origin is not Origin.QUERY or ranked <= {condition.place}:  # it asks about a role, by its own
                    said = Decision("claimed", told(condition), condition.place, values=(source.name,))
                    found.setdefault((source.name, condition.place), said)
        for made, _, _ in self.calls:
            found.setdefault((made.name, made.place), Decision("authorization", made.name, made.place))
        return tuple(found.values())
