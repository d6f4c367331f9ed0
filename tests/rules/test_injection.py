"""The rules about request data in dangerous places, tokens and cryptography, and secrets in URLs and logs."""

import pytest
from msgspec.structs import replace
from tests.rules.builders import API, CLERK, SIGNED_IN, endpoint, rule

from assay.assessment.findings import merged
from assay.model.endpoint import Endpoint, Parameter
from assay.model.place import Place, Step
from assay.model.program import Inventory
from assay.model.reach import Access, Action, Flow, Gap, Note, Origin, Reach, Use
from assay.model.verdict import Confidence, Outcome, Severity, Verdict

PLACE = Place("shop/store.py", 7)
SQL = Flow("sql", Origin.QUERY, "name", "find: execute", PLACE, how="it is put into the text of the statement")
BOUND = replace(SQL, is_safe=True, how="it is a parameter of the statement")
DIRECT = (Step("execute", PLACE),)
SHARED = (Step("calls Store.find", Place("shop/orders.py", 3)), Step("execute", PLACE))


def reaching(
    name: str, *flows: Flow, uses: tuple[Use, ...] = (), notes: tuple[Note, ...] = (), guarded: bool = False
) -> Endpoint:
    found = endpoint(name, *((SIGNED_IN,) if guarded else ()))
    return replace(found, reach=Reach(flows=flows, uses=uses, notes=notes))


def judged(rule_id: str, *endpoints: Endpoint, uses: tuple[Use, ...] = ()) -> list[Verdict]:
    return list(rule(rule_id).judge(Inventory(apis=(API,), endpoints=endpoints, uses=uses)))


def only(rule_id: str, *endpoints: Endpoint) -> Verdict:
    (found,) = judged(rule_id, *endpoints)
    return found


# --- AP108


def test_request_data_in_a_statement_fails() -> None:
    found = only("AP108", reaching("GET /items", replace(SQL, steps=DIRECT)))
    assert (found.outcome, found.weakness) == (Outcome.FAIL, "sql-injection")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.FIRM)
    assert found.message == "GET /items puts name from the query into the text of an SQL statement (find: execute)."
    assert (found.subject.symbol, found.root, found.place) == ("sql", "", PLACE)


def test_a_known_caller_makes_it_less_grave() -> None:
    assert only("AP108", reaching("GET /items", SQL, guarded=True)).severity is Severity.HIGH


def test_doubt_makes_it_tentative() -> None:
    assert only("AP108", reaching("GET /items", replace(SQL, is_certain=False))).confidence is Confidence.TENTATIVE


def test_a_bound_parameter_passes_on_the_same_subject() -> None:
    before, after = only("AP108", reaching("GET /items", SQL)), only("AP108", reaching("GET /items", BOUND))
    assert after.outcome is Outcome.PASS
    assert (before.subject, before.weakness) == (after.subject, after.weakness)


def test_one_unsafe_flow_among_safe_ones_fails() -> None:
    assert only("AP108", reaching("GET /items", BOUND, SQL)).outcome is Outcome.FAIL


def test_several_kinds_are_several_verdicts() -> None:
    path = replace(SQL, kind="path", symbol="find: open")
    found = judged("AP108", reaching("GET /items", SQL, path))
    assert [(each.subject.symbol, each.weakness) for each in found] == [
        ("sql", "sql-injection"),
        ("path", "path-traversal"),
    ]


def test_a_fault_in_a_shared_function_is_one_finding_with_every_endpoint() -> None:
    shared = replace(SQL, steps=SHARED)
    found = merged(
        judged("AP108", reaching("GET /items", shared), reaching("GET /orders", shared)), [rule("AP108")]
    ).findings
    assert [finding.exposes for finding in found] == [("GET /orders",)]


def test_an_endpoint_without_such_places_is_not_applicable_and_one_that_was_not_followed_is_not_tested() -> None:
    assert only("AP108", reaching("GET /items")).outcome is Outcome.NOT_APPLICABLE
    gap = replace(endpoint("GET /items"), reach=Reach(gaps=(Gap("it is too much"),)))
    assert only("AP108", gap).outcome is Outcome.NOT_TESTED


def test_safe_flows_of_a_handler_with_gaps_are_no_pass() -> None:
    found = reaching("GET /items", BOUND)
    assert found.reach is not None
    assert (
        only("AP108", replace(found, reach=replace(found.reach, gaps=(Gap("it is too much"),)))).outcome
        is Outcome.NOT_TESTED
    )


def test_a_log_line_is_no_injection() -> None:
    assert only("AP108", reaching("GET /items", replace(SQL, kind="log"))).outcome is Outcome.NOT_APPLICABLE


def test_known_callers_may_be_meant_to_name_a_file() -> None:
    flow = replace(SQL, kind="path", name="report")
    assert only("AP108", reaching("GET /files", flow, guarded=True)).confidence is Confidence.TENTATIVE
    assert only("AP108", reaching("GET /files", flow)).confidence is Confidence.FIRM


