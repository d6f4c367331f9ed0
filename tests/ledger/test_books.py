"""What people keep books on: access reviews, deployments, pauses, corrections and retention, as the ledger derives and judges them."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.ledger.archive import Archive
from tests.ledger.world import DAY, SCOPE, START, Scan, identity, subject

from assay.errors import LedgerError
from assay.ledger import lines
from assay.ledger.access import systems
from assay.ledger.access_judgement import access_judged
from assay.ledger.deployment import deployments_judged
from assay.ledger.encoding import plain
from assay.ledger.integrity import verified
from assay.ledger.opening import STAYS
from assay.ledger.recall import recalled
from assay.ledger.retention import expired, holds, pruned
from assay.ledger.timeline import timeline
from assay.model.access import AccessDecision, AccessReview, AccessRow, AccessSnapshot, Deployment
from assay.model.decision import Audit, Correction, Hold, Pause, Resumption, Sla
from assay.model.evidence import ChangeRecord

ROOM = subject("/orders/{id}")
PRINT = identity(ROOM)
ANN, CARL = AccessRow("ann", "person", "admin"), AccessRow("carl", "person", "admin")


def opened(folder: Path) -> Archive:
    """A ledger with one finding that is due within 30 days."""
    archive = Archive(folder)
    archive.say(SCOPE, Sla(SCOPE, 7, 30, 90, 180, "assay.toml"))
    archive.scan(Scan(failing=(ROOM,)))
    return archive


def mended(folder: Path) -> Archive:
    """The same, with the finding fixed in a second run after 40 days."""
    archive = opened(folder)
    archive.at = START + 40 * DAY
    archive.scan(Scan(passing=(ROOM,)))
    return archive


def due(archive: Archive, at: int) -> int:
    """Days from the beginning until the finding is due, as of a day."""
    with archive.recall() as now:
        found = recalled(now.store, START + at * DAY).states(PRINT)[0].due
        assert found is not None
        return (found - START).days


def pause(archive: Archive, day: int, until: int) -> None:
    archive.at = START + day * DAY
    end = (START + until * DAY).date().isoformat()
    archive.say(PRINT, Pause(PRINT, "ann", "bob", "The vendor is awaited.", end))


def listed(archive: Archive, taken: str, *rows: AccessRow) -> int:
    raw = lines.written(plain(row) for row in rows)
    named = (lines.attachment("rows", "application/vnd.assay.access+jsonl", raw),)
    with archive.open() as session:
        fact = session.fact("crm", AccessSnapshot("crm", taken, len(rows), "0" * 64, "ann", 3, 24, named), raw)
        return session.remember([fact])[0].sequence


def decide(archive: Archive, sequence: int, *decided: AccessDecision) -> None:
    archive.say("crm", AccessReview("crm", sequence, "ann", decided))


def said(archive: Archive, rule: str, today: str) -> list[str]:
    with archive.recall() as recall:
        return [each.outcome.value for each in access_judged(recall, date.fromisoformat(today), 3) if each.rule == rule]


def deployed(archive: Archive, commit: str, override: str = "", state: str = "success") -> dict[str, str]:
    """What the rules say of one deployment."""
    at, approver = "2026-01-06T10:00:00+00:00", "bob" if override else ""
    archive.say("d", Deployment("d", commit, "production", "ann", at, state, "stated", override, approver))
    with archive.recall() as recall:
        return {each.rule: each.outcome.value for each in deployments_judged(recall, START, START + 9 * DAY)}


def change(*approvers: str, gate: str = "success", origin: str = "forge") -> ChangeRecord:
    return ChangeRecord(
        "c" * 40, ("a" * 40,), "#7", "", "ann", approvers, "ann", "2026-01-06", gate, "", "", origin
    )  # fmt: skip


def test_the_due_date_moves_by_the_days_that_a_pause_lasted(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    pause(archive, 10, 20)
    assert due(archive, 9) == 30
    assert due(archive, 15) == 35
    assert due(archive, 60) == 39


def test_a_resumption_ends_a_pause(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    pause(archive, 10, 20)
    archive.at = START + 12 * DAY
    archive.say(PRINT, Resumption(PRINT, "ann", "It came."))
    assert due(archive, 60) == 32


def test_pauses_that_overlap_count_once(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    pause(archive, 10, 20)
    pause(archive, 15, 20)
    assert due(archive, 60) == 39


def test_a_pause_mends_nothing_that_is_overdue(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    pause(archive, 31, 90)
    assert due(archive, 80) == 30


def test_a_pause_that_its_requester_approved_is_refused() -> None:
    with pytest.raises(LedgerError, match="cannot approve"):
        Pause(PRINT, "Ann <ann@example.org>", "ANN@example.org", "Why not.", "2026-03-01")


def test_a_pause_without_an_approver_is_refused() -> None:
    with pytest.raises(LedgerError, match="approver must be stated"):
        Pause(PRINT, "ann", "", "Why not.", "2026-03-01")


def test_a_correction_stands_in_the_timeline_and_changes_no_state(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    with archive.recall() as recall:
        before, found = timeline(recall, PRINT), recall.states(PRINT)[0]
    first = before[0].sequence
    archive.say(f"entry {first}", Correction(first, "It is low.", "ann", "severity", "low"))
    with archive.recall() as recall:
        assert timeline(recall, PRINT)[:-1] == before
        assert timeline(recall, PRINT)[-1].text == f"corrects entry {first}: severity should be 'low'; It is low. (ann)"
        assert recall.states(PRINT)[0].last == found.last


def test_a_review_is_done_when_every_row_is_decided_and_due_again_after_its_months(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    sequence = listed(archive, "2026-01-05", ANN, CARL)
    decide(archive, sequence, AccessDecision("ann", "admin", "keep", "bob", "2026-01-06"))
    assert [said(archive, rule, "2026-01-20") for rule in ("AP715", "AP716")] == [["not-tested"], ["not-tested"]]
    assert [said(archive, rule, "2026-03-01") for rule in ("AP715", "AP716")] == [["fail"], ["fail"]]
    decide(archive, sequence, AccessDecision("CARL", "Admin", "keep", "bob", "2026-01-06"))
    assert [said(archive, rule, "2026-04-05") for rule in ("AP715", "AP716")] == [["pass"], ["pass"]]
    assert said(archive, "AP715", "2026-04-06") == ["fail"]


def test_a_removal_is_proven_by_a_later_list_only(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    sequence = listed(archive, "2026-01-05", ANN, CARL)
    decide(archive, sequence, AccessDecision("carl", "admin", "remove", "bob", "2026-01-06"))
    assert said(archive, "AP717", "2026-01-07") == ["not-tested"]
    assert said(archive, "AP717", "2026-01-08") == ["fail"]
    listed(archive, "2026-01-09", ANN, CARL)
    assert said(archive, "AP717", "2026-01-10") == ["fail"]
    proof = listed(archive, "2026-01-11", ANN)
    assert said(archive, "AP717", "2026-01-12") == ["pass"]
    with archive.recall() as recall:
        assert [row.proof for row in systems(recall)[0].reviews[0].rows] == [0, proof]


def test_a_list_that_was_taken_before_the_decision_proves_nothing(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    sequence = listed(archive, "2026-01-05", ANN, CARL)
    listed(archive, "2026-01-06", ANN)
    decide(archive, sequence, AccessDecision("carl", "admin", "remove", "bob", "2026-01-07"))
    assert said(archive, "AP717", "2026-01-20") == ["fail"]


def test_nobody_reviews_their_own_access() -> None:
    with pytest.raises(LedgerError, match="cannot review their own access"):
        AccessDecision("ann@example.org", "admin", "keep", "Ann <ANN@example.org>", "2026-01-06")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ((), "not-tested"), ((change("bob"),), "pass"), ((change("ann"),), "fail"), ((change(),), "fail"),
        ((change(origin="git"),), "not-tested"),
    ],
)  # fmt: skip
def test_a_deployment_needs_a_change_that_somebody_else_approved(
    known: tuple[ChangeRecord, ...], expected: str, tmp_path: Path
) -> None:
    archive = opened(tmp_path)
    for each in known:
        archive.say(each.id, each)
    assert deployed(archive, "a" * 40)["AP718"] == expected


def test_a_deployment_of_a_commit_that_no_change_holds_fails(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    archive.say("c", change("bob"))
    assert deployed(archive, "b" * 40)["AP718"] == "fail"
    assert deployed(archive, "aaaaaaaa")["AP718"] == "pass"


@pytest.mark.parametrize(
    ("more", "holds", "expected"),
    [
        ((), (), "pass"), ((change("bob"),), ("e" * 40,), "pass"), ((change(),), ("e" * 40,), "fail"),
        ((change(origin="git"),), ("e" * 40,), "not-tested"), ((), ("f" * 40,), "not-tested"),
        ((change(),), ("f" * 40,), "not-tested"), ((change(),), ("e" * 40, "f" * 40), "fail"),
    ],
)  # fmt: skip
def test_every_change_that_went_live_since_the_last_deployment_needs_its_approver(
    more: tuple[ChangeRecord, ...], holds: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    archive = opened(tmp_path)
    archive.say("c", change("bob"))
    for each in more:
        archive.say("e", replace(each, id="e" * 40, commits=(), pull_request="#8"))
    at = "2026-01-06T10:00:00+00:00"
    held = tuple(sorted({"a" * 40, *holds}))
    archive.say("d", Deployment("d", "a" * 40, "production", "ann", at, "success", "stated", holds=held))
    with archive.recall() as recall:
        said = deployments_judged(recall, START, START + 9 * DAY)
    assert [each.outcome.value for each in said if each.rule == "AP718"] == [expected]


@pytest.mark.parametrize(
    ("gate", "override", "expected"),
    [("success", "", "pass"), ("failure", "", "fail"), ("", "", "not-tested"), ("failure", "An outage.", "pass")],
)
def test_a_deployment_past_its_gate_fails_without_an_override(
    gate: str, override: str, expected: str, tmp_path: Path
) -> None:
    archive = opened(tmp_path)
    archive.say("c", change("bob", gate=gate))
    assert deployed(archive, "a" * 40, override)["AP719"] == expected


@pytest.mark.parametrize(
    ("author", "override", "expected"),
    [
        ("eve", "An outage.", "pass"),
        ("Bob", "An outage.", "fail"),
        ("", "An outage.", "not-tested"),
        ("eve", " ", "fail"),
    ],
)
def test_an_override_is_clean_with_a_reason_and_an_approver_who_did_not_write_the_change(
    author: str, override: str, expected: str, tmp_path: Path
) -> None:
    archive = opened(tmp_path)
    archive.say("c", replace(change("dan", gate="failure"), author=author))
    assert deployed(archive, "a" * 40, override)["AP719"] == expected


def test_an_override_of_what_no_change_holds_is_not_known_to_be_independent(tmp_path: Path) -> None:
    assert deployed(opened(tmp_path), "a" * 40, "An outage.")["AP719"] == "not-tested"


def test_who_approved_a_deployment_without_a_reason_overrides_no_gate(tmp_path: Path) -> None:
    at, told = "2026-01-06T10:00:00+00:00", []
    for number, gate in enumerate(("success", "failure")):
        archive = opened(tmp_path / str(number))
        archive.say("c", change("bob", gate=gate))
        archive.say("d", Deployment("d", "a" * 40, "production", "ann", at, "success", "stated", "", "bob"))
        with archive.recall() as recall:
            said = deployments_judged(recall, START, START + 9 * DAY)
        told += [each.outcome.value for each in said if each.rule == "AP719"]
    assert told == ["pass", "fail"]


def test_an_override_without_an_approver_is_refused() -> None:
    with pytest.raises(LedgerError, match="approver must be stated"):
        Deployment("d", "a", "production", "ann", "2026-01-06T10:00:00+00:00", "success", "stated", "An outage.")


def test_a_deployment_that_failed_put_nothing_live(tmp_path: Path) -> None:
    assert deployed(opened(tmp_path), "a" * 40, state="failure") == {"AP718": "not-applicable"}


def test_an_override_that_the_deployer_approved_is_refused() -> None:
    with pytest.raises(LedgerError, match="cannot approve"):
        Deployment("d", "a", "production", "ann", "2026-01-06T10:00:00+00:00", "success", "stated", "An outage.", "Ann")


def test_what_is_over_is_removed_with_an_entry_and_the_ledger_stays_sound(tmp_path: Path) -> None:
    archive = mended(tmp_path)
    archive.at = START + timedelta(days=760)
    with archive.open() as session:
        over = expired(recalled(session.ledger, archive.at), 24)
        assert pruned(session, recalled(session.ledger, archive.at), over, "kept 24 months") == len(over) == 1
        assert not session.ledger.has(over[0].attachment.digest)
        assert verified(session.ledger).is_sound
        assert expired(recalled(session.ledger, archive.at), 24) == ()


def test_what_is_young_and_what_an_audit_needs_stays(tmp_path: Path) -> None:
    archive = mended(tmp_path)
    archive.at = START + 50 * DAY
    archive.say("a", Audit("a", "2", "2026-01-01", "2027-06-30", (), (), (), (), "ann"))
    with archive.recall() as recall:
        counts = [len(expired(recalled(recall.store, START + days * DAY), 24)) for days in (700, 760, 910)]
    assert counts == [0, 0, 1]


def test_nothing_is_removed_while_a_hold_stands(tmp_path: Path) -> None:
    archive = mended(tmp_path)
    archive.at = START + 760 * DAY
    archive.say("case", Hold("case", "placed", "A dispute.", "ann"))
    with archive.open() as session:
        recall = recalled(session.ledger, archive.at)
        over = expired(recall, 24)
        with pytest.raises(LedgerError, match="while case stands"):
            pruned(session, recall, over, "kept 24 months")
        assert session.ledger.has(over[0].attachment.digest)
    archive.say("case", Hold("case", "released", "Settled.", "ann", "bob"))
    with archive.recall() as recall:
        assert holds(recall) == ()


def test_a_hold_of_one_scope_keeps_that_and_what_it_shares_and_lets_the_rest_go(tmp_path: Path) -> None:
    archive = mended(tmp_path)
    with archive.open() as session:
        for system, text in (
            ("payroll", b"ours\n"),
            ("payroll", b"shared\n"),
            ("wiki", b"shared\n"),
            ("wiki", b"theirs\n"),
        ):
            blob = lines.attachment("access", "text/csv", text)
            snapshot = AccessSnapshot(system, "2026-01-05", 1, "ab" * 32, "ann", 3, 24, (blob,))
            session.remember([session.fact(system, snapshot, text)])
    archive.at = START + 900 * DAY
    archive.say("case", Hold("case", "placed", "A dispute.", "ann", scope="payroll"))
    with archive.open() as session:
        recall = recalled(session.ledger, archive.at)
        over = expired(recall, 24)
        kept_ = {session.ledger.attachment(each.attachment.digest) for each in over if each.hold}
        assert kept_ == {b"ours\n", b"shared\n"}
        assert pruned(session, recall, over, "kept 24 months") == len(over) - 2 > 0
        assert [session.ledger.has(each.attachment.digest) for each in over] == [bool(each.hold) for each in over]
        assert verified(session.ledger).is_sound


def test_a_hold_is_not_released_by_one_person_alone() -> None:
    with pytest.raises(LedgerError, match="cannot approve"):
        Hold("case", "released", "Settled.", "ann", "ann")


def test_bytes_are_not_dropped_while_no_entry_says_that_they_were_removed(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    with archive.open() as session, pytest.raises(LedgerError, match="record the removal first"):
        session.ledger.drop(kept(archive))


def test_the_file_itself_refuses_to_lose_bytes_that_no_entry_removed(tmp_path: Path) -> None:
    archive = opened(tmp_path)
    with closing(sqlite3.connect(archive.places.ledger)) as file, pytest.raises(sqlite3.IntegrityError, match="stays"):
        file.execute("DELETE FROM attachment WHERE digest = ?", (kept(archive),))


def test_a_ledger_of_before_retention_lets_go_what_is_over_and_nothing_else(tmp_path: Path) -> None:
    archive = mended(tmp_path)
    with closing(sqlite3.connect(archive.places.ledger)) as file:
        file.executescript(
            "DROP TRIGGER attachment_stays; " + STAYS.format(table="attachment").split("END;")[0] + "END;"
        )
    archive.at = START + 760 * DAY
    with archive.open() as session:
        recall = recalled(session.ledger, archive.at)
        assert pruned(session, recall, expired(recall, 24), "kept 24 months") == 1
        assert session.ledger.has(kept(archive))


def kept(archive: Archive) -> str:
    """The digest of an attachment that nothing removes: that of the newest run."""
    with closing(sqlite3.connect(archive.places.ledger)) as file:
        text = file.execute(
            "SELECT body.text FROM body JOIN entry ON digest = payload WHERE type = 'run' ORDER BY sequence DESC"
        ).fetchone()[0]
    digest: str = json.loads(text)["attachments"][0]["digest"]
    return digest
