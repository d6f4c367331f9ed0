"""A pack for an auditor: gaps are shown, states are those of the window, versions are those in force, and no other finding is told."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator
from tests.ledger.pack import story

from assay.assessment.packing import Wish, ordered
from assay.assessment.settings import Settings
from assay.assessment.wiring import probes
from assay.errors import LedgerError
from assay.ledger.pack import archive
from assay.ledger.pack.export import Order, packed
from assay.ledger.session import Session, writing
from assay.ledger.sqlite import Ledger
from assay.model.decision import Schedule, Sla
from assay_verify.outcome import Verdict
from assay_verify.verification import Asked, verify

DATA = Path(__file__).parent.parent / "reports" / "data"
JANUARY = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC))
LATER = datetime(2026, 6, 1, tzinfo=UTC)
AUDIT = Wish("audit", "SOC 2 2026", JANUARY)


def test_a_week_without_a_scan_is_shown_although_the_schedule_was_loosened_later(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        before = _table(_files(ledger, AUDIT), "cadence.csv")
    clock = story.Time(LATER)
    with writing(story.places(tmp_path), "ci", "1.0", clock) as session:
        session.remember([session.fact(story.SCOPE, Schedule(story.SCOPE, 90, 30, 0.5, "assay.toml"))])
        after = _table(_files(session.ledger, AUDIT), "cadence.csv")
    assert [row["state"] for row in before] == ["filled", "missed", "late", "filled"]
    assert after == before


def test_a_missed_week_keeps_a_control_from_counting_as_operating(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        files = _files(ledger, AUDIT)
    rows = _table(files, "grc/controls.csv")
    assert not [row for row in rows if row["Status"] == "operating"]
    assert "1 of 4 expected scans missed" in next(row["Summary"] for row in rows if row["Control ID"] == "CC6.1")
    assert b"AP701" in files["report.html"]


def test_states_are_those_at_the_end_of_the_window(tmp_path: Path) -> None:
    first = Wish("audit", "the first week", (JANUARY[0], JANUARY[0] + timedelta(days=7)))
    name = f"findings/{story.print_of(story.FIXED)}.json"
    with story.told(tmp_path) as ledger:
        early, late = (json.loads(_files(ledger, wish)[name])["scopes"][0] for wish in (first, AUDIT))
    assert (early["state"], early["closed_at"]) == ("detected", "")
    assert (late["state"], late["closed_at"][:10]) == ("verified_fixed", "2026-01-26")


def test_the_days_to_fix_are_those_in_force_at_detection(tmp_path: Path) -> None:
    name = f"findings/{story.print_of(story.FIXED)}.json"
    with story.told(tmp_path) as ledger:
        before = json.loads(_files(ledger, AUDIT)[name])["scopes"][0]
    with writing(story.places(tmp_path), "ci", "1.0", story.Time(LATER)) as session:
        session.remember([session.fact(story.SCOPE, Sla(story.SCOPE, 1, 2, 3, 4, "assay.toml"))])
        after = json.loads(_files(session.ledger, AUDIT)[name])["scopes"][0]
    assert before["due"][:10] == after["due"][:10] == "2026-02-04"
    assert not after["is_late"]


def test_a_finding_is_followed_from_detection_over_the_change_to_the_passing_run(tmp_path: Path) -> None:
    print_ = story.print_of(story.FIXED)
    with story.told(tmp_path) as ledger:
        files = _files(ledger, Wish("finding", print_))
    chain = json.loads(files[f"findings/{print_}.json"])["scopes"][0]["timeline"]
    dated = [(each["at"][:10], each["state"], each["run"] in files or not each["run"]) for each in chain]
    assert dated == [
        ("2026-01-05", "detected", True),
        ("2026-01-12", "fix_claimed", True),
        ("2026-01-26", "verified_fixed", True),
    ]
    assert [row["id"] for row in _table(files, "populations/changes.csv")] == ["pr-12"]
    seen = [
        json.loads(content)["verdict"]["outcome"]
        for name, content in sorted(files.items())
        if name.startswith("observations/")
    ]
    assert sorted(seen) == ["fail", "pass"]


def test_a_pack_of_one_finding_tells_of_no_other(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        files = _files(ledger, Wish("finding", story.print_of(story.FIXED)))
    other = story.print_of(story.OPEN).encode()
    assert not [name for name, content in files.items() if other in content or b"/carts" in content]
    assert not [name for name in files if name.endswith(".sarif")]


def test_a_pack_of_one_control_holds_its_findings_runs_and_slots(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        files = _files(ledger, Wish("control", "CC6.1", JANUARY))
        with pytest.raises(LedgerError, match="no such control"):
            _files(ledger, Wish("control", "CC99"))
    assert [name for name in files if name.startswith("controls/")] == ["controls/soc2/CC6.1.json"]
    assert sum(name.startswith("findings/") for name in files) == 2
    assert sum(name.startswith("runs/") for name in files) == 2
    assert len(_table(files, "cadence.csv")) == 4


def test_a_control_of_which_the_finding_was_fixed_is_a_corrected_deviation(tmp_path: Path) -> None:
    clock = story.Time()
    with writing(story.places(tmp_path), "ci", "1.0", clock) as session:
        _fixed(session, clock)
        row = next(
            each for each in _table(_files(session.ledger, AUDIT), "grc/controls.csv") if each["Control ID"] == "CC6.1"
        )
    assert row["Status"] == "deviation corrected"
    assert row["Result"] == "Needs review"


def test_every_population_has_as_many_rows_as_the_ledger_has_entries(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        files, counts = _files(ledger, Wish("audit", "all")), ledger.counts()
    assert len(_table(files, "populations/scans.csv")) == counts["run"] == 2
    assert len(_table(files, "populations/changes.csv")) == counts["change"] == 1
    assert len(_table(files, "populations/exceptions.csv")) == counts["acceptance"] == 1
    prints = {row["fingerprint"] for row in _table(files, "populations/findings.csv")}
    assert prints == {
        json.loads(line)["subject"]
        for line in files["ledger/entries.jsonl"].splitlines()
        if b'"type":"finding"' in line
    }


def test_oscal_and_sarif_in_a_pack_keep_their_schemas(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        files = _files(ledger, AUDIT)
    sarif = json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    Draft4Validator(sarif).validate(json.loads(files["sarif/static-shop.sarif"]))
    for name in ("assessment-plan", "assessment-results", "poam"):
        text = (DATA / f"oscal_{name}_schema-1.2.1.json").read_text(encoding="utf-8").replace(r"\\p{L}", "A-Za-z")
        schema = text.replace("(A-Za-z|_)(A-Za-z|\\\\p{N}|[.\\\\-_])*", "[A-Za-z_][A-Za-z0-9._-]*")
        Draft7Validator(json.loads(schema)).validate(json.loads(files[f"oscal/{name}.json"]))


def test_the_accepted_finding_is_suppressed_in_the_report_of_the_last_run(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        log = json.loads(_files(ledger, AUDIT)["sarif/static-shop.sarif"])
    (result,) = log["runs"][0]["results"]
    assert result["suppressions"][0]["justification"].startswith("carts are anonymous")


def test_what_a_live_call_found_is_told_like_what_the_code_shows(tmp_path: Path) -> None:
    probe = probes()[0].id
    with writing(story.places(tmp_path), "ci", "1.0", story.Time()) as session:
        session.remember([session.fact(story.SCOPE, Sla(story.SCOPE, 7, 30, 90, 180, "x"))])
        story.run(session, {story.FIXED: "fail"}, "", probe)
        files = _files(session.ledger, AUDIT)
    (result,) = json.loads(files["sarif/static-shop.sarif"])["runs"][0]["results"]
    assert result["ruleId"] == probe
    assert result["partialFingerprints"]
    row = next(each for each in _table(files, "grc/controls.csv") if each["Control ID"] == "CC6.1")
    assert row["Status"] == "deviation"


def test_a_rule_that_is_there_no_more_is_said_and_drops_nothing(tmp_path: Path) -> None:
    with writing(story.places(tmp_path), "ci", "1.0", story.Time()) as session:
        session.remember([session.fact(story.SCOPE, Sla(story.SCOPE, 7, 30, 90, 180, "x"))])
        story.run(session, {story.FIXED: "fail"}, "", "AP999")
        files = _files(session.ledger, AUDIT)
    (result,) = json.loads(files["sarif/static-shop.sarif"])["runs"][0]["results"]
    assert result["ruleId"] == "AP999"
    assert b"does not have the rule any more" in files["sarif/static-shop.sarif"]


def test_a_whole_pack_verifies_and_is_the_same_when_made_again(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        packs = [
            packed(ledger, _ordered(ledger, wish), [story.signer(ledger)]).files
            for wish in (AUDIT, AUDIT, Wish("audit", "all"))
        ]
        key = story.signer(ledger).public.fingerprint
    assert packs[0] == packs[1]
    for number, files in enumerate(packs):
        archive.write(tmp_path / f"{number}.zip", files)
        assert verify(tmp_path / f"{number}.zip", Asked((key,))).verdict is Verdict.VALID


def test_the_links_of_a_page_lead_to_files_of_the_pack(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        for wish in (AUDIT, Wish("finding", story.print_of(story.FIXED)), Wish("control", "CC6.1")):
            files = _files(ledger, wish)
            links = re.findall(r'href="([^"]+)"', files["report.html"].decode())
            assert links
            assert set(links) <= set(files)


def test_what_is_not_in_the_ledger_is_refused_with_a_mend(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        for wish in (Wish("audit", "x", size=99), Wish("finding", "0" * 32)):
            with pytest.raises(LedgerError, match="Mend"):
                _ordered(ledger, wish)


def test_lists_that_are_gone_are_said_to_be_missing(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        run = list(ledger.of_type("run"))[-1]
        body: Any = ledger.body(run.entry.payload)
        gone = next(each["digest"] for each in body["attachments"] if each["name"] == "verdicts")
        ledger.connection.execute("DROP TRIGGER attachment_stays")
        ledger.connection.execute("DELETE FROM attachment WHERE digest = ?", (gone,))
        order = _ordered(ledger, AUDIT)
    assert [each.what for each in order.missing] == ["the last scan"]


def test_lists_that_another_version_wrote_are_said_to_be_unreadable(tmp_path: Path) -> None:
    with writing(story.places(tmp_path), "ci", "1.0", story.Time()) as session:
        session.remember([session.fact(story.SCOPE, Sla(story.SCOPE, 7, 30, 90, 180, "x"))])
        story.run(session, {story.FIXED: "undecided"}, "")
        order = _ordered(session.ledger, AUDIT)
    assert "its lists have another form" in order.missing[0].why


def _fixed(session: Session, clock: story.Time) -> None:
    """One finding, detected and fixed, with a scan in every week."""
    session.remember(
        [
            session.fact(story.SCOPE, Schedule(story.SCOPE, 7, 1, 0.9, "x")),
            session.fact(story.SCOPE, Sla(story.SCOPE, 7, 30, 90, 180, "x")),
        ]
    )
    previous = story.run(session, {story.FIXED: "fail"}, "")
    for week in range(1, 4):
        clock.at = story.START + timedelta(days=7 * week)
        previous = story.run(session, {story.FIXED: "pass"}, previous)


def _ordered(ledger: Ledger, wish: Wish) -> Order:
    return ordered(ledger, wish, Settings(), LATER)


def _files(ledger: Ledger, wish: Wish) -> dict[str, bytes]:
    return dict(packed(ledger, _ordered(ledger, wish), [story.signer(ledger)]).files)


def _table(files: dict[str, bytes], path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[path].decode(), newline="")))
