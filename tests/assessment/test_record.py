"""Remembering a run: what the ledger is told of it, and what changed since the run before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.reports.shop import SHOP

from assay.assessment.record import Circumstances, Recorded, places, recorded, scope_of
from assay.assessment.record_settings import Remembering
from assay.assessment.replay import Scale, replayed
from assay.assessment.settings import Settings
from assay.ledger import lines, merkle
from assay.ledger.canonical import canonical
from assay.ledger.encoding import decoded, encoded
from assay.ledger.integrity import verified
from assay.ledger.recall import recalled
from assay.ledger.session import reading
from assay.model.assessment import Assessment
from assay.model.evidence import RunRecord
from assay.model.exchange import Standing, Write
from assay.model.place import Skipped

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
WRITES = (
    Write(1, "PATCH /orders/1001", "bob", "200", Standing.PUT_BACK, "/orders/1001"),
    Write(2, "PUT /orders/1001", "bob", "timeout", Standing.CHANGED, "/orders/1001", "the field note of /orders/1001"),
)


def record(root: Path, found: Assessment, **other: object) -> Recorded:
    about = Circumstances(**{"kind": "static", "actor": "ci", "started_at": AT, "report": "0" * 64, **other})  # type: ignore[arg-type]
    settings = Remembering(is_stated=True)
    return recorded(found, places(root, settings), settings, about, lambda: AT + timedelta(minutes=1))


def run_of(root: Path, done: Recorded) -> RunRecord:
    with reading(places(root, Remembering())) as ledger:
        return decoded(RunRecord, ledger.body(done.run))


def test_a_run_says_what_was_looked_at_and_by_which_rules(tmp_path: Path) -> None:
    done = record(tmp_path, SHOP)
    run = run_of(tmp_path, done)
    assert (run.scope, run.kind, run.commit, run.coverage) == (
        f"static:{SHOP.run.target}",
        "static",
        SHOP.run.commit,
        SHOP.coverage.share,
    )
    assert {rule.id for rule in run.rules} == set(SHOP.run.rules)
    told = sum(rule.passed + rule.failed + rule.not_tested + rule.not_applicable for rule in run.rules)
    assert told == len([verdict for verdict in SHOP.verdicts if verdict.rule in SHOP.run.rules])
    assert dict(run.options) == dict(SHOP.run.options)
    assert {waived.fingerprint for waived in run.waived} == {
        each.fingerprint for each in SHOP.findings if each.suppression
    }


def test_a_run_remembers_what_it_wrote_to_its_target_and_what_became_of_it(tmp_path: Path) -> None:
    done = record(tmp_path, replace(SHOP, writes=WRITES), kind="live")
    told = [(each.what, each.standing, each.mend) for each in run_of(tmp_path, done).writes]
    assert told == [
        ("PATCH /orders/1001", "put-back", ""),
        ("PUT /orders/1001", "changed", "the field note of /orders/1001"),
    ]
    with reading(places(tmp_path, Remembering())) as ledger:
        again = replayed(recalled(ledger, AT + timedelta(days=1)), done.run, {}, Scale(Settings()))
    assert again.writes == WRITES


def test_a_run_of_an_older_version_says_nothing_of_writes_and_is_read(tmp_path: Path) -> None:
    run = run_of(tmp_path, record(tmp_path, replace(SHOP, writes=WRITES)))
    body = {key: value for key, value in encoded(run).items() if key != "writes"}
    assert decoded(RunRecord, body) == replace(run, writes=())


def test_every_verdict_can_be_proven_alone(tmp_path: Path) -> None:
    run = run_of(tmp_path, record(tmp_path, SHOP))
    named = {each.name: each for each in run.attachments}
    said = [name for name in named if not name.startswith("frameworks/")]
    assert said == ["endpoints", "findings", "redactions", "skipped", "verdicts"]
    with reading(places(tmp_path, Remembering())) as ledger:
        raw = ledger.attachment(named["verdicts"].digest)
        assert verified(ledger).is_sound
    leaves = [merkle.leaf(canonical(value)) for value in lines.read(raw)]
    assert len(leaves) == run.verdicts.count == len(SHOP.verdicts)
    root = bytes.fromhex(run.verdicts.root)
    assert merkle.is_included(leaves[2], 2, len(leaves), merkle.inclusion(2, leaves), root)


def test_only_what_changed_becomes_an_entry(tmp_path: Path) -> None:
    first, second = record(tmp_path, SHOP), record(tmp_path, SHOP)
    assert len(first.changes) == len(SHOP.findings)
    assert second.changes == ()
    assert run_of(tmp_path, second).previous == first.run
    with reading(places(tmp_path, Remembering())) as ledger:
        assert ledger.counts() == {
            "finding": len(SHOP.findings), "ledger": 1, "run": 2, "schedule": 1, "sla": 1,
        }  # fmt: skip


def test_a_file_that_was_not_read_makes_its_api_incomplete(tmp_path: Path) -> None:
    whole = run_of(tmp_path, record(tmp_path, replace(SHOP, inventory=replace(SHOP.inventory, skipped=()))))
    assert all(api.is_complete for api in whole.apis)
    api = SHOP.inventory.apis[0]
    unread = Skipped(f"{api.root}/broken.py".removeprefix("./"), "nothing in it could be parsed")
    part = run_of(tmp_path, record(tmp_path, replace(SHOP, inventory=replace(SHOP.inventory, skipped=(unread,)))))
    assert not {each.id: each.is_complete for each in part.apis}[api.id]


@pytest.mark.parametrize(
    ("kind", "scope"), [("static", "static:shop"), ("joint", "static:shop"), ("live", "live:shop")]
)
def test_code_is_remembered_together_whether_or_not_it_was_asked(kind: str, scope: str) -> None:
    assert scope_of(kind, Remembering(), "shop") == scope
    assert scope_of(kind, Remembering(scope="orders"), "shop") == scope.replace("shop", "orders")


def test_names_that_are_no_text_are_recorded_all_the_same(tmp_path: Path) -> None:
    odd = replace(SHOP, run=replace(SHOP.run, target="sh\udcffop\n"))
    done = record(tmp_path, odd)
    with reading(places(tmp_path, Remembering())) as ledger:
        assert verified(ledger).is_sound
        assert ledger.entry(done.sequence) is not None


def test_a_host_that_was_asked_once_is_expected_every_week_only_if_it_is_named(tmp_path: Path) -> None:
    record(tmp_path, SHOP, kind="live")
    with reading(places(tmp_path, Remembering())) as ledger:
        assert ledger.counts() == {"finding": len(SHOP.findings), "ledger": 1, "run": 1, "sla": 1}
