"""Makes evidence of an exchange: everything secret or personal is masked before it leaves the room, and the rest cut short."""

import hmac
import json
import re
import shlex
from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlsplit

from assay.live.personal import named, sightings, snake
from assay.model.exchange import Exchange, Headers, Request, Transcript
from assay.model.veiled import Veiled

SECRET_HEADERS = frozenset(
    {
        *(
            "authorization",
            "proxy-authorization",
            "cookie",
            "set-cookie",
            "x-api-key",
            "api-key",
            "apikey",
            "x-auth-token",
        ),
        *("x-access-token", "x-csrf-token", "x-xsrf-token", "x-amz-security-token", "authentication-info"),
    }
)
SECRET_QUERY = re.compile(r"token|key|secret|passw|pwd|sig|auth|code|session|otp", re.IGNORECASE)
BODY = 2_000
"""Characters of a body that evidence shows."""
VALUE = 400
PAIR = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)')
SETTING = re.compile(r"^([ \t]*(?:export )?[\w.-]+)([ \t]*[=:][ \t]*)(\S[^\n]*)$", re.MULTILINE)


class Mask(Veiled, frozen=True):
    """How a run masks: what it knows to be secret, and under which key it marks the values that it takes out."""

    veiled: ClassVar[frozenset[str]] = frozenset({"key", "secrets"})

    key: bytes = b""
    """Of whoever keeps the evidence; without it masks bear no mark, because a hash without a key gives a short value away."""
    secrets: tuple[str, ...] = ()

    def value(self, value: str) -> str:
        """A value that tells one from another without telling what it is: its first characters, its length, a mark."""
        shown = f"{value[:2] if len(value) > 7 else ''}…[{len(value)} characters"
        if not self.key:
            return f"{shown}]"
        return f"{shown}, {hmac.digest(self.key, value.encode('utf-8', 'surrogatepass'), 'sha256').hex()[:8]}]"

    def text(self, text: str) -> str:
        """A text without the secrets that are known and without what looks personal or secret."""
        for secret in sorted(set(self.secrets), key=len, reverse=True):
            if len(secret) > 3 and secret in text:
                text = text.replace(secret, self.value(secret))
        parts: list[str] = []
        last = 0
        for _, start, end in sightings(text):
            parts += [text[last:start], self.value(text[start:end])]
            last = end
        return "".join(parts) + text[last:]

    def body(self, text: str) -> str:
        """A body: what its fields name as secret is masked as well, in JSON and in lines of settings."""
        text = PAIR.sub(self._pair, text[: BODY * 4])
        text = SETTING.sub(self._setting, text)
        return self.text(text)[:BODY]

    def query(self, path: str) -> str:
        """A path whose query shows no value that its name gives away as secret."""
        head, mark, query = path.partition("?")
        if not mark:
            return path
        pairs = [part.partition("=") for part in query.split("&")]
        shown = (f"{n}{e}{quote(self.value(v)) if v and SECRET_QUERY.search(n) else v}" for n, e, v in pairs)
        return f"{head}?{'&'.join(shown)}"

    def header(self, name: str, value: str) -> str:
        """The value of a header: of a cookie its name and attributes, of credentials their scheme."""
        if name == "set-cookie":
            first, mark, rest = value.partition(";")
            key, _, content = first.partition("=")
            return f"{key}={self.value(content)}{mark}{rest}"
        if name in SECRET_HEADERS:
            scheme, space, token = value.partition(" ")
            return f"{scheme} {self.value(token)}" if space and name.endswith("authorization") else self.value(value)
        shown = self.text(value)
        if name == "location" and parse_qsl(urlsplit(value).query):
            shown = self.query(shown)
        return shown[:VALUE]

    def _pair(self, match: re.Match[str]) -> str:
        key, between, value = match.groups()
        plain = value[1:-1] if value.startswith('"') else value
        if not named(_unquoted(key), plain):
            return match[0]
        return f"{key}{between}{json.dumps(self.value(plain), ensure_ascii=False)}"

    def _setting(self, match: re.Match[str]) -> str:
        key, between, value = match.groups()
        is_secret = named(snake(key.strip().removeprefix("export ")), value)
        return f"{key}{between}{self.value(value)}" if is_secret else match[0]


def transcript(exchange: Exchange, origin: str, mask: Mask) -> Transcript:
    """An exchange as evidence. Credentials are placeholders; the line for curl has shell variables in their place."""
    request, answer = exchange.request, exchange.response
    url = (request.origin or origin) + mask.query(mask.text(request.path))
    headers = tuple((name, mask.header(name, value)) for name, value in request.headers)
    body = mask.body(request.body)
    answered = tuple((name, mask.header(name, value)) for name, value in answer.headers) if answer else ()
    shown = mask.body(_readable(answer.body)) if answer else ""
    return Transcript(
        request=_told(f"{request.method} {url}", (*_placeholder(request), *headers), body),
        response=_told(f"{answer.version or 'HTTP/1.1'} {answer.status}", answered, shown)
        if answer
        else exchange.reason,
        identity=request.identity,
        curl=curl(request, url, headers, body),
        status=exchange.status,
        method=request.method,
        url=url,
        request_headers=headers,
        request_body=body,
        response_headers=answered,
        response_body=shown,
    )


def curl(request: Request, url: str, headers: Headers, body: str) -> str:
    """A command that repeats a request, the credentials of its identity as shell variables."""
    words = ["curl", "-i"]
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != "GET":
        words += ["-X", request.method]
    words += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers]
    if request.identity:
        words.append(f'-H "${{{variable(request.identity)}}}"')
    if body:
        words.append(f"--data {shlex.quote(body)}")
    return " ".join([*words, shlex.quote(url)])


def variable(identity: str) -> str:
    """The shell variable that stands for the credentials of an identity: a whole header line."""
    return "CREDENTIALS_OF_" + re.sub(r"\W", "_", identity).upper()


def _placeholder(request: Request) -> Headers:
    return (("(credentials", f"of {request.identity})"),) if request.identity else ()


def _told(first: str, headers: Headers, body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return "\n".join([*lines, "", body] if body else lines)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def _readable(body: bytes) -> str:
    if b"\0" in body[:1024]:
        return f"({len(body)} bytes that are no text)"
    return body[: BODY * 6].decode("utf-8", "replace")
