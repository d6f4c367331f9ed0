"""Which key signs the heads of a ledger at which size: the first entry names it, rotations hand on, revocations end it."""

from collections.abc import Iterable

from msgspec import Struct, field

from assay.errors import LedgerError
from assay.ledger.chain import Sealed
from assay.ledger.encoding import decoded
from assay.ledger.rotation import Rotation, successor
from assay.ledger.sign import PublicKey, base64, unbase64
from assay.ledger.store import Store
from assay.model.decision import KeyRevocation
from assay.model.evidence import KeyRotation, Opening

TYPES = ("ledger", "key-rotation", "key-revocation")
"""Of the entries that tell."""


class Keyring(Struct):
    """The keys of one ledger, as its entries tell, in their order."""

    origin: str = ""
    keys: list[tuple[int, PublicKey]] = field(default_factory=list)
    """(from which sequence on, key)."""
    revoked: list[tuple[int, str]] = field(default_factory=list)
    """(from which sequence on, fingerprint)."""

    def learn(self, sealed: Sealed, body: object) -> None:
        """Take in an entry of one of `TYPES`. Raises `LedgerError` for one that cannot be: a second opening, a forged rotation."""
        match sealed.entry.type:
            case "ledger":
                opening = decoded(Opening, body)  # type: ignore[arg-type]  # whatever it is, `decoded` judges it
                if sealed.sequence != 1:
                    raise LedgerError(f"Entry {sealed.sequence} opens a ledger that is open. Mend: do not trust it.")
                self.origin = opening.origin
                self.keys.append((1, PublicKey(opening.origin, unbase64(opening.key))))
            case "key-rotation":
                rotation = decoded(KeyRotation, body)  # type: ignore[arg-type]  # whatever it is, `decoded` judges it
                self.keys.append((sealed.sequence, successor(self._stated(rotation), self.current)))
            case "key-revocation":
                revocation = decoded(KeyRevocation, body)  # type: ignore[arg-type]  # whatever it is, `decoded` judges it
                self.revoked.append((sealed.sequence, revocation.fingerprint))

    @property
    def current(self) -> PublicKey:
        """The key that signs now."""
        if not self.keys:
            raise LedgerError("No entry says whose key signs. Mend: the first entry of a ledger has to.")
        return self.keys[-1][1]

    def at(self, size: int) -> PublicKey:
        """The key that signs heads of a size. Raises `LedgerError` if it is revoked by then."""
        found = next((key for since, key in reversed(self.keys) if since <= size), None)
        if found is None:
            raise LedgerError(f"No entry says whose key signs a head of size {size}. Mend: do not trust it.")
        if any(since <= size and fingerprint == found.fingerprint for since, fingerprint in self.revoked):
            raise LedgerError(f"The key {found.fingerprint} is revoked. Mend: do not trust heads from {size} on.")
        return found

    def knows(self, fingerprint: str) -> bool:
        """Whether one of the keys has this fingerprint."""
        return any(key.fingerprint == fingerprint for _, key in self.keys)

    def _stated(self, rotation: KeyRotation) -> Rotation:
        old, new = (PublicKey(self.origin, unbase64(each)) for each in (rotation.old, rotation.new))
        return Rotation(old, new, rotation.at, unbase64(rotation.by_old), unbase64(rotation.by_new))


def keyring(store: Store) -> Keyring:
    """The keys that the entries of a ledger tell."""
    found = Keyring()
    for sealed in _in_order(store):
        found.learn(sealed, store.body(sealed.entry.payload))
    return found


def opening_of(id_: str, version: str, key: PublicKey) -> Opening:
    """What the first entry of a ledger says; its origin is the name of the key."""
    return Opening(id_, key.name, version, base64(key.raw), key.fingerprint)


def rotated(rotation: Rotation) -> KeyRotation:
    """A rotation as the fact that is remembered."""
    old, new = base64(rotation.old.raw), base64(rotation.new.raw)
    return KeyRotation(rotation.at, old, new, base64(rotation.by_old), base64(rotation.by_new))


def _in_order(store: Store) -> Iterable[Sealed]:
    found = [sealed for type_ in TYPES for sealed in store.of_type(type_)]
    return sorted(found, key=lambda sealed: sealed.sequence)
