"""A timestamp counts for its own bytes, with its own signature, by an authority that the reader trusts, and for nothing else."""

import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay_verify import der
from assay_verify.der import Malformed
from assay_verify.stamp import Stamp, roots_of, stamp

FOLDER = Path(__file__).parent / "stamps"
MESSAGE = b"the head of a log\n"
KINDS = ("rsa", "ec")
TOKENS = {kind: (FOLDER / f"{kind}.tsr").read_bytes() for kind in KINDS}
ROOTS = {kind: roots_of((FOLDER / f"{kind}.pem").read_bytes()) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_is_read_and_its_authority_trusted_by_its_root(kind: str) -> None:
    found = stamp(TOKENS[kind], MESSAGE, ROOTS[kind])
    assert (found.authority, found.is_trusted, found.at.year) == ("CN=Test stamps", True, 2026)


def test_an_authority_whose_root_the_reader_does_not_give_is_not_trusted() -> None:
    assert not stamp(TOKENS["rsa"], MESSAGE, ()).is_trusted
    assert not stamp(TOKENS["rsa"], MESSAGE, ROOTS["ec"]).is_trusted


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_of_other_bytes_is_refused(kind: str) -> None:
    with pytest.raises(Malformed, match="other bytes"):
        stamp(TOKENS[kind], MESSAGE + b" ", ROOTS[kind])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_a_changed_token_never_says_anything_else(kind: str, draw: st.DataObject) -> None:
    raw = bytearray(TOKENS[kind])
    raw[draw.draw(st.integers(0, len(raw) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    assert _said(bytes(raw), kind) in {None, stamp(TOKENS[kind], MESSAGE, ROOTS[kind])}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), st.data())
def test_a_token_that_was_cut_is_refused(kind: str, draw: st.DataObject) -> None:
    length = draw.draw(st.integers(0, len(TOKENS[kind]) - 1))
    assert _said(TOKENS[kind][:length], kind) is None


@given(st.binary(max_size=200))
def test_bytes_that_are_no_token_are_refused(raw: bytes) -> None:
    assert _said(raw, "rsa") is None


@pytest.mark.parametrize(
    "raw", [b"", b"\x30", b"\x30\x80", b"\x30\x81\x01\x00", b"\x30\x02\x00", b"\x1f\x01\x00", b"\x30\x85\x01\0\0\0\0"]
)
def test_what_is_not_written_as_der_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        der.first(raw)


def test_an_object_identifier_is_read() -> None:
    assert der.dotted(der.only(bytes.fromhex("060b2a864886f70d0109100104"))) == "1.2.840.113549.1.9.16.1.4"
    assert der.dotted(der.only(bytes.fromhex("06096086480165030402 01".replace(" ", "")))) == "2.16.840.1.101.3.4.2.1"


def test_certificates_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(Malformed):
        roots_of(b"none")


def _said(raw: bytes, kind: str) -> Stamp | None:
    """What a token says with trust; None if it is refused or not trusted."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd certificates, which are meant here
            found = stamp(raw, MESSAGE, ROOTS[kind])
    except Malformed:
        return None
    return found if found.is_trusted else None
