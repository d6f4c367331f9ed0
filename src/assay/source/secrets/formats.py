"""The formats of `formats.toml`, ready to be searched for."""

import re
import tomllib
import zlib
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from msgspec import Struct

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEAD = 3
SUM = 6
"""Digits of the checksum at the end of tokens of GitHub and npm."""


class Prefixed(Struct, frozen=True):
    """A format whose values tell themselves."""

    id: str
    title: str
    anchor: tuple[bytes, ...]
    text: bytes
    """Of the expression that the whole value fits."""
    is_weak: bool = False
    check: str = ""

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The expression, with boundaries."""
        return _compiled(rb"(?<![A-Za-z0-9_])(?:" + self.text + rb")(?![A-Za-z0-9_-])")

    def verify(self, value: str) -> bool | None:
        """Whether the checksum of a value is right; None if it has none."""
        return verify(value) if self.check else None


class Named(Struct, frozen=True):
    """A format whose values are told by the name beside them."""

    id: str
    title: str
    words: tuple[str, ...]
    text: str
    is_weak: bool = False

    def fits(self, value: str) -> bool:
        """Whether a value is of this shape."""
        return re.fullmatch(self.text, value, re.ASCII) is not None


class Anchors(Struct, frozen=True):
    """The prefixed formats, by their literals."""

    literals: re.Pattern[bytes]
    by_literal: dict[bytes, tuple[Prefixed, ...]]
    bare: tuple[Prefixed, ...]
    """Those without a literal."""
    heads: frozenset[bytes]
    """The first three bytes of the literals, as far as they are that long."""


@cache
def prefixed() -> tuple[Prefixed, ...]:
    """In the order of the file."""
    return tuple(
        Prefixed(
            one["id"],
            one["title"],
            tuple(text.encode() for text in one["anchor"]),
            one["pattern"].encode(),
            one.get("is_weak", False),
            one.get("check", ""),
        )
        for group in _read()["prefixed"]
        for one in group["formats"]
    )


@cache
def named() -> tuple[Named, ...]:
    """In the order of the file."""
    return tuple(
        Named(one["id"], one["title"], tuple(one["words"]), one["pattern"], one.get("is_weak", False))
        for group in _read()["named"]
        for one in group["formats"]
    )


@cache
def words() -> re.Pattern[str]:
    """Any word that may tell a named format."""
    return re.compile("|".join(sorted({re.escape(word) for each in named() for word in each.words})))


@cache
def anchors() -> Anchors:
    """One expression for all literals, and the formats that each may begin."""
    every = sorted(
        {literal for each in prefixed() for literal in each.anchor}, key=lambda one: (one[:1], -len(one), one)
    )
    branches = [
        re.escape(first) + b"(?:" + b"|".join(re.escape(one[1:]) for one in group) + b")"
        for first, group in groupby(every, key=lambda one: one[:1])
    ]
    begun: dict[bytes, list[int]] = {}
    for number, each in enumerate(prefixed()):
        for literal in each.anchor:
            begun.setdefault(literal, []).append(number)
    by_literal = {literal: tuple(prefixed()[number] for number in _begun(literal, begun)) for literal in every}
    return Anchors(
        re.compile(b"|".join(branches)),
        by_literal,
        tuple(each for each in prefixed() if not each.anchor),
        frozenset(literal[:HEAD] for literal in every if len(literal) >= HEAD),
    )


def _begun(literal: bytes, begun: dict[bytes, list[int]]) -> list[int]:
    """The numbers of the formats that a text may begin, in their order."""
    return sorted({number for end in range(1, len(literal) + 1) for number in begun.get(literal[:end], ())})


def verify(value: str) -> bool:
    """Whether a token ends in the CRC32 of what stands between its prefix and its end, in base 62.

    Source: GitHub, "Behind GitHub's new authentication token formats" (2021).
    """
    body, digits = value.partition("_")[2][:-SUM], value[-SUM:]
    number, found = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, len(BASE62))
        found = BASE62[rest] + found
    return digits == found.rjust(SUM, "0")


@cache
def _compiled(text: bytes) -> re.Pattern[bytes]:
    """Compiled when the first value asks for it: all of them take a tenth of a second."""
    return re.compile(text)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "formats.toml").read_text("utf-8"))
