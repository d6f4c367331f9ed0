"""In whose name requests are sent: the credentials of the identities that the run was given, made when needed, renewed when they end."""

import asyncio
import base64
import json
import shlex
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar
from urllib.parse import quote, urlencode

from assay.model.exchange import Exchange, Failure, Headers, Request
from assay.model.target import Caller, Login
from assay.model.veiled import Veiled

KINDS = ("bearer", "header", "query", "basic", "cookie", "login", "oauth", "command")
RENEWABLE = frozenset({"login", "oauth", "command"})
MOST_RENEWALS = 3
"""In one run: a target that refuses new credentials too has another reason."""
COMMAND_SECONDS = 20.0
TOKENS = ("access_token", "accessToken", "token", "id_token", "idToken", "jwt", "auth_token", "authToken", "key")

Send = Callable[[Request], Awaitable[Exchange]]


class Identity(Veiled, frozen=True):
    """Somebody whose credentials the run was given."""

    veiled: ClassVar[frozenset[str]] = frozenset({"secret", "expired"})

    name: str
    kind: str
    """One of KINDS."""
    secret: str = ""
    """The token, key, password, cookie header or client secret."""
    user: str = ""
    """Of basic, login and oauth: user name or client id."""
    parameter: str = ""
    """Of header and query: its name. Of login: `json` or `form`."""
    path: str = ""
    """Of login and oauth: where to ask, under the origin."""
    names: tuple[str, str] = ("username", "password")
    """Of login: the fields of user and password."""
    command: str = ""
    """Of command: prints a token on its first line."""
    scope: str = ""
    role: str = ""
    tenant: str = ""
    marks: tuple[str, ...] = ()
    canary: str = ""
    expired: str = ""
    is_expendable: bool = False


