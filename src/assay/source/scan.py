"""Scan a tree: discover, evaluate, read every framework, assemble one inventory."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path

import msgspec

from assay.model.entity import Entity
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.plugins.framework import Framework, Reading
from assay.plugins.guarded import guarded
from assay.plugins.registry import registry
from assay.source.assemble import assemble
from assay.source.evaluate.evaluator import Evaluator
from assay.source.files import Tree, discover
from assay.source.program import Program, Vocabulary
from assay.source.project import Project
from assay.source.reach.build import Reacher
from assay.source.reach.stored import Stored
from assay.source.reached import enter_unreached
from assay.source.secrets.history import history, tips
from assay.source.secrets.search import search
from assay.source.snapshot import Snapshots

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, how much there is (0: unknown)."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
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


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan gives."""

    inventory: Inventory
    comments: tuple[tuple[str, int, str], ...]
    """(path, line, text) of comments that speak to Assay."""


DECODER = msgspec.msgpack.Decoder(ScanResult)
HASTE = "gave up"
"""What the reason of a file says for which there was no time: another scan may have it, so nothing is kept."""


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
    key = snapshots.key(tree, _words(options, tree.root))
    kept = snapshots.load(key)
    if kept is not None:
        return DECODER.decode(kept)
    result = _scanned(tree, options, tell)
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
        f"history={tips(root) if options.is_history else ''}",
        f"{options.is_history=}",
    )


def _scanned(tree: Tree, options: ScanOptions, tell: Progress) -> ScanResult:
    known = frameworks()
    words = {
        language: tuple(
            sorted({each for framework in known if framework.language == language for each in framework.literals})
        )
        for language in sorted({framework.language for framework in known})
    }
    project = Project.over(
        tree, jobs=options.jobs, cache=options.cache, limit=options.limit, seconds=options.seconds, words=words
    )
    was_collecting = gc.isenabled()
    gc.disable()  # facts and values are kept to the end of the scan; shared/performance.md 2.2, pitfall 10
    try:
        readings, skipped, entities = _read(project, options, tell)
    finally:
        if was_collecting:
            gc.enable()
    inventory = assemble(project, readings, skipped)
    inventory = replace(inventory, entities=tuple(sorted(entities, key=lambda entity: (entity.name, str(entity.place)))))
    if not options.is_inventory:
        tell("searching for secrets", 0, 0)
        secrets, searched = search(tree, options.limit)
        inventory = replace(inventory, secrets=secrets, search=searched)
    if options.is_history:
        tell("searching the history for secrets", 0, 0)
        past = history(tree.root, inventory.secrets, options.exclude, options.limit)
        inventory = replace(inventory, history=past)
    comments = project.comments()
    project.close()
    return ScanResult(inventory, comments)


def _read(project: Project, options: ScanOptions, tell: Progress) -> tuple[list[Reading], list[Skipped], list[Entity]]:
    """Evaluate each language that is present and let its frameworks read."""
    readings: list[Reading] = []
    skipped: list[Skipped] = []
    entities: list[Entity] = []
    known = frameworks()
    for language in sorted({framework.language for framework in known}):
        own = [framework for framework in known if framework.language == language]
        if not project.paths(language):
            continue
        literals = tuple(sorted({literal for framework in own for literal in framework.literals}))
        paths = project.gated(language, literals)
        if not paths:
            continue
        tell(f"reading {language}", 0, len(paths))
        project.prefetch(paths)
        program = Program(project, Evaluator(project), language, options.vocabulary)
        stored = Stored(program)
        if language == "python":
            program.run.describing = stored.orm.describe
        for done, path in enumerate(paths):
            tell(f"reading {language}", done, len(paths))
            program.run.module(path)
        enter_unreached(program, paths, frozenset(name for framework in own for name in framework.registrars))
        found: list[Reading] = []
        for framework in own:
            tell(f"resolving {framework.title}", 0, 0)
            outcome = guarded(framework.name, "framework", partial(framework.read, program))
            if isinstance(outcome, Skipped):
                skipped.append(outcome)
            else:
                found.append(outcome)
        if not options.is_inventory:
            tell(f"following {language}", 0, 0)
            reacher = Reacher(program, stored)
            found = [reacher.reading(reading) for reading in found]
            entities += reacher.entities()
        readings += found
        skipped.extend(program.run.skipped)
    return readings, skipped, entities
