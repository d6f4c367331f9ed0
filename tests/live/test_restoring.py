"""What is written is put back, or it is said that it was not."""

import asyncio
import json

import pytest
from tests.live.faking import FakeWire, courier, json_answer

from assay.live.budget import Budget
from assay.live.engine import Engine
from assay.live.identity import Identity
from assay.live.restoring import NEED, Trial, is_as_before, tried, witness
from assay.live.ruling import passed
from assay.live.subjects import once
from assay.model.exchange import Failure, Headers, Request, Response, Standing, Undo, Write
from assay.model.target import Target
from assay.model.verdict import Severity, Subject
from assay.plugins.probe import Mode, Play, Probe, Stage

PEOPLE = (Identity("alice", "bearer", "a"), Identity("bob", "bearer", "b"))
TARGET = Target("https://api.example.com", "shop")


class Thing:
    """One object behind a wire: it may forbid writes to some, fail after some, or count its changes."""

    def __init__(
        self, *, deaf_after: int = 99, stubborn_after: int = 99, may: str = "ab", counts: bool = False
    ) -> None:
        self.note = "old"
        self.version = 1
        self.writes = 0
        self.deaf_after, self.stubborn_after, self.may, self.counts = deaf_after, stubborn_after, may, counts

    @property
    def shown(self) -> Response:
        count = {"version": self.version} if self.counts else {}
        return json_answer(200, json.dumps({"id": 7, "note": self.note, **count}))

    def answer(self, request: Request, headers: Headers) -> Response | Failure:
        if self.writes >= self.deaf_after:
            return Failure("reset", "the connection was reset")
        if request.method == "GET":
            return self.shown
        self.writes += 1
        who = dict(headers).get("authorization", "")[-1:]
        if who not in self.may:
            return json_answer(403)
        if self.writes <= self.stubborn_after:
            self.note = json.loads(request.body)["note"]
            self.version += 1
        return json_answer(200)


def change(thing: Thing) -> Request:
    back = Request("PATCH", "/things/7", "alice", body='{"note": "old"}')
    other = Request("PATCH", "/things/7", "bob", body='{"note": "old"}')
    undo = Undo(witness("/things/7", "alice"), thing.shown, (back, other), "PATCH /things/7 with note old")
    return Request("PATCH", "/things/7", "bob", body='{"note": "new"}', undo=(undo,))


def played(
    thing: Thing, *, budget: Budget | None = None, crashes: bool = False, stops: bool = False
) -> tuple[list[Trial], tuple[Write, ...], FakeWire]:
    """A probe that writes once and puts back, on an engine."""
    trials: list[Trial] = []

    async def work() -> tuple[tuple[Write, ...], FakeWire]:
        wire = FakeWire(thing.answer)
        made, _ = courier(wire, PEOPLE, budget or Budget(rate=100_000), "active")

        def run(target: Target, subject: Subject) -> Play:
            if crashes:
                yield (change(thing),)
                made.stop("the target is left alone") if stops else None
                raise ValueError("midway")
            trials.append((yield from tried(change(thing))))
            return passed("It is well.")

        probe = Probe(
            "AP599", "x", "X", "bola", Severity.LOW, "x", Mode.ACTIVE, once, run, stage=Stage.WRITE, statement="x"
        )
        async with made:
            await Engine(TARGET, made).run([probe])
        return made.journal.writes(), wire

    writes, wire = asyncio.run(work())
    return trials, writes, wire


def test_a_change_is_seen_put_back_and_seen_again() -> None:
    thing = Thing()
    (trial,), (write,), _ = played(thing)
    assert thing.note == "old"
    assert '"new"' in trial.seen.answer.text
    assert trial.is_restored
    assert write.standing is Standing.PUT_BACK
    assert write.mend == ""


def test_a_write_that_changed_nothing_is_not_written_over() -> None:
    thing = Thing(may="a")
    (trial,), (write,), _ = played(thing)
    assert thing.writes == 1
    assert trial.write.status == 403
    assert write.standing is Standing.UNTOUCHED


def test_whoever_changed_it_puts_it_back_where_its_owner_may_not() -> None:
    thing = Thing(may="b")
    _, (write,), wire = played(thing)
    assert thing.note == "old"
    assert [ask.identity for ask, _ in wire.carried if isinstance(ask, Request) and ask.method == "PATCH"] == [
        "bob",
        "alice",
        "bob",
    ]
    assert write.standing is Standing.PUT_BACK


