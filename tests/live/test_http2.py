"""HTTP/2 as a real server speaks it: hypercorn over TLS on loopback."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config
from msgspec import Struct, field
from tests.live.scanning import QUICK, bearer, scan
from tests.live.servers import strong
from tests.live.serving import free_port

from assay.model.verdict import Outcome, Severity


class Watched(Struct):
    """The strong app, and how it was asked."""

    versions: set[str] = field(default_factory=set)
    connections: set[int] = field(default_factory=set)
    """Ports of the other side."""
    asked: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.versions.add(scope["http_version"])
        self.connections.add(scope["client"][1])
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.005)
        await strong.app(scope, receive, send)
        self.at_once -= 1


@contextmanager
def over_tls(app: Any, folder: Path, *protocols: str) -> Iterator[tuple[str, Path]]:
    """(origin, file of the issuer) of an app that is served with these protocols."""
    authority, port = trustme.CA(), free_port()
    leaf = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / "leaf.pem"))
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.certfile = config.keyfile = str(folder / "leaf.pem")
    config.alpn_protocols = list(protocols)
    config.loglevel = "CRITICAL"
    config.graceful_timeout = 0.1
    loop, ended, started = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def trigger() -> None:
        started.set()
        await ended.wait()

    thread = threading.Thread(
        target=lambda: loop.run_until_complete(serve(app, config, shutdown_trigger=trigger, mode="asgi")), daemon=True
    )
    thread.start()
    assert started.wait(10)
    try:
        yield f"https://127.0.0.1:{port}", folder / "ca.pem"
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()


def test_requests_run_over_http_2_side_by_side_on_few_connections(tmp_path: Path) -> None:
    app = Watched()
    with over_tls(app, tmp_path, "h2", "http/1.1") as (origin, authority):
        live = scan(origin, authority=authority, identities=(bearer("alice", "alice-token-000001"),))
    assert not live.problem
    assert app.asked > 50
    assert app.versions == {"2"}
    assert app.most_at_once > len(app.connections), "more is under way than there are connections"


def test_a_server_that_speaks_http_1_1_only_is_asked_so(tmp_path: Path) -> None:
    app = Watched()
    with over_tls(app, tmp_path, "http/1.1") as (origin, authority):
        live = scan(origin, authority=authority)
    assert not live.problem
    assert app.versions == {"1.1"}
    assert 1 < len(app.connections) <= 2 * QUICK.connections


def test_a_strong_api_is_as_clean_over_http_2(tmp_path: Path) -> None:
    with over_tls(strong.app, tmp_path, "h2") as (origin, authority):
        live = scan(origin, authority=authority, identities=(bearer("alice", "alice-token-000001"),))
    found = [each for each in live.verdicts if each.outcome is Outcome.FAIL]
    assert [each.message for each in found if each.severity.rank <= Severity.MEDIUM.rank] == []
    assert [each for each in live.verdicts if each.outcome is Outcome.PASS]
