"""The verification, one step after the other: whose signature, which files, which entries, which earlier heads.

A step trusts only what the steps before it established. When one fails, those after it are not taken, and it is said that they were not.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate

from assay_verify import archive, attachment, ledger, listing, signed, tree
from assay_verify.keys import FILE as KEYS
from assay_verify.keys import Key, Ring, ring
from assay_verify.ledger import ENTRIES, HEAD, PROOFS, Entry, Proofs
from assay_verify.listing import ENVELOPE, MANIFEST, SUMS, SUMS_SIGNATURE, Manifest
from assay_verify.outcome import Outcome, State, Step, Tampered, Verdict, tampered
from assay_verify.shape import time_of
from assay_verify.signed import Head
from assay_verify.text import Json
from assay_verify.tokens import stamps

NEEDED = (ENTRIES, HEAD, PROOFS, KEYS, ENVELOPE, MANIFEST, SUMS, SUMS_SIGNATURE)
KEPT = "the head that you kept"
NAMES = (
    "archive",
    "signer",
    "manifest",
    "files",
    "entries",
    "bodies",
    "attachments",
    "heads",
    "older head",
    "timestamps",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader knows from elsewhere."""

    fingerprints: tuple[str, ...] = ()
    older: bytes | None = None
    """A head of the same ledger that the reader has kept: a signed checkpoint."""
    wants_timestamp: bool = False
    roots: tuple[Certificate, ...] = ()
    """Of time-stamping authorities that the reader trusts."""


@dataclass(slots=True)
class Course:
    """What has been established so far."""

    asked: Asked
    steps: list[Step] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)

    def note(self, state: State, said: str, count: int = 0) -> None:
        """Put down the next step."""
        self.steps.append(Step(NAMES[len(self.steps)], state, said, count))


def verify(path: Path, asked: Asked) -> Outcome:
    """What the pack comes to. Raises `Unreadable` if it is no pack."""
    course = Course(asked)
    try:
        _follow(course, path)
    except Tampered as found:
        course.note(State.FAILED, f"{found.faults[0].place}: {found.faults[0].reason}", len(found.faults))
        while len(course.steps) < len(NAMES):
            course.note(State.SKIPPED, "not looked at")
        return Outcome(Verdict.TAMPERED, tuple(course.steps), found.faults, tuple(course.lacks))
    return Outcome(Verdict.INCOMPLETE if course.lacks else Verdict.VALID, tuple(course.steps), (), tuple(course.lacks))


def _follow(course: Course, path: Path) -> None:
    files = archive.files(path)
    for name in NEEDED:
        if name not in files:
            raise tampered(name, "is missing")
    course.note(State.OK, f"{len(files)} files, {sum(map(len, files.values())):,} bytes", len(files))
    keys = ring(files[KEYS], course.asked.fingerprints)
    listed = _manifest(course, files, keys)
    _files(course, files, listed, keys)
    bodies = _ledger(course, files, listed, keys)
    _timestamps(course, files, bodies, listed.size)
    course.lacks += [f"the pack says that it lacks {each}" for each in listed.lacks]


def _manifest(course: Course, files: Mapping[str, bytes], keys: Ring) -> Manifest:
    """The signer and the manifest, of which nothing is read before its digest is known to be signed."""
    statement = signed.statement(files[ENVELOPE], ENVELOPE, keys)
    who = ", ".join(f"{key.name} {key.fingerprint}" for key in statement.signers)
    if keys.is_pinned:
        course.note(State.OK, who, len(statement.signers))
    else:
        course.note(State.MISSING, f"integrity only, signer unknown: {who}")
        course.lacks.append("no fingerprint was given, so it is not known whose signature this is (--key)")
    subjects = dict(statement.subjects)
    if len(subjects) < len(statement.subjects):
        raise tampered(ENVELOPE, "names one subject twice")
    if subjects.get(MANIFEST) != sha256(files[MANIFEST]).hexdigest():
        raise tampered(MANIFEST, "was changed: its SHA-256 is not the one that was signed")
    listed = listing.manifest(files[MANIFEST])
    if subjects.get(f"{listed.origin}@{listed.size}") != listed.root:
        raise tampered(MANIFEST, "names another head of the ledger than the signature")
    _in_office(statement.signers, listed.size, ENVELOPE)
    window = f", {listed.window[0][:10]} to {listed.window[1][:10]}" if listed.window else ""
    course.note(State.OK, f"{listed.kind} {listed.subject}{window}, as of {listed.as_of:%Y-%m-%d %H:%M:%S} UTC")
    return listed


