"""Writes to a ledger of a project: one session at a time, each ending with a signed head.

A session makes what is missing (folder, key, ledger, first entry), refuses a ledger that is shorter than its signed head, appends
facts, and signs the new head into the ledger and into the file beside it.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from assay.errors import LedgerError
from assay.ledger import heads
from assay.ledger.chain import Sealed
from assay.ledger.encoding import encoded
from assay.ledger.keyring import Keyring, keyring, opening_of
from assay.ledger.opening import existing, opened
from assay.ledger.sign import Command, PublicKey, Signer, create, load, unbase64
from assay.ledger.sqlite import Ledger
from assay.ledger.store import Clock, Fact

IGNORED = "# Evidence and its key: kept here, never in version control.\n*\n"
HOME = ".assay"
"""The folder beside a project in which its ledger lies."""


class Places(Struct, frozen=True):
    """Where a ledger lies and who signs."""

    ledger: Path
    key: Path
    signer: tuple[str, ...] = ()
    """An outside program that signs instead of the key file."""
    signer_key: str = ""
    """Its public key: 32 bytes in base64."""

    @property
    def head(self) -> Path:
        """The file with the newest signed head."""
        return self.ledger.with_name(heads.FILE)


class Session(Struct, frozen=True):
    """A ledger that this process alone writes to."""

    ledger: Ledger
    signer: Signer
    head: Path
    clock: Clock
    actor: str
    is_new: bool
    """Whether ledger and key were made just now."""

    def remember(self, facts: Sequence[Fact]) -> tuple[Sealed, ...]:
        """Append facts and sign the new head."""
        sealed = self.ledger.append(facts, self.clock)
        heads.sign(self.ledger, self.signer, self.head)
        return sealed

    def fact(self, subject: str, noun: object, *blobs: bytes) -> Fact:
        """A fact that is put down to who runs this."""
        body = encoded(noun)
        type_ = str(body["schema"]).split("/")[1]
        return Fact(type_, self.actor, self.clock(), subject, body, blobs)


@contextmanager
def writing(places: Places, actor: str, version: str, clock: Clock) -> Iterator[Session]:
    """A session on the ledger, made if there is none. Raises `LedgerError` if nothing can or must be written there."""
    folders(places)
    with _alone(places.ledger), opened(places.ledger) as ledger:
        is_new = ledger.head() is None
        signer = _signer(ledger, places, is_new=is_new)
        session = Session(ledger, signer, places.head, clock, actor, is_new)
        if is_new:
            _refuse_lost(places)
            opening = opening_of(signer.public.name.partition("/")[2], version, signer.public)
            session.remember([session.fact(opening.origin, opening)])
        _accept(ledger, signer, places)
        yield session


@contextmanager
def reading(places: Places) -> Iterator[Ledger]:
    """The ledger, to be looked at. Raises `LedgerError` if there is none."""
    with existing(places.ledger) as ledger:
        yield ledger


def folders(places: Places) -> None:
    """Make the folders of a ledger; a `.assay` folder keeps itself out of version control."""
    for folder in {places.ledger.parent, places.key.parent}:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = folder / ".gitignore"
            if folder.name == HOME and not ignore.exists():
                ignore.write_text(IGNORED, encoding="utf-8")
        except OSError as error:
            raise LedgerError(
                f"{folder}: nothing can be kept here: {error.strerror}. Mend: name another place."
            ) from error


def _signer(ledger: Ledger, places: Places, *, is_new: bool) -> Signer:
    if is_new:
        name = f"assay.ledger/{secrets.token_hex(8)}"
        if places.signer:
            return _outside(places, name)
        return load(places.key, name) if places.key.exists() else create(places.key, name)
    name = keyring(ledger).origin
    if not name:
        raise LedgerError(f"{places.ledger}: its first entry opens no ledger. Mend: move it away; a new one is made.")
    return _outside(places, name) if places.signer else load(places.key, name)


def _outside(places: Places, name: str) -> Signer:
    return Command(PublicKey(name, unbase64(places.signer_key)), places.signer)


def _refuse_lost(places: Places) -> None:
    if places.head.exists():
        raise LedgerError(
            f"{places.ledger}: the ledger is gone, and {places.head.name} beside it says that there was one. "
            f"Mend: restore it from a copy; to begin anew, move {places.head.name} away."
        )


def _accept(ledger: Ledger, signer: Signer, places: Places) -> None:
    """Refuse a ledger that lost entries, and a key that is not its own."""
    keys = keyring(ledger)
    if signer.public != keys.current:
        raise LedgerError(
            f"{places.key}: the key {signer.public.fingerprint[:16]} is not that of the ledger, {keys.current.fingerprint[:16]}. "
            "Mend: put its own key there; only that one can hand over to another (assay evidence rotate)."
        )
    reason = behind(ledger, keys, places.head)
    if reason:
        raise LedgerError(f"{places.ledger}: {reason}. Mend: restore it from a copy; assay evidence verify tells more.")


def behind(ledger: Ledger, keys: Keyring, head: Path) -> str:
    """Why the ledger is not the one whose head lies beside it; empty if it is, or no head is there."""
    try:
        note = head.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"its head {head} cannot be read: {error.strerror}"
    return heads.misfit(ledger, note, keys)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """The only session on a ledger: what is compared with the run before must not change meanwhile."""
    try:
        descriptor = os.open(path.with_name("lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerError(
            f"{path.parent}: no ledger can be kept here: {error.strerror}. Mend: name another place."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
