"""Active mode against real servers: what is weak is proved, what only looks so is not, and everything is afterwards as it was."""

import asyncio

import pytest
from tests.live.scanning import NOW, QUICK, bearer, failing, only, read_routes, scan, told
from tests.live.servers.changing import Shop
from tests.live.serving import served

from assay.live.budget import Budget
from assay.live.identity import caller
from assay.live.session import Live, LiveOrder, Session
from assay.live.transport import Peer
from assay.live.wire import NetworkWire, Trust
from assay.model.exchange import Standing
from assay.model.place import NOT_PUT_BACK
from assay.model.target import Target
from assay.model.verdict import Outcome, Severity
from assay.plugins.probe import Mode

PEOPLE = (
    bearer("alice", "alice-token-000001", role="user", marks=("alice",)),
    bearer("bob", "bob-token-0000002", role="user", marks=("bob",)),
    bearer("root", "root-token-000003", role="admin"),
)
WRITERS = only("AP522", "AP526", "AP528", "AP530")
PLANTED = {
    ("AP522", "PATCH /orders/{number}"),
    ("AP526", "PATCH /admin/files/{key}"),
    ("AP528", "PATCH /users/me"),
    ("AP530", "PUT /notes/{key}"),
}


def active(shop: Shop, **options: object) -> Live:
    with served(shop.app) as origin:
        return scan(origin, **{"mode": Mode.ACTIVE, "identities": PEOPLE, **options})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def weak() -> tuple[Shop, str, Live]:
    shop = Shop("weak")
    before = shop.dumped()
    return shop, before, active(shop)


def test_every_weak_write_is_proved_in_its_place(weak: tuple[Shop, str, Live]) -> None:
    ids = {probe.id for probe in WRITERS}
    found = {(each.rule, each.subject.name) for each in failing(weak[2]) if each.rule in ids}
    assert found == PLANTED, [(each.subject.name, each.message) for each in weak[2].verdicts if each.rule in ids]


@pytest.mark.parametrize("profile", ["weak", "strong", "trap"])
def test_the_whole_state_is_afterwards_as_it_was(profile: str) -> None:
    shop = Shop(profile)
    before = shop.dumped()
    live = active(shop)
    assert shop.dumped() == before
    assert shop.asked, "nothing was written, so nothing was shown"
    assert not [each for each in live.skipped if each.kind == NOT_PUT_BACK]
    assert not [each for each in live.writes if each.standing is Standing.CHANGED]


@pytest.mark.parametrize("profile", ["strong", "trap"])
def test_what_is_strong_or_only_looks_weak_has_no_finding_of_medium_or_above(profile: str) -> None:
    live = active(Shop(profile))
    assert told(failing(live, Severity.MEDIUM)) == []
    passes = {each.rule for each in live.verdicts if each.outcome is Outcome.PASS}
    assert {"AP522", "AP526", "AP528"} <= passes


def test_only_objects_of_the_given_identities_are_written(weak: tuple[Shop, str, Live]) -> None:
    asked = set(weak[0].asked)
    assert {word.split()[0] for word in asked} <= {"PUT", "PATCH"}
    assert not [each for each in asked if "carol" in each or "cancel" in each]


def test_every_write_is_listed_with_what_became_of_it(weak: tuple[Shop, str, Live]) -> None:
    shop, _, live = weak
    listed = [each.what for each in live.writes]
    assert set(listed) == set(shop.asked)
    assert {each.standing for each in live.writes} == {Standing.UNTOUCHED, Standing.PUT_BACK}
    assert len([each for each in live.ledger if each.what.split()[0] in {"PUT", "PATCH"}]) == len(shop.asked)


def test_a_finding_shows_the_write_what_it_changed_and_that_it_was_put_back(weak: tuple[Shop, str, Live]) -> None:
    (found,) = [each for each in failing(weak[2]) if each.rule == "AP522"]
    methods = [each.method for each in found.exchanges]
    assert methods[:3] == ["PATCH", "GET", "GET"]
    assert methods.count("PATCH") == 2
    assert found.steps[-1].text == "It was put back, and read again as it was before"


