"""What one reading of every file of a language tells, before any is parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from assay.model.place import Skipped
from assay.source.classify import TESTS, LeftOut, by_content
from assay.source.files import Entry, Tree, read
from assay.source.gate import Declarations, as_utf8, declarations, is_veiled, matcher

MENTION = b"assay:"
"""What a comment that speaks to Assay holds."""
MARKS = {"csharp": (b"global using ",)}
"""Words of a language itself that are asked for later, so that no file has to be read again for them."""


class Survey(Struct):
    """A language's files; all tuples are sorted by path."""

    paths: tuple[str, ...] = ()
    """What is neither left out nor skipped."""
    passed: tuple[str, ...] = ()
    """Those of `paths` that hold a word of the gate."""
    literals: frozenset[bytes] = frozenset()
    """The gate's words."""
    marked: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    """For each of `MARKS` those of `paths` that hold it."""
    mentioning: tuple[str, ...] = ()
    """Those that may hold a comment that speaks to Assay."""
    types: dict[str, list[str]] = field(default_factory=dict)
    """Name to the files that may declare it, sorted. C# only, as are the next three."""
    extensions: dict[str, list[str]] = field(default_factory=dict)
    deriving: dict[str, list[str]] = field(default_factory=dict)
    """Name of a base to the files whose types may have it, sorted."""
    namespaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By file."""
    left_out: dict[LeftOut, int] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


def survey(tree: Tree, language: str, literals: tuple[bytes, ...], limit: int) -> Survey:
    """Read every file of a language once; nothing of their bytes is kept."""
    entries = [entry for entry in tree.files if entry.kind == language]
    matches = matcher(literals)
    found = Survey(literals=frozenset(literals))
    kept: list[_Seen] = []
    tests: list[_Seen] = []
    skipped: list[Skipped] = []
    left_out: Counter[LeftOut] = Counter()
    for entry, source in _sources(tree, entries, limit, skipped):
        seen = _Seen(entry.path)
        reason = by_content(entry.path, source)
        if reason not in {None, TESTS}:
            left_out[_where(entry.path, reason or "")] += 1
            continue
        is_opaque = is_veiled(source)
        seen.is_passed = is_opaque or matches(source)
        seen.marks = tuple(word for word in MARKS.get(language, ()) if is_opaque or word in source)
        seen.is_mentioning = MENTION in source
        seen.declared = declarations(source) if language == "csharp" else None
        (tests if reason else kept).append(seen)
    if kept:
        left_out.update(_where(seen.path, TESTS) for seen in tests)
    # Where there is nothing but tests, they are what its owner wants to have scanned.
    _collect(found, kept or tests)
    found.marked = {
        word: tuple(seen.path for seen in kept or tests if word in seen.marks) for word in MARKS.get(language, ())
    }
    found.left_out = dict(left_out)
    found.skipped = tuple(skipped)
    return found


def passing_paths(tree: Tree, paths: Iterable[str], literals: tuple[bytes, ...], limit: int) -> Iterator[str]:
    """Those of some files that hold any of the words."""
    matches = matcher(literals)
    for path in paths:
        source = read(tree.root, path, limit)
        if not isinstance(source, Skipped):
            source = as_utf8(source)
            if matches(source) or is_veiled(source):
                yield path


class _Seen(Struct):
    path: str
    is_passed: bool = False
    is_mentioning: bool = False
    marks: tuple[bytes, ...] = ()
    declared: Declarations | None = None


def _sources(tree: Tree, entries: Iterable[Entry], limit: int, skipped: list[Skipped]) -> Iterator[tuple[Entry, bytes]]:
    for entry in entries:
        source = read(tree.root, entry.path, limit)
        if isinstance(source, Skipped):
            skipped.append(source)
            continue
        source = as_utf8(source)
        if b"\0" in source:
            skipped.append(Skipped(entry.path, "it was not read: it holds NUL bytes, so it is not source text"))
        else:
            yield entry, source


def _where(path: str, reason: str) -> LeftOut:
    return LeftOut(path.rpartition("/")[0] or ".", reason)


def _collect(found: Survey, seen: list[_Seen]) -> None:
    found.paths = tuple(each.path for each in seen)
    found.passed = tuple(each.path for each in seen if each.is_passed)
    found.mentioning = tuple(each.path for each in seen if each.is_mentioning)
    for each in seen:
        if each.declared is None:
            continue
        for name in each.declared.types:
            found.types.setdefault(name, []).append(each.path)
        for name in each.declared.extensions:
            found.extensions.setdefault(name, []).append(each.path)
        for name in each.declared.bases:
            found.deriving.setdefault(name, []).append(each.path)
        found.namespaces[each.path] = each.declared.namespaces
