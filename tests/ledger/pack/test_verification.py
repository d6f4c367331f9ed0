"""The verifier accepts what was signed, and names whatever was changed, dropped, put in or moved, whoever did it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.ledger.pack import story
from tests.ledger.pack.made import ENTRIES, Made, made, resigned, verified, zipped

from assay.ledger import checkpoint
from assay.ledger.canonical import canonical
from assay.ledger.encoding import encoded
from assay.ledger.keyring import rotated
from assay.ledger.pack.export import Order, packed
from assay.ledger.pack.manifest import Occasion
from assay.ledger.pack.selection import Selection, about, newest
from assay.ledger.rotation import rotate
from assay.ledger.sign import KeyFile, PublicKey
from assay.ledger.sqlite import Ledger
from assay.ledger.store import Fact
from assay.model.decision import KeyRevocation
from assay_verify.outcome import Outcome, Verdict
from assay_verify.verification import Asked, verify

KINDS = ("audit", "finding")
OWN = "SHA256SUMS", "SHA256SUMS.sig", "manifest.json", "manifest.dsse.json"
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", KINDS)
def test_a_pack_as_it_was_made_is_valid(kind: str, tmp_path: Path) -> None:
    found = made(kind)
    assert _said(verified(found.raw(), tmp_path, found.fingerprint)) == (Verdict.VALID, [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_unpacked_is_as_valid(kind: str, tmp_path: Path) -> None:
    found = made(kind)
    assert _said(verify(_unpacked(found.files, tmp_path), Asked((found.fingerprint,)))) == (Verdict.VALID, [])


@often
@given(st.sampled_from(KINDS), st.data())
def test_any_flipped_bit_of_the_zip_is_told_with_the_file_that_it_is_in(
    tmp_path: Path, kind: str, draw: st.DataObject
) -> None:
    found = made(kind)
    raw = bytearray(found.raw())
    at = draw.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << draw.draw(st.integers(0, 7))
    outcome = verified(bytes(raw), tmp_path, found.fingerprint)
    assert outcome.verdict is Verdict.TAMPERED
    assert outcome.faults[0].place
    name = _owner(found, at)
    assert not name or outcome.faults[0].place == name


@often
@given(st.sampled_from(KINDS), st.data())
def test_any_flipped_bit_of_a_file_is_told_with_that_file(tmp_path: Path, kind: str, draw: st.DataObject) -> None:
    found = made(kind)
    name = draw.draw(st.sampled_from(sorted(found.files)))
    content = bytearray(found.files[name])
    at = draw.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << draw.draw(st.integers(0, 7))
    outcome = verified(zipped({**found.files, name: bytes(content)}), tmp_path, found.fingerprint)
    assert (outcome.verdict, outcome.faults[0].place) == (Verdict.TAMPERED, name)


@pytest.mark.parametrize("name", sorted(made().files))
def test_a_file_that_is_missing_emptied_or_renamed_is_named(name: str, tmp_path: Path) -> None:
    found = made()
    rest = {each: content for each, content in found.files.items() if each != name}
    for files in (rest, {**rest, name: b""}, {**rest, "renamed.json": found.files[name]}):
        outcome = verified(zipped(files), tmp_path, found.fingerprint)
        assert outcome.verdict is Verdict.TAMPERED
        assert name in {fault.place for fault in outcome.faults}


@pytest.mark.parametrize("name", ["extra.txt", "ledger/heads/99.note", "zz"])
def test_a_file_that_was_put_in_is_named(name: str, tmp_path: Path) -> None:
    found = made()
    outcome = verified(zipped({**found.files, name: b"x"}), tmp_path, found.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, [name])


@often
@given(st.data())
def test_files_that_changed_places_are_named(tmp_path: Path, draw: st.DataObject) -> None:
    found = made()
    one, other = draw.draw(st.lists(st.sampled_from(sorted(found.files)), min_size=2, max_size=2, unique=True))
    swapped = {**found.files, one: found.files[other], other: found.files[one]}
    outcome = verified(zipped(swapped), tmp_path, found.fingerprint)
    assert outcome.verdict is Verdict.TAMPERED
    assert {one, other} & {fault.place for fault in outcome.faults}


LINES = made().files[ENTRIES].splitlines(keepends=True)
PLACES = st.integers(0, len(LINES) - 1)


@often
@given(PLACES, PLACES, st.sampled_from(["drop", "double", "move", "cut"]))
def test_entries_dropped_put_in_or_moved_are_told_even_if_the_keyholder_did_it(
    tmp_path: Path, one: int, other: int, how: str
) -> None:
    rest = LINES[:one] + LINES[one + 1 :]
    changed = {
        "drop": rest,
        "cut": LINES[:one],
        "double": [*LINES[:other], LINES[one], *LINES[other:]],
        "move": [*rest[:other], LINES[one], *rest[other:]],
    }[how]
    found = made()
    files = resigned(found, {ENTRIES: b"".join(changed)})
    outcome = verified(zipped(files), tmp_path, found.fingerprint)
    if changed == LINES:
        assert outcome.verdict is Verdict.VALID
        return
    assert _said(outcome) == (Verdict.TAMPERED, [ENTRIES])
    assert any(each in outcome.faults[0].reason for each in ("entry", "entries"))


@often
@given(
    PLACES,
    st.sampled_from(["actor", "subject", "type", "recorded_at", "observed_at", "payload", "previous", "sequence"]),
)
def test_an_entry_that_the_keyholder_rewrote_is_told(tmp_path: Path, place: int, field: str) -> None:
    entry = json.loads(LINES[place])
    values = {
        "recorded_at": "2025-01-01T00:00:00.000000Z",
        "observed_at": "2025-01-01T00:00:00.000000Z",
        "sequence": 99,
    }
    entry[field] = values.get(field, "ab" * 32)
    changed = [*LINES[:place], canonical(entry) + b"\n", *LINES[place + 1 :]]
    found = made()
    outcome = verified(zipped(resigned(found, {ENTRIES: b"".join(changed)})), tmp_path, found.fingerprint)
    assert outcome.verdict is Verdict.TAMPERED
    assert outcome.faults[0].place in {ENTRIES, "keys/keys.json"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ledger/bodies.jsonl", lambda raw: raw.replace(b'"ann"', b'"eve"')),
        ("ledger/bodies.jsonl", lambda raw: raw + b'{"schema":"assay/sla/v1"}\n'),
        ("ledger/bodies.jsonl", lambda raw: raw.removesuffix(b"\n")),
        ("ledger/bodies.jsonl", lambda raw: raw.replace(b'"days":7', b'"days": 7')),
        ("ledger/proofs.json", lambda raw: raw.replace(b"true", b"false")),
        ("ledger/checkpoint.note", lambda raw: raw.replace(b"\nhead ", b"\nhead 0")),
        ("keys/keys.json", lambda raw: raw.replace(b'"rotations":[]', b'"rotations":[{}]')),
        ("ledger/entries.jsonl", lambda raw: raw.replace(b"\n", b"\r\n")),
    ],
)
def test_what_the_keyholder_changed_beside_the_entries_is_named(
    name: str, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    found = made()
    changed = change(found.files[name])
    assert changed != found.files[name]
    outcome = verified(zipped(resigned(found, {name: changed})), tmp_path, found.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, [name])


@pytest.mark.parametrize(
    "name", [name for name in made("finding").files if name.startswith(("observations/", "runs/"))]
)
def test_a_verdict_that_its_run_does_not_hold_is_named(name: str, tmp_path: Path) -> None:
    found = made("finding")
    changed = (
        found.files[name].replace(b'"pass"', b'"fails"').replace(b'"fail"', b'"pass"').replace(b'"static"', b'"live"')
    )
    outcome = verified(zipped(resigned(found, {name: changed})), tmp_path, found.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, [name])


def test_a_path_that_leads_elsewhere_is_told(tmp_path: Path) -> None:
    found = made("finding")
    proofs = json.loads(found.files["ledger/proofs.json"])
    proofs["paths"][2]["path"][0] = "ab" * 32
    outcome = verified(zipped(resigned(found, {"ledger/proofs.json": canonical(proofs)})), tmp_path, found.fingerprint)
    assert outcome.verdict is Verdict.TAMPERED
    assert f"entry {proofs['paths'][2]['sequence']}" in outcome.faults[0].reason


def test_an_earlier_head_of_other_entries_is_named(tmp_path: Path) -> None:
    for kind in KINDS:
        found = made(kind)
        name = next(each for each in found.files if each.startswith("ledger/heads/"))
        size = int(Path(name).stem)
        forged = checkpoint.signed(checkpoint.Checkpoint(found.head.origin, size, bytes(32)), found.key)
        outcome = verified(zipped(resigned(found, {name: forged})), tmp_path, found.fingerprint)
        assert _said(outcome) == (Verdict.TAMPERED, [name])


def test_entries_cut_from_the_end_show_against_a_head_that_was_kept(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        key, size = story.signer(ledger), newest(ledger)
        cut = packed(ledger, Order(Occasion("audit", "x"), Selection(size - 2)), [key])
        kept = dict(ledger.checkpoints())[size]
    raw = zipped(cut.files)
    assert verified(raw, tmp_path, key.public.fingerprint).verdict is Verdict.VALID
    outcome = verified(raw, tmp_path, key.public.fingerprint, older=kept)
    assert _said(outcome) == (Verdict.TAMPERED, [ENTRIES])
    assert "was cut" in outcome.faults[0].reason


def test_a_history_written_anew_shows_against_a_head_that_was_kept(tmp_path: Path) -> None:
    found = made()
    other = checkpoint.signed(checkpoint.Checkpoint(found.head.origin, 3, bytes(32)), found.key)
    outcome = verified(found.raw(), tmp_path, found.fingerprint, older=other)
    assert _said(outcome) == (Verdict.TAMPERED, [ENTRIES])
    assert "written anew" in outcome.faults[0].reason


def test_a_head_that_was_kept_is_a_beginning_or_the_pack_lacks_a_proof(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        key, size = story.signer(ledger), newest(ledger)
        selection = about(ledger, [story.print_of(story.FIXED)], size)
        occasion = Occasion("finding", story.print_of(story.FIXED))
        size_kept = 2
        kept = checkpoint.signed(checkpoint.Checkpoint(key.public.name, size_kept, ledger.root(size_kept)), key)
        without, proven = (
            packed(ledger, Order(occasion, selection, since=since), [key]) for since in ((), (size_kept,))
        )
    print_ = key.public.fingerprint
    assert verified(zipped(without.files), tmp_path, print_, older=kept).verdict is Verdict.INCOMPLETE
    assert verified(zipped(proven.files), tmp_path, print_, older=kept).verdict is Verdict.VALID
    found = made()
    assert (
        verified(found.raw(), tmp_path, found.fingerprint, older=found.files["ledger/heads/3.note"]).verdict
        is Verdict.VALID
    )


def test_a_pack_that_somebody_else_signed_is_refused(tmp_path: Path) -> None:
    outcome = verified(made().raw(), tmp_path, "ab" * 32)
    assert _said(outcome) == (Verdict.TAMPERED, ["keys/keys.json"])
    assert "somebody else" in outcome.faults[0].reason


def test_without_a_fingerprint_the_signer_is_unknown_and_the_pack_incomplete(tmp_path: Path) -> None:
    outcome = verified(made().raw(), tmp_path)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "signer unknown" in " ".join(step.said for step in outcome.steps)


def test_an_approver_counts_only_by_a_fingerprint_of_their_own(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        key, approver = story.signer(ledger), _other("approver")
        found = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger))), [key, approver])
    raw = zipped(found.files)
    alone = verified(raw, tmp_path, key.public.fingerprint)
    assert _said(alone) == (Verdict.TAMPERED, ["manifest.dsse.json"])
    both = verified(raw, tmp_path, key.public.fingerprint, approver.public.fingerprint)
    assert both.verdict is Verdict.VALID


def test_a_key_that_handed_over_leads_to_the_one_that_signs_now(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        old = story.signer(ledger)
        new = _other(old.public.name)
        _hand_over(ledger, old, new)
        found = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger))), [new])
        forged = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger) - 1)), [new])
    for key in (old, new):
        assert verified(zipped(found.files), tmp_path, key.public.fingerprint).verdict is Verdict.VALID
    late = Made(found.files, found.head, old, Occasion("audit", "x"))
    outcome = verified(zipped(resigned(late, {}, old)), tmp_path, old.public.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, ["manifest.dsse.json"])
    assert "may not sign" in outcome.faults[0].reason
    assert verified(zipped(forged.files), tmp_path, old.public.fingerprint).verdict is Verdict.VALID


def test_a_list_of_keys_that_hides_a_rotation_or_a_revocation_is_named(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        old = story.signer(ledger)
        new = _other(old.public.name)
        _hand_over(ledger, old, new)
        gone = _fact("key-revocation", old.public.fingerprint, KeyRevocation(old.public.fingerprint, "stolen", "ann"))
        ledger.append([gone], story.Time(story.START.replace(month=3)))
        found = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger))), [new])
    pack = Made(found.files, found.head, new, Occasion("audit", "x"))
    assert verified(zipped(found.files), tmp_path, new.public.fingerprint).verdict is Verdict.VALID
    for name in ("rotations", "revocations"):
        ring = {**json.loads(found.files["keys/keys.json"]), name: []}
        files = resigned(pack, {"keys/keys.json": canonical(ring)}, new)
        for each in [each for each in files if each.startswith("ledger/heads/")]:
            del files[each]  # the former key signed them
        files = resigned(Made(files, found.head, new, Occasion("audit", "x")), {}, new)
        outcome = verified(zipped(files), tmp_path, new.public.fingerprint)
        assert _said(outcome) == (Verdict.TAMPERED, ["keys/keys.json"])


def test_a_manifest_that_is_dated_otherwise_than_its_newest_entry_is_named(tmp_path: Path) -> None:
    found = made()
    later = replace(found.head, at=found.head.at.replace(year=2027))
    outcome = verified(zipped(resigned(replace(found, head=later), {})), tmp_path, found.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, ["manifest.json"])


def test_a_revoked_key_signs_nothing_any_more(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        key = story.signer(ledger)
        fact = _fact("key-revocation", key.public.fingerprint, KeyRevocation(key.public.fingerprint, "stolen", "ann"))
        ledger.append([fact], story.Time(story.START.replace(month=3)))
        found = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger) - 1)), [key])
    head = found.head
    raw = zipped(found.files)
    assert verified(raw, tmp_path, key.public.fingerprint).verdict is Verdict.VALID
    ring = json.loads(found.files["keys/keys.json"])
    ring["revocations"][0]["sequence"] = head.size
    late = Made(found.files, head, key, Occasion("audit", "x"))
    outcome = verified(zipped(resigned(late, {"keys/keys.json": canonical(ring)})), tmp_path, key.public.fingerprint)
    assert _said(outcome) == (Verdict.TAMPERED, ["manifest.dsse.json"])


def test_what_a_pack_itself_says_is_missing_makes_it_incomplete(tmp_path: Path) -> None:
    with story.told(tmp_path) as ledger:
        ledger.connection.execute("DROP TRIGGER attachment_stays")
        ledger.connection.execute("DELETE FROM attachment")
        key = story.signer(ledger)
        found = packed(ledger, Order(Occasion("audit", "x"), Selection(newest(ledger))), [key])
    outcome = verified(zipped(found.files), tmp_path, key.public.fingerprint)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert len(outcome.lacks) == 3


def _other(name: str) -> KeyFile:
    secret = Ed25519PrivateKey.from_private_bytes(bytes([11]) * 32)
    return KeyFile(PublicKey(name, secret.public_key().public_bytes_raw()), secret)


def _hand_over(ledger: Ledger, old: KeyFile, new: KeyFile) -> None:
    noun = rotated(rotate(old, new, story.START))
    ledger.append([_fact("key-rotation", new.public.fingerprint, noun)], story.Time(story.START.replace(month=2)))


def _fact(type_: str, subject: str, noun: object) -> Fact:
    return Fact(type_, "ann", story.START, subject, encoded(noun))


def _said(outcome: Outcome) -> tuple[Verdict, list[str]]:
    return outcome.verdict, [fault.place for fault in outcome.faults]


def _owner(found: Made, at: int) -> str:
    """The file whose content has this byte of the zip; empty between files."""
    begin = 0
    for name in sorted(found.files):
        begin += 30 + len(name)
        end = begin + len(found.files[name])
        if begin <= at < end:
            return name
        begin = end
    return ""


def _unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    root = folder / "unpacked"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root
