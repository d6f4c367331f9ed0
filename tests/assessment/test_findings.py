"""One defect gives one finding, whose identity outlives moved lines, renamed files and newer rules."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.assessment.scene import rule, verdict

from assay.assessment.findings import counts, merged, reaches
from assay.model.exchange import Transcript
from assay.model.place import Place, Step
from assay.model.verdict import Confidence, Outcome, Severity, Verdict

GENERAL, SPECIFIC, OTHER = rule("AP001"), rule("AP004", specificity=50), rule("AP105", family="configuration")
RULES = (GENERAL, SPECIFIC, OTHER)


def test_rules_of_one_family_on_one_subject_are_one_finding_told_by_the_most_specific() -> None:
    found = merged([verdict("AP001", "PUT /a"), verdict("AP004", "PUT /a")], RULES).findings
    assert [finding.verdict.rule for finding in found] == ["AP004"]
    assert found[0].verdict.steps[-1].text == "AP001 says the same: PUT /a is judged by AP001."


def test_rules_of_other_families_and_other_subjects_stay_apart() -> None:
    verdicts = [verdict("AP001", "PUT /a"), verdict("AP105", "PUT /a"), verdict("AP001", "PUT /b")]
    assert len(merged(verdicts, RULES).findings) == 3


def test_equal_paths_of_two_apis_stay_apart() -> None:
    one = verdict("AP001", "PUT /a")
    other = replace(one, subject=replace(one.subject, api="stock"))
    first, second = merged([one, other], RULES).findings
    assert first.fingerprint != second.fingerprint


def test_one_fault_in_shared_code_is_one_finding_with_every_endpoint_that_reaches_it() -> None:
    first = replace(verdict("AP004", "GET /a"), root="Store.find: execute")
    other = replace(verdict("AP004", "GET /b"), root="Store.find: execute")
    (finding,) = merged([first, other], RULES).findings
    assert {finding.verdict.subject.name, *finding.exposes} == {"GET /a", "GET /b"}
    (alone,) = merged([other], RULES).findings
    assert alone.fingerprint == finding.fingerprint


def test_only_failing_verdicts_become_findings() -> None:
    others = [verdict("AP001", "PUT /a", outcome) for outcome in Outcome if outcome is not Outcome.FAIL]
    assert merged(others, RULES).findings == ()


def test_a_merged_finding_weighs_as_much_as_its_strongest_claim() -> None:
    suspicion = verdict("AP004", "PUT /a", severity=Severity.CRITICAL, confidence=Confidence.TENTATIVE)
    seen = verdict("AP001", "PUT /a", severity=Severity.MEDIUM, confidence=Confidence.FIRM)
    (finding,) = merged([suspicion, seen], RULES).findings
    assert (finding.verdict.rule, finding.verdict.severity, finding.verdict.confidence) == ("AP004", "medium", "firm")


def test_code_and_live_call_in_one_verdict_tell_a_finding_and_are_not_told_twice() -> None:
    call = Transcript("GET /a", "200 OK", status=200)
    live = replace(verdict("AP004", "PUT /a"), exchanges=(call,), steps=(Step("bob gets the same"),))
    code = verdict("AP001", "PUT /a")
    proven = replace(code, exchanges=(call,), steps=(Step("reads by id", code.place), *live.steps))
    (finding,) = merged([live, proven], RULES).findings
    assert (finding.verdict.rule, finding.verdict.exchanges) == ("AP001", (call,))
    assert [step.text for step in finding.verdict.steps] == ["reads by id", "bob gets the same"]


def test_the_identity_stays_when_another_rule_of_the_family_tells_it() -> None:
    (before,) = merged([verdict("AP001", "PUT /a")], RULES).findings
    (after,) = merged([verdict("AP001", "PUT /a"), verdict("AP004", "PUT /a")], RULES).findings
    assert before.fingerprint == after.fingerprint


@given(st.integers(1, 10_000), st.text("abc/._", min_size=1))
def test_the_identity_holds_no_line_and_no_file(line: int, path: str) -> None:
    one = verdict("AP001", "PUT /a")
    moved = replace(one, place=Place(path, line), message="Other words.", severity=Severity.LOW)
    assert merged([one], RULES).findings[0].fingerprint == merged([moved], RULES).findings[0].fingerprint


def test_the_parts_of_an_identity_are_stored() -> None:
    (finding,) = merged([verdict("AP001", "PUT /a")], RULES).findings
    assert dict(finding.parts) == {
        "api": "shop",
        "family": "posture",
        "kind": "endpoint",
        "method": "PUT",
        "path": "/a",
        "symbol": "",
        "weakness": "missing-authentication",
    }


@given(st.permutations([verdict(name, path) for name in ("AP001", "AP004", "AP105") for path in ("PUT /a", "PUT /b")]))
def test_the_order_of_verdicts_does_not_matter(verdicts: list[Verdict]) -> None:
    assert merged(verdicts, RULES).findings == merged(sorted(verdicts, key=str), RULES).findings


def test_the_worst_comes_first() -> None:
    verdicts = [
        verdict("AP001", "PUT /a", severity=Severity.LOW),
        verdict("AP001", "PUT /b", severity=Severity.CRITICAL, confidence=Confidence.TENTATIVE),
        verdict("AP001", "PUT /c", severity=Severity.CRITICAL),
    ]
    assert [finding.verdict.subject.path for finding in merged(verdicts, RULES).findings] == ["/c", "/b", "/a"]


def test_a_suspicion_and_a_suppressed_finding_do_not_count() -> None:
    (open_,) = merged([verdict("AP001", "PUT /a")], RULES).findings
    (suspicion,) = merged([verdict("AP001", "PUT /a", confidence=Confidence.TENTATIVE)], RULES).findings
    assert counts(open_)
    assert not counts(suspicion)
    assert not counts(replace(open_, state="excepted"))


def test_a_threshold_is_reached_by_what_is_as_bad_or_worse() -> None:
    (finding,) = merged([verdict("AP001", "PUT /a", severity=Severity.HIGH)], RULES).findings
    reached = [word for word in (*Severity, "never") if reaches(finding, word)]
    assert reached == ["high", "medium", "low", "info"]
