"""The story of one finding: found, fixed, shown to be fixed by another scan, handed to an auditor, and what happens to one changed byte."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "orders-fastapi"
FAULT = '@app.post(f"{PREFIX}/stock/recount", status_code=status.HTTP_204_NO_CONTENT)'
MENDED = FAULT[:-1] + ', dependencies=[Depends(RequireRole("admin"))])'
ENDPOINT = "POST /api/v1/stock/recount"
VALID, TAMPERED = 0, 1


def tell(folder: Path) -> None:
    """Tell it in a folder that is made anew. Ends the program with 1 if anything goes otherwise than it should."""
    shutil.rmtree(folder, ignore_errors=True)
    project, pack = folder / "orders", folder / "finding.zip"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".assay"))
    _git(project, "init", "--quiet")
    print(f"The evidence of one finding, {ENDPOINT}:\n")
    _scanned(project, "as it is")
    main = project / "orders" / "main.py"
    main.write_text(main.read_text(encoding="utf-8").replace(FAULT, MENDED), encoding="utf-8")
    print(f"... the endpoint gets a guard: {MENDED[len(FAULT) + 1 : -1]}\n")
    print("This scan also looks at how the change got there: git, CI files, rules of branches.\n")
    _scanned(project, "guarded", "--change")
    told = _assay(project, "evidence", "timeline", ENDPOINT)
    print(told)
    _demand(was=True, holds="verified_fixed" in told, what="the finding becomes verified_fixed")
    done = _assay(project, "evidence", "pack", "--finding", _fingerprint(told), "--output", str(pack.resolve()))
    print(done)
    key = re.search(r"--key ([0-9a-f]{64})", done)
    assert key
    _verified(pack, key[1], VALID)
    raw = bytearray(pack.read_bytes())
    raw[raw.index(b"verified_fixed")] ^= 1
    changed = pack.with_name("changed.zip")
    changed.write_bytes(raw)
    print("... one bit of the pack is flipped:\n")
    _verified(changed, key[1], TAMPERED)


def _scanned(project: Path, message: str, *more: str) -> None:
    _git(project, "add", "--all", ":!.assay")
    _git(project, "-c", "user.name=ann", "-c", "user.email=ann@example.org", "commit", "--quiet", "--message", message)
    print(_assay(project, "scan", ".", *more, accepts=(0, 1)))


def _assay(project: Path, *words: str, accepts: tuple[int, ...] = (0,)) -> str:
    """What a command says to people, after the command itself."""
    shown = " ".join(f'"{word}"' if " " in word else word for word in words)
    print(f"$ assay {shown}", flush=True)
    done = _run([sys.executable, "-m", "assay.cli.entry", *words], project)
    if done.returncode not in accepts:
        sys.exit(f"assay {words[0]} ended with {done.returncode}: {done.stderr}")
    return (done.stdout if words[0] != "scan" else done.stderr).rstrip() + "\n"


def _verified(pack: Path, key: str, expected: int) -> None:
    print(f"$ assay-verify {pack.name} --key {key}", flush=True)
    done = _run([sys.executable, "-m", "assay_verify", pack.name, "--key", key], pack.parent)
    print(done.stdout)
    _demand(was=done.returncode == expected, holds=True, what=f"assay-verify ends with {expected}")


def _demand(*, was: bool, holds: bool, what: str) -> None:
    if not (was and holds):
        sys.exit(f"This should have happened, and did not: {what}.")


def _fingerprint(told: str) -> str:
    """That of the finding that was fixed."""
    line = next(line for line in told.splitlines() if ENDPOINT in line and "  high  " in line)
    return line.split()[-1]


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "verify" / "src"), "ASSAY_ACTOR": "ann"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)


if __name__ == "__main__":
    tell(ROOT / "build" / "demo" / "story")
