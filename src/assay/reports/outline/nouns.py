"""Writes nouns as JSON: objects of their fields, with sorted keys, indented, in ASCII, harmless to every reader."""

import re
from json.encoder import encode_basestring_ascii as quoted

from msgspec import Struct, json, to_builtins

ENCODER = json.Encoder(order="sorted")
OUTSIDE = re.compile(r"[^\x00-\x7e]")
"""What no JSON of ours holds as it is: everything beyond ASCII, and the character that deletes."""


def dumps(value: object) -> str:
    """The JSON of nouns, dictionaries, sequences and plain values, ending with a newline.

    Halves of surrogates, which come from names of files that are no UTF-8, are replaced: many readers of JSON refuse them.
    """
    try:
        packed = ENCODER.encode(value)
    except UnicodeEncodeError:
        packed = ENCODER.encode(_sound(to_builtins(value)))
    text = json.format(packed, indent=2).decode()
    return OUTSIDE.sub(lambda found: quoted(found.group())[1:-1], text) + "\n"


def plain(noun: Struct) -> dict[str, object]:
    """A noun as the dictionary of its fields, which are left as they are."""
    return {name: getattr(noun, name) for name in noun.__struct_fields__}


def _sound(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return [_sound(each) for each in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(each) for key, each in value.items()}
    return value
