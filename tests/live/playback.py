"""Plays the exchanges of a page back to a playbook.

A fence holds exchanges parted by lines of `###`: a request line with the headers that are to be matched, a blank line, a status line
with headers, a blank line, the body. `Authorization: <name of a caller>` in a request means that caller's credentials.
Lines that begin with `#` come first and describe the target:

    # target: http://api.example.com        (default https://api.example.com)
    # mode: active
    # caller: alice kind=bearer role=admin marks=alice,7 token=... tenant=acme canary=/me expired=...
    # route: GET /orders/{id} protected fields=id,total values=admin id=7
    # route: GET /orders public query:limit=10
    # route: PUT /orders/{id} takes=note,total closed
    # login: /login user=alice
    # document: /openapi.json
    # listener: http://127.0.0.1:4444

A token may be written as its claims (`token=jwt:sub:7,exp:1600000000`), a long list as `<1101 rows>`.

TLS: `HANDSHAKE TLS1.0 all` answered by `ACCEPTED TLS_RSA_WITH_...` or `REFUSED` or `SILENT`; `CERTIFICATE` answered by `SHOWN` and lines
`trusted: no`, `named: yes`, `begins:`, `ends:`, `key: rsa 2048`, `hash: sha256`, `reason:`. The listener: `LISTEN http://127.0.0.1:4444/*`
answered by `CALLED GET agent`; it heard nothing elsewhere. What no exchange matches is answered 404 with a
short JSON, or `FAILED timeout` where a fence says so.
"""

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from assay.live.jwt import signed
from assay.model.exchange import (
    Ask,
    Call,
    Certificate,
    CertificateAsk,
    Chain,
    Exchange,
    Failure,
    Greeting,
    Handshake,
    Heard,
    Listen,
    Reply,
    Request,
    Response,
)
from assay.model.target import Caller, Listener, Login, Route, Slot, Stance, Target
from assay.plugins.probe import Mode, Probe, Ruling

API = "https://api.example.com"
NOW = "2026-11-25T12:00:00+00:00"
SECRET = "q8VtN2xLr0YpWc5JmZs1KdEa9HgUf4Bi"
ROWS = re.compile(r"<(\d+) rows>")
PART = re.compile(r"^###[ \t]*$", re.MULTILINE)
NOTHING = Response(404, (("content-type", "application/json"),), b'{"detail": "Not Found"}', version="HTTP/1.1")


class Play(Struct):
    """One exchange of a fence."""

    method: str
    path: str
    headers: dict[str, str]
    answer: list[str]
    body: str = ""
    asked: str = ""
    used: int = 0


class Script(Struct):
    """A fence: a target and what it answers."""

    target: Target
    plays: list[Play] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)


def script(text: str) -> Script:
    """The script of a fence."""
    lines = text.splitlines()
    count = next((index for index, line in enumerate(lines) if not re.match(r"#(?!##)", line)), len(lines))
    setup, rest = [line[1:].strip() for line in lines[:count]], "\n".join(lines[count:])
    return Script(target(setup), [_play(part) for part in PART.split(rest) if part.strip()])


def rulings(probe: Probe, script: Script) -> list[Ruling]:
    """What a probe says of every subject of a script's target; the same ask gets the same reply, as in the engine."""
    said: list[Ruling] = []
    kept: dict[tuple[object, ...], Reply] = {}
    for subject in probe.subjects(script.target):
        play = probe.run(script.target, subject)
        replies: tuple[Reply, ...] | None = None
        while True:
            try:
                asks = next(play) if replies is None else play.send(replies)
            except StopIteration as end:
                said += [end.value] if isinstance(end.value, Ruling) else list(end.value or ())
                break
            replies = tuple(_kept(script, ask, kept) for ask in asks)
    return said


def _kept(script: Script, ask: Ask, kept: dict[tuple[object, ...], Reply]) -> Reply:
    if isinstance(ask, Listen) or (
        isinstance(ask, Request) and (ask.is_fresh or ask.method not in {"GET", "HEAD", "OPTIONS", "TRACE"})
    ):
        return reply(script, ask)
    if ask.key not in kept:
        kept[ask.key] = reply(script, ask)
    return kept[ask.key]


