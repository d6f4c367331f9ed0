"""What `assay scan` said is said again where nothing changed, and worked out anew where anything did."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.command import GUARDED, OPEN, assay, project


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return project(tmp_path / "shop")


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").glob("*.answer"))


def scan(tree: Path, *flags: str) -> tuple[int, str, str]:
    done = assay("scan", tree, "--format", "json", *flags, ASSAY_CACHE=str(tree.parent / "cache"))
    return done.code, done.out, done.err


def test_an_unchanged_tree_gets_the_same_answer_and_exit_code(tree: Path) -> None:
    first = scan(tree)
    assert kept(tree.parent)
    assert scan(tree) == first == scan(tree, "--no-cache")


def test_a_damaged_answer_is_worked_out_again(tree: Path) -> None:
    scan(tree)
    (path,) = kept(tree.parent)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert scan(tree) == scan(tree, "--no-cache")


def test_no_judge_is_loaded_for_what_was_said_before(tree: Path) -> None:
    scan(tree)
    command = [sys.executable, "-X", "importtime", "-m", "assay.cli.entry", "scan", str(tree), "--no-record"]
    environment = {**os.environ, "ASSAY_CACHE": str(tree.parent / "cache"), "COLUMNS": "120"}
    done = subprocess.run(
        [*command, "--format", "json"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "assay.source.snapshot" in done.stderr
    assert not set(re.findall(r"\|\s+([\w.]+)$", done.stderr, re.MULTILINE)) & {
        "tree_sitter",
        "assay.cli.scanning",
        "yaml",
    }


def test_a_changed_file_is_judged_anew(tree: Path) -> None:
    before = scan(tree)
    project(tree, GUARDED)
    after = scan(tree)
    assert after != before
    project(tree, OPEN)
    assert scan(tree) == before


@pytest.mark.parametrize(
    "flags", [("--fail-on", "never"), ("--as-of", "2031-01-01"), ("--framework", "all"), ("--quiet",)]
)
def test_other_flags_have_an_answer_of_their_own(tree: Path, flags: tuple[str, ...]) -> None:
    scan(tree)
    assert scan(tree, *flags) == scan(tree, *flags, "--no-cache")


def test_settings_that_change_are_heeded(tree: Path) -> None:
    before = scan(tree)
    (tree / "assay.toml").write_text('[thresholds]\nfail-on = "never"\n')
    assert before[0] == 1
    assert scan(tree)[0] == 0


@pytest.mark.parametrize("flags", [("--history",), ("--change",), ("--output", "junit=report.xml")])
def test_a_scan_that_depends_on_more_or_does_more_is_run_every_time(
    tree: Path, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree.parent)
    scan(tree, *flags)
    assert not kept(tree.parent)


def test_a_contract_may_refer_to_what_is_not_looked_at_and_keeps_no_answer(tree: Path) -> None:
    contract = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n  /orders: {$ref: 'parts/orders.yaml'}\n"
    (tree / "openapi.yaml").write_text(contract)
    scan(tree)
    assert not kept(tree.parent)


def test_a_contract_that_refers_to_itself_alone_keeps_its_answer(tree: Path) -> None:
    contract = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n  /orders: {$ref: '#/paths/x'}\n"
    (tree / "openapi.yaml").write_text(contract)
    assert scan(tree) == scan(tree)
    assert kept(tree.parent)
