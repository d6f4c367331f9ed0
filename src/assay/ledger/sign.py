"""Ed25519 keys (RFC 8032): what signs heads and packs, and what verifies them.

Trust comes from a fingerprint that was received out of band, never from a key that lies beside what it signed.
"""

import hashlib
import os
import stat
import subprocess
from base64 import b64decode, b64encode
from binascii import Error
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from assay.errors import LedgerError

ED25519 = b"\x01"
"""The algorithm's byte in a signed note (C2SP signed-note)."""
PATIENCE = 30.0
"""Seconds that an external signer may take."""


class PublicKey(Struct, frozen=True):
    """What a signature is verified with."""

    name: str
    """Who signs, as it stands in a signed note: no spaces, no plus sign."""
    raw: bytes
    """The 32 bytes of RFC 8032."""

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(each.isspace() or not each.isprintable() for each in self.name):
            raise LedgerError(f"The key name {self.name!r} will not do. Mend: no spaces and no plus sign.")
        if len(self.raw) != 32:
            raise LedgerError(f"The key of {self.name} has {len(self.raw)} bytes. Mend: give an Ed25519 key of 32.")

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the key, in hexadecimal digits: what two people compare out of band."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signed note names the key. Source: C2SP signed-note."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether this key signed these very bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """Whatever holds a private key."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature. Raises `LedgerError` if the key cannot be used."""


class KeyFile(Struct, frozen=True):
    """A signer of which the private key lay in a file."""

    public: PublicKey
    secret: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        return self.secret.sign(message)


class Command(Struct, frozen=True):
    """A signer outside of Assay: it reads the message on its input and writes the signature, in base64, on one line.

    It ends with 0 if it signed. What it wrote is verified before it is used, so a wrong key is told at once.
    """

    public: PublicKey
    words: tuple[str, ...]
    """The program and its arguments; no shell reads them."""

    def sign(self, message: bytes) -> bytes:
        what = f"The signer {self.words[0]}"
        try:
            done = subprocess.run(self.words, input=message, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - the owner's own program
        except (OSError, subprocess.TimeoutExpired) as error:
            raise LedgerError(f"{what} does not answer: {error}. Mend: run it by hand.") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[:200]
            raise LedgerError(f"{what} ended with {done.returncode}: {said}. Mend: run it by hand.")
        signature = unbase64(done.stdout.decode(errors="replace").strip())
        if not self.public.accepts(message, signature):
            raise LedgerError(
                f"{what} did not sign with the key of {self.public.name}. Mend: name the key that it holds."
            )
        return signature


def create(path: Path, name: str) -> KeyFile:
    """A new key in a new file that only its owner may read. Raises `LedgerError` if there is a file already."""
    secret = Ed25519PrivateKey.generate()
    form, wrap = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - opened already, so that nobody reads it in between
            file.write(secret.private_bytes(serialization.Encoding.PEM, form, wrap))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # whole or not at all, and never over another
    except OSError as error:
        raise LedgerError(f"{path}: a key cannot be written: {error.strerror}. Mend: name a new file.") from error
    finally:
        part.unlink(missing_ok=True)
    return _signer(secret, name)


def load(path: Path, name: str) -> KeyFile:
    """The key in a file (PEM, PKCS #8). Raises `LedgerError` if others than its owner may read the file, or it holds no key."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise LedgerError(f"{path}: the key cannot be read: {error.strerror}. Mend: name the key file.") from error
    with open(descriptor, "rb") as file:  # noqa: PTH123 - the mode must be that of the file that is read
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o177:
            raise LedgerError(f"{path}: others than its owner may read this key. Mend: chmod 600 {path}")
        text = file.read()
    try:
        secret = serialization.load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise LedgerError(f"{path}: this is no private key. Mend: give one in PEM without a passphrase.") from error
    if not isinstance(secret, Ed25519PrivateKey):
        raise LedgerError(f"{path}: this key is not for Ed25519. Mend: openssl genpkey -algorithm ed25519")
    return _signer(secret, name)


def base64(raw: bytes) -> str:
    """Bytes as RFC 4648 §4 writes them."""
    return b64encode(raw).decode()


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one spelling. Raises `LedgerError` for any other, as with stray bits at the end."""
    try:
        raw = b64decode(text, validate=True)
    except (Error, ValueError) as error:
        raise LedgerError(f"{text[:40]!r} is no base64. Mend: take it as it was written.") from error
    if base64(raw) != text:
        raise LedgerError(f"{text[:40]!r} is not the one spelling of its bytes. Mend: take it as it was written.")
    return raw


def _signer(secret: Ed25519PrivateKey, name: str) -> KeyFile:
    return KeyFile(PublicKey(name, secret.public_key().public_bytes_raw()), secret)
