"""Both properties that speed rests on: the gate costs no fact, and neither order, processes nor what is kept change a byte."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

import msgspec
import pytest
from msgspec.structs import replace
from tests.properties.test_determinism import KINDS, report
from tests.properties.trees import tree

import assay.source.scan as scanning
from assay.model.program import FileCount, Inventory
from assay.plugins.framework import Framework
from assay.source.files import LIMIT, Tree, discover
from assay.source.gate import passing
from assay.source.program import Program
from assay.source.project import Project
from assay.source.scan import scan

SEEDS = (1, 2, 3)


@pytest.fixture(params=KINDS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tree(request.param, tmp_path)


def shuffled(seed: int) -> object:
    """`discover`, with the files in another order."""

    def turned(root: Path, *, exclude: tuple[str, ...] = (), limit: int = LIMIT) -> Tree:
        found = discover(root, exclude=exclude, limit=limit)
        files, aside = list(found.files), list(found.aside)
        Random(seed).shuffle(files)
        Random(seed).shuffle(aside)
        return replace(found, files=tuple(files), aside=tuple(aside))

    return turned


def test_cold_warm_any_order_and_any_number_of_processes_give_the_same_bytes(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = report(project)
    monkeypatch.setattr("assay.source.project.WORTH_A_POOL", 0)
    monkeypatch.setattr("assay.source.reach.crew.WORTH_A_CREW", 2)
    for seed, jobs in product(SEEDS, (1, 2)):
        monkeypatch.setattr(scanning, "discover", shuffled(seed))
        cache = tmp_path / f"cache{seed}{jobs}"
        assert report(project, jobs=jobs, cache=cache) == cold
        for kept in cache.glob("*.result"):
            kept.unlink()
        assert report(project, jobs=jobs, cache=cache) == cold


def without_counts(found: Inventory) -> Inventory:
    """All but how many files were read: that is what the gate is for."""
    return replace(found, files=FileCount())


def test_a_scan_with_the_gate_open_finds_the_same_everywhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gated = scan(project).inventory
    assert gated.endpoints
    known = scanning.frameworks()

    def opened() -> Iterator[Framework[Program]]:
        # Every file of source code holds a line break, so that every one passes.
        return (replace(each, literals=(*each.literals, b"\n")) for each in known)

    monkeypatch.setattr(scanning, "frameworks", lambda: tuple(opened()))
    free = scan(project).inventory
    assert without_counts(free) == without_counts(gated)
    assert free.files.passed_over <= gated.files.passed_over


def test_what_the_gate_lets_pass_has_the_facts_that_it_has_without_a_gate(project: Path) -> None:
    known = scanning.frameworks()
    for language in sorted({each.language for each in known}):
        words = tuple(sorted({word for each in known if each.language == language for word in each.literals}))
        gated, free = Project.open(project, words={language: words}), Project.open(project)
        passed = gated.gated(language, words)
        free.prefetch(free.paths(language))
        facts = [msgspec.msgpack.encode(gated.file(path)) for path in passed]
        assert facts == [msgspec.msgpack.encode(free.file(path)) for path in passed]
        missed = set(free.paths(language)) - set(passed)
        assert not [path for path in missed if passing((free.text(path) or "").encode(), words)]
