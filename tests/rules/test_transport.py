"""The rule about settings that open the API."""

import pytest
from msgspec.structs import replace
from tests.rules.builders import API, SIGNED_IN, endpoint, rule

from assay.model.place import Place
from assay.model.program import Inventory, Setting
from assay.model.verdict import Confidence, Outcome, Severity, Verdict


def setting(name: str, value: str = "on", environment: str = "any", **details: str) -> Setting:
    return Setting("shop", name, value, environment, Place("shop/main.py", 4), tuple(sorted(details.items())))


def judged(*settings: Setting, framework: str = "fastapi") -> dict[str, Verdict]:
    api = replace(API, framework=framework)
    found = rule("AP105").judge(
        Inventory(apis=(api,), endpoints=(endpoint("GET /things", SIGNED_IN),), settings=settings)
    )
    return {verdict.subject.symbol: verdict for verdict in found}


@pytest.mark.parametrize("origins", ["*", "reflected"])
def test_every_origin_with_credentials_is_high(origins: str) -> None:
    found = judged(setting("cors", origins=origins, credentials="true"))["cors"]
    assert (found.outcome, found.severity, found.confidence) == (Outcome.FAIL, Severity.HIGH, Confidence.FIRM)
    assert found.weakness == "permissive-cors"


def test_every_origin_without_credentials_is_medium() -> None:
    found = judged(setting("cors", origins="*", credentials="false"))["cors"]
    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.MEDIUM)


def test_every_origin_for_reads_only_is_low() -> None:
    found = judged(setting("cors", origins="*", credentials="false", methods="GET,OPTIONS"))["cors"]
    assert (found.outcome, found.severity, found.confidence) == (Outcome.FAIL, Severity.LOW, Confidence.TENTATIVE)


def test_named_origins_pass() -> None:
    found = judged(setting("cors", origins="https://a.example, https://b.example", credentials="true"))["cors"]
    assert found.outcome is Outcome.PASS


def test_origins_from_outside_are_not_tested() -> None:
    assert judged(setting("cors", origins="unknown", credentials="true"))["cors"].outcome is Outcome.NOT_TESTED


def test_the_null_origin_fails() -> None:
    assert judged(setting("cors", origins="https://a.example,null"))["cors"].outcome is Outcome.FAIL


def test_a_policy_that_is_never_applied_does_no_harm() -> None:
    found = judged(setting("cors", origins="*", credentials="true", policy="open", applied="false"))["cors open"]
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_policy_of_single_endpoints_says_so() -> None:
    found = judged(setting("cors", origins="*", policy="some", applied="true", scope="endpoints"))["cors some"]
    assert found.outcome is Outcome.FAIL
    assert "single endpoints" in found.message


def test_two_policies_are_two_subjects() -> None:
    found = judged(
        setting("cors", origins="*", policy="open"), setting("cors", origins="https://a.example", policy="shut")
    )
    assert (found["cors open"].outcome, found["cors shut"].outcome) == (Outcome.FAIL, Outcome.PASS)


@pytest.mark.parametrize(
    ("name", "value", "weakness", "severity"),
    [
        ("debug", "on", "debug-enabled", Severity.HIGH),
        ("error-detail", "on", "verbose-error", Severity.MEDIUM),
        ("cookie-secure", "off", "insecure-cookie", Severity.MEDIUM),
        ("https-redirection", "off", "plaintext-http", Severity.MEDIUM),
        ("hsts", "off", "missing-hsts", Severity.LOW),
        ("antiforgery", "off", "csrf-disabled", Severity.MEDIUM),
        ("cookie-httponly", "off", "insecure-cookie", Severity.MEDIUM),
        ("cookie-samesite", "None", "insecure-cookie", Severity.LOW),
        ("https-metadata", "off", "plaintext-http", Severity.LOW),
        ("docs", "on", "exposed-api-docs", Severity.LOW),
        ("allowed-hosts", "*", "missing-input-validation", Severity.LOW),
    ],
)
def test_a_switch_in_the_wrong_position_fails(name: str, value: str, weakness: str, severity: Severity) -> None:
    found = judged(setting(name, value))[name]
    assert (found.outcome, found.weakness, found.severity) == (Outcome.FAIL, weakness, severity)
    assert found.fix


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("debug", "off"),
        ("hsts", "on"),
        ("https-redirection", "on"),
        ("cookie-secure", "on"),
        ("allowed-hosts", "a.example"),
        ("cookie-samesite", "Lax"),
    ],
)
def test_a_switch_in_the_right_position_passes(name: str, value: str) -> None:
    assert judged(setting(name, value))[name].outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["debug", "hsts", "https-redirection", "cookie-secure", "allowed-hosts"])
def test_a_switch_that_comes_from_outside_is_not_tested(name: str) -> None:
    assert judged(setting(name, "unknown"))[name].outcome is Outcome.NOT_TESTED


@pytest.mark.parametrize("name", ["debug", "cors"])
def test_what_holds_in_development_only_is_not_applicable(name: str) -> None:
    found = judged(setting(name, "on", environment="development", origins="*", credentials="true"))[name]
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "development" in found.message


def test_silence_about_https_is_not_tested_where_a_proxy_may_do_it() -> None:
    assert judged()["https-redirection"].outcome is Outcome.NOT_TESTED


def test_silence_about_https_is_tentative_where_the_template_does_it() -> None:
    found = judged(framework="aspnetcore")["https-redirection"]
    assert (found.outcome, found.severity, found.confidence) == (Outcome.FAIL, Severity.LOW, Confidence.TENTATIVE)


def test_an_api_that_speaks_about_https_is_not_judged_for_silence() -> None:
    assert list(judged(setting("hsts", "on"), framework="aspnetcore")) == ["hsts"]


def test_a_setting_that_no_judge_knows_gets_no_verdict() -> None:
    assert "colour" not in judged(setting("colour", "blue"))
