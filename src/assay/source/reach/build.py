"""Put the reach of every endpoint together."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from assay.model.endpoint import Demand, Endpoint, Guard
from assay.model.entity import Entity
from assay.model.place import Place
from assay.model.reach import Access, Decision, Gap, Reach, Use
from assay.plugins.framework import Reading
from assay.source.evaluate.statements import is_abstract
from assay.source.evaluate.values import ClassValue, Const, Exit, Generic, Made, Table, options
from assay.source.handled import Performance, key_of
from assay.source.looks import LOOKS, Seen
from assay.source.mentions import STILL, dotted
from assay.source.program import Program
from assay.source.reach import catching, crew, groups, tables
from assay.source.reach.accesses import Accesses, Found
from assay.source.reach.acts import acts
from assay.source.reach.assigning import assigned
from assay.source.reach.bounds import compared
from assay.source.reach.copies import copies
from assay.source.reach.created import created
from assay.source.reach.entities import entity_of
from assay.source.reach.examination import Examination
from assay.source.reach.exposures import exposures
from assay.source.reach.filters import Filters
from assay.source.reach.flows import flows, narrowed
from assay.source.reach.limits import limits
from assay.source.reach.marks import Marks
from assay.source.reach.memory import Followed, Known, Memory, keys_of
from assay.source.reach.notes import Notes
from assay.source.reach.ordinary import is_open_to_everybody
from assay.source.reach.origins import Origins
from assay.source.reach.pages import pages
from assay.source.reach.pointing import references
from assay.source.reach.proofs import proofs
from assay.source.reach.protection import Protection
from assay.source.reach.query import Queries
from assay.source.reach.read_out import read_out
from assay.source.reach.row_security import RowSecurity
from assay.source.reach.second_order import second_order
from assay.source.reach.stored import Stored
from assay.source.reach.throttles import Throttles
from assay.source.reach.trace import Trace, restore, share, traced
from assay.source.reach.trails import Trails
from assay.source.reach.unproven import is_credential_used
from assay.source.reach.uses import in_calls, uses
from assay.source.refusal import ABORTING
from assay.source.status import status_of

GUARDING = frozenset({Demand.ROLE, Demand.POLICY, Demand.OBJECT})
"""Demands that decide about more than who is calling."""
NOT_HANDLED = "its handler could not be run"
TOO_DEEP = "it is nested too deeply to be followed"
NOBODY = frozenset({403, 404, 405, 410, 501})
"""Statuses of what is served to nobody."""
NOT_IMPLEMENTED = "what it calls is implemented elsewhere, which could not be found"
SWEEP = 32
"""Handlers after which what their runs left behind is swept up: it is ten times what a scan keeps."""
GAPS = 200
"""Exits that are looked at for this."""


class Work(Struct, frozen=True):
    """A handler that is to be followed."""

    performance: Performance
    place: Place


class Reacher:
    """Traces the handlers of one program."""

    def __init__(self, program: Program, stored: Stored) -> None:
        self.program = program
        self.stored = stored
        self.filters: Filters | RowSecurity = RowSecurity(self.stored)
        if program.language == "csharp":
            self.filters = Filters(program, lambda: Queries(self.stored, program.language))
        self.done = 0
        """Handlers that were run."""
        marks = Marks(program)
        self.throttles = Throttles(program, marks)
        self.trails = Trails(program, marks)

    def all(
        self, readings: Sequence[Reading], jobs: int, memory: Memory | None = None
    ) -> tuple[list[Reading], tuple[Entity, ...]]:
        """Readings with the reach of their endpoints and what limits or records whole applications, and the stored types that some
        handler touches, by name. What is done with tokens and cryptography outside every handler is a reading of its own.
        """
        run = self.program.run
        made, tokens = tuple(run.made), tuple(run.tokens)
        self.stored.settle()
        works = self.works(readings)
        every = [each.followed for each in self.known(list(works.values()), jobs, memory)]
        known = dict(zip(works, every, strict=True))
        with LOOKS.own():
            found = [self.reading(reading, known) for reading in readings]
        return [*found, Reading(uses=used(made, tokens, known.values()))], met(known.values())

    def known(self, works: Sequence[Work], jobs: int, memory: Memory | None) -> list[Known]:
        """What is known of each handler: recalled where what the last scan found still holds."""
        steps, program = share(len(works)), self.program
        follow = [partial(self.follow, work, steps) for work in works]
        if memory is None:
            return crew.shared(program, follow, jobs)
        modules, places = tuple(program.run.modules), [work.place for work in works]
        recalled = memory.recall(program, places)
        again = [position for position, held in enumerate(recalled) if held is None]
        for held in filter(None, recalled):
            crew.learn(program, held)
        anew = dict(zip(again, crew.shared(program, [follow[each] for each in again], jobs), strict=True))
        found = [held or anew[position] for position, held in enumerate(recalled)]
        if not memory.is_sure(program, recalled):
            found = crew.shared(program, follow, jobs)
        memory.keep(program, modules, places, found)
        return found

    def works(self, readings: Iterable[Reading]) -> dict[object, Work]:
        """What is to be run for the endpoints, once for all that perform alike."""
        works: dict[object, Work] = {}
        for reading in readings:
            for endpoint in reading.endpoints:
                performance = self.program.performances.get(key_of(endpoint))
                if performance is not None:
                    works.setdefault(sharing(performance), Work(performance, endpoint.place))
        return works

    def reading(self, reading: Reading, known: Mapping[object, Followed]) -> Reading:
        """A reading with the reach of its endpoints and what limits or records whole applications."""
        endpoints = tuple(self.endpoint(endpoint, known) for endpoint in reading.endpoints)
        settings = (*reading.settings, *self.throttles.settings(reading.apis), *self.trails.settings(reading.apis))
        settings = (*settings, *catching.settings(self.program, reading.apis))
        return replace(reading, endpoints=endpoints, settings=settings)

    def endpoint(self, endpoint: Endpoint, known: Mapping[object, Followed]) -> Endpoint:
        """An endpoint with its reach."""
        performance = self.program.performances.get(key_of(endpoint))
        if performance is None:
            return replace(
                endpoint, reach=Reach(throttles=self.throttles.of(endpoint), gaps=(Gap(NOT_HANDLED, endpoint.place),))
            )
        reach = narrowed(known[sharing(performance)].reach, endpoint, self.program.project.text)
        is_used = reach.is_credential_used or bool(reach.gaps) or not performance.is_only_asked
        throttles = tuple(dict.fromkeys((*reach.throttles, *self.throttles.of(endpoint))))
        notes = (*reach.notes, *self.trails.marked(endpoint))
        reach = replace(reach, throttles=throttles, notes=notes, is_credential_used=is_used)
        return replace(endpoint, reach=guarded(reach, endpoint))

    def follow(self, work: Work, steps: int) -> Known:
        """Follow one handler, and tell what that took. Nothing that its run does or looks at stays recorded."""
        project, run = self.program.project, self.program.run
        before, skipped = project.known(), len(run.skipped)
        seen: Seen = {}
        starts = len(run.made), len(run.assigned), len(run.instances)
        try:
            with LOOKS.into(seen):
                found = self.followed(work, steps)
        except RecursionError:
            found = Followed(Reach(gaps=(Gap(TOO_DEEP, work.place),)), ())
        restore(run)
        del run.made[starts[0] :], run.assigned[starts[1] :], run.instances[starts[2] :]
        self.done += 1
        if self.done % SWEEP == 0:
            gc.collect()  # objects and scopes of a run refer to each other, and nothing else frees them while a scan lasts
            gc.freeze()  # what is left stays
        looks = tuple(sorted(keys_of(seen)))
        return Known(found, looks, project.learned(before), tuple(run.skipped[skipped:]))

    def followed(self, work: Work, steps: int) -> Followed:
        """What one handler reaches."""
        queries = Queries(self.stored, self.program.language)
        trace = traced(self.program.run, work.performance.perform, steps, queries.class_of)
        with STILL.while_read():
            return self.found(trace, queries, work.place)

    def found(self, trace: Trace, queries: Queries, place: Place) -> Followed:
        """What a run did, as the readers find it."""
        queries.raw.see(trace.made, trace.assigned)
        if queries.linq is not None:
            queries.linq.calls = trace.made
        origins = Origins(queries)
        accesses = tables.accesses(Accesses(trace, queries, origins, self.stored).all(), trace, queries)
        accesses = groups.accesses(accesses, trace, queries, origins)
        protection = Protection(trace, queries, origins, self.filters)
        decisions = protection.settle(accesses)
        seen = Examination(self.program, trace, queries, origins, self.stored, accesses)
        found = replace(self.read(seen, decisions, place), checked=protection.checked)
        return Followed(found, tuple(self.met(accesses)))

    def read(self, seen: Examination, decisions: tuple[Decision, ...], place: Place) -> Reach:
        """Everything that the readers find in one examination."""
        accesses, trace, copied = seen.accesses, seen.trace, copies(seen)
        return Reach(
            accesses=once(assigned(seen, found, copied) for found in accesses),
            decisions=(*decisions, *proofs(trace)),
            compared=compared(trace.conditions()),
            copies=copied,
            references=references(seen),
            exposures=(*exposures(seen), *created(seen), *pages(seen)),
            flows=(*flows(seen), *second_order(seen), *read_out(seen)),
            uses=uses(seen),
            notes=Notes(seen, place).all(),
            throttles=limits(seen, self.throttles.forms),
            acts=acts(seen),
            gaps=(*gaps(trace, place), *unfollowed(seen.queries, trace)),
            is_closed=is_closed(trace),
            is_credential_used=is_credential_used(trace, seen.origins),
        )

    def met(self, accesses: Iterable[Found]) -> Iterable[Entity]:
        """The stored types that were touched."""
        for cls in {id(cls): cls for found in accesses if (cls := self.class_of(found)) is not None}.values():
            said = self.filters.of(cls.name)
            yield replace(entity_of(self.stored, cls), audit=self.trails.of_entity(cls), filter=said)
        for name in dict.fromkeys(found.entity for found in accesses if found.entity and self.class_of(found) is None):
            row = self.stored.of_row(name)
            if row is not None:
                yield replace(entity_of(self.stored, row), name=name)

    def class_of(self, found: Found) -> ClassValue | None:
        """The stored type that is touched."""
        cls = found.query.cls if found.query is not None else None
        return cls if cls is not None else self.stored.called(found.entity)


def used(made: Iterable[Made], tokens: Iterable[Made], known: Iterable[Followed]) -> tuple[Use, ...]:
    """What is done with tokens and cryptography outside every handler, and by guards that were not run with one."""
    told = {use.place for followed in known for use in followed.reach.uses}
    guards = {each.place: each for each in tokens if each.place not in told}
    return tuple(in_calls([*made, *(guards[place] for place in sorted(guards))]))


def sharing(performance: Performance) -> object:
    """What endpoints have in common that perform alike."""
    return id(performance) if performance.share is None else performance.share


def met(known: Iterable[Followed]) -> tuple[Entity, ...]:
    """The stored types that some handler touches, by name; of several with one name the first by place."""
    entities = sorted(
        (entity for followed in known for entity in followed.entities), key=lambda each: (each.name, str(each.place))
    )
    found: dict[str, Entity] = {}
    for entity in entities:
        found.setdefault(entity.name, entity)
    return tuple(found.values())


def once(accesses: Iterable[Access]) -> tuple[Access, ...]:
    """Accesses that differ only in the way to them, once."""
    found: dict[Access, Access] = {}
    for access in accesses:
        found.setdefault(replace(access, steps=()), access)
    return tuple(found.values())


def decides(guard: Guard) -> bool:
    """Whether a guard decides about more than who is calling; a scope that has a name, or the role of customers, many callers hold."""
    if guard.demand in {Demand.ROLE, Demand.SCOPE} and is_open_to_everybody(guard.values):
        return False
    return guard.demand in GUARDING or (guard.demand is Demand.SCOPE and not guard.is_scope_by_name)


def guarded(reach: Reach, endpoint: Endpoint) -> Reach:
    """The reach behind the guards of one endpoint: one that decides about rights protects what is behind it."""
    deciding = [guard for guard in endpoint.effective_guards if decides(guard) and not is_run(guard, reach)]
    if not deciding:
        return reach
    said = f"guard: {deciding[-1].name}"
    accesses = tuple(access if access.protection else replace(access, protection=said) for access in reach.accesses)
    return replace(reach, accesses=accesses)


def is_run(guard: Guard, reach: Reach) -> bool:
    """Whether a guard is about single objects and was run with the handler: then it protects those that it was asked about."""
    return guard.demand is Demand.OBJECT and guard.kind == "permission" and not reach.gaps


def is_closed(trace: Trace) -> bool:
    """Whether a handler refuses every caller: it ends the request at once, or only ever raises."""
    at_once = any(made.name in ABORTING and not made.conditions and len(made.way) <= 1 for made in trace.made)
    ends = trace.answers()
    return at_once or (bool(ends) and all(is_refusing(exit_) and not exit_.conditions for exit_ in ends))


def is_refusing(exit_: Exit) -> bool:
    """Whether a handler ends by saying that there is nothing for anybody: an exception, an answer of 405, `{"error": "not supported"}`."""
    says_so = isinstance(exit_.value, Table) and isinstance(exit_.value.get("error"), Const)
    return exit_.kind == "raise" or status_of(exit_.value) in NOBODY or says_so


def gaps(trace: Trace, place: Place) -> Iterable[Gap]:
    """What could not be followed."""
    if trace.is_cut:
        yield Gap("it is too much to be followed to its end", place)
    elif trace.cuts:
        yield Gap(f"{trace.cuts} of the calls in it are too much to be followed to their end", place)
    yield from (Gap(NOT_IMPLEMENTED, exit_.place) for exit_ in trace.exits[:GAPS] if is_unimplemented(exit_))


def unfollowed(queries: Queries, trace: Trace) -> Iterable[Gap]:
    """Calls that leave the code that was found, though something in the project goes on there; each reason once."""
    found: dict[str, Gap] = {}
    for reason, made in queries.linq.unfollowed(trace.made) if queries.linq is not None else ():
        found.setdefault(reason, Gap(reason, made.place))
    for made in trace.made if queries.linq is None else ():
        name = _kept_outside(queries, made)
        if name:
            reason = f"{name} is kept by a library that is not known"
            found.setdefault(reason, Gap(reason, made.place))
    return tuple(found.values())[:GAPS]


def _kept_outside(queries: Queries, made: Made) -> str:
    """The stored type whose keeper from outside a call is made on: `FastCRUD(User).get(id=...)`; "" for every other call."""
    keeper = next(options(made.receiver), None)
    if not isinstance(keeper, Made) or not keeper.positional:
        return ""
    callee = keeper.callee.value if isinstance(keeper.callee, Generic) else keeper.callee
    if not KEEPER.search(dotted(callee)):
        return ""
    kept = next(options(keeper.positional[0]), None)
    is_stored = isinstance(kept, ClassValue) and queries.stored.is_entity(kept)
    return kept.name if isinstance(kept, ClassValue) and is_stored and queries.of(made) is None else ""


KEEPER = re.compile(r"(CRUD|Crud|Repository|Repo|DAO|Dao)(\W|$)")
"""What libraries call the things that keep objects of one type."""


def is_unimplemented(exit_: Exit) -> bool:
    """Whether a call ended where somebody else is to implement what it does; who does that is not known."""
    return exit_.kind == "raise" and exit_.depth > 1 and is_abstract(exit_.value)
