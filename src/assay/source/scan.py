"""Scan a tree: discover, evaluate, read every framework, assemble one inventory."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field
from msgspec.structs import fields

from assay.model.program import Inventory
from assay.plugins.framework import Framework
from assay.plugins.registry import registry
from assay.source.files import Tree, discover
from assay.source.snapshot import HASTE, Snapshots
from assay.source.vocabulary import Vocabulary

if TYPE_CHECKING:
    from assay.source.program import Program

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, how much there is (0: unknown)."""


class ScanOptions(Struct, frozen=True):
    """How to scan."""

    exclude: tuple[str, ...] = ()
    jobs: int = 1
    limit: int = 1_000_000
    """Bytes of a file beyond which it is skipped."""
    seconds: float = 5.0
    """Time for parsing one file."""
    cache: Path | None = None
    """Folder for stored facts; None: none are stored."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    is_inventory: bool = False
    """Only endpoints, guards and settings are asked for: nothing is searched for secrets."""
    is_history: bool = False
    """What past commits hold is searched for secrets as well."""


class Before(Struct, frozen=True):
    """Where to find what the last scan of a project left behind, and what tells whether it still holds."""

    cache: Path
    words: tuple[str, ...]
    """All that a scan depends on besides the files."""
    digests: dict[str, str]
    """Of the content of every file, by path."""


class ScanResult(Struct, frozen=True):
    """What a scan gives."""

    inventory: Inventory
    comments: tuple[tuple[str, int, str], ...]
    """(path, line, text) of comments that speak to Assay."""


DECODER = msgspec.msgpack.Decoder(ScanResult)


def frameworks() -> tuple[Framework[Program], ...]:
    """The frameworks that Assay reads, by name."""
    return registry("assay.source.frameworks", "FRAMEWORK", Framework, "name")


def scan(root: Path, options: ScanOptions | None = None, progress: Progress | None = None) -> ScanResult:
    """The inventory of a tree. Never raises for what is wrong with one file: that is in `inventory.skipped`.

    With a cache, what an earlier scan of the same files said is said again. Raises `UsageError` if there is no such folder.
    """
    options = options or ScanOptions()
    tell = progress or (lambda what, done, total: None)
    tell("finding files", 0, 0)
    tree = discover(root, exclude=options.exclude, limit=options.limit)
    if options.cache is None:
        return _scanned(tree, options, tell)
    snapshots = Snapshots(options.cache, tree.root)
    words, digests = _words(options, tree.root), snapshots.digests(tree)
    key = snapshots.key(tree, words, digests)
    kept = snapshots.load(key)
    if kept is not None:
        return DECODER.decode(kept)
    result = _scanned(tree, options, tell, Before(options.cache, words, digests))
    if not any(HASTE in skipped.reason for skipped in result.inventory.skipped):
        snapshots.store(key, msgspec.msgpack.encode(result))
    return result


def _words(options: ScanOptions, root: Path) -> tuple[str, ...]:
    """Everything but the files that a scan depends on."""
    vocabulary = (
        f"{each.name}={sorted(getattr(options.vocabulary, each.name))}" for each in fields(options.vocabulary)
    )
    return (
        *vocabulary,
        f"exclude={options.exclude}",
        f"limit={options.limit}",
        f"seconds={options.seconds}",
        f"{options.is_inventory=}",
        f"history={_tips(root) if options.is_history else ''}",
        f"{options.is_history=}",
    )


def _scanned(tree: Tree, options: ScanOptions, tell: Progress, before: Before | None = None) -> ScanResult:
    """Loads what reads code only now: an unchanged tree needs none of it."""
    found: ScanResult = importlib.import_module("assay.source.reading").scanned(tree, options, tell, before)
    return found


def _tips(root: Path) -> str:
    found: str = importlib.import_module("assay.source.secrets.history").tips(root)
    return found
