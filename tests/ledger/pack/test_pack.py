"""A pack has the same bytes whenever it is made, holds what it says, and refuses what it cannot hold."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from tests.ledger.pack import story
from tests.ledger.pack.made import REPORT, Made, made

from assay.errors import LedgerError
from assay.ledger.canonical import read_canonical
from assay.ledger.pack import archive
from assay.ledger.pack.export import Order, Pack, packed
from assay.ledger.pack.manifest import MANIFEST, Occasion, PackFile
from assay.ledger.pack.selection import Selection, about, newest
from assay.ledger.session import writing
from assay.ledger.sqlite import Ledger

AUDIT = Occasion("audit", "SOC 2 2026")


def test_a_pack_made_twice_has_the_same_bytes_although_the_first_was_recorded(tmp_path: Path) -> None:
    clock = story.Time()
    with writing(story.places(tmp_path), "ci", "1.0", clock) as session:
        story.tell(session, clock)
        first = _packed(session.ledger)
        story.exported(session, first.files[MANIFEST])
        assert _packed(session.ledger).files == first.files


def test_a_pack_as_of_an_earlier_size_stays_the_same_while_the_ledger_grows(tmp_path: Path) -> None:
    clock = story.Time()
    with writing(story.places(tmp_path), "ci", "1.0", clock) as session:
        story.tell(session, clock)
        size = newest(session.ledger)
        first = _packed(session.ledger, size)
        story.run(session, {story.FIXED: "fail"}, "")
        assert _packed(session.ledger, size).files == first.files
        assert _packed(session.ledger).files != first.files


def test_a_pack_of_a_finding_shows_failure_change_and_success_with_their_dates() -> None:
    found = made("finding")
    seen = [
        read_canonical(content) for name, content in sorted(found.files.items()) if name.startswith("observations/")
    ]
    outcomes = sorted(str(each["verdict"]["outcome"]) for each in seen if isinstance(each, dict))
    entries = [json.loads(line) for line in found.files["ledger/entries.jsonl"].splitlines()]
    dated = [
        (each["type"], each["observed_at"][:10]) for each in entries if each["type"] in {"run", "change", "fix-claim"}
    ]
    assert outcomes == ["fail", "pass"]
    assert dated == [
        ("run", "2026-01-05"),
        ("change", "2026-01-12"),
        ("fix-claim", "2026-01-12"),
        ("run", "2026-01-26"),
    ]


def test_a_pack_of_a_finding_says_nothing_of_others() -> None:
    other = story.print_of(story.OPEN).encode()
    assert not [name for name, content in made("finding").files.items() if other in content]
    assert other in made("audit").files["ledger/entries.jsonl"]


def test_the_zip_is_one_that_every_other_program_reads() -> None:
    found = made()
    with zipfile.ZipFile(BytesIO(found.raw())) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == dict(found.files)
        assert {each.date_time for each in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_lists_every_file_with_what_it_was_made_from() -> None:
    found = made()
    listed = read_canonical(found.files[MANIFEST])
    assert isinstance(listed, dict)
    rows = {row["path"]: row["source"] for row in listed["files"]}
    assert set(rows) == set(found.files) - {MANIFEST, "manifest.dsse.json", "SHA256SUMS", "SHA256SUMS.sig"}
    assert rows["report.html"] == REPORT.source
    assert all(rows.values())


def test_the_window_decides_whose_lists_of_verdicts_are_in_an_audit(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        window = (story.START, story.START.replace(day=10))
        whole = packed(ledger, Order(AUDIT, Selection(newest(ledger))), [story.signer(ledger)])
        first = packed(ledger, Order(Occasion("audit", "x", window), Selection(newest(ledger))), [story.signer(ledger)])
    assert _count(whole, "attachments/") == _count(first, "attachments/") + 1
    assert _count(whole, "runs/") == _count(first, "runs/") == 2


def test_what_was_removed_is_named_as_missing(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        ledger.connection.execute("DROP TRIGGER attachment_stays")
        ledger.connection.execute("DELETE FROM attachment")
        found = _packed(ledger)
    assert [each.why for each in found.missing] == ["it is not in the ledger any more, and no entry says why"] * 3
    assert b"it is not in the ledger any more" in found.files["README.md"]


def test_only_the_key_of_the_ledger_signs_its_packs(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        order = Order(AUDIT, Selection(newest(ledger)))
        with pytest.raises(LedgerError, match="Mend: sign the pack with it"):
            packed(ledger, order, [story.signer(ledger, bytes([9]) * 32)])
        with pytest.raises(LedgerError, match="Mend"):
            packed(ledger, order, [])


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a b", "a\\b", ".hidden", "a/.b", "é", "x" * 241, "", "con.", "a/../b"]
)
def test_a_name_that_cannot_be_unpacked_everywhere_is_refused(path: str) -> None:
    with pytest.raises(LedgerError, match="Mend"):
        list(archive.pieces({path: b""}))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        for report in (PackFile("README.md", b"", "x", "x"), PackFile("SHA256SUMS", b"", "x", "x")):
            with pytest.raises(LedgerError, match="one name"):
                packed(ledger, Order(AUDIT, Selection(newest(ledger)), (report,)), [story.signer(ledger)])


def test_a_pack_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="Mend: name another place"):
        archive.write(tmp_path / "none" / "pack.zip", made().files)
    assert archive.write(tmp_path / "pack.zip", made().files) == len(made().raw())
    assert [each.name for each in tmp_path.iterdir()] == ["pack.zip"]


@pytest.mark.parametrize(("kind", "subject"), [("report", "x"), ("audit", " "), ("audit", "a\nb")])
def test_an_occasion_that_nobody_could_name_is_refused(kind: str, subject: str) -> None:
    with pytest.raises(LedgerError, match="Mend"):
        Occasion(kind, subject)


def test_no_verdict_on_the_whole_is_in_what_a_pack_says_of_itself() -> None:
    for found in (made(), made("finding")):
        assert not [name for name, content in found.files.items() if b"compliant" in content or b"certified" in content]


def _packed(ledger: Ledger, size: int = 0) -> Pack:
    return packed(ledger, Order(AUDIT, Selection(size or newest(ledger)), (REPORT,)), [story.signer(ledger)])


def _count(found: Pack | Made, prefix: str) -> int:
    return sum(name.startswith(prefix) for name in found.files)


def test_a_finding_that_nobody_ever_saw_has_no_entries_of_its_own(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        selection = about(ledger, ["0" * 32], newest(ledger))
        types = [each.entry.type for each in selection.entries(ledger)]
    assert types == ["ledger", "schedule", "sla"]
