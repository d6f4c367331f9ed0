"""Finding the files of a tree and reading them: what is there, what each is, and what is left out or cannot be looked at.

Only regular files are ever opened, none outside the tree, and no link is followed.
Source: shared/performance.md sections 2.6 and 5.
"""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from assay.errors import UsageError
from assay.model.place import Skipped
from assay.source.classify import EXCLUDED, TESTS, Layout, LeftOut
from assay.source.listing import NEVER, Exclusion, Listing, listing, printable, unprintable

LIMIT = 1_000_000
"""Bytes of a file beyond which it is skipped; shared/performance.md 2.2, pitfall 9."""
SEARCHED = 8_000_000
"""Bytes of a file beyond which it is not even searched for secrets, which takes no parser."""
LANGUAGES = {".cs": "csharp", ".py": "python", ".pyw": "python"}
"""Ending to language. `languages/registry.py` has the same; it is not asked, because it loads what an unchanged rescan never needs."""
TEXTS = frozenset(
    {".cfg", ".config", ".cshtml", ".csproj", ".env", ".fsproj", ".html", ".ini", ".json", ".props", ".razor"}
    | {".sln", ".slnx", ".targets", ".toml", ".txt", ".vbproj", ".yaml", ".yml"}
    | {
        ".conf",
        ".dockerfile",
        ".js",
        ".jsx",
        ".key",
        ".mjs",
        ".pem",
        ".php",
        ".properties",
        ".ps1",
        ".pubxml",
        ".rb",
        ".sh",
        ".sql",
    }
    | {".tf", ".tfvars", ".ts", ".tsx", ".vue", ".xml"}
    | {
        ".bat",
        ".bicep",
        ".cmd",
        ".hcl",
        ".http",
        ".ipynb",
        ".j2",
        ".jsonc",
        ".npmrc",
        ".pypirc",
        ".rest",
        ".service",
        ".tpl",
    }
    | {".jks", ".keystore", ".p12", ".pfx", "id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"}
)
"""Endings of files that a framework may want to see besides source, or in which a secret may stand."""
ASIDE = frozenset({TESTS})
"""Why a file is left out that is searched for secrets all the same."""
FOLDERS_STATED = 20
"""So many folders of one reason are named one by one; of more, only the top folders that they stand in."""
OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Entry(Struct, frozen=True, order=True):
    """A regular file."""

    path: str
    """Relative to the root, with forward slashes, printable."""
    kind: str
    """A language, or the ending of a text file: `.csproj`, `.env`."""
    size: int
    """Bytes when it was found."""
    stamp: tuple[int, int, int]
    """Time of change and of status change in nanoseconds, and inode: with the size, what tells a changed file without reading it."""

    @property
    def is_source(self) -> bool:
        """Whether it is of a language."""
        return _is_source(self.kind)


class Tree(Struct, frozen=True):
    """The files of a folder; all tuples are sorted."""

    root: Path
    """Absolute, without links."""
    files: tuple[Entry, ...]
    """What is to be looked at, by path."""
    left_out: tuple[tuple[LeftOut, int], ...]
    """With the number of source files; 0 where a folder was not entered."""
    skipped: tuple[Skipped, ...]
    aside: tuple[tuple[Entry, str], ...] = ()
    """Tests, with the reason why they are left out: only searched for secrets."""
    too_large: tuple[Entry, ...] = ()
    """Those beyond the limit that would be looked at: only searched for secrets."""


