"""Dossiers: one as an auditor gets it, and those that hypothesis makes, with names as an attacker may write them."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.reports.made import prints, several, text

from assay.model.decision import Acceptance, Deviation, PolicyMove, Response
from assay.model.dossier import Amiss, Case, Dossier, Listed, Look, Milestone, Operation, Test, Week
from assay.model.evidence import ChangeRecord, RuleRun, RunRecord, VerdictList, Written

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
RUN, NEXT = "ab" * 32, "cd" * 32
PRINT, OTHER = "1" * 32, "2" * 32
STATES = ("operating", "deviation", "deviation_corrected", "not_tested", "partly_tested", "excepted", "outside")
CASE_STATES = (
    "detected", "confirmed", "fix_claimed", "verified_fixed", "verified_removed", "not_observed", "regressed", "excepted", "false_positive",
)  # fmt: skip


def _record(at: datetime, failed: int) -> RunRecord:
    return RunRecord(
        scope="static:shop", kind="static", tool="assay", version="1.0", target="shop", commit="c0ffee", as_of="2026-01-05", started_at=at,
        ended_at=at, is_complete=True, exit_reason="complete", options=(), configuration="", circumstances=(),
        rules=(RuleRun("AP001", "anonymous-write", "missing-authentication", 3 - failed, failed, 0, 0),), rule_set="", catalogs=(), apis=(),
        endpoints=3, coverage=1.0, lines=(), not_tested=(), skipped=(), findings=failed, changes=1, waived=(), contains=(), previous="",
        report="", verdicts=VerdictList(3, ""), attachments=(),
    )  # fmt: skip


ACCEPTED = Acceptance(OTHER, "exception", "ann", "bob", "carts are anonymous", "rate limit", "high", "2026-12-31")
FIXED = Case(
    fingerprint=PRINT, scope="static:shop", weakness="missing-authentication", rules=("AP001",), api="shop", endpoint="DELETE /orders/{id}",
    severity="critical", confidence="firm", message="DELETE /orders/{id} changes state without authentication.", place="main.py:12",
    state="verified_fixed", why="AP001 judged it again and it passed", is_open=False, opened_at=START, closed_at=START + timedelta(days=21),
    due=START + timedelta(days=7), is_late=True, acceptance=None,
    milestones=(
        Milestone(4, START, "ci", "detected", "was found", "c0ffee", RUN),
        Milestone(7, START + timedelta(days=7), "ann", "fix_claimed", "ann says that it is fixed", "beef", ""),
        Milestone(10, START + timedelta(days=21), "ci", "verified_fixed", "AP001 judged it again and it passed", "beef", NEXT),
    ),
    closed_by=10, controls=(("soc2", "CC6.1"),),
)  # fmt: skip
SET_ASIDE = replace(
    FIXED,
    fingerprint=OTHER,
    endpoint="POST /carts",
    state="excepted",
    why="",
    closed_at=None,
    due=None,
    is_late=False,
    acceptance=ACCEPTED,
)
OPEN = replace(
    FIXED, fingerprint="3" * 32, endpoint="PUT /admin", state="detected", why="", is_open=True, closed_at=None
)
TESTED = Test("missing-authentication", "Endpoint answers", "direct", "fail", "1", 2)
BEFORE = Listed("static:shop", RUN, START, (("shop", "GET", "/a", "public"), ("shop", "GET", "/b", "public")))
AFTER = Listed("static:shop", NEXT, START, (("shop", "GET", "/a", "authenticated"), ("shop", "GET", "/c", "public")))
SHOP = Dossier(
    kind="audit", subject="SOC 2 2026", origin="assay.ledger/0011223344556677", size=11, as_of=START + timedelta(days=21),
    window=(START - timedelta(hours=9), START + timedelta(days=28)), version="0.1.0",
    looks=(Look(RUN, 3, START, "ci", _record(START, 2)), Look(NEXT, 9, START + timedelta(days=21), "ci", _record(START, 1))),
    cases=(OPEN, SET_ASIDE, FIXED),
    weeks=(
        Week("static:shop", START, START + timedelta(days=7), "filled", RUN, 1, ""),
        Week("static:shop", START + timedelta(days=7), START + timedelta(days=14), "missed", "", 0, "no run"),
    ),
    operations=(
        Operation("soc2", "CC6.1", "Access is restricted", "CC6", "deviation", "1 open", (TESTED,), (PRINT, OTHER, "3" * 32)),
        Operation("hipaa", "164.312(a)(1)", "Access control", "", "not_tested", "", (), ()),
        Operation("soc2", "CC1.2", "Board", "CC1", "outside", "for people and paper", (), ()),
    ),
    changes=((5, ChangeRecord("pr-12", ("beef",), "12", "SHOP-7", "ann", ("bob",), "bob", "2026-01-12", "pass", "2026-01-12", "ab")),),
    deviations=((8, Deviation("d1", "CC6.1", "no scan", "one week", "none", "scheduled", RUN)),),
    responses=((9, Response("d1", "cfo", "we will scan")),),
    catalogs=("soc2 2017",), amiss=(Amiss("AP701", "static:shop", "fail", "2026-01-12/2026-01-19: missed."),),
    policies=((6, PolicyMove("access", "1", "approved", "ab", "ann", "bob", "2026-01-01", "2027-01-01")),), inventory=((BEFORE, AFTER),),
)  # fmt: skip
EMPTY = Dossier("audit", "nothing", "assay.ledger/0", 1, START, None, "0.1.0", (), (), (), (), (), (), (), ())

moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
runs = st.sampled_from([RUN, NEXT])
cases = st.builds(
    Case, fingerprint=prints, scope=text, weakness=text, rules=several(st.sampled_from(["AP001", "AP002"])), api=text, endpoint=text,
    severity=st.sampled_from(["critical", "high", "medium", "low", "info"]), confidence=st.sampled_from(["confirmed", "firm", "tentative"]),
    message=text, place=text, state=st.sampled_from(CASE_STATES), why=text, is_open=st.booleans(), opened_at=moments,
    closed_at=st.none() | moments, due=st.none() | moments, is_late=st.booleans(), acceptance=st.sampled_from([None, ACCEPTED]),
    milestones=several(st.builds(Milestone, st.integers(1, 99), moments, text, st.sampled_from(CASE_STATES), text, text, runs)),
)  # fmt: skip
tests_of = st.builds(
    Test,
    text,
    text,
    st.sampled_from(["direct", "supporting"]),
    st.sampled_from(["fail", "pass"]),
    text,
    st.integers(0, 9),
)
operations = st.builds(
    Operation, st.sampled_from(["soc2", "hipaa", "pci-dss-4.0.1"]), text, text, text, st.sampled_from(STATES), text,
    several(tests_of), several(prints),
)  # fmt: skip
weeks = st.builds(
    Week,
    text,
    moments,
    moments,
    st.sampled_from(["filled", "late", "missed", "excused", "open"]),
    runs,
    st.integers(0, 9),
    text,
)
standings = st.sampled_from(["untouched", "put-back", "changed"])
writes = st.lists(st.builds(Written, text, text, text, standings, text, text), max_size=2)
looks = st.lists(st.tuples(runs, writes), max_size=2, unique_by=lambda each: each[0]).map(
    lambda found: tuple(
        Look(run, number + 2, START, "ci", replace(_record(START, number), writes=tuple(written)))
        for number, (run, written) in enumerate(found)
    )
)
dossiers = st.builds(
    Dossier, kind=st.sampled_from(["audit", "control", "finding"]), subject=text, origin=text, size=st.integers(1, 99), as_of=moments,
    window=st.none() | st.just(SHOP.window), version=st.just("0.1.0"), looks=looks, cases=several(cases), weeks=several(weeks),
    operations=several(operations), changes=st.just(()), deviations=st.just(()), responses=st.just(()), catalogs=several(text),
    inventory=st.sampled_from([(), ((BEFORE, AFTER),)]), policies=st.just(()), amiss=several(st.builds(Amiss, text, text, text, text)),
)  # fmt: skip
