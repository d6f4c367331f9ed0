"""Asks git for what stands on the default branch.

Git runs without hooks, filters or remotes that a repository configures, and never reaches the net.
"""

import subprocess
from pathlib import Path

SECONDS = 30
MOST = 8 * 1024 * 1024
"""Bytes of an answer; what is longer is no answer."""
GIT = (
    *("git", "--no-optional-locks", "--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"),
    *("-c", "protocol.allow=never", "-c", "log.showSignature=false", "-c", "log.mailmap=false"),
)


def top_of(root: Path) -> Path | None:
    """The folder of the repository that a folder lies in."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)


def said(top: Path, *words: str) -> str | None:
    """What git prints; None when it fails, is missing, or takes too long."""
    command = [*GIT, f"--git-dir={top / '.git'}", f"--work-tree={top}", "-C", str(top), *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - git, by words
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode or len(done.stdout) > MOST:
        return None
    return done.stdout.decode("utf-8", "replace")
