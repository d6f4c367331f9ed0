"""A signed head: how many entries there are and the root over them. Source: C2SP tlog-checkpoint and signed-note.

The text is the name of the log, the size, the root in base64, and any further lines; then an empty line, then one line a
signature: an em dash, the signer's name, and in base64 the key's four bytes and the signature over the text.
"""

import re

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.sign import PublicKey, Signer, base64, unbase64

SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
LARGEST_NOTE = 1_000_000


class Checkpoint(Struct, frozen=True):
    """The head of a log at one moment."""

    origin: str
    """Which log; its name without spaces at the ends."""
    size: int
    root: bytes
    """The 32 bytes of the Merkle root over the first `size` entries."""
    extensions: tuple[str, ...] = ()
    """Further lines, none of them empty."""

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line or CONTROL.search(line) for line in lines):
            raise LedgerError("A checkpoint has an empty line or a control character. Mend: write plain lines.")
        if self.origin.strip() != self.origin or self.size < 0 or len(self.root) != 32:
            raise LedgerError(
                f"{self.origin!r}, {self.size}, {len(self.root)} bytes: no head of a log. Mend: name the log."
            )

    def text(self) -> bytes:
        """The bytes that are signed."""
        lines = (self.origin, str(self.size), base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


def signed(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The note with one signature a signer. Raises `LedgerError` without signers."""
    if not signers:
        raise LedgerError(f"Nobody signs the head of {checkpoint.origin}. Mend: name a key.")
    text = checkpoint.text()
    lines = (f"— {each.public.name} {base64(each.public.key_id + each.sign(text))}\n" for each in signers)
    return text + b"\n" + "".join(lines).encode()


def opened(note: bytes, key: PublicKey) -> Checkpoint:
    """The head that a note states, once the trusted key has been seen to have signed these very bytes.

    Signatures by other keys are for others to verify, as the format wants it. Raises `LedgerError` if the key did not sign, or one
    byte is not as the format says.
    """
    if len(note) > LARGEST_NOTE:
        raise LedgerError("The note is larger than a megabyte. Mend: give a checkpoint.")
    text, gap, signatures = note.rpartition(b"\n\n")
    if not gap or not signatures.endswith(b"\n"):
        raise LedgerError("The note has no signatures. Mend: give a signed checkpoint.")
    text += b"\n"
    found = [_signature(line) for line in _lines(signatures)]
    ours = [signature for name, key_id, signature in found if (name, key_id) == (key.name, key.key_id)]
    if len(ours) != 1 or not key.accepts(text, ours[0]):
        raise LedgerError(f"The note is not signed by {key.name} {key.fingerprint}. Mend: do not trust it.")
    return _parsed(text)


def _parsed(text: bytes) -> Checkpoint:
    lines = _lines(text)
    if len(lines) < 3:
        raise LedgerError("The note has fewer than three lines. Mend: give a signed checkpoint.")
    origin, size, root, *extensions = lines
    if not SIZE.fullmatch(size):
        raise LedgerError(f"{size[:40]!r} is no size. Mend: give it in digits without leading zeros.")
    checkpoint = Checkpoint(origin, int(size), unbase64(root), tuple(extensions))
    if checkpoint.text() != text:
        raise LedgerError(f"The head of {origin} is not written as it must be. Mend: take it as it was signed.")
    return checkpoint


def _lines(raw: bytes) -> list[str]:
    try:
        return raw.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise LedgerError("The note is no UTF-8. Mend: take it as it was signed.") from error


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match line.split(" "):
        case ["—", str(name), str(coded)] if name and "+" not in name:
            raw = unbase64(coded)
            if len(raw) > 4:
                return name, raw[:4], raw[4:]
    raise LedgerError(f"{line[:60]!r} is no line of a signature. Mend: take the note as it was signed.")