def discover(root: Path, *, exclude: tuple[str, ...] = (), limit: int = LIMIT) -> Tree:
    """The files of a folder, sorted by what they are.

    `exclude` holds globs of paths (`*` spans slashes; one that fits a folder covers what is below it).
    Raises `UsageError` if there is no such folder.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: there is no such folder; give the folder that holds the project.")
    root = root.resolve()
    exclusion = Exclusion(exclude)
    names = listing(root, exclusion)
    kinds = dict(_known(names))
    layout = Layout(names.paths, lambda path: _bytes(read(root, path, limit)))
    reasons = {path: _reason(path, layout, exclusion) for path in kinds}
    _spare_tests(kinds, reasons)
    counts = Counter(each for path, each in reasons.items() if each and _is_source(kinds[path]))
    kept = list(_entries(root, names, {path: kind for path, kind in kinds.items() if reasons[path] is None}))
    too_large = [entry for entry in kept if entry.size > limit]
    aside = _aside(root, names, kinds, reasons, limit)
    skipped = [*names.skipped, *(_too_large(entry, limit) for entry in too_large if entry.is_source)]
    closed = {LeftOut(folder, reason): 0 for folder, reason in names.left_out}
    return Tree(
        root,
        tuple(sorted(entry for entry in kept if entry.size <= limit)),
        tuple(sorted({**closed, **counts}.items())),
        tuple(sorted(set(skipped))),
        aside,
        tuple(sorted(too_large)),
    )


def kind_of(path: str) -> str | None:
    """A language, the ending of a text file that may matter, or None for a file that cannot."""
    name = path[path.rfind("/") + 1 :].lower()
    ending = name[name.rfind(".") :] if "." in name else name
    if ending in LANGUAGES:
        return LANGUAGES[ending]
    if name.startswith(".env"):
        return ".env"
    if name.startswith("dockerfile"):
        return ".dockerfile"
    if ending == ".txt" and "requirements" not in path:
        return None
    return ending if ending in TEXTS else None


def read(root: Path, path: str, limit: int = LIMIT) -> bytes | Skipped:
    """The bytes of a file of the tree, or why they cannot be read. Never waits on a pipe or a device."""
    try:
        opened = os.open(f"{root}/{path}", OPEN)
    except OSError as error:
        return Skipped(path, f"it cannot be read: {error.strerror or 'unknown error'}")
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            return Skipped(path, "it is not a regular file")
        if status.st_size > limit:
            return Skipped(path, _size_reason(status.st_size, limit))
        return _whole(opened, status.st_size, limit)
    except OSError as error:
        return Skipped(path, f"it cannot be read: {error.strerror or 'unknown error'}")
    finally:
        os.close(opened)


def stated(left_out: tuple[tuple[LeftOut, int], ...]) -> tuple[Skipped, ...]:
    """What was left out as reports say it: by folder, with the number of files."""
    found: list[Skipped] = []
    for reason in sorted({each.reason for each, _ in left_out}):
        folders: Counter[str] = Counter()
        own = [(each.folder, count) for each, count in left_out if each.reason == reason]
        for folder, count in own:
            folders[folder.partition("/")[0] if len(own) > FOLDERS_STATED else folder] += count
        for folder, count in folders.items():
            files = f"{count} source file{'' if count == 1 else 's'}" if count else "not entered"
            found.append(Skipped(folder, f"{reason}: {files}", "left-out"))
    return tuple(sorted(found))


def _bytes(found: bytes | Skipped) -> bytes:
    return b"" if isinstance(found, Skipped) else found


def _whole(opened: int, size: int, limit: int) -> bytes:
    """The file as long as it was when it was opened; a file that grows is cut at the limit."""
    first = os.read(opened, size)
    pieces = [first]
    while len(first) < min(size, limit) and (piece := os.read(opened, limit)):
        pieces.append(piece)
        first += piece
    return b"".join(pieces)[:limit]


def _reason(path: str, layout: Layout, exclusion: Exclusion) -> LeftOut | None:
    if exclusion.is_any and exclusion.covers(path):
        return LeftOut(path.rpartition("/")[0] or ".", EXCLUDED)
    return layout.left_out(path)


def _is_source(kind: str) -> bool:
    return not kind.startswith(".")


def _spare_tests(kinds: dict[str, str], reasons: dict[str, LeftOut | None]) -> None:
    """Where there is nothing but tests, they are what its owner wants to have scanned."""
    if any(reasons[path] is None and _is_source(kind) for path, kind in kinds.items()):
        return
    for path, reason in reasons.items():
        if reason is not None and reason.reason == TESTS:
            reasons[path] = None


def _too_large(entry: Entry, limit: int) -> Skipped:
    return Skipped(entry.path, _size_reason(entry.size, limit))


def _size_reason(size: int, limit: int) -> str:
    return f"it is larger than {limit / 1e6:g} MB ({size / 1e6:.1f} MB)"


# --- from names to files -------------------------------------------------------------------------------------------


def _known(names: Listing) -> Iterator[tuple[str, str]]:
    """The names of files that may matter, with their kinds; one that no report could print is skipped if it is of a source file."""
    for path in names.paths:
        kind = kind_of(path)
        if kind is None or not NEVER.isdisjoint(path.split("/")[:-1]):
            continue
        reason = unprintable(path)
        if reason is None:
            yield path, kind
        elif _is_source(kind):
            names.skipped.append(Skipped(printable(path), reason))


def _entries(root: Path, names: Listing, kinds: dict[str, str]) -> Iterator[Entry]:
    """The regular files among the names; what else has the name of a source file is skipped with a reason."""
    is_within = _within(str(root)) if names.is_asked else None
    for path, kind in kinds.items():
        found = _entry(root, path, kind, is_within)
        if isinstance(found, Entry):
            yield found
        elif found is not None and _is_source(kind):
            names.skipped.append(found)
    names.skipped += filter(None, (_link(root, path) for path in names.links))


def _aside(
    root: Path, names: Listing, kinds: dict[str, str], reasons: dict[str, LeftOut | None], limit: int
) -> tuple[tuple[Entry, str], ...]:
    """The files that are left out and searched for secrets."""
    is_within = _within(str(root)) if names.is_asked else None
    found = []
    for path, reason in reasons.items():
        if reason is not None and reason.reason in ASIDE:
            entry = _entry(root, path, kinds[path], is_within)
            if isinstance(entry, Entry) and entry.size <= max(limit, SEARCHED):
                found.append((entry, reason.reason))
    return tuple(sorted(found))


def _entry(root: Path, path: str, kind: str, is_within: Callable[[str], bool] | None) -> Entry | Skipped | None:
    try:
        if is_within is not None and not is_within(path.rpartition("/")[0]):
            return Skipped(path, "it stands behind a symbolic link, which is not followed")
        status = os.lstat(f"{root}/{path}")
    except (FileNotFoundError, NotADirectoryError):
        return None  # git still lists a file that was deleted since
    except OSError as error:
        return Skipped(path, f"it cannot be read: {error.strerror or 'unknown error'}")
    if stat.S_ISLNK(status.st_mode):
        return _link(root, path)  # git tracked a file here
    if not stat.S_ISREG(status.st_mode):
        return Skipped(path, "it is not a regular file")
    return Entry(path, kind, status.st_size, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino))


def _link(root: Path, path: str) -> Skipped | None:
    """A link to something inside the tree loses nothing; one that leads out is said, if source may lie behind it."""
    target = os.path.realpath(f"{root}/{path}")
    if f"{target}/".startswith(f"{str(root).rstrip('/')}/"):
        return None
    is_folder = os.path.isdir(target)  # noqa: PTH112 - the target may be any text
    if not is_folder and not _is_source(kind_of(path) or "."):
        return None
    return Skipped(printable(path), "it is a symbolic link that leads out of the tree, which is not followed")


def _within(root: str) -> Callable[[str], bool]:
    """Tells whether a folder is reached without passing a link."""
    known = {"": True}

    def is_within(folder: str) -> bool:
        above = [folder]
        while above[-1] not in known:
            above.append(above[-1].rpartition("/")[0])
        found = known[above.pop()]
        for each in reversed(above):
            found = known[each] = found and not stat.S_ISLNK(os.lstat(f"{root}/{each}").st_mode)
        return found

    return is_within
