"""Asking for the version or the help costs next to nothing: heavy modules are not even imported."""

import os
import re
import subprocess
import sys

import pytest

from assay.version import VERSION

HEAVY_FOR_VERSION = {
    "click",
    "rich",
    "msgspec",
    "tree_sitter",
    "yaml",
    "importlib.metadata",
    "asyncio",
    "ssl",
    "sqlite3",
}
HEAVY_FOR_HELP = {
    "rich",
    "yaml",
    "tree_sitter",
    "tree_sitter_python",
    "tree_sitter_c_sharp",
    "importlib.metadata",
}


def test_the_version_is_told_without_importing_anything_heavy() -> None:
    told, imported = _run("--version")
    assert told == f"assay {VERSION}\n"
    assert not imported & HEAVY_FOR_VERSION


@pytest.mark.parametrize("arguments", [("--help",), ("scan", "--help")])
def test_help_is_told_without_importing_anything_heavy(arguments: tuple[str, ...]) -> None:
    told, imported = _run(*arguments)
    assert "Usage: assay" in told
    assert not imported & HEAVY_FOR_HELP


def _run(*arguments: str) -> tuple[str, set[str]]:
    command = [sys.executable, "-X", "importtime", "-m", "assay.cli.entry", *arguments]
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return done.stdout, set(re.findall(r"^import time:.*\|\s+([\w.]+)$", done.stderr, re.MULTILINE))
