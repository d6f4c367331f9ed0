"""What may be asked of whom: the one place that can say no to a request."""

import ipaddress
import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from assay.errors import UsageError
from assay.model.exchange import Request
from assay.model.target import Route

ENDING_METHODS = frozenset({"GET", "POST", "DELETE"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "TRACK"})
DESTRUCTIVE = frozenset(
    {
        *(
            "accept",
            "activate",
            "add",
            "apply",
            "approve",
            "archive",
            "assign",
            "ban",
            "book",
            "buy",
            "cancel",
            "cleanup",
        ),
        *(
            "clear",
            "confirm",
            "create",
            "createdb",
            "deactivate",
            "delete",
            "deploy",
            "destroy",
            "disable",
            "drop",
            "dump",
        ),
        *(
            "emit",
            "enable",
            "erase",
            "execute",
            "expire",
            "fire",
            "flush",
            "generate",
            "grant",
            "import",
            "init",
            "insert",
        ),
        *(
            "install",
            "invalidate",
            "invite",
            "kill",
            "lock",
            "logoff",
            "logout",
            "migrate",
            "notify",
            "pay",
            "publish",
            "purge",
        ),
        *(
            "quit",
            "reboot",
            "rebuild",
            "refresh",
            "regenerate",
            "register",
            "reject",
            "reload",
            "remove",
            "reset",
            "resend",
        ),
        *(
            "restart",
            "restore",
            "revoke",
            "rotate",
            "run",
            "seed",
            "send",
            "set",
            "shutdown",
            "signout",
            "start",
            "stop",
        ),
        *("submit", "subscribe", "suspend", "sync", "terminate", "toggle", "transfer", "trigger", "truncate", "unban"),
        *("uninstall", "unlock", "unsubscribe", "update", "upgrade", "upload", "wipe", "withdraw", "write"),
    }
)
"""Verbs of changes; a GET that is named by one may make it. Words that are as often nouns of things to read are left out."""
ENDING = re.compile(r"^(?:log|sign)[-_]?(?:out|off)$", re.IGNORECASE)
"""The last part of a path that ends the session of whoever asks it, and nothing else."""
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class Scope(Struct, frozen=True):
    """The target's origin, and how far requests may go beyond it."""

    origin: str
    mode: str = "safe"
    writes: frozenset[tuple[str, str]] = frozenset()
    """(method, path) that may be sent although they are writes: the login."""

    def refusal(self, request: Request) -> str:
        """Why a request is not sent; "" when it may be."""
        if request.origin and urlsplit(request.origin).hostname != urlsplit(self.origin).hostname:
            return f"{request.origin} is another host than {self.origin}"
        if request.origin and request.origin != self.origin and _has_credentials(request):
            return f"credentials go to {self.origin} only"
        if not request.path.startswith("/") and request.path != "*":
            return f"{request.path!r} is no path"
        path = request.path.partition("?")[0]
        if (request.method, path) in self.writes:
            return ""
        if request.is_ending:
            return self._unended(request, path)
        if request.method not in SAFE_METHODS and (why := self._unwritten(request)):
            return why
        if verb := destructive(path):
            return f"the path says {verb!r}, which may change state"
        return ""

    def _unended(self, request: Request, path: str) -> str:
        """Why a session is not ended; "" when it may be: one that was shown, by what is there for it."""
        if self.mode != "active":
            return f"{path} ends a session, and is sent in active mode only"
        if not is_ending(path) or request.method not in ENDING_METHODS:
            return f"{request.method} {path} does not say that it ends a session and nothing else"
        return "" if _has_credentials(request) else "no session was named that it should end"

    def _unwritten(self, request: Request) -> str:
        """Why something that is no question is not sent; "" when it may be: a write that can be taken back."""
        if self.mode != "active":
            return f"{request.method} may change state, and is sent in active mode only"
        if not request.undo and not request.is_restoring:
            return f"{request.method} may change state, and nothing says how that would be put back"
        return ""


def is_ending(path: str) -> bool:
    """Whether a path says that it ends the session of whoever asks it."""
    head, _, last = path.rstrip("/").rpartition("/")
    return bool(ENDING.match(last)) and not destructive(head)


def destructive(text: str) -> str:
    """The word of a path, operation id or handler that says it changes something; "" when there is none."""
    for word in WORD.findall(unquote(text)):
        if word.lower() in DESTRUCTIVE:
            return str(word.lower())
    return ""


def destructive_route(route: Route) -> str:
    """Why a GET route is never asked; "" when it may be.

    Of a summary, which is prose, the first word alone counts; of ids, tags and handlers every one.
    """
    if verb := destructive(re.sub(r"\{[^{}]*\}", "", route.path)):
        return f"its path says {verb!r}"
    for words in route.words:
        first = words.split(" ", 1)[0] if " " in words.strip() else words.rpartition(".")[2]
        if verb := destructive(first):
            return f"it is named {words!r}, which says {verb!r}"
    return ""


def origin_of(url: str) -> tuple[str, str]:
    """(origin, base path) of a URL as people write it. Raises `UsageError` naming the mend."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        message = f"{url}: this is no URL: {error}. Mend: write https://host, or https://host:port/base."
        raise UsageError(message) from error
    if parts.scheme not in {"http", "https"} or not host:
        message = f"{url}: this is no URL of an API. Mend: write https://host, or https://host:port/base."
        raise UsageError(message)
    if parts.username or parts.password:
        message = "The URL holds credentials, which would stand in reports. Mend: give them as --identity."
        raise UsageError(message)
    shown = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    suffix = f":{port}" if port and port != usual else ""
    return f"{parts.scheme}://{shown}{suffix}", parts.path.rstrip("/")


def address_refusal(host: str, addresses: tuple[str, ...], *, may_private: bool) -> str:
    """Why a host is not asked at these addresses; "" when it may be.

    A private, loopback or link-local address has to be named on the command line: written as such, `localhost`, or allowed.
    """
    if may_private or is_named_private(host):
        return ""
    inside = next((address for address in addresses if is_inside(address)), "")
    if not inside:
        return ""
    return f"{host} resolves to {inside}, a private address. Mend: add --allow-private if that is meant"


def is_named_private(host: str) -> bool:
    """Whether the host itself says that it is inside."""
    return host == "localhost" or host.endswith(".localhost") or is_inside(host)


def is_inside(address: str) -> bool:
    """Whether an address is not one of the public internet; what is no address is not inside."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return not (mapped or found).is_global


def _has_credentials(request: Request) -> bool:
    return bool(request.identity) or any(name in {"authorization", "cookie"} for name, _ in request.headers)


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
