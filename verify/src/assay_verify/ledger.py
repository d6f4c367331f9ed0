"""The ledger in a pack: entries, what they say, and the proofs that lead from them to the signed head.

Either the whole chain from the first entry on, or chosen entries, each with a path to the root of the head. An entry's line is its
canonical bytes: their SHA-256 is its hash, and behind a zero byte they are a leaf of the tree.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from assay_verify import tree
from assay_verify.outcome import tampered
from assay_verify.shape import is_digest, time_of
from assay_verify.text import Json, Misspelt, parsed

ENTRIES, BODIES, PROOFS = "ledger/entries.jsonl", "ledger/bodies.jsonl", "ledger/proofs.json"
HEAD = "ledger/checkpoint.note"
FORMER = re.compile(r"ledger/heads/([1-9][0-9]{0,15})\.note")
RUN = re.compile(r"runs/([0-9a-f]{64})/run\.json")
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact in its place."""

    sequence: int
    previous: str
    recorded_at: str
    type: str
    subject: str
    payload: str
    hash: str
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Proofs:
    """What leads from the entries to the head."""

    is_whole: bool
    """Every entry from the first on is there, so nothing needs a path."""
    paths: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    """By sequence: from the entry up to the root of the head."""
    heads: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    """By size: from a former head to the head."""


def entries(raw: bytes) -> Iterator[Entry]:
    """The entries of a pack, each well formed and standing upon the one before it, as far as that is in the pack.

    Raises `Tampered` with the first that is not.
    """
    last: Entry | None = None
    for number, line in enumerate(lines(raw, ENTRIES), 1):
        entry = _entry(line, number)
        reason = _misfit(entry, last)
        if reason:
            raise tampered(ENTRIES, f"entry {entry.sequence} (line {number}) {reason}")
        yield entry
        last = entry


def lines(raw: bytes, place: str) -> list[bytes]:
    """The lines of a file in JSON Lines. Raises `Tampered` if the last does not end."""
    if raw and not raw.endswith(b"\n"):
        raise tampered(place, "ends in the middle of a line")
    return raw.split(b"\n")[:-1]


def _entry(line: bytes, number: int) -> Entry:
    match _read(line, ENTRIES, number):
        case {
            "schema": "assay/entry/v1", "sequence": int(sequence), "previous": str(previous), "recorded_at": str(at), "type": str(kind),
            "actor": str(), "observed_at": observed, "subject": str(subject), "payload": str(payload), **more,
        } if not more and _is_place(sequence) and _is_dated(at, observed) and is_digest(previous) and is_digest(payload):  # fmt: skip
            return Entry(sequence, previous, at, kind, subject, payload, sha256(line).hexdigest(), tree.leaf(line))
    raise tampered(ENTRIES, f"line {number} is no entry of a ledger")


def _is_place(value: int) -> bool:
    return value > 0 and value is not True


def _is_dated(recorded: str, observed: Json) -> bool:
    return time_of(recorded) is not None and time_of(observed) is not None


def _misfit(entry: Entry, last: Entry | None) -> str:
    if entry.sequence == 1 and entry.previous != NOTHING:
        return "is the first, but stands upon another"
    if not last:
        return ""
    if entry.sequence <= last.sequence:
        return f"stands behind entry {last.sequence}"
    if entry.recorded_at < last.recorded_at:
        return f"was recorded before entry {last.sequence}"
    if entry.sequence == last.sequence + 1 and entry.previous != last.hash:
        return f"does not stand upon entry {last.sequence}: one of them was changed"
    return ""


def proofs(raw: bytes) -> Proofs:
    """The proofs of a pack. Raises `Tampered` if they are not written as they must be."""
    match _read(raw, PROOFS):
        case {
            "schema": "assay/proofs/v1",
            "is_whole": bool(is_whole),
            "paths": [*paths],
            "heads": [*heads],
            **more,
        } if not more:
            found = Proofs(
                is_whole, dict(_path(each, "sequence") for each in paths), dict(_path(each, "size") for each in heads)
            )
            if len(found.paths) == len(paths) and len(found.heads) == len(heads):
                return found
    raise tampered(PROOFS, "is no list of proofs")


def _path(value: Json, key: str) -> tuple[int, tuple[bytes, ...]]:
    if isinstance(value, Mapping) and set(value) == {key, "path"}:
        place, path = value[key], value["path"]
        if isinstance(place, int) and isinstance(path, list) and all(map(is_digest, path)):
            return place, tuple(map(bytes.fromhex, path))
    raise tampered(PROOFS, "has a proof that is not written as it must be")


def bodies(files: Mapping[str, bytes]) -> dict[str, Json]:
    """What entries say, by digest: the lines of one file, and one file a run."""
    found: dict[str, Json] = {}
    for number, line in enumerate(lines(files.get(BODIES, b""), BODIES), 1):
        digest = sha256(line).hexdigest()
        if digest in found:
            raise tampered(BODIES, f"line {number} stands there twice")
        found[digest] = _read(line, BODIES, number)
    for name, content in files.items():
        run = RUN.fullmatch(name)
        if run and sha256(content).hexdigest() != run[1]:
            raise tampered(name, "is not the run that its folder names")
        if run:
            found[run[1]] = _read(content, name)
    return found


def _read(raw: bytes, place: str, line: int = 0) -> Json:
    try:
        return parsed(raw)
    except Misspelt as error:
        raise tampered(place, f"cannot be read{f' in line {line}' if line else ''}: {error}") from error
