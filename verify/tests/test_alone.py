"""The verifier needs neither a network nor Assay: it runs where both are forbidden, and imports nothing but what it says."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from verify.tests.packs import FINGERPRINT, FOLDER

SOURCE = FOLDER.parent.parent / "src"
FENCED = """
import sys

def fence(event, arguments):
    if event.startswith("socket.") or event in ("subprocess.Popen", "os.system", "os.exec", "os.fork"):
        raise RuntimeError(f"the verifier may not: {event}")
    if event == "import" and arguments[0].partition(".")[0] == "assay":
        raise RuntimeError("the verifier may not import assay")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
        raise RuntimeError(f"the verifier may not write: {arguments[0]}")

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
sys.addaudithook(fence)
from assay_verify.command import main
sys.exit(main(sys.argv[2:]))
"""


def test_it_runs_without_network_and_without_assay(tmp_path: Path) -> None:
    program = [sys.executable, "-I", "-c", FENCED, str(SOURCE)]
    for kind in ("audit", "finding"):
        words = [str(FOLDER / f"{kind}.zip"), "--key", FINGERPRINT]
        done = subprocess.run([*program, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "VALID" in done.stdout


def test_the_fence_holds(tmp_path: Path) -> None:
    probe = FENCED.replace("from assay_verify.command import main", "import socket; socket.socket()")
    done = subprocess.run([sys.executable, "-I", "-c", probe, str(SOURCE)], capture_output=True, text=True, check=False)
    assert "may not: socket" in done.stderr


def test_it_imports_the_standard_library_and_cryptography_alone() -> None:
    imported = {
        name.partition(".")[0]
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _names(node)
    }
    assert imported - sys.stdlib_module_names == {"assay_verify", "cryptography"}
    assert not imported & {"socket", "ssl", "urllib", "http", "subprocess", "pickle", "importlib", "ctypes"}


def test_what_it_says_it_needs_is_what_it_imports() -> None:
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [each.partition(">")[0] for each in project["dependencies"]] == ["cryptography"]
    assert project["scripts"] == {"assay-verify": "assay_verify.command:run"}


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
    return []
