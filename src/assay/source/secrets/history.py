"""Searches what past commits hold for secrets: what was taken out of the tree stays in its history."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from assay.model.secret import History, Past, Secret, Standing
from assay.source.files import LIMIT, SEARCHED, kind_of
from assay.source.gate import as_utf8
from assay.source.listing import NEVER, VENDORED, Exclusion, unprintable
from assay.source.secrets.past import Blob, Repository, repository
from assay.source.secrets.search import is_text, secrets
from assay.source.secrets.standing import is_searched, standing

MOST = 500_000_000
"""Bytes of blobs that are searched, the newest first; of more, it is said that they were not."""
NO_REPOSITORY = "the folder is no git repository, or git is not installed"
CUT = f"only the newest {MOST // 1_000_000} MB of past files were searched"
SHALLOW = "the clone is shallow and holds only the newest commits"
RANKS = {each: rank for rank, each in enumerate(Standing)}
"""What stands in the product is told before what stands in a test."""


class _Found(Struct, frozen=True):
    """A secret in a past file."""

    secret: Secret
    blob: Blob

    @property
    def order(self) -> tuple[int, int, str, int]:
        """The surest standing first, then the newest."""
        place = self.secret.place
        return RANKS[self.secret.standing], self.blob.age, place.path, place.line


def history(root: Path, in_tree: Iterable[Secret], exclude: tuple[str, ...] = (), limit: int = LIMIT) -> History:
    """The secrets in the reachable commits of the repository that a folder stands in, and what was searched.

    `in_tree` are the secrets of the tree: a value among them has not been taken out. Never raises: what git cannot
    tell is the `gap`.
    """
    own = repository(root)
    if own is None:
        return History(gap=NO_REPOSITORY)
    try:
        commits, blobs = own.blobs()
        wanted, passed_over = _wanted(blobs, Exclusion(exclude))
        begun = History(commits=commits, passed_over=passed_over, gap=SHALLOW if own.is_shallow() else "")
        return _searched(own, wanted, begun, {each.mark for each in in_tree}, limit)
    except OSError as error:
        return History(gap=error.strerror or str(error))


def tips(root: Path) -> str:
    """What the history of a folder depends on, as hex."""
    own = repository(root)
    try:
        return own.tips().hex() if own else ""
    except OSError:
        return ""


def _wanted(blobs: Iterable[Blob], exclusion: Exclusion) -> tuple[dict[bytes, Blob], int]:
    """By content, newest first: where it stood that matters most, with the oldest commit that holds it; and how many nobody wrote."""
    found: dict[bytes, Blob] = {}
    passed_over: set[bytes] = set()
    for blob in blobs:
        if not _may_matter(blob.path, exclusion):
            continue
        if not is_searched(blob.path):
            passed_over.add(blob.digest)
            continue
        known = found.get(blob.digest, blob)
        oldest = max(known, blob, key=lambda one: one.age)
        place = min(known, blob, key=lambda one: (RANKS[standing(one.path, is_test=False)], one.path))
        found[blob.digest] = Blob(blob.digest, place.path, oldest.commit, oldest.age)
    return found, len(passed_over - found.keys())


def _may_matter(path: str, exclusion: Exclusion) -> bool:
    folders = path.split("/")[:-1]
    if kind_of(path) is None or unprintable(path) or not (NEVER | VENDORED).isdisjoint(folders):
        return False
    return not (exclusion.is_any and exclusion.covers(path))


def _searched(
    own: Repository, wanted: dict[bytes, Blob], begun: History, in_tree: Collection[str], limit: int
) -> History:
    sizes, most = own.sizes(wanted), max(limit, SEARCHED)
    chosen = [digest for digest in wanted if sizes.get(digest, most + 1) <= most]
    within = list(_within(chosen, sizes))
    files = size = packed = 0
    found: list[_Found] = []
    for digest, content in own.contents(within):
        source = as_utf8(content)
        if is_text(source):
            files += 1
            size += len(source)
            found += (_Found(each, wanted[digest]) for each in secrets(wanted[digest].path, source))
        else:
            packed += 1
    return replace(
        begun,
        secrets=tuple(_past(found, in_tree)),
        files=files,
        size=size,
        unread=len(wanted) - files - packed,
        passed_over=begun.passed_over + packed,
        gap=begun.gap or (CUT if len(within) < len(chosen) else ""),
    )


def _within(digests: Iterable[bytes], sizes: dict[bytes, int]) -> Iterator[bytes]:
    """The first of them that are no more than may be searched."""
    total = 0
    for digest in digests:
        total += sizes[digest]
        if total > MOST:
            return
        yield digest


def _past(found: Iterable[_Found], in_tree: Collection[str]) -> Iterator[Past]:
    """One for each value, by place: as it stood last, with the commit that brought it."""
    by_value: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for each in found:
        by_value[each.secret.kind, each.secret.mark].append(each)
    shown = [(min(own, key=lambda one: one.order), max(own, key=lambda one: one.blob.age)) for own in by_value.values()]
    for best, oldest in sorted(
        shown, key=lambda pair: (pair[0].secret.place, pair[0].secret.kind, pair[0].secret.mark)
    ):
        yield Past(best.secret, oldest.blob.commit, is_in_tree=best.secret.mark in in_tree)
