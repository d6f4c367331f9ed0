"""A file made to harm its reader ends within its limits in a skipped entry or in honest facts; the files beside it are read."""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.source.planting import plant

from assay.source.project import Project

SECONDS = 60
"""Far above what each takes, on a busy machine too; far below a hang."""


def _random(length: int) -> bytes:
    state, found = 1, bytearray()
    while len(found) < length:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        found += state.to_bytes(8, "little")
    return bytes(found[:length])


SPOKEN = {
    "binary": lambda: _random(200_000),
    "zeros": lambda: b"\0" * 500_000,
    "fifty-megabytes": lambda: b"x = 1\n" * 8_400_000,
    "html": lambda: b"<!doctype html><html><body>" + b"<p class='a'>text & more</p>\n" * 33_000,
    "numbers": lambda: b"x = [" + b"1," * 420_000 + b"]\n",
    "strings": lambda: b"x = [" + b'"a",' * 240_000 + b"]\n",
}
"""What must be skipped or left out: nobody could call it read."""
QUIET: dict[str, Callable[[], bytes]] = {
    "open-parentheses": lambda: b"x = " + b"(" * 999_000,
    "parentheses": lambda: b"x = " + b"(" * 499_000 + b"1" + b")" * 499_000 + b"\n",
    "brackets-by-line": lambda: b"x = " + b"[\n" * 490_000,
    "minus": lambda: b"x = " + b"-" * 990_000 + b"1\n",
    "blocks": lambda: b"".join(b" " * depth + b"if x:\n" for depth in range(1_300)),
    "quotes": lambda: b"x = '" * 190_000,
    "not-utf-8": lambda: b"# caf\xe9 \xff\xfe\nx = '\xe9'\n",
    "half-a-surrogate": lambda: b"\xff\xfe\x00\xd8x\x00",
    "carriage-returns": lambda: b"x = 1\r" * 160_000,
    "unknown-coding": lambda: b"# coding: klingon\nx = 1\n",
    "one-line": lambda: b"a = b = " * 120_000 + b"1\n",
}
"""What may be read or skipped, as long as it ends."""


def _opened(root: Path, name: str, content: bytes, ending: str) -> Project:
    plant(root, {f"hostile{ending}": content, "good.py": "x = 1\n", "good.cs": "class A {}\n"})
    started = time.monotonic()
    project = Project.open(root, seconds=2.0)
    for language in ("python", "csharp"):
        project.gated(language, (b"x", b"y"))
        for path in project.paths(language):
            project.file(path)
    project.declaring("csharp", "A")
    project.comments()
    assert time.monotonic() - started < SECONDS, name
    return project


@pytest.mark.parametrize("ending", [".py", ".cs"])
@pytest.mark.parametrize("name", SPOKEN)
def test_what_is_no_source_is_skipped_and_said(tmp_path: Path, name: str, ending: str) -> None:
    project = _opened(tmp_path, name, SPOKEN[name](), ending)
    said = {each.path for each in project.skipped} | {each.path for each in project.left_out}
    assert said in ({f"hostile{ending}"}, {"."})
    counts = project.counts()
    assert (counts.found, counts.read, counts.left_out + counts.skipped) == (3, 2, 1)
    assert project.file("good.py") is not None
    assert project.file("good.cs") is not None


@pytest.mark.parametrize("ending", [".py", ".cs"])
@pytest.mark.parametrize("name", QUIET)
def test_what_is_strange_ends_in_time(tmp_path: Path, name: str, ending: str) -> None:
    project = _opened(tmp_path, name, QUIET[name](), ending)
    assert project.counts().found == 3
    assert project.file("good.py") is not None
    assert project.file("good.cs") is not None


@pytest.mark.slow
def test_a_tree_of_many_files_is_surveyed_in_little_memory(tmp_path: Path) -> None:
    line = "def function_{number}(argument: int) -> int:\n    return argument + {number}\n"
    files = {f"p{number % 50}/m{number}.py": line.replace("{number}", str(number)) * 30 for number in range(5_000)}
    plant(tmp_path, dict(files))
    del files
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    project = Project.open(tmp_path)
    assert len(project.paths("python")) == 5_000
    assert project.gated("python", (b"function_4999",)) == ("p49/m4999.py",)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 5_000 * 10, f"{grown} KB for 5,000 files"
