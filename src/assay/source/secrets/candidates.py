"""Where in the bytes of a file a secret may stand. Cheap: the whole file is passed over, and expressions run at hits only.

Long runs of the characters of keys are found on a copy in which each byte is its class: a plain search for sixteen in a row skips
sixteen bytes at a time. Names that end like the name of a secret are found by plain searches for the few words that they end in; only
around those are they read, and backwards, from the sign that stands between name and value, because an expression that begins with
one of four rare bytes is ten times as fast as one that begins with any of thirty words. Source: shared/performance.md section 2.7.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

RUN = 16
"""Bytes in a row that make a candidate: hardly a key of a service is shorter between its dots."""
BEFORE, AFTER = 96, 512
"""Bytes around a run in which the rest of the key stands."""
NAMES = (
    b"password",
    b"passwd",
    b"passphrase",
    b"passwort",
    b"pwd",
    b"pass",
    b"secret",
    b"token",
    b"key",
    b"credential",
    b"credentials",
    b"salt",
    b"pw",
)
"""How the names of secrets end, in lower case."""
WORDS = (b"pass", b"pw", b"secret", b"token", b"key", b"credential", b"salt")
"""One of them begins every one of the names."""
SPAN = 124
"""Bytes from the beginning of a name to the end of its sign, at most: what `SIGN` allows, added up."""
TAILS = (b"base", b"value", b"default", b"string", b"text", b"access", b"refresh")
"""What may follow the end."""


def _classes(characters: bytes) -> bytes:
    return bytes(97 if one in characters else 32 for one in range(256))


LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
RUNS = _classes(LETTERS + b"_-")
NAME = _classes(LETTERS + b"_.$:-")
WHOLE = _classes(LETTERS + b"_-.+/=:~@$%")
ROW = b"a" * RUN
DIGIT = re.compile(rb"[0-9]")
SIGN = re.compile(
    rb"(?:"
    rb"=(?:==?|=?!)?[ \t\r\n]{0,40}(?:[\w\[\]|.? ]{1,40}+:[ \t]{0,4})?(?:eulav[ \t\r\n]{1,4})?"  # an annotation; value="…"
    rb"|:[ \t]{0,4}(?:[\"']?eulav[\"']?[ \t]{0,40}[\r\n,][\r\n ]?)?"  # name: NAME, and value: … on its next line
    rb"|,[ \t]{0,4}(?=[\"'])"
    rb"|\?\?[ \t\r\n]{0,40}"
    rb"|ro[ \t\r\n]{1,40}(?=\))"  # get("NAME") or "value"
    rb")"
    rb"[\"'\])]{0,3}"
    rb"(?:(?:" + b"|".join(one[::-1] for one in TAILS) + rb")[_-]?|[0-9]{1,2})?"
    rb"(?:" + b"|".join(one[::-1] for one in NAMES) + rb")"
)
"""Read backwards."""


class Sign(Struct, frozen=True):
    """A sign between a name like that of a secret and a value."""

    end: int
    """Where the value begins, blanks included."""
    tail: int
    """A place in the name."""


def regions(source: bytes, heads: frozenset[bytes] = frozenset()) -> Iterator[tuple[int, int]]:
    """(start, end) of stretches that may hold a key that tells itself; in order, without overlap.

    A run without a digit counts only if its first three bytes are one of `heads`.
    """
    runs = source.translate(RUNS)
    at = runs.find(ROW)
    while at >= 0:
        end = runs.find(b" ", at)
        end = len(source) if end < 0 else end
        if DIGIT.search(source, at, end) or source[at : at + 3] in heads:
            before = source[max(0, at - BEFORE) : at].translate(WHOLE)
            after = source[end : end + AFTER].translate(WHOLE)
            stop = after.find(b" ")
            end += len(after) if stop < 0 else stop
            yield at - (len(before) - 1 - before.rfind(b" ")), end
        at = runs.find(ROW, end)


class Mentions(Struct, frozen=True):
    """Where a file speaks of secrets at all."""

    lowered: bytes
    """The file in lower case."""
    places: dict[bytes, list[int]]
    """Of each of `WORDS`."""


def signs(source: bytes, mentions: Mentions | None = None) -> Iterator[Sign]:
    """Where a value of a name like that of a secret may stand; last first."""
    known = mentions or mentioned(source)
    for start, end in _stretches(known):
        for hit in SIGN.finditer(known.lowered[start:end][::-1]):
            yield Sign(end - hit.start(), end - hit.end())


def mentioned(source: bytes) -> Mentions:
    """Where the words stand that begin the names of secrets."""
    lowered = source.lower()
    places: dict[bytes, list[int]] = {}
    for word in WORDS:
        found = places[word] = []
        at = lowered.find(word)
        while at >= 0:
            found.append(at)
            at = lowered.find(word, at + 1)
    return Mentions(lowered, places)


def _stretches(known: Mentions) -> list[tuple[int, int]]:
    """(start, end) of the stretches in which a name and its sign may stand; last first, without overlap."""
    lowered = known.lowered
    places = [at for found in known.places.values() for at in found]
    found: list[tuple[int, int]] = []
    start = end = len(lowered)
    for at in sorted(places, reverse=True):
        if at + SPAN < start:
            if start < end:
                found.append((start, end))
            end = at + SPAN
        start = at
    if start < end:
        found.append((start, end))
    return found


def name_before(source: bytes, at: int, most: int = 80) -> bytes:
    """The characters of a name that stand right before a place."""
    before = source[max(0, at - most) : at]
    return before[before.translate(NAME).rfind(b" ") + 1 :]
