"""The SQLite store: look-ups by index, tampering named, and writers that wait for each other."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.house.tree import ROOT
from tests.ledger.samples import START, fact

from assay.errors import LedgerError
from assay.ledger.chain import Broken, Intact
from assay.ledger.integrity import verified
from assay.ledger.opening import opened
from assay.ledger.sqlite import Ledger

COUNT = 30


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path / "ledger.db") as found:
        for number in range(COUNT):
            found.append([fact(number)], lambda: START + timedelta(minutes=len(list(found.entries()))))
        yield found


def test_what_was_appended_is_there_and_verifies(ledger: Ledger) -> None:
    head = ledger.head()
    assert head is not None
    assert verified(ledger).outcome == Intact(COUNT, head.hash)
    assert [each.sequence for each in ledger.entries()] == [*range(1, COUNT + 1)]
    assert ledger.body(head.entry.payload) == {"number": COUNT - 1}


def test_entries_are_found_by_place_subject_type_and_time(ledger: Ledger) -> None:
    third = ledger.entry(3)
    assert third is not None
    assert third.entry == fact(2).entry()
    assert ledger.entry(COUNT + 1) is None
    assert [each.sequence for each in ledger.of_subject("api-3")] == [4, 11, 18, 25]
    assert [each.sequence for each in ledger.of_type("run")] == [*range(2, COUNT + 1, 2)]
    window = ledger.within(START + timedelta(minutes=5), START + timedelta(minutes=8))
    assert [each.sequence for each in window] == [6, 7, 8]


@pytest.mark.parametrize(
    "condition",
    ["sequence = 1", "subject = 'a' ORDER BY sequence", "type = 'a' ORDER BY recorded_at, sequence",
     "recorded_at >= 'a' AND recorded_at < 'b' ORDER BY recorded_at, sequence"],
)  # fmt: skip
def test_look_ups_use_an_index_and_sort_nothing(ledger: Ledger, condition: str) -> None:
    rows = ledger.connection.execute(f"EXPLAIN QUERY PLAN SELECT text, hash FROM entry WHERE {condition}").fetchall()
    (plan,) = [row[3] for row in rows]
    assert plan.startswith("SEARCH entry USING I"), plan


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE entry SET text = replace(text, 'ci', 'me') WHERE sequence = 7", 7),
        ("UPDATE entry SET hash = 'x' WHERE sequence = 7", 7),
        ("UPDATE entry SET text = '{}' WHERE sequence = 7", 7),
        ("DELETE FROM entry WHERE sequence = 7", 7),
        ("UPDATE entry SET sequence = 99 WHERE sequence = 7", 7),
        ("UPDATE body SET text = '{}' WHERE text = '{\"number\":6}'", 7),
        ("DELETE FROM body WHERE text = '{\"number\":6}'", 7),
    ],
)
def test_what_is_changed_in_the_file_is_named(ledger: Ledger, change: str, place: int) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="stay"):
        ledger.connection.execute(change)
    for trigger in ("entry_stays", "entry_is", "body_stays", "body_is"):
        ledger.connection.execute(f"DROP TRIGGER {trigger}")
    ledger.connection.execute(change)
    outcome = verified(ledger).outcome
    assert isinstance(outcome, Broken)
    assert outcome.sequence == place


def test_facts_are_appended_all_or_none(ledger: Ledger) -> None:
    times = iter([START + timedelta(days=1), START])
    with pytest.raises(LedgerError, match="the clock"):
        ledger.append([fact(1), fact(2)], lambda: next(times))
    assert len(list(ledger.entries())) == COUNT


def test_a_clock_that_is_set_back_a_little_stops_nobody(ledger: Ledger) -> None:
    head = ledger.head()
    assert head is not None
    (sealed,) = ledger.append([fact(1)], lambda: head.recorded_at - timedelta(seconds=1))
    assert sealed.recorded_at == head.recorded_at


def test_a_file_that_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("no database " * 100, encoding="utf-8")
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    for path in (text, other, tmp_path / "none" / "ledger.db"):
        before = path.read_bytes() if path.exists() else b""
        with pytest.raises(LedgerError, match="Mend"):
            opened(path)
        assert (path.read_bytes() if path.exists() else b"") == before


def test_writers_of_several_processes_wait_for_each_other(tmp_path: Path) -> None:
    path, writers, each = tmp_path / "ledger.db", 4, 50
    command = [sys.executable, "-m", "tests.ledger.writer", str(path)]
    running = [
        subprocess.Popen([*command, str(each), f"w{number}"], cwd=ROOT, stdout=subprocess.PIPE)
        for number in range(writers)
    ]
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with opened(path) as ledger:
        outcome = verified(ledger).outcome
        assert isinstance(outcome, Intact)
        assert outcome.count == writers * each
        assert {entry.entry.subject[:2] for entry in ledger.entries()} == {"w0", "w1", "w2", "w3"}
