"""The formats as their specifications say, with examples of others: nothing here comes from the code that writes packs."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay_verify import tree
from assay_verify.keys import Key, Ring
from assay_verify.outcome import Tampered
from assay_verify.shape import bytes_of, is_path, time_of
from assay_verify.signed import head
from assay_verify.text import Misspelt, parsed, spelt

NUMBERS = [
    # RFC 8785, appendix B.
    (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740992.0, "9007199254740992"), (295147905179352830000.0, "295147905179352830000"),
    (9.999999999999997e22, "9.999999999999997e+22"),
    (1e23, "1e+23"), (1.0000000000000001e23, "1.0000000000000001e+23"), (999999999999999700000.0, "999999999999999700000"),
    (1e21, "1e+21"), (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"), (333333333.3333332, "333333333.3333332"),
    (1424953923781206.2, "1424953923781206.2"), (1e20, "100000000000000000000"), (0.95, "0.95"), (100.5, "100.5"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_numbers_are_spelt_as_ecmascript_does(value: float, text: str) -> None:
    assert spelt(value) == text.encode()
    assert parsed(text.encode()) == value


def test_keys_are_ordered_by_their_utf16_units() -> None:
    # RFC 8785 §3.2.3.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    value = parsed(spelt(dict.fromkeys(keys, 1)))
    assert isinstance(value, dict)
    assert list(value) == ordered


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_was_spelt_is_read_again(value: object) -> None:
    raw = spelt(value)  # type: ignore[arg-type]  # hypothesis widens the type
    assert spelt(parsed(raw)) == raw


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b"1.0", b"1e3", b"-0", b"01", b"NaN", b"Infinity", b"1e999",
        b'"\\u0041"', b'"\\/"',
        b"9007199254740993", b"\xef\xbb\xbf1", b"\xff", b"", b" 1", b"1\n", b'"\\ud800"', b"[1,]", b"[" * 65 + b"]" * 65, b"9" * 50,
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused(raw: bytes) -> None:
    with pytest.raises(Misspelt):
        parsed(raw)


def test_roots_are_those_of_certificate_transparency() -> None:
    # The test vectors of Certificate Transparency (RFC 6962 and RFC 9162 name the same tree).
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    growing = tree.Range()
    for each, root in zip(inputs, roots, strict=True):
        growing.add(tree.leaf(bytes.fromhex(each)))
        assert growing.root().hex() == root
    assert tree.Range().root() == sha256(b"").digest()


def _root(leaves: list[bytes]) -> bytes:
    """As RFC 6962 §2.1 defines it."""
    if not leaves:
        return tree.EMPTY
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return tree.joined(_root(leaves[:half]), _root(leaves[half:]))


def _path(index: int, leaves: list[bytes]) -> list[bytes]:
    """As RFC 6962 §2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*_path(index, leaves[:half]), _root(leaves[half:])]
    return [*_path(index - half, leaves[half:]), _root(leaves[:half])]


def _proof(old: int, leaves: list[bytes], *, is_whole: bool = True) -> list[bytes]:
    """As RFC 6962 §2.1.2 defines it."""
    if old == len(leaves):
        return [] if is_whole else [_root(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*_proof(old, leaves[:half], is_whole=is_whole), _root(leaves[half:])]
    return [*_proof(old - half, leaves[half:], is_whole=False), _root(leaves[:half])]


@given(st.integers(1, 40), st.data())
def test_a_path_leads_to_the_root_from_its_own_place_only(size: int, draw: st.DataObject) -> None:
    leaves = [tree.leaf(bytes([number])) for number in range(size)]
    index, other = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(-1, size))
    path = _path(index, leaves)
    assert tree.root_from(leaves[index], index, size, path) == _root(leaves)
    if other != index:
        assert tree.root_from(leaves[index], other, size, path) != _root(leaves)
    assert tree.root_from(leaves[index], index, size, [*path, bytes(32)]) is None
    assert not path or tree.root_from(leaves[index], index, size, path[:-1]) is None


@given(st.integers(1, 40), st.data())
def test_a_beginning_is_proven_and_nothing_else_is(size: int, draw: st.DataObject) -> None:
    leaves = [tree.leaf(bytes([number])) for number in range(size)]
    old = draw.draw(st.integers(1, size))
    before, after, proof = (old, _root(leaves[:old])), (size, _root(leaves)), _proof(old, leaves)
    assert tree.is_beginning(before, after, proof)
    assert not tree.is_beginning((old, bytes(32)), after, proof)
    assert not tree.is_beginning(before, (size, bytes(32)), proof)
    assert not tree.is_beginning(before, after, [*proof, bytes(32)])
    assert not tree.is_beginning((0, tree.EMPTY), after, [])
    if proof:
        changed = draw.draw(st.integers(0, len(proof) - 1))
        assert not tree.is_beginning(before, after, [*proof[:changed], bytes(32), *proof[changed + 1 :]])


def test_a_tree_cannot_go_on_from_what_is_none() -> None:
    with pytest.raises(ValueError, match="peaks"):
        tree.Range(3, [bytes(32)])


def test_a_note_that_others_signed_is_read() -> None:
    # The key of the example of golang.org/x/mod/sumdb/note, whose format this is.
    raw = bytes_of("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert raw
    key = Key("PeterNeumann", raw[1:])
    assert key.note_id.hex() == "c74f20a3"
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n".encode()
    ring = Ring((key,), frozenset([key.fingerprint]))
    with pytest.raises(Tampered, match="is no checkpoint"):
        head(text + b"\n" + line, "note", ring)
    with pytest.raises(Tampered, match="does not fit"):
        head(text + b".\n\n" + line, "note", ring)
    with pytest.raises(Tampered, match="no key that is trusted"):
        head(text + b"\n" + line, "note", Ring((key,), frozenset()))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T09:00:00Z",
        "2026-13-05T09:00:00.000000Z",
        "2026-01-05 09:00:00.000000Z",
        1,
        None,
        "2026-01-05T09:00:00.000000+00:00",
    ],
)
def test_a_time_has_one_spelling(text: object) -> None:
    assert time_of(text) is None
    assert time_of("2026-01-05T09:00:00.000000Z")


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "Q Q==", "QQ==\n", "*", None])
def test_base64_has_one_spelling(text: object) -> None:
    assert bytes_of(text) is None
    assert bytes_of("QQ==") == b"A"


@pytest.mark.parametrize(
    "text",
    ["", "/", "a/", "/a", "../a", "a/../b", ".a", "a/.b", "a b", "a\\b", "\u00e9", "a.", "a./b", "x" * 241, "a\n"],
)
def test_a_path_of_a_pack_is_plain(text: str) -> None:
    assert not is_path(text)
    assert is_path("controls/soc2/CC6.1.json")
