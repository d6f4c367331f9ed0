"""A broken part of a contract is told and read around; nothing that a document can hold stops the reading."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.documents import messages, names, of, read

from assay.contract.read import MOST, contract

# fmt: off
KEYS = st.sampled_from([
    "openapi", "swagger", "info", "paths", "/a", "/b/{id}", "get", "post", "parameters", "requestBody", "responses",
    "200", "content", "application/json", "schema", "type", "properties", "items", "allOf", "oneOf", "$ref",
    "security", "components", "securitySchemes", "schemas", "servers", "url", "variables", "in", "name", "enum",
    "example", "additionalProperties", "required", "definitions", "securityDefinitions", "flows", "implicit", "host",
    "basePath",
])
# fmt: on
ATOMS = st.sampled_from(
    [
        None,
        True,
        1,
        -3.5,
        "string",
        "object",
        "array",
        "3.0.0",
        "2.0",
        "#",
        "#/",
        "#/paths",
        "#/components/schemas/a",
        "x.yaml#/a",
    ]
)
DOCUMENTS = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=40
)


@given(DOCUMENTS)
@settings(max_examples=400, deadline=None)
def test_any_document_made_of_the_words_of_openapi_is_read(value: object) -> None:
    found = contract(json.dumps(value).encode(), "x.json")
    assert contract(json.dumps(value).encode(), "x.json") == found


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["paths: {/a: {get: {parameters: [{$ref: '#/nowhere'}]}}}"], "$ref '#/nowhere' leads nowhere"),
        (
            ["paths: {/a: {$ref: 'paths/a.yaml'}}"],
            "$ref 'paths/a.yaml' leads to another document, which is not there or not read",
        ),
        (["paths: {/a: {get: 5}}"], "GET /a is no table"),
        (["paths: {/a: 5}"], "the path '/a' cannot be read"),
        (["paths: [1]"], "it has no paths"),
        (["paths: {/a: {get: {parameters: [{name: x}]}}}"], "a parameter of GET /a lacks its name or its place"),
        (
            ["paths: {/a: {get: {operationId: x}, put: {operationId: x}}}"],
            "the operationId 'x' stands 2 times: GET /a, PUT /a",
        ),
        (
            ["paths: {}", "components: {securitySchemes: {k: {type: magic}}}"],
            "the security scheme 'k' has the unknown type 'magic'",
        ),
        (["paths: {/a: {get: {requestBody: {$ref: '#/x'}}}}", "x: {$ref: '#/x'}"], "a $ref leads in a circle"),
    ],
)
def test_a_broken_part_is_told(lines: list[str], message: str) -> None:
    assert message in messages(of(*lines))


def test_a_broken_part_does_not_hide_the_others() -> None:
    found = of("paths: {/a: 5, /b: {get: 1, put: {}}, /c: {get: {parameters: 7, responses: 8, security: 9}}}")
    assert names(found) == ["PUT /b", "GET /c"]


def test_a_document_of_another_kind_is_told() -> None:
    assert messages(read("a: 1")) == ["it does not say which version of OpenAPI it is written in", "it has no paths"]


def test_an_unknown_version_is_told_and_read() -> None:
    found = read("openapi: 9.1.0\npaths: {/a: {get: {}}}")
    assert messages(found) == ["its version of OpenAPI, '9.1.0', is not known"]
    assert names(found) == ["GET /a"]


def test_circles_of_schemas_end() -> None:
    found = of(
        "paths: {/a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}}}}",
        "components:",
        "  schemas:",
        "    Node: {type: object, properties: {child: {$ref: '#/components/schemas/Node'}, all: {$ref: '#/components/schemas/Loop'}}}",
        "    Loop: {allOf: [{$ref: '#/components/schemas/Loop'}, {$ref: '#/components/schemas/Node'}]}",
    )
    body = found.operations[0].body
    assert body is not None
    assert body.media[0][1].members[1].shape.name == "Node"
    assert messages(found) == []


def test_an_example_that_hides_very_many_values_is_left_out() -> None:
    lines = ["x-a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"x-a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    found = of(*lines, "paths: {/a: {get: {parameters: [{name: q, in: query, schema: {}, example: *a19}]}}}")
    assert found.operations[0].inputs[0].shape.example == ""


def test_a_contract_of_very_many_operations_is_cut_and_said() -> None:
    paths = "\n".join(f"  /a{number}: {{get: {{}}}}" for number in range(MOST + 1))
    found = of("paths:", paths)
    assert len(found.operations) == MOST
    assert f"it has more than {MOST} operations; the rest is left out" in messages(found)


def test_a_document_that_is_none_gives_a_contract_without_anything() -> None:
    found = read("<html></html>")
    assert (found.operations, [fault.is_fatal for fault in found.faults]) == ((), [True])
