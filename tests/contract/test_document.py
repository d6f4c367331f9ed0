"""Text becomes tables with lines, as the parsers that everybody uses read it, and broken text as far as it goes."""

import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay.contract.document import document
from assay.contract.find import LIMIT
from assay.contract.table import Row, Table, Value

SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
TABLES = st.dictionaries(st.text(max_size=10), VALUES, min_size=1, max_size=5)


def plain(value: Value) -> object:
    match value:
        case Table():
            return {key: plain(inner) for key, inner in value.items()}
        case Row():
            return [plain(inner) for inner in value]
    return value


def root(text: str | bytes) -> Table:
    found = document(text if isinstance(text, bytes) else text.encode(), "x.yaml").root
    assert found is not None
    return found


def faults(text: str | bytes) -> list[tuple[int, str]]:
    found = document(text if isinstance(text, bytes) else text.encode(), "x.yaml").faults
    return [(fault.place.line, fault.message) for fault in found]


@given(TABLES, st.sampled_from([None, 2]))
def test_json_is_read_as_the_standard_library_reads_it(value: dict[str, object], indent: int | None) -> None:
    assert plain(root(json.dumps(value, indent=indent))) == value


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=15)


@given(st.dictionaries(TEXTS, TEXTS | st.booleans() | st.integers(0, 10**9) | st.lists(TEXTS, max_size=3), min_size=1))
def test_yaml_is_read_as_pyyaml_reads_it(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, default_flow_style=False, default_style='"')
    expected = yaml.safe_load(text)
    assert plain(root(text)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2024-01-01", "2024-01-01"),
        ("1.10", 1.1),
        ("0x1F", "0x1F"),
        ("~", None),
        ("", None),
    ],
)
def test_unquoted_words_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert plain(root(f"a: {text}")) == {"a": value}


def test_the_keys_of_statuses_are_texts() -> None:
    assert list(root("responses:\n  200: {}\n  '404': {}").table("responses")) == ["200", "404"]


def test_a_table_knows_the_line_of_its_key() -> None:
    found = root("a: 1\nb:\n  c:\n    d: 2\ne:\n  - f: 1\n  -\n    g: 2\n")
    assert (found.line, found.table("b").line, found.table("b").table("c").line) == (1, 2, 3)
    assert [each.line for each in found.tables("e")] == [6, 8]


def test_a_table_of_json_knows_the_line_of_its_key() -> None:
    found = root('{"a": 1,\n "b":\n {"c": {"d": 2}},\n "e": [\n {"f": 1}]}')
    assert (found.table("b").line, found.table("b").table("c").line) == (2, 3)
    assert [each.line for each in found.tables("e")] == [5]


def test_an_alias_is_shared_and_a_merge_does_not_overwrite() -> None:
    found = root("base: &b {x: 1, y: 2}\nuse: *b\nmerged:\n  <<: *b\n  y: 3\n")
    assert found["use"] is found["base"]
    assert plain(found.table("merged")) == {"x": 1, "y": 3}


def test_aliases_of_aliases_cost_no_more_than_their_text() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]" for number in range(1, 40)]
    begun = time.monotonic()
    assert len(root("\n".join(lines))) == 40
    assert time.monotonic() - begun < 2


def test_merges_of_merges_end() -> None:
    lines = ["a0: &a0 {x0: 1}"]
    lines += [f"a{n}: &a{n}\n  <<: [*a{n - 1}, *a{n - 1}]\n  x{n}: 1" for n in range(1, 2000)]
    begun = time.monotonic()
    assert len(root("\n".join(lines))) == 2000
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "- " * 100_000 + "x", "{" * 100_000, "a: &a [*a]", "? {a: b}\n: c"]
)
def test_any_depth_and_any_circle_ends(text: str) -> None:
    document(text.encode(), "x.yaml")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_said_to_be_broken(source: bytes) -> None:
    found = document(source, "x.yaml")
    assert found.root is not None or any(fault.is_fatal for fault in found.faults)


@given(st.text(alphabet='{}[]:,"a1 \n\t-&*<#\\u', max_size=60))
def test_any_text_is_read_or_said_to_be_broken(text: str) -> None:
    found = document(text.encode(), "x.yaml")
    assert found.root is not None or any(fault.is_fatal for fault in found.faults)


def test_what_stands_before_a_broken_line_is_kept() -> None:
    found = document(b"paths:\n  /a:\n    get: {}\n  /b: [\ninfo: {}\n", "x.yaml")
    assert found.root is not None
    assert "/a" in found.root.table("paths")
    assert [fault.is_fatal for fault in found.faults] == [False]
    assert found.faults[0].message.startswith("it cannot be parsed from here on")


def test_json_that_ends_too_early_is_kept_as_far_as_it_goes() -> None:
    text = '{"paths": {"/a": {"get": {}},\n'
    assert plain(root(text)) == {"paths": {"/a": {"get": {}}}}
    assert faults(text) == [
        (2, "it cannot be parsed from here on: the end comes too early; what stands before is read")
    ]


def test_comments_and_commas_too_many_do_no_harm_to_json() -> None:
    assert plain(root('{// one\n"a": [1, 2,], /* two */ "b": {},}')) == {"a": [1, 2], "b": {}}


def test_tabs_in_front_of_yaml_are_read_and_said() -> None:
    text = "a:\n\tb: 1\n\tc: 2\n"
    assert plain(root(text)) == {"a": {"b": 1, "c": 2}}
    assert faults(text) == [(2, "it is indented with tabs, which YAML does not allow")]


def test_a_key_that_stands_twice_is_said_and_the_last_counts() -> None:
    assert plain(root('{"a": 1,\n"a": 2}')) == {"a": 2}
    assert faults('{"a": 1,\n"a": 2}') == [(2, "the key 'a' stands twice")]


def test_only_the_first_document_of_a_stream_is_read() -> None:
    assert plain(root("a: 1\n---\nb: 2\n")) == {"a": 1}


def test_tags_make_nothing() -> None:
    assert plain(root("a: !!python/object/apply:os.system ['true']")) == {"a": ["true"]}


def test_other_encodings_are_read() -> None:
    assert plain(root("a: ü".encode("utf-16"))) == {"a": "ü"}
    assert plain(root(b"\xef\xbb\xbfa: 1")) == {"a": 1}


def test_bytes_that_are_no_utf_8_are_said() -> None:
    assert faults(b"a: 1\nb: \xff\n") == [(2, "it is not UTF-8")]


def test_a_document_beyond_the_limit_is_not_read() -> None:
    found = document(b" " * (LIMIT + 1), "x.yaml")
    assert found.root is None
    assert "larger than 30 MB" in found.faults[0].message


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_five_megabytes_take_a_few_seconds_at_most(kind: str) -> None:
    paths = {f"/a/{n}": {"get": {"responses": {"200": {"description": "x" * 60}}}} for n in range(32_000)}
    text = json.dumps({"paths": paths}, indent=1) if kind == "json" else _yaml(32_000)
    assert len(text) > 3_000_000
    begun = time.monotonic()
    assert len(root(text).table("paths")) == 32_000
    assert time.monotonic() - begun < 10


def _yaml(count: int) -> str:
    item = "  /a/%d:\n    get:\n      responses:\n        '200':\n          description: " + "x" * 60 + "\n"
    return "paths:\n" + "".join(item % number for number in range(count))
