"""The same input gives the same bytes: cold or warm, by one process or several, whatever the order of files, gate on or off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.examples.truth import scanned
from tests.properties.trees import tree

import assay.source.scan as scanning
from assay.model.endpoint import Endpoint
from assay.plugins.framework import Framework
from assay.reports.json_report import REPORT as JSON
from assay.source.files import Tree, discover
from assay.source.program import Program
from assay.source.scan import scan

KINDS = ("fastapi", "aspnetcore", "generated")


@pytest.fixture(params=KINDS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tree(request.param, tmp_path)


def report(root: Path, *, jobs: int = 1, cache: Path | None = None) -> str:
    """The JSON report, in which everything that a run says stands."""
    return JSON.write(scanned(root, jobs=jobs, cache=cache))


def endpoints(root: Path) -> tuple[Endpoint, ...]:
    return scan(root).inventory.endpoints


def test_two_scans_give_the_same_bytes(project: Path) -> None:
    assert report(project) == report(project)


def test_a_warm_scan_gives_the_bytes_of_the_cold_one(project: Path, tmp_path: Path) -> None:
    cold = report(project, cache=tmp_path / "cache")
    assert report(project, cache=tmp_path / "cache") == cold
    assert report(project) == cold


def test_facts_at_hand_without_a_result_give_the_bytes_of_a_cold_scan(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cold = report(project, cache=cache)
    kept = list(cache.glob("*.result"))
    assert kept
    for result in kept:
        result.unlink()
    assert report(project, cache=cache) == cold


def test_two_processes_give_the_bytes_of_one(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = report(project, jobs=1)
    # Small trees are not worth a pool; here they have to be.
    monkeypatch.setattr("assay.source.project.WORTH_A_POOL", 0, raising=True)
    monkeypatch.setattr("assay.source.reach.crew.WORTH_A_CREW", 2)
    assert report(project, jobs=2) == alone


def test_the_order_in_which_files_are_found_changes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_ = report(project)

    def turned(root: Path, *, exclude: tuple[str, ...] = (), limit: int = 0) -> Tree:
        found = discover(root, exclude=exclude, limit=limit)
        return replace(found, files=tuple(reversed(found.files)))

    monkeypatch.setattr(scanning, "discover", turned)
    assert report(project) == sorted_


def test_where_the_project_stands_changes_nothing(project: Path, tmp_path: Path) -> None:
    here = report(project)
    there = tmp_path / "elsewhere" / "project"
    there.parent.mkdir()
    project.rename(there)
    assert report(there) == here
    assert str(tmp_path) not in here


def test_the_gate_hides_no_endpoint(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gated = endpoints(project)
    assert gated

    def opened() -> Iterator[Framework[Program]]:
        # Every file of source code holds a line break, so that every one passes.
        return (replace(each, literals=(*each.literals, b"\n")) for each in frameworks)

    frameworks = scanning.frameworks()
    monkeypatch.setattr(scanning, "frameworks", lambda: tuple(opened()))
    assert endpoints(project) == gated
