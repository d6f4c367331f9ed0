"""What the rules about contracts say, and how much of it."""

import json

import pytest
from tests.rules.builders import SIGNED_IN, UNKNOWN, endpoint, inventory, rule
from tests.rules.contracts import ALL, BEARER, SECURE, failing, given, judged, operations, outcomes

from assay.model.verdict import Confidence, Outcome, Severity
from assay.rules.contract.real_value_in_example import form
from assay.rules.contract.unbounded_input import is_unbounded
from assay.rules.documents import SHOWN


@pytest.mark.parametrize("identifier", ALL)
def test_without_a_contract_no_rule_applies(identifier: str) -> None:
    found = list(rule(identifier).judge(inventory(endpoint("GET /orders", SIGNED_IN))))
    assert [(each.outcome, each.subject.kind) for each in found] == [(Outcome.NOT_APPLICABLE, "api")]


@pytest.mark.parametrize("identifier", ALL)
def test_a_contract_that_cannot_be_read_passes_nothing(identifier: str) -> None:
    assert Outcome.PASS not in {each.outcome for each in judged(identifier, "openapi: [")}


@pytest.mark.parametrize(
    ("guards", "weakness", "severity", "confidence"),
    [
        ((SIGNED_IN,), "undocumented-endpoint", Severity.LOW, Confidence.TENTATIVE),
        ((), "undocumented-endpoint", Severity.LOW, Confidence.TENTATIVE),
    ],
)
def test_a_contract_without_a_scheme_weighs_by_what_the_code_does(
    guards: tuple[()], weakness: str, severity: Severity, confidence: Confidence
) -> None:
    (found,) = judged("AP301", "paths: {/orders: {post: {}}}", endpoint("POST /orders", *guards))
    assert (found.weakness, found.severity, found.confidence) == (weakness, severity, confidence)


def test_a_contract_without_a_scheme_and_without_code_may_be_that_of_an_open_api() -> None:
    (found,) = judged("AP301", "paths: {/orders: {post: {}}}")
    assert (found.weakness, found.severity, found.confidence) == (
        "missing-authentication",
        Severity.MEDIUM,
        Confidence.TENTATIVE,
    )


@pytest.mark.parametrize(
    ("line", "outcome", "severity"),
    [
        (f"/x: {{put: {{{SECURE}}}}}", Outcome.PASS, Severity.INFO),
        ("/x: {get: {security: []}}", Outcome.PASS, Severity.INFO),
        ("/x: {put: {security: []}}", Outcome.FAIL, Severity.MEDIUM),
        ("/x: {put: {}}", Outcome.FAIL, Severity.MEDIUM),
        ("/x: {get: {}}", Outcome.FAIL, Severity.LOW),
        ("/login: {post: {}}", Outcome.NOT_APPLICABLE, Severity.INFO),
        ("/health: {get: {}}", Outcome.NOT_APPLICABLE, Severity.INFO),
        ("/x: {put: {security: [{nowhere: []}]}}", Outcome.NOT_TESTED, Severity.INFO),
    ],
)
def test_an_operation_is_judged_by_what_it_states(line: str, outcome: Outcome, severity: Severity) -> None:
    text = operations(f"/a: {{get: {{{SECURE}}}, put: {{{SECURE}}}}}", f"/b: {{get: {{{SECURE}}}}}", line)
    found = {each.subject.name: each for each in judged("AP302", text)}
    last = found[next(name for name in found if name.split()[1] not in {"/a", "/b"})]
    assert (last.outcome, last.severity) == (outcome, severity)


