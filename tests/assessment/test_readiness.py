"""What an auditor would find missing: missed weeks, late fixes, unread policies, unapproved changes, worst first and by week."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace
from tests.ledger.pack import story

from assay.assessment.readiness import readiness
from assay.assessment.settings import Settings, settings
from assay.ledger.recall import recalled
from assay.ledger.session import Session, writing
from assay.ledger.sqlite import Ledger
from assay.model.decision import Audit, Deviation, PolicyMove, Response
from assay.model.evidence import ChangeRecord
from assay.model.readiness import Gap, Readiness
from assay.model.verdict import Severity

JANUARY = Audit("2026", "2", "2026-01-05", "2026-02-01", ("soc2",), (), (), (), "ann")
END = datetime(2026, 2, 2, tzinfo=UTC)
NOTHING = settings('[policy]\nrequired = ["acceptable-use"]')


def judged(ledger: Ledger, audit: Audit = JANUARY, at: datetime = END, by: Settings = NOTHING) -> Readiness:
    return readiness(recalled(ledger, at), audit, by)


def of(found: Readiness, rule: str) -> list[Gap]:
    return [gap for gap in found.gaps if gap.rule == rule]


def added(folder: Path, day: str, *facts: tuple[str, object]) -> None:
    """Record more, on a day."""
    clock = story.Time(datetime.fromisoformat(f"{day}T09:00:00+00:00"))
    with writing(story.places(folder), "ci", "1.0", clock) as session:
        session.remember([session.fact(subject, noun) for subject, noun in facts])


def test_a_missed_week_comes_before_a_late_one_and_names_its_week(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        found = of(judged(ledger), "AP701")
    assert [(gap.severity, gap.first.isoformat()) for gap in found] == [
        (Severity.HIGH, "2026-01-12"),
        (Severity.LOW, "2026-01-19"),
    ]
    assert "the scan was missed" in found[0].message


def test_gaps_are_ordered_worst_first_and_every_week_is_listed(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        found = judged(ledger)
    ranks = [gap.severity.rank for gap in found.gaps]
    assert ranks == sorted(ranks)
    assert [week.name for week in found.weeks] == ["2026-W02", "2026-W03", "2026-W04", "2026-W05"]
    assert {week.worst for week in found.weeks} == {"high", "medium"}


def test_weeks_before_the_first_run_are_a_gap_that_stays(tmp_path: Path) -> None:
    early = replace(JANUARY, first="2025-12-01")
    with story.told(tmp_path) as ledger:
        (first, *_) = of(judged(ledger, early), "AP701")
    assert (first.first.isoformat(), first.last.isoformat()) == ("2025-12-01", "2026-01-04")
    assert "nothing was recorded before 2026-01-05" in first.message


def test_a_late_fix_spans_the_weeks_from_its_due_day_to_its_end(tmp_path: Path) -> None:
    longer = replace(JANUARY, last="2026-03-29")
    with story.told(tmp_path) as ledger:
        found = of(judged(ledger, longer, datetime(2026, 3, 20, tzinfo=UTC)), "AP703")
    assert not found, "one was fixed in time, the other is accepted"
    with writing(story.places(tmp_path), "ci", "1.0", story.Time(datetime(2026, 3, 1, tzinfo=UTC))) as session:
        _failing_again(session)
        (gap,) = of(judged(session.ledger, longer, datetime(2026, 12, 1, tzinfo=UTC)), "AP703")
    assert gap.last.isoformat() == "2026-03-29"
    assert "still open" in gap.message
    assert "CC6.1" in gap.controls


def _failing_again(session: Session) -> None:
    last = session.ledger.newest(story.SCOPE, "run", 0)
    assert last is not None
    story.run(session, {story.FIXED: "fail", story.OPEN: "fail"}, "")


def test_a_policy_that_came_into_force_late_is_a_gap_until_then(tmp_path: Path) -> None:
    move = PolicyMove("acceptable-use", "1", "approved", "ab" * 32, "ann", "bob", "2026-01-01", "2027-01-01")
    with story.told(tmp_path) as ledger:
        (gap,) = of(judged(ledger), "AP711")
        assert (gap.first.isoformat(), gap.last.isoformat()) == ("2026-01-05", "2026-02-01")
    added(tmp_path, "2026-01-29", ("acceptable-use", move))
    with writing(story.places(tmp_path), "ci", "1.0", story.Time(END)) as session:
        (gap,) = of(judged(session.ledger), "AP711")
    assert gap.last.isoformat() == "2026-01-25", "no approval is in force before it was recorded"


def test_a_change_that_nobody_else_approved_stands_in_its_week(tmp_path: Path) -> None:
    change = ChangeRecord(
        "c1", ("c1",), "#7", "", "ann", ("ann",), "", "2026-01-28T10:00:00+00:00", "", "", "ab" * 32, "forge"
    )
    with story.told(tmp_path):
        pass
    approved = replace(change, id="c2", approvers=("bob",))
    unknown = replace(change, id="c3", approvers=(), origin="git")
    added(tmp_path, "2026-01-29", ("c1", change), ("c2", approved), ("c3", unknown))
    with writing(story.places(tmp_path), "ci", "1.0", story.Time(END)) as session:
        first, second = of(judged(session.ledger), "AP603")
    assert (first.severity, first.subject, first.first.isoformat()) == (Severity.HIGH, "c1", "2026-01-28")
    assert second.message.startswith("1 of 4 changes are known from git alone")


def test_a_deviation_without_a_response_is_a_gap_until_management_answers(tmp_path: Path) -> None:
    with story.told(tmp_path):
        pass
    added(tmp_path, "2026-01-29", ("D1", Deviation("D1", "CC7.1", "freeze", "one week", "", "", "")))
    with writing(story.places(tmp_path), "ci", "1.0", story.Time(END)) as session:
        assert "D1" in {gap.subject for gap in judged(session.ledger).gaps}
        session.remember([session.fact("D1", Response("D1", "bob", "accepted"))])
        after = judged(session.ledger, at=END + timedelta(days=1))
    assert "D1" not in {gap.subject for gap in after.gaps}


def test_controls_that_nobody_tested_are_gaps_and_named(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        found = {gap.subject: gap for gap in judged(ledger).gaps if gap.rule == ""}
    assert "was not tested" in found["CC8.1"].message
    assert found["CC8.1"].controls == ("CC8.1",)


def test_an_audit_of_a_day_looks_at_that_day_alone(tmp_path: Path) -> None:
    day = replace(JANUARY, type="1", first="2026-01-14", last="2026-01-14")
    with story.told(tmp_path) as ledger:
        found = judged(ledger, day, datetime(2026, 1, 28, tzinfo=UTC))
    assert {(gap.first, gap.last) for gap in found.gaps} == {(found.first, found.first)}
    assert [week.name for week in found.weeks] == ["2026-W03"]


def test_the_same_ledger_and_moment_give_the_same(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        assert judged(ledger) == judged(ledger)
