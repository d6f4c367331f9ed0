"""One run against one target: finds the host, proves the identities, learns the routes, runs the probes, and asks again at the end."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from assay.live.budget import Budget
from assay.live.courier import Courier, Entry
from assay.live.denial import Access, access, is_denied
from assay.live.engine import Engine, Said, doubted, unasked, verdicts
from assay.live.identity import Identity, Keyring, caller, login_of
from assay.live.listening import Listening
from assay.live.masking import Mask
from assay.live.scope import Scope, address_refusal, destructive_route
from assay.live.subjects import plain_routes
from assay.live.survey import survey
from assay.live.transport import Peer, resolve
from assay.live.wire import NetworkWire, Trust, Wire
from assay.model.contract import Observed
from assay.model.exchange import CertificateAsk, Chain, Exchange, Failure, Request, Standing, Write
from assay.model.place import NOT_PUT_BACK, Skipped
from assay.model.target import Caller, Route, Target
from assay.model.veiled import Veiled
from assay.model.verdict import Verdict
from assay.plugins.probe import Mode, Probe, Stage

FIRST = (-1,)
"""The rank of what everything else waits for."""
SURVEY = (0, 0, 0)
"""The rank of what many probes share."""
CANARIES = 5
"""Routes that are tried to prove an identity."""
DOCUMENTS = (
    "/openapi.json",
    "/openapi.yaml",
    "/swagger.json",
    "/swagger/v1/swagger.json",
    "/v3/api-docs",
    "/v2/api-docs",
    "/api-docs",
    "/api/openapi.json",
    "/api/schema",
    "/api/swagger.json",
)
"""Where frameworks serve their contract by default."""
DOCUMENT = 8_388_608
"""Bytes of a contract that are read."""

Told = Callable[[str, int, int], None]
ReadRoutes = Callable[[bytes, str, Target], tuple[Route, ...]]
"""(document, its path, target) to the routes that it describes; empty when it is no contract."""


class LiveOrder(Veiled, frozen=True):
    """What is to be asked, and how."""

    veiled: ClassVar[frozenset[str]] = frozenset({"mask_key"})

    origin: str
    now: datetime
    base: str = ""
    api: str = ""
    """The id of the API in verdicts; "" takes the origin."""
    mode: Mode = Mode.SAFE
    budget: Budget = field(default_factory=Budget)
    identities: tuple[Identity, ...] = ()
    routes: tuple[Route, ...] = ()
    """Those that are known already, from code or a contract."""
    may_private: bool = False
    is_insecure: bool = False
    """Whether credentials are sent although the certificate is not trusted."""
    authority: Path | None = None
    listener: str = ""
    """Where calls of the target are received; "" is nowhere."""
    mask_key: bytes = b""
    """Under which values that are masked get marks that tell them apart; without it they get none."""
    alarm: Callable[[str], None] = lambda _text: None
    """Told at once what could not be put back: a run that is broken off has no report."""


class Live(Struct, frozen=True):
    """What came of a run."""

    target: Target
    verdicts: tuple[Verdict, ...] = ()
    executed: tuple[str, ...] = ()
    """Ids of the probes that ran to their end."""
    skipped: tuple[Skipped, ...] = ()
    ledger: tuple[Entry, ...] = ()
    observed: tuple[Observed, ...] = ()
    """Which routes answered, and whether they refuse strangers."""
    problem: str = ""
    """Why nothing could be asked; "" when something answered."""
    stopped: str = ""
    """Why the run ended early."""
    writes: tuple[Write, ...] = ()
    """Everything that was written, in order."""

    @property
    def is_changed(self) -> bool:
        """Whether something was written that could not be put back."""
        return any(each.standing is Standing.CHANGED for each in self.writes)


def run(order: LiveOrder, probes: Iterable[Probe], read: ReadRoutes, tell: Told) -> Live:
    """Ask a target everything that the probes of the order's mode want to know."""
    return asyncio.run(_run(order, [probe for probe in probes if order.mode.includes(probe.mode)], read, tell))


