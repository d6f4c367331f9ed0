"""Reads schemas: versions 2.0, 3.0 and 3.1, references followed, allOf folded into one, circles and depth cut."""

import json
from collections.abc import Iterable

from msgspec.structs import replace

from assay.contract.reference import References, name
from assay.contract.table import Row, Table, Value, as_text
from assay.model.contract import Member, Shape

DEPTH = 6
"""Levels below the top of a value; what lies deeper has no shape."""
PARTS = frozenset({"properties", "items", "allOf", "oneOf", "anyOf"})
"""What makes a shape depend on how deep it lies."""
WIDEST = 400
"""Members of one object, and alternatives of one value."""
PIECES = 200
"""Values inside one example; a longer one is left out."""


class Shapes:
    """The shapes of one document; equal tables at equal depth give the same shape, so that shared definitions cost once."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[tuple[int, int, str], Shape] = {}

    def shape(self, value: Value, depth: int = 0) -> Shape:
        """The shape of a schema; an empty one for what is missing, broken or too deep."""
        table = self._references.table(value)
        if table is None or depth > DEPTH:
            return Shape(line=value.line, path=value.home) if isinstance(value, Table) else Shape()
        key = (id(table), 0 if PARTS.isdisjoint(table) else depth, name(value))
        if key not in self._known:
            self._known[key] = Shape(line=table.line, path=table.home)  # a circle within allOf meets this one
            found = self._read(table, depth)
            self._known[key] = replace(found, name=key[2]) if key[2] else found
        return self._known[key]

    def _read(self, table: Table, depth: int) -> Shape:
        kind, is_nullable = _type(table)
        shape = Shape(
            type=kind,
            format=table.text("format"),
            enum=tuple(filter(None, (json_text(each) for each in table.row("enum")[:WIDEST]))),
            example=_example(table),
            pattern=table.text("pattern"),
            minimum=_either(table, "exclusiveMinimum", "minimum"),
            maximum=_either(table, "exclusiveMaximum", "maximum"),
            shortest=table.count("minItems" if kind == "array" else "minLength"),
            longest=table.count("maxItems" if kind == "array" else "maxLength"),
            members=self._members(table, depth),
            items=self.shape(table.get("items"), depth + 1) if isinstance(table.get("items"), Table) else None,
            alternatives=self._alternatives(table, depth),
            is_open=_is_open(table),
            is_nullable=is_nullable or table.flag("nullable") or table.flag("x-nullable"),
            is_read_only=table.flag("readOnly"),
            is_write_only=table.flag("writeOnly"),
            line=table.line,
            path=table.home,
        )
        parts = [self.shape(each, depth + 1) for each in table.row("allOf")[:WIDEST]]
        return _folded(shape, parts) if parts else shape

    def _members(self, table: Table, depth: int) -> tuple[Member, ...]:
        required = set(table.texts("required"))
        found = sorted(table.table("properties").items())[:WIDEST]
        return tuple(Member(key, self.shape(each, depth + 1), key in required) for key, each in found)

    def _alternatives(self, table: Table, depth: int) -> tuple[Shape, ...]:
        found = [self.shape(each, depth + 1) for key in ("oneOf", "anyOf") for each in table.row(key)[:WIDEST]]
        return tuple(shape for shape in found if shape.type != "null")


def json_text(value: Value) -> str:
    """A value as JSON text with sorted keys; "" for one that is too large to be an example."""
    if _size(value, PIECES) > PIECES:
        return ""
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _size(value: Value, budget: int) -> int:
    """How many values there are inside one, counted as far as the budget goes: aliases may hide very many."""
    waiting, count = [value], 0
    while waiting and count <= budget:
        inner = waiting.pop()
        count += 1
        if isinstance(inner, Table):
            waiting += list(inner.values())[: budget + 1]
        elif isinstance(inner, Row):
            waiting += inner[: budget + 1]
    return count


def _type(table: Table) -> tuple[str, bool]:
    """The type, and whether null is one of several (version 3.1)."""
    found = table.get("type")
    kinds = [as_text(each) for each in found] if isinstance(found, Row) else [as_text(found)]
    rest = [kind for kind in kinds if kind != "null"]
    is_nullable = len(rest) < len(kinds) and bool(rest)
    if len(rest) == 1 and rest[0]:
        return rest[0], is_nullable
    if kinds == ["null"]:
        return "null", True
    if len(rest) > 1:
        return "", is_nullable
    return ("object" if "properties" in table else "array" if "items" in table else ""), is_nullable


def _example(table: Table) -> str:
    for key in ("example", "default", "const"):
        if table.get(key) is not None:
            return json_text(table[key])
    examples = table.get("examples")
    first = examples[0] if isinstance(examples, Row) and examples else None
    return json_text(first) if first is not None else ""


def _either(table: Table, *keys: str) -> float | None:
    """The first of the keys that holds a number; in version 3.0 the exclusive ones are flags."""
    return next((found for key in keys if (found := table.number(key)) is not None), None)


def _is_open(table: Table) -> bool | None:
    for key in ("additionalProperties", "unevaluatedProperties"):
        value = table.get(key)
        if value is not None:
            return value is True or value == {}
    return None


def _folded(shape: Shape, parts: Iterable[Shape]) -> Shape:
    """One shape of several that all have to hold: members together, and the first that says something of a matter."""
    members = {member.name: member for member in shape.members}
    for part in parts:
        for member in part.members:
            members.setdefault(member.name, member)
        shape = replace(
            shape,
            type=shape.type or part.type,
            format=shape.format or part.format,
            name=shape.name or part.name,
            enum=shape.enum or part.enum,
            example=shape.example or part.example,
            pattern=shape.pattern or part.pattern,
            minimum=part.minimum if shape.minimum is None else shape.minimum,
            maximum=part.maximum if shape.maximum is None else shape.maximum,
            shortest=part.shortest if shape.shortest is None else shape.shortest,
            longest=part.longest if shape.longest is None else shape.longest,
            items=shape.items or part.items,
            alternatives=shape.alternatives or part.alternatives,
            is_open=part.is_open if shape.is_open is None else shape.is_open,
            is_nullable=shape.is_nullable or part.is_nullable,
        )
    return replace(shape, members=tuple(members[key] for key in sorted(members)))