@pytest.mark.parametrize("framework", ["fastapi", "flask", "django", "drf", "aspnetcore", "starlette"])
def test_every_kind_has_a_fix_in_every_framework(framework: str) -> None:
    kinds = ("sql", "nosql", "command", "code", "template", "path", "url", "redirect", "deserialization", "xml", "ldap")
    flows = [replace(SQL, kind=kind) for kind in kinds]
    found = judged("AP108", replace(reaching("GET /items", *flows), framework=framework))
    assert len({verdict.fix for verdict in found}) == len(kinds)


# --- AP109

UNCHECKED = Use("jwt-verify", "no-verification", "me: decode", PLACE)


def test_an_unchecked_token_fails_at_its_place() -> None:
    found = only("AP109", reaching("GET /me", uses=(UNCHECKED,)))
    assert (found.outcome, found.weakness, found.severity, found.place) == (
        Outcome.FAIL,
        "jwt-weakness",
        Severity.HIGH,
        PLACE,
    )


def test_a_checked_token_passes_on_the_same_subject() -> None:
    before = only("AP109", reaching("GET /me", uses=(UNCHECKED,)))
    after = only("AP109", reaching("GET /me", uses=(replace(UNCHECKED, problem=""),)))
    assert (after.outcome, after.subject) == (Outcome.PASS, before.subject)


def test_one_place_that_two_endpoints_reach_is_one_finding() -> None:
    verdicts = judged("AP109", reaching("GET /me", uses=(UNCHECKED,)), reaching("GET /us", uses=(UNCHECKED,)))
    assert len(merged(verdicts, [rule("AP109")]).findings) == 1


def test_what_a_program_does_when_it_starts_is_a_verdict_on_the_api() -> None:
    (found,) = judged("AP109", uses=(replace(UNCHECKED, kind="tls", problem="no-certificate-check"),))
    assert (found.subject.kind, found.subject.api, found.weakness) == ("api", "shop", "disabled-tls-verification")


def test_names_alone_are_tentative() -> None:
    use = Use("random", "predictable", "code: randint", PLACE, is_certain=False)
    assert only("AP109", reaching("GET /code", uses=(use,))).confidence is Confidence.TENTATIVE


# --- AP112


def url(name: str, parameter: str, source: str = "query") -> Verdict:
    return only("AP112", endpoint(name, parameters=(Parameter(parameter, "str", source),)))


@pytest.mark.parametrize("parameter", ["password", "client_secret", "api_key", "card_number", "ssn"])
def test_a_secret_in_the_query_fails(parameter: str) -> None:
    found = url("GET /session", parameter)
    assert (found.outcome, found.confidence, found.weakness) == (Outcome.FAIL, Confidence.FIRM, "sensitive-data-in-url")


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("GET /items", "name"),
        ("GET /items", "page_token"),
        ("GET /confirm", "token"),
        ("GET /reset-password", "token"),
        ("GET /t/{token_id}", "token_id"),
    ],
)
def test_other_names_and_links_that_hold_a_proof_pass(name: str, parameter: str) -> None:
    assert url(name, parameter).outcome is Outcome.PASS


def test_a_token_elsewhere_in_the_url_is_tentative() -> None:
    assert url("GET /orders", "access_token").confidence is Confidence.TENTATIVE


def test_a_secret_in_the_body_is_out_of_the_url() -> None:
    assert url("POST /session", "password", "body").outcome is Outcome.NOT_APPLICABLE


def test_a_password_in_the_log_fails_and_a_log_without_one_passes_on_the_same_subject() -> None:
    flow = Flow("log", Origin.BODY, "password", "login: info", PLACE)
    bad = judged("AP112", reaching("POST /login", flow))[1]
    good = judged("AP112", reaching("POST /login", notes=(Note("log", "info", "login: info", PLACE),)))[1]
    assert (bad.outcome, bad.weakness, good.outcome) == (Outcome.FAIL, "secrets-in-logs", Outcome.PASS)
    assert bad.subject == good.subject


def test_accesses_alone_say_nothing_of_tokens() -> None:
    access = Access(Action.READ, "Item", (), "get", PLACE)
    found = replace(endpoint("GET /items"), reach=Reach(accesses=(access,)))
    assert only("AP109", found).outcome is Outcome.NOT_APPLICABLE


def test_a_redirect_and_a_host_named_by_administrators_are_tentative() -> None:
    assert only("AP108", reaching("GET /leave", replace(SQL, kind="redirect"))).confidence is Confidence.TENTATIVE
    ask = replace(SQL, kind="url")
    assert only("AP108", reaching("GET /ask", ask, guarded=True)).confidence is Confidence.FIRM
    by_clerks = replace(endpoint("GET /ask", CLERK), reach=Reach(flows=(ask,)))
    assert only("AP108", by_clerks).confidence is Confidence.TENTATIVE
