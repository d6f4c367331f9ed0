"""A target in memory: answers by path and identity, without a socket."""

import asyncio
from collections.abc import Callable, Iterable

from assay.live.budget import Budget
from assay.live.courier import Courier
from assay.live.identity import Identity, Keyring
from assay.live.scope import Scope
from assay.model.exchange import (
    Answered,
    CertificateAsk,
    Chain,
    Exchange,
    Failure,
    Greeting,
    Handshake,
    Headers,
    Request,
    Response,
    Sending,
)

ORIGIN = "https://api.example.com"
JSON: Headers = (("content-type", "application/json"),)
FAST = Budget(rate=100_000)


def json_answer(status: int, body: str = "{}", headers: Headers = ()) -> Response:
    return Response(status, (*JSON, *headers), body.encode(), version="HTTP/1.1")


class FakeWire:
    """Answers what `answer` says, and remembers what was carried with which headers."""

    def __init__(self, answer: Callable[[Request, Headers], Response | Failure], delay: float = 0) -> None:
        self._answer = answer
        self._delay = delay
        self.carried: list[tuple[Sending, Headers]] = []
        self.busy = 0
        self.busiest = 0

    async def carry(self, ask: Sending, added: Headers) -> Answered:
        self.carried.append((ask, added))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(self._delay)
        self.busy -= 1
        match ask:
            case Handshake():
                return Greeting(ask, is_accepted=False)
            case CertificateAsk():
                return Chain(ask, is_trusted=True, is_named=True)
        outcome = self._answer(ask, added)
        return Exchange(ask, outcome) if isinstance(outcome, Response) else Exchange(ask, failure=outcome)

    async def close(self) -> None:
        """Nothing is held."""


def courier(
    wire: FakeWire, identities: Iterable[Identity] = (), budget: Budget = FAST, mode: str = "safe"
) -> tuple[Courier, Keyring]:
    """A courier over a wire, with its keyring; for use inside a running loop."""
    people = tuple(identities)

    async def login(request: Request) -> Exchange:
        return await made.direct(request)

    keyring = Keyring(people, login)
    writes = frozenset(("POST", each.path) for each in people if each.path)
    made = Courier(wire, Scope(ORIGIN, mode, writes), budget, keyring, asyncio.get_running_loop().time)
    return made, keyring
