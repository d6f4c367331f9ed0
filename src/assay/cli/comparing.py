"""What `assay diff` does once its flags are read."""

from pathlib import Path

from assay.assessment.diff import changes
from assay.assessment.gate import CLEAN, FAILED, NOT_ASSESSED, nothing_found
from assay.assessment.run import assessed
from assay.assessment.source_room import read
from assay.assessment.wiring import rooms
from assay.cli.comparison import WRITERS, reasons
from assay.cli.flags import DiffFlags
from assay.cli.order import order_of
from assay.cli.progress import shown
from assay.cli.scanning import assessed_at
from assay.cli.stdout import note, say


def compared(revision: str, path: Path, flags: DiffFlags) -> int:
    """Compare, print, and give the exit code."""
    order = order_of(path, flags)
    house = rooms(order.settings, read)
    with shown(is_quiet=flags["quiet"]) as progress:
        before = assessed_at(order, revision, house, progress)
        after = assessed(order, house, progress)
    found = changes(before, after)
    say(WRITERS[flags["format"]](found))
    worse = reasons(found, order.settings.fail_on)
    for reason in worse:
        note(f"assay: {reason}")
    if worse:
        return FAILED
    if after.inventory.endpoints:
        return CLEAN
    note(f"assay: {nothing_found(after.inventory)}")
    return NOT_ASSESSED
