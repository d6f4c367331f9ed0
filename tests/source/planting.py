"""Trees for tests: files written below a folder, and visitors that stand in for a language's own."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from assay.source import facts
from assay.source.languages.parse import Unreadable

IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]


def plant(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and give the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder, away from anybody's own settings."""
    surroundings = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *IDENTITY, "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def repository(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with one commit of these files."""
    plant(root, files)
    git(root, "init", "--quiet")
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "first")
    return root


class Visitor:
    """Makes facts of a file without a parser: a text of its length, and a comment for each line that begins with `#` or `//`.

    It remembers what it was asked for, so that a test can tell what was read anew.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.asked: list[str] = []

    def __call__(
        self, path: str, source: bytes, *, seconds: float = 5.0, bodies: bool = True
    ) -> facts.File | Unreadable:
        self.asked.append(path)
        if source.startswith(b"unreadable"):
            return Unreadable(path, "it says so")
        if source.startswith(b"deep"):
            raise RecursionError
        lines = enumerate(source.decode("utf-8", "replace").splitlines(), 1)
        comments = tuple(
            facts.Comment(text.lstrip("#/ "), line) for line, text in lines if text.startswith(("#", "//"))
        )
        body = (facts.Do(facts.Text(str(len(source))), 1),)
        return facts.File(path, self.language, body, comments)


def visitors() -> dict[str, Visitor]:
    """A stand-in for each language."""
    return {"python": Visitor("python"), "csharp": Visitor("csharp")}
