"""Draws values that fit an expression, so that no test holds what looks like the secret of somebody."""

import random
import string
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

WORD = string.ascii_letters + string.digits + "_"
CATEGORIES = {codes.CATEGORY_DIGIT: string.digits, codes.CATEGORY_WORD: WORD}


def drawn(pattern: str, seed: int = 1) -> str:
    """A value that fits an expression: the same for the same seed."""
    return _sequence(parser.parse(pattern), random.Random(f"{pattern}{seed}"))


def token(alphabet: str, length: int, seed: int = 1) -> str:
    """So many characters of an alphabet."""
    chooser = random.Random(f"{alphabet}{length}{seed}")
    return "".join(chooser.choice(alphabet) for _ in range(length))


def _sequence(parts: Any, chooser: random.Random) -> str:
    return "".join(_part(code, value, chooser) for code, value in parts)


def _part(code: Any, value: Any, chooser: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.IN:
        return chooser.choice(_set(value))
    if code is codes.MAX_REPEAT:
        least, most, inner = value
        count = chooser.randint(least, min(most, least + 8))
        return "".join(_sequence(inner, chooser) for _ in range(count))
    if code is codes.SUBPATTERN:
        return _sequence(value[-1], chooser)
    if code is codes.BRANCH:
        return _sequence(chooser.choice(value[1]), chooser)
    raise NotImplementedError(f"{code}: teach `drawn` to draw it")


def _set(parts: Any) -> list[str]:
    found: list[str] = []
    for code, value in parts:
        if code is codes.LITERAL:
            found.append(chr(value))
        elif code is codes.RANGE:
            found += map(chr, range(value[0], value[1] + 1))
        else:
            found += CATEGORIES[value]
    return found
