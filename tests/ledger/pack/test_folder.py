"""A pack that was unpacked into a folder: any flipped, dropped, inserted, moved or added byte, line or file is told with its place."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.pack.made import Made, made

from assay_verify.outcome import Outcome, Verdict
from assay_verify.verification import Asked, verify

often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = st.sampled_from(["audit", "finding"])
LISTS = ("ledger/entries.jsonl", "ledger/bodies.jsonl")
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)


@often
@given(KINDS, st.data())
def test_any_flipped_bit_is_told_with_its_file(kind: str, draw: st.DataObject) -> None:
    found, name = _chosen(kind, draw)
    content = bytearray(found.files[name])
    content[draw.draw(st.integers(0, len(content) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    _is_told(found, {name: bytes(content)}, name)


@often
@given(KINDS, st.data(), st.binary(min_size=1, max_size=4))
def test_bytes_that_are_put_in_or_dropped_are_told_with_their_file(kind: str, draw: st.DataObject, more: bytes) -> None:
    found, name = _chosen(kind, draw)
    content = found.files[name]
    at = draw.draw(st.integers(0, len(content)))
    for changed in (content[:at] + more + content[at:], content[:at] + content[at + 1 :], content[:at]):
        if changed != content:
            _is_told(found, {name: changed}, name)


@often
@given(KINDS, st.sampled_from(LISTS), st.data())
def test_lines_that_are_dropped_doubled_or_moved_are_told(kind: str, name: str, draw: st.DataObject) -> None:
    found = made(kind)
    lines = found.files[name].splitlines(keepends=True)
    one, other = (draw.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    moved = lines[:]
    moved[one], moved[other] = moved[other], moved[one]
    for changed in (lines[:one] + lines[one + 1 :], [*lines[:one], lines[one], *lines[one:]], moved):
        if changed != lines:
            _is_told(found, {name: b"".join(changed)}, name)


@often
@given(KINDS, st.data())
def test_a_file_that_is_dropped_renamed_or_exchanged_is_told(kind: str, draw: st.DataObject) -> None:
    found, name = _chosen(kind, draw)
    _is_told(found, {name: None}, name)
    _is_told(found, {name: None, f"{name}.old": found.files[name]}, name)
    other = draw.draw(st.sampled_from(sorted(found.files.keys() - {name})))
    if found.files[other] != found.files[name]:
        _is_told(found, {name: found.files[other], other: found.files[name]}, name, other)


@often
@given(KINDS, WORDS, st.sampled_from(["", "ledger/", "runs/", "new/"]), st.binary(max_size=8))
def test_a_file_that_is_put_in_is_told(kind: str, word: str, folder: str, content: bytes) -> None:
    name = f"{folder}{word}.txt"
    _is_told(made(kind), {name: content}, name)


def _chosen(kind: str, draw: st.DataObject) -> tuple[Made, str]:
    found = made(kind)
    return found, draw.draw(st.sampled_from(sorted(name for name, content in found.files.items() if content)))


def _is_told(found: Made, changed: Mapping[str, bytes | None], *places: str) -> None:
    outcome = _verified(found, changed)
    assert outcome.verdict is Verdict.TAMPERED
    assert {fault.place for fault in outcome.faults} & set(places)


def _verified(found: Made, changed: Mapping[str, bytes | None]) -> Outcome:
    with TemporaryDirectory() as name:
        root = Path(name) / "pack"
        for path, content in {**found.files, **changed}.items():
            if content is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(content)
        try:
            return verify(root, Asked((found.fingerprint,)))
        finally:
            shutil.rmtree(root)
