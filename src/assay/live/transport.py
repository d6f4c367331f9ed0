"""Sends HTTP requests: the only user of httpx. What goes wrong with a connection is a value, never an exception."""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from assay.live.budget import Budget
from assay.model.exchange import Failure, Headers, Request, Response
from assay.version import VERSION

AGENT = f"assay/{VERSION} (security test by the owner of this API)"
DEFAULTS: Headers = (
    ("user-agent", AGENT),
    ("accept", "application/json, */*;q=0.8"),
    # Only what is decompressed here with a bound.
    ("accept-encoding", "gzip, deflate"),
)
CHUNK = 65_536


class Peer(Struct, frozen=True):
    """Where a host answers."""

    host: str
    address: str
    """An IP address: names are resolved once, so that nobody can answer differently later."""


class Transport:
    """Connections to one host."""

    def __init__(self, origin: str, peer: Peer, budget: Budget) -> None:
        self._origin = origin
        self._peer = peer
        self._budget = budget
        self._client = httpx.AsyncClient(
            verify=lenient_context(),
            http2=True,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(budget.timeout, pool=None),
            limits=httpx.Limits(max_connections=budget.connections, max_keepalive_connections=budget.connections),
        )

    async def send(self, request: Request, added: Headers = ()) -> Response | Failure:
        """Send a request with the headers of its identity; those that the request sets itself go before them."""
        try:
            async with asyncio.timeout(self._budget.timeout):
                return await self._send(request, added)
        except TimeoutError:
            return Failure("timeout", f"no whole answer within {self._budget.timeout:g} s")
        except httpx.TimeoutException:
            return Failure("timeout", f"no answer within {self._budget.timeout:g} s")
        except httpx.ConnectError as error:
            return _unconnected(error)
        except (httpx.RemoteProtocolError, httpx.LocalProtocolError) as error:
            word = "reset" if "disconnected" in str(error) else "protocol"
            return Failure(
                word, f"what came is no HTTP: {_short(error)}" if word == "protocol" else "the server hung up"
            )
        except (httpx.NetworkError, ssl.SSLError) as error:
            return Failure("reset", f"the connection broke: {_short(error)}")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Failure("protocol", f"the exchange failed: {_short(error)}")

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _send(self, request: Request, added: Headers) -> Response | Failure:
        clock = asyncio.get_running_loop().time
        began = clock()
        prepared = self._prepared(request, added)
        answer = await self._client.send(prepared, stream=True)
        # Every request stands for itself: what a server wants remembered is not.
        self._client.cookies.clear()
        elapsed = clock() - began
        try:
            coding = answer.headers.get("content-encoding", "").strip().lower()
            body, is_cut = await read(answer.aiter_raw(), coding, request.limit)
        finally:
            await answer.aclose()
        headers = tuple((_text(name).lower(), _text(value)) for name, value in answer.headers.raw)
        return Response(answer.status_code, headers, body, is_cut, answer.http_version, elapsed)

    def _prepared(self, request: Request, added: Headers) -> httpx.Request:
        parts = urlsplit(request.origin or self._origin)
        own = {name for name, _ in request.headers}
        given = {name for name, _ in added}
        headers = [("host", parts.netloc)] if "host" not in own else []
        headers += [pair for pair in DEFAULTS if pair[0] not in own | given]
        headers += [pair for pair in added if pair[0] not in own]
        headers += request.headers
        address = f"[{self._peer.address}]" if ":" in self._peer.address else self._peer.address
        port = f":{parts.port}" if parts.port else ""
        url = httpx.URL(f"{parts.scheme}://{address}{port}").copy_with(raw_path=request.path.encode("utf-8"))
        extensions = {"sni_hostname": self._peer.host} if parts.scheme == "https" else {}
        encoded = [(name.encode("latin-1"), value.encode("utf-8")) for name, value in headers]
        content = request.body.encode("utf-8") if request.body else None
        return httpx.Request(request.method, url, headers=encoded, content=content, extensions=extensions)


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, IPv4 first; empty when it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return tuple(sorted(addresses, key=lambda address: ":" in address))


def lenient_context() -> ssl.SSLContext:
    """A context that talks to every server, however old or untrusted: whether it can be trusted is a probe's question."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:aNULL:eNULL:@SECLEVEL=0")
    return context


async def read(chunks: AsyncIterator[bytes], coding: str, limit: int) -> tuple[bytes, bool]:
    """The body up to a limit, decompressed, and whether there was more. A bomb is never unpacked beyond the limit."""
    unpack = zlib.decompressobj(wbits=47) if coding in {"gzip", "x-gzip", "deflate"} else None
    body = bytearray()
    async for chunk in chunks:
        try:
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        except zlib.error:
            return bytes(body[:limit]), True
        if len(body) > limit:
            return bytes(body[:limit]), True
    return bytes(body), False


def _unconnected(error: httpx.ConnectError) -> Failure:
    causes = list(_causes(error))
    if secure := next((each for each in causes if isinstance(each, ssl.SSLError)), None):
        return Failure("tls", f"the TLS handshake failed: {(secure.reason or str(secure)).lower().replace('_', ' ')}")
    system = next((each for each in causes if isinstance(each, OSError) and each.errno), None)
    if isinstance(system, ConnectionRefusedError):
        return Failure("refused", "the connection was refused")
    return Failure("refused", f"no connection: {system.strerror if system else _short(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from; of several attempts each."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    if cause := error.__cause__ or error.__context__:
        yield from _causes(cause)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
