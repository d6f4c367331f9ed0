"""Signatures: whatever is changed in a checkpoint, an envelope or a rotation is refused, and keys are kept strictly."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.ledger.samples import START, key

from assay.errors import LedgerError
from assay.ledger import checkpoint, dsse, sign
from assay.ledger.checkpoint import Checkpoint
from assay.ledger.dsse import Statement, Subject
from assay.ledger.rotation import rotate, successor

KEY, OTHER = key(1), key(2, "other.example/ledger")
HEAD = Checkpoint("assay.example/ledger", 42, bytes(range(32)), ("further line",))
NOTE = checkpoint.signed(HEAD, KEY)
STATEMENT = Statement((Subject("manifest.json", "ab" * 32),), "https://assay.example/evidence-pack/v1", {"entries": 42})
ENVELOPE = dsse.enveloped(STATEMENT, KEY)
SIGNER = """
import sys; from base64 import b64encode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key
print(b64encode(Key.from_private_bytes(bytes([{seed}]) * 32).sign(sys.stdin.buffer.read())).decode())
"""


def test_a_checkpoint_is_written_as_the_format_says() -> None:
    text, _, signature = NOTE.partition(b"\n\n")
    assert text.decode().splitlines() == [
        "assay.example/ledger", "42", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "further line",
    ]  # fmt: skip
    assert signature.decode().startswith("— assay.example/ledger ")


def test_a_signed_note_of_others_is_read() -> None:
    # The example of golang.org/x/mod/sumdb/note, whose key ids and signatures this format took over.
    raw = sign.unbase64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    peter = sign.PublicKey("PeterNeumann", raw)
    assert peter.key_id.hex() == "c74f20a3"
    text = (
        b"If you think cryptography is the answer to your problem,\n"
        b"then you don't know what your problem is.\n"
    )  # fmt: skip
    coded = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    signature = sign.unbase64(coded)
    assert signature[:4] == peter.key_id
    assert peter.accepts(text, signature[4:])


def test_what_was_signed_opens_again() -> None:
    assert checkpoint.opened(NOTE, KEY.public) == HEAD
    assert checkpoint.opened(checkpoint.signed(HEAD, OTHER, KEY), KEY.public) == HEAD
    assert dsse.opened(ENVELOPE, [KEY.public]) == STATEMENT
    assert dsse.opened(dsse.enveloped(STATEMENT, KEY, OTHER), [KEY.public, OTHER.public]) == STATEMENT


@given(st.integers(0, len(NOTE) * 8 - 1))
def test_any_flipped_bit_of_a_checkpoint_is_caught(at: int) -> None:
    with pytest.raises(LedgerError):
        checkpoint.opened(_flipped(NOTE, at), KEY.public)


@given(st.integers(0, len(ENVELOPE) * 8 - 1))
def test_any_flipped_bit_of_an_envelope_is_caught(at: int) -> None:
    with pytest.raises(LedgerError):
        dsse.opened(_flipped(ENVELOPE, at), [KEY.public])


@given(st.integers(0, len(NOTE) - 1), st.integers(0, len(ENVELOPE) - 1))
def test_a_signature_covers_all_up_to_the_end(short: int, shorter: int) -> None:
    with pytest.raises(LedgerError):
        checkpoint.opened(NOTE[:short], KEY.public)
    with pytest.raises(LedgerError):
        dsse.opened(ENVELOPE[:shorter], [KEY.public])


@pytest.mark.parametrize("suffix", [b"\n", b" ", b"x\n", b"\xe2\x80\x94 a b\n", b"\n\n"])
def test_nothing_can_be_put_behind_a_checkpoint_or_an_envelope(suffix: bytes) -> None:
    with pytest.raises(LedgerError):
        checkpoint.opened(NOTE + suffix, KEY.public)
    with pytest.raises(LedgerError):
        dsse.opened(ENVELOPE + suffix, [KEY.public])


@pytest.mark.parametrize(
    "text",
    [
        "log\n042\n{root}\n",
        "log\n+4\n{root}\n",
        "log\n4\nAAAA\n",
        "log\n4\n",
        "log\n4\n{root}\n\nx\n",
        " log\n4\n{root}\n",
        "log\r\n4\n{root}\n",
    ],
)
def test_a_head_that_is_signed_but_not_written_as_it_must_be_is_refused(text: str) -> None:
    body = text.format(root=sign.base64(bytes(32))).encode()
    line = f"— {KEY.public.name} {sign.base64(KEY.public.key_id + KEY.sign(body))}\n".encode()
    with pytest.raises(LedgerError):
        checkpoint.opened(body + b"\n" + line, KEY.public)


def test_the_encoding_before_signing_is_that_of_the_protocol() -> None:
    assert (
        dsse.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_signer_whom_nobody_trusts_is_named() -> None:
    with pytest.raises(LedgerError, match=OTHER.public.name):
        checkpoint.opened(NOTE, OTHER.public)
    with pytest.raises(LedgerError, match=KEY.public.fingerprint):
        dsse.opened(ENVELOPE, [OTHER.public])


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = sign.create(path, "log")
    assert path.stat().st_mode & 0o777 == 0o600
    assert sign.load(path, "log").public == made.public
    with pytest.raises(LedgerError, match="File exists"):
        sign.create(path, "log")
    for mode in (0o640, 0o604, 0o660, 0o700, 0o620):
        path.chmod(mode)
        with pytest.raises(LedgerError, match="chmod 600"):
            sign.load(path, "log")


def test_a_file_that_holds_no_such_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", encoding="utf-8")
    path.chmod(0o600)
    link = tmp_path / "link.pem"
    link.symlink_to(path)
    for each in (path, link, tmp_path / "none.pem"):
        with pytest.raises(LedgerError, match="Mend"):
            sign.load(each, "log")


def test_a_command_signs_what_it_is_given() -> None:
    signer = sign.Command(KEY.public, (sys.executable, "-c", SIGNER.format(seed=1)))
    assert checkpoint.signed(HEAD, signer) == NOTE


@pytest.mark.parametrize(
    "code", [SIGNER.format(seed=2), "print('AAAA')", "import sys; sys.exit('locked')", "print('é')"]
)
def test_a_command_that_does_not_sign_with_the_key_is_refused(code: str) -> None:
    with pytest.raises(LedgerError, match="Mend"):
        sign.Command(KEY.public, (sys.executable, "-c", code)).sign(b"message")


def test_a_rotation_is_followed_only_with_both_signatures() -> None:
    rotation = rotate(KEY, OTHER, START)
    assert successor(rotation, KEY.public) == OTHER.public
    third = key(3, "third.example").public
    forged = [
        replace(rotation, by_old=rotation.by_new),
        replace(rotation, by_new=rotation.by_old),
        replace(rotation, new=third),
    ]
    for each in forged:
        with pytest.raises(LedgerError):
            successor(each, KEY.public)
    with pytest.raises(LedgerError, match="in their order"):
        successor(rotation, third)
    with pytest.raises(LedgerError, match="signs already"):
        rotate(KEY, KEY, START)


@pytest.mark.parametrize("make", [lambda: sign.PublicKey("a b", bytes(32)), lambda: sign.PublicKey("a", bytes(31))])
def test_a_key_that_no_note_could_name_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(LedgerError, match="Mend"):
        make()


def _flipped(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)
