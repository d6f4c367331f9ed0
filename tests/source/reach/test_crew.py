"""Who follows a handler, and what was followed before, change nothing."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.properties.test_determinism import KINDS, report
from tests.properties.trees import tree

from assay.source.program import Program
from assay.source.reach import crew
from assay.source.reach.crew import Follow
from assay.source.reach.memory import Known

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one process follows all handlers elsewhere")
EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(params=(*KINDS, *sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())))
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    held = EXAMPLES / request.param
    return held if held.is_dir() else tree(request.param, tmp_path)


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are made; small trees are worth them here."""
    monkeypatch.setattr(crew, "WORTH_A_CREW", 2)
    made: list[int] = []
    fork = os.fork

    def counted() -> int:
        child = fork()
        made.append(child)
        return child

    monkeypatch.setattr(os, "fork", counted)
    return made


def test_several_processes_give_the_bytes_of_one(project: Path, forks: list[int]) -> None:
    alone = report(project)
    assert not forks
    assert report(project, jobs=2) == alone
    assert report(project, jobs=3) == alone
    assert len(forks) >= 2


def test_the_order_in_which_handlers_are_followed_does_not_show(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = report(project)

    def backwards(program: Program, works: Sequence[Follow], jobs: int) -> list[Known]:
        return [work() for work in reversed(works)][::-1]

    monkeypatch.setattr(crew, "shared", backwards)
    assert report(project) == alone


def test_what_a_dead_process_did_not_bring_is_found_by_the_first(
    project: Path, forks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = report(project)

    def die(pipe: int, blob: bytes) -> None:
        os.write(pipe, blob[: len(blob) // 2])
        os._exit(3)

    monkeypatch.setattr(crew, "_write", die)
    assert report(project, jobs=2) == alone
    assert forks


def test_no_process_is_left_behind(project: Path, forks: list[int]) -> None:
    report(project, jobs=3)
    for child in forks:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def test_facts_that_another_process_made_are_kept(project: Path, tmp_path: Path, forks: list[int]) -> None:
    cold = report(project, jobs=2, cache=tmp_path / "cache")
    for kept in (tmp_path / "cache").glob("*.result"):
        kept.unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "cache").iterdir()}
    assert report(project, jobs=1, cache=tmp_path / "cache") == cold
    assert {path: path.read_bytes() for path in before} == before  # nothing was left to be made
