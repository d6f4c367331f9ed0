"""The manifest of a pack, and whether the files are those that it lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from assay_verify import tree
from assay_verify.outcome import Fault, Tampered, tampered
from assay_verify.shape import is_digest, is_path, time_of
from assay_verify.text import Json, Misspelt, parsed, spelt

MANIFEST = "manifest.json"
ENVELOPE = "manifest.dsse.json"
SUMS = "SHA256SUMS"
SUMS_SIGNATURE = "SHA256SUMS.sig"
UNLISTED = frozenset((MANIFEST, ENVELOPE, SUMS, SUMS_SIGNATURE))
"""What stands over the listed files. The sums name the first two of them as well."""
KINDS = ("audit", "control", "finding")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself."""

    kind: str
    subject: str
    as_of: datetime
    window: tuple[str, str] | None
    origin: str
    size: int
    root: str
    files: Mapping[str, tuple[int, str]]
    """Path to size and SHA-256."""
    lacks: tuple[str, ...]
    """What the pack itself says is missing."""


def manifest(raw: bytes) -> Manifest:
    """The manifest in its bytes. Raises `Tampered` if it is not written as it must be."""
    try:
        value = parsed(raw)
    except Misspelt as error:
        raise tampered(MANIFEST, f"cannot be read: {error}") from error
    match value:
        case {
            "schema": "assay/evidence-pack/v1",
            "kind": str(kind),
            "subject": str(subject),
            "as_of": as_of,
            "window": window,
            "ledger": {"origin": str(origin), "size": int(size), "root": str(root)},
            "files": [_, *_] as rows,
            "files_root": str(files_root),
            "missing": [*missing],
            "tool": {"name": str(), "version": str()},
            **more,
        } if not more and kind in KINDS and is_digest(root):
            moment = time_of(as_of)
            if moment and files_root == _root(rows):
                return Manifest(
                    kind, subject, moment, _window(window), origin, size, root, _rows(rows), _lacks(missing)
                )
    raise tampered(MANIFEST, "is not the manifest of an evidence pack, version 1")


def compare(files: Mapping[str, bytes], listed: Manifest) -> None:
    """Raises `Tampered` with every file that is changed, missing or one too many."""
    faults: list[Fault] = []
    for name, (size, digest) in listed.files.items():
        content = files.get(name)
        if content is None:
            faults.append(Fault(name, "is missing"))
        elif len(content) != size or sha256(content).hexdigest() != digest:
            faults.append(Fault(name, "was changed: its SHA-256 is not the one in the signed manifest"))
    faults += [
        Fault(name, "is not in the manifest") for name in files if name not in listed.files and name not in UNLISTED
    ]
    if faults:
        raise Tampered(*sorted(faults, key=lambda fault: fault.place))
    if files[SUMS] != sums(files):
        raise tampered(SUMS, "does not list the files as they are")


def sums(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum` writes for all files but the sums and their signature."""
    named = sorted(name for name in files if name not in {SUMS, SUMS_SIGNATURE})
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in named).encode()


def _root(rows: Sequence[Json]) -> str:
    found = tree.Range()
    for row in rows:
        found.add(tree.leaf(spelt(row)))
    return found.root().hex()


def _rows(rows: Sequence[Json]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    last = ""
    for row in rows:
        match row:
            case {"path": str(path), "size": int(size), "sha256": digest, "media_type": str(), "source": str()} if (
                is_path(path)
            ):
                if last < path and path not in UNLISTED and size >= 0 and is_digest(digest):
                    found[path] = (size, str(digest))
                    last = path
                    continue
        raise tampered(MANIFEST, f"lists a file that is not written as it must be, after {last or 'the beginning'}")
    return found


def _window(value: Json) -> tuple[str, str] | None:
    match value:
        case None:
            return None
        case {"start": str(start), "end": str(end)} if time_of(start) and time_of(end) and start <= end:
            return start, end
    raise tampered(MANIFEST, "has a window that is not written as it must be")


def _lacks(values: Sequence[Json]) -> tuple[str, ...]:
    found: list[str] = []
    for value in values:
        match value:
            case {"what": str(what), "why": str(why)}:
                found.append(f"{what}: {why}")
            case _:
                raise tampered(MANIFEST, "says badly what is missing")
    return tuple(found)
