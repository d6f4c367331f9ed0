"""Which names a tree holds: asked of git where it can tell, walked where it cannot. No file is opened here.

A tree may be hostile. Git is told which repository to read and is never let near a command that the repository's own settings
name; no link is followed; a name that no report could print is passed over with a reason.
"""

import fnmatch
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from assay.model.place import Skipped

NEVER = frozenset(
    {".assay", ".bzr", ".eggs", ".git", ".hg", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache", ".nox"}
    | {".pytest_cache", ".ruff_cache", ".svn", ".tox", ".vs", "__pycache__"}
)
"""Folders that hold nothing of a project's own; nobody needs to be told of them."""
VENDORED = frozenset(["bower_components", "dist-packages", "node_modules", "site-packages"])
"""Folders that a package installer fills."""
ENVIRONMENT = "pyvenv.cfg"
"""PEP 405: it stands in the top folder of every virtual environment."""
BUILT = frozenset({"bin", "obj"})
"""Beside a project file of .NET: what the build wrote."""
PROJECT_FILES = (".csproj", ".fsproj", ".vbproj")
SECONDS = 120
"""How long git may take."""
UNSAFE = frozenset({"", ".", ".."})
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of the text around them."""


class Listing(Struct):
    """The names of a tree."""

    paths: list[str] = field(default_factory=list)
    """Of everything that is neither a folder nor a link, relative, with forward slashes; sorted once the listing is done."""
    links: list[str] = field(default_factory=list)
    is_asked: bool = False
    """Whether git gave any of the paths: it lists what it tracked, even behind a link that came later."""
    skipped: list[Skipped] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """(folder, reason) of folders that were not entered."""


class Exclusion:
    """Globs of paths that are left out; one that fits a folder covers everything below it."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        texts = [fnmatch.translate(text.removeprefix("./").rstrip("/")) for text in patterns if text.strip("./")]
        self._matches = re.compile("|".join(texts)).match if texts else None
        self.is_any = bool(texts)

    def covers(self, path: str) -> bool:
        """Whether a path, or a folder that it stands in, is left out."""
        if self._matches is None:
            return False
        parts = path.split("/")
        return any(self._matches("/".join(parts[:count])) for count in range(1, len(parts) + 1))


def listing(root: Path, exclusion: Exclusion) -> Listing:
    """The names below a folder; `root` has no link in it."""
    found = Listing()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        names = _asked(f"{root}/{prefix}".rstrip("/") or "/")
        if names is None:
            waiting += _walk(found, str(root), prefix, exclusion)
        else:
            found.is_asked = True
            waiting += _take(found, str(root), prefix, names, exclusion)
    found.paths = sorted(set(found.paths))
    return found


def unprintable(path: str) -> str | None:
    """Why no report could print a path, or None."""
    if path.isascii() and path.isprintable():
        return None
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return "its name holds control characters" if UNPRINTABLE.search(path) else None


def printable(path: str) -> str:
    r"""A path as a report may print it: what cannot be printed becomes `\x1b`."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


# --- asking git ----------------------------------------------------------------------------------------------------


class _Names(Struct, frozen=True):
    """What git lists in a folder."""

    tracked: list[str]
    others: list[str]
    """Not tracked and not ignored; a nested repository ends with a slash."""
    links: list[str]
    modules: list[str]
    """Submodules."""


def _take(found: Listing, root: str, prefix: str, names: _Names, exclusion: Exclusion) -> Iterator[str]:
    """Add what git listed; gives the nested repositories, which are asked in their turn."""
    found.links += (prefix + name for name in names.links if _is_safe(found, prefix, name))
    found.paths += (prefix + name for name in names.tracked if _is_safe(found, prefix, name))
    nested = [*names.modules, *(name.rstrip("/") for name in names.others if name.endswith("/"))]
    for name in names.others:
        if not name.endswith("/") and _is_safe(found, prefix, name):
            is_link = os.path.islink(f"{root}/{prefix}{name}")  # noqa: PTH114 - a third of the time
            (found.links if is_link else found.paths).append(prefix + name)
    for name in nested:
        path = prefix + name
        if not _is_safe(found, prefix, name):
            continue
        if exclusion.covers(path):
            found.left_out.append((printable(path), "excluded"))
        elif _is_folder(f"{root}/{path}"):
            yield f"{path}/"


def _asked(folder: str) -> _Names | None:
    """What git lists in a folder; None to have it walked.

    Walked is what no repository holds, what its repository ignores, and what git cannot read.
    """
    top = next((each for each in (Path(folder), *Path(folder).parents) if _may_be_repository(each / ".git")), None)
    program = shutil.which("git")
    if top is None or program is None:
        return None
    command = [program, f"--git-dir={top / '.git'}", f"--work-tree={top}", *_tame()]
    if str(top) != folder and _run([*command, "check-ignore", "--quiet", "--no-index", folder], folder) is not None:
        return None
    tracked = _run([*command, "ls-files", "-z", "--stage"], folder)
    others = _run([*command, "ls-files", "-z", "--others", "--exclude-standard"], folder)
    if tracked is None or others is None or not (tracked or others):
        return None
    names = _Names([], [os.fsdecode(each) for each in others.split(b"\0") if each], [], [])
    for line in tracked.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if name:
            # "120000 <blob> 0\tlogo" is a link, "160000 <commit> 0\tlibs/shared" a submodule.
            kinds = {b"12": names.links, b"16": names.modules}
            kinds.get(head[:2], names.tracked).append(os.fsdecode(name))
    return names


def _tame() -> Iterator[str]:
    """Settings that name a command, or make git write, are overruled: `.git/config` came with the tree."""
    for setting in (
        "core.fsmonitor=false",
        "core.untrackedCache=false",
        "core.hooksPath=/dev/null",
        "core.quotePath=false",
    ):
        yield from ("-c", setting)


def _run(command: list[str], folder: str) -> bytes | None:
    """What a command prints, or None if it fails. A person's own settings of git do not reach it: same input, same bytes."""
    surroundings = {"PATH": os.defpath, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_NOSYSTEM": "1"}
    try:
        done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _may_be_repository(path: Path) -> bool:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) or stat.S_ISREG(mode)


def _is_safe(found: Listing, prefix: str, name: str) -> bool:
    """Git refuses names that lead out when it makes an index, but the index of a hostile tree was not made by git."""
    if not name.startswith("/") and not UNSAFE & set(name.split("/")):
        return True
    found.skipped.append(Skipped(printable(prefix + name), "its name leads out of the tree"))
    return False


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


# --- walking -------------------------------------------------------------------------------------------------------


def _walk(found: Listing, root: str, prefix: str, exclusion: Exclusion) -> Iterator[str]:
    """Add what stands below a folder, with a stack, so that deep trees do no harm; gives the repositories in it."""
    waiting = [prefix]
    while waiting:
        folder = waiting.pop()
        entries = _entries(found, root, folder)
        names = {entry.name for entry in entries}
        if ".git" in names and folder != prefix:
            yield folder
        elif ENVIRONMENT in names and folder:
            found.left_out.append((folder.rstrip("/"), "vendored"))
        else:
            waiting += _sort(found, folder, entries, names, exclusion)


def _sort(
    found: Listing, folder: str, entries: list[os.DirEntry[str]], names: set[str], exclusion: Exclusion
) -> Iterator[str]:
    """Add what stands in one folder; gives the folders to enter."""
    for entry in entries:
        path = folder + entry.name
        if entry.is_symlink():
            found.links.append(path)
        elif not entry.is_dir(follow_symlinks=False):
            found.paths.append(path)
        elif entry.name not in NEVER:
            reason = _closed(path, names, exclusion)
            if reason is None:
                yield f"{path}/"
            else:
                found.left_out.append((printable(path), reason))


def _entries(found: Listing, root: str, folder: str) -> list[os.DirEntry[str]]:
    reason = unprintable(folder)
    if reason:
        found.skipped.append(Skipped(printable(folder.rstrip("/")), reason))
        return []
    try:
        with os.scandir(f"{root}/{folder}") as entries:
            return list(entries)
    except OSError as error:
        text = f"the folder cannot be read: {error.strerror or 'unknown error'}"
        found.skipped.append(Skipped(_short(folder.rstrip("/")) or ".", text))
        return []


def _closed(path: str, names: set[str], exclusion: Exclusion) -> str | None:
    """Why a folder is not entered, or None."""
    name = path.rpartition("/")[2]
    if name in VENDORED:
        return "vendored"
    if name in BUILT and any(other.endswith(PROJECT_FILES) for other in names):
        return "generated"
    return "excluded" if exclusion.covers(path) else None


def _short(path: str) -> str:
    """A path of a length that a report can bear."""
    return path if len(path) <= 300 else f"{path[:140]}…{path[-140:]}"
