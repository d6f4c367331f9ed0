"""Receives calls of the target on an address of this machine: what shows that a server calls where its caller says.

It answers only addresses that were made for the run and offered, reads no body, and keeps nothing of any other call.
"""

import asyncio
import contextlib
import secrets
from typing import Self
from urllib.parse import urlsplit

from assay.errors import UsageError
from assay.live.scope import is_address
from assay.model.exchange import Call, Heard, Listen
from assay.model.target import Listener

HEAD = 16_384
"""Bytes of a request that are read."""
PATIENCE = 5.0
"""Seconds that a caller may take to say what it wants."""


def bound(url: str) -> tuple[str, int]:
    """(host to bind, port) of a listener's URL; a name binds every address of the machine. Raises `UsageError`."""
    mend = (
        "Mend: write an address of this machine that the target reaches, as http://127.0.0.1:0 or http://10.0.0.7:4444."
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        message = f"--listener {url}: this is no URL: {error}. {mend}"
        raise UsageError(message) from error
    if parts.scheme != "http" or not host or port is None or parts.path not in {"", "/"} or parts.query:
        message = f"--listener {url}: it needs http, a host and a port, and nothing else. {mend}"
        raise UsageError(message)
    if host == "localhost":
        return "127.0.0.1", port
    return (host if is_address(host) else "0.0.0.0"), port  # noqa: S104 - a name that stands for this machine


class Listening:
    """A server for the length of a run. One per run."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._server: asyncio.Server | None = None
        self._offers: dict[str, str] = {}
        self._calls: dict[str, list[Call]] = {}
        self._rung: dict[str, asyncio.Event] = {}
        self.listener = Listener(url.rstrip("/"), secrets.token_bytes(32))

    async def __aenter__(self) -> Self:
        host, port = bound(self._url)
        try:
            self._server = await asyncio.start_server(self._one, host, port, limit=HEAD)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"--listener {self._url}: nobody can listen there: {reason}. Mend: name a free port and an address of this machine."
            raise UsageError(message) from error
        taken = self._server.sockets[0].getsockname()[1]
        shown = urlsplit(self._url).hostname or host
        self.listener = Listener(f"http://{f'[{shown}]' if ':' in shown else shown}:{taken}", self.listener.key)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server:
            self._server.close()

    async def heard(self, ask: Listen) -> Heard:
        """What came to an address; waits for a first call as long as the ask says."""
        path = urlsplit(ask.address).path
        calls = self._calls.setdefault(path, [])
        self._rung.setdefault(path, asyncio.Event())
        if ask.offer:
            self._offers[path] = ask.offer
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ask.seconds):
                await self._rung[path].wait()
        return Heard(ask, tuple(calls))

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call: noted where its address was made for this run, answered with what was offered there."""
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(self._answer(head, str(writer.get_extra_info("peername")[0])))
                await writer.drain()
        writer.close()

    def _answer(self, head: str, source: str) -> bytes:
        first, *lines = head.split("\r\n")
        method, _, rest = first.partition(" ")
        path = urlsplit(rest.partition(" ")[0]).path
        if path in self._calls:
            agent = next(
                (line.partition(":")[2].strip() for line in lines if line.lower().startswith("user-agent:")), ""
            )
            self._calls[path].append(Call(method[:16], source, agent[:80]))
            self._rung[path].set()
        offer = self._offers.get(path, "")
        status = "200 OK" if offer else "404 Not Found"
        body = (offer or "{}").encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return head.encode("ascii") + (b"" if method == "HEAD" else body)
