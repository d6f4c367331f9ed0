"""Documents of all versions become contracts: operations, addresses, security, parameters, bodies and answers."""

import pytest
from tests.contract.documents import messages, names, of, operation, read

from assay.model.contract import Access, Scheme, Stance
from assay.model.place import Place

V2 = """
    swagger: "2.0"
    info: {title: Shop, version: 1}
    host: api.example.com
    basePath: /v1
    schemes: [http, https]
    consumes: [application/json]
    securityDefinitions:
      basic: {type: basic}
      login: {type: oauth2, flow: accessCode, authorizationUrl: "https://a.example.com", tokenUrl: "https://t.example.com", scopes: {}}
    security: [{basic: []}]
    paths:
      /orders/{id}:
        parameters: [{name: id, in: path, required: true, type: integer, maximum: 9}]
        put:
          operationId: change
          parameters:
            - {name: body, in: body, required: true, schema: {$ref: "#/definitions/Order"}}
          responses: {200: {description: ok, schema: {$ref: "#/definitions/Order"}}}
      /upload:
        post:
          consumes: [multipart/form-data]
          parameters: [{name: file, in: formData, type: file}, {name: note, in: formData, type: string, maxLength: 9}]
          responses: {}
    definitions:
      Order: {type: object, required: [note], properties: {note: {type: string, maxLength: 5}}}
"""


def test_version_2_is_read_with_its_base_path_and_addresses() -> None:
    found = read(V2)
    assert found.standard == "2.0"
    assert [server.url for server in found.servers] == ["http://api.example.com/v1", "https://api.example.com/v1"]
    assert names(found) == ["PUT /v1/orders/{id}", "POST /v1/upload"]
    assert messages(found) == []


def test_version_2_has_its_bodies_among_parameters() -> None:
    found = read(V2)
    put = operation(found, "PUT /v1/orders/{id}")
    assert [(given.name, given.location, given.is_required, given.shape.maximum) for given in put.inputs] == [
        ("id", "path", True, 9)
    ]
    assert put.body is not None
    assert put.body.is_required
    assert [(media, shape.name) for media, shape in put.body.media] == [("application/json", "Order")]
    assert [(answer.status, answer.media[0][1].name) for answer in put.answers] == [("200", "Order")]
    form = operation(found, "POST /v1/upload").body
    assert form is not None
    assert [(media, [member.name for member in shape.members]) for media, shape in form.media] == [
        ("multipart/form-data", ["file", "note"])
    ]


def test_the_schemes_of_version_2_speak_the_words_of_version_3() -> None:
    basic, login = read(V2).schemes
    assert (basic.kind, basic.scheme) == ("http", "basic")
    assert [(flow.kind, flow.urls) for flow in login.flows] == [
        ("authorizationCode", ("https://a.example.com", "https://t.example.com"))
    ]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.example.com/v1/", "/v1/orders"),
        ("/api", "/api/orders"),
        ("https://api.example.com", "/orders"),
        ("./api", "/api/orders"),
        ("https://{host}/{stage}", "/{stage}/orders"),
        ("http://[::1", "/orders"),
        ("", "/orders"),
    ],
)
def test_paths_begin_with_the_path_of_the_first_server(url: str, path: str) -> None:
    assert names(of(f"servers: [{{url: '{url}'}}]", "paths: {/orders: {get: {}}}")) == [f"GET {path}"]


def test_variables_of_a_server_take_their_defaults() -> None:
    server = "servers: [{url: 'https://x.example.com/{base}', variables: {base: {default: v2}}}]"
    assert names(of(server, "paths: {/orders: {get: {}}}")) == ["GET /v2/orders"]


def test_servers_of_a_path_or_an_operation_go_before_those_of_the_document() -> None:
    found = of(
        "servers: [{url: /a}]",
        "paths:",
        "  /x: {servers: [{url: /b}], get: {}, put: {servers: [{url: 'https://c.example.com'}]}}",
    )
    assert sorted(names(found)) == ["GET /b/x", "PUT /x"]


