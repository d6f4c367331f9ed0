"""The bytes of a file become one document, as far as they can: what is broken is said, and the rest is kept."""

import re

from msgspec import Struct

from assay.contract import json_text, yaml_text
from assay.contract.building import Broken, Building
from assay.contract.find import LIMIT
from assay.contract.table import Table
from assay.model.contract import Fault
from assay.model.place import Place

TOLD = 20
"""Keys that stand twice are told so many times."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
TAB = re.compile(r"^([ ]*)\t[ \t]*", re.MULTILINE)


class Document(Struct, frozen=True):
    """The root of a document, and what was wrong with its text."""

    root: Table | None
    """None when nothing could be used."""
    faults: tuple[Fault, ...]


def document(source: bytes, path: str) -> Document:
    """The document of a file."""
    if len(source) > LIMIT:
        why = f"it is larger than {LIMIT / 1e6:g} MB ({len(source) / 1e6:.1f} MB)"
        return Document(None, (Fault(Place(path, 0), why, is_fatal=True),))
    text, faults = _text(source, path)
    building = Building(path)
    try:
        _fill(building, text)
    except Broken as broken:
        faults.append(Fault(Place(path, broken.line), _sentence(broken, building), is_fatal=not _is_useful(building)))
    faults += [Fault(Place(path, line), f"the key {key!r} stands twice") for line, key in building.twice[:TOLD]]
    if isinstance(building.root, Table):
        return Document(building.root, tuple(faults))
    if not any(fault.is_fatal for fault in faults):
        faults.append(Fault(Place(path, 1), "it holds no table at its top", is_fatal=True))
    return Document(None, tuple(faults))


def _fill(building: Building, text: str) -> None:
    if text.lstrip().startswith(("{", "[")):
        json_text.filled(building, text)
    else:
        yaml_text.filled(building, text)


def _text(source: bytes, path: str) -> tuple[str, list[Fault]]:
    """The text, in an encoding that its first bytes name, without what no parser takes."""
    faults = []
    encoding = "utf-16" if source[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = source.decode(encoding, "replace")
    if "\ufffd" in text and encoding == "utf-8-sig":
        line = text[: text.index("\ufffd")].count("\n") + 1
        faults.append(Fault(Place(path, line), "it is not UTF-8"))
    if CONTROL.search(text):
        faults.append(Fault(Place(path, 0), "it holds control characters"))
        text = CONTROL.sub(" ", text)
    if not text.lstrip().startswith(("{", "[")) and (tab := TAB.search(text)):
        line = text.count("\n", 0, tab.start()) + 1
        faults.append(Fault(Place(path, line), "it is indented with tabs, which YAML does not allow"))
        text = TAB.sub(lambda found: found[0].replace("\t", "  "), text)
    return text, faults


def _sentence(broken: Broken, building: Building) -> str:
    kept = "; what stands before is read" if _is_useful(building) else ""
    return f"it cannot be parsed from here on: {broken}{kept}"


def _is_useful(building: Building) -> bool:
    return isinstance(building.root, Table) and bool(building.root)
