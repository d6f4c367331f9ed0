"""Values that fit what a contract says of them: examples first, else the smallest plain value; always the same for the same shape."""

import json
from typing import TypeAlias

from assay.model.contract import Shape

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FORMATS: dict[str, str] = {
    "date": "2024-01-15",
    "date-time": "2024-01-15T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "byte": "YQ==",
    "binary": "a",
    "password": "Sample-1-password",
}
"""Addresses and names are those that RFC 2606, 3849 and 5737 set aside for documentation."""
PLAIN = "a"
LONGEST = 4096
"""Characters of a made-up text, and items of a made-up list, however many the shape demands."""
DEPTH = 8


def sample(shape: Shape, depth: int = 0) -> Json:
    """A value of a shape: its example, its first choice, or one made from type, format and bounds.

    Members that are read only, and those that are neither demanded nor have an example, are left out. A pattern is not
    followed: a shape with a pattern and without an example gives a value of the right type and length.
    """
    if stated := shape.example or next(iter(shape.enum), ""):
        return _parsed(stated)
    if shape.alternatives and not shape.members:
        return sample(shape.alternatives[0], depth + 1) if depth < DEPTH else None
    return _made_up(shape, depth)


def _made_up(shape: Shape, depth: int) -> Json:
    match shape.type:
        case "object":
            return _object(shape, depth)
        case "array":
            return _array(shape, depth)
        case "integer":
            return int(_number(shape))
        case "number":
            return _number(shape)
        case "boolean":
            return True
        case "null":
            return None
    return _text(shape)


def sample_text(shape: Shape) -> str:
    """A sample as it stands in a path, a query or a header: the first item of a list, the JSON text of an object."""
    value = sample(shape)
    if isinstance(value, list):
        value = value[0] if value else PLAIN
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _object(shape: Shape, depth: int) -> Json:
    if depth >= DEPTH:
        return {}
    return {
        member.name: sample(member.shape, depth + 1)
        for member in shape.members
        if not member.shape.is_read_only and (member.is_required or member.shape.example)
    }


def _array(shape: Shape, depth: int) -> Json:
    if shape.items is None or depth >= DEPTH:
        return []
    return [sample(shape.items, depth + 1)] * max(1, min(shape.shortest or 1, LONGEST))


def _number(shape: Shape) -> float:
    """The bound that there is, moved inside by one, since it may be meant to be excluded; 1 without bounds."""
    low, high = shape.minimum, shape.maximum
    if low is not None and high is not None:
        return low + 1 if low + 1 < high else (low + high) / 2 if shape.type == "number" else high
    if low is not None:
        return max(low + 1, 1)
    return min(high - 1, 1) if high is not None else 1


def _text(shape: Shape) -> str:
    if shape.format in FORMATS:
        return FORMATS[shape.format]
    length = min(max(shape.shortest or 0, 1), LONGEST)
    return PLAIN * length if shape.longest is None else (PLAIN * length)[: max(shape.longest, 0)]


def _parsed(text: str) -> Json:
    found: Json = json.loads(text)
    return found