SCHEMES = (
    "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, user: {type: http, scheme: Bearer}}}"
)


@pytest.mark.parametrize(
    ("own", "top", "access"),
    [
        ("", "", Access(Stance.SILENT)),
        ("security: []", "security: [{key: []}]", Access(Stance.PUBLIC)),
        ("security: [{}]", "", Access(Stance.PUBLIC, ((),))),
        ("", "security: [{key: []}]", Access(Stance.SECURED, (("key",),), is_inherited=True)),
        ("security: [{user: [read]}]", "security: [{key: []}]", Access(Stance.SECURED, (("user",),), ("read",))),
        ("security: [{key: [], user: []}]", "", Access(Stance.SECURED, (("key", "user"),))),
        ("security: [{key: []}, {}]", "", Access(Stance.OPTIONAL, (("key",), ()))),
        ("security: [{nowhere: []}]", "", Access(Stance.UNKNOWN, (("nowhere",),))),
        ("security: yes", "", Access(Stance.UNKNOWN)),
        ("security: [key]", "", Access(Stance.UNKNOWN)),
    ],
)
def test_the_demand_of_an_operation_is_its_own_or_that_of_the_document(own: str, top: str, access: Access) -> None:
    found = of(top, SCHEMES, "paths:", "  /a:", "    get:", f"      {own}" if own else "      summary: a")
    assert found.operations[0].access == access


def test_security_schemes_are_read_by_name() -> None:
    assert of(SCHEMES).schemes == (
        Scheme("key", "apiKey", Place("openapi.yaml", 3), location="header", parameter="X-Key"),
        Scheme("user", "http", Place("openapi.yaml", 3), scheme="bearer"),
    )


def test_an_operation_stands_at_the_line_of_its_method() -> None:
    found = of("paths:", "  /a:", "    get:", "      summary: one", "    post:", "      summary: two")
    assert [each.place.line for each in found.operations] == [5, 7]


def test_parameters_of_the_operation_go_before_those_of_its_path() -> None:
    found = of(
        "paths:",
        "  /a/{id}:",
        "    parameters: [{name: id, in: path, schema: {type: string}}, {name: page, in: query, schema: {type: string}}]",
        "    get: {parameters: [{name: id, in: path, schema: {type: integer}, example: 7}]}",
    )
    given = {each.name: each for each in found.operations[0].inputs}
    assert (given["id"].shape.type, given["id"].shape.example, given["id"].is_required) == ("integer", "7", True)
    assert given["page"].shape.type == "string"


def test_a_path_a_parameter_a_body_and_an_answer_may_stand_elsewhere() -> None:
    found = of(
        "paths: {/a: {$ref: '#/x-paths/a'}}",
        "x-paths:",
        "  a:",
        "    post:",
        "      parameters: [{$ref: '#/components/parameters/page'}]",
        "      requestBody: {$ref: '#/components/requestBodies/b'}",
        "      responses: {'401': {$ref: '#/components/responses/no'}}",
        "components:",
        "  parameters: {page: {name: page, in: query, schema: {$ref: '#/components/schemas/Page'}}}",
        "  requestBodies: {b: {content: {application/json: {schema: {type: object}}}}}",
        "  responses: {'no': {description: No, headers: {X-Why: {}}}}",
        "  schemas: {Page: {type: integer, maximum: 5}}",
    )
    post = found.operations[0]
    assert (post.inputs[0].shape.name, post.inputs[0].shape.maximum) == ("Page", 5)
    assert post.body is not None
    assert [answer.headers for answer in post.answers] == [("X-Why",)]
    assert messages(found) == []


def test_a_path_names_no_query() -> None:
    assert names(of("paths: {'/a?b=c': {get: {}}}")) == ["GET /a"]


def test_operations_are_sorted_by_path_and_method() -> None:
    assert names(of("paths: {/b: {put: {}, get: {}}, /a: {post: {}}}")) == ["POST /a", "GET /b", "PUT /b"]
