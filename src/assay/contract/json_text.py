"""JSON text becomes tables that know their lines; comments and commas too many are passed over, and said."""

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from assay.contract.building import Broken, Building
from assay.contract.table import Row, Table, Value

BLANK = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
ATOM = re.compile(r"true|false|null|-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][-+]?[0-9]{1,4})?")
ATOMS: dict[str, Value] = {"true": True, "false": False, "null": None}
STRINGS = JSONDecoder(strict=False)
LONGEST = 40
"""Digits of a whole number that is one; a longer one is as good as a float."""


def filled(building: Building, text: str) -> None:
    """Fills a building with a document. Raises `Broken` where the text ends to be JSON, with what came before already built."""
    reading = _Reading(building, text)
    at = reading.blank(0)
    while not (building.has_root and building.depth == 0):
        at = reading.blank(reading.piece(at))


class _Reading:
    def __init__(self, building: Building, text: str) -> None:
        self.building = building
        self.text = text
        self._lines = [found.start() for found in re.finditer("\n", text)]

    def line(self, at: int) -> int:
        return bisect_right(self._lines, at) + 1

    def blank(self, at: int) -> int:
        found = BLANK.match(self.text, at)
        return found.end() if found else at

    def piece(self, at: int) -> int:
        """Takes one bracket, comma, key or value, and gives where it ends."""
        mark = self.text[at : at + 1]
        match mark:
            case "{" | "[":
                return self._open(at, mark)
            case "}" | "]":
                return self._close(at, mark)
            case ",":
                return at + 1
            case '"':
                return self._string(at)
            case _:
                return self._atom(at)

    def _open(self, at: int, mark: str) -> int:
        if self.building.awaits_key:
            raise self._broken(at, "a key is expected")
        line = self.building.line(self.line(at))
        self.building.open(Table(line, self.building.home) if mark == "{" else Row(line))
        return at + 1

    def _close(self, at: int, mark: str) -> int:
        if not self.building.depth or self.building.is_table != (mark == "}"):
            raise self._broken(at, f"{mark!r} closes nothing")
        self.building.close()
        return at + 1

    def _string(self, at: int) -> int:
        try:
            value, end = STRINGS.raw_decode(self.text, at)
        except JSONDecodeError as error:
            raise self._broken(at, error.msg) from error
        if not self.building.awaits_key:
            self.building.put(value)
            return end
        end = self.blank(end)
        if self.text[end : end + 1] != ":":
            raise self._broken(end, "':' is expected")
        self.building.key(value, self.line(at))
        return end + 1

    def _atom(self, at: int) -> int:
        found = ATOM.match(self.text, at)
        if not found or self.building.awaits_key:
            raise self._broken(at, "the end comes too early" if at >= len(self.text) else "a value is expected")
        self.building.put(_number(found[0]) if found[0] not in ATOMS else ATOMS[found[0]])
        return found.end()

    def _broken(self, at: int, why: str) -> Broken:
        return Broken(self.line(min(at, len(self.text))), why)


def _number(text: str) -> Value:
    return int(text) if len(text) <= LONGEST and not {".", "e", "E"} & set(text) else float(text)