def _in_office(signers: Sequence[Key], size: int, place: str) -> None:
    for key in signers:
        if size >= key.until:
            raise tampered(place, f"is signed by {key.fingerprint[:16]}, which may not sign from entry {key.until} on")


def _files(course: Course, files: Mapping[str, bytes], listed: Manifest, keys: Ring) -> None:
    listing.compare(files, listed)
    if not any(key.signed(files[SUMS], files[SUMS_SIGNATURE]) for key in keys.keys if keys.find(key.fingerprint)):
        raise tampered(SUMS_SIGNATURE, f"is no signature of a trusted key over {SUMS}")
    course.note(
        State.OK,
        f"{len(listed.files)} files have the SHA-256 of the manifest, and there are no others",
        len(listed.files),
    )


def _ledger(course: Course, files: Mapping[str, bytes], listed: Manifest, keys: Ring) -> dict[str, Json]:
    head = signed.head(files[HEAD], HEAD, keys)
    if (head.origin, head.size, head.root.hex()) != (listed.origin, listed.size, listed.root):
        raise tampered(HEAD, "is not the head that the manifest names")
    _in_office([head.key], head.size, HEAD)
    older = _former(files, keys, head)
    kept = _kept(course.asked.older, keys, head)
    proof = ledger.proofs(files[PROOFS])
    found = tuple(ledger.entries(files[ENTRIES]))
    wanted = {each.size for each in (*older.values(), *([kept] if kept else []))}
    roots = _chain(found, head, wanted) if proof.is_whole else _scattered(found, proof, head)
    if proof.is_whole:
        _same_keys(found, keys)
    _same_time(found, listed)
    which = "the whole chain" if proof.is_whole else "each proven to be in the ledger"
    course.note(State.OK, f"{len(found)} of {head.size} entries, {which}, under a signed head", len(found))
    bodies = ledger.bodies(files)
    _said(found, bodies)
    course.note(State.OK, f"{len(bodies)} bodies are what their entries say", len(bodies))
    _attachments(course, files, bodies)
    for name, former in older.items():
        if not _is_beginning(former, head, roots, proof):
            raise tampered(name, f"is no beginning of the ledger: its {former.size} entries were others")
    said = f"{len(older)} earlier head{'' if len(older) == 1 else 's'}, each a beginning of the ledger"
    course.note(State.OK if older else State.NONE, said, len(older))
    if kept:
        _compare_kept(course, kept, agrees=_agrees(kept, head, roots, proof))
    else:
        course.note(State.NONE, "none given: entries dropped from the end would not show (--checkpoint)")
    return bodies


def _chain(entries: Sequence[Entry], head: Head, wanted: Container[int]) -> dict[int, bytes]:
    """The roots at the wanted sizes, for all of which the whole chain is there."""
    growing = tree.Range()
    roots: dict[int, bytes] = {}
    for place, entry in enumerate(entries, 1):
        if entry.sequence != place:
            raise tampered(ENTRIES, f"entry {place} is missing: {entry.sequence} stands in its place")
        growing.add(entry.leaf)
        if place in wanted:
            roots[place] = growing.root()
    if (growing.size, growing.root()) != (head.size, head.root):
        raise tampered(ENTRIES, f"{growing.size} entries do not make the signed head of {head.size}")
    return roots


def _same_keys(entries: Sequence[Entry], keys: Ring) -> None:
    """Whether the list of keys tells of every rotation and revocation that the chain holds."""
    end = len(entries)
    for type_, listed in (("key-rotation", keys.handed), ("key-revocation", keys.revoked)):
        held = [(entry.sequence, entry.subject) for entry in entries if entry.type == type_]
        if held != sorted(each for each in listed if each[0] <= end):
            raise tampered(KEYS, f"does not tell of every {type_} that the ledger holds")


def _same_time(entries: Sequence[Entry], listed: Manifest) -> None:
    """Whether the manifest is as of its newest entry, if that is in the pack."""
    if entries and entries[-1].sequence == listed.size and time_of(entries[-1].recorded_at) != listed.as_of:
        raise tampered(MANIFEST, f"is not as of entry {listed.size}, its newest")


def _scattered(entries: Sequence[Entry], proof: Proofs, head: Head) -> dict[int, bytes]:
    if [entry.sequence for entry in entries] != sorted(proof.paths):
        raise tampered(PROOFS, "does not have one proof for each entry")
    for entry in entries:
        if tree.root_from(entry.leaf, entry.sequence - 1, head.size, proof.paths[entry.sequence]) != head.root:
            raise tampered(ENTRIES, f"entry {entry.sequence} is not in the ledger with the signed head")
    return {head.size: head.root}


