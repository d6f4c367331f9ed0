"""Targets that do not answer as they should: the scan ends in time, says what was not tested, and passes nothing for it."""

import asyncio
import gzip
import time
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.live.scanning import bearer, only, scan
from tests.live.serving import free_port, raw, served

from assay.live.budget import Budget
from assay.live.session import Live
from assay.model.verdict import Outcome

SHORT = Budget(seconds=5, requests=300, rate=5000, timeout=0.5)
SOME = only("AP411", "AP416", "AP420", "AP431", "AP434", "AP436")


def passes(live: Live) -> list[str]:
    return [verdict.rule for verdict in live.verdicts if verdict.outcome is Outcome.PASS]


def timed(url: str, budget: Budget = SHORT) -> Live:
    began = time.monotonic()
    live = scan(url, chosen=SOME, budget=budget)
    assert time.monotonic() - began < budget.seconds + 1
    return live


async def _read_request(reader: Reader) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def hangs(reader: Reader, writer: Writer) -> None:
    await _read_request(reader)
    await asyncio.sleep(30)


async def drips(reader: Reader, writer: Writer) -> None:
    await _read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def resets(reader: Reader, writer: Writer) -> None:
    await _read_request(reader)
    writer.transport.abort()


async def no_http(reader: Reader, writer: Writer) -> None:
    await _read_request(reader)
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await writer.drain()
    await asyncio.sleep(0.05)


async def bad_headers(reader: Reader, writer: Writer) -> None:
    await _read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nBad Header Line\r\n: nameless\r\nContent-Length: 2\r\n\r\n{}")
    await writer.drain()
    await asyncio.sleep(0.05)


def test_a_dead_port_is_assessed_by_nothing() -> None:
    live = timed(f"http://127.0.0.1:{free_port()}")
    assert live.problem.endswith("the connection was refused")
    assert {verdict.outcome for verdict in live.verdicts} == {Outcome.NOT_TESTED}
    assert [each.kind for each in live.skipped] == ["target"]


def test_a_host_without_an_address_is_said() -> None:
    live = timed("http://no-such-host.invalid")
    assert "has no address" in live.problem
    assert not passes(live)


@pytest.mark.parametrize("answer", [hangs, resets, no_http, drips], ids=["hangs", "resets", "no-http", "drips"])
def test_a_server_without_a_whole_answer_is_assessed_by_nothing(
    answer: Callable[[Reader, Writer], Awaitable[None]],
) -> None:
    with raw(answer) as origin:
        live = timed(origin)
    assert live.problem
    assert not passes(live)


def test_broken_headers_are_no_crash() -> None:
    with raw(bad_headers) as origin:
        live = timed(origin)
    assert not [each for each in live.skipped if each.kind == "probe"]


def test_https_on_a_plain_port_is_assessed_by_nothing() -> None:
    async def plain(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        await _answer(send, 200, b"{}")

    with served(plain) as origin:
        live = timed(origin.replace("http://", "https://"))
    assert "TLS" in live.problem
    assert not passes(live)


def _app(status: int, body: bytes = b"{}", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Callable[..., Any]:
    async def app(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        await _answer(send, status, body, headers)

    return app


async def _answer(
    send: Callable[..., Awaitable[None]], status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    shown = headers or ((b"content-type", b"application/json"),)
    await send({"type": "http.response.start", "status": status, "headers": list(shown)})
    await send({"type": "http.response.body", "body": body})


def test_429_everywhere_is_left_alone_and_nothing_passes() -> None:
    with served(_app(429, headers=((b"retry-after", b"120"),))) as origin:
        live = timed(origin)
    assert "wait 120 s" in (live.problem + live.stopped)
    assert not passes(live)
    assert len(live.ledger) < 5


def test_503_midway_ends_the_run_with_a_reason() -> None:
    count = 0

    async def app(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        nonlocal count
        count += 1
        status = 200 if count < 30 else 503
        await _answer(
            send, status, b'{"name": "shop"}', ((b"content-type", b"application/json"), (b"retry-after", b"90"))
        )

    with served(app) as origin:
        live = timed(origin)
    assert "503" in live.stopped
    assert [each.kind for each in live.skipped] == ["target"]
    assert [verdict for verdict in live.verdicts if verdict.outcome is Outcome.NOT_TESTED]


def test_401_everywhere_says_nothing_of_what_lies_behind() -> None:
    with served(_app(401, b'{"detail": "Not authenticated"}')) as origin:
        live = timed(origin)
    assert not [each for each in live.observed if each.is_alive]
    assert live.observed[0].is_refused is True


def test_fifty_megabytes_are_not_read_to_their_end() -> None:
    with served(_app(200, b"x" * 50_000_000)) as origin:
        live = timed(
            origin, Budget(seconds=60, requests=60, rate=5000, timeout=20)
        )  # a busy machine is not the matter here
    assert max(entry.size for entry in live.ledger) < 10_000_000
    assert not live.problem


def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 1)
    with served(_app(200, bomb, ((b"content-encoding", b"gzip"), (b"content-type", b"application/json")))) as origin:
        live = timed(origin)
    assert max(entry.size for entry in live.ledger) < 10_000_000


def test_redirects_without_end_are_not_followed() -> None:
    with served(_app(302, b"", ((b"location", b"/again"),))) as origin:
        live = timed(origin)
    assert len(live.ledger) < 120


def test_a_used_up_budget_leaves_the_rest_untested_with_the_reason() -> None:
    with served(_app(200, b'{"name": "shop"}')) as origin:
        live = timed(origin, Budget(seconds=5, requests=20, rate=5000, timeout=0.5))
    assert len(live.ledger) <= 20
    reasons = [verdict.message for verdict in live.verdicts if verdict.outcome is Outcome.NOT_TESTED]
    assert any("budget of 20 requests" in reason for reason in reasons), reasons


def test_a_used_up_time_leaves_the_rest_untested_with_the_reason() -> None:
    async def slow(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        await asyncio.sleep(0.3)
        await _answer(send, 200, b'{"name": "shop"}')

    with served(slow) as origin:
        live = timed(origin, Budget(seconds=1.5, requests=500, rate=5000, timeout=1))
    reasons = [verdict.message for verdict in live.verdicts if verdict.outcome is Outcome.NOT_TESTED]
    assert any("time budget of 1.5 s" in reason for reason in reasons), reasons


def test_what_a_server_wants_remembered_is_forgotten_and_no_redirect_is_followed() -> None:
    seen: list[dict[bytes, bytes]] = []
    paths: list[str] = []

    async def app(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        seen.append(dict(scope["headers"]))  # type: ignore[call-overload]
        paths.append(str(scope["path"]))
        headers = ((b"set-cookie", b"sid=planted; Path=/"), (b"location", b"/elsewhere-4242"))
        await _answer(send, 302, b"", headers)

    with served(app) as origin:
        timed(origin)
    assert len(seen) > 10
    assert not [headers for headers in seen if b"cookie" in headers]
    assert "/elsewhere-4242" not in paths


def test_a_token_is_sent_to_the_origin_alone() -> None:
    tokens: list[bytes] = []

    async def app(scope: dict[str, object], receive: object, send: Callable[..., Awaitable[None]]) -> None:
        tokens.append(dict(scope["headers"]).get(b"authorization", b""))  # type: ignore[call-overload]
        await _answer(send, 307, b"", ((b"location", other.encode()),))

    with served(_app(200)) as other, served(app) as origin:
        scan(origin, chosen=SOME, budget=SHORT, identities=(bearer("alice", "token-of-alice"),))
    assert b"Bearer token-of-alice" in tokens
