"""Sessions: what they make, what they refuse, and that a ledger that lost its end is noticed."""

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from tests.ledger.archive import Archive
from tests.ledger.samples import key
from tests.ledger.world import Scan, subject

from assay.errors import LedgerError
from assay.ledger import heads, merkle
from assay.ledger.checkpoint import opened as opened_note
from assay.ledger.handover import handed_over
from assay.ledger.integrity import verified
from assay.ledger.keyring import keyring, rotated
from assay.ledger.opening import opened
from assay.ledger.rotation import rotate
from assay.ledger.session import reading
from assay.ledger.sign import PublicKey, load
from assay.model.decision import Correction, KeyRevocation
from assay.model.evidence import Opening

SCAN = Scan(failing=(subject("/a"),))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "shop" / ".assay")
    for _ in range(3):
        made.scan(SCAN)
    return made


def test_the_first_session_makes_folder_key_ledger_and_opening(archive: Archive) -> None:
    assert archive.places.key.stat().st_mode & 0o777 == 0o600
    assert (archive.folder / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")
    with reading(archive.places) as ledger:
        first = ledger.entry(1)
        assert first is not None
        assert first.entry.type == "ledger"
        found = verified(ledger, [archive.places.head.read_bytes()], keyring(ledger).current.fingerprint)
    assert found.is_sound
    assert found.gaps == ()
    assert found.signed == 5


def test_a_truncated_ledger_is_refused_and_told(archive: Archive) -> None:
    _shorten(archive.places.ledger, 4)
    with pytest.raises(LedgerError, match="4 entries, and 5 were signed: the newest are gone"):
        archive.scan(SCAN)
    with reading(archive.places) as ledger:
        found = verified(ledger, [archive.places.head.read_bytes()])
    assert not found.is_sound
    assert "checkpoint 5: the ledger has 4 entries only" in found.faults


def test_a_history_that_was_written_anew_does_not_fit_a_head_held_elsewhere(archive: Archive) -> None:
    held = archive.places.head.read_bytes()
    saved = archive.places.key.read_bytes()
    shutil.rmtree(archive.folder)
    again = Archive(archive.folder)
    archive.folder.mkdir()
    archive.places.key.write_bytes(saved)
    archive.places.key.chmod(0o600)
    for _ in range(5):
        again.scan(Scan(passing=(subject("/a"),)))
    with reading(again.places) as ledger:
        assert verified(ledger).is_sound, "who holds the key can write anything"
        assert not verified(ledger, [held]).is_sound


def test_a_ledger_that_is_gone_while_its_head_remains_is_not_begun_anew(archive: Archive) -> None:
    archive.places.ledger.unlink()
    with pytest.raises(LedgerError, match="the ledger is gone"):
        archive.scan(SCAN)


def test_another_key_does_not_sign(archive: Archive) -> None:
    archive.places.key.unlink()
    with pytest.raises(LedgerError, match="cannot be read"):
        archive.scan(SCAN)
    other = Archive(archive.folder.parent / "other")
    other.scan(SCAN)
    shutil.copy2(other.places.key, archive.places.key)
    with pytest.raises(LedgerError, match="is not that of the ledger"):
        archive.scan(SCAN)


def test_a_rotation_hands_on_and_old_heads_stay_valid(archive: Archive) -> None:
    with archive.open() as session:
        origin = session.signer.public.name
        new = key(7, origin)
        rotation = rotate(session.signer, new, archive.at)
        fact = session.fact(new.public.fingerprint, rotated(rotation))
        session.ledger.append([fact], archive.clock)
        heads.sign(session.ledger, new, session.head)
    with reading(archive.places) as ledger:
        assert keyring(ledger).current == new.public
        found = verified(ledger, [], new.public.fingerprint)
    assert found.is_sound
    assert found.key == new.public.fingerprint
    with pytest.raises(LedgerError, match="is not that of the ledger"):
        archive.scan(SCAN)


@pytest.mark.parametrize("reason", ["", "stolen"])
def test_a_ledger_is_handed_over_and_goes_on(archive: Archive, reason: str) -> None:
    with archive.open() as session:
        old = session.signer.public
        new = handed_over(session, archive.places, reason)
    archive.scan(SCAN)
    with reading(archive.places) as ledger:
        found = verified(ledger, [archive.places.head.read_bytes()], old.fingerprint)
        assert keyring(ledger).current == new
    assert found.is_sound, found
    assert found.key == new.fingerprint
    assert load(archive.places.key.with_name(f"key.{old.fingerprint[:8]}"), "x").public.raw == old.raw


def test_heads_of_a_revoked_key_do_not_count_from_then_on(archive: Archive) -> None:
    with archive.open() as session:
        fingerprint = session.signer.public.fingerprint
        session.remember([session.fact(fingerprint, KeyRevocation(fingerprint, "stolen", "ann"))])
    with reading(archive.places) as ledger:
        found = verified(ledger)
    assert [fault for fault in found.faults if "is revoked" in fault]
    assert found.signed == 5


def test_a_second_opening_is_no_ledger(archive: Archive) -> None:
    with archive.open() as session:
        opening = Opening("x", "assay.ledger/x", "1.0.0", "AAAA", "f")
        session.remember([session.fact("assay.ledger/x", opening)])
    with reading(archive.places) as ledger:
        assert not verified(ledger).is_sound


def test_an_attachment_that_is_gone_or_changed_is_named(archive: Archive) -> None:
    for change in ("UPDATE attachment SET packed = x'00'", "DELETE FROM attachment"):
        connection = sqlite3.connect(archive.places.ledger)
        connection.execute("DROP TRIGGER IF EXISTS attachment_is")
        connection.execute("DROP TRIGGER IF EXISTS attachment_stays")
        connection.execute(change)
        connection.commit()
        connection.close()
        with reading(archive.places) as ledger:
            (fault,) = verified(ledger).faults
        assert "gone or was changed" in fault


def test_sessions_of_several_threads_wait_for_each_other(archive: Archive) -> None:
    def record(name: str) -> None:
        for number in range(5):
            Archive(archive.folder, archive.at, name).say("entry 1", Correction(1, f"{name} {number}", name))

    threads = [threading.Thread(target=record, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with reading(archive.places) as ledger:
        found = verified(ledger, [archive.places.head.read_bytes()])
        assert found.is_sound
        assert ledger.counts()["correction"] == 20


def test_a_head_verifies_with_the_key_alone(archive: Archive) -> None:
    signer = load(archive.places.key, "x")
    note = archive.places.head.read_bytes()
    origin = note.split(b"\n")[0].decode()
    checkpoint = opened_note(note, PublicKey(origin, signer.public.raw))
    with opened(archive.places.ledger) as ledger:
        leaves = [merkle.leaf(sealed.body()) for sealed in ledger.entries()]
        assert checkpoint.root == merkle.root(leaves)
        assert checkpoint.extensions[0] == f"head {list(ledger.entries())[-1].hash}"


def _shorten(path: Path, size: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER entry_stays")
    connection.execute("DROP TRIGGER checkpoint_stays")
    connection.execute("DELETE FROM entry WHERE sequence > ?", (size,))
    connection.execute("DELETE FROM checkpoint WHERE size > ?", (size,))
    connection.commit()
    connection.close()
