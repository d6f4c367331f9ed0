"""`inventory`, `explain ENDPOINT`, `diff` and `init` in a process of their own."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.command import GUARDED, OPEN, assay, git, project


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = project(tmp_path / "shop", GUARDED)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def test_an_inventory_lists_endpoints_with_what_guards_them(tmp_path: Path) -> None:
    done = assay("inventory", project(tmp_path, GUARDED), "--format", "json")
    (endpoint,) = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (endpoint["method"], endpoint["path"], endpoint["auth"]) == ("DELETE", "/orders/{id}", True)
    assert endpoint["place"]["path"] == "main.py"


@pytest.mark.parametrize("form", ["table", "markdown", "csv"])
def test_an_inventory_reads_as_a_table(tmp_path: Path, form: str) -> None:
    out = assay("inventory", project(tmp_path), "--format", form).out
    assert "DELETE" in out
    assert "/orders/{id}" in out
    assert "public" in out


def test_no_cell_of_an_inventory_can_be_run_as_a_formula(tmp_path: Path) -> None:
    root = project(tmp_path, OPEN.replace("def remove", "def remove"))
    rows = list(csv.reader(io.StringIO(assay("inventory", root, "--format", "csv").out)))
    assert rows[0][:2] == ["method", "path"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_an_inventory_of_nothing_is_an_empty_list_and_not_clean(tmp_path: Path) -> None:
    done = assay("inventory", tmp_path, "--format", "json")
    assert (done.code, json.loads(done.out)) == (3, [])
    assert "Nothing to assess" in done.err


def test_an_endpoint_is_explained_by_its_guards(tmp_path: Path) -> None:
    done = assay("explain", "DELETE /orders/{any}", project(tmp_path, GUARDED))
    assert done.code == 0
    assert "Depends(caller)" in done.out
    assert "refuses with 401" in done.out


def test_an_endpoint_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    done = assay("explain", "DELETE /order/{id}", project(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "Did you mean DELETE /orders/{id}?" in done.err


def test_a_guard_that_is_gone_fails_a_comparison(repository: Path) -> None:
    project(repository, OPEN)
    done = assay("diff", "HEAD", repository, "--format", "json")
    said = json.loads(done.out)
    assert done.code == 1
    assert said["changed"][0]["weaker"] == ["the authorization was authenticated and is now public"]
    assert [row["fate"] for row in said["gone"]] == []
    assert "1 endpoint (demands less than before)." in done.err


def test_nothing_changed_passes_a_comparison(repository: Path) -> None:
    done = assay("diff", "HEAD", repository)
    assert (done.code, done.err) == (0, "")
    assert "New endpoints: 0" in done.out


def test_a_part_of_a_repository_can_be_compared(repository: Path) -> None:
    (repository / "api").mkdir()
    git(repository, "mv", "main.py", "api/main.py")
    git(repository, "commit", "-qm", "moved")
    assert assay("diff", "HEAD", repository / "api").code == 0
    assert assay("diff", "HEAD~1", repository / "api").code == 2


def test_a_fixed_finding_is_told_as_fixed(tmp_path: Path) -> None:
    root = project(tmp_path, OPEN)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    project(root, GUARDED)
    done = assay("diff", "HEAD", root, "--format", "json")
    assert done.code == 0
    assert [row["fate"] for row in json.loads(done.out)["gone"]] == ["fixed"]


def test_a_revision_that_does_not_exist_is_refused(repository: Path) -> None:
    done = assay("diff", "nosuch", repository)
    assert (done.code, done.out) == (2, "")
    assert "git knows no such revision here" in done.err


def test_init_writes_settings_that_a_scan_accepts(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert assay("init", root).code == 0
    assert "fastapi, 1 endpoint\n" in (root / "assay.toml").read_text(encoding="utf-8")
    assert assay("scan", root).code == 1
    again = assay("init", root)
    assert again.code == 2
    assert "is not overwritten" in again.err
