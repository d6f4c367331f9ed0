"""Authentication and authorization against a real server: what is planted is found in its place, and what is shared is not."""

from collections.abc import Iterator

import pytest
from tests.live.scanning import bearer, failing, only, scan, told
from tests.live.servers import leaky, nested
from tests.live.serving import served

from assay.live.identity import Identity
from assay.live.session import Live
from assay.model.verdict import Confidence, Outcome, Severity

RULES = only("AP501", "AP502", "AP503", "AP504", "AP505", "AP511", "AP512", "AP520", "AP524", "AP529")


def people() -> tuple[Identity, ...]:
    alice = Identity("alice", "login", "alice-password", user="alice", path="/login", role="user", marks=("alice",))
    return (alice, bearer("bob", leaky.TOKENS["bob"], role="user", marks=("bob",)))


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with served(leaky.app) as origin:
        yield scan(origin, chosen=RULES, identities=people(), api="leaky")


def test_every_planted_weakness_is_found_in_its_place_and_no_other(live: Live) -> None:
    found = {
        (verdict.rule, verdict.subject.name)
        for verdict in failing(live)
        if verdict.confidence is not Confidence.TENTATIVE
    }
    assert found == leaky.PLANTED, told(failing(live))


def test_what_is_shared_or_kept_is_passed(live: Live) -> None:
    outcomes = {(each.rule, each.subject.name): each.outcome for each in live.verdicts}
    assert outcomes["AP520", "GET /notes/{note_id}"] is Outcome.PASS
    assert outcomes["AP524", "GET /admin/audit"] is Outcome.PASS
    assert outcomes["AP501", "GET /orders"] is Outcome.PASS


def test_it_takes_about_a_hundred_requests_and_changes_nothing(live: Live) -> None:
    assert len(live.ledger) < 110
    assert leaky.ORDERS == {"1001": "alice", "1002": "alice", "2001": "bob"}
    assert {entry.what for entry in live.ledger if not entry.what.startswith("GET ")} == {"POST /login"}


def test_no_token_and_no_password_is_shown(live: Live) -> None:
    text = repr(live.verdicts)
    assert not [secret for secret in (*leaky.TOKENS.values(), "alice-password", "zq81mx0pl2") if secret in text]


def test_a_proof_shows_what_the_other_got_first_then_owner_and_stranger(live: Live) -> None:
    (verdict,) = [each for each in failing(live) if each.rule == "AP520"]
    assert [each.identity for each in verdict.exchanges] == ["bob", "alice", ""]
    assert verdict.severity is Severity.CRITICAL


def test_without_identities_what_needs_them_is_not_tested() -> None:
    with served(leaky.app) as origin:
        alone = scan(origin, chosen=RULES)
    missing = {each.rule for each in alone.verdicts if each.outcome is Outcome.NOT_TESTED}
    assert {"AP503", "AP504", "AP505", "AP511", "AP512", "AP520", "AP524", "AP529"} <= missing


def test_refused_credentials_are_said_and_nothing_rests_on_them() -> None:
    with served(leaky.app) as origin:
        refused = scan(origin, chosen=RULES, identities=(bearer("eve", "no-jwt-at-all"),))
    assert refused.target.callers[0].problem == "the target refuses the credentials of eve"
    assert ("eve", "identity") in [(each.path, each.kind) for each in refused.skipped]
    assert not [each for each in refused.verdicts if each.rule == "AP520" and each.outcome is Outcome.PASS]


def test_ids_elsewhere_rows_of_others_and_overridden_methods_are_found() -> None:
    callers = tuple(bearer(name, token, marks=(name,)) for token, name in nested.TOKENS.items())
    with served(nested.app) as origin:
        live = scan(origin, chosen=only("AP521", "AP525", "AP531"), identities=callers, api="nested")
    sure = [each for each in failing(live) if each.confidence is not Confidence.TENTATIVE]
    assert {(each.rule, each.subject.name) for each in sure} == nested.PLANTED, told(failing(live))
    outcomes = {(each.rule, each.subject.name): each.outcome for each in live.verdicts}
    assert outcomes["AP521", "GET /safe-receipt"] is Outcome.PASS
    assert outcomes["AP521", "GET /people/{person_id}/bills/{bill_id}"] is Outcome.PASS
    assert outcomes["AP521", "GET /rates"] is Outcome.NOT_APPLICABLE
    assert outcomes["AP531", "GET /own-payments"] is Outcome.PASS
    assert [each.subject.path for each in failing(live) if each.confidence is Confidence.TENTATIVE] == ["/directory"]
