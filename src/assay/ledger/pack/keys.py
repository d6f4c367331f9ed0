"""The public keys of a ledger as a pack holds them: one list with the statements of who handed over to whom, and each key as PEM."""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.errors import LedgerError
from assay.ledger.canonical import Json, canonical
from assay.ledger.keyring import Keyring
from assay.ledger.pack.manifest import PackFile
from assay.ledger.sign import PublicKey, Signer, base64, unbase64
from assay.ledger.store import Store

SCHEMA = "assay/keys/v1"
LIST = "keys/keys.json"


def key_files(ledger: Store, ring: Keyring, signers: Sequence[Signer]) -> tuple[PackFile, ...]:
    """The keys of the ledger and of all signers. Raises `LedgerError` if the first signer does not hold the ledger's present key."""
    if not signers or signers[0].public.raw != ring.current.raw:
        raise LedgerError(f"The ledger is signed by the key {ring.current.fingerprint}. Mend: sign the pack with it.")
    own = [key for _, key in ring.keys]
    keys = [*own, *(each.public for each in signers if each.public.raw not in {key.raw for key in own})]
    content: Json = {
        "schema": SCHEMA,
        "keys": [{"name": key.name, "fingerprint": key.fingerprint, "key": base64(key.raw)} for key in keys],
        "rotations": _rotations(ledger),
        "revocations": [{"sequence": since, "fingerprint": fingerprint} for since, fingerprint in ring.revoked],
    }
    pems = (PackFile(f"keys/{key.fingerprint}.pem", _pem(key), "application/x-pem-file", "ledger") for key in keys)
    return (PackFile(LIST, canonical(content), "application/json", "ledger"), *pems)


def _rotations(ledger: Store) -> list[Json]:
    found: list[Json] = []
    for sealed in ledger.of_type("key-rotation"):
        body = ledger.body(sealed.entry.payload)
        assert isinstance(body, Mapping)
        old, new = (PublicKey("key", unbase64(str(body[name]))).fingerprint for name in ("old", "new"))
        signed: dict[str, Json] = {"at": body["at"], "by_old": body["by_old"], "by_new": body["by_new"]}
        found.append({"sequence": sealed.sequence, "old": old, "new": new, **signed})
    return found


def _pem(key: PublicKey) -> bytes:
    return Ed25519PublicKey.from_public_bytes(key.raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
