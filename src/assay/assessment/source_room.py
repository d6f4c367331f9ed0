"""Asks the source room to read a tree, in its own words, and the contract room for the documents that stand in it."""

import glob
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from assay.assessment.change_room import looked
from assay.assessment.contract_room import documents
from assay.assessment.rooms import Progress, Reading, Wish
from assay.errors import ConfigurationError
from assay.source.scan import ScanOptions, scan
from assay.source.vocabulary import Vocabulary


def read(root: Path, wish: Wish, progress: Progress) -> Reading:
    """What the source room reads of a tree."""
    words = wish.settings.vocabulary
    beside = tuple(sorted(_beside(root, wish.settings.sources))) if wish.settings.sources else ()
    options = ScanOptions(
        exclude=(*wish.settings.exclude, *wish.exclude, *beside),
        jobs=wish.jobs or os.cpu_count() or 1,
        cache=wish.cache,
        is_inventory=wish.is_inventory,
        is_history=not wish.is_inventory and (wish.is_history or wish.settings.is_history),
        vocabulary=Vocabulary(frozenset(words.guards), frozenset(words.not_guards), frozenset(words.audit)),
    )
    found = scan(root, options, progress)
    beside_code = documents(root, wish, beside)
    inventory = replace(
        found.inventory,
        contracts=beside_code.contracts,
        delivery=looked(root, wish),
        skipped=tuple(sorted({*found.inventory.skipped, *beside_code.skipped})),
    )
    return Reading(inventory, found.comments)


def _beside(root: Path, sources: tuple[str, ...]) -> Iterator[str]:
    """Globs of everything that stands beside the folders that are to be read."""
    kept = [_parts(root, source) for source in sources]
    ways = {parts[:length] for parts in kept for length in range(len(parts))}
    for way in ways:
        if any(way[: len(parts)] == parts for parts in kept):
            continue
        wanted = {parts[len(way)] for parts in kept if parts[: len(way)] == way}
        for entry in os.scandir(root.joinpath(*way)):
            if entry.name not in wanted:
                yield glob.escape("/".join((*way, entry.name)))


def _parts(root: Path, source: str) -> tuple[str, ...]:
    """The parts of a folder's path. Raises `ConfigurationError` for what is no folder of the tree."""
    path = PurePosixPath(source)
    if path.is_absolute() or ".." in path.parts or not root.joinpath(path).is_dir():
        message = (
            f"sources: {source!r} is no folder of the project. Mend: name folders relative to what is scanned, as src."
        )
        raise ConfigurationError(message)
    return path.parts
