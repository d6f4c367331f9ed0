"""What is kept between runs comes back unharmed or not at all, and a folder that cannot be written hurts nobody."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from assay.source import cache
from assay.source.cache import Pack, content_key, extractor_version

VERSION = b"v" * 16


def _pack(folder: Path, version: bytes = VERSION) -> Pack:
    return Pack(folder, Path("/project"), version)


def _keep(folder: Path, *blobs: bytes) -> Path:
    pack = _pack(folder)
    for blob in blobs:
        pack.put(content_key("python", blob), blob)
    pack.close()
    (path,) = folder.glob("*.facts")
    return path


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    _keep(tmp_path, b"one", b"", b"two" * 1000)
    pack = _pack(tmp_path)
    assert [pack.get(content_key("python", blob)) for blob in (b"one", b"", b"two" * 1000)] == [
        b"one",
        b"",
        b"two" * 1000,
    ]
    assert pack.get(content_key("python", b"three")) is None
    assert pack.get(content_key("csharp", b"one")) is None


def test_a_second_run_adds_to_what_the_first_kept(tmp_path: Path) -> None:
    _keep(tmp_path, b"one")
    _keep(tmp_path, b"two")
    assert _pack(tmp_path).get(content_key("python", b"one")) == b"one"
    assert _pack(tmp_path).get(content_key("python", b"two")) == b"two"


def test_what_nobody_uses_any_more_is_dropped_in_the_end(tmp_path: Path) -> None:
    _keep(tmp_path, b"one", b"used")
    for number in range(cache.OLDEST + 1):
        pack = _pack(tmp_path)
        assert pack.get(content_key("python", b"used")) == b"used"
        pack.put(content_key("python", b"%d" % number), b"%d" % number)
        pack.close()
    assert _pack(tmp_path).get(content_key("python", b"one")) is None
    assert _pack(tmp_path).get(content_key("python", b"used")) == b"used"


def test_a_pack_that_grew_too_large_keeps_what_was_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST", 1000)
    _keep(tmp_path, b"a" * 900, b"b" * 900)
    _keep(tmp_path, b"c" * 900)
    kept = [_pack(tmp_path).get(content_key("python", letter * 900)) is not None for letter in (b"a", b"b", b"c")]
    assert kept == [False, False, True]


def test_a_pack_of_another_version_is_passed_over_and_replaced(tmp_path: Path) -> None:
    path = _keep(tmp_path, b"one")
    other = _pack(tmp_path, b"w" * 16)
    assert other.get(content_key("python", b"one")) is None
    other.put(content_key("python", b"two"), b"two")
    other.close()
    assert _pack(tmp_path).get(content_key("python", b"one")) is None
    assert path.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(some.data())
def test_a_damaged_pack_never_gives_other_bytes(tmp_path: Path, data: some.DataObject) -> None:
    blobs = [b"first blob", b"second" * 20, b"third"]
    path = _keep(tmp_path, *blobs)
    whole = path.read_bytes()
    place = data.draw(some.integers(0, len(whole) - 1))
    if data.draw(some.booleans()):
        path.write_bytes(whole[:place])
    else:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ data.draw(some.integers(1, 255))]) + whole[place + 1 :])
    pack = _pack(tmp_path)
    for blob in blobs:
        assert pack.get(content_key("python", blob)) in {blob, None}
    pack.close()
    path.unlink()


def test_files_of_the_cache_are_for_their_owner_only(tmp_path: Path) -> None:
    path = _keep(tmp_path / "deep" / "cache", b"one")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_keeps_nothing_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    pack = _pack(tmp_path / "file" / "cache")
    pack.put(content_key("python", b"one"), b"one")
    assert pack.get(content_key("python", b"one")) == b"one"
    pack.close()


def test_nothing_is_left_beside_a_pack(tmp_path: Path) -> None:
    path = _keep(tmp_path, b"one")
    assert list(tmp_path.iterdir()) == [path]


def test_the_version_follows_the_code_that_makes_facts(tmp_path: Path) -> None:
    assert len(extractor_version()) == 16
    (tmp_path / "a.py").write_text("1")
    first = cache.code_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("1")
    assert cache.code_digest(tmp_path) == first
    (tmp_path / "a.py").write_text("2")
    assert cache.code_digest(tmp_path) != first


def test_the_grammars_are_part_of_the_version() -> None:
    names = [name.decode() for name in cache._grammars()]
    assert {name.partition("-")[0] for name in names} >= {"tree_sitter", "tree_sitter_python", "tree_sitter_c_sharp"}
