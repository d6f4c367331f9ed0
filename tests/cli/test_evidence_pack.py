"""`assay evidence pack` on a real project: scan, fix, scan, export, verify, change one byte."""

import zipfile
from pathlib import Path

import pytest
from tests.cli.command import GUARDED, OPEN, assay, git, project

from assay_verify.archive import files
from assay_verify.command import main


def test_a_fix_is_followed_into_a_pack_that_any_changed_byte_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, pack = project(tmp_path / "shop", OPEN), tmp_path / "finding.zip"
    fingerprint = _scanned(root)
    (root / "main.py").write_text(GUARDED, encoding="utf-8")
    _scanned(root)
    print_ = _finding(root)
    done = assay("evidence", "pack", "--path", root, "--finding", print_[:8], "--output", pack)
    assert done.code == 0, done.err
    assert f"--key {fingerprint}" in done.out
    assert b'"state": "verified_fixed"' in files(pack)[f"findings/{print_}.json"]
    assert main([str(pack), "--key", fingerprint]) == 0
    raw = bytearray(pack.read_bytes())
    raw[raw.index(b"verified_fixed")] ^= 1
    pack.write_bytes(raw)
    capsys.readouterr()
    assert main([str(pack), "--key", fingerprint]) == 1
    assert "findings/" in capsys.readouterr().out


def test_packs_of_the_same_evidence_are_the_same_bytes_and_are_remembered(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    _scanned(root)
    for name in ("one.zip", "two.zip"):
        assert assay("evidence", "pack", "--path", root, "--output", tmp_path / name).code == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    log = assay("evidence", "log", "--path", root).out
    assert log.count("pack") >= 2
    assert assay("evidence", "pack", "--path", root, "--no-record", "--output", tmp_path / "three.zip").code == 0
    assert assay("evidence", "log", "--path", root).out == log


def test_a_control_and_a_window_are_exported(tmp_path: Path) -> None:
    root, pack = project(tmp_path / "shop"), tmp_path / "control.zip"
    fingerprint = _scanned(root)
    words = ("--control", "CC6.1", "--from", "2020-01-01", "--to", "2099-12-31")
    assert assay("evidence", "pack", "--path", root, *words, "--output", pack).code == 0
    assert main([str(pack), "--key", fingerprint]) == 0
    with zipfile.ZipFile(pack) as opened:
        assert "controls/soc2/CC6.1.json" in opened.namelist()


def test_a_secret_in_the_code_is_in_no_file_of_a_pack(tmp_path: Path) -> None:
    secret = "AKIA" + "Q3EGRXT7ZPLN2VKB"
    root, pack = project(tmp_path / "shop", OPEN + f'\nAWS_ACCESS_KEY_ID = "{secret}"\n'), tmp_path / "audit.zip"
    _scanned(root)
    assert assay("evidence", "pack", "--path", root, "--output", pack).code == 0
    content = files(pack)
    assert b"AP201" in content["ledger/bodies.jsonl"]
    assert not [name for name, each in content.items() if secret.encode() in each or secret[4:12].encode() in each]


@pytest.mark.parametrize(
    "words",
    [
        ("--control", "CC99.9"),
        ("--control", "CC6.1", "--finding", "ab"),
        ("--finding", "0123"),
        ("--from", "2026-01-01"),
        ("--from", "2026-02-01", "--to", "2026-01-01"),
        ("--from", "soon", "--to", "2026-01-01"),
        ("--size", "999"),
        ("--since", "999"),
        ("--output", "/nowhere/pack.zip"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_a_mend(words: tuple[str, ...], shop: Path) -> None:
    done = assay("evidence", "pack", "--path", shop, *words, at=shop)
    assert done.code == 2
    assert "Mend: " in done.err
    assert not list(shop.glob("*.zip"))


def test_without_a_ledger_there_is_nothing_to_export(tmp_path: Path) -> None:
    done = assay("evidence", "pack", "--path", project(tmp_path / "new"))
    assert done.code == 2
    assert "assay scan" in done.err


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("shop"))
    _scanned(root)
    return root


def _scanned(root: Path) -> str:
    """Scan, and give the fingerprint of the key."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "main.py")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    done = assay("scan", root, is_recording=True)
    assert "recorded as entry" in done.err, done.err
    found = assay("evidence", "verify", "--path", root).out
    return next(
        word for line in found.splitlines() if line.startswith("key") for word in line.split() if len(word) == 64
    )


def _finding(root: Path) -> str:
    log = assay("evidence", "log", "--path", root, "--type", "finding", "--format", "json").out
    return next(word for word in log.replace('"', " ").split() if len(word) == 32 and int(word, 16))
