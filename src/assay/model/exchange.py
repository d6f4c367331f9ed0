"""One ask of a running API and its answer: as it was sent and came, and as evidence with everything personal masked."""

import json
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""(name in lower case, value) in the order in which they stand; a name may come again."""

CONTENT = "content-type"


class Request(Struct, frozen=True):
    """What a probe asks. Its path is whole: with the base path of the API, with its query, percent-encoded."""

    method: str
    path: str
    identity: str = ""
    """The name of the identity whose credentials are added; "" asks as a stranger."""
    headers: Headers = ()
    """Besides those that the transport and the identity set; a header that stands here is never replaced by them."""
    body: str = ""
    origin: str = ""
    """Another origin of the same host, as `http://api.example.com`; "" is the target's. Never gets credentials."""
    limit: int = 262_144
    """Bytes of the answer that are read; the rest is cut off."""
    is_fresh: bool = False
    """Asked again although the same was asked before; without it one answer serves everybody."""
    expects_limit: bool = False
    """It is part of a burst: a 429 is what it is for, and makes nobody wait."""
    undo: tuple["Undo", ...] = ()
    """Of a write: what it may change, and how that is put back; fixed before it is sent."""
    is_restoring: bool = False
    """It puts back what a write changed, or looks whether that is needed: sent even when the budget is used up."""
    is_ending: bool = False
    """It ends the session whose credentials it carries: sent in active mode only, to a path that says so."""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two requests the same."""
        return (self.method, self.origin, self.path, self.identity, self.headers, self.body, self.limit)


class Response(Struct, frozen=True):
    """What came back."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    """Decompressed, up to the request's limit."""
    is_cut: bool = False
    """There was more of it."""
    version: str = ""
    """`HTTP/1.1`, `HTTP/2`."""
    elapsed: float = 0.0
    """Seconds until the first byte; only for probes that look at time."""

    def header(self, name: str) -> str:
        """The value of a header, several of them joined by a comma; "" when it is not there."""
        return ", ".join(self.every(name))

    def every(self, name: str) -> tuple[str, ...]:
        """The values of a header that may come again, as set-cookie."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    def has(self, name: str) -> bool:
        """Whether a header is there, be it empty."""
        wanted = name.lower()
        return any(key == wanted for key, _ in self.headers)

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def media(self) -> str:
        """The media type without its parameters, lower case: `application/json`."""
        return self.header(CONTENT).partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return self.media == "application/json" or self.media.endswith("+json")

    @property
    def is_html(self) -> bool:
        """Whether it says that it is a page, or begins like one without saying what it is."""
        if self.media:
            return self.media in {"text/html", "application/xhtml+xml"}
        return self.body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html"))

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def document(self) -> object:
        """The body as JSON, whatever the media type says; None when it is none."""
        return parsed(self.body)


class Undo(Struct, frozen=True):
    """How one object gets back what it was before a write."""

    witness: Request
    """Shows the object to whoever it belongs to."""
    before: Response
    """What the witness answered before the write."""
    requests: tuple[Request, ...]
    """Put it back; each is tried until the witness shows what it showed before."""
    by_hand: str
    """What people are told to put back where none of them did, as `the field note of /orders/7`."""


class Standing(StrEnum):
    """What became of an object that a write may have changed."""

    UNTOUCHED = "untouched"
    """It was read again, and was as before."""
    PUT_BACK = "put-back"
    """It had changed, was put back, and was read again as it was before."""
    CHANGED = "changed"
    """It was not put back, or nobody could look."""


class Write(Struct, frozen=True, order=True):
    """A request that may have changed something, as reports list it."""

    number: int
    """Its place among what was written, from 1."""
    what: str
    """Method and address."""
    identity: str
    outcome: str
    """The status, or the word of the failure."""
    standing: Standing
    of: str
    """What it may have changed: paths of objects."""
    mend: str = ""
    """What is to be put back by hand."""


class Failure(Struct, frozen=True):
    """Why there is no answer."""

    word: str
    """refused, reset, timeout, dns, tls, protocol; or, when it was never sent: scope, budget, stopped, identity."""
    text: str
    """A clause for people: `the connection was refused`."""

    @property
    def is_unsent(self) -> bool:
        """Whether the request never left."""
        return self.word in {"scope", "budget", "stopped", "identity"}


class Exchange(Struct, frozen=True):
    """A request and what became of it, in memory only: it may hold secrets, and no report ever sees it."""

    request: Request
    response: Response | None = None
    failure: Failure | None = None
    """Set when there is no response."""

    @property
    def status(self) -> int:
        """The status; 0 without an answer."""
        return self.response.status if self.response else 0

    @property
    def answer(self) -> Response:
        """The response, or an empty one with status 0."""
        return self.response or Response(0)

    @property
    def reason(self) -> str:
        """Why there is no answer; "" when there is one."""
        return self.failure.text if self.failure else ""


class Handshake(Struct, frozen=True):
    """A TLS greeting that offers one version and some ciphers; nothing follows it."""

    version: str
    """SSLv3, TLS1.0, TLS1.1, TLS1.2, TLS1.3."""
    ciphers: str = "all"
    """A family: all, null, export, anonymous, rc4, des, 3des, static-rsa, strong."""
    offers_compression: bool = False
    origin: str = ""
    attempt: int = 1
    """A second one is asked although the first was."""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two handshakes the same."""
        return ("handshake", self.origin, self.version, self.ciphers, self.offers_compression, self.attempt)


