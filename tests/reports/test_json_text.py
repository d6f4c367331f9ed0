"""JSON is written as the standard library writes it, and refuses what it refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assay.reports.outline.text import dumps

SCALARS = (
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text()
)
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner) | some.tuples(inner), max_leaves=30
)


@given(VALUES)
def test_it_is_what_the_standard_library_writes(value: object) -> None:
    assert dumps(value) == json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n"


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps([float("nan")])
    with pytest.raises(TypeError):
        dumps({"a": object()})
