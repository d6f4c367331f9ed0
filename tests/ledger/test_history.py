"""States of findings: what closes one, what does not, and what brings it back; over chosen and over random histories."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.world import DAY, Scan, World, identity, subject

from assay.errors import LedgerError
from assay.ledger.history import CLOSED, FIXED, REMOVED
from assay.model.decision import Acceptance, Confirmation
from assay.model.verdict import Confidence, Severity, Subject

A, B = subject("/orders/{id}"), subject("/orders/{id}", "symbol")
OTHER = subject("/other")
FAILING = Scan(failing=(A,), passing=(OTHER,))


@pytest.fixture
def world() -> World:
    made = World()
    made.scan(FAILING)
    return made


def test_a_second_scan_of_the_same_changes_nothing(world: World) -> None:
    before = list(world.events)
    world.scan(FAILING)
    assert world.changes == ()
    assert world.events == before


def test_a_pass_of_the_rule_that_failed_verifies_the_fix(world: World) -> None:
    assert world.name(A) == "detected"
    world.scan(Scan(passing=(A, OTHER)))
    state = world.state(A)
    assert (state.name, state.why) == (FIXED, "AP004 judged it again and it passed")
    assert state.closed is not None
    assert state.closed.run == world.previous


@pytest.mark.parametrize(
    ("scan", "why"),
    [
        (Scan(passing=(OTHER,), is_read=False), "nothing was said of it"),
        (Scan(is_read=False), "nothing was said of it"),
        (Scan(unsure=(A, OTHER)), "it could not be judged"),
        (Scan(passing=(A,), is_complete=False), "the run was not complete: timeout"),
        (Scan(passing=(A,), rules=("AP005",)), "AP004 did not judge it"),
        (Scan(passing=(A,), version="0.9.0"), "it was judged by assay 0.9.0, and 1.0.0 had found it"),
        (
            Scan(passing=(A,), options=(("vocabulary.guards", "look, trust_me"),)),
            "the settings are weaker than when it failed: vocabulary.guards has look, trust_me",
        ),
        (Scan(passing=(OTHER,), listed=(A, OTHER)), "nothing was said of it"),
        (Scan(passing=(OTHER,), kind="live"), "nothing was said of it"),
        (Scan(passing=(OTHER,), rules=("AP005",)), "AP004 did not run"),
        (
            Scan(passing=(OTHER,), options=(("exclude", "orders/*"),)),
            "the settings are weaker than when it failed: exclude has orders/*",
        ),
        (
            Scan(passing=(OTHER,), options=(("sources", "other"),)),
            "less was read than when it failed: sources is other",
        ),
    ],
)
def test_what_shows_no_fix_closes_nothing_and_says_why(world: World, scan: Scan, why: str) -> None:
    world.scan(scan)
    state = world.state(A)
    assert state.name == "not_observed"
    assert why in state.why
    assert state.due == world.state(A, until=3).due, "its clock runs on"


def test_an_endpoint_that_is_gone_from_a_complete_reading_is_removed_and_not_fixed(world: World) -> None:
    world.scan(Scan(passing=(OTHER,)))
    assert world.name(A) == REMOVED


def test_what_was_found_by_asking_is_judged_only_where_something_is_asked() -> None:
    world = World()
    asking = frozenset({"AP007"})
    world.scan(Scan(failing=(A,), rules=("AP007",), asking=asking, kind="joint"))
    world.scan(Scan(passing=(OTHER,), rules=("AP004",)))
    assert (world.changes, world.name(A)) == ((), "detected")
    world.scan(Scan(passing=(OTHER,), rules=("AP007",), asking=asking, kind="joint"))
    assert world.name(A) == "not_observed", "no answer is no removal"
    world.scan(Scan(passing=(A,), rules=("AP007",), asking=asking, kind="joint"))
    assert world.name(A) == FIXED


def test_an_endpoint_that_comes_back_is_removed_no_more(world: World) -> None:
    world.scan(Scan(passing=(OTHER,)))
    world.scan(Scan(unsure=(A,), passing=(OTHER,)))
    assert (world.name(A), world.state(A).why) == ("not_observed", "it is there again; it could not be judged")
    world.scan(Scan(passing=(A, OTHER)))
    assert world.name(A) == FIXED


def test_settings_that_were_weakened_before_it_last_failed_do_not_keep_it_open(world: World) -> None:
    weaker = (("vocabulary.guards", "look"),)
    world.scan(Scan(failing=(A,), options=weaker))
    world.scan(Scan(passing=(A,), options=weaker))
    assert world.name(A) == FIXED


def test_settings_that_were_weakened_in_a_run_that_saw_nothing_are_still_noticed(world: World) -> None:
    weaker = (("exemptions", "DELETE /orders/{id}"),)
    world.scan(Scan(unsure=(A,), options=weaker))
    world.scan(Scan(passing=(A,), options=weaker))
    assert world.name(A) == "not_observed"


def test_fixing_one_of_two_findings_of_an_endpoint_verifies_one(world: World) -> None:
    world.scan(Scan(failing=(A, B)))
    world.scan(Scan(failing=(B,), passing=(A,)))
    assert (world.name(A), world.name(B)) == (FIXED, "detected")


def test_every_rule_that_failed_has_to_pass() -> None:
    world = World()
    world.scan(Scan(failing=(A,), rules=("AP004", "AP007")))
    world.scan(Scan(passing=(A,), rules=("AP004",)))
    assert world.name(A) == "not_observed"
    world.scan(Scan(passing=(A,), rules=("AP004", "AP007")))
    assert world.name(A) == FIXED


def test_a_fix_that_breaks_again_regresses_and_its_clock_restarts(world: World) -> None:
    world.scan(Scan(passing=(A,)))
    closed = world.state(A).closed
    world.scan(FAILING)
    state = world.state(A)
    assert (state.name, state.former, state.closed) == ("regressed", closed, None)
    assert state.clock == world.at
    assert state.due == world.at + timedelta(days=30)


def test_what_is_out_of_sight_and_fails_again_did_not_regress(world: World) -> None:
    first = world.state(A)
    world.scan(Scan(is_read=False))
    world.scan(FAILING)
    assert world.name(A) == "detected"
    assert world.state(A).due == first.due


def test_a_claim_stands_until_a_run_answers_it(world: World) -> None:
    world.claim(A)
    assert world.name(A) == "fix_claimed"
    world.scan(Scan(is_read=False))
    assert world.name(A) == "not_observed"
    world.scan(FAILING)
    assert world.name(A) == "detected", "the claim was wrong"
    world.claim(A)
    world.scan(Scan(passing=(A,)))
    assert world.name(A) == FIXED


def test_an_acceptance_ends_on_its_day_without_anybody_acting(world: World) -> None:
    end = world.at + 10 * DAY
    world.accept(A, end)
    assert world.name(A) == "excepted"
    assert not world.state(A).is_open
    assert world.name(A, end) == "detected"
    assert world.state(A, end).ended == f"it ended on {end.date()}"


def test_an_acceptance_ends_when_the_finding_gets_worse_or_comes_back(world: World) -> None:
    world.accept(A, world.at + 100 * DAY)
    world.scan(Scan(failing=(A,), severity=Severity.CRITICAL))
    assert world.name(A) == "detected"
    world.accept(A, world.at + 100 * DAY, severity="critical", kind="false-positive")
    assert world.name(A) == "false_positive"
    world.scan(Scan(passing=(A,)))
    world.scan(FAILING)
    assert world.name(A) == "regressed"


@pytest.mark.parametrize("approver", ["ann", " Ann ", "Ann Lee <ann>"])
def test_nobody_approves_what_they_asked_for(approver: str) -> None:
    with pytest.raises(LedgerError, match="cannot approve"):
        Acceptance("f", "risk", "ann", approver, "r", "m", "high", "2027-01-31")


@pytest.mark.parametrize("missing", ["reason", "measure", "approver", "requester", "expires"])
def test_an_acceptance_without_a_part_is_refused(missing: str) -> None:
    said = {"requester": "ann", "approver": "bob", "reason": "r", "measure": "m", "expires": "2027-01-31"}
    with pytest.raises(LedgerError, match="Mend"):
        Acceptance(fingerprint="f", kind="risk", severity="high", **{**said, missing: ""})


def test_a_suspicion_has_no_clock_until_a_person_confirms_it() -> None:
    world = World()
    world.scan(Scan(failing=(A,), confidence=Confidence.TENTATIVE))
    assert world.state(A).due is None
    world.say(Confirmation(identity(A), "ann", "it is real"))
    assert world.name(A) == "confirmed"
    assert world.state(A).due == world.at + timedelta(days=30)


def test_a_worse_severity_brings_its_own_end_and_a_better_one_no_later(world: World) -> None:
    due = world.state(A).due
    world.scan(Scan(failing=(A,), severity=Severity.LOW))
    assert world.state(A).due == due
    world.scan(Scan(failing=(A,), severity=Severity.CRITICAL))
    assert world.state(A).due == world.at + timedelta(days=7)


SUBJECTS = (A, B, OTHER)
KINDS = st.sampled_from(["failing", "passing", "unsure", "absent", "gone"])


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """A scan under any circumstances."""
    kinds = {about: draw(KINDS) for about in SUBJECTS}

    def of(kind: str) -> tuple[Subject, ...]:
        return tuple(about for about in SUBJECTS if kinds[about] == kind)

    return Scan(
        failing=of("failing"),
        passing=of("passing"),
        unsure=of("unsure"),
        listed=tuple(about for about in SUBJECTS if kinds[about] != "gone"),
        is_complete=draw(st.integers(0, 3)) > 0,
        is_read=draw(st.integers(0, 3)) > 0,
        rules=draw(st.sampled_from([("AP004",), ("AP004", "AP007"), ("AP005",)])),
        options=draw(st.sampled_from([(), (("exclude", "a/*"),), (("vocabulary.guards", "look"),)])),
        version=draw(st.sampled_from(["1.0.0", "0.9.9", "1.0.1"])),
        severity=draw(st.sampled_from([Severity.HIGH, Severity.CRITICAL])),
    )


STEPS = st.lists(st.one_of(scans(), st.sampled_from(["claim", "accept"])), max_size=12)


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_nothing_closes_a_finding_but_a_complete_run_that_shows_it(steps: list[Scan | str]) -> None:
    world = World()
    world.scan(FAILING)
    shown: dict[Subject, str] = {}
    for step in steps:
        _take(world, step)
        if isinstance(step, Scan):
            _hold(shown, step)
        for about in SUBJECTS:
            if world.of(about) and world.name(about) in CLOSED:
                assert about in shown, "closed without evidence"
                assert (world.name(about) == REMOVED) <= (shown[about] == "gone")


def _take(world: World, step: Scan | str) -> None:
    if isinstance(step, Scan):
        world.scan(step)
    elif step == "claim":
        world.claim(A)
    else:
        world.accept(A, world.at + 3 * DAY)


def _hold(shown: dict[Subject, str], scan: Scan) -> None:
    """What this scan shows at best: the law, told without the code that keeps it."""
    for about in SUBJECTS:
        if about in scan.failing:
            shown.pop(about, None)
        elif scan.is_complete and about in scan.passing:
            shown[about] = "passing"
        elif scan.is_complete and scan.is_read and scan.listed is not None and about not in scan.listed:
            shown[about] = "gone"


@given(STEPS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_happened_a_whole_strict_scan_closes_what_is_fixed_or_gone(
    steps: list[Scan | str], is_fixed: bool
) -> None:
    world = World()
    world.scan(FAILING)
    for step in steps:
        _take(world, step)
    passing = (A, OTHER) if is_fixed else (OTHER,)
    world.scan(Scan(passing=passing, rules=("AP004", "AP005", "AP007"), version="1.0.1"))
    assert world.name(A) in ({FIXED} if is_fixed else {REMOVED, FIXED})


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_what_was_derived_for_a_moment_stays_as_more_is_recorded(steps: list[Scan | str]) -> None:
    world = World()
    world.scan(FAILING)
    seen = []
    for step in steps:
        _take(world, step)
        seen.append((world.at, world.sequence, world.state(A)))
    for at, sequence, state in seen:
        assert world.state(A, at, until=sequence) == state


@given(STEPS, scans())
@settings(max_examples=150, deadline=None)
def test_the_same_scan_again_adds_nothing_but_an_answer_to_a_claim(steps: list[Scan | str], last: Scan) -> None:
    world = World()
    for step in [FAILING, *steps, last]:
        _take(world, step)
    claimed = {each.fact.fingerprint for each in world.events if type(each.fact).__name__ == "FixClaim"}
    world.scan(last)
    assert {each.fingerprint for each in world.changes} <= claimed


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_a_finding_that_fails_is_never_closed_and_regresses_only_after_it_was(steps: list[Scan | str]) -> None:
    world = World()
    world.scan(FAILING)
    was_closed = False
    for step in steps:
        _take(world, step)
        name = world.name(A)
        was_closed = was_closed or name in CLOSED
        if isinstance(step, Scan) and A in step.failing:
            assert name not in CLOSED
        if name == "regressed":
            assert was_closed
