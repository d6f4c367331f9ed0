"""What playbooks say to the engine: `yield from ask(...)` gives the exchange of a request, `ask_all` those of several at once."""

from collections.abc import Generator, Iterable

from msgspec.structs import replace

from assay.model.exchange import (
    Ask,
    CertificateAsk,
    Chain,
    Exchange,
    Greeting,
    Handshake,
    Heard,
    Listen,
    Reply,
    Request,
)

Asking = Generator[tuple[Ask, ...], tuple[Reply, ...], Exchange]


def ask(request: Request) -> Asking:
    """The exchange of one request."""
    (reply,) = yield (request,)
    assert isinstance(reply, Exchange)
    return reply


def get(path: str, identity: str = "", **headers: str) -> Asking:
    """The exchange of a GET; keywords are headers, `_` in their names for `-`."""
    given = tuple((name.replace("_", "-").lower(), value) for name, value in headers.items())
    return (yield from ask(Request("GET", path, identity, given)))


def ask_all(
    requests: Iterable[Request],
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Exchange, ...]]:
    """The exchanges of requests that are sent side by side, in their order."""
    asked = tuple(requests)
    if not asked:
        return ()
    replies = yield asked
    return tuple(reply for reply in replies if isinstance(reply, Exchange))


def greet(
    handshakes: Iterable[Handshake],
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Greeting, ...]]:
    """The answers to TLS greetings, in their order; one that is not answered is sent once more."""
    first = yield tuple(handshakes)
    found = [reply for reply in first if isinstance(reply, Greeting)]
    silent = [index for index, reply in enumerate(found) if reply.is_accepted is None]
    if silent:
        again = yield tuple(replace(found[index].request, attempt=2) for index in silent)
        for index, reply in zip(silent, again, strict=True):
            if isinstance(reply, Greeting):
                found[index] = replace(reply, request=found[index].request)
    return tuple(found)


def chain() -> Generator[tuple[Ask, ...], tuple[Reply, ...], Chain]:
    """The certificates of the target."""
    (reply,) = yield (CertificateAsk(),)
    assert isinstance(reply, Chain)
    return reply


def listen(
    asks: Iterable[Listen],
) -> Generator[tuple[Ask, ...], tuple[Reply, ...], tuple[Heard, ...]]:
    """What came to addresses of the listener, in their order."""
    replies = yield tuple(asks)
    return tuple(reply for reply in replies if isinstance(reply, Heard))
