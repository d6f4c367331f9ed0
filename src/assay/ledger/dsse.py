"""Signed statements: in-toto Statement v1 in a DSSE envelope, verified first and then read from the same bytes.

Source: the DSSE protocol v1.0.2 and in-toto attestation framework v1. The signature covers the type and the exact bytes, so nothing is
read before it is known who wrote it.
"""

from collections.abc import Sequence

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger.canonical import Json, canonical, read_canonical
from assay.ledger.sign import PublicKey, Signer, base64, unbase64

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


class Subject(Struct, frozen=True):
    """What a statement is about."""

    name: str
    sha256: str
    """In hexadecimal digits."""


class Statement(Struct, frozen=True):
    """What is said about the subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    """A URI that says how to read the predicate."""
    predicate: Json

    def body(self) -> bytes:
        """The canonical bytes that are signed, within `pae`."""
        subjects: list[Json] = [{"name": each.name, "digest": {"sha256": each.sha256}} for each in self.subjects]
        head: dict[str, Json] = {"_type": STATEMENT_TYPE, "subject": subjects}
        return canonical({**head, "predicateType": self.predicate_type, "predicate": self.predicate})


def pae(payload_type: str, body: bytes) -> bytes:
    """The pre-authentication encoding: what is signed in truth. Source: DSSE protocol, "PAE"."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def enveloped(statement: Statement, *signers: Signer) -> bytes:
    """The envelope, in canonical JSON, with one signature a signer. Raises `LedgerError` without signers."""
    if not signers:
        raise LedgerError("Nobody signs the statement. Mend: name a key.")
    body = statement.body()
    message = pae(PAYLOAD_TYPE, body)
    signatures = [{"keyid": each.public.fingerprint, "sig": base64(each.sign(message))} for each in signers]
    return canonical({"payload": base64(body), "payloadType": PAYLOAD_TYPE, "signatures": signatures})


def opened(envelope: bytes, keys: Sequence[PublicKey]) -> Statement:
    """The statement of an envelope of which every signature is by one of the trusted keys.

    Raises `LedgerError` if there is no signature, one is by somebody else or does not fit, or a byte is not as the format says.
    """
    match read_canonical(envelope):
        case {
            "payload": str(payload),
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [_, *_] as signatures,
            **more,
        } if not more:
            body = unbase64(payload)
            for signature in signatures:
                _accept(signature, pae(PAYLOAD_TYPE, body), keys)
            return _statement(body)
    raise LedgerError("This is no signed envelope of an in-toto statement. Mend: take it as it was written.")


def _accept(signature: Json, message: bytes, keys: Sequence[PublicKey]) -> None:
    match signature:
        case {"keyid": str(key_id), "sig": str(coded), **more} if not more:
            found = [key for key in keys if key.fingerprint == key_id]
            if not found:
                raise LedgerError(f"The signer {key_id[:64]} is not known. Mend: get the fingerprint out of band.")
            if not found[0].accepts(message, unbase64(coded)):
                raise LedgerError(f"The signature of {found[0].name} does not fit. Mend: do not trust the envelope.")
        case _:
            raise LedgerError("A signature has no key id or no value. Mend: take the envelope as it was written.")


def _statement(body: bytes) -> Statement:
    match read_canonical(body):
        case {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [_, *_] as subjects,
            "predicateType": str(kind),
            "predicate": predicate,
            **more,
        } if not more:
            return Statement(tuple(_subject(each) for each in subjects), kind, predicate)
    raise LedgerError("The envelope holds no in-toto Statement v1. Mend: take it as it was written.")


def _subject(subject: Json) -> Subject:
    match subject:
        case {"name": str(name), "digest": {"sha256": str(sha256), **others}, **more} if not more and not others:
            return Subject(name, sha256)
    raise LedgerError("A subject has no name or no SHA-256. Mend: take the statement as it was written.")
