"""From the bytes of one file to its facts, and from facts to the bytes that are kept or sent between processes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from assay.model.place import Skipped
from assay.source import facts
from assay.source.cache import content_key
from assay.source.files import Entry, read
from assay.source.languages.parse import Extract, Unreadable
from assay.source.languages.registry import LANGUAGES

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(facts.File)

Extractors = Mapping[str, Extract]
"""Visitors by language."""


class Extractor(Struct, frozen=True):
    """How files of one tree become facts."""

    root: Path
    limit: int
    """Bytes of a file beyond which it is skipped."""
    seconds: float
    """How long the parser may take for one file."""
    visitors: Extractors | None = None
    """Instead of those of the registry."""

    def facts(self, entry: Entry, source: bytes | None = None) -> facts.File | Skipped:
        """The facts of a file, read anew unless its bytes are given."""
        found = read(self.root, entry.path, self.limit) if source is None else source
        if isinstance(found, Skipped):
            return found
        visit = self.visitors[entry.kind] if self.visitors else visitor(entry.kind)
        try:
            file = visit(entry.path, found, seconds=self.seconds)
        except RecursionError:
            return Skipped(entry.path, "it was not read: it is nested too deeply")
        return Skipped(entry.path, f"it was not read: {file.reason}") if isinstance(file, Unreadable) else file

    def key(self, entry: Entry) -> bytes | None:
        """What the facts of a file are kept under; None if it cannot be read."""
        source = read(self.root, entry.path, self.limit)
        return None if isinstance(source, Skipped) else content_key(entry.kind, source)

    def blob(self, entry: Entry) -> tuple[bytes | None, str]:
        """The facts of a file as bytes, or None with the reason why there are none."""
        found = self.facts(entry)
        if isinstance(found, Skipped):
            return None, found.reason
        blob = encoded(found)
        return blob, "" if blob else "it was not read: it is nested too deeply"


@cache
def visitor(language: str) -> Extract:
    """The visitor of a language, loaded when it is first needed."""
    return next(known.load for known in LANGUAGES if known.name == language)()


def encoded(file: facts.File) -> bytes | None:
    """Facts as bytes, without the path: equal files are kept once. None when they are nested too deeply to be written."""
    try:
        return ENCODER.encode(msgspec.structs.replace(file, path=""))
    except RecursionError:
        return None


def decoded(blob: bytes, path: str) -> facts.File | None:
    """Facts from bytes; None when they are not facts."""
    try:
        return msgspec.structs.replace(DECODER.decode(blob), path=path)
    except (msgspec.MsgspecError, RecursionError):
        return None
