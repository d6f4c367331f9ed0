"""One ask of a running API and its answer: as it was sent and came, and as evidence with everything personal masked."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""(name in lower case, value) in the order in which they stand; a name may come again."""

CONTENT = "content-type"


@dataclass(frozen=True, slots=True)
class Request:
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

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two requests the same."""
        return (self.method, self.origin, self.path, self.identity, self.headers, self.body, self.limit)


@dataclass(frozen=True, slots=True)
class Response:
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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    word: str
    """refused, reset, timeout, dns, tls, protocol; or, when it was never sent: scope, budget, stopped, identity."""
    text: str
    """A clause for people: `the connection was refused`."""

    @property
    def is_unsent(self) -> bool:
        """Whether the request never left."""
        return self.word in {"scope", "budget", "stopped", "identity"}


@dataclass(frozen=True, slots=True)
class Exchange:
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


@dataclass(frozen=True, slots=True)
class Handshake:
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


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server said to a handshake."""

    request: Handshake
    is_accepted: bool | None = None
    """None when nobody can say: no answer in time."""
    version: str = ""
    cipher: str = ""
    """IANA name where it is known, else its number in hex."""
    has_compression: bool = False
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class CertificateAsk:
    """Asks for the certificates that the server shows, and whether the trust store knows their issuer."""

    origin: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two of them the same."""
        return ("certificate", self.origin)


@dataclass(frozen=True, slots=True)
class Certificate:
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


@dataclass(frozen=True, slots=True)
class Chain:
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


Ask: TypeAlias = Request | Handshake | CertificateAsk
Reply: TypeAlias = Exchange | Greeting | Chain


@dataclass(frozen=True, slots=True)
class Transcript:
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
    request_headers: Headers = field(default=())
    request_body: str = ""
    response_headers: Headers = field(default=())
    response_body: str = ""


@lru_cache(maxsize=512)
def parsed(body: bytes) -> object:
    """A body as JSON; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
