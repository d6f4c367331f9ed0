"""Runs playbooks: many side by side on one loop, each fenced off; every subject gets a verdict, whatever happens."""

import asyncio
import contextlib
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from assay.live.courier import Courier, Rank
from assay.live.masking import Mask, transcript
from assay.live.restoring import GRACE, ROUNDS, put_back
from assay.model.exchange import Ask, CertificateAsk, Exchange, Handshake, Listen, Reply, Request
from assay.model.place import Place, Skipped, Step
from assay.model.target import Target
from assay.model.verdict import Outcome, Subject, Verdict
from assay.plugins.guarded import guarded
from assay.plugins.probe import Play, Probe, Ruling, Stage

Given = TypeVar("Given")
DEFERRED, TENS = 50, 10
"""The order from which probes of endpoints wait for those before them, ten by ten."""
GROUP, SLICE = 25, 5
"""The endpoints that go before what comes in great number, and how many of them get everything before the next get anything."""
WRITING = 0.3
"""The share of the budget that is kept for what writes, where there is any: it comes last, and was asked for by name."""
EACH = 4
"""Requests of a playbook; where less is left for each, they run in waves."""
SLICED = 2
"""Where the number of the slice stands in a rank."""
RESTORING = (-2,)
"""The rank of what puts something back."""
MOST_ASKS = 120
"""Of one playbook; one that asks more has lost its way."""


class Task(Struct, frozen=True):
    """One probe on one subject."""

    probe: Probe
    subject: Subject
    rank: Rank


class Said(Struct, frozen=True):
    """What a task came to."""

    task: Task
    rulings: tuple[Ruling, ...]
    identities: frozenset[str] = frozenset()
    """In whose name it asked."""
    crash: Skipped | None = None


class Engine:
    """Runs the probes of one target."""

    def __init__(self, target: Target, courier: Courier) -> None:
        self._target = target
        self._courier = courier

    async def run(self, probes: Iterable[Probe]) -> tuple[Said, ...]:
        """What the probes say, by probe and subject; stage after stage, within a stage in waves, the gravest first."""
        tasks, broken = plan(probes, self._target)
        said = list(broken)
        self._courier.kept = WRITING if any(task.probe.stage is Stage.WRITE for task in tasks) else 0.0
        for stage in Stage:
            now = [task for task in tasks if task.probe.stage is stage]
            if stage is Stage.WRITE:
                self._courier.kept = 0.0
                said += [await self._written(task) for task in now]
                continue
            is_short = self._courier.left < EACH * len(now)
            for wave in waves(now) if is_short else [now]:
                said += await asyncio.gather(*(self._one(task) for task in wave))
        return tuple(sorted(said, key=lambda each: (each.task.probe.id, each.task.subject)))

    async def play(self, playbook: Generator[tuple[Ask, ...], tuple[Reply, ...], Given], rank: Rank) -> Given:
        """What a playbook of the engine's own comes to."""
        replies: tuple[Reply, ...] | None = None
        while True:
            try:
                asks = next(playbook) if replies is None else playbook.send(replies)
            except StopIteration as end:
                given: Given = end.value
                return given
            replies = tuple(await asyncio.gather(*(self._courier.ask(ask, rank) for ask in asks)))

    async def restored(self) -> None:
        """Puts back what is open, however it came to be left so; what stays open is in the journal for all to see."""
        journal = self._courier.journal
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                for number in range(ROUNDS):
                    if not journal.open:
                        return
                    await asyncio.sleep(number)
                    await self.play(put_back(journal.open), RESTORING)
        journal.is_broken = bool(journal.open)

    async def _written(self, task: Task) -> Said:
        """One playbook that writes; what it leaves open is put back before the next begins."""
        said = await self._one(task)
        if not self._courier.journal.is_broken:
            await self.restored()
        return said

    async def _one(self, task: Task) -> Said:
        """One playbook from its beginning to its end; a crash is said of its subject."""
        names: set[str] = set()
        started = guarded(task.probe.id, "probe", lambda: task.probe.run(self._target, task.subject))
        if isinstance(started, Skipped):
            return _crashed(task, started)
        replies: tuple[Reply, ...] | None = None
        for _ in range(MOST_ASKS):
            step = _advance(task.probe.id, started, replies)
            if isinstance(step, Skipped):
                return _crashed(task, step, frozenset(names))
            if isinstance(step, Ended):
                return Said(task, step.rulings, frozenset(names))
            names |= {ask.identity for ask in step if isinstance(ask, Request) and ask.identity}
            replies = tuple(await asyncio.gather(*(self._courier.ask(ask, task.rank) for ask in step)))
        started.close()
        return _crashed(
            task, Skipped(task.probe.id, f"probe {task.probe.id} asked more than {MOST_ASKS} times", "probe")
        )


class Ended(Struct, frozen=True):
    """A playbook came to its end."""

    rulings: tuple[Ruling, ...]


def plan(probes: Iterable[Probe], target: Target) -> tuple[list[Task], list[Said]]:
    """The tasks of a run in the order of their worth, and what is said of probes that could not name their subjects."""
    tasks: list[Task] = []
    broken: list[Said] = []
    for probe in sorted(probes, key=lambda probe: (probe.severity.rank, probe.id)):
        named = guarded(probe.id, "probe", partial(_subjects, probe, target))
        if isinstance(named, Skipped):
            broken.append(_crashed(Task(probe, target.subject, ()), named))
            continue
        tasks += [Task(probe, subject, _rank(probe, subject, number)) for number, subject in enumerate(named)]
    return tasks, broken


