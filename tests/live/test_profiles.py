"""Whole scans of real servers on loopback: planted weaknesses are found in their place, and nothing else is."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from tests.live.scanning import bearer, failing, scan, told
from tests.live.servers import spa, strong, trap, weak
from tests.live.serving import served

from assay.assessment.wiring import probes
from assay.live.session import Live
from assay.model.verdict import Confidence, Outcome, Severity
from assay.plugins.probe import Mode

CORE = {f"AP4{number:02d}" for number in range(1, 38)}
"""The probes that this file answers for; others have servers of their own."""
PEOPLE = (
    bearer("alice", "alice-token-000001", marks=("alice", "alice@example.com")),
    bearer("bob", "bob-token-0000002", marks=("bob", "bob@example.com")),
)


@pytest.fixture(scope="module")
def strong_live() -> Iterator[Live]:
    with served(strong.app) as origin:
        yield scan(origin, identities=PEOPLE)


@pytest.fixture(scope="module")
def weak_live() -> Iterator[Live]:
    with served(weak.app) as origin:
        yield scan(origin)


def test_a_strong_api_has_no_finding_of_medium_or_above(strong_live: Live) -> None:
    assert told(failing(strong_live, Severity.MEDIUM)) == []


def test_a_strong_api_is_as_it_was_before(strong_live: Live) -> None:
    assert strong.ORDERS == {"1001": "alice", "1002": "alice", "2001": "bob", "2002": "bob"}
    assert not [entry for entry in strong_live.ledger if entry.what.split()[0] in {"POST", "PUT", "PATCH", "DELETE"}]


def test_identities_are_proved_by_a_route_that_refuses_strangers(strong_live: Live) -> None:
    assert [(caller.name, caller.canary, caller.problem) for caller in strong_live.target.callers] == [
        ("alice", "/me", ""),
        ("bob", "/me", ""),
    ]


def test_a_route_with_a_destructive_name_is_listed_and_never_asked(strong_live: Live) -> None:
    assert not [entry for entry in strong_live.ledger if "reset" in entry.what]
    assert [(each.path, each.kind) for each in strong_live.skipped] == [("GET /admin/reset", "route-not-asked")]


def test_what_a_route_answers_to_strangers_is_observed(strong_live: Live) -> None:
    seen = {each.path: each.is_refused for each in strong_live.observed}
    assert seen["/orders"] is True
    assert seen["/me"] is True
    assert seen["/health"] is False


@pytest.mark.parametrize("server", [trap, spa], ids=["trap", "spa"])
def test_an_api_that_only_looks_weak_has_no_finding_of_medium_or_above(server: object) -> None:
    with served(server.app) as origin:  # type: ignore[attr-defined]
        live = scan(origin)
    assert told(failing(live, Severity.MEDIUM)) == []
    assert [verdict for verdict in live.verdicts if verdict.outcome is Outcome.PASS]


def test_every_planted_weakness_is_found_in_its_place_and_no_other(weak_live: Live) -> None:
    found = {
        (verdict.rule, verdict.subject.symbol or (verdict.subject.name if verdict.subject.method else ""))
        for verdict in failing(weak_live)
        if verdict.rule in CORE and verdict.confidence is not Confidence.TENTATIVE
    }
    assert found == weak.PLANTED


def test_every_finding_shows_an_exchange_that_can_be_repeated(weak_live: Live) -> None:
    for verdict in failing(weak_live):
        assert verdict.exchanges, verdict.message
        assert all(each.curl.startswith("curl -i") and each.status for each in verdict.exchanges)


def test_secrets_of_the_target_never_leave_the_room(weak_live: Live) -> None:
    text = repr(weak_live.verdicts)
    assert "DB_PASSWORD" in text
    assert "hunter2-very-secret" not in text
    assert "3f786850e387550fdab836ed7e6dc881de23001b" not in text


def test_every_probe_says_something_of_every_subject(weak_live: Live) -> None:
    assert {verdict.rule for verdict in weak_live.verdicts} <= set(weak_live.executed)
    assert set(weak_live.executed) == {probe.id for probe in probes() if Mode.SAFE.includes(probe.mode)}
    assert not weak_live.stopped


def test_nothing_is_asked_twice(weak_live: Live) -> None:
    gets = [entry.what for entry in weak_live.ledger if entry.what.startswith("GET ") and not entry.identity]
    plain = [what for what in gets if what.count("/") == 1]
    assert gets.count("GET /items") <= 9, plain


def test_two_scans_say_the_same_but_for_the_time_in_their_evidence() -> None:
    with served(weak.app) as origin:
        first, second = scan(origin), scan(origin)
    assert [replace(each, exchanges=()) for each in first.verdicts] == [
        replace(each, exchanges=()) for each in second.verdicts
    ]
    assert [[each.url for each in verdict.exchanges] for verdict in first.verdicts] == [
        [each.url for each in verdict.exchanges] for verdict in second.verdicts
    ]