def test_nothing_is_written_in_safe_mode() -> None:
    shop = Shop("weak")
    live = active(shop, mode=Mode.SAFE)
    assert shop.asked == []
    assert live.writes == ()


@pytest.mark.parametrize("requests", range(72, 122, 7))
def test_a_budget_that_ends_midway_leaves_nothing_changed(requests: int) -> None:
    shop = Shop("weak")
    before = shop.dumped()
    live = active(shop, chosen=WRITERS, budget=Budget(seconds=20, requests=requests, rate=5000, timeout=3))
    assert shop.dumped() == before
    assert len(live.ledger) <= requests


@pytest.mark.parametrize("after", [1, 5, 6, 7, 8, 12])
def test_what_cannot_be_put_back_is_said_with_what_to_do_by_hand_and_nothing_more_is_written(after: int) -> None:
    shop = Shop("weak", falls_ill_after=after)
    before = shop.dumped()
    live = active(shop, chosen=WRITERS)
    notices = [each for each in live.skipped if each.kind == NOT_PUT_BACK]
    assert bool(notices) == (shop.dumped() != before)
    assert all("Mend by hand: P" in each.reason for each in notices)
    changed = [each.number for each in live.writes if each.standing is Standing.CHANGED]
    assert not changed or changed[-1] == len(live.writes)


def test_some_of_those_could_not_be_put_back() -> None:
    """Else the test above shows nothing."""
    lives = [active(Shop("weak", falls_ill_after=after), chosen=WRITERS) for after in (6, 7)]
    assert [live for live in lives if any(each.kind == NOT_PUT_BACK for each in live.skipped)]


@pytest.mark.parametrize("seconds", [1.0, 2.0, 2.5])
def test_a_time_that_ends_midway_leaves_nothing_changed(seconds: float) -> None:
    shop = Shop("weak", delay=0.03)
    before = shop.dumped()
    live = active(shop, chosen=WRITERS, budget=Budget(seconds=seconds, requests=2000, rate=5000, timeout=3))
    assert shop.dumped() == before
    assert not [each for each in live.skipped if each.kind == NOT_PUT_BACK]


@pytest.mark.parametrize("after", [1, 5, 6, 7])
def test_an_identity_that_is_thrown_out_midway_is_stood_in_for_by_the_other(after: int) -> None:
    shop = Shop("weak", forgets=("alice", after))
    before = shop.dumped()
    live = active(shop, chosen=only("AP522"))
    assert shop.dumped() == before
    left = [each for each in live.writes if each.standing is Standing.CHANGED]
    assert all(each.mend for each in left)


@pytest.mark.parametrize("writes", [1, 3, 6, 7, 8, 11])
def test_a_run_that_is_broken_off_puts_back_what_it_changed(writes: int) -> None:
    shop = Shop("weak", delay=0.01)
    before = shop.dumped()
    with served(shop.app) as origin:
        asyncio.run(_broken_off(origin, shop, writes))
    assert shop.dumped() == before
    assert len(shop.asked) >= writes


async def _broken_off(origin: str, shop: Shop, writes: int) -> None:
    """A scan that is cancelled, as Ctrl-C does, when so many writes have come in."""
    order = LiveOrder(origin=origin, now=NOW, budget=QUICK, mode=Mode.ACTIVE, identities=PEOPLE)
    wire = NetworkWire(origin, Peer("127.0.0.1", "127.0.0.1"), QUICK, Trust(NOW))
    session = Session(order, wire)
    target = Target(origin, "shop", callers=tuple(caller(each) for each in PEOPLE), mode="active")
    running = asyncio.create_task(session.run(target, list(WRITERS), read_routes, lambda *_: None))
    async with asyncio.timeout(20):
        while len(shop.asked) < writes:  # noqa: ASYNC110 - the server runs in another thread
            await asyncio.sleep(0.001)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
