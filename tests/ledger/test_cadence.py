"""Slots: what a schedule expects, what fills it, and that no later schedule hides a gap."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.archive import Archive
from tests.ledger.world import DAY, SCOPE, START, Scan, subject

from assay.errors import LedgerError
from assay.ledger.cadence import SlotState, slots
from assay.model.decision import Excuse, Schedule

WEEK = timedelta(days=7)
MONDAY = START - timedelta(hours=9)
CLEAN = Scan(passing=(subject("/a"),))
WEEKLY = Schedule(SCOPE, 7, 1, 0.95, "assay.toml")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path)
    made.say(SCOPE, WEEKLY)
    return made


def states(archive: Archive, weeks: int) -> list[str]:
    with archive.recall() as recall:
        return [str(slot.state) for slot in slots(recall, SCOPE, MONDAY, MONDAY + weeks * WEEK)]


def test_every_week_stands_alone(archive: Archive) -> None:
    archive.scan(CLEAN)
    archive.at = START + 2 * WEEK + 2 * DAY
    archive.scan(CLEAN)
    archive.at = START + 3 * WEEK + DAY
    assert states(archive, 9) == ["filled", "missed", "filled", "open"]


def test_a_skipped_week_stays_a_gap_when_the_schedule_is_loosened(archive: Archive) -> None:
    archive.scan(CLEAN)
    archive.at = START + 2 * WEEK + 2 * DAY
    archive.say(SCOPE, Schedule(SCOPE, 90, 30, 0.0, "assay.toml"))
    archive.scan(CLEAN)
    assert states(archive, 20) == ["filled", "missed", "filled"]
    archive.at = START + 4 * WEEK
    assert states(archive, 20)[:2] == ["filled", "missed"]


def test_a_run_after_the_slot_is_late_within_the_grace_and_missing_after_it(archive: Archive) -> None:
    archive.at = START + WEEK - timedelta(hours=3)
    archive.scan(CLEAN)
    assert states(archive, 1) == ["late"]
    other = Archive(archive.folder / "other")
    other.say(SCOPE, WEEKLY)
    other.at = START + WEEK + DAY
    other.scan(CLEAN)
    assert states(other, 1) == ["missed"]


@pytest.mark.parametrize(
    ("scan", "coverage", "why"),
    [(Scan(is_complete=False), 1.0, "not complete: timeout"), (CLEAN, 0.94, "it covered 94%, and 95% are demanded")],
)
def test_a_run_that_is_not_whole_fills_no_slot_and_says_why(
    archive: Archive, scan: Scan, coverage: float, why: str
) -> None:
    archive.scan(scan, coverage)
    archive.at = START + 2 * WEEK
    with archive.recall() as recall:
        (slot,) = slots(recall, SCOPE, MONDAY, START + DAY)
    assert (slot.state, slot.runs) == (SlotState.MISSED, 1)
    assert why in slot.why


def test_an_excuse_needs_another_approver_and_covers_whole_slots_only(archive: Archive) -> None:
    with pytest.raises(LedgerError, match="cannot approve"):
        Excuse(SCOPE, "2026-01-05", "2026-01-11", "freeze", "ann", "Ann")
    archive.say(SCOPE, Excuse(SCOPE, "2026-01-05", "2026-01-17", "freeze", "ann", "bob"))
    archive.at = START + 4 * WEEK
    assert states(archive, 3) == ["excused", "missed", "missed"]


def test_a_moment_in_the_past_sees_only_what_was_recorded_by_then(archive: Archive) -> None:
    archive.at = START + WEEK - timedelta(hours=3)
    archive.scan(CLEAN)
    with archive.recall(START + WEEK - timedelta(hours=5)) as recall:
        (slot,) = slots(recall, SCOPE, MONDAY, START + DAY)
    assert slot.state is SlotState.OPEN


def test_without_a_schedule_nothing_is_expected(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.scan(CLEAN)
    assert states(archive, 5) == []


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["scan", "7", "1", "30"])), max_size=8), st.integers(0, 60)
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slots_follow_each_other_and_the_past_never_changes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]], later: int
) -> None:
    archive = Archive(tmp_path_factory.mktemp("ledger"))
    archive.say(SCOPE, WEEKLY)
    end = START + 400 * DAY
    for days, what in steps:
        archive.at += days * DAY
        if what == "scan":
            archive.scan(CLEAN)
        else:
            archive.say(SCOPE, Schedule(SCOPE, int(what), 0, 0.5, "assay.toml"))
    then = archive.at
    with archive.recall(then) as recall:
        before = slots(recall, SCOPE, START, end)
    assert all(one.end == two.start for one, two in pairwise(before))
    archive.at += later * DAY
    archive.say(SCOPE, Schedule(SCOPE, 90, 0, 0.0, "assay.toml"))
    with archive.recall() as recall:
        after = slots(recall, SCOPE, START, end)
    # The grace is one day at most: what was over by then stays as it was.
    assert [slot for slot in after if slot.end + DAY <= then] == [slot for slot in before if slot.end + DAY <= then]
