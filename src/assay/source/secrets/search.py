"""Searches the files of a tree for secrets."""

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from msgspec import Struct

from assay.model.place import Place, Skipped
from assay.model.secret import Proof, Search, Secret, Standing
from assay.source.classify import TESTS
from assay.source.files import LIMIT, SEARCHED, Tree, read
from assay.source.gate import as_utf8
from assay.source.secrets.around import around, is_member
from assay.source.secrets.calls import Called, called
from assay.source.secrets.candidates import Mentions, mentioned, regions, signs
from assay.source.secrets.deployed import is_deployed
from assay.source.secrets.formats import Prefixed, anchors
from assay.source.secrets.key_store import is_key_store, key_store
from assay.source.secrets.keyed import Keyed, keyed
from assay.source.secrets.marked import Marked, marked
from assay.source.secrets.mask import mark, masked
from assay.source.secrets.notebook import NOTEBOOK, cells
from assay.source.secrets.replaced import without_replaced
from assay.source.secrets.rows import CODE, inserted
from assay.source.secrets.shape import bits
from assay.source.secrets.standing import UNQUOTED, ending, is_packed, is_searched, standing

PAD = 12
"""Bytes before a stretch in which a format may begin."""
KNOWN = 20_000
"""Stretches whose formats are remembered: some megabytes."""
LEAST_BITS = 2.6
"""Bits a character, below which a value of a known format is an example."""
MOST = 200
"""Secrets of one file that are told, the surest first; more is a list of something."""
COMMENT = re.compile(rb"[ \t]*(?:#|>>>|\.\.\.|//|\*|/\*|<!--|;|--)")
NAMED = re.compile(rb"([A-Za-z_][\w.-]{0,60})[\"'\])]{0,3}[ \t]{0,20}[=:,][ \t]{0,20}[\"'`]?\Z")
SPOKEN = re.compile(r"[a-z]+(?:[-_][a-z]+)+")
"""Words joined into a name: a class of a style sheet, not a token."""
NAMES = re.compile(r"[A-Za-z]+(?:[-_.=][A-Za-z]+){3,}")
"""An assignment or a path of names: no machine draws four words without a digit."""
EXAMPLES = re.compile(
    r"(?i)example|sample|dummy|fake|xxxx|placeholder|redacted|your|changeme|0{10}|1234567890|abcdefghij"
)


class _Hit(Struct, frozen=True):
    """A secret in the bytes of one file, with its value: it never leaves this module."""

    kind: str
    title: str
    name: str
    value: str
    at: int
    proof: Proof
    is_fallback: bool = False


def search(tree: Tree, limit: int = LIMIT) -> tuple[tuple[Secret, ...], Search]:
    """The secrets of a tree, by place, and what was searched: tests as well."""
    found: list[Secret] = []
    files = size = unread = passed_over = 0
    for path, is_test in _paths(tree):
        if not is_searched(path):
            passed_over += 1
            continue
        source = read(tree.root, path, max(limit, SEARCHED))
        if isinstance(source, Skipped):
            unread += 1
            continue
        if is_key_store(path, source):
            found.append(key_store(path, source, standing(path, is_test=is_test)))
        source = as_utf8(source)
        if not is_text(source):
            passed_over += 1
            continue
        files += 1
        size += len(source)
        found += secrets(path, source, is_test=is_test)
    too_large = sum(entry.size > SEARCHED and is_searched(entry.path) for entry in tree.too_large)
    found = without_replaced(
        found, (entry.path for entry in tree.files), partial(_source_of, tree, max(limit, SEARCHED))
    )
    ordered = sorted(found, key=lambda each: (each.place, each.kind, each.name, each.mark))
    return tuple(ordered), Search(files, size, unread, passed_over, too_large)


def _source_of(tree: Tree, limit: int, path: str) -> bytes | None:
    source = read(tree.root, path, limit)
    return None if isinstance(source, Skipped) else source


def _paths(tree: Tree) -> Iterator[tuple[str, bool]]:
    """Every file that may be searched, with whether it is of a test."""
    yield from ((entry.path, False) for entry in tree.files)
    yield from ((entry.path, False) for entry in tree.too_large if entry.size <= SEARCHED)
    yield from ((entry.path, reason == TESTS) for entry, reason in tree.aside)


def is_text(source: bytes) -> bool:
    """Whether somebody wrote it: neither binary nor packed."""
    return b"\0" not in source[:8000] and not is_packed(source)