def _said(entries: Sequence[Entry], bodies: Mapping[str, Json]) -> None:
    for entry in entries:
        body = bodies.get(entry.payload)
        if not isinstance(body, Mapping) or body.get("schema") != f"assay/{entry.type}/v1":
            raise tampered(ledger.BODIES, f"what entry {entry.sequence} says is missing or was changed")
    strays = set(bodies) - {entry.payload for entry in entries}
    if strays:
        raise tampered(ledger.BODIES, f"holds what no entry says: {min(strays)[:16]}")


def _attachments(course: Course, files: Mapping[str, bytes], bodies: Mapping[str, Json]) -> None:
    known = attachment.named(bodies)
    count = attachment.compare(files, known)
    single = attachment.observations(files, bodies)
    said = f"{count} of {len(known)} attachments and {single} single verdicts are what their entries say"
    course.note(State.OK if count or single else State.NONE, said, count + single)


def _former(files: Mapping[str, bytes], keys: Ring, head: Head) -> dict[str, Head]:
    """The earlier heads in the pack, by file; each signed by who might sign it then."""
    found: dict[str, Head] = {}
    for name in files:
        named = ledger.FORMER.fullmatch(name)
        if not named:
            continue
        older = signed.head(files[name], name, keys)
        if older.size != int(named[1]) or older.origin != head.origin:
            raise tampered(name, "is a head of another size or ledger")
        _in_office([older.key], older.size, name)
        found[name] = older
    return found


def _is_beginning(older: Head, head: Head, roots: Mapping[int, bytes], proof: Proofs) -> bool:
    if older.size in roots:
        return roots[older.size] == older.root
    return tree.is_beginning((older.size, older.root), (head.size, head.root), proof.heads.get(older.size, ()))


def _kept(note: bytes | None, keys: Ring, head: Head) -> Head | None:
    """The head that the reader kept, if it may be compared."""
    if note is None:
        return None
    kept = signed.head(note, KEPT, keys)
    if kept.origin != head.origin:
        raise tampered(KEPT, f"is of another ledger: {kept.origin}")
    if kept.size > head.size:
        raise tampered(ENTRIES, f"was cut: you hold a head of {kept.size} entries, the pack ends with {head.size}")
    return kept


def _agrees(kept: Head, head: Head, roots: Mapping[int, bytes], proof: Proofs) -> bool | None:
    """Whether the kept head is a beginning of the ledger; None if the pack cannot tell."""
    if kept.size not in roots and kept.size not in proof.heads:
        return None
    return _is_beginning(kept, head, roots, proof)


def _compare_kept(course: Course, kept: Head, *, agrees: bool | None) -> None:
    if agrees is None:
        course.note(State.MISSING, f"the pack has no proof from your head of {kept.size} entries")
        course.lacks.append(f"no proof leads from your head to this pack (ask for one made with --since {kept.size})")
    elif agrees:
        course.note(State.OK, f"your head of {kept.size} entries is a beginning of this ledger")
    else:
        raise tampered(ENTRIES, f"was written anew: its first {kept.size} are not those of the head that you kept")


def _timestamps(course: Course, files: Mapping[str, bytes], bodies: Mapping[str, Json], size: int) -> None:
    """The tokens of authorities outside, each over the note that its entry names."""
    roots = course.asked.roots
    found = tuple(stamps(files, bodies, size, roots))
    trusted = [each for each in found if each.is_trusted]
    if trusted:
        first = min(trusted, key=lambda each: each.at)
        said = f"{len(trusted)} of {len(found)} verified, the earliest of {first.at:%Y-%m-%d %H:%M:%S} UTC by {first.authority}"
        course.note(State.OK, said, len(trusted))
    elif found:
        which = (
            "lead to none of the given roots" if roots else "are unverified: give the roots of their authority (--tsa)"
        )
        course.note(
            State.MISSING if roots else State.OK, f"{len(found)} tokens are of these heads, and {which}", len(found)
        )
        if roots:
            course.lacks.append("no timestamp leads to one of the roots that you gave (--tsa)")
    else:
        course.note(State.NONE, "none: the times are those of whoever kept the ledger")
    if course.asked.wants_timestamp and not trusted:
        course.lacks.append("no verified timestamp of an outside authority is in the pack (--require-timestamp)")
