"""The one spelling of a JSON value, so that equal values have equal digests. Source: RFC 8785 (JCS) over RFC 7493 (I-JSON)."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import TypeAlias

from assay.errors import LedgerError

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
LARGEST = 2**53 - 1
"""RFC 7493 §2.2: beyond it, two readers may see two integers."""


def canonical(value: Json) -> bytes:
    """The canonical bytes of a value: no spaces, keys by their UTF-16 units, numbers as ECMAScript writes them.

    Raises `LedgerError` for what JSON cannot hold exactly: NaN, infinities, integers beyond 2^53 - 1, lone surrogates.
    """
    try:
        return _text(value).encode()
    except UnicodeEncodeError as error:
        raise LedgerError("A string holds half a surrogate pair. Mend: give it as valid Unicode.") from error
    except RecursionError as error:
        raise LedgerError("A value is nested too deeply. Mend: flatten it.") from error


def digest(value: bytes) -> str:
    """The SHA-256 of bytes, in lower-case hexadecimal digits."""
    return hashlib.sha256(value).hexdigest()


def read(raw: bytes) -> Json:
    """The value of JSON bytes.

    Raises `LedgerError` for what two readers may understand differently: a key that stands twice, bytes that are no UTF-8,
    numbers that no double holds exactly.
    """
    return _value(raw, [])


def _value(raw: bytes, doubles: list[float]) -> Json:
    """The value; the doubles that it holds are put into the list."""

    def double(text: str) -> float:
        doubles.append(_double(text))
        return doubles[-1]

    def integer(text: str) -> int | float:
        found = _integer(text)
        return found if isinstance(found, int) else double(text)

    try:
        value: Json = json.loads(
            raw.decode(), object_pairs_hook=_unique, parse_int=integer, parse_float=double, parse_constant=_never
        )
    except RecursionError as error:
        raise LedgerError("A value is nested too deeply. Mend: read what was written by Assay.") from error
    except ValueError as error:
        raise LedgerError(f"This is no JSON: {error}. Mend: read what was written by Assay.") from error
    if b"\\u" in raw:
        canonical(value)  # an escape may spell half a surrogate pair
    return value


def read_canonical(raw: bytes) -> Json:
    """The value of bytes that are already in their one spelling. Raises `LedgerError` for any other spelling."""
    doubles: list[float] = []
    value = _value(raw, doubles)
    # Without doubles, and in ASCII, the writer of the standard library has the same spelling.
    is_plain = raw.isascii() and not doubles
    if (_plain(value) if is_plain else canonical(value)) != raw:
        raise LedgerError("These bytes are JSON, but not its canonical spelling. Mend: take them as they were written.")
    return value


def _plain(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _text(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return encode_basestring(value)  # RFC 8785 §3.2.2.2: the same escapes as ECMAScript's
        case int():
            return _whole(value)
        case float():
            return _number(value)
        case Mapping():
            return "{" + ",".join([f"{encode_basestring(key)}:{_text(value[key])}" for key in _ordered(value)]) + "}"
        case list() | tuple():
            return "[" + ",".join([_text(each) for each in value]) + "]"
    raise LedgerError(f"{type(value).__name__} has no place in JSON. Mend: give text, numbers, lists and mappings.")


def _ordered(value: Mapping[str, Json]) -> list[str]:
    """Its keys by their UTF-16 units, which for ASCII is the order of text."""
    try:
        is_plain = all(map(str.isascii, value))
    except TypeError:  # `_units` says which key is no text
        is_plain = False
    return sorted(value) if is_plain else sorted(value, key=_units)


def _units(key: object) -> bytes:
    """What keys are ordered by (RFC 8785 §3.2.3)."""
    if not isinstance(key, str):
        raise LedgerError(f"The key {key!r} is no text. Mend: give every key as text.")
    return key.encode("utf-16-be")


def _whole(value: int) -> str:
    if abs(value) > LARGEST:
        raise LedgerError(f"The integer {value} is beyond 2^53 - 1. Mend: give it as text.")
    return str(int(value))


def _number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it (RFC 8785 §3.2.2.3); `repr` gives the same shortest digits."""
    if not math.isfinite(value):
        raise LedgerError(f"{value} is no number in JSON. Mend: leave it out or say it in words.")
    if value == 0:
        return "0"
    if value < 0:
        return "-" + _number(-value)
    mantissa, _, power = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    return _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point behind the first `point` of them. Source: ECMA-262 §6.1.6.1.20."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LedgerError(f"A key stands twice among {sorted(found)}. Mend: let every key stand once.")
    return found


def _integer(text: str) -> int | float:
    """An integer, or the double of which these digits are the one spelling (1e20 is written with all its zeros)."""
    if len(text.lstrip("-")) <= 16 and abs(int(text)) <= LARGEST:
        return int(text)
    if len(text) <= 22 and _number(float(text)) == text:
        return float(text)
    raise LedgerError(f"The integer {text[:30]} is beyond 2^53 - 1. Mend: give it as text.")


def _double(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise LedgerError(f"The number {text[:30]} is beyond a double. Mend: give it as text.")
    return value


def _never(text: str) -> float:
    raise LedgerError(f"{text} is no number in JSON. Mend: leave it out or say it in words.")