def reply(script: Script, ask: Ask) -> Reply:
    """What a script answers. A play that is written several times answers in that order, the last for good."""
    script.asked.append(ask)
    found = [play for play in script.plays if _fits(play, ask)]
    chosen = next((play for play in found if not play.used), found[-1] if found else None)
    if chosen:
        chosen.used += 1
    match ask:
        case Request():
            return _exchange(ask, chosen)
        case Handshake():
            return _greeting(ask, chosen)
        case CertificateAsk():
            return _chain(ask, chosen)
        case Listen():
            return _heard(ask, chosen)


def target(setup: Iterable[str]) -> Target:
    """The target that setup lines describe."""
    made = Target(API, "shop", is_contracted=True)
    for line in setup:
        word, _, rest = line.partition(":")
        rest = rest.strip()
        match word:
            case "target":
                made = replace(made, origin=rest)
            case "base":
                made = replace(made, base=rest)
            case "mode":
                made = replace(made, mode=Mode(rest))
            case "caller":
                made = replace(made, callers=(*made.callers, _caller(rest)))
            case "route":
                made = replace(made, routes=(*made.routes, _route(rest)))
            case "login":
                made = replace(made, login=_login(rest))
            case "document":
                made = replace(made, documents=(*made.documents, rest))
            case "listener":
                made = replace(made, listener=Listener(rest, b"of a page"))
            case "uncontracted":
                made = replace(made, is_contracted=False)
    return made


def _caller(text: str) -> Caller:
    name, *words = text.split()
    given = dict(word.split("=", 1) for word in words)
    given = {key: _made(value) for key, value in given.items()}
    marks = tuple(given.pop("marks", "").split(",")) if "marks" in given else ()
    made = Caller(name, given.pop("kind", "bearer"), marks=marks)
    said: dict[str, Any] = {**given}
    if "is_expendable" in said:
        said["is_expendable"] = said["is_expendable"] == "yes"
    return replace(made, **said)


def _made(value: str) -> str:
    """A token of claims, as `jwt:sub:7,exp:1600000000`; any other value as it is."""
    if not value.startswith("jwt:"):
        return value
    claims = dict(part.split(":", 1) for part in value.removeprefix("jwt:").split(","))
    return signed(
        {"alg": "HS256"}, {key: int(each) if each.isdecimal() else each for key, each in claims.items()}, SECRET
    )


def _route(text: str) -> Route:
    method, path, *words = text.split()
    stance = Stance.UNKNOWN
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    names: list[str] = []
    samples: dict[str, str] = {}
    slots: list[Slot] = []
    takes: tuple[Slot, ...] = ()
    for word in words:
        key, mark, value = word.partition("=")
        if not mark and key in set(Stance):
            stance = Stance(key)
        elif key == "takes":
            takes = tuple(Slot(name, "body") for name in value.split(","))
        elif not mark and ":" not in key and key != "closed":
            names.append(key)
        elif key == "fields":
            fields = tuple(value.split(","))
        elif key == "values":
            values = tuple(value.split(","))
        elif ":" in key:
            location, _, name = key.partition(":")
            slots.append(Slot(name, location, value))
        else:
            samples[key] = value
    parameters = [
        Slot(name, "path", samples.get(name, ""), is_required=True, is_stated=name in samples)
        for name in re.findall(r"{(\w+)}", path)
    ]
    made = Route("shop", method, path, path, (*parameters, *slots), stance, values, tuple(names), ("contract",), fields)
    return replace(made, takes=takes, is_closed="closed" in words)


def _login(text: str) -> Login:
    path, *words = text.split()
    given = dict(word.split("=", 1) for word in words)
    body = '{"username": "{user}", "password": "{password}"}'
    return Login(path, (("content-type", "application/json"),), body, given.get("user", ""))


