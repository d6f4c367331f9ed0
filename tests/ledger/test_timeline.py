"""The dated chain of a finding: detected, claimed, verified, regressed, each with its date and commit."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ledger.archive import Archive
from tests.ledger.world import DAY, Scan, identity, subject

from assay.errors import LedgerError
from assay.ledger.recall import only
from assay.ledger.timeline import timeline
from assay.model.decision import Acceptance, FixClaim

A = subject("/orders/{id}")
FAILING, FIXED = Scan(failing=(A,), commit="aaa"), Scan(passing=(A,), commit="bbb")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path)
    made.scan(FAILING)
    made.at += DAY
    made.say(identity(A), FixClaim(identity(A), "bbb", "", "ann", ""))
    made.at += DAY
    made.scan(FIXED)
    made.at += DAY
    made.scan(replace(FAILING, commit="ccc"))
    made.say(identity(A), Acceptance(identity(A), "risk", "ann", "bob", "r", "m", "high", "2026-01-20"))
    return made


def test_the_chain_has_date_state_and_commit(archive: Archive) -> None:
    with archive.recall() as recall:
        rows = timeline(recall, identity(A))
    assert [(f"{row.at:%d}", row.state, row.commit) for row in rows] == [
        ("05", "detected", "aaa"),
        ("06", "fix_claimed", "bbb"),
        ("07", "verified_fixed", "bbb"),
        ("08", "regressed", "ccc"),
        ("08", "excepted", ""),
    ]


def test_a_finding_is_found_by_its_beginning_and_by_its_endpoint(archive: Archive) -> None:
    with archive.recall() as recall:
        assert only(recall, identity(A)[:6]) == identity(A)
        assert recall.find("DELETE /orders/{id}") == (identity(A),)
        with pytest.raises(LedgerError, match="knows no such finding"):
            only(recall, "ffffffff0")


def test_a_moment_in_the_past_shows_the_chain_as_it_was(archive: Archive) -> None:
    with archive.recall(archive.at - 2 * DAY) as recall:
        assert [row.state for row in timeline(recall, identity(A))] == ["detected", "fix_claimed"]
        assert recall.states(identity(A))[0].name == "fix_claimed"
