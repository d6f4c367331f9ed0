"""Facts of files that were read before: one pack a project, in a cache folder.

A pack holds opaque blobs by the digest of the file that they were made of; nothing in it is ever run or unpickled. It is written
beside and renamed, so a reader sees the old one or the new one. A pack of another version, or a damaged one, is
passed over and replaced. A folder that cannot be written means that nothing is kept, and no more.
Source: shared/performance.md section 2.6.
"""

import contextlib
import os
import struct
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

DIGEST = 16
"""Bytes of a digest. A cryptographic one, so that nobody can craft two files that pass for each other."""
HEAD = b"ASSAYPK1"
RECORD = struct.Struct("<16sQI8sB")
"""Key, place, length, digest of the blob, how many packs ago it was last used."""
FOOT = struct.Struct("<QI16s16s8s")
"""Place of the index, number of its records, version, digest of the index, HEAD again."""
OLDEST = 8
"""So many packs may be written without using a blob before it is dropped."""
LARGEST = 1 << 28
"""Bytes of a pack; beyond it only what this run used is kept."""
GRAMMARS = "tree_sitter"
"""How the packages of parsers are called; their versions are part of a pack's."""


def content_key(language: str, source: bytes) -> bytes:
    """What facts are kept under: the same bytes in the same language have the same facts."""
    return blake2b(source, digest_size=DIGEST, person=language.encode()[:16]).digest()


@lru_cache(maxsize=1)
def extractor_version() -> bytes:
    """A digest of everything that makes facts of bytes: the visitors' own code, what facts are, and the grammars."""
    here = Path(__file__).parent
    return digest_of(code_digest(here / "languages"), (here / "facts.py").read_bytes(), *_grammars())


def code_digest(folder: Path) -> bytes:
    """A digest of the code and data below a folder of this package."""
    found = blake2b(digest_size=DIGEST)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = Path(place) / name
            found.update(digest_of(str(path.relative_to(folder)).encode(), path.read_bytes()))
    return found.digest()


def digest_of(*pieces: bytes) -> bytes:
    """A digest of several pieces, each with its length, so that none runs into the next."""
    found = blake2b(digest_size=DIGEST)
    for piece in pieces:
        found.update(len(piece).to_bytes(8, "little"))
        found.update(piece)
    return found.digest()


def project_name(root: Path) -> str:
    """How a project's files in the cache folder are called; from its place, which is not readable from it."""
    return blake2b(os.fsencode(root), digest_size=DIGEST).hexdigest()


def replace(path: Path, pieces: Iterable[bytes]) -> bool:
    """Write a file whole or not at all, for its owner only, since facts hold what source holds. False if it cannot be."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        Path(beside).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        return False
    return True


class _Record(Struct):
    place: int
    length: int
    check: bytes
    age: int


class Pack:
    """The blobs of one project. One process writes; others may read."""

    def __init__(self, folder: Path, root: Path, version: bytes) -> None:
        self._path = folder / f"{project_name(root)}.facts"
        self._version = version
        self._new: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._file = -1
        self._records: dict[bytes, _Record] = {}
        self._open()

    def get(self, key: bytes) -> bytes | None:
        """The blob kept under a key, whole and unharmed, or None."""
        if key in self._new:
            return self._new[key]
        record = self._records.get(key)
        if record is None:
            return None
        blob = self._read(record)
        if blob is None:
            # What is damaged in one place cannot be trusted in another.
            self._forget()
            return None
        self._used.add(key)
        return blob

    def retain(self, keys: Iterable[bytes]) -> None:
        """Blobs under these keys are in use."""
        self._used.update(keys)

    def put(self, key: bytes, blob: bytes) -> None:
        """Keep a blob; it is written by `save`."""
        self._new[key] = blob

    def close(self, *, is_kept: bool = True) -> None:
        """Write what is new, if anything is, and let go of the file."""
        if self._new and is_kept:
            replace(self._path, self._pieces())
        self._forget()
        self._new = {}

    def _open(self) -> None:
        try:
            self._file = os.open(self._path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            size = os.fstat(self._file).st_size
            foot = os.pread(self._file, FOOT.size, max(0, size - FOOT.size))
            place, count, version, check, tail = FOOT.unpack(foot)
            is_fit = tail == HEAD and version == self._version and place + count * RECORD.size + FOOT.size == size
            index = os.pread(self._file, count * RECORD.size, place) if is_fit else b""
        except (OSError, struct.error):
            self._forget()
            return
        if not is_fit or digest_of(index) != check:
            self._forget()
            return
        self._records = {key: _Record(*fields) for key, *fields in RECORD.iter_unpack(index)}

    def _forget(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1
        self._records = {}

    def _read(self, record: _Record) -> bytes | None:
        try:
            blob = os.pread(self._file, record.length, record.place)
        except OSError:
            return None
        return blob if _check(blob) == record.check else None

    def _pieces(self) -> Iterable[bytes]:
        """The pack as it is written: what is new and what was used, and the rest until it is too old or there is too much."""
        yield HEAD
        place = len(HEAD)
        index: list[bytes] = []
        for key, blob, age in self._kept():
            if age and place + len(blob) > LARGEST:
                continue
            index.append(RECORD.pack(key, place, len(blob), _check(blob), age))
            place += len(blob)
            yield blob
        records = b"".join(sorted(index))
        yield records
        yield FOOT.pack(place, len(index), self._version, digest_of(records), HEAD)

    def _kept(self) -> Iterable[tuple[bytes, bytes, int]]:
        yield from ((key, blob, 0) for key, blob in sorted(self._new.items()))
        for key, record in sorted(self._records.items(), key=lambda each: each[0] not in self._used):
            age = 0 if key in self._used else record.age + 1
            if key not in self._new and age <= OLDEST and (blob := self._read(record)) is not None:
                yield key, blob, age


def _check(blob: bytes) -> bytes:
    return blake2b(blob, digest_size=8).digest()


def _grammars() -> list[bytes]:
    """Name and version of the parsers' packages: from the names of folders, a tenth of what asking for metadata costs."""
    found = find_spec(GRAMMARS)
    if found is None or found.origin is None:
        return []
    place = Path(found.origin).parent.parent
    return sorted(os.fsencode(path.name) for path in place.glob(f"{GRAMMARS}*.dist-info"))
