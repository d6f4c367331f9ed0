"""The engine gives every subject a verdict, whatever its playbook does."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from msgspec.structs import replace
from tests.live.faking import ORIGIN, FakeWire, courier, json_answer

from assay.live.asking import ask_all, get
from assay.live.engine import Engine, doubted, verdicts
from assay.live.masking import Mask
from assay.live.ruling import failed, passed, unanswered
from assay.live.subjects import once, readable
from assay.model.exchange import Failure, Request
from assay.model.target import Route, Target
from assay.model.verdict import Outcome, Severity, Subject, Verdict
from assay.plugins.probe import Mode, Play, Probe, Ruling, Stage

TARGET = Target(ORIGIN, "shop", routes=(Route("shop", "GET", "/a", "/a"), Route("shop", "GET", "/b", "/b")))
WIRE: Callable[[], FakeWire] = lambda: FakeWire(lambda request, headers: json_answer(200, '{"token": "s3cret-value"}'))  # noqa: E731


def probe(run: Callable[[Target, Subject], Play], **options: Any) -> Probe:
    made = Probe("AP499", "x", "X", "missing-hsts", Severity.LOW, "x", Mode.SAFE, once, run)
    return replace(made, **options)


def played(probes: Iterable[Probe], wire: FakeWire | None = None, target: Target = TARGET) -> tuple[Verdict, ...]:
    async def work() -> tuple[Verdict, ...]:
        made, keyring = courier(wire or WIRE())
        async with made:
            return tuple(verdicts(await Engine(target, made).run(probes), target, Mask(secrets=keyring.secrets)))

    return asyncio.run(work())


def asks_a(target: Target, subject: Subject) -> Play:
    exchange = yield from get("/a")
    return failed("It fails.", exchange, fix="Mend it.") if exchange.status == 200 else unanswered(exchange)


def test_a_ruling_becomes_a_verdict_with_masked_evidence() -> None:
    (verdict,) = played([probe(asks_a)])
    assert (verdict.rule, verdict.weakness, verdict.outcome, verdict.severity) == (
        "AP499",
        "missing-hsts",
        Outcome.FAIL,
        Severity.LOW,
    )
    assert verdict.exchanges[0].url == f"{ORIGIN}/a"
    assert "s3cret-value" not in repr(verdict)


def crashes_at_once(target: Target, subject: Subject) -> Play:
    raise ValueError("at once")


def crashes_midway(target: Target, subject: Subject) -> Play:
    yield from get("/a")
    raise KeyError("midway")


def never_ends(target: Target, subject: Subject) -> Play:
    while True:
        yield from ask_all([Request("GET", "/a", is_fresh=True)])


def says_nothing(target: Target, subject: Subject) -> Play:
    yield from get("/a")
    return ()


def asks_nonsense(target: Target, subject: Subject) -> Play:
    yield ("GET /",)  # type: ignore[misc]
    return passed("It is well.")


@pytest.mark.parametrize("run", [crashes_at_once, crashes_midway, never_ends, says_nothing, asks_nonsense])
def test_a_playbook_that_goes_wrong_leaves_its_subject_untested(run: Callable[[Target, Subject], Play]) -> None:
    (verdict,) = played([probe(run)])
    assert verdict.outcome is Outcome.NOT_TESTED
    assert verdict.message


def test_every_subject_has_a_verdict_of_its_own() -> None:
    said = played([probe(asks_a, subjects=readable)])
    assert [verdict.subject.path for verdict in said] == ["/a", "/b"]


def test_a_stage_waits_for_the_one_before() -> None:
    wire = WIRE()

    def at(path: str) -> Callable[[Target, Subject], Play]:
        def run(target: Target, subject: Subject) -> Play:
            exchange = yield from get(path)
            return passed("It is well.", exchange)

        return run

    played(
        [
            probe(at("/late"), id="AP498", stage=Stage.BURST),
            probe(at("/early"), stage=Stage.FIRST),
            probe(at("/mid"), id="AP497"),
        ],
        wire,
    )
    assert [ask.path for ask, _ in wire.carried if isinstance(ask, Request)] == ["/early", "/mid", "/late"]


def test_no_answer_is_never_a_pass() -> None:
    wire = FakeWire(lambda request, headers: Failure("timeout", "no answer within 10 s"))
    (verdict,) = played([probe(asks_a)], wire)
    assert (verdict.outcome, verdict.message) == (Outcome.NOT_TESTED, "No answer within 10 s.")


def test_passes_that_nobody_can_vouch_for_are_taken_back_and_findings_stay() -> None:
    async def work() -> list[Ruling]:
        made, _ = courier(WIRE())

        def well(target: Target, subject: Subject) -> Play:
            exchange = yield from get("/b")
            return passed("It is well.", exchange)

        async with made:
            said = await Engine(TARGET, made).run([probe(asks_a), probe(well, id="AP498")])
        return [ruling for each in doubted(said, "the target changed") for ruling in each.rulings]

    outcomes = {ruling.outcome for ruling in asyncio.run(work())}
    assert outcomes == {Outcome.FAIL, Outcome.NOT_TESTED}
