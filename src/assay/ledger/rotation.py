"""One key hands over to the next: a statement that both have signed, so that neither can be slipped in alone."""

from datetime import datetime

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.canonical import canonical
from assay.ledger.chain import instant
from assay.ledger.sign import PublicKey, Signer, base64

SCHEMA = "assay/key-rotation/v1"


class Rotation(Struct, frozen=True):
    """From when on which key signs instead of which."""

    old: PublicKey
    new: PublicKey
    at: datetime
    """In UTC."""
    by_old: bytes
    by_new: bytes

    def body(self) -> bytes:
        """The canonical bytes that both keys sign."""
        return _body(self.old, self.new, self.at)


def rotate(old: Signer, new: Signer, at: datetime) -> Rotation:
    """The statement, signed by both. Raises `LedgerError` if both are the same key."""
    if old.public.raw == new.public.raw:
        raise LedgerError(f"{new.public.name} is the key that signs already. Mend: make a new key.")
    body = _body(old.public, new.public, at)
    return Rotation(old.public, new.public, at, old.sign(body), new.sign(body))


def successor(rotation: Rotation, trusted: PublicKey) -> PublicKey:
    """The key to trust from `rotation.at` on. Raises `LedgerError` unless the trusted key and the new one both signed."""
    if rotation.old != trusted:
        raise LedgerError(f"The rotation is not from the key of {trusted.name}. Mend: follow rotations in their order.")
    body = rotation.body()
    if not trusted.accepts(body, rotation.by_old):
        raise LedgerError(f"The rotation is not signed by {trusted.name}. Mend: do not trust {rotation.new.name}.")
    if not rotation.new.accepts(body, rotation.by_new):
        raise LedgerError(f"The rotation is not signed by {rotation.new.name}. Mend: do not trust it.")
    return rotation.new


def _body(old: PublicKey, new: PublicKey, at: datetime) -> bytes:
    return canonical(
        {
            "schema": SCHEMA,
            "at": instant(at),
            "old": {"name": old.name, "key": base64(old.raw)},
            "new": {"name": new.name, "key": base64(new.raw)},
        }
    )
