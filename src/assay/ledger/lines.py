"""Attachments that are lists: one canonical JSON value a line, so that two readers see the same lines and one line can be proven alone."""

from collections.abc import Iterable, Iterator

from assay.ledger import merkle
from assay.ledger.canonical import Json, canonical, digest, read_canonical
from assay.model.evidence import Attachment


def written(values: Iterable[Json]) -> bytes:
    """The values, each on a line that ends."""
    return b"".join(canonical(value) + b"\n" for value in values)


def read(raw: bytes) -> Iterator[Json]:
    """The values of the lines."""
    for line in raw.splitlines():
        yield read_canonical(line)


def root(raw: bytes) -> str:
    """The Merkle root over the lines, in hexadecimal digits."""
    return merkle.root(merkle.leaf(line) for line in raw.split(b"\n")[:-1]).hex()


def attachment(name: str, media: str, raw: bytes) -> Attachment:
    """How an entry names these bytes."""
    return Attachment(name, media, digest(raw), len(raw))