@pytest.mark.parametrize("guards", [(), (SIGNED_IN,), (UNKNOWN,)])
def test_an_operation_whose_code_is_known_is_judged_there(guards: tuple[()]) -> None:
    text = operations(f"/a: {{get: {{{SECURE}}}}}", "/x: {put: {}}")
    found = {each.subject.name: each.outcome for each in judged("AP302", text, endpoint("PUT /x", *guards))}
    assert found["PUT /x"] is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://api.orders-shop.com", "fail"),
        ("HTTP://8.8.8.8/v1", "fail"),
        ("https://api.orders-shop.com", "pass"),
        ("http://localhost:8000", "not-applicable"),
        ("http://127.0.0.1", "not-applicable"),
        ("http://10.1.2.3", "not-applicable"),
        ("http://api.example.com", "not-applicable"),
        ("http://backend:8080", "not-applicable"),
        ("http://{host}.orders-shop.com", "not-applicable"),
        ("http://[::1", "not-applicable"),
        ("/api", "not-applicable"),
    ],
)
def test_an_address_is_judged_if_it_is_public(url: str, outcome: str) -> None:
    assert outcomes(judged("AP303", f"servers: [{{url: '{url}'}}]\npaths: {{/a: {{get: {{}}}}}}")) == [outcome]


KEY = "components: {securitySchemes: {key: {type: apiKey, in: query, name: k}, other: {type: apiKey, in: header, name: K}}}"


@pytest.mark.parametrize(
    ("security", "outcome", "severity"),
    [
        ("[{key: []}]", Outcome.FAIL, Severity.MEDIUM),
        ("[{key: []}, {other: []}]", Outcome.FAIL, Severity.LOW),
        ("[{other: []}]", Outcome.NOT_APPLICABLE, Severity.INFO),
    ],
)
def test_a_key_in_the_query_weighs_less_as_one_way_among_others(
    security: str, outcome: Outcome, severity: Severity
) -> None:
    found = judged("AP304", f"security: {security}\npaths: {{/a: {{get: {{}}}}}}\n{KEY}")
    assert [(each.outcome, each.severity) for each in found if each.subject.symbol.endswith(" key")] == [
        (outcome, severity)
    ]


@pytest.mark.parametrize(
    ("schema", "is_it"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "maxLength": 5}, False),
        ({"type": "string", "pattern": "^a$"}, False),
        ({"type": "string", "format": "uuid"}, False),
        ({"type": "string", "format": "password"}, True),
        ({"type": "string", "enum": ["a"]}, False),
        ({"type": "integer"}, True),
        ({"type": "integer", "format": "int32"}, False),
        ({"type": "number", "maximum": 5}, False),
        ({"type": "array", "items": {"type": "boolean"}}, True),
        ({"type": "array", "maxItems": 5, "items": {"type": "boolean"}}, False),
        ({"type": "boolean"}, False),
    ],
)
def test_a_value_is_bounded_by_length_choice_pattern_or_format(schema: object, is_it: bool) -> None:
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": schema}}}}}
    read = given(json.dumps({"openapi": "3.0.0", "paths": {"/a": {"post": {"requestBody": body}}}}))
    written = read.contracts[0].operations[0].body
    assert written is not None
    assert is_unbounded(written.media[0][1].members[0].shape) is is_it


def wide(count: int) -> str:
    members = {f"field{number}": {"type": "string"} for number in range(count)}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": members}}}}
    paths = {f"/a{number}": {"post": {"requestBody": body}} for number in range(3)}
    return json.dumps({"openapi": "3.0.0", "paths": paths}, indent=1)


@pytest.mark.parametrize("identifier", ["AP306", "AP307"])
def test_many_fields_that_say_the_same_are_one_finding_with_a_few_places(identifier: str) -> None:
    found = failing(judged(identifier, wide(100)))
    assert len(found) == 1
    assert len(found[0].steps) <= SHOWN + 1


def test_the_steps_of_one_finding_count_what_they_leave_out() -> None:
    (found,) = failing(judged("AP306", wide(100)))
    assert found.steps[-1].text == "and 285 more"
    assert "300 fields" in found.message


@pytest.mark.parametrize("identifier", ["AP306", "AP307", "AP308", "AP310"])
def test_what_a_contract_leaves_unsaid_is_a_suspicion(identifier: str) -> None:
    text = """
        paths:
          /a:
            post:
              requestBody:
                content:
                  application/json:
                    schema: {additionalProperties: true, properties: {a: {type: string, example: "4539 5787 6362 1486"}}}
    """
    found = failing(judged(identifier, text))
    assert [each.confidence for each in found] == [Confidence.TENTATIVE]


