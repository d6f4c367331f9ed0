"""What is sent and when: no question twice, the gravest first, within the budget, and no further than the target bears."""

import asyncio
import sys

import pytest
from msgspec.structs import replace
from tests.live.faking import FAST, FakeWire, courier, json_answer

from assay.live.budget import Budget, Purse
from assay.live.identity import Identity
from assay.model.exchange import Exchange, Failure, Headers, Reply, Request, Response

LOW = (0,)


def asked(
    wire: FakeWire, *requests: Request, identities: tuple[Identity, ...] = (), budget: Budget = FAST
) -> list[Reply]:
    """The replies to requests that are asked side by side."""

    async def work() -> list[Reply]:
        made, _ = courier(wire, identities, budget)
        async with made:
            return await asyncio.gather(*(made.ask(request, LOW) for request in requests))

    return asyncio.run(work())


def always(response: Response | Failure) -> FakeWire:
    return FakeWire(lambda request, headers: response)


def test_the_same_question_is_sent_once_and_answers_everybody() -> None:
    wire = always(json_answer(200))
    replies = asked(wire, Request("GET", "/a"), Request("GET", "/a"), Request("GET", "/b"))
    assert len(wire.carried) == 2
    assert replies[0] is replies[1]


def test_a_fresh_question_and_a_write_are_sent_each_time() -> None:
    wire = always(json_answer(200))
    login = Identity("a", "login", "pw", user="a", path="/login")
    asked(
        wire,
        *[Request("GET", "/a", is_fresh=True)] * 2,
        *[Request("POST", "/login", body="{}")] * 2,
        identities=(login,),
    )
    assert len(wire.carried) == 4


def test_a_crash_below_ends_the_run_and_leaves_nobody_waiting() -> None:
    def crash(_request: Request, _headers: Headers) -> Response:
        message = "a fault of our own"
        raise RuntimeError(message)

    async def work() -> None:
        made, _ = courier(FakeWire(crash))
        async with asyncio.timeout(5), made:
            await asyncio.gather(*(made.ask(Request("GET", f"/{number}"), LOW) for number in range(20)))

    with pytest.raises(RuntimeError, match="our own"):
        asyncio.run(work())


def test_a_request_out_of_scope_never_reaches_the_wire() -> None:
    wire = always(json_answer(200))
    (reply,) = asked(wire, Request("DELETE", "/orders/7"))
    assert wire.carried == []
    assert reply.failure is not None
    assert reply.failure.is_unsent


def test_what_is_graver_goes_first() -> None:
    wire = always(json_answer(200))

    async def work() -> None:
        made, _ = courier(wire, budget=replace(FAST, connections=1))
        async with made:
            await asyncio.gather(*(made.ask(Request("GET", f"/{rank}"), (rank,)) for rank in (3, 1, 2)))

    asyncio.run(work())
    assert [ask.path for ask, _ in wire.carried if isinstance(ask, Request)] == ["/1", "/2", "/3"]


def test_never_more_than_so_many_at_once() -> None:
    wire = FakeWire(lambda request, headers: json_answer(200), delay=0.005)
    asked(wire, *(Request("GET", f"/{number}") for number in range(30)), budget=replace(FAST, connections=3))
    assert wire.busiest == 3


def test_a_used_up_budget_is_the_reason_of_what_was_not_sent() -> None:
    wire = always(json_answer(200))
    replies = asked(
        wire, *(Request("GET", f"/{number}") for number in range(9)), budget=replace(FAST, requests=7, reserve=2)
    )
    assert len(wire.carried) == 5
    assert [reply.failure.word for reply in replies if reply.failure] == ["budget"] * 4


def test_a_limit_is_waited_out_once() -> None:
    answers = iter([json_answer(429, headers=(("retry-after", "0"),)), json_answer(200, '{"a": 1}')])
    (reply,) = asked(FakeWire(lambda request, headers: next(answers)), Request("GET", "/a"))
    assert isinstance(reply, Exchange)
    assert reply.status == 200


def test_a_limit_that_stays_is_no_answer() -> None:
    (reply,) = asked(always(json_answer(429, headers=(("retry-after", "0"),))), Request("GET", "/a"))
    assert reply.failure is not None
    assert reply.failure.word == "throttled"


def test_a_burst_is_told_of_the_limit_that_it_looks_for() -> None:
    wire = always(json_answer(429, headers=(("retry-after", "3600"),)))
    replies = asked(wire, *[Request("GET", "/a", is_fresh=True, expects_limit=True)] * 3)
    assert [reply.status for reply in replies if isinstance(reply, Exchange)] == [429] * 3


def test_a_target_that_asks_for_long_patience_is_left_alone() -> None:
    wire = always(json_answer(503, headers=(("retry-after", "3600"),)))
    replies = asked(wire, *(Request("GET", f"/{number}") for number in range(20)), budget=replace(FAST, connections=1))
    assert len(wire.carried) == 1
    assert {reply.failure.word for reply in replies if reply.failure} == {"throttled", "stopped"}


