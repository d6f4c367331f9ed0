"""A result comes back for the same files and the same question, and for no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.source import snapshot
from assay.source.files import Entry, discover
from assay.source.snapshot import Snapshots

FILES = {"a.py": "x = 1", "b/c.cs": "class A {}", "b/b.csproj": "<Project/>", "tests/test_a.py": ""}


def _key(root: Path, cache: Path, *words: str) -> bytes:
    tree = discover(root)
    return Snapshots(cache, tree.root).key(tree, words)


def test_the_same_tree_and_question_have_the_same_key(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", FILES)
    first = _key(root, tmp_path / "cache", "jobs=1")
    assert _key(root, tmp_path / "cache", "jobs=1") == first
    assert _key(root, tmp_path / "other", "jobs=1") == first
    assert _key(root, tmp_path / "cache", "jobs=2") != first
    assert _key(root, tmp_path / "cache", "jobs=", "1") != first


@pytest.mark.parametrize(
    ("path", "content"),
    [("a.py", "x = 2"), ("b/b.csproj", "<Projekt/>"), ("d.py", ""), ("vendor/LICENSE", ""), ("tests/test_b.py", "")],
)
def test_a_change_that_may_matter_changes_the_key(tmp_path: Path, path: str, content: str) -> None:
    root = plant(tmp_path / "tree", {**FILES, "vendor/x.py": ""})
    first = _key(root, tmp_path / "cache")
    plant(root, {path: content})
    expected_same = path == "vendor/LICENSE"
    assert (_key(root, tmp_path / "cache") == first) == expected_same


def test_a_change_of_the_same_size_at_the_same_time_is_seen(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", FILES)
    old = (root / "a.py").stat()
    first = _key(root, tmp_path / "cache")
    (root / "a.py").write_text("x = 2")
    os.utime(root / "a.py", ns=(old.st_atime_ns, old.st_mtime_ns))
    assert _key(root, tmp_path / "cache") != first


def test_a_fresh_checkout_has_the_key_of_the_old_one(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", FILES)
    first = _key(root, tmp_path / "cache")
    for path in root.rglob("*.py"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert _key(root, tmp_path / "cache") == first


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = plant(tmp_path / "tree", FILES)
    for path in (each for each in root.rglob("*") if each.is_file()):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(snapshot, "SLACK", 0)
    first = _key(root, tmp_path / "cache")
    for stamps in (tmp_path / "cache").glob("*.stamps"):
        later = stamps.stat().st_mtime_ns + 1_000_000_000
        os.utime(stamps, ns=(later, later))

    def refuse(_root: Path, entry: Entry) -> str:
        pytest.fail(f"{entry.path} was read")

    monkeypatch.setattr(snapshot, "_digest", refuse)
    assert _key(root, tmp_path / "cache") == first


def test_a_result_comes_back_whole_or_not_at_all(tmp_path: Path) -> None:
    results = Snapshots(tmp_path / "cache", tmp_path)
    assert results.load(b"k" * 16) is None
    results.store(b"k" * 16, b"the report")
    assert results.load(b"k" * 16) == b"the report"
    assert results.load(b"l" * 16) is None
    (path,) = (tmp_path / "cache").glob("*.result")
    path.write_bytes(path.read_bytes().replace(b"report", b"rumour"))
    assert results.load(b"k" * 16) is None


def test_a_result_renamed_to_another_key_is_not_taken(tmp_path: Path) -> None:
    results = Snapshots(tmp_path / "cache", tmp_path)
    results.store(b"k" * 16, b"the report")
    results._path(b"k" * 16).rename(results._path(b"l" * 16))
    assert results.load(b"l" * 16) is None


def test_only_the_newest_results_are_kept(tmp_path: Path) -> None:
    results = Snapshots(tmp_path / "cache", tmp_path)
    for number in range(10):
        results.store(bytes([number]) * 16, b"%d" % number)
        os.utime(results._path(bytes([number]) * 16), (number, number))
    assert results.load(bytes([9]) * 16) == b"9"
    assert len(list((tmp_path / "cache").iterdir())) <= snapshot.KEPT + 1


def test_damaged_stamps_are_passed_over(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", FILES)
    first = _key(root, tmp_path / "cache")
    for stamps in (tmp_path / "cache").glob("*.stamps"):
        stamps.write_bytes(b"nonsense")
    assert _key(root, tmp_path / "cache") == first


def test_an_unchanged_rescan_loads_no_parser() -> None:
    code = (
        "import sys, assay.source.snapshot; print(sorted({'tree_sitter', 'rich', 'click', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
