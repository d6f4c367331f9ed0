"""Timestamps (RFC 3161): an authority that the keeper of a ledger does not run says that a signed head existed by a moment.

Nothing is sent from here: a request is made and waits in a folder beside the ledger until an answer to it verifies. The answer is kept
as it was received, with the certificates that it was verified by.
"""

import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from msgspec import Struct
from rfc3161_client import TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response

from assay.errors import LedgerError
from assay.ledger.encoding import decoded
from assay.ledger.heads import stated_size, written
from assay.ledger.lines import attachment
from assay.ledger.store import Store
from assay.model.evidence import Timestamp

FOLDER = "timestamps"
PATIENCE = 60.0
"""Seconds that an authority may take."""


class Request(Struct, frozen=True):
    """A head that waits to be stamped."""

    folder: Path
    size: int

    @property
    def note(self) -> bytes:
        """The signed head."""
        return self._file("note").read_bytes()

    @property
    def query(self) -> bytes:
        """What the authority is sent: DER."""
        return self._file("tsq").read_bytes()

    @property
    def nonce(self) -> int:
        """Which the answer must repeat."""
        return int(self._file("nonce").read_text(encoding="ascii"))

    @property
    def answer(self) -> Path:
        """Where an answer is put by hand."""
        return self._file("tsr")

    def close(self) -> None:
        """Forget it: it was answered."""
        for kind in ("tsr", "nonce", "note", "tsq"):
            self._file(kind).unlink(missing_ok=True)

    def _file(self, kind: str) -> Path:
        return self.folder / f"{self.size}.{kind}"


def queued(ledger: Path, note: bytes) -> Request:
    """The head put among those that wait; once only."""
    folder = ledger.with_name(FOLDER)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = Request(folder, stated_size(note))
    if not (folder / f"{found.size}.tsq").exists():
        made = TimestampRequestBuilder().data(note).nonce(nonce=True).cert_request(cert_request=True).build()
        written(folder / f"{found.size}.note", note)
        written(folder / f"{found.size}.nonce", str(made.nonce).encode())
        written(folder / f"{found.size}.tsq", made.as_bytes())
    return found


def waiting(ledger: Path) -> Iterator[Request]:
    """All that wait, smallest head first."""
    folder = ledger.with_name(FOLDER)
    sizes = sorted(int(path.stem) for path in folder.glob("*.tsq") if path.stem.isdigit())
    yield from (Request(folder, size) for size in sizes)


def asked(request: Request, words: Sequence[str]) -> bytes:
    """What a program answers that sends its input to an authority. Raises `LedgerError` if it fails; the request waits on."""
    try:
        done = subprocess.run(words, input=request.query, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - the owner's own program
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LedgerError(f"{words[0]} does not answer: {error}. Mend: run it by hand.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[:200]
        raise LedgerError(f"{words[0]} ended with {done.returncode}: {said}. Mend: run it by hand.")
    return done.stdout


def certificates(path: Path) -> list[Certificate]:
    """The certificates in a PEM file. Raises `LedgerError` if there are none."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise LedgerError(
            f"{path}: no certificate can be read: {error}. Mend: give the authority's root as PEM."
        ) from error


def stamped(request: Request, answer: bytes, roots: Path) -> tuple[Timestamp, tuple[bytes, ...]]:
    """The fact that an answer states, with its attachments. Raises `LedgerError` for one that does not verify."""
    at, authority = verified(answer, request.note, roots, request.nonce)
    named = (
        attachment("response", "application/timestamp-reply", answer),
        attachment("request", "application/timestamp-query", request.query),
        attachment("roots", "application/x-pem-file", roots.read_bytes()),
    )
    digest = hashlib.sha256(request.note).hexdigest()
    fact = Timestamp(request.size, digest, at, authority, named)
    return fact, (answer, request.query, roots.read_bytes())


def faults(store: Store, roots: Path) -> Iterator[str]:
    """What is wrong with the timestamps that a ledger keeps."""
    notes = dict(store.checkpoints())
    for sealed in store.of_type("timestamp"):
        fact = decoded(Timestamp, store.body(sealed.entry.payload))
        note = notes.get(fact.size, b"")
        answer = next((each.digest for each in fact.attachments if each.name == "response"), "")
        try:
            at, _ = verified(store.attachment(answer), note, roots)
        except LedgerError as error:
            yield f"entry {sealed.sequence}: {error}"
            continue
        if at != fact.stamped_at:
            yield f"entry {sealed.sequence}: the timestamp says {at}, and the entry {fact.stamped_at}"


def verified(answer: bytes, note: bytes, roots: Path, nonce: int | None = None) -> tuple[datetime, str]:
    """When the authority saw the note, and its name. Raises `LedgerError` for an answer that does not verify."""
    builder = VerifierBuilder(nonce=nonce)
    for root in certificates(roots):
        builder = builder.add_root_certificate(root)
    try:
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, note)
    except (VerificationError, ValueError) as error:
        raise LedgerError(f"The timestamp does not verify: {error}. Mend: ask the authority again.") from error
    names = sorted(_name(each) for each in response.signed_data.certificates)
    return response.tst_info.gen_time.astimezone(UTC), ", ".join(names) or "unnamed"


def _name(certificate: bytes) -> str:
    return load_der_x509_certificate(certificate).subject.rfc4514_string()
