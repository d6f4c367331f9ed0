"""JSON read strictly, and the one spelling that it must have. Source: RFC 8785 (JCS) over RFC 7493 (I-JSON)."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
SAFE = 2**53 - 1
"""The largest integer that every reader holds exactly (RFC 7493 §2.2)."""
DEEPEST = 64
"""Levels of nesting; more is never written."""
LITERALS = {None: "null", True: "true", False: "false"}


class Misspelt(ValueError):
    """Not JSON, or not in its one spelling."""


def parsed(raw: bytes) -> Json:
    """The value of bytes in the canonical spelling. Raises `Misspelt` for any others."""
    try:
        value: Json = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_distinct,
            parse_int=_whole,
            parse_float=float,
            parse_constant=_refused,
        )
    except RecursionError as error:
        raise Misspelt("nested too deeply") from error
    except ValueError as error:
        raise Misspelt(str(error)) from error
    if spelt(value) != raw:
        raise Misspelt("JSON, but not in its canonical spelling")
    return value


def spelt(value: Json) -> bytes:
    """The canonical bytes of a value. Raises `Misspelt` for what has none."""
    pieces: list[str] = []
    _write(value, pieces, 0)
    try:
        return "".join(pieces).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Misspelt("half a surrogate pair") from error


def _write(value: Json, pieces: list[str], depth: int) -> None:
    if isinstance(value, str):
        pieces.append(json.dumps(value, ensure_ascii=False))
    elif value is None or isinstance(value, bool):
        pieces.append(LITERALS[value])
    elif isinstance(value, int):
        pieces.append(str(value))
    elif isinstance(value, float):
        pieces.append(_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, pieces, depth)
    else:
        _write_array(value, pieces, depth)


def _write_object(value: Mapping[str, Json], pieces: list[str], depth: int) -> None:
    _refuse_depth(depth)
    opening = "{"
    # RFC 8785 §3.2.3: by UTF-16 code units, which is the order of code points while all of them are ASCII.
    keys = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=lambda key: key.encode("utf-16-be"))
    for key in keys:
        pieces += (opening, json.dumps(key, ensure_ascii=False), ":")
        _write(value[key], pieces, depth + 1)
        opening = ","
    pieces.append("}" if value else "{}")


def _write_array(value: Sequence[Json], pieces: list[str], depth: int) -> None:
    _refuse_depth(depth)
    opening = "["
    for each in value:
        pieces.append(opening)
        _write(each, pieces, depth + 1)
        opening = ","
    pieces.append("]" if value else "[]")


def _refuse_depth(depth: int) -> None:
    if depth >= DEEPEST:
        raise Misspelt("nested too deeply")


def _number(value: float) -> str:
    """A double as ECMAScript writes it (ECMA-262 §6.1.6.1.20), from the shortest digits that give it back."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN is the one that differs from itself
        raise Misspelt("a number beyond a double")
    if not value:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)  # it is text only for infinities
    text = "".join(map(str, digits))
    point = len(text) + exponent
    return "-" * sign + _laid_out(text, point)


def _laid_out(text: str, point: int) -> str:
    if 0 < point <= 21:
        whole, fraction = text[:point].ljust(point, "0"), text[point:]
        return f"{whole}.{fraction}" if fraction else whole
    if -6 < point <= 0:
        return "0." + text.rjust(len(text) - point, "0")
    mantissa = text if len(text) == 1 else f"{text[0]}.{text[1:]}"
    return f"{mantissa}e{point - 1:+d}"


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Misspelt("a key that stands twice")
    return found


def _whole(text: str) -> int | float:
    if len(text) > 22:
        raise Misspelt("an integer beyond 2^53 - 1")
    value = int(text)
    # JCS writes large doubles with all their digits; only those may be longer than a safe integer.
    return value if abs(value) <= SAFE else float(text)


def _refused(text: str) -> float:
    raise Misspelt(f"{text} is no number in JSON")
