"""Decides what is sent and when: scope, budget, pace, order, no question twice; keeps the ledger of what was sent."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Protocol, Self

from msgspec import Struct, field
from msgspec.structs import replace

from assay.live.budget import Budget, Purse
from assay.live.listening import Listening
from assay.live.restoring import NEED, ROOM, Journal
from assay.live.scope import Scope
from assay.live.wire import Wire
from assay.model.exchange import (
    Answered,
    Ask,
    CertificateAsk,
    Chain,
    Exchange,
    Failure,
    Greeting,
    Handshake,
    Headers,
    Heard,
    Listen,
    Reply,
    Request,
    Sending,
)

Rank = tuple[int, ...]
"""Lowest is sent first."""
THROTTLED = frozenset({429, 503})
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "TRACK"})
STRIKES = 6
"""Refusals or failures in a row after which the target is left alone."""
LONGEST_WAIT = 15.0
"""Seconds that a target may ask to wait for; more ends the run."""
ENDLESS = 1_000_000


class Keys(Protocol):
    """Whoever holds the credentials."""

    async def headers(self, request: Request) -> Headers | Failure:
        """The headers of the request's identity, empty for none."""
        ...

    def query(self, request: Request) -> str:
        """The path with the credentials that travel in the query."""
        ...

    async def renewed(self, request: Request) -> bool:
        """Whether a refused identity got new credentials."""
        ...


class Entry(Struct, frozen=True):
    """A line of the ledger: what was sent, and what came of it."""

    number: int
    what: str
    """`GET /orders`, `TLS1.0 greeting`."""
    identity: str
    outcome: str
    """The status, or the word of the failure."""
    size: int = 0


class Standing(Struct):
    """How the target takes it."""

    stopped: str = ""
    """Why nothing more is sent."""
    strikes: int = 0
    resume: float = 0.0
    """When it may be asked again."""
    ledger: list[Entry] = field(default_factory=list)


