"""Nothing that was recorded is lost and nothing half-written is accepted: writers killed at any moment, and a full disk."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.house.tree import ROOT

from assay.ledger.chain import Intact
from assay.ledger.integrity import verified
from assay.ledger.opening import opened
from assay.ledger.session import Places, writing
from assay.ledger.sqlite import Ledger

KILLS = 200


@pytest.mark.slow
def test_200_killed_writers_lose_nothing_that_they_were_told_is_kept(tmp_path: Path) -> None:
    places = Places(tmp_path / "ledger.sqlite", tmp_path / "key")
    with writing(places, "ci", "1.0.0", _clock):
        pass
    command = [sys.executable, "-m", "tests.ledger.killing", str(tmp_path), str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=True)
    told = done.stdout.splitlines(keepends=True)
    assert len(told) >= KILLS
    with opened(places.ledger) as ledger:
        found = verified(ledger, [places.head.read_bytes()])
        assert found.is_sound, found
        _holds(ledger, told)
    with writing(places, "ci", "1.0.0", _clock) as session:
        assert session.ledger.head() is not None, "and it goes on"


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    writer = _start(path, 100_000, str(250_000))
    told, said = writer.communicate(timeout=60)
    assert writer.returncode == 2
    assert b"free some space" in said
    assert told
    with opened(path) as ledger:
        _holds(ledger, told.splitlines(keepends=True))
    again, said = _start(path, 3).communicate(timeout=60)
    assert len(again.splitlines()) == 3, said


def _clock() -> datetime:
    return datetime.now(UTC)


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
