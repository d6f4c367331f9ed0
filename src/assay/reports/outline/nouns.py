"""Writes nouns as JSON: objects of their fields, with sorted keys, indented, in ASCII, harmless to every reader.

A report of a large project holds a hundred thousand nouns, so each class has one template for each depth that it stands at.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter

from msgspec import Struct

WORDS: dict[object, str] = {None: "null", True: "true", False: "false"}
Members = Callable[[object], tuple[object, ...]]


def dumps(value: object) -> str:
    """The JSON of nouns, dictionaries, sequences and plain values, ending with a newline.

    Halves of surrogates, which come from names of files that are no UTF-8, are replaced: many readers of JSON refuse them.
    """
    return _text(value, "\n") + "\n"


def plain(noun: object) -> dict[str, object]:
    """A noun as the dictionary of its fields, which are left as they are."""
    kind: type = type(noun)
    return {name: getattr(noun, name) for name in _names(kind)}


def _text(value: object, start: str) -> str:
    """The value as it stands on a line that begins with `start`."""
    if value is None or value is True or value is False:
        return WORDS[value]
    kind: type = type(value)
    plan = _plan(kind, start)
    if plan:
        template, members = plan
        return template % tuple(_texts(members(value), f"{start}  "))
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (tuple, list)):
        inner = f"{start}  "
        return f"[{inner}{f',{inner}'.join(_texts(value, inner))}{start}]" if value else "[]"
    return _mapped(value, start) if isinstance(value, dict) else json.dumps(value, allow_nan=False)


def _texts(values: Iterable[object], start: str) -> list[str]:
    """Each value as it stands on such a line. Most are plain text, and the test for it stands here because it is asked so often."""
    return [quoted(value) if type(value) is str and value.isascii() else _text(value, start) for value in values]


def _quoted(text: str) -> str:
    return quoted(_sound(text))


def _sound(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _mapped(values: dict[str, object], start: str) -> str:
    if not values:
        return "{}"
    inner = f"{start}  "
    sound = {_sound(key): each for key, each in values.items()}
    members = [f"{quoted(key)}: {_text(sound[key], inner)}" for key in sorted(sound)]
    return f"{{{inner}{f',{inner}'.join(members)}{start}}}"


@cache
def _plan(kind: type, start: str) -> tuple[str, Members] | None:
    """How a noun is written at a depth: its text without the values, and what gives the values. None for what is no noun."""
    if not issubclass(kind, Struct):
        return None
    names = sorted(_names(kind))
    inner = f"{start}  "
    members = f",{inner}".join(f"{quoted(name)}: %s" for name in names)
    return f"{{{inner}{members}{start}}}" if names else "{}", _getter(names)


def _getter(names: list[str]) -> Members:
    """What gives these members of a noun as a tuple, however many they are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda noun: tuple(getattr(noun, name) for name in names)


@cache
def _names(kind: type[Struct]) -> tuple[str, ...]:
    return kind.__struct_fields__
