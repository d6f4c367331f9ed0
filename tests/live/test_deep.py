"""The deep test: what Schemathesis is told, and what its report becomes; the real program where it is installed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from msgspec.structs import replace
from tests.live.scanning import only, read_routes
from tests.live.serving import served

from assay.live import deep
from assay.live.budget import Budget
from assay.live.deep import deepened, read, words
from assay.live.session import Live, LiveOrder, run
from assay.model.target import Caller, Route, Target
from assay.model.verdict import Confidence, Outcome, Subject, Verdict
from assay.plugins.probe import Mode

ORDER = LiveOrder("http://127.0.0.1:9", datetime(2026, 1, 1, tzinfo=UTC), budget=Budget(seconds=7, rate=20))
ITEM = Route("shop", "GET", "/items/{number}", "/items/{number}")
RESET = Route("shop", "GET", "/reset", "/reset")
TARGET = Target("http://127.0.0.1:9", "shop", "", (ITEM, RESET), documents=("/openapi.json",))
PROBES = only("AP437", "AP501")


def report(*failures: tuple[str, str, list[str]]) -> str:
    return json.dumps({"failures": [{"code": a, "title": b, "operations": c} for a, b, c in failures]})


def program(folder: Path, said: str, code: int = 1) -> Path:
    """A program that writes a report where it is told to, and keeps its words and its settings."""
    made = folder / "st"
    made.write_text(
        f"""#!/bin/sh
for word in "$@"; do case "$word" in --report-json-path=*) report="${{word#*=}}";; --config-file=*) settings="${{word#*=}}";; esac; done
echo "$@" > {folder}/words; cat "$settings" > {folder}/settings
cat > "$report" <<'END'
{said}
END
exit {code}
"""
    )
    made.chmod(0o755)
    return made


def test_a_report_is_read_by_operation() -> None:
    text = report(("ST101", "Server error", ["GET /b", "GET /a"]), ("ST103", "Undocumented status code", ["GET /a"]))
    assert read(text).failures == (
        ("ST101", "Server error", "GET /a"),
        ("ST101", "Server error", "GET /b"),
        ("ST103", "Undocumented status code", "GET /a"),
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"failures": 3}', '{"failures": [{"code": "ST101"}]}'])
def test_a_report_of_another_shape_is_said(text: str) -> None:
    assert read(text).failures == ()
    assert "cannot be read" in read(text).problem


def test_it_may_only_read_and_asks_no_route_with_a_destructive_name() -> None:
    said = words(TARGET, ORDER, "r.json")
    assert {"--include-method=GET", "--exclude-path=/reset", "--max-time=7", "--rate-limit=20/s"} <= set(said)
    assert said[:2] == ("run", "http://127.0.0.1:9/openapi.json")


def test_it_only_reads_in_active_mode_too_for_nobody_puts_back_what_it_writes() -> None:
    assert "--include-method=GET" in words(TARGET, replace(ORDER, mode=Mode.ACTIVE), "r.json")


def test_a_server_error_and_an_open_operation_become_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = report(
        ("ST101", "Server error", ["GET /items/{number}"]),
        ("ST401", "API accepts requests without authentication", ["GET /secret"]),
        ("ST103", "Undocumented status code", ["GET /secret"]),
    )
    program(tmp_path, said)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    passed = Verdict("AP437", "x", ITEM.subject, Outcome.PASS, "It passes.")
    found = deepened(Live(TARGET, (passed,)), ORDER, PROBES)
    assert [(each.rule, each.subject.name, each.outcome, each.confidence) for each in found.verdicts] == [
        ("AP437", "GET /items/{number}", Outcome.FAIL, Confidence.FIRM),
        ("AP501", "GET /secret", Outcome.FAIL, Confidence.FIRM),
    ]
    assert [(each.path, each.kind) for each in found.skipped] == [("GET /secret", "deep")]


def test_the_credentials_are_in_no_word_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, report(), 0)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    caller = Caller("ada", "bearer", token="secret-token-0001")
    assert deepened(Live(TARGET.with_callers((caller,))), ORDER, PROBES).skipped == ()
    assert "secret-token-0001" not in (tmp_path / "words").read_text()
    assert 'Authorization = "Bearer secret-token-0001"' in (tmp_path / "settings").read_text()


def test_a_finding_of_a_probe_is_not_told_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, report(("ST101", "Server error", ["GET /items/{number}"])))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    failed = Verdict("AP437", "x", ITEM.subject, Outcome.FAIL, "It fails.")
    assert deepened(Live(TARGET, (failed,)), ORDER, PROBES).verdicts == (failed,)


def test_a_program_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (said,) = deepened(Live(TARGET), ORDER, PROBES).skipped
    assert said.reason.startswith("the deep test was not made: Schemathesis is not installed. Mend: ")


@pytest.mark.parametrize(
    ("target", "mode", "why"),
    [
        (replace(TARGET, documents=()), Mode.SAFE, "serves no contract"),
        (TARGET, Mode.PASSIVE, "passive mode"),
    ],
)
def test_why_it_was_not_made_is_said(
    target: Target, mode: Mode, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, report())
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (said,) = deepened(Live(target), replace(ORDER, mode=mode), PROBES).skipped
    assert why in said.reason


def test_a_program_that_breaks_down_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, report(), 2)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (said,) = deepened(Live(TARGET), ORDER, PROBES).skipped
    assert "ended with 2" in said.reason


@pytest.mark.slow
@pytest.mark.skipif(not deep.program(), reason="Schemathesis is not installed")
def test_the_real_program_finds_a_server_error() -> None:
    app = FastAPI()

    @app.get("/items/{number}")
    def item(number: str) -> dict[str, int]:
        return {"number": int(number)}

    with served(app) as origin:
        order = replace(ORDER, origin=origin, budget=Budget(seconds=5, rate=5000))
        live = run(order, (), read_routes, lambda *_: None)
        found = deepened(live, order, PROBES)
    assert [(each.rule, each.subject) for each in found.verdicts] == [
        ("AP437", Subject(origin, "endpoint", "GET", "/items/{number}"))
    ]
