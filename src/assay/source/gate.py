"""One pass over the bytes of a file: does it hold a word that some framework needs, and which names of C# does it declare.

What the gate lets pass is parsed, so it may pass too much and never too little: words are plain bytes, and an index names
every file that may declare a name. Plain searches only: a dozen words cost 4-7 % of parsing the same bytes; google-re2 would save
two thirds of that, and has no wheel for every system. Expressions that do not begin with a word cost as much as parsing.
Source: shared/performance.md section 2.3; measured again by `make bench`.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct

Matcher = Callable[[bytes], bool]

IDENTIFIER = rb"@?([\w\x80-\xff]+)"
# Five searches that begin with a fixed word are six times as fast as one for any of five at a boundary: each skips to its
# word. That `subclass X` counts too does no harm.
TYPES = tuple(
    (word, re.compile(word + rb"\s+" + IDENTIFIER).findall)
    for word in (b"class", b"interface", b"struct", b"record", b"enum")
)
NAMESPACE = re.compile(rb"namespace\s+([\w.\x80-\xff]+)").findall
# Map<T>(this IEndpointRouteBuilder app), Map([NotNull] this IEndpointRouteBuilder app)
RECEIVER = re.compile(rb"\(\s*(?:\[[^\]]{0,120}\]\s*){0,3}this\s")
EMAN = re.compile(rb"\s*([\w\x80-\xff]+)").match
"""A name, read backwards."""
REACH = 400
"""Bytes before `(this` in which the name of the method stands, type parameters included."""
NESTED = 8
"""Angles inside the angles of its type parameters."""
BLOCK = re.compile(rb"extension\s*[<(]")
PARENTHESIS = re.compile(rb"\(")
COOKIE = re.compile(rb"\A(?:[ \t\f]*(?:#[^\n]*)?\r?\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
PLAIN = re.compile(rb"(?i)(?:utf-?8|ascii|us-ascii|latin|iso|cp|windows|koi8|gb|big5|euc|shift|sjis|mac)")
"""Encodings in which ASCII stands for itself. In any other the gate would read nothing."""


HEAD = re.compile(rb"\b(?:class|record|struct|interface)\s+\w")
"""The beginning of a type declaration."""
NAME_IN_HEAD = re.compile(rb"[^\W\d]\w*")
LONGEST_HEAD = 4000
"""Bytes of a declaration's head that are looked at for bases."""


class Declarations(Struct, frozen=True):
    """Names that a C# file declares, or may declare; each sorted."""

    types: tuple[str, ...]
    extensions: tuple[str, ...]
    """Names of extension methods."""
    namespaces: tuple[str, ...]
    bases: tuple[str, ...] = ()
    """Words between the colon and the brace of type declarations: every base that a type of the file may have."""


def passing(source: bytes, literals: tuple[bytes, ...]) -> bool:
    """Whether a file holds any of the words, or is written so that nobody could tell from its bytes."""
    return matcher(literals)(source) or is_veiled(source)


@lru_cache(maxsize=64)
def matcher(literals: tuple[bytes, ...]) -> Matcher:
    """Tells whether bytes hold any of the words."""
    words = essential(literals)

    def matches(source: bytes) -> bool:
        for word in words:  # noqa: SIM110 - a third faster than `any` over many small files
            if word in source:
                return True
        return False

    return matches


def essential(literals: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The words without those that hold another: where one of these stands, the other does."""
    distinct = sorted(set(literals), key=lambda word: (len(word), word))
    found: list[bytes] = []
    for word in distinct:
        if not any(other in word for other in found):
            found.append(word)
    return tuple(found)


def is_veiled(source: bytes) -> bool:
    """Whether a coding comment names an encoding in which words do not look like themselves, such as UTF-7 or ROT13."""
    if b"coding" not in source[:400]:
        return False
    cookie = COOKIE.match(source)
    return cookie is not None and PLAIN.match(cookie[1]) is None


def as_utf8(source: bytes) -> bytes:
    """UTF-16 with a byte order mark as UTF-8; anything else as it is."""
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace").encode("utf-8", "replace")
    return source


def declarations(source: bytes) -> Declarations:
    """The names that a C# file may declare."""
    types = {name for word, find in TYPES if word in source for name in find(source)}
    spaces = NAMESPACE(source) if b"namespace" in source else ()
    return Declarations(_names(types), _names(_extensions(source)), _names(spaces), _names(_bases(source)))


def _bases(source: bytes) -> set[bytes]:
    found: set[bytes] = set()
    for hit in HEAD.finditer(source):
        start = hit.end()
        ends = [end for mark in (b"{", b";") if (end := source.find(mark, start)) >= 0]
        _, colon, bases = source[start : min(ends, default=len(source))][:LONGEST_HEAD].partition(b":")
        if colon:
            found.update(NAME_IN_HEAD.findall(bases))
    return found


def _extensions(source: bytes) -> set[bytes]:
    if b"static" not in source:
        return set()
    # extension(IEndpointRouteBuilder app) { void Map() { } }: any method of the file may be one
    ends = PARENTHESIS if b"extension" in source and BLOCK.search(source) else RECEIVER
    return {name for hit in ends.finditer(source) if (name := _method(source, hit.start()))}


def _method(source: bytes, end: int) -> bytes | None:
    """The name of the method whose parameters begin at `end`: `Use<[Kept] T, TKey>(`, read backwards."""
    head = source[max(0, end - REACH) : end].rstrip()
    if head.endswith(b">"):
        cut = len(head)
        for _ in range(NESTED):
            cut = head.rfind(b"<", 0, cut)
            if cut < 0 or head.count(b"<", cut) == head.count(b">", cut):
                break
        head = head[: max(0, cut)]
    name = EMAN(head[::-1])
    return name[1][::-1] if name else None


def _names(found: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted({name.decode("utf-8", "replace") for name in found}))
