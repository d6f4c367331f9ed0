"""What the rules about the inventory say of code and contract together: how much, and how sure."""

import pytest
from tests.rules.builders import ANONYMOUS, SIGNED_IN, UNKNOWN, endpoint
from tests.rules.contracts import BEARER, failing, judged

from assay.model.endpoint import Endpoint
from assay.model.verdict import Confidence, Outcome, Severity, Verdict
from assay.rules.drifting import MOST


def promised(*names: str) -> str:
    """A document of these operations."""
    paths: dict[str, list[str]] = {}
    for name in names:
        method, path = name.split()
        paths.setdefault(path, []).append(method.lower())
    lines = [f"  {path}: {{{', '.join(f'{method}: {{}}' for method in methods)}}}" for path, methods in paths.items()]
    return "paths:\n" + "\n".join(lines) + "\n"


def written(*names: str) -> list[Endpoint]:
    return [endpoint(name, SIGNED_IN) for name in names]


def numbered(count: int, start: str = "/a") -> list[str]:
    return [f"GET {start}{number}" for number in range(count)]


def by_outcome(found: list[Verdict], outcome: Outcome) -> list[str]:
    return [each.subject.name for each in found if each.outcome is outcome]


def test_where_the_contract_has_most_endpoints_each_that_is_missing_is_a_finding() -> None:
    found = judged("AP312", promised(*numbered(6)), *written(*numbered(6), "GET /b", "POST /c"))
    assert [(each.subject.name, each.severity, each.confidence) for each in failing(found)] == [
        ("GET /b", Severity.LOW, Confidence.FIRM),
        ("POST /c", Severity.MEDIUM, Confidence.FIRM),
    ]
    assert len(by_outcome(found, Outcome.PASS)) == 6


def test_where_the_contract_has_a_part_only_there_is_one_suspicion() -> None:
    found = judged("AP312", promised(*numbered(4)), *written(*numbered(4), *numbered(40, "/b")))
    (told,) = failing(found)
    assert told.message == "openapi.yaml leaves out 40 of 44 endpoints of shop."
    assert (told.subject.kind, told.confidence, told.severity) == ("api", Confidence.TENTATIVE, Severity.LOW)
    assert len(by_outcome(found, Outcome.NOT_APPLICABLE)) == 40


def test_very_many_that_are_missing_are_one_finding() -> None:
    missing = numbered(MOST + 1, "/b")
    (told,) = failing(judged("AP312", promised(*numbered(100)), *written(*numbered(100), *missing)))
    assert (told.subject.kind, told.confidence, told.severity) == ("api", Confidence.FIRM, Severity.MEDIUM)


@pytest.mark.parametrize(
    "name", ["GET /health", "GET /docs", "GET /static/{path}", "HEAD /x", "WS /feed", "OPTIONS /x"]
)
def test_what_no_contract_is_expected_to_have_is_not_missed(name: str) -> None:
    found = judged("AP312", promised("GET /a", "GET /b"), *written("GET /a", "GET /b"), endpoint(name))
    assert failing(found) == []


def test_what_is_served_in_development_only_is_not_missed() -> None:
    inside = endpoint("POST /seed", environment="development")
    assert failing(judged("AP312", promised("GET /a"), *written("GET /a"), inside)) == []


def test_endpoints_outside_of_the_contract_are_told_once_and_for_review() -> None:
    api = ["GET /api/v1/a", "GET /api/v1/b", "POST /api/v1/c"]
    found = judged("AP312", promised(*api), *written(*api, "POST /admin", "POST /account"))
    (told,) = failing(found)
    assert told.message == "2 endpoints of shop stand outside of the paths that openapi.yaml is about."
    assert told.confidence is Confidence.TENTATIVE


def test_a_broken_contract_makes_a_shadow_a_suspicion() -> None:
    text = promised("GET /a", "GET /b") + "  /c: 5\n"
    assert [each.confidence for each in failing(judged("AP312", text, *written("GET /a", "GET /b", "GET /c")))] == [
        Confidence.TENTATIVE
    ]


