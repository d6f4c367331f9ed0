"""The list of a pack's files, and the signatures over it.

The manifest names every file with its SHA-256; a signed statement names the manifest and the head of the ledger. `SHA256SUMS` says
the same once more, in a form that `sha256sum` and `openssl` verify without any program of ours.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger import merkle
from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.chain import instant
from assay.ledger.dsse import Statement, Subject, enveloped
from assay.ledger.sign import Signer
from assay.version import VERSION

SCHEMA = "assay/evidence-pack/v1"
PREDICATE = "https://assay.example/evidence-pack/v1"
"""What the signed statement is of; a name, not an address (RFC 2606 keeps `example` for that)."""
MANIFEST, ENVELOPE = "manifest.json", "manifest.dsse.json"
SUMS, SUMS_SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
KINDS = ("audit", "control", "finding")


class PackFile(Struct, frozen=True):
    """A file of a pack."""

    path: str
    content: bytes
    media: str
    source: str
    """What it was made from, as `ledger` or `derived from ledger`."""


class Occasion(Struct, frozen=True):
    """What a pack is about."""

    kind: str
    """audit, control, finding."""
    subject: str
    window: tuple[datetime, datetime] | None = None
    """From, and before; in UTC."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not self.subject.strip() or min(self.subject) < " ":
            raise LedgerError(
                f"{self.kind!r} of {self.subject!r}: no pack. Mend: one of {', '.join(KINDS)}, and of what."
            )
        if self.window and self.window[0] > self.window[1]:
            raise LedgerError(f"The window ends before it begins: {self.window[0]}. Mend: turn it round.")


class Head(Struct, frozen=True):
    """The head of the ledger that a pack is made at."""

    origin: str
    size: int
    root: bytes
    at: datetime
    """When its newest entry was recorded: the pack knows of nothing later."""


class Missing(Struct, frozen=True):
    """What the reader of a pack may look for in vain."""

    what: str
    why: str


def sealed(
    occasion: Occasion, head: Head, files: Sequence[PackFile], missing: Sequence[Missing], signers: Sequence[Signer]
) -> dict[str, bytes]:
    """All files of the pack with manifest, statement and sums. Raises `LedgerError` if two files have one name.

    The first signer also signs the sums: that one's fingerprint is what the recipe in the README compares.
    """
    found = {each.path: each.content for each in files}
    if len(found) != len(files) or found.keys() & {MANIFEST, ENVELOPE, SUMS, SUMS_SIGNATURE}:
        raise LedgerError("Two files of the pack have one name. Mend: name each report once.")
    found[MANIFEST] = canonical(_manifest(occasion, head, files, missing))
    subjects = (Subject(MANIFEST, digest(found[MANIFEST])), Subject(f"{head.origin}@{head.size}", head.root.hex()))
    predicate: Json = {"kind": occasion.kind, "subject": occasion.subject, "as_of": instant(head.at)}
    found[ENVELOPE] = enveloped(Statement(subjects, PREDICATE, predicate), *signers)
    found[SUMS] = _sums(found)
    found[SUMS_SIGNATURE] = signers[0].sign(found[SUMS])
    return found


def _manifest(occasion: Occasion, head: Head, files: Sequence[PackFile], missing: Sequence[Missing]) -> Json:
    rows = [_row(each) for each in sorted(files, key=lambda each: each.path)]
    return {
        "schema": SCHEMA,
        "kind": occasion.kind,
        "subject": occasion.subject,
        "window": _window(occasion.window),
        "as_of": instant(head.at),
        "ledger": {"origin": head.origin, "size": head.size, "root": head.root.hex()},
        "tool": {"name": "assay", "version": VERSION},
        "files": rows,
        "files_root": merkle.root(merkle.leaf(canonical(row)) for row in rows).hex(),
        "missing": [{"what": each.what, "why": each.why} for each in missing],
    }


def _row(file: PackFile) -> Json:
    return {
        "path": file.path,
        "size": len(file.content),
        "sha256": digest(file.content),
        "media_type": file.media,
        "source": file.source,
    }


def _window(window: tuple[datetime, datetime] | None) -> Json:
    return {"start": instant(window[0]), "end": instant(window[1])} if window else None


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As GNU `sha256sum` writes it."""
    return "".join(f"{digest(files[name])}  {name}\n" for name in sorted(files)).encode()
