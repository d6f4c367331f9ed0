"""Makes evidence of an exchange: everything secret or personal is masked before it leaves the room, and the rest cut short."""

import json
import re
import shlex
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import parse_qsl, quote, urlsplit

from assay.live.personal import named, sightings, snake
from assay.model.exchange import Exchange, Headers, Request, Transcript

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


def masked(value: str) -> str:
    """A value that tells one from another without telling what it is: its first characters, its length, a mark."""
    mark = sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{value[:2] if len(value) > 7 else ''}…[{len(value)} characters, {mark}]"


def mask_text(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without the secrets that are known and without what looks personal or secret."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) > 3 and secret in text:
            text = text.replace(secret, masked(secret))
    parts: list[str] = []
    last = 0
    for _, start, end in sightings(text):
        parts += [text[last:start], masked(text[start:end])]
        last = end
    return "".join(parts) + text[last:]


def mask_body(text: str, secrets: Iterable[str] = ()) -> str:
    """A body: what its fields name as secret is masked as well, in JSON and in lines of settings."""
    text = PAIR.sub(_pair, text[: BODY * 4])
    text = SETTING.sub(_setting, text)
    return mask_text(text, secrets)[:BODY]


def transcript(exchange: Exchange, origin: str, secrets: Iterable[str] = ()) -> Transcript:
    """An exchange as evidence. Credentials are placeholders; the line for curl has shell variables in their place."""
    request, known = exchange.request, tuple(secrets)
    url = (request.origin or origin) + mask_query(mask_text(request.path, known))
    headers = tuple((name, _header(name, value, known)) for name, value in request.headers)
    body = mask_body(request.body, known)
    answer = exchange.response
    answered = tuple((name, _header(name, value, known)) for name, value in answer.headers) if answer else ()
    shown = mask_body(_readable(answer.body), known) if answer else ""
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


def mask_query(path: str) -> str:
    """A path whose query shows no value that its name gives away as secret."""
    head, mark, query = path.partition("?")
    if not mark:
        return path
    pairs = [part.partition("=") for part in query.split("&")]
    return (
        head + "?" + "&".join(f"{n}{e}{quote(masked(v)) if v and SECRET_QUERY.search(n) else v}" for n, e, v in pairs)
    )


def _placeholder(request: Request) -> Headers:
    return (("(credentials", f"of {request.identity})"),) if request.identity else ()


def _told(first: str, headers: Headers, body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    return "\n".join([*lines, "", body] if body else lines)


def _header(name: str, value: str, secrets: tuple[str, ...]) -> str:
    if name == "set-cookie":
        first, mark, rest = value.partition(";")
        key, _, content = first.partition("=")
        return f"{key}={masked(content)}{mark}{rest}"
    if name in SECRET_HEADERS:
        scheme, space, token = value.partition(" ")
        return f"{scheme} {masked(token)}" if space and name.endswith("authorization") else masked(value)
    if name == "location":
        parts = urlsplit(value)
        return (
            mask_query(mask_text(value, secrets))[:VALUE]
            if parse_qsl(parts.query)
            else mask_text(value, secrets)[:VALUE]
        )
    return mask_text(value, secrets)[:VALUE]


def _pair(match: re.Match[str]) -> str:
    key, between, value = match.groups()
    plain = value[1:-1] if value.startswith('"') else value
    if not named(_unquoted(key), plain):
        return match[0]
    return f"{key}{between}{json.dumps(masked(plain), ensure_ascii=False)}"


def _setting(match: re.Match[str]) -> str:
    key, between, value = match.groups()
    return f"{key}{between}{masked(value)}" if named(snake(key.strip().removeprefix("export ")), value) else match[0]


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


def _readable(body: bytes) -> str:
    if b"\0" in body[:1024]:
        return f"({len(body)} bytes that are no text)"
    return body[: BODY * 6].decode("utf-8", "replace")
