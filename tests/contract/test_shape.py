"""Schemas of all versions become shapes, and shapes give samples that fit them."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.contract.document import document
from assay.contract.reference import References, no_file
from assay.contract.shape import Shapes
from assay.contract.table import Table
from assay.model.contract import Shape
from assay.model.sample import sample, sample_text


def shape(schema: object, **more: object) -> Shape:
    root = document(json.dumps({"schema": schema, **more}).encode(), "x.json").root
    assert root is not None
    return Shapes(References(root, "x.json", no_file)).shape(root["schema"])


def names(found: Shape) -> list[str]:
    return [member.name for member in found.members]


def test_several_that_all_hold_are_one() -> None:
    parts = [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"$ref": "#/base"}]
    found = shape(
        {"allOf": parts, "properties": {"c": {}}}, base={"type": "object", "properties": {"b": {"type": "integer"}}}
    )
    assert (found.type, names(found)) == ("object", ["a", "b", "c"])
    assert found.members[0].is_required


def test_null_among_types_makes_nullable() -> None:
    found = shape({"type": ["string", "null"], "maxLength": 3})
    assert (found.type, found.is_nullable, found.longest) == ("string", True, 3)


@pytest.mark.parametrize(
    ("schema", "is_open"),
    [
        ({}, None),
        ({"additionalProperties": False}, False),
        ({"additionalProperties": True}, True),
        ({"additionalProperties": {}}, True),
        ({"additionalProperties": {"type": "string"}}, False),
        ({"unevaluatedProperties": False}, False),
    ],
)
def test_other_members_are_taken_when_it_is_said(schema: object, is_open: bool | None) -> None:
    assert shape(schema).is_open is is_open


def test_exclusive_bounds_are_flags_in_one_version_and_numbers_in_the_next() -> None:
    assert shape({"type": "integer", "minimum": 1, "exclusiveMinimum": True}).minimum == 1
    assert shape({"type": "integer", "exclusiveMaximum": 9}).maximum == 9


def test_a_list_has_a_length_of_items() -> None:
    found = shape({"type": "array", "maxItems": 4, "maxLength": 7, "items": {"type": "string"}})
    assert found.longest == 4
    assert found.items == Shape(type="string", line=1, path="x.json")


def test_the_name_of_a_shared_schema_is_kept() -> None:
    found = shape({"properties": {"a": {"$ref": "#/definitions/A~1B"}}}, definitions={"A/B": {"type": "string"}})
    assert found.members[0].shape.name == "A/B"


def test_what_lies_too_deep_has_no_shape() -> None:
    schema: dict[str, object] = {"type": "string"}
    for _ in range(50):
        schema = {"type": "object", "properties": {"a": schema}}
    found = shape(schema)
    depth = 0
    while found.members:
        found, depth = found.members[0].shape, depth + 1
    assert (found.type, depth) == ("", 7)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "example": "x"}, "x"),
        ({"type": "string", "default": "x"}, "x"),
        ({"examples": ["x", "y"]}, "x"),
        ({"const": 5}, 5),
        ({"type": "string", "enum": ["b", "a"]}, "b"),
        ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
        ({"type": "string", "minLength": 3}, "aaa"),
        ({"type": "string", "maxLength": 0}, ""),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 10}, 11),
        ({"type": "integer", "maximum": -5}, -6),
        ({"type": "number", "minimum": 0, "maximum": 1}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["a", "a"]),
        ({"type": "array"}, []),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        ({}, "a"),
    ],
)
def test_a_sample_is_the_example_or_a_plain_value_that_fits(schema: object, value: object) -> None:
    assert sample(shape(schema)) == value


def test_a_sample_of_an_object_has_what_is_demanded_and_not_what_is_read_only() -> None:
    members = {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "note": {"type": "string"},
        "kind": {"type": "string", "example": "big"},
    }
    found = shape({"type": "object", "properties": members, "required": ["id", "name"]})
    assert sample(found) == {"kind": "big", "name": "a"}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "boolean"}, "true"),
        ({"type": "array", "items": {"type": "integer"}}, "1"),
        ({"type": "array"}, "a"),
        ({"example": {"a": 1}}, '{"a": 1}'),
    ],
)
def test_a_sample_for_an_address_is_text(schema: object, text: str) -> None:
    assert sample_text(shape(schema)) == text


SMALL = st.integers(0, 20)
LEAVES = st.one_of(
    st.builds(lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more}, SMALL, SMALL),
    st.builds(lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more}, SMALL, SMALL),
    st.builds(lambda low: {"type": "number", "minimum": low}, SMALL),
    st.sampled_from([{"type": "boolean"}, {"type": "string", "format": "email"}, {"enum": ["a", 2]}]),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda items, low: {"type": "array", "items": items, "minItems": low}, inner, st.integers(0, 3))
        | st.builds(
            lambda members: {"type": "object", "properties": members, "required": sorted(members)},
            st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
        )
    ),
    max_leaves=5,
)


def _depth(schema: object) -> int:
    if not isinstance(schema, dict):
        return 0
    inner = [*schema.get("properties", {}).values(), schema.get("items")]
    return 1 + max((_depth(each) for each in inner), default=0)


@given(SCHEMAS.filter(lambda schema: _depth(schema) <= 6))
@settings(max_examples=200, deadline=None)
def test_a_sample_fits_its_schema(schema: dict[str, object]) -> None:
    jsonschema.validate(sample(shape(schema)), schema)


def test_a_table_that_is_shared_gives_one_shape() -> None:
    root = Table(1)
    shared = Table(2)
    shared["type"] = "string"
    root["a"], root["b"] = shared, shared
    shapes = Shapes(References(root, "x", no_file))
    assert shapes.shape(root["a"]) is shapes.shape(root["b"])
