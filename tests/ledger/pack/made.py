"""Packs of the story, made once, and what somebody who holds the key could make of them."""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct
from tests.ledger.pack import story

from assay.ledger.canonical import read_canonical
from assay.ledger.pack import archive
from assay.ledger.pack.export import Order, packed
from assay.ledger.pack.manifest import ENVELOPE, MANIFEST, SUMS, SUMS_SIGNATURE, Head, Occasion, PackFile, sealed
from assay.ledger.pack.selection import Selection, about, newest
from assay.ledger.sign import KeyFile, Signer
from assay_verify.outcome import Outcome
from assay_verify.verification import Asked, verify

ENTRIES = "ledger/entries.jsonl"
REPORT = PackFile("report.html", b"<!doctype html><p>For people.\n", "text/html", "derived from the other files")


class Made(Struct, frozen=True):
    """A pack with the key that signed it."""

    files: Mapping[str, bytes]
    head: Head
    key: KeyFile
    occasion: Occasion

    @property
    def fingerprint(self) -> str:
        """What an auditor was told."""
        return self.key.public.fingerprint

    def raw(self) -> bytes:
        """The bytes of the zip."""
        return b"".join(archive.pieces(self.files))


@cache
def made(kind: str = "audit") -> Made:
    """The pack of the story: of the whole audit, or of the finding that was fixed."""
    with tempfile.TemporaryDirectory() as folder, story.told(Path(folder)) as ledger:
        key, size = story.signer(ledger), newest(ledger)
        name = story.print_of(story.FIXED)
        occasion = Occasion(kind, name if kind == "finding" else "SOC 2 2026")
        selection = about(ledger, [name], size) if kind == "finding" else Selection(size)
        found = packed(ledger, Order(occasion, selection, (REPORT,)), [key])
        return Made(found.files, found.head, key, occasion)


def resigned(of: Made, changed: Mapping[str, bytes], *signers: Signer) -> dict[str, bytes]:
    """The pack with other files, listed and signed anew: what only who holds the key can do."""
    files = {**of.files, **changed}
    own = {MANIFEST, ENVELOPE, SUMS, SUMS_SIGNATURE}
    listed = [PackFile(name, content, "x", "x") for name, content in files.items() if name not in own]
    return sealed(of.occasion, of.head, listed, (), signers or (of.key,))


def verified(raw: bytes, folder: Path, *fingerprints: str, older: bytes | None = None) -> Outcome:
    """What the verifier says of a pack with these bytes."""
    path = folder / "pack.zip"
    path.write_bytes(raw)
    return verify(path, Asked(fingerprints, older))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """As a pack is written."""
    return b"".join(archive.pieces(files))


def manifest(of: Made) -> object:
    """What the pack says of itself."""
    return read_canonical(of.files[MANIFEST])