@pytest.mark.parametrize(
    ("statuses", "about"),
    [
        ("{'200': {}}", {"denial", "limit"}),
        ("{'200': {}, '401': {}}", {"limit"}),
        ("{'200': {}, '403': {}, '429': {}}", set()),
        ("{'200': {}, 4XX: {}}", set()),
        ("{default: {}}", set()),
    ],
)
def test_the_answers_of_a_refusal_may_be_said_together(statuses: str, about: set[str]) -> None:
    text = f"{SECURE}\npaths: {{/a: {{get: {{responses: {statuses}}}}}}}\n{BEARER}"
    assert {each.subject.symbol.split()[-1] for each in failing(judged("AP307", text))} == about


@pytest.mark.parametrize(
    ("name", "severity", "confidence"),
    [
        ("password", Severity.MEDIUM, Confidence.FIRM),
        ("client_secret", Severity.MEDIUM, Confidence.FIRM),
        ("apiKey", Severity.MEDIUM, Confidence.FIRM),
        ("ssn", Severity.MEDIUM, Confidence.FIRM),
        ("access_token", Severity.MEDIUM, Confidence.TENTATIVE),
        ("email", Severity.LOW, Confidence.TENTATIVE),
        ("userEmail", Severity.LOW, Confidence.TENTATIVE),
    ],
)
def test_a_parameter_is_sensitive_by_its_name(name: str, severity: Severity, confidence: Confidence) -> None:
    text = f"paths: {{/a: {{get: {{parameters: [{{name: {name}, in: query, schema: {{type: string}}}}]}}}}}}"
    (found,) = judged("AP309", text)
    assert (found.outcome, found.severity, found.confidence) == (Outcome.FAIL, severity, confidence)


@pytest.mark.parametrize(
    "name",
    [
        "page_token", "nextToken", "continuationToken", "token_type", "hasPassword", "secret_name", "fields[secrets]", "pinned",
        "email_verified", "tokens_count", "monkey", "phoneNumberId", "q",
    ],
)  # fmt: skip
def test_a_parameter_that_only_sounds_alike_is_not(name: str) -> None:
    text = f"paths: {{/a: {{get: {{parameters: [{{name: '{name}', in: query, schema: {{type: string}}}}]}}}}}}"
    assert outcomes(judged("AP309", text)) == ["pass"]


def test_a_proof_of_a_way_in_may_stand_in_its_address() -> None:
    text = "paths: {'/reset-password/{token}': {post: {parameters: [{name: token, in: path, schema: {type: string}}]}}}"
    assert outcomes(judged("AP309", text)) == ["not-applicable"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4539 5787 6362 1486", "card number"),
        ("4539578763621486", "card number"),
        ("4539578763621487", ""),
        ("4242424242424242", ""),
        ("4111-1111-1111-1111", ""),
        ("1700000000000000", ""),
        ("DE75512108001245126199", "account number"),
        ("DE89 3704 0044 0532 0130 00", ""),
        ("DE75512108001245126198", ""),
        ("postgres://orders:n7Xq2LrT9vKd@db.orders-shop.com/x", "password in an address"),
        ("postgres://user:password@db.orders-shop.com/x", ""),
        ("postgres://orders:n7Xq2LrT9vKd@db.example.com/x", ""),
        ("https://example.com/a:b@c", ""),
        ("00000000-0000-4000-8000-000000000000", ""),
        ("YOUR_API_KEY", ""),
    ],
)
def test_a_real_value_is_told_from_one_that_is_made_up(text: str, kind: str) -> None:
    assert form(json.dumps(text)) == kind


def test_no_verdict_holds_the_value_of_an_example() -> None:
    text = (
        "paths: {/a: {post: {requestBody: {content: {a/b: {schema: {type: object, properties: "
        "{card: {type: string, example: '4539 5787 6362 1486'}}}}}}}}}"
    )
    found = judged("AP310", text)
    assert failing(found)
    assert "4539" not in repr(found)
