"""Asks the source room to read a tree, in its own words."""

import os
from pathlib import Path

from assay.assessment.rooms import Progress, Reading, Wish
from assay.source.program import Vocabulary
from assay.source.scan import ScanOptions, scan


def read(root: Path, wish: Wish, progress: Progress) -> Reading:
    """What the source room reads of a tree."""
    words = wish.settings.vocabulary
    options = ScanOptions(
        exclude=(*wish.settings.exclude, *wish.exclude),
        jobs=wish.jobs or os.cpu_count() or 1,
        cache=wish.cache,
        vocabulary=Vocabulary(frozenset(words.guards), frozenset(words.not_guards), frozenset(words.audit)),
    )
    found = scan(root, options, progress)
    return Reading(found.inventory, found.comments)
