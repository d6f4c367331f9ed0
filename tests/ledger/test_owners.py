"""Who answers for what: owners of findings, and controls on the other side of the boundary of an audit."""

from pathlib import Path

import pytest
from tests.ledger.test_books import PRINT, due, opened
from tests.ledger.world import DAY, START

from assay.errors import LedgerError
from assay.ledger.boundary import boundaries, boundaries_of
from assay.ledger.timeline import timeline
from assay.model.decision import Assignment, Boundary


def test_the_newest_assignment_counts_and_moves_no_due_date(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    before = due(archive, 20)
    archive.say(PRINT, Assignment(PRINT, "dan", "https://tracker.example/T-1", "ann"))
    archive.say(PRINT, Assignment(PRINT, "eve", "", "ann"))
    with archive.recall() as recall:
        (state,) = recall.states(PRINT)
        rows = [row.text for row in timeline(recall, PRINT)]
    assert state.assignment is not None
    assert state.assignment.fact == Assignment(PRINT, "eve", "", "ann")
    assert (state.name, due(archive, 20)) == ("detected", before)
    assert rows[1:] == [
        "dan answers for it, https://tracker.example/T-1 (assigned by ann)",
        "eve answers for it (assigned by ann)",
    ]


@pytest.mark.parametrize(
    "ticket", ["T-1", "ftp://tracker.example/1", "https://ann:key@tracker.example/1", "https://a b"]
)
def test_a_ticket_without_a_plain_address_is_refused(ticket: str) -> None:
    with pytest.raises(LedgerError, match="is no address of a ticket"):
        Assignment(PRINT, "dan", ticket, "ann")


def mark(control: str, position: str, to: str = "", audit: str = "year") -> Boundary:
    return Boundary(audit, "soc2", control, position, to, "Why not.", "ann")


def test_the_newest_mark_of_each_control_counts_as_of_a_moment(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.at = START + DAY
    archive.say("year", mark("CC6.4", "carved-out", "Cloud Inc"))
    archive.say("year", mark("CC6.1", "user-entity"))
    archive.say("next", mark("CC6.1", "user-entity", audit="next"))
    archive.at = START + 9 * DAY
    archive.say("year", mark("CC6.1", "in-scope"))
    with archive.recall() as recall:
        early, late = (boundaries(recall.store, "year", START + days * DAY) for days in (5, 10))
        assert boundaries(recall.store, "year", START) == ()
        every = boundaries_of(recall.store, "CC6.1", START + 10 * DAY)
    assert [(each.audit, each.position) for _, each in every] == [("next", "user-entity"), ("year", "in-scope")]
    assert [each.position for _, each in early] == ["user-entity", "carved-out"]
    assert [(each.control, each.is_outside) for _, each in late] == [("CC6.1", False), ("CC6.4", True)]


@pytest.mark.parametrize(
    ("position", "to", "told"),
    [
        ("elsewhere", "", "no side of a boundary"),
        ("carved-out", " ", "to must be stated"),
        ("user-entity", "Cloud Inc", "Mend: carve it out"),
    ],
)
def test_a_mark_that_says_nothing_of_its_side_is_refused(position: str, to: str, told: str) -> None:
    with pytest.raises(LedgerError, match=told):
        mark("CC6.1", position, to)