async def _run(order: LiveOrder, probes: list[Probe], read: ReadRoutes, tell: Told) -> Live:
    host = urlsplit(order.origin).hostname or ""
    target = _target(order)
    tell(f"finding {host}", 0, 0)
    addresses = await resolve(host, target.port)
    if not addresses:
        return _dead(target, probes, f"{host} has no address")
    if refused := address_refusal(host, addresses, may_private=order.may_private):
        return _dead(target, probes, refused)
    wire = NetworkWire(order.origin, Peer(host, addresses[0]), order.budget, Trust(order.now, order.authority))
    return await Session(order, wire).run(target, probes, read, tell)


class Session:
    """A run over a wire; tests give one without sockets."""

    def __init__(self, order: LiveOrder, wire: Wire) -> None:
        logins = frozenset(("POST", each.path) for each in order.identities if each.path)
        self._order = order
        self._keyring = Keyring(order.identities, self._login)
        scope = Scope(order.origin, order.mode, logins)
        clock = asyncio.get_running_loop().time
        self._courier = Courier(wire, scope, order.budget, self._keyring, clock)

    async def run(self, target: Target, probes: list[Probe], read: ReadRoutes, tell: Told) -> Live:
        """Everything from the first question to the last. Raises `UsageError` where nobody can listen."""
        if not self._order.listener:
            return await self._all(target, probes, read, tell)
        async with Listening(self._order.listener) as listening:
            self._courier.listening = listening
            return await self._all(replace(target, listener=listening.listener), probes, read, tell)

    async def _all(self, target: Target, probes: list[Probe], read: ReadRoutes, tell: Told) -> Live:
        async with self._courier:
            tell(f"asking {target.origin}", 0, 0)
            first = await self._ask(Request("GET", target.base + "/" if target.base else "/"))
            if first.failure:
                reason = self._courier.stopped or first.reason
                return _dead(target, probes, f"{target.origin}: {reason}", self._courier.ledger)
            target = await self._contracted(target, read)
            target = await self._proved(target)
            tell(f"running {len(probes)} probes", 0, 0)
            engine = Engine(target, self._courier)
            try:
                said, observed = await asyncio.gather(engine.run(probes), engine.play(survey(target), SURVEY))
            except asyncio.CancelledError:
                self._courier.stop("the run was broken off")
                raise
            finally:
                await engine.restored()
                self._alarm()
            said = await self._vouched(target, first, said)
        executed = {probe.id for probe in probes} - {each.task.probe.id for each in said if each.crash}
        return replace(self._live(target, said), observed=observed, executed=tuple(sorted(executed)))

    def _alarm(self) -> None:
        for each in unrestored(self._writes()):
            self._order.alarm(f"{each.path}: {each.reason}.")

    def _writes(self) -> tuple[Write, ...]:
        """What was written, masked."""
        mask = self._mask().text
        found = self._courier.journal.writes()
        return tuple(replace(each, what=mask(each.what), of=mask(each.of), mend=mask(each.mend)) for each in found)

    def _mask(self) -> Mask:
        """With the secrets that are known by now: a login adds the token that it gave."""
        return Mask(self._order.mask_key, self._keyring.secrets)

    async def _ask(self, request: Request) -> Exchange:
        reply = await self._courier.ask(request, FIRST)
        assert isinstance(reply, Exchange)
        return reply

    async def _login(self, request: Request) -> Exchange:
        return await self._courier.direct(request)

    async def _contracted(self, target: Target, read: ReadRoutes) -> Target:
        """The target with the routes of the contract that it serves itself, besides those that are known."""
        places = dict.fromkeys([*(target.base + path for path in DOCUMENTS), *(DOCUMENTS if target.base else ())])
        asked = [self._ask(Request("GET", path, limit=DOCUMENT)) for path in places]
        for exchange in await asyncio.gather(*asked):
            answer = exchange.answer
            if not answer.is_success or answer.is_html or answer.is_cut or not answer.body:
                continue
            if routes := read(answer.body, exchange.request.path, target):
                path = exchange.request.path
                return replace(target, routes=routes, documents=(path,), is_contracted=True)
        if target.routes:
            return target
        route = Route(target.api, "GET", target.base or "/", target.base or "/", views=("live",))
        return replace(target, routes=(route,))

    async def _proved(self, target: Target) -> Target:
        """The target with its callers: of each it is known whether its credentials are taken."""
        if not target.callers:
            return target
        refusal = await self._untrusted(target)
        callers = [
            replace(each, problem=refusal) if refusal else await self._prove(target, each) for each in target.callers
        ]
        return target.with_callers(tuple(callers))

    async def _untrusted(self, target: Target) -> str:
        """Why credentials are not sent; "" when they may be."""
        if not target.is_encrypted or self._order.is_insecure:
            return ""
        shown = await self._courier.ask(CertificateAsk(), FIRST)
        if not isinstance(shown, Chain) or (shown.is_trusted and shown.is_named):
            return ""
        why = shown.reason or (shown.failure.text if shown.failure else "it is for another name")
        return f"credentials are not sent, because the certificate is not trusted ({why}); --ca-file or --insecure allows it"

    async def _prove(self, target: Target, found: Caller) -> Caller:
        """A caller with its token and its canary: a path that takes its credentials and refuses strangers."""
        made = await self._keyring.headers(Request("GET", "/", found.name))
        if isinstance(made, Failure):
            return replace(found, problem=made.text.removeprefix("not sent: "))
        known = replace(found, token=self._keyring.token(found.name), login=self._keyring.login(found.name))
        canaries = [found.canary] if found.canary else [route.filled() for route in plain_routes(target)]
        is_refused = False
        for path in canaries[:CANARIES]:
            mine, anyone = await asyncio.gather(
                self._ask(Request("GET", path, found.name)), self._ask(Request("GET", path))
            )
            if access(mine, anyone) in {Access.ALLOWED, Access.EMPTY} and is_denied(anyone):
                return replace(known, canary=path)
            is_refused = is_refused or mine.status == 401
        if is_refused:
            return replace(known, problem=f"the target refuses the credentials of {found.name}")
        return known

    async def _vouched(self, target: Target, first: Exchange, said: tuple[Said, ...]) -> tuple[Said, ...]:
        """What was said, less what cannot be vouched for because the target or an identity changed meanwhile."""
        last = await self._ask(replace(first.request, is_fresh=True))
        if last.failure and not last.failure.is_unsent:
            reason = f"the target did not answer any more at the end ({last.reason})"
            return tuple(doubted(said, reason))
        ended = {name for each in said if each.task.probe.stage is Stage.LAST for name in each.identities}
        for each in target.usable:
            if not each.canary or (each.is_expendable and each.name in ended):
                continue
            again = await self._ask(Request("GET", each.canary, each.name, is_fresh=True))
            if again.response and is_denied(again):
                reason = f"the credentials of {each.name} were no longer taken at the end"
                said = tuple(doubted(said, reason, frozenset({each.name})))
        return said

    def _live(self, target: Target, said: tuple[Said, ...]) -> Live:
        crashes = [each.crash for each in said if each.crash]
        lost = [
            Skipped(route.name, f"never asked: {why}", "route-not-asked")
            for route in target.readable
            if (why := destructive_route(route))
        ]
        lost += [Skipped(each.name, each.problem, "identity") for each in target.callers if each.problem]
        if self._courier.stopped:
            lost.append(Skipped(target.origin, self._courier.stopped, "target"))
        lost += unrestored(self._writes())
        return Live(
            target,
            tuple(verdicts(said, target, self._mask())),
            skipped=tuple(sorted({*crashes, *lost})),
            ledger=self._courier.ledger,
            stopped=self._courier.stopped,
            writes=self._writes(),
        )


def unrestored(writes: Iterable[Write]) -> Iterator[Skipped]:
    """What was not put back, for all reports to say so."""
    for each in writes:
        if each.standing is Standing.CHANGED:
            yield Skipped(each.of, f"{each.what} was NOT PUT BACK. Mend by hand: {each.mend}", NOT_PUT_BACK)


def _target(order: LiveOrder) -> Target:
    api = order.api or order.origin
    callers = tuple(caller(each) for each in order.identities)
    return Target(
        order.origin,
        api,
        order.base,
        order.routes,
        callers,
        login_of(order.identities),
        mode=order.mode,
        is_contracted=any("contract" in route.views for route in order.routes),
    )


def _dead(target: Target, probes: Iterable[Probe], reason: str, ledger: tuple[Entry, ...] = ()) -> Live:
    """A run in which nothing was asked: the API gets a not-tested verdict of every probe."""
    said = unasked(probes, target, f"Not tested: {reason}.")
    skipped = (Skipped(target.origin, reason, "target"),)
    return Live(target, tuple(verdicts(said, target, Mask())), (), skipped, ledger, problem=reason)
