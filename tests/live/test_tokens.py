"""Forged tokens, logouts, calls to a listener and growing work, against real servers: what is planted is found, what is mended is not."""

from typing import Any
from urllib.request import urlopen

import pytest
from tests.live.scanning import bearer, failing, only, scan, told
from tests.live.servers import spa, strong, trap, weak_token
from tests.live.serving import free_port, served

from assay.errors import UsageError
from assay.live.identity import Identity
from assay.live.listening import bound
from assay.live.probes import unbounded_page, unbounded_work
from assay.live.session import Live
from assay.model.verdict import Outcome, Severity
from assay.plugins.probe import Mode

RULES = only("AP506", "AP509", "AP513", "AP523", "AP545", "AP546")
LISTENER = "http://127.0.0.1:0"


def people() -> tuple[Identity, ...]:
    alice = Identity("alice", "login", "alice-password", user="alice", path="/login")
    return (alice, bearer("bob", weak_token.issued("bob")))


def asked(*, weak: bool, **options: Any) -> Live:
    with served(weak_token.make_app(weak=weak)) as origin:
        given: dict[str, Any] = {"mode": Mode.ACTIVE, "listener": LISTENER, "identities": people(), **options}
        return scan(origin, chosen=RULES, api="tokens", **given)


@pytest.fixture(scope="module")
def weak() -> Live:
    return asked(weak=True)


@pytest.fixture(scope="module")
def mended() -> Live:
    return asked(weak=False)


def test_every_planted_weakness_is_found_in_its_place_and_no_other(weak: Live) -> None:
    found = {(each.rule, each.subject.name if each.subject.method else each.subject.symbol) for each in failing(weak)}
    assert found == weak_token.PLANTED, told(failing(weak))


def test_what_is_mended_gives_no_finding_and_passes(mended: Live) -> None:
    assert told(failing(mended)) == []
    passing = {(each.rule, each.subject.symbol) for each in mended.verdicts if each.outcome is Outcome.PASS}
    assert {("AP506", "alg"), ("AP506", "kid"), ("AP506", "jwk"), ("AP506", "jku"), ("AP509", "")} <= passing
    assert {("AP513", ""), ("AP523", ""), ("AP545", "url"), ("AP546", "depth"), ("AP546", "samples")} <= passing


def test_a_logout_ends_a_session_of_its_own_and_not_those_of_the_run(mended: Live) -> None:
    logouts = [entry for entry in mended.ledger if entry.what == "POST /logout"]
    assert [entry.outcome for entry in logouts] == ["204"]
    assert [entry.what for entry in mended.ledger].count("POST /login") == 2
    assert not [each for each in mended.skipped if each.kind == "identity"]
    assert not [each for each in mended.verdicts if "no longer taken" in each.message]


def test_a_call_is_told_with_who_called_and_one_that_does_not_come_is_no_proof(weak: Live, mended: Live) -> None:
    (called,) = [each for each in failing(weak) if each.rule == "AP545"]
    assert "The listener got a GET from 127.0.0.1, calling itself Python-urllib" in called.steps[0].text
    outcomes = {
        (each.subject.path, each.subject.symbol): each.outcome for each in weak.verdicts if each.rule == "AP545"
    }
    assert outcomes["/stored-link", "link"] is Outcome.PASS
    silent = {
        (each.subject.path, each.subject.symbol): each.outcome for each in mended.verdicts if each.rule == "AP545"
    }
    assert silent["/stored-link", "link"] is Outcome.NOT_TESTED


def test_without_a_listener_nothing_is_said_of_calls() -> None:
    alone = asked(weak=True, listener="")
    said = {(each.rule, each.subject.symbol): each for each in alone.verdicts}
    assert said["AP545", ""].outcome is Outcome.NOT_TESTED
    assert "no listener" in said["AP545", ""].message
    assert said["AP506", "jku"].outcome is Outcome.NOT_TESTED


def test_in_safe_mode_nothing_is_logged_out_forged_or_lured() -> None:
    safe = asked(weak=True, mode=Mode.SAFE, listener="")
    assert {each.rule for each in safe.verdicts} == {"AP509", "AP523"}
    assert not [entry for entry in safe.ledger if "logout" in entry.what]


def test_without_a_session_that_can_be_spared_no_logout_is_sent() -> None:
    kept = asked(weak=True, identities=(bearer("bob", weak_token.issued("bob")),))
    (said,) = [each for each in kept.verdicts if each.rule == "AP513"]
    assert said.outcome is Outcome.NOT_TESTED
    assert not [entry for entry in kept.ledger if "logout" in entry.what]


def test_an_expendable_identity_is_logged_out_as_the_last_thing_and_what_it_showed_before_stands() -> None:
    spent = bearer("bob", weak_token.issued("bob"), is_expendable=True)
    live = asked(weak=False, identities=(spent,))
    outcomes = {(each.rule, each.subject.symbol): each.outcome for each in live.verdicts}
    assert outcomes["AP513", ""] is Outcome.PASS
    assert outcomes["AP509", ""] is Outcome.PASS
    assert outcomes["AP546", "depth"] is Outcome.PASS


def test_the_size_of_a_page_is_told_by_one_probe_alone() -> None:
    pages = ("limit", "size", "page_size", "per_page", "count", "take", "top", "rows", "max_results")
    work = ("depth", "max_depth", "levels", "repeat", "iterations")
    assert all(unbounded_page.NAMES.match(name) and not unbounded_work.NAMES.match(name) for name in pages)
    assert all(unbounded_work.NAMES.match(name) and not unbounded_page.NAMES.match(name) for name in work)


def test_what_grows_by_powers_is_seen_before_it_hurts(weak: Live) -> None:
    asked_for = [entry.size for entry in weak.ledger if entry.what == "GET /tree" and entry.size]
    assert max(asked_for) < 1_000_000


@pytest.mark.parametrize("server", [strong, trap, spa], ids=["strong", "trap", "spa"])
def test_an_api_that_is_right_or_only_looks_weak_gives_nothing(server: object) -> None:
    callers = (bearer("alice", "alice-token-000001"), bearer("bob", "bob-token-0000002")) if server is strong else ()
    with served(server.app) as origin:  # type: ignore[attr-defined]
        live = scan(origin, chosen=RULES, mode=Mode.ACTIVE, listener=LISTENER, identities=callers)
    assert told(failing(live, Severity.LOW)) == []


def test_no_token_and_no_forged_one_is_shown(weak: Live) -> None:
    text = repr(weak.verdicts)
    assert "eyJhbGciOi" not in text
    assert "alice-password" not in text


@pytest.mark.parametrize(
    "url", ["127.0.0.1:80", "https://127.0.0.1:0", "http://127.0.0.1", "http://127.0.0.1:0/x", "http://[::1"]
)
def test_a_listener_that_is_none_is_refused_with_the_mend(url: str) -> None:
    with pytest.raises(UsageError, match=r"Mend: write an address of this machine"):
        bound(url)


def test_a_listener_that_cannot_be_had_ends_the_run_with_the_mend() -> None:
    with served(strong.app) as origin, pytest.raises(UsageError, match="Mend: name a free port"):
        scan(origin, chosen=RULES, mode=Mode.ACTIVE, listener=origin)


def test_the_listener_answers_nothing_that_was_not_offered_and_ends_with_the_run() -> None:
    port = free_port()
    with served(weak_token.make_app()) as origin:
        scan(origin, chosen=RULES, mode=Mode.ACTIVE, listener=f"http://127.0.0.1:{port}", identities=people())
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/", timeout=2)
