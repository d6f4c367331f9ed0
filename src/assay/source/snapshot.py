"""What a run said, kept for the next run over the same files: nothing is read, parsed or judged when nothing changed.

Nothing here loads a parser or msgspec: the path of an unchanged rescan goes through `files`, this module and the report.
Source: shared/performance.md section 6, T9 and T11.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from assay.model.place import Skipped
from assay.source.cache import DIGEST, code_digest, digest_of, project_name, replace
from assay.source.files import SEARCHED, Entry, Tree, read

SLACK = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before its digest was kept may have changed once more without a trace; the coarsest
file system counts in two seconds."""
HASTE = "gave up"
"""What the reason of a file says for which there was no time: another scan may have it, so nothing is kept."""
KEPT = 4
"""Results of one project that are kept: for other options, or for the branch that one comes back to."""
PACKAGE = Path(__file__).parent.parent

Stamps = dict[str, tuple[int, int, int, int, str]]
"""By path: time of change, time of status change, inode, size, digest of the content in hex."""


class Snapshots(Struct, frozen=True):
    """The kept results of one project."""

    folder: Path
    root: Path
    """Of the project; absolute."""
    kind: str = "result"
    """What is kept; each kind has files of its own."""

    def key(self, tree: Tree, words: Iterable[str], digests: Mapping[str, str] | None = None) -> bytes:
        """What a result is kept under: every file by its content, what was left out and skipped, the tool's own code, and `words`.

        `words` are all that the result depends on besides: options, the day that expiries are judged by. `digests` are those of the
        files, if they are at hand.
        """
        digests = self.digests(tree) if digests is None else digests
        found = blake2b(own_code(), digest_size=DIGEST)
        for word in words:
            found.update(digest_of(b"word", word.encode("utf-8", "surrogatepass")))
        # Neither a path nor a digest can hold a line's end.
        found.update("\n".join(f"{digests[entry.path]} {entry.path}" for entry in _files(tree)).encode())
        found.update(digest_of(repr(tree.left_out).encode(), repr(tree.skipped).encode()))
        found.update(
            digest_of(b"huge", "\n".join(entry.path for entry in tree.too_large if entry.size > SEARCHED).encode())
        )
        return found.digest()

    def load(self, key: bytes) -> bytes | None:
        """The result kept under a key, or None."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        check, value = content[:DIGEST], content[DIGEST:]
        return value if digest_of(key, value) == check else None

    def store(self, key: bytes, value: bytes) -> None:
        """Keep a result, and let go of the oldest."""
        if replace(self._path(key), (digest_of(key, value), value)):
            # Another run may let go of the same ones.
            with contextlib.suppress(OSError):
                for path in self._results()[KEPT:]:
                    path.unlink(missing_ok=True)

    def _path(self, key: bytes) -> Path:
        return self.folder / f"{project_name(self.root)}-{key.hex()}.{self.kind}"

    def _results(self) -> list[Path]:
        """Newest first."""
        found = self.folder.glob(f"{project_name(self.root)}-*.{self.kind}")
        return sorted(found, key=lambda path: (-path.stat().st_mtime_ns, path.name))

    def digests(self, tree: Tree) -> dict[str, str]:
        """A digest of the content of every file, by path; a file whose size and times are as they were is not read again."""
        path = self.folder / f"{project_name(self.root)}.stamps"
        known, since = _stamps(path)
        found: Stamps = {}
        for entry in _files(tree):
            own = (*entry.stamp, entry.size)
            kept = known.get(entry.path)
            if kept is not None and kept[:4] == own and entry.stamp[0] < since and entry.stamp[1] < since:
                found[entry.path] = kept
            else:
                found[entry.path] = (*own, _digest(tree.root, entry))
        if found != known or any(max(each[:2]) >= since for each in found.values()):
            text = json.dumps(found, separators=(",", ":")).encode()
            replace(path, (blake2b(text, digest_size=DIGEST).digest(), text))
        return {name: each[4] for name, each in found.items()}


@lru_cache(maxsize=1)
def own_code() -> bytes:
    """A digest of this package's code and data."""
    return code_digest(PACKAGE)


def _files(tree: Tree) -> Iterator[Entry]:
    """Everything that a result depends on, by path."""
    large = (entry for entry in tree.too_large if entry.size <= SEARCHED)
    return iter(sorted((*tree.files, *large, *(entry for entry, _ in tree.aside))))


def _stamps(path: Path) -> tuple[Stamps, int]:
    """What was kept, and the time from which on a file may have changed without a trace."""
    try:
        content = path.read_bytes()
        since = os.stat(path).st_mtime_ns - SLACK  # noqa: PTH116 - beside `lstat` of the files
    except OSError:
        return {}, 0
    check, text = content[:DIGEST], content[DIGEST:]
    if blake2b(text, digest_size=DIGEST).digest() != check:
        return {}, 0
    return {name: tuple(each) for name, each in json.loads(text).items()}, since


def _digest(root: Path, entry: Entry) -> str:
    """Of a file's content; of why it cannot be read otherwise."""
    source = read(root, entry.path, max(entry.size, 1))
    content = source.reason.encode() if isinstance(source, Skipped) else source
    return blake2b(content, digest_size=DIGEST).hexdigest()
