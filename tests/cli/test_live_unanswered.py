"""A target that does not answer as it should: exit code 3 with the reason, and nothing that looks like a pass."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.cli.command import assay
from tests.live.serving import served

Send = Callable[..., Awaitable[None]]
QUICK = ("--no-record", "--rate", "500", "--max-time", "15", "--format", "json")


def answering(status: int, headers: tuple[tuple[bytes, bytes], ...] = (), *, after: int = 0) -> Callable[..., Any]:
    """An app that answers everything so, from one request on; before that, as a healthy one would."""
    count = 0

    async def app(scope: dict[str, object], receive: object, send: Send) -> None:
        nonlocal count
        count += 1
        is_healthy = count <= after
        shown = [(b"content-type", b"application/json"), *(() if is_healthy else headers)]
        await send({"type": "http.response.start", "status": 200 if is_healthy else status, "headers": shown})
        await send({"type": "http.response.body", "body": b'{"detail": "said"}'})

    return app


@pytest.mark.parametrize(
    ("app", "told"),
    [
        (answering(401), ""),
        (answering(429, ((b"retry-after", b"120"),)), "429"),
        (answering(503, ((b"retry-after", b"120"),)), "503"),
        (answering(503, ((b"retry-after", b"120"),), after=25), "503"),
        (answering(500), "everybody who asked any route got 500"),
        (answering(404), "everybody who asked any route got 404. Mend: end the URL with the base path of the API"),
        (answering(302, ((b"location", b"https://elsewhere.example/start"),)), "got 302"),
        (answering(200), "got the answer that any path gets"),
    ],
    ids=[
        "401 everywhere",
        "429 everywhere",
        "503 everywhere",
        "503 midway",
        "500 everywhere",
        "404 everywhere",
        "redirects",
        "one page for any path",
    ],
)
def test_a_target_that_refuses_is_not_assessed(app: Callable[..., Any], told: str, tmp_path: Path) -> None:
    with served(app) as origin:
        done = assay("scan", origin, *QUICK, "--fail-on", "never", at=tmp_path)
    report = json.loads(done.out)
    assert done.code == 3
    assert told in done.err + json.dumps(report["skipped"])
    assert report["score"] is None or report["score"]["letter"] == ""


def test_plain_http_on_a_port_that_speaks_tls_only_is_not_assessed(tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "leaf.pem"))
    file = str(tmp_path / "leaf.pem")
    with served(answering(200), ssl_keyfile=file, ssl_certfile=file) as origin:
        done = assay("scan", origin.replace("https://", "http://"), *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert done.code == 3
    assert report["score"] is None
    assert {verdict["outcome"] for verdict in report["verdicts"]} == {"not-tested"}
    assert report["skipped"]