def waves(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """The tasks of a stage in parts that follow each other.

    What matters most of a few endpoints, then the same of the others with what concerns the API as a whole, then the rest: a
    playbook that waits for an answer would else lose the budget to those that only have to ask.
    """
    by_wave: dict[int, list[Task]] = {}
    for task in tasks:
        is_endpoint = task.subject.kind == "endpoint"
        wave = task.probe.order // TENS if is_endpoint and task.probe.order >= DEFERRED else 1
        is_ahead = wave == 1 and is_endpoint and task.rank[SLICED] == 0
        by_wave.setdefault(0 if is_ahead else wave, []).append(task)
    yield from (by_wave[wave] for wave in sorted(by_wave))


def _rank(probe: Probe, subject: Subject, number: int) -> Rank:
    """What matters most of the first endpoints and what concerns the API as a whole goes before what comes in great number."""
    is_later = subject.kind == "endpoint" and (number >= GROUP or probe.order >= DEFERRED)
    return (list(Stage).index(probe.stage), int(is_later), number // SLICE, probe.order, probe.severity.rank, number)


def _subjects(probe: Probe, target: Target) -> tuple[Subject, ...]:
    return tuple(dict.fromkeys(probe.subjects(target)))


def verdicts(said: Iterable[Said], target: Target, mask: Mask) -> Iterator[Verdict]:
    """What was said, as verdicts: with masked evidence and masked words. A playbook that says nothing leaves its subject untested."""
    for each in said:
        rulings = each.rulings or (Ruling(Outcome.NOT_TESTED, "Not tested: the probe came to no judgement."),)
        for ruling in rulings:
            yield _verdict(each.task, ruling, target, mask)


def doubted(said: Iterable[Said], reason: str, names: frozenset[str] | None = None) -> Iterator[Said]:
    """What was said, without the passes that nobody can vouch for: all of them, or those that asked in these names."""
    for each in said:
        is_touched = names is None or each.identities & names
        rulings = tuple(_unvouched(ruling, reason) if is_touched else ruling for ruling in each.rulings)
        yield replace(each, rulings=rulings)


def unasked(probes: Iterable[Probe], target: Target, reason: str) -> list[Said]:
    """What is said when nothing can be asked: of every subject that it was not tested."""
    tasks, broken = plan(probes, target)
    return [*broken, *(Said(task, (Ruling(Outcome.NOT_TESTED, reason),)) for task in tasks)]


def _unvouched(ruling: Ruling, reason: str) -> Ruling:
    if ruling.outcome is not Outcome.PASS:
        return ruling
    return replace(ruling, outcome=Outcome.NOT_TESTED, message=f"Not tested: {reason}.")


def _advance(name: str, play: Play, replies: tuple[Reply, ...] | None) -> tuple[Ask, ...] | Ended | Skipped:
    """The next asks of a playbook, or its end, or its crash."""

    def step() -> tuple[Ask, ...] | Ended:
        try:
            asks = next(play) if replies is None else play.send(replies)
        except StopIteration as end:
            return Ended((end.value,) if isinstance(end.value, Ruling) else tuple(end.value or ()))
        return tuple(_known(ask) for ask in asks)

    return guarded(name, "probe", step)


def _known(ask: object) -> Ask:
    """An ask of a kind that is known: a request that was yielded without its tuple shows here."""
    if not isinstance(ask, Request | Handshake | CertificateAsk | Listen):
        message = f"yielded {ask!r}; yield a tuple of requests"
        raise TypeError(message)
    return ask


def _crashed(task: Task, crash: Skipped, names: frozenset[str] = frozenset()) -> Said:
    return Said(task, (Ruling(Outcome.NOT_TESTED, f"Not tested: {crash.reason}."),), names, crash)


def _verdict(task: Task, ruling: Ruling, target: Target, mask: Mask) -> Verdict:
    probe = task.probe
    subject = ruling.subject or task.subject
    if ruling.symbol:
        subject = replace(subject, symbol=ruling.symbol)
    return Verdict(
        rule=probe.id,
        weakness=probe.weakness,
        subject=subject,
        outcome=ruling.outcome,
        message=mask.text(_worded(ruling)),
        severity=ruling.severity or probe.severity,
        confidence=ruling.confidence,
        place=None if subject.kind == "endpoint" else Place(target.origin, 0),
        steps=tuple(Step(mask.text(step)) for step in ruling.steps),
        fix=ruling.fix,
        exchanges=tuple(transcript(each, target.origin, mask) for each in _kept(ruling)),
    )


def _worded(ruling: Ruling) -> str:
    """The message; that it was not tested is said by the outcome already."""
    text = ruling.message.removeprefix("Not tested: ")
    return text[:1].upper() + text[1:] if text != ruling.message and not text.startswith("http") else text


def _kept(ruling: Ruling) -> tuple[Exchange, ...]:
    """The exchanges that stand as evidence: of a finding all, of anything else the first."""
    return ruling.exchanges if ruling.outcome is Outcome.FAIL else ruling.exchanges[:1]