def _play(text: str) -> Play:
    head, _, rest = text.strip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    method, _, path = first.partition(" ")
    answered, _, body = rest.partition("\n\n")
    asked = ""
    if not re.match(r"HTTP/|ACCEPTED|REFUSED|SILENT|SHOWN|FAILED|CALLED", answered):
        asked = answered
        answered, _, body = body.partition("\n\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Play(method, path, headers, answered.splitlines(), body.rstrip("\n"), asked.strip())


def _fits(play: Play, ask: Ask) -> bool:
    match ask:
        case Request():
            return _is_asked(play, ask)
        case Handshake():
            return play.method == "HANDSHAKE" and fnmatchcase(f"{ask.version} {ask.ciphers}", play.path)
        case CertificateAsk():
            return play.method == "CERTIFICATE"
        case Listen():
            return play.method == "LISTEN" and fnmatchcase(ask.address, play.path)


def _is_asked(play: Play, ask: Request) -> bool:
    """Whether a play is for a request. Headers that a play does not name are no matter, but credentials are."""
    if play.method != ask.method or not fnmatchcase(ask.origin + ask.path, play.path):
        return False
    if play.asked and not fnmatchcase(ask.body, play.asked):
        return False
    own, wanted = dict(ask.headers), dict(play.headers)
    shown = wanted.pop("authorization", "")
    sent = own.get("authorization", "")
    if not (shown == sent if "authorization" in own else shown == ask.identity) and not (
        sent and shown and fnmatchcase(sent, shown)
    ):
        return False
    return all(fnmatchcase(own.get(name, ""), value) for name, value in wanted.items())


def _exchange(ask: Request, play: Play | None) -> Exchange:
    if play is None:
        return Exchange(ask, NOTHING)
    if play.answer[0].startswith("FAILED"):
        return Exchange(ask, failure=Failure(play.answer[0].partition(" ")[2] or "timeout", "no answer came"))
    version, status = play.answer[0].split()[:2]
    headers = tuple(
        (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in play.answer[1:])
    )
    body = ROWS.sub(lambda match: json.dumps([{"id": number} for number in range(int(match[1]))]), play.body)
    for name, value in (*ask.headers, ("path", ask.path), ("body", ask.body)):
        body = body.replace(f"<{name}>", value)
        headers = tuple((key, text.replace(f"<{name}>", value)) for key, text in headers)
    return Exchange(ask, Response(int(status), headers, body.encode(), version=version))


def _greeting(ask: Handshake, play: Play | None) -> Greeting:
    if play is None or play.answer[0].startswith("REFUSED"):
        return Greeting(ask, is_accepted=False)
    said = play.answer[0]
    if said.startswith("ACCEPTED"):
        cipher = said.partition(" ")[2]
        return Greeting(
            ask, is_accepted=True, version=ask.version, cipher=cipher, has_compression="+compression" in cipher
        )
    return Greeting(ask, failure=Failure("timeout", "no answer to the greeting within 10 s"))


def _heard(ask: Listen, play: Play | None) -> Heard:
    if play is None:
        return Heard(ask)
    _, method, agent = play.answer[0].split(" ", 2)
    return Heard(ask, (Call(method, "127.0.0.1", agent),))


def _chain(ask: CertificateAsk, play: Play | None) -> Chain:
    if play is None or play.answer[0].startswith("FAILED"):
        return Chain(ask, failure=Failure("refused", "no connection"), now=NOW)
    said = {name: value.strip() for name, _, value in (line.partition(":") for line in play.answer[1:])}
    kind, bits = said.get("key", "ec 256").split()
    shown = Certificate(
        subject=said.get("subject", "CN=api.example.com"),
        issuer=said.get("issuer", "CN=Example CA"),
        names=tuple(said.get("names", "api.example.com").split()),
        begins=said.get("begins", "2026-06-01T00:00:00+00:00"),
        ends=said.get("ends", "2027-06-01T00:00:00+00:00"),
        key=kind,
        bits=int(bits),
        hash=said.get("hash", "sha256"),
        is_self_issued=said.get("self-issued", "no") == "yes",
    )
    return Chain(
        ask,
        (shown,),
        said.get("trusted", "yes") == "yes",
        said.get("named", "yes") == "yes",
        said.get("reason", ""),
        NOW,
    )
