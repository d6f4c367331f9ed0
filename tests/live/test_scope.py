"""What may be asked of whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import UsageError
from assay.live.scope import Scope, address_refusal, destructive, destructive_route, is_inside, origin_of
from assay.model.exchange import Request, Response, Undo
from assay.model.target import Route

API = "https://api.example.com"
UNDO = Undo(Request("GET", "/orders/7", "alice"), Response(200), (), "the order")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_is_sent_in_active_mode_only(method: str) -> None:
    assert "active mode only" in Scope(API).refusal(Request(method, "/orders"))
    assert "how that would be put back" in Scope(API, "active").refusal(Request(method, "/orders/7"))
    assert Scope(API, "active").refusal(Request(method, "/orders/7", undo=(UNDO,))) == ""
    assert "'reset'" in Scope(API, "active").refusal(Request(method, "/orders/7/reset", undo=(UNDO,)))


def test_the_login_may_be_posted_in_safe_mode_and_nothing_beside_it() -> None:
    scope = Scope(API, writes=frozenset({("POST", "/auth/login")}))
    assert scope.refusal(Request("POST", "/auth/login")) == ""
    assert scope.refusal(Request("POST", "/auth/login/x"))


def test_another_host_is_never_asked() -> None:
    assert "another host" in Scope(API, "active").refusal(Request("GET", "/", origin="https://api.example.org"))


def test_credentials_go_to_the_very_origin_only() -> None:
    plain = "http://api.example.com"
    assert Scope(API).refusal(Request("GET", "/", origin=plain)) == ""
    assert "credentials" in Scope(API).refusal(Request("GET", "/", "alice", origin=plain))
    assert "credentials" in Scope(API).refusal(Request("GET", "/", headers=(("cookie", "a=b"),), origin=plain))


@pytest.mark.parametrize(
    "path",
    [
        "/users/delete/7",
        "/createdb",
        "/api/resetPassword",
        "/logout",
        "/jobs/7/run",
        "/v1/PurgeCache",
        "/send-mail",
        "/DELETE_ALL",
    ],
)
def test_a_path_that_says_it_changes_something_is_refused(path: str) -> None:
    assert Scope(API).refusal(Request("GET", path))
    assert Scope(API, "active").refusal(Request("GET", path))


@pytest.mark.parametrize(
    "path", ["/orders", "/users/7/settings", "/reports/created", "/runs", "/deleted", "/address", "/starting"]
)
def test_a_path_that_says_no_such_thing_is_asked(path: str) -> None:
    assert Scope(API).refusal(Request("GET", path)) == ""


def test_a_parameter_is_no_verb_and_an_operation_id_is() -> None:
    assert destructive_route(Route("a", "GET", "/jobs/{run}", "/jobs/{run}")) == ""
    assert "clear" in destructive_route(Route("a", "GET", "/cache", "/cache", words=("clearCache",)))
    assert "reset" in destructive_route(Route("a", "GET", "/db", "/db", words=("app.views.reset_db",)))


def test_of_a_summary_the_first_word_alone_counts() -> None:
    assert destructive_route(Route("a", "GET", "/db", "/db", words=("Reset the database",)))
    assert destructive_route(Route("a", "GET", "/db", "/db", words=("Lists what you may delete",))) == ""


@pytest.mark.parametrize(
    ("url", "origin", "base"),
    [
        ("https://api.example.com", API, ""),
        ("https://api.example.com:443/v1/", API, "/v1"),
        ("http://127.0.0.1:8000/api", "http://127.0.0.1:8000", "/api"),
        ("http://[::1]:8000", "http://[::1]:8000", ""),
        ("HTTPS://API.Example.com", API, ""),
    ],
)
def test_an_origin_is_scheme_host_and_unusual_port(url: str, origin: str, base: str) -> None:
    assert origin_of(url) == (origin, base)


@pytest.mark.parametrize("url", ["ftp://x", "https://", "https://host:port", "https://ada:pw@host", "https://[::1"])
def test_what_is_no_url_of_an_api_is_refused_with_a_mend(url: str) -> None:
    with pytest.raises(UsageError, match="Mend"):
        origin_of(url)


def test_a_name_that_leads_inside_is_refused_unless_that_is_meant() -> None:
    assert "--allow-private" in address_refusal("api.example.com", ("10.0.0.7",), may_private=False)
    assert address_refusal("api.example.com", ("10.0.0.7",), may_private=True) == ""
    assert address_refusal("api.example.com", ("93.184.216.34",), may_private=False) == ""
    assert address_refusal("10.0.0.7", ("10.0.0.7",), may_private=False) == ""
    assert address_refusal("localhost", ("127.0.0.1",), may_private=False) == ""


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0"],
)
def test_addresses_of_the_inside_are_known(address: str) -> None:
    assert is_inside(address)


@given(st.text())
def test_no_text_breaks_the_search_for_verbs(text: str) -> None:
    assert isinstance(destructive(text), str)


@pytest.mark.parametrize(
    ("mode", "method", "path", "identity", "refusal"),
    [
        ("active", "POST", "/auth/logout", "alice", ""),
        ("active", "GET", "/sign-out", "alice", ""),
        ("safe", "POST", "/auth/logout", "alice", "active mode only"),
        ("active", "POST", "/auth/logout", "", "no session was named"),
        ("active", "POST", "/orders/7", "alice", "does not say that it ends a session"),
        ("active", "POST", "/users/delete/logout", "alice", "does not say that it ends a session"),
        ("active", "PUT", "/logout", "alice", "does not say that it ends a session"),
    ],
)
def test_a_session_is_ended_in_active_mode_alone_by_its_own_credentials(
    mode: str, method: str, path: str, identity: str, refusal: str
) -> None:
    said = Scope("https://api.example.com", mode).refusal(Request(method, path, identity, is_ending=True))
    assert refusal in said
    assert bool(said) == bool(refusal)
