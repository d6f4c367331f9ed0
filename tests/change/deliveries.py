"""Deliveries as examples of rules write them: files of a repository, and what a forge tells of its changes."""

import re
from pathlib import Path

from msgspec.structs import replace

from assay.change.delivery import Asked, delivery
from assay.model.change import Change, Delivery
from assay.plugins.page import Example

FILES = ("github", "gitlab")
FORGE = "forge"
CHANGE = frozenset({*FILES, FORGE})
"""What fences about changes name."""
ROW = re.compile(r"(?:(#\d+) by|pushed by) (\w+)(?: approved by (.+))?")
TODAY = "2027-01-01"


def delivered(project: tuple[Example, ...], root: Path) -> Delivery:
    """The delivery of an example; its newest commit is of a fixed day."""
    if project[0].framework == FORGE:
        changes = tuple(change(row) for row in project[0].text.splitlines() if row)
        return Delivery(branch=project[0].path, days=90, changes=changes, is_asked=True)
    return replace(delivery(root, Asked()), as_of=TODAY)


def change(row: str) -> Change:
    """`#12 by ann approved by bob, cem` or `pushed by ann`."""
    found = ROW.fullmatch(row.strip())
    assert found, row
    approvers = tuple((found[3] or "").split(", ")) if found[3] else ()
    return Change(row, (row,), row, found[2], "2027-01-01T00:00:00+00:00", request=found[1] or "", approvers=approvers)
