"""In safe and passive mode a target is afterwards as it was before, whatever it would let itself be made to do."""

import httpx
import pytest
from msgspec.structs import replace
from tests.live.scanning import bearer, scan
from tests.live.servers import writable
from tests.live.serving import served

from assay.live.identity import Identity
from assay.plugins.probe import Mode

WRITES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("mode", [Mode.PASSIVE, Mode.SAFE])
def test_a_scan_leaves_the_whole_state_as_it_was(mode: Mode) -> None:
    before = writable.dumped()
    login = replace(Identity("alice", "login", "secret"), user="alice", path="/login")
    with served(writable.app) as origin:
        live = scan(origin, mode=mode, identities=(login, bearer("bob", "bob-token-0000002")))
    assert writable.dumped() == before
    sent = {entry.what for entry in live.ledger if entry.what.split()[0] in WRITES}
    assert sent <= {"POST /login"}
    assert len(live.ledger) > 40


def test_routes_that_would_change_something_are_listed_as_not_asked() -> None:
    with served(writable.app) as origin:
        live = scan(origin)
    unasked = {each.path for each in live.skipped if each.kind == "route-not-asked"}
    assert unasked == {"GET /items/{number}/delete", "GET /admin/reset-database", "GET /logout", "GET /mail/send"}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("DELETE", "/items/1", {}),
        ("GET", "/items/1/delete", {}),
        ("GET", "/admin/reset-database", {}),
        ("GET", "/logout", {}),
        ("GET", "/mail/send", {}),
        ("GET", "/items/1", {"X-HTTP-Method-Override": "DELETE"}),
        ("GET", "/items/1?_method=DELETE", {}),
    ],
)
def test_the_target_would_change_if_it_were_made_to(method: str, path: str, headers: dict[str, str]) -> None:
    before = writable.dumped()
    with served(writable.app) as origin:
        httpx.request(method, origin + path, headers=headers)
    after = writable.dumped()
    writable.restored(before)
    assert after != before
