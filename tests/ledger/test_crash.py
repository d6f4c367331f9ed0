"""Nothing that was recorded is lost and nothing half-written is accepted: writers killed at any moment, and a full disk."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.house.tree import ROOT

from assay.ledger.chain import Intact
from assay.ledger.integrity import verified
from assay.ledger.opening import opened
from assay.ledger.sqlite import Ledger

KILLS = 40
SECONDS = 20.0
"""The whole test ends after it, with fewer kills on a slow machine."""


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_that_it_was_told_is_kept(tmp_path: Path) -> None:
    path, told = tmp_path / "ledger.db", []
    end, kills = time.monotonic() + SECONDS, 0
    while kills < KILLS and time.monotonic() < end:
        writer = _start(path, 100_000)
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(kills % 10 * 0.003)
        writer.kill()
        rest, _ = writer.communicate(timeout=20)
        told += [first, *rest.splitlines(keepends=True)]
        kills += 1
    assert kills > 10
    with opened(path) as ledger:
        _holds(ledger, told)
        assert len(list(ledger.entries())) <= len(told) + kills


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    writer = _start(path, 100_000, str(200_000))
    told, said = writer.communicate(timeout=60)
    assert writer.returncode == 2
    assert b"free some space" in said
    assert told
    with opened(path) as ledger:
        _holds(ledger, told.splitlines(keepends=True))
    again, said = _start(path, 3).communicate(timeout=60)
    assert len(again.splitlines()) == 3, said


def _start(path: Path, count: int, limit: str = "") -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "tests.ledger.writer", str(path), str(count), "w", limit]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _holds(ledger: Ledger, told: list[bytes]) -> None:
    outcome = verified(ledger).outcome
    assert isinstance(outcome, Intact), outcome
    kept = {(str(each.sequence), each.hash) for each in ledger.entries()}
    whole = [line.decode().split() for line in told if line.endswith(b"\n")]
    assert whole
    assert {(sequence, hash_) for sequence, hash_ in whole} <= kept
