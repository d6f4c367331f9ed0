"""Reads a whole ledger and says whether everything in it is what was recorded: chain, bodies, attachments, signed heads.

Nothing here rests on what the store computes: every hash is made anew from the bytes that were kept.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from assay.errors import LedgerError
from assay.ledger import merkle
from assay.ledger.canonical import Json, read_canonical
from assay.ledger.chain import NOTHING, Broken, Intact, Sealed, misfit, unsealed
from assay.ledger.checkpoint import opened
from assay.ledger.encoding import decoded
from assay.ledger.heads import stated_size
from assay.ledger.keyring import TYPES, Keyring
from assay.ledger.store import Store
from assay.model.decision import Removal

TOLD = frozenset({*TYPES, "removal"})
"""Types of entries that say something of the ledger itself."""
ATTACHED = b'"attachments":[{'
"""Stands in every body that names attachments, and in no text within one: quotation marks are escaped there."""


class Verified(Struct, frozen=True):
    """What a reading of the whole ledger showed."""

    outcome: Intact | Broken
    """Of the entries with their bodies and attachments."""
    origin: str
    key: str
    """Fingerprint of the key that signed the newest head; "" when none is."""
    checkpoints: int
    """Signed heads that fit."""
    signed: int
    """Entries that the newest signed head covers."""
    faults: tuple[str, ...]
    """What was changed, besides the first entry that does not fit."""
    gaps: tuple[str, ...]
    """What could not be shown."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed, as far as can be seen."""
        return isinstance(self.outcome, Intact) and not self.faults


class Reading(Struct):
    """One pass over a ledger."""

    store: Store
    notes: dict[int, bytes]
    """Signed heads that are still to be met, by size."""
    keys: Keyring = field(default_factory=Keyring)
    tree: merkle.Growing = field(default_factory=merkle.Growing)
    last: Sealed | None = None
    faults: list[str] = field(default_factory=list)
    fitting: list[tuple[int, str]] = field(default_factory=list)
    """(size, fingerprint of the signer) of heads that fit."""
    attached: dict[str, int] = field(default_factory=dict)
    """Digest of each attachment that was missing: the entry that names it."""
    sound: set[str] = field(default_factory=set)
    """Digests of attachments that are what was recorded."""
    removed: set[str] = field(default_factory=set)

    def entries(self) -> Intact | Broken:
        """Take every entry in; the first that does not fit ends it."""
        texts = self.store.texts()
        place = 0
        while True:
            place += 1
            try:
                found = next(texts, None)
                if found is None:
                    return Intact(self.last.sequence, self.last.hash) if self.last else Intact(0, NOTHING)
                raw, hash_ = found
                sealed = unsealed(raw, hash_)
                reason = misfit(sealed, self.last, place, raw)
                if reason:
                    return Broken(place, reason)
                self._take(sealed, raw)
            except LedgerError as error:
                return Broken(place, f"entry {place}: {error}")

    def _take(self, sealed: Sealed, raw: bytes) -> None:
        self.last = sealed
        self._body(sealed)
        self.tree.add(merkle.leaf(raw))
        if note := self.notes.pop(sealed.sequence, None):
            self._head(sealed.sequence, note)

    def _body(self, sealed: Sealed) -> None:
        text = self.store.body_text(sealed.entry.payload)
        if sealed.entry.type not in TOLD and ATTACHED not in text:
            return
        body = read_canonical(text)
        if sealed.entry.type in TYPES:
            self.keys.learn(sealed, body)
        if sealed.entry.type == "removal":
            self.removed.add(decoded(Removal, body).digest)
        for digest in attachments(body):
            if digest in self.sound:
                continue
            try:
                self.store.attachment(digest)
                self.sound.add(digest)
            except LedgerError:
                self.attached.setdefault(digest, sealed.sequence)

    def _head(self, size: int, note: bytes) -> None:
        try:
            key = self.keys.at(size)
            checkpoint = opened(note, key)
        except LedgerError as error:
            self.faults.append(f"checkpoint {size}: {error}")
            return
        if checkpoint.size != size or checkpoint.root != self.tree.root() or checkpoint.origin != self.keys.origin:
            self.faults.append(f"checkpoint {size}: it is not the head of the first {size} entries")
        else:
            self.fitting.append((size, key.fingerprint))


def verified(store: Store, heads: Sequence[bytes] = (), fingerprint: str = "") -> Verified:
    """Read everything. `heads` are signed heads held elsewhere, `fingerprint` is that of the key, received out of band."""
    outside = {stated_size(note): note for note in heads}
    reading = Reading(store, dict(store.checkpoints()))
    twice = [size for size in outside if reading.notes.get(size, outside[size]) != outside[size]]
    reading.notes |= outside
    outcome = reading.entries()
    faults = list(reading.faults)
    faults += [f"checkpoint {size}: the ledger keeps another of this size" for size in twice]
    count = reading.last.sequence if reading.last else 0
    if isinstance(outcome, Intact):
        faults += [f"checkpoint {size}: the ledger has {count} entries only" for size in sorted(reading.notes)]
    missing = {digest: at for digest, at in reading.attached.items() if digest not in reading.removed}
    faults += [f"entry {at}: its attachment {digest} is gone or was changed" for digest, at in sorted(missing.items())]
    size, signer = reading.fitting[-1] if reading.fitting else (0, "")
    if fingerprint and not reading.keys.knows(fingerprint):
        faults.append(f"the ledger is not signed by the key {fingerprint}")
    return Verified(
        outcome=outcome,
        origin=reading.keys.origin,
        key=signer,
        checkpoints=len(reading.fitting),
        signed=size,
        faults=tuple(faults),
        gaps=tuple(_gaps(count, size, fingerprint)),
    )


def attachments(body: Json) -> Iterator[str]:
    """The digests of the attachments that a body names."""
    named = body.get("attachments") if isinstance(body, Mapping) else None
    for each in named if isinstance(named, list) else ():
        if isinstance(each, Mapping) and isinstance(digest := each.get("digest"), str):
            yield digest


def _gaps(count: int, signed: int, fingerprint: str) -> Iterator[str]:
    if signed < count:
        yield f"no signed head covers the {count - signed} newest of {count} entries"
    if signed and not fingerprint:
        yield "integrity only, signer unknown: no key fingerprint was given to compare with"
