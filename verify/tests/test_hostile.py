"""Whatever is given for a pack, the verifier ends with an exit code that is not 0, and never with a traceback or a full disk."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verify.tests.packs import FINGERPRINT, files, raw, zipped

from assay_verify.command import main

TAMPERED, UNREADABLE = 1, 3
often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_packs_that_were_handed_out_are_valid(tmp_path: Path) -> None:
    assert _code(raw("finding"), tmp_path) == _code(raw("audit"), tmp_path) == 0
    assert _code(zipped(list(files().items())), tmp_path) == 0


@often
@given(st.binary(max_size=300))
def test_bytes_that_are_nothing_are_unreadable(tmp_path: Path, content: bytes) -> None:
    assert _code(content, tmp_path) == UNREADABLE


@often
@given(
    st.binary(max_size=200), st.sampled_from([b"PK\3\4", b"PK\3\4manifest.json", b"PK\3\4SHA256SUMS" + b"\xff" * 40])
)
def test_bytes_that_begin_as_a_pack_are_refused(tmp_path: Path, content: bytes, begin: bytes) -> None:
    assert _code(begin + content, tmp_path) in {TAMPERED, UNREADABLE}


@often
@given(st.integers(0, len(raw()) - 1))
def test_a_pack_that_was_cut_off_anywhere_is_refused(tmp_path: Path, length: int) -> None:
    assert _code(raw()[:length], tmp_path) in {TAMPERED, UNREADABLE}


@often
@given(st.integers(0, len(raw())), st.binary(min_size=1, max_size=8))
def test_bytes_that_were_put_in_anywhere_are_told(tmp_path: Path, at: int, more: bytes) -> None:
    assert _code(raw()[:at] + more + raw()[at:], tmp_path) == TAMPERED if at else True


@often
@given(st.integers(0, len(raw()) - 1), st.integers(1, 255))
def test_any_changed_byte_is_told(tmp_path: Path, at: int, by: int) -> None:
    changed = bytearray(raw())
    changed[at] ^= by
    assert _code(bytes(changed), tmp_path) == TAMPERED


@often
@given(st.sampled_from(sorted(files())), st.binary(max_size=40))
def test_a_file_with_other_content_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    changed = {**files(), name: content}
    assert _code(zipped(list(changed.items())), tmp_path) == (0 if content == files()[name] else TAMPERED)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "a/../../evil", "C:evil", "a\\b", ".bashrc", "nul\0", "\u202eevil", "a//b", "x" * 300],
)
def test_a_path_that_leads_out_or_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    content = sorted([*files().items(), (name, b"x")], key=lambda each: each[0].encode())
    assert _code(zipped(content), tmp_path) == TAMPERED
    assert [each.name for each in tmp_path.iterdir()] == ["pack.zip"]


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for name in files():
        content = sorted([*files().items(), (name, b"other")], key=lambda each: each[0])
        assert _code(zipped(content), tmp_path) == TAMPERED


def test_files_in_another_order_are_refused(tmp_path: Path) -> None:
    assert _code(zipped(list(reversed(files().items()))), tmp_path) == TAMPERED


@pytest.mark.parametrize("tail", [b"\0", b"PK\5\6", raw()])
def test_nothing_may_stand_behind_a_pack(tail: bytes, tmp_path: Path) -> None:
    assert _code(zipped(list(files().items()), tail=tail), tmp_path) == TAMPERED


def test_a_zip_bomb_is_never_unpacked(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("manifest.json", bytes(50_000_000))
    assert _code(packed.getvalue(), tmp_path) == TAMPERED


def test_a_pack_that_another_program_packed_anew_is_refused(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files().items():
            target.writestr(name, content)
    assert _code(packed.getvalue(), tmp_path) == TAMPERED


def test_another_zip_a_folder_and_nothing_at_all_are_unreadable(tmp_path: Path) -> None:
    assert _code(zipped([("a.txt", b"hello")]), tmp_path) == UNREADABLE
    assert main([str(tmp_path)]) == UNREADABLE
    assert main([str(tmp_path / "none.zip")]) == UNREADABLE
    os.mkfifo(tmp_path / "pipe")
    assert main([str(tmp_path / "pipe")]) == UNREADABLE


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    root = _unpacked(tmp_path)
    assert main([str(root), "--key", FINGERPRINT]) == 0
    secret = tmp_path / "secret"
    secret.write_bytes(files()["README.md"])
    (root / "README.md").unlink()
    (root / "README.md").symlink_to(secret)
    assert main([str(root), "--key", FINGERPRINT]) == TAMPERED


def test_a_pipe_or_a_hidden_file_in_a_folder_is_refused(tmp_path: Path) -> None:
    root = _unpacked(tmp_path)
    os.mkfifo(root / "pipe")
    assert main([str(root), "--key", FINGERPRINT]) == TAMPERED
    (root / "pipe").unlink()
    (root / ".hidden").write_bytes(b"")
    assert main([str(root), "--key", FINGERPRINT]) == TAMPERED


def test_json_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    for name in ("keys/keys.json", "manifest.json", "manifest.dsse.json"):
        for content in (b"[" * 100_000, b'{"a":' * 100_000, b"9" * 100_000, b'{"a":1,"a":1}', b"\xff", b"NaN"):
            assert _code(zipped(list({**files(), name: content}.items())), tmp_path) == TAMPERED


def _code(content: bytes, folder: Path) -> int:
    path = folder / "pack.zip"
    path.write_bytes(content)
    return main([str(path), "--key", FINGERPRINT])


def _unpacked(folder: Path) -> Path:
    root = folder / "pack"
    for name, content in files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root
