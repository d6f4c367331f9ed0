"""The one spelling of JSON: the vectors of RFC 8785, and what holds for every value."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import LedgerError
from assay.ledger.canonical import LARGEST, Json, canonical, read, read_canonical

NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
"""RFC 8785, Appendix B."""
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_the_standard_lists_them(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(value).decode() == text


def test_the_example_of_the_standard_is_written_as_it_shows() -> None:
    value: Json = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\u000aA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    shown = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(value).decode() == shown


def test_keys_are_ordered_by_their_utf16_units() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == ordered


@given(VALUES)
def test_what_is_written_reads_back_and_is_written_the_same_again(value: Json) -> None:
    written = canonical(value)
    assert read_canonical(written) == value
    assert canonical(read(written)) == written


@given(VALUES)
def test_any_spelling_of_a_value_has_one_canonical_spelling(value: Json) -> None:
    assert canonical(read(json.dumps(json.loads(canonical(value)), indent=2).encode())) == canonical(value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), LARGEST + 1, -LARGEST - 1, "\ud800", {"\udc00": 1}]
)
def test_what_json_cannot_hold_is_refused(value: Json) -> None:
    with pytest.raises(LedgerError):
        canonical(value)


@pytest.mark.parametrize(
    "raw",
    [b'{"a":1,"a":1}', b'[{"b":{"a":1,"\\u0061":2}}]', b"NaN", b"Infinity", b"1e999", b"9007199254740993", b'"\\ud800"',
     b"\xff", b"\xef\xbb\xbf1", b"1 2", b"", b"[" * 100_000, b"1" * 5000],
)  # fmt: skip
def test_what_two_readers_may_understand_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(LedgerError):
        read(raw)


@pytest.mark.parametrize("raw", [b" 1", b"1.0", b'{"b":1,"a":1}', b'"\\u0041"', b"1E3", b"-0"])
def test_any_other_spelling_is_refused_where_one_is_expected(raw: bytes) -> None:
    with pytest.raises(LedgerError):
        read_canonical(raw)
