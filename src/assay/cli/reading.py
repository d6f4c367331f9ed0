"""Reads a tree for commands that only need its inventory."""

from pathlib import Path

from msgspec.structs import replace

from assay.assessment.run import read
from assay.assessment.source_room import read as source
from assay.cli.flags import ReadFlags
from assay.cli.order import settings_of, wish_of
from assay.cli.progress import shown
from assay.model.program import Inventory


def inventory_of(root: Path, flags: ReadFlags) -> Inventory:
    """The inventory of a folder, by its settings."""
    wish = replace(wish_of(settings_of(root, flags), flags), is_inventory=True)
    with shown(is_quiet=flags["quiet"]) as progress:
        return read(root, wish, source, progress).inventory
