"""The public keys of a ledger, in the order in which they signed, and the statements with which one handed over to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.errors import LedgerError
from assay.ledger.canonical import Json, canonical
from assay.ledger.pack.manifest import PackFile
from assay.ledger.sign import PublicKey, Signer, base64, unbase64
from assay.ledger.store import Store

SCHEMA = "assay/keys/v1"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Who may sign for a ledger."""

    origin: str
    keys: tuple[PublicKey, ...]
    """The first to the present one."""
    rotations: tuple[Json, ...]
    revocations: tuple[Json, ...]

    @property
    def present(self) -> PublicKey:
        """The key that signs now."""
        return self.keys[-1]

    def files(self, others: Sequence[PublicKey]) -> tuple[PackFile, ...]:
        """The keys as a pack holds them: all in one list, and each as PEM for `openssl`; `others` sign beside the ledger's own."""
        keys = [*self.keys, *(key for key in others if key.raw not in {own.raw for own in self.keys})]
        listed: Json = [{"name": key.name, "fingerprint": key.fingerprint, "key": base64(key.raw)} for key in keys]
        ring = canonical(
            {"schema": SCHEMA, "keys": listed, "rotations": self.rotations, "revocations": self.revocations}
        )
        pems = (PackFile(f"keys/{key.fingerprint}.pem", _pem(key), "application/x-pem-file", "ledger") for key in keys)
        return (PackFile("keys/keys.json", ring, "application/json", "ledger"), *pems)


def keyring(ledger: Store, signers: Sequence[Signer]) -> Keyring:
    """The keys that the ledger names. Raises `LedgerError` if the first signer does not hold the present one."""
    first = ledger.entry(1)
    if first is None or first.entry.type != "ledger":
        raise LedgerError("The ledger has no entries, so there is nothing to hand out. Mend: run assay scan first.")
    match ledger.body(first.entry.payload):
        case {"origin": str(origin), "key": str(coded)}:
            keys = [PublicKey(origin, unbase64(coded))]
        case _:
            raise LedgerError("The first entry does not say whose key signs. Mend: use the Assay that wrote the ledger.")
    rotations: list[Json] = []
    for sealed in ledger.of_type("key-rotation"):
        body = ledger.body(sealed.entry.payload)
        assert isinstance(body, Mapping)
        old, new = PublicKey(origin, unbase64(str(body["old"]))), PublicKey(origin, unbase64(str(body["new"])))
        keys.append(new)
        stated: dict[str, Json] = {"at": body["at"], "by_old": body["by_old"], "by_new": body["by_new"]}
        rotations.append({"sequence": sealed.sequence, "old": old.fingerprint, "new": new.fingerprint, **stated})
    revoked: list[Json] = [
        {"sequence": sealed.sequence, "fingerprint": sealed.entry.subject} for sealed in ledger.of_type("key-revocation")
    ]
    if not signers or signers[0].public != keys[-1]:
        raise LedgerError(f"The ledger is signed by {keys[-1].fingerprint}. Mend: name that key with --signing-key.")
    return Keyring(origin, tuple(keys), tuple(rotations), tuple(revoked))


def _pem(key: PublicKey) -> bytes:
    return Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
