"""Timestamps: an authority's answer is taken in if it verifies, and a head waits until one does."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.house.tree import ROOT
from tests.ledger import authority

from assay.errors import LedgerError
from assay.ledger.stamping import asked, queued, stamped, verified, waiting

NOTE = b"assay.ledger/x\n5\nAAAA\n\n"
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("authority")
    authority.made(made)
    return made


@pytest.fixture(scope="module")
def answer(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, int]:
    request = queued(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", NOTE)
    return _asked(request.query, folder), request.nonce


def _asked(query: bytes, folder: Path) -> bytes:
    words = authority.program(folder)
    return subprocess.run(words, input=query, cwd=ROOT, capture_output=True, timeout=60, check=True).stdout


def test_an_answer_verifies_and_says_when(answer: tuple[bytes, int], folder: Path) -> None:
    at, name = verified(answer[0], NOTE, folder / "root.pem", answer[1])
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert "CN=stamps" in name


def test_an_answer_to_another_head_by_another_authority_or_of_another_nonce_is_refused(
    answer: tuple[bytes, int], folder: Path, tmp_path: Path
) -> None:
    for note, nonce in ((NOTE + b"x", answer[1]), (NOTE, answer[1] + 1)):
        with pytest.raises(LedgerError, match="does not verify"):
            verified(answer[0], note, folder / "root.pem", nonce)
    with pytest.raises(LedgerError, match="does not verify"):
        verified(answer[0], NOTE, authority.made(tmp_path / "other"), answer[1])


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.98])
def test_an_answer_of_which_a_byte_was_changed_is_refused(
    answer: tuple[bytes, int], folder: Path, share: float
) -> None:
    changed = bytearray(answer[0])
    changed[int(len(changed) * share)] ^= 1
    try:
        at, _ = verified(bytes(changed), NOTE, folder / "root.pem", answer[1])
    except LedgerError:
        return
    # A byte of the certificate chain that nothing rests on: what is stated is still what was signed.
    assert at == verified(answer[0], NOTE, folder / "root.pem", answer[1])[0]


def test_a_head_waits_until_an_answer_verifies(folder: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    request = queued(ledger, NOTE)
    assert queued(ledger, NOTE).query == request.query, "it is asked for once"
    with pytest.raises(LedgerError, match="does not answer"):
        asked(request, ["no-such-program"])
    with pytest.raises(LedgerError, match="does not verify"):
        stamped(request, b"no answer", folder / "root.pem")
    assert [each.size for each in waiting(ledger)] == [5]
    fact, blobs = stamped(request, _asked(request.query, folder), folder / "root.pem")
    assert (fact.size, [each.name for each in fact.attachments]) == (5, ["response", "request", "roots"])
    assert [len(blob) for blob in blobs] == [each.size for each in fact.attachments]
    request.close()
    assert list(waiting(ledger)) == []
