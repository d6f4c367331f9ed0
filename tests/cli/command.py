"""Runs the command line as people do: in a process of its own, with no home and no terminal."""

import os
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

OPEN = """
from fastapi import FastAPI

app = FastAPI()


@app.delete("/orders/{id}")
def remove(id: int) -> None: ...
"""
GUARDED = """
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()


def caller(authorization: str = Header("")) -> str:
    if not authorization:
        raise HTTPException(status_code=401)
    return authorization


@app.delete("/orders/{id}")
def remove(id: int, user: str = Depends(caller)) -> None: ...
"""


class Done(Struct, frozen=True):
    """How a command ended."""

    code: int
    out: str
    err: str


def assay(*words: str | Path, at: Path | None = None, is_recording: bool = False, **environment: str) -> Done:
    """A command; a scan remembers nothing unless it is to."""
    silent = ["--no-record"] if words[:1] == ("scan",) and not is_recording else []
    command = [sys.executable, "-m", "assay.cli.entry", *map(str, words), *silent]
    kept = {key: value for key, value in os.environ.items() if key not in {"HOME", "XDG_CACHE_HOME", "ASSAY_CACHE"}}
    done = subprocess.run(
        command, cwd=at, env={**kept, "COLUMNS": "120", **environment}, capture_output=True, timeout=60, check=False
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def project(root: Path, text: str = OPEN) -> Path:
    """A folder with one API."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "main.py").write_text(text, encoding="utf-8")
    return root


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, timeout=30)
