"""The blobs that any reachable commit holds, asked of git without a checkout.

Git runs as `source.listing` has it: nothing that a repository configures is run, nothing is fetched, a person's settings do not reach it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from msgspec import Struct

SECONDS = 600
"""How long git may take to list the commits, or the blobs of them."""
SURROUNDINGS = {
    "PATH": os.defpath,
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
TAME = (
    *("--no-replace-objects", "--no-optional-locks"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"),
)
BLOB = b"100"
"""How the mode of a regular file begins; links and submodules have others."""


class Blob(Struct, frozen=True):
    """Content that stood at a path, with the oldest commit that holds it there."""

    digest: bytes
    path: str
    """Relative to the scanned folder."""
    commit: str
    age: int
    """Place of that commit among all, the newest first."""


class Repository(Struct, frozen=True):
    """The repository that a folder stands in."""

    top: Path
    prefix: str
    """Of the folder below the top, with a slash at its end; "" for the top itself."""

    def blobs(self) -> tuple[int, list[Blob]]:
        """How many commits are reachable, and what they hold: the newest first, each content once for each path.

        Raises `OSError` with a reason if git cannot tell.
        """
        with tempfile.TemporaryFile() as commits, tempfile.TemporaryFile() as changes:
            self._run(("rev-list", "--all", "--topo-order"), commits)
            commits.seek(0)
            words = ("diff-tree", "--stdin", "-r", "-c", "--root", "-z", "--raw", "--no-renames", "--no-abbrev")
            self._run(words, changes, commits)
            changes.seek(0)
            commits.seek(0)
            return sum(1 for _ in commits), self._parsed(changes.read())

    def is_shallow(self) -> bool:
        """Whether the clone holds only the newest commits."""
        with tempfile.TemporaryFile() as said:
            self._run(("rev-parse", "--is-shallow-repository"), said)
            said.seek(0)
            return said.read().strip() == b"true"

    def tips(self) -> bytes:
        """What changes whenever another commit becomes reachable. Raises `OSError` if git cannot tell."""
        with tempfile.TemporaryFile() as said:
            self._run(("rev-list", "--all", "--no-walk"), said)
            said.seek(0)
            return said.read()

    def sizes(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Bytes of each blob that is there."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
            given.writelines(digest + b"\n" for digest in digests)
            given.seek(0)
            self._run(("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"), said, given)
            said.seek(0)
            rows = (line.split() for line in said)
            return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == b"blob"}

    def contents(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """(digest, content) of each blob, in order; one that git cannot give ends them."""
        with tempfile.TemporaryFile() as given:
            given.writelines(digest + b"\n" for digest in digests)
            given.seek(0)
            with subprocess.Popen(  # noqa: S603 - git, by words
                self._command(("cat-file", "--batch")),
                cwd=self.top,
                env=SURROUNDINGS,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as git:
                if git.stdout is not None:
                    yield from _contents(git.stdout)

    def _parsed(self, said: bytes) -> list[Blob]:
        """The blobs that `git diff-tree -z` names."""
        found: dict[tuple[bytes, str], Blob] = {}
        prefix, commit, age = os.fsencode(self.prefix), "", 0
        fields = iter(said.split(b"\0"))
        for each in fields:
            if not each.startswith(b":"):
                # a65b71eb722c3a564e51164802505b66661c2a23
                commit, age = (each.decode("ascii", "replace"), age + 1) if each else (commit, age)
                continue
            # ":100644 100644 <before> <after> M", then the path; a merge has one more colon, mode and blob for each parent.
            parents = len(each) - len(each.lstrip(b":"))
            words, path = each[parents:].split(), next(fields, b"")
            mode, digest = words[parents], words[2 * parents + 1]
            if mode.startswith(BLOB) and path.startswith(prefix):
                name = os.fsdecode(path[len(prefix) :])
                found[digest, name] = Blob(digest, name, commit, age)
        return list(found.values())

    def _run(self, words: tuple[str, ...], into: IO[bytes], given: IO[bytes] | None = None) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - git, by words
                self._command(words),
                cwd=self.top,
                env=SURROUNDINGS,
                stdin=given or subprocess.DEVNULL,
                stdout=into,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"git took longer than {SECONDS} s"
            raise OSError(message) from error
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise OSError(_reason(lines[0]) if lines else f"git {words[0]} failed")

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [shutil.which("git") or "git", *TAME, f"--git-dir={self.top / '.git'}", *words]


def repository(root: Path) -> Repository | None:
    """The repository that a folder stands in; None where there is none, or no git to ask. `root` is absolute and has no link in it."""
    top = next((each for each in (root, *root.parents) if (each / ".git").exists()), None)
    if top is None or shutil.which("git") is None:
        return None
    prefix = root.relative_to(top).as_posix()
    return Repository(top, "" if prefix == "." else f"{prefix}/")


def _contents(said: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    while head := said.readline().split():
        if len(head) != 3 or head[1] != b"blob":
            return
        content = said.read(int(head[2]))
        said.read(1)
        yield head[0], content


def _reason(line: str) -> str:
    """The first line of what git says, without a path of this machine."""
    text = line.removeprefix("fatal: ").partition("'")[0].rstrip(" :")
    return f"git says: {text}"[:120]