def secrets(path: str, source: bytes, *, is_test: bool = False) -> list[Secret]:
    """The secrets of one file, by place."""
    kind = ending(path)
    source = cells(source) if kind == NOTEBOOK else source
    known = mentioned(source)
    calls = map(_of_call, called(source, kind, {word for word, places in known.places.items() if places}))
    hits = _without_overlap(
        [
            *_prefixed(source),
            *map(_of_mark, marked(source)),
            *calls,
            *_rows(source, known, kind),
            *_keyed(path, source, known),
        ]
    )
    where = standing(path, is_test=is_test) if hits else Standing.PRODUCT
    if where is Standing.DEVELOPMENT and is_deployed(path, source):
        where = Standing.PRODUCT
    return [
        Secret(
            kind=hit.kind,
            title=hit.title,
            name=hit.name,
            place=Place(path, source.count(b"\n", 0, hit.at) + 1),
            masked=masked(hit.value),
            mark=mark(hit.value),
            proof=hit.proof,
            standing=around(where, source, hit.at, kind),
            is_fallback=hit.is_fallback,
        )
        for hit in hits
    ]


def _without_overlap(hits: list[_Hit]) -> list[_Hit]:
    """One secret for each stretch of bytes; the surest, then the longest, then the first of them."""
    sure = list(Proof)
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda one: (sure.index(one.proof), -len(one.value), one.at)):
        if all(hit.at + len(hit.value) <= other.at or other.at + len(other.value) <= hit.at for other in kept):
            kept.append(hit)
        if len(kept) == MOST:
            break
    return sorted(kept, key=lambda one: one.at)


def _prefixed(source: bytes) -> Iterator[_Hit]:
    known = anchors()
    for start, end in regions(source, known.heads):
        begin = max(0, start - PAD)
        formats = _formats(source[begin:end])
        bare = known.bare if source.find(b".", start, end) >= 0 else ()
        for each in (*formats, *bare):
            for hit in each.pattern.finditer(source, begin, end):
                value = hit[0].decode("ascii", "replace")
                if not EXAMPLES.search(value) and not _is_spoken(value) and bits(value) >= LEAST_BITS:
                    yield _Hit(
                        each.id, each.title, _name_before(source, hit.start()), value, hit.start(), _proof(each, value)
                    )


def _is_spoken(value: str) -> bool:
    """Whether it is a name, or an expression of names."""
    return SPOKEN.fullmatch(value) is not None or NAMES.fullmatch(value) is not None


@lru_cache(maxsize=KNOWN)
def _formats(stretch: bytes) -> tuple[Prefixed, ...]:
    """The formats whose literal stands in a stretch: files of one project hold the same stretches over and over."""
    known = anchors()
    literals = {hit[0] for hit in known.literals.finditer(stretch)}
    return tuple(dict.fromkeys(each for literal in sorted(literals) for each in known.by_literal[literal]))


def _proof(format_: Prefixed, value: str) -> Proof:
    if format_.is_weak:
        return Proof.WEAK
    match format_.verify(value):
        case None:
            return Proof.FORMAT
        case True:
            return Proof.CHECKSUM
        case _:
            return Proof.WEAK


def _name_before(source: bytes, at: int) -> str:
    found = NAMED.search(source[max(0, at - 100) : at])
    return found[1].decode() if found else ""


def _of_mark(found: Marked) -> _Hit:
    return _Hit(found.kind, found.title, found.name, found.value, found.at, found.proof)


def _of_call(found: Called) -> _Hit:
    return _Hit(found.kind, found.title, "", found.value, found.at, found.proof)


def _rows(source: bytes, known: Mentions, kind: str) -> Iterator[_Hit]:
    for row in inserted(source, known.lowered, is_code=kind in CODE):
        yield _Hit("password", "password of an account", row.column, row.value, row.at, row.proof)


def _keyed(path: str, source: bytes, known: Mentions) -> Iterator[_Hit]:
    is_plain = ending(path) in UNQUOTED
    for sign in signs(source, known):
        found: Keyed | None = keyed(source, sign, is_plain=is_plain)
        if found is not None and not (path.endswith(".py") and is_member(source, found.at, found.value)):
            is_aside = COMMENT.match(source, source.rfind(b"\n", 0, found.at) + 1) is not None
            proof = Proof.WEAK if is_aside and found.proof in {Proof.ENTROPY, Proof.GUESSABLE} else found.proof
            yield _Hit(found.kind, found.title, found.name, found.value, found.at, proof, found.is_fallback)
