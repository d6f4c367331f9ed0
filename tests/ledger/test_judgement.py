"""The evidence judges itself: AP701 to AP708, each failing where an auditor would find something missing, and passing where not."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ledger.archive import Archive
from tests.ledger.world import DAY, SCOPE, START, Scan, identity, subject

from assay.compliance.load import compendium
from assay.ledger.integrity import verified
from assay.ledger.judgement import RULES, integrity, judged
from assay.ledger.session import reading
from assay.model.decision import Acceptance, FixClaim, Schedule, Sla
from assay.model.evidence import Waived
from assay.model.verdict import Outcome, Verdict

A = subject("/orders/{id}")
FAILING, FIXED = Scan(failing=(A,)), Scan(passing=(A,))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path)
    made.say(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "assay.toml"))
    made.say(SCOPE, Schedule(SCOPE, 7, 1, 0.95, "assay.toml"))
    made.scan(FAILING)
    return made


def said(archive: Archive, rule: str) -> list[Verdict]:
    with archive.recall() as recall:
        return [each for each in judged(recall, SCOPE, START, archive.at) if each.rule == rule]


def outcomes(archive: Archive, rule: str) -> list[str]:
    return [str(verdict.outcome) for verdict in said(archive, rule)]


def test_every_rule_names_a_weakness_of_the_mapping_that_a_ledger_detects() -> None:
    known = {weakness.id: weakness for weakness in compendium().weaknesses}
    assert [rule.id for rule in RULES] == [f"AP70{number}" for number in range(1, 9)]
    assert all("ledger" in known[rule.weakness].detect for rule in RULES)
    assert all(known[rule.weakness].severity == rule.severity for rule in RULES)


def test_a_missed_week_fails_and_a_filled_one_passes(archive: Archive) -> None:
    archive.at += timedelta(days=15)
    verdicts = said(archive, "AP701")
    assert [str(each.outcome) for each in verdicts] == ["pass", "fail", "not-tested"]
    assert verdicts[1].subject.symbol == "2026-01-12/2026-01-19"


def test_a_run_that_read_a_part_fails(archive: Archive) -> None:
    assert outcomes(archive, "AP702") == ["pass"]
    archive.scan(replace(FAILING, is_read=False))
    assert "read only a part of shop" in said(archive, "AP702")[0].message
    archive.scan(replace(FAILING, is_complete=False))
    assert "not complete: timeout" in said(archive, "AP702")[0].message


def test_a_finding_past_its_due_date_fails_however_it_disappeared(archive: Archive) -> None:
    archive.at += 29 * DAY
    assert outcomes(archive, "AP703") == ["pass"]
    archive.scan(Scan(is_read=False))
    archive.at += 2 * DAY
    (verdict,) = said(archive, "AP703")
    assert verdict.outcome is Outcome.FAIL
    assert "not_observed and was due on 2026-02-04" in verdict.message
    archive.scan(FIXED)
    assert "was closed on 2026-02-05, and was due on 2026-02-04" in said(archive, "AP703")[0].message
    assert outcomes(archive, "AP703") == ["fail"], "late stays late"


def test_days_to_fix_are_those_that_were_in_force_at_detection(archive: Archive) -> None:
    archive.say(SCOPE, Sla(SCOPE, 365, 365, 365, 365, "assay.toml"))
    archive.at += 31 * DAY
    assert outcomes(archive, "AP703") == ["fail"]


def test_a_claim_that_no_run_shows_fails_after_the_next_slot(archive: Archive) -> None:
    archive.say(identity(A), FixClaim(identity(A), "abc", "", "ann", ""))
    assert outcomes(archive, "AP704") == ["not-tested"]
    archive.at += 9 * DAY
    assert outcomes(archive, "AP704") == ["fail"]
    archive.scan(FIXED)
    assert outcomes(archive, "AP704") == []


def test_a_fix_that_broke_again_fails_until_it_is_fixed_anew(archive: Archive) -> None:
    archive.scan(FIXED)
    archive.scan(FAILING)
    assert outcomes(archive, "AP705") == ["fail"]
    archive.scan(FIXED)
    assert outcomes(archive, "AP705") == ["pass"]


def test_an_acceptance_past_its_end_fails_by_itself(archive: Archive) -> None:
    archive.say(identity(A), Acceptance(identity(A), "risk", "ann", "bob", "r", "m", "high", "2026-01-20"))
    assert (outcomes(archive, "AP706"), outcomes(archive, "AP703")) == (["pass"], ["not-applicable"])
    archive.at += 20 * DAY
    assert outcomes(archive, "AP706") == ["fail"]


def test_a_suppression_that_nobody_approved_fails(archive: Archive) -> None:
    waived = (Waived(identity(A), "Behind the gateway.", "shop", "2027-01-31", "main.py:3"),)
    archive.scan(FAILING, waived=waived)
    assert outcomes(archive, "AP707") == ["fail"]
    archive.say(identity(A), Acceptance(identity(A), "risk", "ann", "bob", "r", "m", "high", "2026-12-31"))
    assert outcomes(archive, "AP707") == ["pass"]


def test_a_ledger_that_was_changed_fails(archive: Archive) -> None:
    with reading(archive.places) as ledger:
        assert integrity(SCOPE, verified(ledger)).outcome is Outcome.PASS
        ledger.connection.execute("DROP TRIGGER entry_is")
        ledger.connection.execute("UPDATE entry SET hash = 'x' WHERE sequence = 3")
        found = integrity(SCOPE, verified(ledger))
    assert found.outcome is Outcome.FAIL
    assert "entry 3 was changed" in found.message
