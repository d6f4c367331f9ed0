"""Populations and samples: complete, frozen, drawn the same way by anybody, and recorded."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from tests.ledger.archive import Archive
from tests.ledger.world import DAY, START, WEAKNESS, Scan, identity, subject

from assay.errors import LedgerError
from assay.ledger.sampling import Query, drawn, population, remembered, sheet
from assay.ledger.session import reading
from assay.model.decision import FixClaim

A, B = subject("/a"), subject("/b")
WEEK = Query(START - timedelta(hours=9), START + 7 * DAY, "", frozenset())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path)
    made.scan(Scan(failing=(A, B)))
    made.say(identity(A), FixClaim(identity(A), "abc", "", "ann", "=cmd()"))
    for _ in range(5):
        made.at += DAY
        made.scan(Scan(failing=(B,), passing=(A,)))
    made.at += 7 * DAY
    made.scan(Scan(failing=(A, B)))
    return made


def test_a_population_holds_every_entry_of_its_window_and_kinds(archive: Archive) -> None:
    with reading(archive.places) as ledger:
        found = population(ledger, WEEK)
        within = list(ledger.within(WEEK.start, WEEK.end))
        types = [each.entry.type for each in within]
        assert len(found.rows) == len([each for each in types if each != "ledger"])
        for type_ in ("run", "finding", "fix-claim"):
            one = population(ledger, Query(WEEK.start, WEEK.end, "", frozenset(), type_))
            assert len(one.rows) == types.count(type_) > 0
    rows = list(csv.reader(io.StringIO(found.csv.decode())))
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, len(found.rows) + 1)]


def test_a_control_takes_runs_and_what_touches_its_weaknesses(archive: Archive) -> None:
    with reading(archive.places) as ledger:
        ours = population(ledger, Query(WEEK.start, WEEK.end, "CC6.1", frozenset({WEAKNESS})))
        others = population(ledger, Query(WEEK.start, WEEK.end, "CC9.9", frozenset({"other"})))
    assert {row[3] for row in ours.rows} == {"run", "finding", "fix-claim"}
    assert {row[3] for row in others.rows} == {"run"}


def test_the_same_seed_draws_the_same_rows_and_sha256sum_shows_it(archive: Archive) -> None:
    with reading(archive.places) as ledger:
        first, second = population(ledger, WEEK), population(ledger, WEEK)
    assert first == second
    assert drawn(first, "auditor", 3) == drawn(second, "auditor", 3)
    assert len({drawn(first, str(seed), 3) for seed in range(20)}) > 5
    order = [
        (hashlib.sha256(f"auditor\n{hashlib.sha256(first.csv).hexdigest()}\n{row}\n".encode()).hexdigest(), row)
        for row in range(1, len(first.rows) + 1)
    ]
    assert drawn(first, "auditor", 3) == tuple(sorted(row for _, row in sorted(order)[:3]))
    assert drawn(first, "auditor", 1000) == tuple(range(1, len(first.rows) + 1))


def test_what_is_recorded_later_changes_no_closed_week(archive: Archive) -> None:
    with reading(archive.places) as ledger:
        before = population(ledger, WEEK)
    archive.scan(Scan(passing=(A, B)))
    with reading(archive.places) as ledger:
        assert population(ledger, WEEK).csv == before.csv


def test_the_selection_is_recorded_with_population_and_sheet(archive: Archive) -> None:
    with archive.open() as session:
        found = population(session.ledger, WEEK)
        selected = drawn(found, "x", 2)
        ipe = sheet(found, "x", selected, (("system", "assay 1"),))
        sample, blobs = remembered(found, "x", selected, ipe)
        (sealed,) = session.remember([session.fact(found.digest, sample, *blobs)])
        assert session.ledger.attachment(found.digest) == found.csv
    assert sealed.entry.type == "sample"
    assert ipe["rows"] == len(found.rows)
    assert ipe["selected_entries"] == [found.sequences[row - 1] for row in selected]


def test_a_population_that_is_too_long_asks_for_a_shorter_window(archive: Archive) -> None:
    with reading(archive.places) as ledger, pytest.raises(LedgerError, match="shorter window"):
        population(ledger, WEEK, most=3)
