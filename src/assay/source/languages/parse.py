"""Parsing one file within limits: how its bytes become text, and how its text becomes a tree.

Every language shares these limits, so that a hostile file ends in an `Unreadable` with a reason and never in a crash.
Source: shared/performance.md section 2.2.
"""

import re
import time
from typing import Protocol

from msgspec import Struct
from tree_sitter import Parser, Point, Tree

from assay.source.facts import File

SECONDS = 5.0
"""How long the parser may take for one file unless the caller says otherwise."""
UNTIMED = 256 * 1024
"""Bytes up to which no clock is needed: even random bytes parse at 0.2 MB/s."""
CHUNK = 64 * 1024
"""Bytes that the parser reads at once when it is timed."""

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""Byte order marks and what follows them."""
# PEP 263: a comment in one of the first two lines.
COOKIE = re.compile(rb"\A(?:[ \t\f]*(?:#[^\n]*)?\r?\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")


class Unreadable(Struct, frozen=True):
    """A file of which nothing could be read."""

    path: str
    reason: str
    """Half a sentence that reads well after the path and "was not read: "."""


class Extract(Protocol):
    """What a language's module offers as `extract`: the facts of one file.

    `path` is stored as it is given. `bodies` False gives the index tier, in which functions have no body.
    """

    def __call__(
        self, path: str, source: bytes, *, seconds: float = SECONDS, bodies: bool = True
    ) -> File | Unreadable: ...


class GiveUp(Exception):
    """The file cannot be read; the argument is `Unreadable.reason`. It never leaves `languages/`."""


def decoded(source: bytes) -> bytes:
    r"""The source as UTF-8 without byte order mark and with `\n` at the end of each line.

    Understands byte order marks and the coding comment of PEP 263; bytes that do not decode become U+FFFD. Line numbers stay.
    Raises `GiveUp` for a file that holds NUL bytes, so is no text.
    """
    text = _utf8(source)
    if b"\0" in text:
        raise GiveUp("it holds NUL bytes, so it is not source text")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text


def _utf8(source: bytes) -> bytes:
    for mark, encoding in MARKS:
        if source.startswith(mark):
            return source[len(mark) :].decode(encoding, "replace").encode("utf-8", "replace")
    if source.isascii():
        return source
    cookie = COOKIE.match(source)
    encoding = cookie[1].decode("ascii").lower() if cookie else "utf-8"
    try:
        text = source.decode(encoding)
        return source if encoding == "utf-8" else text.encode()
    except (LookupError, ValueError):
        return source.decode("utf-8", "replace").encode()


def parsed(parser: Parser, text: bytes, seconds: float = SECONDS, *, edited: Tree | None = None) -> Tree:
    """The tree of a decoded text; `edited` is the tree of a similar text that was told of the differences, to be quicker.

    Raises `GiveUp` when the parser needs longer than `seconds`; the parser can be used again afterwards.
    """
    if len(text) <= UNTIMED:
        return parser.parse(text) if edited is None else parser.parse(text, edited)
    end = time.monotonic() + seconds
    lent: list[memoryview] = []

    def read(offset: int, _point: Point) -> memoryview:
        lent.append(memoryview(text)[offset : offset + CHUNK])
        return lent[-1]

    def is_late(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 - tree-sitter calls it so
        return time.monotonic() > end

    try:
        if edited is not None:
            return parser.parse(read, edited, progress_callback=is_late)
        return parser.parse(read, progress_callback=is_late)
    except ValueError:
        parser.reset()
        raise GiveUp(f"the parser gave up after {seconds:g} s") from None
    finally:
        # tree-sitter 0.26.1 never frees what it was lent; a released view at least keeps no text in memory.
        for view in lent:
            view.release()