def test_a_target_that_went_away_is_left_alone() -> None:
    wire = always(Failure("refused", "the connection was refused"))
    asked(wire, *(Request("GET", f"/{number}") for number in range(40)), budget=replace(FAST, connections=1))
    assert len(wire.carried) == 6


def test_the_time_of_a_run_ends_it_in_the_midst_of_an_answer() -> None:
    wire = FakeWire(lambda request, headers: json_answer(200), delay=5)
    (reply,) = asked(wire, Request("GET", "/a"), budget=replace(FAST, seconds=0.1))
    assert reply.failure is not None
    assert "time budget" in reply.failure.text


def test_a_purse_spreads_what_it_spends() -> None:
    purse = Purse(Budget(rate=10, connections=2), began=0.0)
    waits = [purse.spend(0.0) for _ in range(6)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[-1] == pytest.approx(0.3, abs=0.11)


BEARER = Identity("alice", "bearer", "tok-alice-1")


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (BEARER, ("authorization", "Bearer tok-alice-1")),
        (Identity("alice", "header", "k-123", parameter="X-Api-Key"), ("x-api-key", "k-123")),
        (Identity("alice", "basic", "pw", user="ada"), ("authorization", "Basic YWRhOnB3")),
        (Identity("alice", "cookie", "sid=1"), ("cookie", "sid=1")),
    ],
)
def test_an_identity_adds_its_credentials(identity: Identity, expected: tuple[str, str]) -> None:
    wire = always(json_answer(200))
    asked(wire, Request("GET", "/a", "alice"), Request("GET", "/a"), identities=(identity,))
    assert [headers for _, headers in wire.carried] == [(expected,), ()]


def test_a_key_in_the_query_is_added_and_shown_nowhere() -> None:
    wire = always(json_answer(200))
    key = Identity("alice", "query", "k&1", parameter="api_key")
    (reply,) = asked(wire, Request("GET", "/a?x=1", "alice"), identities=(key,))
    assert [ask.path for ask, _ in wire.carried if isinstance(ask, Request)] == ["/a?x=1&api_key=k%261"]
    assert isinstance(reply, Exchange)
    assert reply.request.path == "/a?x=1"


def test_a_login_is_made_once_and_its_token_used() -> None:
    login = Identity("alice", "login", "pw", user="ada", path="/auth/login")

    def answer(request: Request, headers: Headers) -> Response:
        if request.method == "POST":
            return json_answer(200, '{"data": {"access_token": "fresh-1"}}')
        return json_answer(200 if ("authorization", "Bearer fresh-1") in headers else 401)

    wire = FakeWire(answer)
    replies = asked(wire, *(Request("GET", f"/{n}", "alice") for n in range(12)), identities=(login,))
    assert [reply.status for reply in replies if isinstance(reply, Exchange)] == [200] * 12
    assert len(wire.carried) == 13


def test_credentials_that_ran_out_are_renewed_and_the_question_asked_again() -> None:
    login = Identity("alice", "oauth", "secret", user="client", path="/token")
    tokens = iter(["first-token", "second-token"])

    def answer(request: Request, headers: Headers) -> Response:
        if request.method == "POST":
            return json_answer(200, f'{{"access_token": "{next(tokens)}"}}')
        return json_answer(200 if ("authorization", "Bearer second-token") in headers else 401)

    wire = FakeWire(answer)
    (reply,) = asked(wire, Request("GET", "/a", "alice"), identities=(login,))
    assert isinstance(reply, Exchange)
    assert reply.status == 200


def test_a_login_that_fails_is_the_reason_of_what_was_not_asked() -> None:
    login = Identity("alice", "login", "wrong", user="ada", path="/auth/login")
    wire = always(json_answer(401))
    (reply,) = asked(wire, Request("GET", "/a", "alice"), identities=(login,))
    assert reply.failure is not None
    assert reply.failure.text == "not sent: the login of alice at /auth/login failed: it answered 401"


def test_a_command_prints_a_token() -> None:
    command = Identity("alice", "command", command=f"{sys.executable} -c \"print('printed-token')\"")
    wire = always(json_answer(200))
    asked(wire, Request("GET", "/a", "alice"), identities=(command,))
    assert wire.carried[0][1] == (("authorization", "Bearer printed-token"),)


@pytest.mark.parametrize("command", ["/no/such/program", f"{sys.executable} -c 'raise SystemExit(3)'", "'"])
def test_a_command_without_a_token_is_the_reason(command: str) -> None:
    (reply,) = asked(
        always(json_answer(200)),
        Request("GET", "/a", "alice"),
        identities=(Identity("alice", "command", command=command),),
    )
    assert reply.failure is not None
    assert reply.failure.word == "identity"


def test_what_the_run_learned_is_known_to_the_masks() -> None:
    async def work() -> tuple[str, ...]:
        made, keyring = courier(
            always(json_answer(200, '{"token": "learned-token"}')),
            (Identity("a", "login", "pw-1", user="u", path="/l"),),
        )
        async with made:
            await made.ask(Request("GET", "/a", "a"), LOW)
        return keyring.secrets

    assert {"learned-token", "pw-1", "Bearer learned-token"} <= set(asyncio.run(work()))
