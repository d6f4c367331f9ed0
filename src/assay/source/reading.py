"""Reads a tree: evaluates each language, lets every framework read, follows handlers, searches for secrets.

Kept apart from `scan`, so that a tree that did not change is answered without loading any of this.
"""

from __future__ import annotations

import gc
from functools import partial

from msgspec.structs import replace

from assay.model.entity import Entity
from assay.model.place import Skipped
from assay.plugins.framework import Reading
from assay.plugins.guarded import guarded
from assay.source.assemble import assemble
from assay.source.cache import project_name
from assay.source.evaluate.evaluator import Evaluator
from assay.source.files import Tree
from assay.source.looks import LOOKS
from assay.source.program import Program
from assay.source.project import Project
from assay.source.reach.build import Reacher
from assay.source.reach.django_accounts import settle_accounts
from assay.source.reach.memory import Memory
from assay.source.reach.stored import Stored
from assay.source.reached import enter_unreached
from assay.source.scan import Before, Progress, ScanOptions, ScanResult, frameworks
from assay.source.secrets.history import history
from assay.source.secrets.search import search
from assay.source.snapshot import HASTE


def scanned(tree: Tree, options: ScanOptions, tell: Progress, before: Before | None = None) -> ScanResult:
    """What a scan of these files gives."""
    memory = None
    if before is not None and not options.is_inventory:
        memory = Memory(before.cache / f"{project_name(tree.root)}.followed", before.words, before.digests)
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
        readings, skipped, entities = _read(project, options, tell, memory)
    finally:
        if was_collecting:
            gc.enable()
    inventory = assemble(project, readings, skipped)
    inventory = replace(
        inventory, entities=tuple(sorted(entities, key=lambda entity: (entity.name, str(entity.place))))
    )
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
    if memory is not None and not any(HASTE in each.reason for each in inventory.skipped):
        memory.close()
    return ScanResult(inventory, comments)


def _read(
    project: Project, options: ScanOptions, tell: Progress, memory: Memory | None
) -> tuple[list[Reading], list[Skipped], list[Entity]]:
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
        LOOKS.begin()
        program = Program(project, Evaluator(project), language, options.vocabulary)
        stored = Stored(program)
        if language == "python":
            program.run.describing = stored.orm.describe
            settle_accounts(program)
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
            gc.freeze()  # what is known so far stays; only what a handler's run leaves behind is to be looked through
            found, met = reacher.all(found, options.jobs, memory)
            gc.unfreeze()
            entities += met
        readings += found
        skipped.extend(program.run.skipped)
    return readings, skipped, entities
