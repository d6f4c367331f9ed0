"""Keyed digests of what was taken out of the evidence: whoever holds the key can match equal values, nobody else can guess them.

The key lies beside the ledger, in a file that only its owner may read, and never leaves it. Source: RFC 2104 (HMAC).
"""

import hmac
import os
import secrets
from pathlib import Path

from assay.errors import LedgerError

FILE = "redaction-key"
SIZE = 32


def key(folder: Path) -> bytes:
    """The key of a ledger's folder, made if there is none. Raises `LedgerError` if it cannot be read, or others may read it."""
    path = folder / FILE
    try:
        _make(path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - the mode must be that of the file that is read
            mode, found = os.fstat(descriptor).st_mode, file.read(SIZE + 1)
    except OSError as error:
        raise LedgerError(f"{path}: the key cannot be used: {error.strerror}. Mend: see who owns the file.") from error
    if mode & 0o077 or len(found) != SIZE:
        raise LedgerError(f"{path}: this is no key of its owner alone. Mend: chmod 600, or restore it from a copy.")
    return found


def keyed(secret: bytes, *parts: str) -> str:
    """HMAC-SHA-256 over the parts, of which none can be taken for two."""
    message = b"".join(len(raw).to_bytes(8, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.digest(secret, message, "sha256").hex()


def _make(path: Path) -> None:
    """A new key, whole or not at all, and never over another."""
    if path.exists():
        return
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - opened already, so that nobody reads it in between
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        return  # another process was faster: its key counts
    finally:
        part.unlink(missing_ok=True)
