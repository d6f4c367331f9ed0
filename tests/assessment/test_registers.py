"""The books that a pack holds: rows of its window only, each by the time that its list names, which the sheet says."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

from tests.ledger.archive import Archive
from tests.ledger.world import DAY

from assay.assessment.dossier import Question, found
from assay.assessment.registers import registers
from assay.ledger import lines
from assay.ledger.encoding import plain
from assay.model.access import AccessDecision, AccessReview, AccessRow, AccessSnapshot, Deployment
from assay.model.decision import Correction, Hold, Pause, Removal, Resumption
from assay.reports.dossier._tables import tables

FEBRUARY = (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
DATES = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")


def at(archive: Archive, day: str) -> None:
    archive.at = datetime.fromisoformat(day).replace(tzinfo=UTC)


def column(archive: Archive, title: str, name: str, window: tuple[datetime, datetime] | None = FEBRUARY) -> list[str]:
    """One column of a list, as of the last entry."""
    with archive.recall() as recall:
        found = [each for each in registers(recall, window) if each.title == title]
    return [row[each.columns.index(name)] for each in found for row in each.rows]


def deploy(archive: Archive) -> None:
    at(archive, "2026-03-05")
    for day in DATES:
        archive.say(day, Deployment(day, "a" * 40, "production", "ann", f"{day}T00:00:00+00:00", "success", "stated"))


def test_deployments_are_of_the_window_in_which_they_were_made(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    deploy(archive)
    assert column(archive, "deployments", "id") == ["2026-02-01", "2026-02-28"]
    assert column(archive, "deployments", "id", None) == list(DATES)


def test_a_sheet_counts_the_rows_of_the_window_and_says_by_which_time(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    deploy(archive)
    with archive.recall() as recall:
        asked = Question("audit", "A", "0" * 64, recall.at, FEBRUARY)
        files = dict(tables(found(recall, asked).dossier))
    rows = list(csv.DictReader(io.StringIO(files["populations/deployments.csv"], newline="")))
    sheet = json.loads(files["populations/deployments.ipe.json"])
    assert [row["id"] for row in rows] == ["2026-02-01", "2026-02-28"]
    assert files["changes/deployments.csv"] == files["populations/deployments.csv"]
    assert sheet["rows"] == 2
    assert sheet["filter"] == "what was deployed in the window; the window is as above"
    assert sheet["window"] == [each.isoformat() for each in FEBRUARY]


def test_a_right_is_of_the_window_in_which_it_was_decided_and_open_ones_of_each_since_their_list(
    tmp_path: Path,
) -> None:
    archive = Archive(tmp_path)
    rows = tuple(AccessRow(name, "person", "admin") for name in (*DATES, "open"))
    raw = lines.written(plain(row) for row in rows)
    named = (lines.attachment("rows", "application/vnd.assay.access+jsonl", raw),)
    at(archive, "2026-01-05")
    with archive.open() as session:
        fact = session.fact("crm", AccessSnapshot("crm", "2026-01-05", 5, "0" * 64, "ann", 3, 24, named), raw)
        sequence = session.remember([fact])[0].sequence
    at(archive, "2026-03-05")
    decided = tuple(AccessDecision(day, "admin", "keep", "bob", day) for day in DATES)
    archive.say("crm", AccessReview("crm", sequence, "ann", decided))
    assert column(archive, "access-review-rows", "principal") == ["2026-02-01", "2026-02-28", "open"]
    before = (FEBRUARY[0] - 300 * DAY, datetime(2026, 1, 5, tzinfo=UTC))
    assert column(archive, "access-review-rows", "principal", before) == []
    with archive.recall() as recall:
        whole = [each for each in registers(recall, FEBRUARY) if each.path.startswith("access-reviews/")]
        assert [len(each.rows) for each in whole] == [5]
        assert not registers(recall, before)


def test_a_pause_is_of_every_window_in_which_it_lasted(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for name, begun, until in (
        ("over", "2026-01-05", "2026-02-01"), ("lasts", "2026-01-06", "2026-02-02"),
        ("resumed", "2026-01-07", "2026-03-01"), ("later", "2026-03-02", "2026-03-09"),
    ):  # fmt: skip
        if begun > "2026-01-31":
            at(archive, "2026-01-20")
            archive.say("resumed", Resumption("resumed", "ann", "It came."))
        at(archive, begun)
        archive.say(name, Pause(name, "ann", "bob", "Awaited.", until))
    assert column(archive, "pauses", "fingerprint") == ["lasts"]
    assert column(archive, "pauses", "move", None) == ["paused", "paused", "paused", "resumed", "paused"]


def test_a_hold_is_of_every_window_in_which_it_stood(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for day, name, move in (
        ("2026-01-05", "old", "placed"), ("2026-01-06", "case", "placed"), ("2026-01-07", "old", "released"),
        ("2026-02-10", "case", "released"), ("2026-03-02", "new", "placed"),
    ):  # fmt: skip
        at(archive, day)
        archive.say(name, Hold(name, move, "A dispute.", "ann", "bob" if move == "released" else ""))
    assert column(archive, "holds", "hold") == ["case", "case"]
    assert len(column(archive, "holds", "hold", None)) == 5


def test_corrections_and_removals_are_of_the_window_that_they_touch(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for day in DATES:
        at(archive, day)
        first = archive.say(day, Removal(day, "Kept long enough.", "ann")).sequence
        archive.say(f"entry {first}", Correction(first, "It is low.", "ann", "reason", day))
    at(archive, "2026-03-03")
    archive.say("entry 1", Correction(1, "It is low.", "ann", "reason", "late"))
    assert column(archive, "removals", "digest") == ["2026-02-01", "2026-02-28"]
    assert column(archive, "corrections", "replacement") == ["2026-02-01", "2026-02-28", "late"]