class Keyring:
    """The credentials of a run. Secrets that it learns on the way are known to the masks."""

    def __init__(self, identities: Iterable[Identity], send: Send) -> None:
        self._identities = {identity.name: identity for identity in identities}
        self._send = send
        self._made: dict[str, Headers | Failure] = {}
        self._tokens: dict[str, str] = {}
        self._locks = {name: asyncio.Lock() for name in self._identities}
        self._renewals: dict[str, int] = {}
        self._logins: dict[str, Exchange] = {}

    async def headers(self, request: Request) -> Headers | Failure:
        """The headers of the request's identity; made at the first use."""
        name = request.identity
        if name not in self._identities:
            return Failure("identity", f"not sent: there is no identity {name!r}")
        async with self._locks[name]:
            if name not in self._made:
                self._made[name] = await self._make(self._identities[name])
        return self._made[name]

    def query(self, request: Request) -> str:
        """The path, with the credentials of an identity whose key travels in the query."""
        found = self._identities[request.identity]
        if found.kind != "query":
            return request.path
        return f"{request.path}{'&' if '?' in request.path else '?'}{found.parameter}={quote(found.secret, safe='')}"

    async def renewed(self, request: Request) -> bool:
        """Whether an identity that was refused got new credentials."""
        name = request.identity
        if self._identities[name].kind not in RENEWABLE or not isinstance(self._made.get(name), tuple):
            return False
        async with self._locks[name]:
            before, used = self._made[name], self._renewals.get(name, 0)
            if used >= MOST_RENEWALS:
                return False
            self._renewals[name] = used + 1
            made = await self._make(self._identities[name])
            if isinstance(made, Failure):
                return False
            self._made[name] = made
        return made != before

    def token(self, name: str) -> str:
        """The token of an identity as it travels, "" for kinds without one or before its first use."""
        return self._tokens.get(name, "")

    def login(self, name: str) -> Exchange | None:
        """How the login of an identity went; None for kinds that do not log in."""
        return self._logins.get(name)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be shown."""
        given = [each for identity in self._identities.values() for each in (identity.secret, identity.expired)]
        made = [value for headers in self._made.values() if isinstance(headers, tuple) for _, value in headers]
        return tuple(dict.fromkeys(each for each in (*given, *self._tokens.values(), *made) if each))

    async def _make(self, identity: Identity) -> Headers | Failure:
        match identity.kind:
            case "bearer":
                return self._bearer(identity.name, identity.secret)
            case "header":
                self._tokens[identity.name] = identity.secret.rpartition(" ")[2]
                return ((identity.parameter.lower(), identity.secret),)
            case "query":
                return ()
            case "basic":
                pair = base64.b64encode(f"{identity.user}:{identity.secret}".encode()).decode("ascii")
                return (("authorization", f"Basic {pair}"),)
            case "cookie":
                return (("cookie", identity.secret),)
            case "command":
                printed = await _printed(identity.command)
                return printed if isinstance(printed, Failure) else self._bearer(identity.name, printed)
        return await self._logged_in(identity)

    async def _logged_in(self, identity: Identity) -> Headers | Failure:
        exchange = await self._send(login_request(identity))
        self._logins[identity.name] = exchange
        answer = exchange.response
        if answer is None or answer.status >= 400:
            why = exchange.reason or f"it answered {exchange.status}"
            return Failure("identity", f"not sent: the login of {identity.name} at {identity.path} failed: {why}")
        if token := token_of(answer.document):
            return self._bearer(identity.name, token)
        cookies = [value.partition(";")[0] for value in answer.every("set-cookie")]
        if cookies:
            return (("cookie", "; ".join(cookies)),)
        return Failure(
            "identity", f"not sent: the login of {identity.name} at {identity.path} gave no token and no cookie"
        )

    def _bearer(self, name: str, token: str) -> Headers:
        self._tokens[name] = token
        return (("authorization", f"Bearer {token}"),)


def login_request(identity: Identity) -> Request:
    """The request that logs an identity in, or asks for its OAuth token (RFC 6749 §4.4)."""
    if identity.kind == "oauth":
        form = {"grant_type": "client_credentials", "client_id": identity.user, "client_secret": identity.secret}
        return _form(identity.path, form | ({"scope": identity.scope} if identity.scope else {}))
    fields = {identity.names[0]: identity.user, identity.names[1]: identity.secret}
    if identity.parameter == "form":
        return _form(identity.path, fields)
    headers = (("content-type", "application/json"),)
    return Request("POST", identity.path, headers=headers, body=json.dumps(fields), is_fresh=True)


def login_of(identities: Iterable[Identity]) -> Login | None:
    """How to log in, if some identity does."""
    found = next((identity for identity in identities if identity.kind == "login"), None)
    if found is None:
        return None
    user, password = found.names
    if found.parameter == "form":
        body, media = f"{quote(user)}={{user}}&{quote(password)}={{password}}", "application/x-www-form-urlencoded"
    else:
        body, media = f'{{{json.dumps(user)}: "{{user}}", {json.dumps(password)}: "{{password}}"}}', "application/json"
    return Login(found.path, (("content-type", media),), body, found.user)


def caller(identity: Identity) -> Caller:
    """An identity as probes know it, before its first use."""
    return Caller(
        name=identity.name,
        kind=identity.kind,
        role=identity.role,
        tenant=identity.tenant,
        marks=identity.marks or ((identity.user,) if identity.user else ()),
        expired=identity.expired,
        canary=identity.canary,
        is_expendable=identity.is_expendable,
    )


def token_of(document: object) -> str:
    """The token in the answer of a login: by the usual names, at the top or one level below."""
    if not isinstance(document, dict):
        return ""
    for name in TOKENS:
        if isinstance(value := document.get(name), str) and value:
            return value
    return next((found for value in document.values() if (found := token_of(value))), "")


def _form(path: str, fields: dict[str, str]) -> Request:
    headers = (("content-type", "application/x-www-form-urlencoded"),)
    return Request("POST", path, headers=headers, body=urlencode(fields), is_fresh=True)


async def _printed(command: str) -> str | Failure:
    """The first line that a command prints."""
    name = command.split(" ", 1)[0]
    try:
        words = shlex.split(command)
        process = await asyncio.create_subprocess_exec(
            *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except (OSError, ValueError, IndexError) as error:
        return Failure("identity", f"not sent: the command {name} cannot be run: {error}")
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        return Failure("identity", f"not sent: the command {name} did not end within {COMMAND_SECONDS:g} s")
    token = printed.decode("utf-8", "replace").strip().partition("\n")[0].strip()
    if process.returncode or not token:
        return Failure("identity", f"not sent: the command {name} printed no token (exit code {process.returncode})")
    return token
