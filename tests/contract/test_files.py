"""A contract may be spread over files: those beside it are read, with places of their own, and nothing else is."""

from collections.abc import Mapping

import pytest
from tests.contract.documents import HEAD, messages, names

from assay.contract.read import contract
from assay.contract.reference import FILES
from assay.model.contract import Contract
from assay.model.place import Place


def read(files: Mapping[str, str], path: str = "docs/openapi.yaml") -> Contract:
    """The contract of a path among files."""
    return contract(files[path].encode(), path, beside=lambda name: files[name].encode() if name in files else None)


SPREAD = {
    "docs/openapi.yaml": HEAD + "paths:\n  /orders: {$ref: 'paths/orders.yaml'}\n",
    "docs/paths/orders.yaml": "post:\n  requestBody:\n    content:\n      application/json:\n"
    "        schema: {$ref: '../schemas.json#/Order'}\n  parameters: [{$ref: '#/x-page'}]\nx-page: {name: page, in: query}\n",
    "docs/schemas.json": '{"Order": {"type": "object",\n"properties": {"note": {"$ref": "#/Note"}}},\n"Note": {"type": "string"}}',
}


def test_what_a_contract_refers_to_is_read_from_the_files_beside_it() -> None:
    found = read(SPREAD)
    (post,) = found.operations
    assert messages(found) == []
    assert [given.name for given in post.inputs] == ["page"]
    assert post.body is not None
    order = post.body.media[0][1]
    assert (order.name, order.members[0].name, order.members[0].shape.type) == ("Order", "note", "string")


def test_every_part_stands_in_its_own_file() -> None:
    (post,) = read(SPREAD).operations
    assert post.place == Place("docs/paths/orders.yaml", 1)
    assert post.inputs[0].place == Place("docs/paths/orders.yaml", 7)
    assert post.body is not None
    note = post.body.media[0][1].members[0].shape
    assert (note.path, note.line) == ("docs/schemas.json", 3)


def test_all_paths_may_stand_in_another_file() -> None:
    files = {"openapi.yaml": HEAD + "paths: {$ref: paths.yaml}\n", "paths.yaml": "/a: {get: {}}\n/b: {put: {}}\n"}
    assert names(read(files, "openapi.yaml")) == ["GET /a", "PUT /b"]


def test_files_that_refer_to_each_other_end() -> None:
    files = {
        "openapi.yaml": HEAD + "paths: {/a: {$ref: 'a.yaml'}, /b: {get: {}}}\n",
        "a.yaml": "$ref: b.yaml\n",
        "b.yaml": "$ref: a.yaml\n",
    }
    found = read(files, "openapi.yaml")
    assert names(found) == ["GET /b"]
    assert "a $ref leads in a circle" in messages(found)


@pytest.mark.parametrize(
    "pointer",
    ["../../etc/passwd", "/etc/passwd", "https://example.com/a.yaml", "file:///etc/passwd", "..\\\\a", "nosuch.yaml"],
)
def test_nothing_outside_of_the_tree_is_asked_for(pointer: str) -> None:
    asked: list[str] = []

    def beside(path: str) -> bytes | None:
        asked.append(path)
        return None

    text = HEAD + f"paths: {{/a: {{$ref: '{pointer}'}}}}\n"
    found = contract(text.encode(), "docs/openapi.yaml", beside=beside)
    assert [path for path in asked if path != "docs/nosuch.yaml"] == []
    assert any("leads to another document" in message for message in messages(found))


def test_a_broken_file_beside_is_told_with_its_own_line() -> None:
    files = {"openapi.yaml": HEAD + "paths: {/a: {$ref: a.yaml}}\n", "a.yaml": "get: {}\nx-more: [\n"}
    found = read(files, "openapi.yaml")
    assert [(fault.place.path, fault.place.line) for fault in found.faults] == [("a.yaml", 3)]
    assert names(found) == ["GET /a"]


def test_a_contract_that_is_spread_over_very_many_files_is_cut() -> None:
    paths = "".join(f"  /a{number}: {{$ref: 'p{number}.yaml'}}\n" for number in range(FILES + 50))
    files = {"openapi.yaml": HEAD + "paths:\n" + paths}
    files |= {f"p{number}.yaml": "get: {}\n" for number in range(FILES + 50)}
    assert len(read(files, "openapi.yaml").operations) == FILES