class Greeting(Struct, frozen=True):
    """What a server said to a handshake."""

    request: Handshake
    is_accepted: bool | None = None
    """None when nobody can say: no answer in time."""
    version: str = ""
    cipher: str = ""
    """IANA name where it is known, else its number in hex."""
    has_compression: bool = False
    failure: Failure | None = None


class CertificateAsk(Struct, frozen=True):
    """Asks for the certificates that the server shows, and whether the trust store knows their issuer."""

    origin: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two of them the same."""
        return ("certificate", self.origin)


class Certificate(Struct, frozen=True):
    """One certificate of a chain, in the words that probes need."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """DNS names and addresses that it is for."""
    begins: str
    """ISO time, UTC."""
    ends: str
    key: str
    """rsa, ec, ed25519, ed448, dsa, other."""
    bits: int
    hash: str
    """Of the signature: sha256, sha1, md5; "" when the algorithm has none of its own."""
    is_self_issued: bool = False


class Chain(Struct, frozen=True):
    """The certificates of a server, its own first."""

    request: CertificateAsk
    certificates: tuple[Certificate, ...] = ()
    is_trusted: bool | None = None
    """None when it could not be asked."""
    is_named: bool | None = None
    """Whether the certificate is for the host."""
    reason: str = ""
    """Why it is not trusted, in the words of the library."""
    now: str = ""
    """ISO time at which it was asked."""
    failure: Failure | None = None


class Listen(Struct, frozen=True):
    """Asks the listener of the run whether an address of it was called; nothing is sent to the target."""

    address: str
    """Of `Listener.address`."""
    offer: str = ""
    """JSON that the address answers from now on; until then it answers 404."""
    seconds: float = 0.0
    """How long a first call is waited for."""


class Call(Struct, frozen=True):
    """A call that came to the listener."""

    method: str
    source: str
    """The address that it came from, without the port."""
    agent: str = ""
    """What it calls itself."""


class Heard(Struct, frozen=True):
    """What came to an address of the listener, in order."""

    request: Listen
    calls: tuple[Call, ...] = ()
    failure: Failure | None = None


Sending: TypeAlias = Request | Handshake | CertificateAsk
"""What goes to the target."""
Ask: TypeAlias = Sending | Listen
Answered: TypeAlias = Exchange | Greeting | Chain
Reply: TypeAlias = Answered | Heard


class Transcript(Struct, frozen=True):
    """An exchange as evidence: masked, cut short, with a line that repeats it."""

    request: str
    """Request line and headers as text; credentials are placeholders."""
    response: str
    """Status line, headers and the beginning of the body; or why there is none."""
    identity: str = ""
    curl: str = ""
    """A command that repeats it; credentials are shell variables."""
    status: int = 0
    method: str = ""
    url: str = ""
    request_headers: Headers = ()
    request_body: str = ""
    response_headers: Headers = ()
    response_body: str = ""


@lru_cache(maxsize=512)
def parsed(body: bytes) -> object:
    """A body as JSON; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
