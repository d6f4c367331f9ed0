"""Bytes that lie beside entries, and verdicts that are shown alone: each is what an entry said it would be."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from assay_verify import tree
from assay_verify.outcome import tampered
from assay_verify.shape import is_digest
from assay_verify.text import Json, Misspelt, parsed, spelt

FILE = re.compile(r"(?:attachments|timestamps/[1-9][0-9]{0,15})/([0-9a-f]{64})(\.[a-z0-9]+)?(\.gz)?")
OBSERVATION = re.compile(r"observations/[A-Za-z0-9._-]+\.json")
GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Named:
    """An attachment as a body names it."""

    name: str
    digest: str
    size: int
    count: int
    """Of lines, for the verdicts of a run."""
    root: str


def named(bodies: Mapping[str, Json]) -> dict[str, Named]:
    """All attachments that bodies name, by digest."""
    return {each.digest: each for body in bodies.values() for each in _of(body)}


def _of(body: Json) -> Iterator[Named]:
    if not isinstance(body, Mapping):
        return
    listed = body.get("attachments")
    for each in listed if isinstance(listed, list) else ():
        match each, body.get("verdicts"):
            case {"name": "verdicts", "digest": str(digest), "size": int(size)}, {
                "count": int(count),
                "root": str(root),
            }:
                yield Named("verdicts", digest, size, count, root)
            case {"name": str(name), "digest": str(digest), "size": int(size)}, _:
                yield Named(name, digest, size, 0, "")


def compare(files: Mapping[str, bytes], known: Mapping[str, Named]) -> int:
    """How many attachments are in the pack. Raises `Tampered` with the first that no entry names, or that is not what it says."""
    count = 0
    for name, content in files.items():
        found = FILE.fullmatch(name)
        if not found:
            continue
        want = known.get(found[1])
        if want is None:
            raise tampered(name, "belongs to no entry in the pack")
        raw = _unpacked(content, want.size, name) if found[3] else content
        if len(raw) != want.size or sha256(raw).hexdigest() != want.digest:
            raise tampered(name, "is not what its entry says")
        if want.root and _lines_root(raw) != (want.count, want.root):
            raise tampered(name, "holds other verdicts than the run says")
        count += 1
    return count


def _unpacked(content: bytes, size: int, name: str) -> bytes:
    """The bytes in a gzip file, and never more of them than the entry says."""
    reader = zlib.decompressobj(GZIP)
    try:
        raw = reader.decompress(content, size + 1)
    except zlib.error as error:
        raise tampered(name, f"cannot be unpacked: {error}") from error
    if len(raw) > size or not reader.eof or reader.unused_data:
        raise tampered(name, "unpacks to something else than its entry says")
    return raw


def _lines_root(raw: bytes) -> tuple[int, str]:
    found = tree.Range()
    for line in raw.split(b"\n")[:-1]:
        found.add(tree.leaf(line))
    return found.size, found.root().hex()


def observations(files: Mapping[str, bytes], bodies: Mapping[str, Json]) -> int:
    """How many single verdicts are shown. Raises `Tampered` with the first that its run does not hold."""
    names = [name for name in files if OBSERVATION.fullmatch(name)]
    for name in names:
        if not _is_held(_read(files[name], name), bodies):
            raise tampered(name, "shows a verdict that its run does not hold")
    return len(names)


def _is_held(value: Json, bodies: Mapping[str, Json]) -> bool:
    match value:
        case {
            "schema": "assay/observation/v1", "run": str(run), "index": int(index), "path": [*path], "verdict": verdict, **more,
        } if not more and all(map(is_digest, path)):  # fmt: skip
            match bodies.get(run):
                case {"verdicts": {"count": int(count), "root": str(root)}}:
                    steps = tuple(bytes.fromhex(str(each)) for each in path)
                    found = tree.root_from(tree.leaf(spelt(verdict)), index, count, steps)
                    return found is not None and found.hex() == root
    return False


def _read(raw: bytes, place: str) -> Json:
    try:
        return parsed(raw)
    except Misspelt as error:
        raise tampered(place, f"cannot be read: {error}") from error
