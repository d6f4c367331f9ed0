"""Asks the change room how changes of a tree get to production, if that is wanted; and the forge, if somebody gave a token for it."""

import importlib
from pathlib import Path

from assay.assessment.rooms import Wish
from assay.model.change import Delivery
from assay.rules.gates import gates


def looked(root: Path, wish: Wish) -> Delivery | None:
    """The delivery of a tree; None where nobody asks for it."""
    settings = wish.settings.change
    if wish.is_inventory or not (settings.is_stated or wish.is_change):
        return None
    elsewhere = (("rollback", settings.rollback),) if settings.rollback else ()
    room = importlib.import_module("assay.change.delivery")  # loaded only where somebody asks: it reads YAML
    found: Delivery = room.delivery(root, room.Asked(settings.branch, settings.days, settings.rules, elsewhere))
    return wish.forge(found) if wish.forge else found


def gate_names(found: Delivery) -> tuple[str, ...]:
    """The names of the jobs that test security before a merge, sorted: the forge knows checks by them."""
    return tuple(sorted({gate.job.name for gate in gates(found) if gate.before}))
