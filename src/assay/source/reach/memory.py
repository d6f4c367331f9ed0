"""What the last scan of a project found in each handler, for the next one: only handlers that a change can touch are followed again.

The program is resolved anew at every scan. What a handler was found to do still holds when the files that changed declare what they
declared, nothing that the program as a whole depends on changed, and none of the functions that its run looked at did; its places are
put where they now are. Everything else is followed again. Source: docs/decisions/0011.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace as replaced

from assay.model.entity import Entity
from assay.model.place import Place, Skipped
from assay.model.reach import Reach
from assay.source import facts
from assay.source.cache import DIGEST, digest_of, replace
from assay.source.difference import Difference, difference, functions, key_of
from assay.source.files import LANGUAGES, kind_of
from assay.source.looks import LOOKS, Key, Seen
from assay.source.program import Program
from assay.source.project import Learned, Project
from assay.source.snapshot import own_code

MOST_CHANGED = 40
"""Changed files beyond which everything is followed again."""


class Followed(Struct, frozen=True):
    """What following one handler gives."""

    reach: Reach
    entities: tuple[Entity, ...]
    """The stored types that it touches."""


class Known(Struct, frozen=True):
    """What is known of one handler: what it does, and what following it took."""

    followed: Followed
    looks: tuple[Key, ...]
    """The functions that were looked at, sorted."""
    learned: Learned
    skipped: tuple[Skipped, ...]


class KeptHandler(Struct, frozen=True):
    """The same, as it is kept."""

    place: Place
    followed: bytes
    looks: tuple[int, ...]
    """Positions in the keys of its program."""
    learned: Learned
    skipped: tuple[Skipped, ...]


class KeptProgram(Struct, frozen=True):
    """All handlers of one language, and what they have in common."""

    survey: bytes
    modules: tuple[str, ...]
    """The files whose top level ran before a handler was followed, in order."""
    asked: tuple[tuple[tuple[bytes, ...], tuple[str, ...]], ...]
    """Words, and the files in which they were found."""
    facts: dict[str, bytes]
    """What the facts of a file are kept under."""
    keys: tuple[Key, ...]
    shared: tuple[int, ...]
    """What all handlers depend on, as positions in the keys."""
    handlers: tuple[KeptHandler, ...]


class KeptScan(Struct, frozen=True):
    """One scan."""

    files: dict[str, str]
    """Digests of everything that the scan may have read."""
    programs: dict[str, KeptProgram]


DECODER = msgspec.msgpack.Decoder(KeptScan)
FOLLOWED = msgspec.msgpack.Decoder(Followed)


class Change(Struct):
    """What happened to the files that a program was resolved from."""

    moved: dict[str, Difference] = field(default_factory=dict)
    before: set[Key] = field(default_factory=set)
    """What is not what it was, by its old names."""
    after: set[Key] = field(default_factory=set)
    renamed: dict[Key, Key] = field(default_factory=dict)
    """What is what it was, and stands elsewhere."""


class Memory:
    """What the last scan left behind, and what this one will leave."""

    def __init__(self, path: Path, words: Iterable[str], files: Mapping[str, str]) -> None:
        self.path = path
        self.words = digest_of(own_code(), *(word.encode("utf-8", "surrogatepass") for word in words))
        """All that a result depends on besides the files."""
        self.files = dict(files)
        self.old = self._load()
        self.programs: dict[str, KeptProgram] = {}
        self.changes: dict[str, Change | None] = {}

    # --- what the last scan left

    def recall(self, program: Program, places: Sequence[Place]) -> list[Known | None]:
        """What still holds of the handlers at these places; None for each that must be followed."""
        kept = self._kept(program)
        nothing: list[Known | None] = [None] * len(places)
        if kept is None or len(kept.handlers) != len(places):
            return nothing
        change = self.changes[program.language] = self._change(program, kept)
        if change is None or [moved(each.place, change) for each in kept.handlers] != list(places):
            return nothing
        keys = [renamed(key, change) for key in kept.keys]
        gone = {position for position, key in enumerate(kept.keys) if key in change.before}
        return [known(each, keys, change) if gone.isdisjoint(each.looks) else None for each in kept.handlers]

    def is_sure(self, program: Program, recalled: Sequence[Known | None]) -> bool:
        """Whether what those handlers that were followed again once read and said cannot have hidden that a recalled one needs it."""
        kept, change = self._kept(program), self.changes.get(program.language)
        if kept is None or change is None:
            return True
        for key in (key for position in kept.shared for key in renamed(kept.keys[position], change)):
            LOOKS.shared[key] = key  # the recalled ones still depend on it
        project, run = program.project, program.run
        said = set(run.skipped)
        again = [old for old, new in zip(kept.handlers, recalled, strict=True) if new is None]
        return all(
            all(map(project.has_read, each.learned.read))
            and each.learned.lost.keys() <= project.lost.keys()
            and all(is_said(one, said, change) for one in each.skipped)
            for each in again
        )

    def _kept(self, program: Program) -> KeptProgram | None:
        return self.old.programs.get(program.language) if self.old is not None else None

    def _change(self, program: Program, kept: KeptProgram) -> Change | None:
        """What changed; None when it may be anything."""
        project, old = program.project, self.old
        if old is None or old.files.keys() != self.files.keys():
            return None
        paths = [path for path, digest in self.files.items() if old.files[path] != digest]
        if len(paths) > MOST_CHANGED or any(kind_of(path) not in LANGUAGES.values() for path in paths):
            return None
        if kept.survey != surveyed(project, program.language) or kept.modules != tuple(program.run.modules):
            return None
        change = Change()
        if not all(self._compare(project, path, kept, change) for path in paths):
            return None
        looked = {kept.keys[position] for position in kept.shared}
        if change.before & looked or change.after & keys_of(LOOKS.shared):
            return None
        return change

    def _compare(self, project: Project, path: str, kept: KeptProgram, change: Change) -> bool:
        """Look at one file that changed; False when what it changes cannot be told."""
        change.before.add((path, 0, 0))
        change.after.add((path, 0, 0))
        key = kept.facts.get(path)
        if any((path in found) != project.holds(path, words) for words, found in kept.asked):
            return False
        if key is None:
            return not project.has_read(path)
        versions = project.versions(path, key)
        found = difference(*versions) if versions is not None else None
        if versions is None or found is None:
            return False
        change.moved[path] = found
        change.before |= found.before
        change.after |= found.after
        for function in functions(versions[0].body):
            name, line, end = key_of(function)
            if (name, line, end) not in found.before:
                change.renamed[(name, line, end)] = (name, found.lines[line], found.lines[end])
        return True

    def _load(self) -> KeptScan | None:
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        check, value = content[:DIGEST], content[DIGEST:]
        if digest_of(self.words, value) != check:
            return None
        try:
            return DECODER.decode(value)
        except msgspec.MsgspecError:
            return None

    # --- what this one leaves

    def keep(
        self, program: Program, modules: tuple[str, ...], places: Sequence[Place], handlers: Sequence[Known]
    ) -> None:
        """Remember the handlers of one program."""
        project = program.project
        shared = keys_of(LOOKS.shared)
        keys = sorted(shared.union(*(each.looks for each in handlers)))
        positions = {key: position for position, key in enumerate(keys)}
        before = self._kept(program) if self.changes.get(program.language) is not None else None
        kept = {**(before.facts if before is not None else {}), **project.keys}
        project.retain(kept.values())
        self.programs[program.language] = KeptProgram(
            surveyed(project, program.language),
            modules,
            tuple((words, tuple(sorted(found))) for words, found in sorted(project.asked.items())),
            kept,
            tuple(keys),
            tuple(sorted(positions[key] for key in shared)),
            tuple(
                KeptHandler(
                    place,
                    msgspec.msgpack.encode(each.followed),
                    tuple(positions[key] for key in each.looks),
                    Learned(each.learned.read, each.learned.lost),
                    each.skipped,
                )
                for place, each in zip(places, handlers, strict=True)
            ),
        )

    def close(self) -> None:
        """Write what was kept."""
        value = msgspec.msgpack.encode(KeptScan(self.files, self.programs))
        replace(self.path, (digest_of(self.words, value), value))


def keys_of(seen: Seen) -> set[Key]:
    """What was looked at, by names that outlive the process."""
    found: set[Key] = set()
    for each in seen.values():
        if isinstance(each, str):
            found.add((each, 0, 0))
        elif isinstance(each, facts.Function):
            found.add(key_of(each))
    found.update(each for each in seen if isinstance(each, tuple))
    return found


def surveyed(project: Project, language: str) -> bytes:
    """A digest of what files declare, as far as it is known without parsing them."""
    survey = project.survey(language)
    said = (survey.paths, survey.types, survey.extensions, survey.deriving, survey.namespaces)
    return blake2b(msgspec.msgpack.encode(said), digest_size=DIGEST).digest()


def renamed(key: Key, change: Change) -> tuple[Key, ...]:
    """What a function is called now: it may be one of several files that had it under this name."""
    held = change.renamed.get(key)
    return (key,) if held is None or held == key else (key, held)


def moved(place: Place, change: Change) -> Place | None:
    """Where a place is now; None when it is within something that changed."""
    found = change.moved.get(place.path)
    if found is None or not place.line:
        return place
    line = found.lines.get(place.line)
    return Place(place.path, line) if line is not None else None


class _Lost(Exception):
    """A place is within something that changed."""


def _placed(place: Place, change: Change) -> Place:
    found = moved(place, change)
    if found is None:
        raise _Lost
    return found


def known(kept: KeptHandler, keys: Sequence[tuple[Key, ...]], change: Change) -> Known | None:
    """A kept handler with its places where they are now; None when one of them cannot be told."""
    looks = tuple(sorted({key for position in kept.looks for key in keys[position]}))
    try:
        followed = _followed(kept.followed, change)
        skipped = tuple(_skipped(each, change) for each in kept.skipped)
        lost = {path: tuple(_skipped(each, change) for each in why) for path, why in kept.learned.lost.items()}
    except _Lost:
        return None
    return Known(followed, looks, Learned(kept.learned.read, lost), skipped)


def _followed(blob: bytes, change: Change) -> Followed:
    if not any(path.encode() in blob for path in change.moved):
        return FOLLOWED.decode(blob)
    return msgspec.convert(_moved(msgspec.msgpack.decode(blob), change), Followed)


def _moved(value: object, change: Change) -> object:
    """Plain values in which every place is where it now is."""
    if isinstance(value, dict):
        if value.keys() == {"path", "line"}:
            place = _placed(Place(value["path"], value["line"]), change)
            return {"path": place.path, "line": place.line}
        return {key: _moved(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, change) for each in value]
    return _said(value, change) if isinstance(value, str) else value


def _said(text: str, change: Change) -> str:
    """A text that may name places: `authorized: may_read at shop/orders.py:12`."""
    for path in change.moved:
        if path in text:
            text = re.sub(f"{re.escape(path)}:([0-9]+)", partial(_named, path, change), text)
    return text


def _named(path: str, change: Change, found: re.Match[str]) -> str:
    return str(_placed(Place(path, int(found[1])), change))


def is_said(skipped: Skipped, said: set[Skipped], change: Change) -> bool:
    """Whether what was said once is said again."""
    try:
        return _skipped(skipped, change) in said
    except _Lost:
        return False


def _skipped(skipped: Skipped, change: Change) -> Skipped:
    return replaced(skipped, line=_placed(Place(skipped.path, skipped.line), change).line)
