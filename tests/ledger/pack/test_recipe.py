"""The recipe in a pack's README, run as it stands: `sha256sum` and `openssl` alone accept a pack, and refuse a changed one."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.ledger.pack.made import Made, made

needs = pytest.mark.skipif(
    not all(map(shutil.which, ("sha256sum", "openssl", "sh"))), reason="needs sha256sum and openssl"
)
CHANGES: list[Callable[[Path], object]] = [
    lambda root: (root / "report.html").write_bytes(b"<!doctype html><p>For People.\n"),
    lambda root: (root / "ledger" / "entries.jsonl").write_bytes(b""),
    lambda root: (root / "extra.txt").write_text("x", encoding="utf-8"),
    lambda root: (root / "README.md").unlink(),
    lambda root: (root / "cadence.csv").write_text("x", encoding="utf-8"),
    lambda root: (root / "SHA256SUMS").write_bytes((root / "SHA256SUMS").read_bytes()[:-80]),
    lambda root: (root / "SHA256SUMS.sig").write_bytes(bytes(64)),
    lambda root: (root / "manifest.json").rename(root / "manifest.jsn"),
]


@needs
@pytest.mark.parametrize("kind", ["audit", "finding"])
def test_a_pack_is_accepted_by_sha256sum_and_openssl_alone(kind: str, tmp_path: Path) -> None:
    found = made(kind)
    done = _follow(_unpacked(found, tmp_path), found.fingerprint)
    assert done.returncode == 0, done.stderr
    assert "Verified Successfully" in done.stdout


@needs
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_pack_is_refused_by_the_recipe(change: Callable[[Path], object], tmp_path: Path) -> None:
    found = made()
    root = _unpacked(found, tmp_path)
    change(root)
    assert _follow(root, found.fingerprint).returncode != 0


@needs
def test_a_pack_of_another_signer_is_refused_by_the_recipe(tmp_path: Path) -> None:
    found = made()
    root = _unpacked(found, tmp_path)
    assert _follow(root, "ab" * 32).returncode != 0
    shutil.copy(root / "keys" / f"{found.fingerprint}.pem", root / "keys" / f"{'ab' * 32}.pem")
    assert _follow(root, "ab" * 32).returncode != 0


@needs
def test_the_chain_can_be_followed_by_hand(tmp_path: Path) -> None:
    root = _unpacked(made(), tmp_path)
    command = _blocks(root)[1].strip()
    first = subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True, check=True).stdout[:64]
    second = (root / "ledger" / "entries.jsonl").read_text(encoding="utf-8").splitlines()[1]
    assert f'"previous":"{first}"' in second


def _follow(root: Path, fingerprint: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "FINGERPRINT": fingerprint}
    recipe = "set -e\n" + _blocks(root)[0]
    return subprocess.run(["sh", "-c", recipe], cwd=root, env=environment, capture_output=True, text=True, check=False)


def _blocks(root: Path) -> list[str]:
    """The recipe, and the command that follows the chain."""
    source = root / "README.md"
    text = source.read_text(encoding="utf-8") if source.exists() else made().files["README.md"].decode()
    return [*re.findall(r"```sh\n(.*?)```", text, re.DOTALL), *re.findall(r"^    (sed .*)$", text, re.MULTILINE)]


def _unpacked(found: Made, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(found.raw())) as opened:
        opened.extractall(folder)
    return folder
