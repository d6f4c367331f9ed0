"""Knows what an endpoint leaves behind of what it does: its own records and log lines, those of a stored type, those of the application."""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from msgspec import Struct

from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.place import Place
from assay.model.program import Inventory, Setting
from assay.model.reach import Access, Action, Note


class Worth(IntEnum):
    """How much a trace is worth, least first."""

    NOTHING = 0
    ACCESS = 1
    """Method and path of every request, and not who asked."""
    DEBUG = 2
    """A log line that production does not write."""
    EVENT = 3
    """An event; what its receivers do was not followed."""
    LOG = 4
    RECORD = 5
    """An audit record, or what the application writes of every change."""


class Leaving(Struct, frozen=True):
    """The best trace of what an endpoint does."""

    worth: Worth
    text: str = ""
    """As it reads after "which": `creates AuditLog`."""
    place: Place | None = None


NOTHING = Leaving(Worth.NOTHING)
UNKEPT = frozenset({"debug", "console"})
"""Levels of log lines that production does not write, or nobody may keep."""


class Ground(Struct, frozen=True):
    """What the whole inventory says of traces."""

    entities: Mapping[str, Entity]
    settings: Mapping[str, tuple[Setting, ...]]
    """By API: what records for all of it."""


def ground(inventory: Inventory) -> Ground:
    """What is asked for every endpoint, worked out once."""
    settings: dict[str, list[Setting]] = {}
    for setting in inventory.settings:
        if setting.name == "audit":
            settings.setdefault(setting.api, []).append(setting)
    return Ground({e.name: e for e in inventory.entities}, {api: tuple(each) for api, each in settings.items()})


def left(endpoint: Endpoint, known: Ground, touched: Iterable[Access] = ()) -> Leaving:
    """The best trace of what an endpoint does when it succeeds."""
    notes = endpoint.reach.notes if endpoint.reach is not None else ()
    accesses = tuple(touched)
    found = [_of_note(note) for note in notes if note.branch != "failure"]
    found += [
        _of_setting(setting) for setting in known.settings.get(endpoint.api, ()) if _counts(setting, endpoint, accesses)
    ]
    audits = [known.entities[access.entity].audit if access.entity in known.entities else "" for access in accesses]
    if audits and all(audits):
        found.append(Leaving(Worth.RECORD, audits[0]))
    return max(found, key=lambda leaving: leaving.worth, default=NOTHING)


def _of_note(note: Note) -> Leaving:
    text = f"{note.symbol}: {note.text}" if note.text and note.text != note.symbol else note.symbol
    if note.kind == "audit":
        return Leaving(Worth.RECORD, text, note.place)
    if note.kind == "event":
        return Leaving(Worth.EVENT, text, note.place)
    return Leaving(Worth.DEBUG if note.level in UNKEPT else Worth.LOG, text, note.place)


def _of_setting(setting: Setting) -> Leaving:
    return Leaving(Worth.ACCESS if setting.value == "access" else Worth.RECORD, setting.detail("by"), setting.place)


def _counts(setting: Setting, endpoint: Endpoint, accesses: tuple[Access, ...]) -> bool:
    """Whether a trail of the application covers what is done here."""
    if setting.value == "fields":
        return bool(accesses) and all(access.action is not Action.DELETE for access in accesses)
    if setting.detail("scope") != "mediator":
        return True
    reached = endpoint.reach.accesses if endpoint.reach is not None else ()
    return any("Handle" in step.text for access in reached for step in access.steps)
