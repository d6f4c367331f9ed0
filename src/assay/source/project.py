"""The facts of a tree, read when they are asked for: what the evaluator and the frameworks see of a project."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

from assay.model.place import Skipped
from assay.model.program import FileCount
from assay.source import facts
from assay.source.cache import Pack, extractor_version
from assay.source.classify import LeftOut
from assay.source.extraction import Extractor, Extractors, decoded, encoded
from assay.source.files import LANGUAGES, LIMIT, Entry, Tree, discover, kind_of, read, stated
from assay.source.languages.parse import SECONDS
from assay.source.looks import LOOKS
from assay.source.stretches import unread
from assay.source.survey import MENTION, Survey, passing_paths
from assay.source.survey import survey as surveyed

Literals = tuple[bytes, ...]

WORTH_A_POOL = 3_000_000
"""Bytes of source below which one process is done before a second has begun; shared/performance.md 2.5."""
HELD = 16_000_000
"""Bytes of source of which the facts are held as objects, which take six times as much; of the rest as bytes, which take as much."""


class Learned(Struct, frozen=True):
    """What one copy of a project came to know that another does not."""

    read: tuple[str, ...]
    lost: dict[str, tuple[Skipped, ...]]
    blobs: dict[str, bytes] = field(default_factory=dict)
    """Facts that were made, by path."""


class Project:
    """A tree; what it gives depends on the files alone, never on what was asked before."""

    def __init__(
        self,
        tree: Tree,
        extractor: Extractor,
        *,
        jobs: int = 1,
        pack: Pack | None = None,
        words: Mapping[str, Literals] | None = None,
    ) -> None:
        self.root = tree.root
        self._tree = tree
        self._extractor = extractor
        self._jobs = jobs
        self._pack = pack
        self._words = words or {}
        self._entries = {entry.path: entry for entry in tree.files}
        self._surveys: dict[str, Survey] = {}
        self._kept: dict[str, frozenset[str]] = {}
        self._gated: dict[tuple[str, Literals], tuple[str, ...]] = {}
        self._files: dict[str, facts.File] = {}
        """Held as objects, the one asked for last at the end."""
        self._held = 0
        self._blobs: dict[str, bytes] = {}
        self._keys: dict[str, bytes] = {}
        self._read: dict[str, None] = {}
        """In the order in which they were asked for, as is `_lost`."""
        self._made: dict[str, bytes] = {}
        """Facts that were made and kept in the pack, by path."""
        self._asked: dict[Literals, set[str]] = {}
        """The files in which words were found, by the words."""
        self._lost: dict[str, tuple[Skipped, ...]] = {}
        """By path: why it is not read, or which stretches of it are not."""

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        exclude: tuple[str, ...] = (),
        jobs: int = 1,
        cache: Path | None = None,
        limit: int = LIMIT,
        seconds: float = SECONDS,
        words: Mapping[str, Literals] | None = None,
        extractors: Extractors | None = None,
    ) -> Project:
        """Find the files of a folder, and see `over`. Raises `UsageError` if there is no such folder."""
        tree = discover(root, exclude=exclude, limit=limit)
        return cls.over(tree, jobs=jobs, cache=cache, limit=limit, seconds=seconds, words=words, extractors=extractors)

    @classmethod
    def over(
        cls,
        tree: Tree,
        *,
        jobs: int = 1,
        cache: Path | None = None,
        limit: int = LIMIT,
        seconds: float = SECONDS,
        words: Mapping[str, Literals] | None = None,
        extractors: Extractors | None = None,
    ) -> Project:
        """The project of files that were found.

        `cache` is the folder in which facts are kept between runs. `words` are those of the gate by language, if they are known
        already: then each file is read once for everything. `extractors` stand in for the visitors of the registry.
        """
        pack = Pack(cache, tree.root, extractor_version()) if cache is not None else None
        return cls(tree, Extractor(tree.root, limit, seconds, extractors), jobs=jobs, pack=pack, words=words)

    def close(self) -> None:
        """Write new facts into the cache."""
        if self._pack is not None:
            self._pack.close()

    # --- what it was asked

    @property
    def asked(self) -> Mapping[Literals, set[str]]:
        """The files in which words were found, by the words."""
        return self._asked

    @property
    def lost(self) -> Mapping[str, tuple[Skipped, ...]]:
        """By path: why a file is not read, or which stretches of it are not."""
        return self._lost

    @property
    def keys(self) -> Mapping[str, bytes]:
        """What the facts of files that were asked for are kept under."""
        return self._keys

    def has_read(self, path: str) -> bool:
        """Whether the facts of a file were asked for and are there."""
        return path in self._read

    def retain(self, keys: Iterable[bytes]) -> None:
        """Facts under these keys are in use, though nobody asked for them now."""
        if self._pack is not None:
            self._pack.retain(keys)

    def holds(self, path: str, literals: Literals) -> bool:
        """Whether one file holds any of some words."""
        return any(passing_paths(self._tree, (path,), literals, self._extractor.limit))

    def versions(self, path: str, key: bytes) -> tuple[facts.File, facts.File] | None:
        """The facts of a file as they were kept under a key, and as they are; None where either is not at hand."""
        blob = self._pack.get(key) if self._pack is not None else None
        old = decoded(blob, path) if blob is not None else None
        entry = self._entries[path]
        new = self._files.get(path) or self._kept_facts(entry) or self._extractor.facts(entry)
        return (old, new) if old is not None and isinstance(new, facts.File) else None

    # --- which files there are

    def paths(self, language: str) -> tuple[str, ...]:
        """The source files of a language that are neither left out nor skipped, sorted."""
        return self.survey(language).paths

    def other_paths(self, suffix: str) -> tuple[str, ...]:
        """Text files by their ending, as `.csproj`; sorted."""
        return tuple(entry.path for entry in self._tree.files if entry.kind == suffix)

    def has(self, path: str) -> bool:
        """Whether a file is one of the project's, without reading it."""
        entry = self._entries.get(path)
        return entry is not None and (not entry.is_source or path in self._own(entry.kind))

    def gated(self, language: str, literals: Literals) -> tuple[str, ...]:
        """The files of a language that hold any of the words, sorted."""
        key = (language, literals)
        if key not in self._gated:
            self._gated[key] = tuple(self._passing(language, literals))
            self._asked.setdefault(literals, set()).update(self._gated[key])
        return self._gated[key]

    def holding(self, paths: Iterable[str], literals: Literals) -> Iterator[str]:
        """Those of some files that hold any of the words, in their order; only these are read."""
        held = tuple(passing_paths(self._tree, paths, literals, self._extractor.limit))
        self._asked.setdefault(literals, set()).update(held)
        return iter(held)

    def declaring(self, language: str, name: str) -> tuple[str, ...]:
        """The files that may declare a type of a simple name, sorted; C# only, for modules of Python are found by path."""
        return tuple(self.survey(language).types.get(name, ()))

    def extending(self, name: str) -> tuple[str, ...]:
        """The files of C# that may declare an extension method of a name, sorted."""
        return tuple(self.survey("csharp").extensions.get(name, ()))

    def deriving(self, name: str) -> tuple[str, ...]:
        """The files of C# whose types may have a base of a simple name, sorted."""
        return tuple(self.survey("csharp").deriving.get(name, ()))

    def bases(self, language: str) -> tuple[str, ...]:
        """The simple names of all bases of types, sorted; C# only."""
        return tuple(sorted(self.survey(language).deriving))

    def namespaces(self, path: str) -> tuple[str, ...]:
        """The namespaces that a file of C# declares, sorted."""
        return self.survey("csharp").namespaces.get(path, ())

    # --- what stands in them

    def text(self, path: str) -> str | None:
        """A file as text; None if it is none of the project's or cannot be read."""
        LOOKS.text(path)
        if not self.has(path):
            return None
        source = read(self.root, path, self._extractor.limit)
        if isinstance(source, Skipped):
            self._lost.setdefault(path, (source,))
            return None
        return source.decode("utf-16" if source.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")

    def file(self, path: str) -> facts.File | None:
        """The facts of a source file; None if it is none of the project's or cannot be read, which `skipped` then says."""
        if path in self._files:
            self._files[path] = found = self._files.pop(path)
            return found
        entry = self._entries.get(path)
        if entry is None or not entry.is_source or path not in self._own(entry.kind) or self._is_lost(path):
            return None
        file = self._kept_facts(entry) or self._new_facts(entry)
        if file is not None:
            self._hold(entry, file)
        return file

    def prefetch(self, paths: Iterable[str]) -> None:
        """Make facts of several files at once, in several processes if there is enough to do."""
        if self._jobs < 2:
            return
        entries = [
            entry for path in sorted(set(paths)) if (entry := self._entries.get(path)) and self._is_wanted(entry)
        ]
        if sum(entry.size for entry in entries) < WORTH_A_POOL:
            return
        workers = importlib.import_module("assay.source.workers")
        for answer in workers.extracted(self._extractor, entries, self._jobs):
            if answer.blob is None:
                self._lost[answer.path] = (Skipped(answer.path, answer.reason),)
            else:
                self._blobs[answer.path] = answer.blob
                self._store(answer.path, answer.blob)

    def known(self) -> tuple[int, int, int]:
        """How much it knows now; see `learned`."""
        return len(self._read), len(self._lost), len(self._made)

    def learned(self, since: tuple[int, int, int]) -> Learned:
        """What it came to know since."""
        read, lost, made = since
        return Learned(
            tuple(islice(self._read, read, None)),
            dict(islice(self._lost.items(), lost, None)),
            dict(islice(self._made.items(), made, None)),
        )

    def learn(self, learned: Learned) -> None:
        """Know what another copy of it came to know."""
        self._read.update(dict.fromkeys(learned.read))
        self._lost.update(learned.lost)
        for path, blob in learned.blobs.items():
            self._store(path, blob)

    def comments(self) -> tuple[tuple[str, int, str], ...]:
        """(path, line, text) of the comments in all source files that speak to Assay."""
        return tuple(
            (path, comment.line, comment.text)
            for path in sorted(path for language in self._languages() for path in self.survey(language).mentioning)
            for comment in self._comments(path)
        )

    # --- what was not looked at

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What cannot be read, as far as it was asked for; sorted."""
        seen = {each for found in self._surveys.values() for each in found.skipped}
        return tuple(sorted({*self._tree.skipped, *seen, *(each for lost in self._lost.values() for each in lost)}))

    @property
    def left_out(self) -> tuple[Skipped, ...]:
        """Tests, vendored and generated code: by folder, with the number of files."""
        return stated(tuple(sorted(self._left_out().items())))

    def counts(self) -> FileCount:
        """What became of the source files."""
        kept = {path for language in self._languages() for path in self.survey(language).paths}
        skipped = {each.path for each in self.skipped if not each.line and kind_of(each.path) in LANGUAGES.values()}
        left_out = sum(self._left_out().values())
        return FileCount(
            found=len(kept | skipped) + left_out,
            read=len(self._read.keys() - skipped),
            passed_over=len(kept - self._read.keys() - skipped),
            left_out=left_out,
            skipped=len(skipped),
        )

    def _languages(self) -> tuple[str, ...]:
        return tuple(sorted({entry.kind for entry in self._tree.files if entry.is_source}))

    def _left_out(self) -> dict[LeftOut, int]:
        found = dict(self._tree.left_out)
        for language in self._languages():
            for each, count in self.survey(language).left_out.items():
                found[each] = found.get(each, 0) + count
        return found

    # --- the survey

    def survey(self, language: str) -> Survey:
        """What was seen in all files of a language, before any was parsed."""
        if language not in self._surveys:
            words = self._words.get(language, ())
            self._surveys[language] = surveyed(self._tree, language, words, self._extractor.limit)
        return self._surveys[language]

    def _own(self, language: str) -> frozenset[str]:
        if language not in self._kept:
            self._kept[language] = frozenset(self.survey(language).paths)
        return self._kept[language]

    def _passing(self, language: str, literals: Literals) -> Iterator[str]:
        """Those that the survey let pass, if it asked for all of these words and no more; else they are read again."""
        known = self.survey(language)
        if known.literals == set(literals):
            return iter(known.passed)
        if len(literals) == 1 and literals[0] in known.marked:
            return iter(known.marked[literals[0]])
        paths = known.passed if known.literals.issuperset(literals) else known.paths
        return passing_paths(self._tree, paths, literals, self._extractor.limit)

    # --- facts

    def _is_lost(self, path: str) -> bool:
        return path in self._lost and path not in self._read

    def _is_wanted(self, entry: Entry) -> bool:
        """Whether the facts of a file must still be made."""
        path = entry.path
        if not entry.is_source or path not in self._own(entry.kind) or path in self._lost:
            return False
        return path not in self._files and path not in self._blobs and not self._is_packed(entry)

    def _is_packed(self, entry: Entry) -> bool:
        return self._pack is not None and (key := self._key(entry)) is not None and self._pack.get(key) is not None

    def _key(self, entry: Entry) -> bytes | None:
        if entry.path not in self._keys:
            key = self._extractor.key(entry)
            if key is None:
                return None
            self._keys[entry.path] = key
        return self._keys[entry.path]

    def _kept_facts(self, entry: Entry) -> facts.File | None:
        blob = self._blobs.pop(entry.path, None)
        if blob is None and self._pack is not None and (key := self._key(entry)) is not None:
            blob = self._pack.get(key)
        return decoded(blob, entry.path) if blob is not None else None

    def _new_facts(self, entry: Entry) -> facts.File | None:
        found = self._extractor.facts(entry)
        if isinstance(found, Skipped):
            self._lost[entry.path] = (found,)
            return None
        if self._pack is not None and (blob := encoded(found)) is not None:
            self._store(entry.path, blob)
        return found

    def _store(self, path: str, blob: bytes) -> None:
        if self._pack is not None and (key := self._key(self._entries[path])) is not None:
            self._pack.put(key, blob)
            self._made[path] = blob

    def _hold(self, entry: Entry, file: facts.File) -> None:
        """Keep facts as objects, and turn those asked for longest ago into bytes."""
        if entry.path not in self._read:
            self._read[entry.path] = None
            if file.unread:
                self._lost[entry.path] = tuple(unread(file))
        self._files[entry.path] = file
        self._held += entry.size
        while self._held > HELD and len(self._files) > 1:
            path = next(iter(self._files))
            oldest = self._files.pop(path)
            self._held -= self._entries[path].size
            if self._pack is None and (blob := encoded(oldest)) is not None:
                self._blobs[path] = blob

    def _comments(self, path: str) -> tuple[facts.Comment, ...]:
        file = self.file(path)
        mention = MENTION.decode()
        return tuple(each for each in file.comments if mention in each.text) if file is not None else ()
