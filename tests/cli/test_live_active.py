"""`assay scan URL --mode active`: what was written stands in every report, and what could not be put back stands first."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.command import assay
from tests.live.servers.changing import Shop
from tests.live.serving import served

from assay_verify.archive import files

SETTINGS = """
[identities.alice]
kind = "bearer"
token = "env:ALICE"
role = "user"
marks = ["alice"]

[identities.bob]
kind = "bearer"
token = "env:BOB"
role = "user"
marks = ["bob"]
"""
ALICE, BOB = "alice-token-000001", "bob-token-0000002"
ACTIVE = ("--mode", "active", "--confirm-host", "127.0.0.1", "--rate", "5000", "--no-record")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "assay.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def test_what_was_written_stands_in_every_report(place: Path) -> None:
    shop = Shop("weak")
    before = shop.dumped()
    with served(shop.app) as origin:
        done = assay("scan", origin, *ACTIVE, "--format", "json", "-o", "r.json", at=place, ALICE=ALICE, BOB=BOB)
        told = assay("scan", origin, *ACTIVE, "--format", "markdown", at=place, ALICE=ALICE, BOB=BOB)
        page = assay("scan", origin, *ACTIVE, "--format", "html", at=place, ALICE=ALICE, BOB=BOB)
    assert shop.dumped() == before
    assert done.code == 1, done.err
    report = json.loads((place / "r.json").read_text("utf-8"))
    assert {finding["rule"] for finding in report["findings"]} >= {"AP522", "AP528", "AP530"}
    assert [each["number"] for each in report["writes"]] == list(range(1, len(report["writes"]) + 1))
    assert {each["standing"] for each in report["writes"]} == {"untouched", "put-back"}
    assert "Written to the target" in told.out
    assert "Written to the target" in page.out
    assert "PATCH /orders/1001" in page.out


def test_what_was_written_stands_in_the_ledger_and_in_a_pack(place: Path) -> None:
    words = [each for each in ACTIVE if each != "--no-record"]
    with served(Shop("weak").app) as origin:
        words += ["--format", "json", "-o", "r.json"]
        done = assay("scan", origin, *words, at=place, is_recording=True, ALICE=ALICE, BOB=BOB)
    assert done.code == 1, done.err
    report = json.loads((place / "r.json").read_text("utf-8"))
    logged = json.loads(assay("evidence", "log", "--type", "run", "--format", "json", at=place).out)
    written = logged[0]["body"]["writes"]
    assert [each["what"] for each in written] == [each["what"] for each in report["writes"]] != []
    assert f"{len(written)} written" in assay("evidence", "log", "--type", "run", at=place).out
    assert assay("evidence", "pack", "-o", "pack.zip", at=place).code == 0
    packed = files(place / "pack.zip")
    assert len(packed["populations/writes.csv"].splitlines()) == 1 + len(written)
    (page,) = [text for path, text in packed.items() if path.startswith("runs/") and path.endswith(".html")]
    assert b"Written to the target" in page


def test_what_could_not_be_put_back_stands_first_and_on_standard_error(place: Path) -> None:
    shop = Shop("weak", falls_ill_after=6)
    with served(shop.app) as origin:
        done = assay("scan", origin, *ACTIVE, "--fail-on", "never", at=place, ALICE=ALICE, BOB=BOB)
    assert done.code == 3
    mend = 'PATCH /orders/1001 as alice with {"note": "ring twice"}'
    assert mend in done.err
    assert " ".join(done.out.split()).index(mend) < " ".join(done.out.split()).index("Score")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send to one process")
def test_an_interrupt_puts_back_before_it_ends(place: Path) -> None:
    shop = Shop("weak", delay=0.05)
    before = shop.dumped()
    with served(shop.app) as origin:
        words = [sys.executable, "-m", "assay.cli.entry", "scan", origin, *ACTIVE]
        running = subprocess.Popen(
            words, cwd=place, env={**os.environ, "ALICE": ALICE, "BOB": BOB}, stderr=subprocess.PIPE
        )
        until = time.monotonic() + 60
        while shop.dumped() == before and time.monotonic() < until:
            time.sleep(0.001)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert [each for each in shop.asked if "orders" in each], "it was interrupted before it wrote"
    assert shop.dumped() == before
    assert running.returncode == 130
