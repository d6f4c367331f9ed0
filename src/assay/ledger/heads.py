"""The newest signed head, kept in a file beside the ledger as well: a ledger that lost its newest entries is shorter than it says."""

import os
from pathlib import Path

from assay.errors import LedgerError
from assay.ledger.chain import instant
from assay.ledger.checkpoint import Checkpoint, opened, signed
from assay.ledger.keyring import Keyring
from assay.ledger.sign import Signer
from assay.ledger.store import Store

FILE = "head"


def head_of(store: Store, origin: str, size: int = 0) -> Checkpoint:
    """The head of the ledger at a size; 0 takes the newest. Raises `LedgerError` for an empty ledger."""
    last = store.entry(size) if size else store.head()
    if last is None:
        raise LedgerError(f"The ledger has no entry {size or 1}. Mend: record a run first.")
    lines = (f"head {last.hash}", f"at {instant(last.recorded_at)}")
    return Checkpoint(origin, last.sequence, store.root(last.sequence), lines)


def sign(store: Store, signer: Signer, file: Path) -> bytes:
    """Sign the head, keep it in the ledger and in the file; gives the note."""
    head = head_of(store, signer.public.name)
    note = signed(head, signer)
    store.keep(head.size, note)
    written(file, note)
    return note


def written(file: Path, note: bytes) -> None:
    """Put a note into a file, whole or not at all."""
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with part.open("wb") as stream:
            stream.write(note)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise LedgerError(f"{file}: the head cannot be written: {error.strerror}. Mend: make room for it.") from error


def misfit(store: Store, note: bytes, keys: Keyring) -> str:
    """Why a ledger is not the one of which this head was signed, or lost entries since; empty if it grew from there."""
    size = stated_size(note)
    head = store.head()
    if head is None or head.sequence < size:
        return f"the ledger has {head.sequence if head else 0} entries, and {size} were signed: the newest are gone"
    try:
        checkpoint = opened(note, keys.at(size))
    except LedgerError as error:
        return f"the head of size {size} is not trusted: {error}"
    if checkpoint.origin != keys.origin:
        return f"the head is that of {checkpoint.origin}, and this ledger is {keys.origin}"
    if store.root(size) != checkpoint.root:
        return f"the first {size} entries are not those that were signed"
    return ""


def stated_size(note: bytes) -> int:
    """The size that a note states, before anything is verified. Raises `LedgerError` if it states none."""
    lines = note.split(b"\n", 2)
    if len(lines) == 3 and lines[1].isdigit() and len(lines[1]) < 19:
        return int(lines[1])
    raise LedgerError("The note states no size. Mend: give a signed checkpoint.")