def test_an_orphan_is_firm_where_its_path_is_there() -> None:
    found = judged("AP313", promised(*numbered(4), "DELETE /a1", "GET /gone"), *written(*numbered(4)))
    assert [(each.subject.name, each.confidence) for each in failing(found)] == [
        ("DELETE /a1", Confidence.FIRM),
        ("GET /gone", Confidence.TENTATIVE),
    ]


def test_where_little_of_a_contract_is_found_there_is_one_suspicion() -> None:
    (told,) = failing(judged("AP313", promised(*numbered(40)), *written(*numbered(4))))
    assert told.message == "openapi.yaml has 40 operations, of which 36 were not found."
    assert told.confidence is Confidence.TENTATIVE


SECURED = "security: [{bearer: []}]"


def demanding(name: str, *, own: bool = True) -> str:
    method, path = name.split()
    operation = (
        f"paths: {{/other: {{get: {{}}}}, {path}: {{{method.lower()}: {{{SECURED if own else ''}}}}}}}\n{BEARER}"
    )
    return operation if own else f"{SECURED}\n{operation}"


@pytest.mark.parametrize(
    ("own", "guards", "outcome", "confidence"),
    [
        (True, (), Outcome.FAIL, Confidence.FIRM),
        (False, (), Outcome.FAIL, Confidence.TENTATIVE),
        (True, (ANONYMOUS,), Outcome.FAIL, Confidence.TENTATIVE),
        (True, (SIGNED_IN,), Outcome.PASS, Confidence.FIRM),
        (True, (UNKNOWN,), Outcome.NOT_TESTED, Confidence.FIRM),
    ],
)
def test_code_that_asks_nobody_is_firm_where_the_operation_itself_demands(
    own: bool, guards: tuple[()], outcome: Outcome, confidence: Confidence
) -> None:
    found = judged("AP314", demanding("PUT /x", own=own), endpoint("PUT /x", *guards), *written("GET /other"))
    told = next(each for each in found if each.subject.name == "PUT /x")
    assert (told.outcome, told.confidence) == (outcome, confidence)


def test_where_no_code_asks_anybody_something_in_front_may() -> None:
    (told,) = failing(judged("AP314", demanding("PUT /x"), endpoint("PUT /x")))
    assert told.confidence is Confidence.TENTATIVE


def test_the_way_in_is_open_whatever_the_document_demands() -> None:
    found = judged("AP314", demanding("POST /login", own=False), endpoint("POST /login"), *written("GET /other"))
    assert failing(found) == []


def test_operations_that_the_code_guards_and_the_contract_leaves_open_are_one_finding() -> None:
    text = promised(*numbered(30)) + BEARER
    (told,) = failing(judged("AP315", text, *written(*numbered(30))))
    assert told.message == "openapi.yaml leaves open 30 operations that the code guards."
    assert told.severity is Severity.LOW


def test_a_deprecated_operation_that_is_served_is_told() -> None:
    text = "paths: {/a: {get: {deprecated: true}}, /b: {get: {deprecated: true}}, /c: {get: {}}}"
    (told,) = failing(judged("AP316", text, *written("GET /a", "GET /c")))
    assert told.message == "openapi.yaml calls 1 operation deprecated that the code still serves."


def test_an_old_version_is_a_finding_of_its_own() -> None:
    found = failing(judged("AP316", promised("GET /v2/a"), *written("GET /v1/a", "GET /v2/a")))
    assert [each.message for each in found] == ["GET /v1/a is served, while openapi.yaml has /v2/a instead."]


def test_a_contract_without_code_is_not_compared() -> None:
    for identifier in ("AP312", "AP313", "AP314", "AP315", "AP316"):
        assert judged(identifier, promised("GET /a")) == []
