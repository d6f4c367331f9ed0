"""Live runs that are remembered: an API that is down, refuses or hides closes no finding, whatever its answers are."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import assay
from tests.live.servers import weak
from tests.live.serving import served

Messages = Callable[[], Awaitable[MutableMapping[str, Any]]]
Sender = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Moody:
    """The weak API, which may answer everything with one status, or hide some of its routes."""

    def __init__(self) -> None:
        self.status = 0
        self.is_hiding = False

    async def __call__(self, scope: MutableMapping[str, Any], receive: Messages, send: Sender) -> None:
        hidden = self.is_hiding and scope["path"].startswith("/o")
        if self.status or hidden:
            await send({"type": "http.response.start", "status": self.status or 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await weak.app(scope, receive, send)


def scan(at: Path, origin: str) -> None:
    done = assay("scan", origin, "--rate", "5000", "--fail-on", "never", "--quiet", at=at, is_recording=True)
    assert "NOT recorded" not in done.err


def states(at: Path) -> dict[str, int]:
    done = assay("evidence", "status", "--format", "json", at=at)
    (found,) = json.loads(done.out)
    counts: dict[str, int] = found["states"]
    return counts


@pytest.mark.slow
def test_an_api_that_is_down_refuses_or_hides_closes_nothing(tmp_path: Path) -> None:
    moody = Moody()
    with served(moody) as origin:
        scan(tmp_path, origin)
        first = states(tmp_path)
        assert sum(first.values()) > 3
        for status in (401, 429, 503):
            moody.status = status
            scan(tmp_path, origin)
            assert not {"verified_fixed", "verified_removed"} & states(tmp_path).keys(), status
        moody.status, moody.is_hiding = 0, True
        scan(tmp_path, origin)
        assert "verified_removed" not in states(tmp_path)
        moody.is_hiding = False
        scan(tmp_path, origin)
        assert states(tmp_path) == first
    scan(tmp_path, origin)
    assert not {"verified_fixed", "verified_removed"} & states(tmp_path).keys()