class Courier:
    """Sends asks, the most important first. One per run."""

    def __init__(self, wire: Wire, scope: Scope, budget: Budget, keys: Keys, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._scope = scope
        self._budget = budget
        self._keys = keys
        self._clock = clock
        self._purse = Purse(budget, clock())
        self._queue: asyncio.PriorityQueue[tuple[Rank, int, Sending | None, asyncio.Future[Answered] | None]] = (
            asyncio.PriorityQueue()
        )
        self._numbers = itertools.count()
        self._answers: dict[tuple[object, ...], asyncio.Future[Answered]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._standing = Standing()
        self._writing = asyncio.Lock()
        self.journal = Journal()
        self.listening: Listening | None = None
        """Where the run receives calls."""
        self.kept = 0.0
        """The share of the budget that is kept for a later stage."""

    @property
    def ledger(self) -> tuple[Entry, ...]:
        """What was sent, in order."""
        return tuple(self._standing.ledger)

    @property
    def stopped(self) -> str:
        """Why the run was ended early; "" when it was not."""
        return self._standing.stopped

    @property
    def left(self) -> int:
        """Requests that may still be sent."""
        return self._budget.requests - self._purse.spent

    async def __aenter__(self) -> Self:
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._budget.connections)]
        return self

    async def __aexit__(self, *_error: object) -> None:
        for _ in self._workers:
            self._queue.put_nowait(((ENDLESS,), next(self._numbers), None, None))
        await asyncio.gather(*self._workers)
        await self._wire.close()

    def stop(self, reason: str) -> None:
        """Send nothing more."""
        self._standing.stopped = self._standing.stopped or reason

    async def ask(self, ask: Ask, rank: Rank) -> Reply:
        """The reply to an ask; the same ask again gets the same reply without being sent."""
        if isinstance(ask, Listen):
            return await self._heard(ask)
        is_shared = not isinstance(ask, Request) or (not ask.is_fresh and ask.method in IDEMPOTENT)
        if is_shared and (known := self._answers.get(ask.key)):
            return await asyncio.shield(known)
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        if is_shared:
            self._answers[ask.key] = future
        self._queue.put_nowait((rank, next(self._numbers), ask, future))
        return await asyncio.shield(future)

    async def _heard(self, ask: Listen) -> Heard:
        if self.listening is None:
            return Heard(ask, failure=Failure("listener", "no listener was given"))
        return await self.listening.heard(ask)

    async def direct(self, request: Request) -> Exchange:
        """The exchange of a request that goes before the queue: a login, on which others wait."""
        reply = await self._carried(request, is_reserved=True)
        assert isinstance(reply, Exchange)
        return reply

    async def _work(self) -> None:
        while True:
            rank, _, ask, future = await self._queue.get()
            if ask is None or future is None:
                return
            try:
                future.set_result(await self._carried(ask, is_reserved=rank[0] < 0))
            finally:
                future.cancel()  # Of a crash nobody waits for the answer; leaving the courier raises it.

    async def _carried(self, ask: Sending, *, is_reserved: bool) -> Answered:
        """The reply to an ask. Writes, and what puts them back, go one at a time."""
        if isinstance(ask, Request) and (ask.undo or ask.is_restoring):
            async with self._writing:
                return await self._judged(ask, is_reserved=is_reserved)
        return await self._judged(ask, is_reserved=is_reserved)

    async def _judged(self, ask: Sending, *, is_reserved: bool) -> Answered:
        if refused := self._refusal(ask, is_reserved=is_reserved):
            return failed(ask, refused)
        reply = await self._sent(ask)
        if isinstance(reply, Exchange):
            reply = await self._again(reply, is_reserved=is_reserved)
        self._counted(reply)
        return reply

    def _refusal(self, ask: Sending, *, is_reserved: bool) -> Failure | None:
        held, ahead = self.journal.held, 0.0
        if isinstance(ask, Request):
            if why := self._scope.refusal(ask) or self.journal.refusal(ask):
                return Failure("scope", f"not sent: {why}")
            if self.journal.is_needed(ask):
                return None
            held += (NEED + 1) * len(ask.undo)
            ahead = min(ROOM, self._budget.seconds / 10) if ask.undo else 0.0
        if not is_reserved:
            held += int(self.kept * self._budget.requests)
            ahead += self.kept * self._budget.seconds
        if self._standing.stopped:
            return Failure("stopped", f"not sent: {self._standing.stopped}")
        why = self._purse.refusal(self._clock() + ahead, is_reserved=is_reserved, held=held)
        return Failure("budget", f"not sent: {why}") if why else None

    async def _sent(self, ask: Sending) -> Answered:
        added: Headers = ()
        asked = ask
        if isinstance(ask, Request) and ask.identity:
            found = await self._keys.headers(ask)
            if isinstance(found, Failure):
                return failed(ask, found)
            added, asked = found, replace(ask, path=self._keys.query(ask))
        if isinstance(ask, Request):
            self.journal.begun(ask)
        wait = max(self._purse.spend(self._clock()), self._standing.resume - self._clock())
        reply = await self._timed(asked, added, wait)
        reply = replace(reply, request=ask) if isinstance(reply, Exchange) and isinstance(ask, Request) else reply
        self._standing.ledger.append(_entry(len(self._standing.ledger) + 1, reply))
        if isinstance(reply, Exchange):
            self.journal.saw(reply)
        return reply

    async def _timed(self, ask: Sending, added: Headers, wait: float) -> Answered:
        """The reply, unless the time of the run ends before it; what puts something back has its time afterwards."""
        is_needed = isinstance(ask, Request) and self.journal.is_needed(ask)
        try:
            async with asyncio.timeout(None if is_needed else max(0.0, self._purse.deadline - self._clock())):
                if wait > 0:
                    await asyncio.sleep(wait)
                return await self._wire.carry(ask, added)
        except TimeoutError:
            return failed(
                ask, Failure("budget", f"the time budget of {self._budget.seconds:g} s ended before the answer")
            )

    async def _again(self, reply: Exchange, *, is_reserved: bool) -> Exchange:
        """The reply to a second try, where the first met a limit or credentials that had run out."""
        request = reply.request
        if reply.status == 401 and request.identity and await self._keys.renewed(request):
            return await self._second(request, reply, is_reserved=is_reserved)
        if reply.status not in THROTTLED or request.expects_limit:
            return reply
        wait = _retry_after(reply)
        is_needed = self.journal.is_needed(request)
        if is_needed:
            wait = min(wait, LONGEST_WAIT)
        elif wait > min(LONGEST_WAIT, self._purse.deadline - self._clock()):
            self.stop(f"the target asked to wait {wait:g} s ({reply.status} with Retry-After)")
        if self._standing.stopped and not is_needed:
            return _unanswered(reply)
        self._standing.resume = max(self._standing.resume, self._clock() + wait)
        again = await self._second(request, reply, is_reserved=is_reserved)
        return _unanswered(again) if again.status in THROTTLED else again

    async def _second(self, request: Request, reply: Exchange, *, is_reserved: bool) -> Exchange:
        if self._refusal(request, is_reserved=is_reserved):
            return reply
        again = await self._sent(request)
        return again if isinstance(again, Exchange) else reply

    def _counted(self, reply: Answered) -> None:
        """After some refusals or failures in a row the target is left alone."""
        failure = reply.failure
        if failure is None:
            self._standing.strikes = 0
        elif failure.word in {"refused", "reset", "timeout", "throttled"} and isinstance(reply, Exchange):
            if reply.request.origin in {"", self._scope.origin}:
                self._standing.strikes += 1
            if self._standing.strikes >= STRIKES:
                self.stop(f"the target did not answer {STRIKES} times in a row, last: {failure.text}")


def failed(ask: Sending, failure: Failure) -> Answered:
    """The reply to an ask that got no answer."""
    match ask:
        case Handshake():
            return Greeting(ask, failure=failure)
        case CertificateAsk():
            return Chain(ask, failure=failure)
    return Exchange(ask, failure=failure)


def _unanswered(reply: Exchange) -> Exchange:
    """A refusal for load is no answer to the question: it says nothing of the endpoint."""
    return replace(
        reply,
        response=None,
        failure=Failure("throttled", f"the target answered {reply.status} ({_word(reply.status)})"),
    )


def _word(status: int) -> str:
    return "too many requests" if status == 429 else "service unavailable"


def _retry_after(reply: Exchange) -> float:
    """Seconds that the target asks for; 1 when it says nothing, or a date."""
    stated = reply.answer.header("retry-after").strip()
    return float(stated) if stated.isdecimal() and len(stated) < 7 else 1.0


def _entry(number: int, reply: Answered) -> Entry:
    outcome = reply.failure.word if reply.failure else ""
    match reply:
        case Greeting(request=asked):
            said = "accepted" if reply.is_accepted else "refused"
            return Entry(number, f"{asked.version} greeting ({asked.ciphers})", "", outcome or said)
        case Chain():
            return Entry(number, "certificate", "", outcome or "shown")
        case Exchange(request=request):
            what = f"{request.method} {request.origin}{request.path.partition('?')[0]}"
            return Entry(number, what, request.identity, outcome or str(reply.status), len(reply.answer.body))
