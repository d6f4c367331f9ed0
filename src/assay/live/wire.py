"""Carries every kind of ask to the target, and brings back the reply; what tests replace when they need no sockets."""

from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from assay.live.budget import Budget
from assay.live.certificate import chain
from assay.live.tls import greet
from assay.live.transport import Peer, Transport
from assay.model.exchange import Answered, CertificateAsk, Exchange, Handshake, Headers, Response, Sending


class Wire(Protocol):
    """Something that carries asks."""

    async def carry(self, ask: Sending, added: Headers) -> Answered:
        """The reply to an ask; `added` are the headers of its identity."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class Trust(Struct, frozen=True):
    """What the certificates of a target are judged by."""

    now: datetime
    authority: Path | None = None
    """A file of issuers that are trusted instead of the system's."""


class NetworkWire:
    """The wire to a real host."""

    def __init__(self, origin: str, peer: Peer, budget: Budget, trust: Trust) -> None:
        self._origin = origin
        self._peer = peer
        self._budget = budget
        self._trust = trust
        self._transport = Transport(origin, peer, budget)

    async def carry(self, ask: Sending, added: Headers) -> Answered:
        """The reply to an ask."""
        seconds = self._budget.timeout
        match ask:
            case Handshake():
                return await greet(ask, self._peer.address, self._port(ask.origin), self._peer.host, seconds)
            case CertificateAsk():
                peer = Peer(self._peer.host, self._peer.address)
                trust = self._trust
                return await chain(
                    ask, peer, self._port(ask.origin), trust.now, authority=trust.authority, seconds=seconds
                )
        outcome = await self._transport.send(ask, added)
        return Exchange(ask, outcome) if isinstance(outcome, Response) else Exchange(ask, failure=outcome)

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()

    def _port(self, origin: str) -> int:
        parts = urlsplit(origin or self._origin)
        return parts.port or (443 if parts.scheme == "https" else 80)
