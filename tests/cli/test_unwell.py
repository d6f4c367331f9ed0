"""`assay scan URL` of targets that cannot be assessed: never a score that looks like a pass, always a reason."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.cli.command import assay, project
from tests.live.serving import free_port, raw, served

Messages = Callable[[], Awaitable[MutableMapping[str, Any]]]
Sender = Callable[[MutableMapping[str, Any]], Awaitable[None]]
QUICK = ("--rate", "5000", "--format", "json", "--timeout", "1", "--max-time", "8")
NOT_ASSESSED = 3
"""What `assay scan` ends with when not enough could be assessed."""
HALF = 0.5
"""Coverage below which there is no letter."""
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "unwell", "version": "1"},
    "security": [{"bearer": []}],
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        f"/{noun}{tail}": {"get": {"responses": {"200": {"description": "ok"}}}}
        for noun in ("orders", "invoices", "customers")
        for tail in ("", "/{id}")
    },
}


class Answering:
    """Serves its contract, and answers everything else with one status; from some request on with another."""

    def __init__(self, status: int, *, then: int = 0, after: int = 0, has_contract: bool = True) -> None:
        self.status, self.then, self.after, self.has_contract = status, then, after, has_contract
        self.asked = 0

    async def __call__(self, scope: MutableMapping[str, Any], _receive: Messages, send: Sender) -> None:
        self.asked += 1
        status, said = self.status, b'{"detail": "no"}'
        if self.then and self.asked > self.after:
            status = self.then
        elif self.has_contract and scope["path"] == "/openapi.json":
            status, said = 200, json.dumps(CONTRACT).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": said})


def looks_like_a_pass(report: dict[str, Any]) -> bool:
    """Whether somebody who reads the score alone would be at ease."""
    score = report["score"]
    return score is not None and bool(score["letter"]) and score["coverage"] >= HALF


def untested(report: dict[str, Any]) -> list[str]:
    return [each["message"] for each in report["verdicts"] if each["outcome"] == "not-tested"]


async def speaks_no_http(reader: Any, writer: Any) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await writer.drain()


def test_a_wrong_port_is_not_assessed(tmp_path: Path) -> None:
    with raw(speaks_no_http) as origin:
        done = assay("scan", origin, *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert (done.code, report["score"], report["run"]["is_complete"]) == (NOT_ASSESSED, None, False)
    assert "The live test is not complete" in done.err


def test_a_target_that_only_speaks_tls_is_not_assessed_over_plain_http(tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert("127.0.0.1")
    leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    files = {"ssl_keyfile": str(tmp_path / "key.pem"), "ssl_certfile": str(tmp_path / "cert.pem")}
    with served(Answering(200), **files) as origin:
        done = assay("scan", origin.replace("https://", "http://"), *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert (done.code, report["score"]) == (NOT_ASSESSED, None)
    assert "The live test is not complete" in done.err


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_is_never_free_is_not_assessed(tmp_path: Path, status: int) -> None:
    with served(Answering(status, has_contract=False)) as origin:
        done = assay("scan", origin, *QUICK, at=tmp_path)
    report = json.loads(done.out)
    assert done.code == NOT_ASSESSED
    assert not looks_like_a_pass(report)
    assert f"answered {status}" in done.err
    assert [each for each in report["verdicts"] if each["outcome"] == "pass"] == []


def test_a_target_that_breaks_down_midway_is_assessed_in_part(tmp_path: Path) -> None:
    with served(Answering(200, then=503, after=40)) as origin:
        done = assay("scan", origin, *QUICK, "--fail-on", "never", at=tmp_path)
    report = json.loads(done.out)
    assert done.code == NOT_ASSESSED
    assert not report["run"]["is_complete"]
    assert not looks_like_a_pass(report)
    assert any("503" in reason for reason in untested(report))
    assert any("503" in each["reason"] for each in report["skipped"] if each["kind"] == "target")


def test_a_target_that_refuses_everybody_says_nothing_of_what_lies_behind(tmp_path: Path) -> None:
    with served(Answering(401)) as origin:
        done = assay("scan", origin, *QUICK, "--identity", "ada=bearer:env:TOKEN", at=tmp_path, TOKEN="expired-000001")
    report = json.loads(done.out)
    assert done.code == NOT_ASSESSED
    assert "every route refused everybody who asked" in done.err
    assert not looks_like_a_pass(report), report["score"]
    assert any("refuses the credentials of ada" in each["reason"] for each in report["skipped"])


def test_a_target_that_refuses_strangers_is_not_assessed_without_callers(tmp_path: Path) -> None:
    with served(Answering(401)) as origin:
        done = assay("scan", origin, *QUICK, at=tmp_path)
    assert done.code == NOT_ASSESSED
    assert not looks_like_a_pass(json.loads(done.out))


def test_a_dead_target_takes_nothing_from_the_code_and_is_told(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path), f"http://127.0.0.1:{free_port()}", *QUICK, "--fail-on", "never")
    report = json.loads(done.out)
    assert done.code == NOT_ASSESSED
    assert "The live test is not complete" in done.err
    assert [each["rule"] for each in report["findings"]]
    assert not report["run"]["is_complete"]