def test_an_obedient_answer_is_not_believed() -> None:
    thing = Thing(stubborn_after=1)
    (trial,), (write,), _ = played(thing)
    assert thing.note == "new"
    assert not trial.is_restored
    assert "NOT PUT BACK" in trial.step
    assert (write.standing, write.mend) == (Standing.CHANGED, "PATCH /things/7 with note old")


def test_a_target_that_falls_silent_is_told_of() -> None:
    _, (write,), _ = played(Thing(deaf_after=1))
    assert write.standing is Standing.CHANGED


def test_counts_of_changes_may_differ_and_nothing_else() -> None:
    _, (write,), _ = played(Thing(counts=True))
    assert write.standing is Standing.PUT_BACK


@pytest.mark.parametrize("stops", [False, True])
def test_a_probe_that_crashes_midway_is_cleaned_up_after_even_when_the_run_was_stopped(*, stops: bool) -> None:
    thing = Thing()
    _, (write,), _ = played(thing, crashes=True, stops=stops)
    assert thing.note == "old"
    assert write.standing is Standing.PUT_BACK


def test_nothing_is_written_that_the_budget_could_not_put_back() -> None:
    thing = Thing()
    reserve = Budget().reserve
    played(thing, budget=Budget(requests=reserve + NEED, rate=100_000))
    assert thing.writes == 0
    played(thing, budget=Budget(requests=reserve + NEED + 2, rate=100_000))
    assert thing.writes == 2


def test_what_puts_back_nothing_is_not_sent() -> None:
    async def work() -> str:
        made, _ = courier(FakeWire(Thing().answer), PEOPLE, mode="active")
        async with made:
            reply = await made.ask(Request("PATCH", "/things/7", "alice", body="{}", is_restoring=True), (0,))
        assert reply.failure
        return reply.failure.text

    assert "puts back nothing" in asyncio.run(work())


def test_after_something_could_not_be_put_back_nothing_more_is_written() -> None:
    thing = Thing(stubborn_after=1)

    async def work() -> str:
        made, _ = courier(FakeWire(thing.answer), PEOPLE, mode="active")
        engine = Engine(TARGET, made)
        async with made:
            await made.ask(change(thing), (0,))
            await engine.restored()
            reply = await made.ask(change(Thing()), (0,))
        assert reply.failure
        return reply.failure.text

    assert "nothing more is written" in asyncio.run(work())


@pytest.mark.parametrize(
    ("now", "same"),
    [
        ('{"id": 7, "note": "x", "updatedAt": 9, "version": 4, "last_modified_by": "bob"}', True),
        ('{"id": 7, "note": "y", "updatedAt": 1, "version": 3, "last_modified_by": "alice"}', False),
        ('{"id": 7, "updatedAt": 1, "version": 3, "last_modified_by": "alice"}', False),
        ('{"id": 7, "note": "x", "extra": null, "updatedAt": 1, "version": 3}', False),
    ],
)
def test_two_answers_show_the_same_but_for_counts_and_moments(now: str, *, same: bool) -> None:
    before = json_answer(200, '{"id": 7, "note": "x", "updatedAt": 1, "version": 3, "last_modified_by": "alice"}')
    assert is_as_before(before, json_answer(200, now)) is same
    assert not is_as_before(before, json_answer(404, now))


def test_what_writes_has_its_share_although_it_comes_last() -> None:
    thing = Thing()

    async def work() -> None:
        made, _ = courier(FakeWire(thing.answer), PEOPLE, Budget(requests=60, rate=100_000), "active")

        def greedy(target: Target, subject: Subject) -> Play:
            for number in range(100):
                yield (Request("GET", f"/{number}"),)
            return passed("It is well.")

        def writes(target: Target, subject: Subject) -> Play:
            yield from tried(change(thing))
            return passed("It is well.")

        reading = Probe("AP598", "y", "Y", "bola", Severity.LOW, "y", Mode.SAFE, once, greedy)
        writing = Probe("AP599", "x", "X", "bola", Severity.LOW, "x", Mode.ACTIVE, once, writes, stage=Stage.WRITE)
        async with made:
            await Engine(TARGET, made).run([reading, writing])

    asyncio.run(work())
    assert thing.writes == 2
    assert thing.note == "old"
