"""Reads git: which commit a tree is at, and the tree of a revision laid out in a folder.

Git runs without the hooks, filters, file-system monitors and remotes that a repository configures: scanning a tree never runs it and
never reaches the net. Only regular files are laid out, so neither a symbolic link nor a path can lead out of the folder.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from assay.errors import RevisionError

SECONDS = 120
COMMIT = re.compile(r"[0-9a-f]{7,64}")
REGULAR = {b"100644", b"100755", b"100664"}
LARGEST = 4 * 1024 * 1024
"""Bytes; of a larger file only the size is laid out, so that the scan says that it is too large."""
BATCH = 32 * 1024 * 1024
"""Bytes of blobs that git is asked for at once."""
GIT = (
    *("git", "--no-optional-locks", "--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"),
    *("-c", "protocol.allow=never"),
)


class Blob(Struct, frozen=True):
    """A regular file of a revision."""

    digest: bytes
    size: int
    path: str
    """Relative to the scanned folder."""


def commit(root: Path) -> str:
    """The commit that a folder is at, with `+changes` when files in it differ; "" outside git and before the first commit."""
    try:
        head = _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
        flags = _without_filters(root)
        changes = _git(root, *flags, "status", "--porcelain", "--ignore-submodules=all", "-z", "--", ".")
    except RevisionError:
        return ""
    return f"{head}+changes" if changes else head


def resolved(root: Path, revision: str) -> str:
    """The commit that a revision names. Raises `RevisionError` outside git and for what git does not know."""
    try:
        _git(root, "rev-parse", "--git-dir")
    except RevisionError as error:
        message = f"{root}: no git repository can be read here ({error}). Mend: compare inside a checkout."
        raise RevisionError(message) from error
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except RevisionError as error:
        message = f"{revision}: git knows no such revision here. Mend: name a branch, tag or commit; a shallow clone must fetch it first."
        raise RevisionError(message) from error
    return found.decode().split()[-1]


def contains(root: Path, ancestor: str) -> bool | None:
    """Whether the commit that a folder is at contains another; None where git does not know that one."""
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ancestor}^{{commit}}")
    except RevisionError:
        return None
    try:
        _git(root, "merge-base", "--is-ancestor", ancestor, "HEAD")
    except RevisionError:
        return False
    return True


def between(root: Path, old: str, new: str) -> tuple[str, ...]:
    """The commits that one commit holds and another does not, sorted; none where git does not know both."""
    if not (COMMIT.fullmatch(old) and COMMIT.fullmatch(new)):
        return ()
    try:
        return tuple(sorted(_git(root, "rev-list", new, f"^{old}", "--").decode().split()))
    except RevisionError:
        return ()


def identity(root: Path) -> str:
    """Who commits in a folder, as git is configured there; "" when it does not say."""
    try:
        return _git(root, "config", "--get", "user.email").decode("utf-8", "replace").strip()
    except RevisionError:
        return ""


def written(root: Path, *words: str, given: str) -> None:
    """Let git write into the repository of a folder. Raises `RevisionError` with git's reason."""
    try:
        _git(root, *words, given=given.encode())
    except RevisionError as error:
        message = f"git {words[0]}: {error}. Mend: run it inside a repository that has a commit and names its user."
        raise RevisionError(message) from error


def lay_out(root: Path, revision: str, target: Path) -> str:
    """Write the files that a folder had at a revision into an empty folder; gives the commit.

    Raises `RevisionError` when the revision is unknown or has no such folder.
    """
    name = resolved(root, revision)
    prefix = os.fsdecode(_git(root, "rev-parse", "--show-prefix")).rstrip("\n")
    try:
        listing = _git(root, "ls-tree", "-r", "-z", "--long", "--full-tree", f"{name}:{prefix}")
    except RevisionError as error:
        message = f"{revision}: it has no folder {prefix} ({error}). Mend: name a revision that has it."
        raise RevisionError(message) from error
    blobs = tuple(_blobs(listing))
    try:
        for blob in blobs:
            if blob.size > LARGEST:
                _write(target, blob, b"")
        for batch in _batches(blob for blob in blobs if blob.size <= LARGEST):
            for blob, content in zip(batch, _contents(root, batch), strict=True):
                _write(target, blob, content)
    except OSError as error:
        message = f"{revision}: cannot be laid out in {target}: {error.strerror}. Mend: make room in the temporary folder (TMPDIR)."
        raise RevisionError(message) from error
    return name


def _blobs(listing: bytes) -> Iterator[Blob]:
    """The regular files of `git ls-tree -z --long` whose path stays inside the folder."""
    for row in listing.split(b"\0"):
        # 100644 blob 4b825dc642cb6eb9a060e54bf8d69288fbee4904    1042<tab>app/main.py
        head, _, path = row.partition(b"\t")
        fields = head.split()
        if len(fields) != 4 or fields[0] not in REGULAR or not fields[3].isdigit():
            continue
        parts = PurePosixPath(text := os.fsdecode(path)).parts
        if text.startswith("/") or ".." in parts or any(part.lower() == ".git" for part in parts):
            continue
        yield Blob(fields[2], int(fields[3]), text)


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    batch: list[Blob] = []
    total = 0
    for blob in blobs:
        if batch and total + blob.size > BATCH:
            yield batch
            batch, total = [], 0
        batch.append(blob)
        total += blob.size
    if batch:
        yield batch


def _contents(root: Path, blobs: list[Blob]) -> Iterator[bytes]:
    """What `git cat-file --batch` says of each blob, in order."""
    answer = _git(root, "cat-file", "--batch", given=b"".join(blob.digest + b"\n" for blob in blobs))
    start = 0
    for blob in blobs:
        head, _, _ = answer[start : start + 200].partition(b"\n")
        if head != b"%s blob %d" % (blob.digest, blob.size):
            message = f"{blob.path}: git does not have its content ({head.decode(errors='replace')}). Mend: fetch the whole revision."
            raise RevisionError(message)
        start += len(head) + 1
        yield answer[start : start + blob.size]
        start += blob.size + 1


def _write(target: Path, blob: Blob, content: bytes) -> None:
    path = target / blob.path
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.truncate(blob.size)


def _without_filters(root: Path) -> list[str]:
    """Flags that switch off every clean and process filter that the repository's own configuration names."""
    keys: set[str] = set()
    for scope in ("--local", "--worktree"):
        try:
            names = _git(root, "config", scope, "--includes", "--name-only", "-z", "--get-regexp", r"^filter\..*")
        except RevisionError:
            continue  # git config fails when it finds none.
        keys.update(os.fsdecode(name).rpartition(".")[0] for name in names.split(b"\0") if name)
    off = ("clean=", "process=", "required=false")
    return [flag for key in sorted(keys) for word in off for flag in ("-c", f"{key}.{word}")]


def _git(root: Path, *words: str, given: bytes = b"") -> bytes:
    """What git prints. Raises `RevisionError` with git's own first line.

    The repository is named, because a hook that runs this has variables that may name another.
    """
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if top is None:
        message = "no folder above holds .git"
        raise RevisionError(message)
    command = [*GIT, f"--git-dir={top / '.git'}", f"--work-tree={top}", "-C", str(root), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - git, by words
    except FileNotFoundError as error:
        message = "git is not installed"
        raise RevisionError(message) from error
    except subprocess.TimeoutExpired as error:
        message = f"git took longer than {SECONDS} s"
        raise RevisionError(message) from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = lines[0].removeprefix("fatal: ") if lines else f"git {words[0]} failed"
        raise RevisionError(message)
    return done.stdout
