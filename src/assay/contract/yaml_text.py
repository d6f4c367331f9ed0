"""YAML text becomes tables: events of the C parser, the scalars of YAML 1.2, and aliases that are shared instead of copied."""

import re
from collections.abc import Iterator

import yaml

from assay.contract.building import Broken, Building
from assay.contract.table import Row, Table, Value

INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
CORE = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null"))
WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""YAML 1.2 core schema: `yes`, `on` and dates are texts."""


def filled(building: Building, text: str) -> None:
    """Fills a building with the first document of a text. Raises `Broken`, with what came before already built."""
    anchors: dict[str, Value] = {}
    try:
        for event in _events(text):
            if isinstance(event, yaml.DocumentEndEvent):
                return
            _take(building, event, anchors)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken(mark.line + 1 if mark else 0, error.problem or "it is no YAML") from error
    except yaml.YAMLError as error:
        raise Broken(0, str(error).splitlines()[0]) from error


def _events(text: str) -> Iterator[yaml.Event]:
    found: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
    return found


def _take(building: Building, event: yaml.Event, anchors: dict[str, Value]) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 0
    match event:
        case yaml.MappingStartEvent():
            _open(building, Table(building.line(line), building.home), event.anchor, anchors)
        case yaml.SequenceStartEvent():
            _open(building, Row(building.line(line)), event.anchor, anchors)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            building.close()
        case yaml.ScalarEvent():
            _scalar(building, event, line, anchors)
        case yaml.AliasEvent():
            _alias(building, event.anchor, line, anchors)


def _open(building: Building, value: Table | Row, anchor: str | None, anchors: dict[str, Value]) -> None:
    if building.awaits_key:  # a table as a key: nobody's contract, but legal
        building.key("?", value.line)
    if anchor:
        anchors[anchor] = value
    building.open(value)


def _scalar(building: Building, event: yaml.ScalarEvent, line: int, anchors: dict[str, Value]) -> None:
    if building.awaits_key:
        building.key(event.value, line, may_merge=event.style in {None, ""})
        return
    is_plain = event.tag in CORE or (event.implicit[0] and event.style in {None, ""})
    value = plain(event.value) if is_plain else event.value
    if event.anchor:
        anchors[event.anchor] = value
    building.put(value)


def _alias(building: Building, anchor: str | None, line: int, anchors: dict[str, Value]) -> None:
    if building.awaits_key:
        building.key("?", line)
    else:
        building.put(anchors.get(anchor or ""))


def plain(text: str) -> Value:
    """What an unquoted scalar stands for."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text
