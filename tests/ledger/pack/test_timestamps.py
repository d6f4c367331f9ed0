"""Timestamps in a pack: each is of a head in the pack, by an authority that the reader trusts, or the pack is incomplete."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger.pack import story
from tests.ledger.pack.authority import authority, token
from tests.ledger.pack.made import Made, resigned, zipped

from assay.ledger import lines
from assay.ledger.canonical import digest
from assay.ledger.pack.export import Order, packed
from assay.ledger.pack.manifest import Occasion
from assay.ledger.pack.selection import Selection, about, newest
from assay.ledger.session import writing
from assay.model.evidence import Timestamp
from assay_verify.outcome import Outcome, Verdict
from assay_verify.stamp import roots_of
from assay_verify.verification import Asked, verify

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Made, Made, bytes]]:
    """Packs of an audit and of a finding of a ledger with a stamped head, and the root of the authority."""
    folder = tmp_path_factory.mktemp("stamped")
    root = authority(folder / "tsa").read_bytes()
    clock = story.Time()
    with writing(story.places(folder), "ci", "1.0", clock) as session:
        story.tell(session, clock)
        size, note = list(session.ledger.checkpoints())[-1]
        answer = token(folder / "tsa", note)
        named = (lines.attachment("token", "application/timestamp-reply", answer),)
        fact = Timestamp(size, digest(note), clock(), "CN=Test stamps", named)
        session.remember([session.fact(f"checkpoint {size}", fact, answer)])
        key, print_ = story.signer(session.ledger), story.print_of(story.FIXED)
        audit, finding = Occasion("audit", "x"), Occasion("finding", print_)
        end = newest(session.ledger)
        one = packed(session.ledger, Order(audit, Selection(end)), [key])
        two = packed(session.ledger, Order(finding, about(session.ledger, [print_], end)), [key])
        yield Made(one.files, one.head, key, audit), Made(two.files, two.head, key, finding), root


def test_a_stamped_head_is_verified_with_the_root_of_its_authority(
    stamped: tuple[Made, Made, bytes], tmp_path: Path
) -> None:
    for pack in stamped[:2]:
        outcome = _verified(pack, dict(pack.files), tmp_path, stamped[2])
        assert outcome.verdict is Verdict.VALID
        assert "CN=Test stamps" in outcome.steps[-1].said


def test_without_a_root_the_time_is_said_to_be_unverified(stamped: tuple[Made, Made, bytes], tmp_path: Path) -> None:
    outcome = _verified(stamped[0], dict(stamped[0].files), tmp_path, b"")
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "unverified" in outcome.steps[-1].said


def test_an_authority_that_leads_elsewhere_makes_a_pack_incomplete(
    stamped: tuple[Made, Made, bytes], tmp_path: Path
) -> None:
    other = authority(tmp_path / "other").read_bytes()
    assert _verified(stamped[0], dict(stamped[0].files), tmp_path, other).verdict is Verdict.INCOMPLETE


def test_a_token_of_another_head_is_named_even_if_the_keyholder_put_it_there(
    stamped: tuple[Made, Made, bytes], tmp_path: Path
) -> None:
    pack = stamped[0]
    name = next(each for each in pack.files if each.endswith(".tsr"))
    heads = sorted(each for each in pack.files if each.startswith("ledger/heads/"))
    files = resigned(pack, {heads[-1]: pack.files[heads[0]]})
    assert _verified(pack, files, tmp_path, stamped[2]).verdict is Verdict.TAMPERED
    token = pack.files[name]
    flipped = token[:-1] + bytes([token[-1] ^ 1])
    outcome = _verified(pack, resigned(pack, {name: flipped}), tmp_path, stamped[2])
    assert [fault.place for fault in outcome.faults] == [name]


def test_a_token_is_verified_by_openssl_alone(stamped: tuple[Made, Made, bytes], tmp_path: Path) -> None:
    files = stamped[0].files
    name = next(each for each in files if each.endswith(".tsr"))
    note = f"ledger/heads/{name.split('/')[1]}.note"
    for each, content in ((name, files[name]), (note, files[note]), ("roots.pem", stamped[2])):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", note, "-in", name, "-CAfile", "roots.pem"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert "openssl ts -verify -data ledger/heads/" in files["README.md"].decode()


def _verified(pack: Made, files: dict[str, bytes], folder: Path, root: bytes) -> Outcome:
    path = folder / "pack.zip"
    path.write_bytes(zipped(files))
    roots = roots_of(root) if root else ()
    return verify(path, Asked((pack.fingerprint,), wants_timestamp=True, roots=roots))
