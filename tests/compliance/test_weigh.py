"""Controls: unknown is never pass, suspicion is never a failure, and each word has its sentence."""

import re
from collections.abc import Iterable, Sequence

import pytest
from msgspec.structs import replace
from tests.compliance.samples import NOTHING, excepted, finding, subject, verdict

from assay.compliance import load
from assay.compliance.compendium import Compendium, Demands, Proof
from assay.compliance.weigh import WORDS, Material, controls
from assay.live.probes.predictable_ids import PROBE
from assay.model.catalog import Catalog, Control, ControlResult, ControlState, WeaknessResult
from assay.model.place import Skipped
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Verdict
from assay.model.weakness import Link, Weakness

KNOWN = load.compendium()
PASS = [verdict(outcome=Outcome.PASS, of=subject(f"/{number}")) for number in range(2)]


def _weakness(name: str, *links: Link) -> Weakness:
    return Weakness(
        name, f"Title of {name}", "access", "technical", "core", Severity.HIGH, (), (), (), ("static",), "it", links
    )


def _small(*direct: str, supporting: tuple[str, ...] = (), automatable: str = "full") -> Compendium:
    """One control; one rule, AP004, is all the proof that each of its weaknesses demands."""
    control = Control("C1", "Callers are known", "C One", automatable, "Papers are needed.")
    weaknesses = [_weakness(name, Link("own", "C1", "direct", "so")) for name in direct]
    weaknesses += [_weakness(name, Link("own", "C1", "supporting", "so")) for name in supporting]
    proofs = (Proof("static", "the guards of every endpoint", ("AP004",)),)
    demands = tuple(
        Demands(weakness.id, f"endpoint has {weakness.id}", f"endpoints have {weakness.id}", proofs)
        for weakness in weaknesses
    )
    return Compendium((Catalog("own", "Own", "1", "us", "", (control,)),), tuple(weaknesses), demands)


ONE = _small("missing-authentication")


def _weigh(
    verdicts: Iterable[Verdict],
    known: Compendium = ONE,
    *,
    findings: Sequence[Finding] | None = None,
    inventory: Inventory = NOTHING,
    rules: tuple[str, ...] = ("AP004",),
) -> ControlResult:
    verdicts = tuple(verdicts)
    found = tuple(finding(each) for each in verdicts if each.outcome is Outcome.FAIL) if findings is None else findings
    (result,) = controls(Material(verdicts, found, inventory, rules), known.catalogs, known)
    return result


def _only(result: ControlResult) -> WeaknessResult:
    (weakness,) = result.weaknesses
    return weakness


def test_a_firm_failure_is_a_deviation() -> None:
    failing = verdict()
    result = _weigh([*PASS, failing])
    assert (result.state, result.word) == (ControlState.DEVIATION, "FAIL")
    assert result.summary == "1 endpoint has missing-authentication"
    assert result.findings == (finding(failing).fingerprint,)
    assert (_only(result).state, _only(result).passed, _only(result).failed) == ("fail", 2, 1)


def test_a_confirmed_failure_is_a_deviation() -> None:
    assert _weigh([verdict(confidence=Confidence.CONFIRMED)]).state is ControlState.DEVIATION


def test_several_failures_are_counted_in_the_plural() -> None:
    failing = [verdict(of=subject(f"/{number}")) for number in range(3)]
    assert _weigh(failing).summary == "3 endpoints have missing-authentication"


def test_two_rules_and_two_parameters_of_one_endpoint_count_once() -> None:
    failing = [verdict(rule="AP001"), verdict(of=subject(symbol="id")), verdict(of=subject(symbol="name"))]
    assert _weigh(failing).summary == "1 endpoint has missing-authentication"


def test_a_merged_failure_counts_through_the_finding_that_holds_it() -> None:
    merged, kept = verdict(rule="AP004"), verdict("exposed-admin-endpoint", rule="AP007")
    result = _weigh([merged, kept], findings=[finding(kept)])
    assert (result.state, result.findings) == (ControlState.DEVIATION, (finding(kept).fingerprint,))


def test_a_failure_merged_into_a_suppressed_finding_is_accepted_too() -> None:
    merged, kept = verdict(rule="AP004"), verdict("exposed-admin-endpoint", rule="AP007")
    assert _weigh([merged, kept], findings=[excepted(finding(kept))]).state is ControlState.PARTLY_TESTED


def test_all_passed_with_the_demanded_proof_is_a_pass() -> None:
    result = _weigh(PASS)
    assert (result.state, result.word) == (ControlState.OPERATING, "PASS")
    assert result.summary == "1 weakness looked for on 2 subjects, none found"
    assert _only(result).reason == "executed: the guards of every endpoint"


def test_a_pass_of_a_partly_automatable_control_leaves_the_rest_to_people() -> None:
    known = _small("missing-authentication", automatable="partial")
    assert _weigh(PASS, known).summary.endswith("; the rest of it is for people")


def test_a_pass_without_the_demanded_proof_is_partly_tested() -> None:
    result = _weigh(PASS, rules=("AP001",))
    assert (result.state, result.word) == (ControlState.PARTLY_TESTED, "PARTLY TESTED")
    assert result.summary == "1 of 1 weakness looked at, none open"
    assert _only(result).reason == "not executed: the guards of every endpoint"


def test_a_proof_that_nothing_executes_is_never_met() -> None:
    demands = replace(ONE.demands[0], proofs=(*ONE.demands[0].proofs, Proof("live", "calls", ())))
    assert _weigh(PASS, replace(ONE, demands=(demands,))).state is ControlState.PARTLY_TESTED


def test_a_proof_is_met_only_by_all_its_rules() -> None:
    demands = replace(ONE.demands[0], proofs=(Proof("static", "guards", ("AP001", "AP004")),))
    assert _weigh(PASS, replace(ONE, demands=(demands,))).state is ControlState.PARTLY_TESTED


def test_nothing_executed_is_not_tested() -> None:
    result = _weigh([], rules=())
    assert (result.state, result.word) == (ControlState.NOT_TESTED, "NOT TESTED")
    assert result.summary == "needs further source rules"


def test_a_rule_that_found_nothing_to_judge_is_not_a_pass() -> None:
    result = _weigh([verdict(outcome=Outcome.NOT_APPLICABLE)])
    assert result.state is ControlState.NOT_TESTED
    assert _only(result).reason == "nothing of its kind was there to judge"


def test_undecided_subjects_alone_are_not_tested() -> None:
    result = _weigh([verdict(outcome=Outcome.NOT_TESTED)])
    assert (result.state, _only(result).not_tested) == (ControlState.NOT_TESTED, 1)


def test_one_undecided_subject_keeps_a_control_from_passing() -> None:
    result = _weigh([*PASS, verdict(outcome=Outcome.NOT_TESTED)])
    assert (result.state, _only(result).reason) == (ControlState.PARTLY_TESTED, "1 not decided")


def test_a_pass_of_one_rule_does_not_outweigh_the_doubt_of_another() -> None:
    doubt = verdict(outcome=Outcome.NOT_TESTED, of=subject("/0"), rule="AP001")
    assert _weigh([*PASS, doubt]).state is ControlState.PARTLY_TESTED


def test_a_skipped_file_keeps_a_control_from_passing() -> None:
    skipped = replace(NOTHING, skipped=(Skipped("a.py", "cannot be parsed"),))
    result = _weigh(PASS, inventory=skipped)
    assert (result.state, _only(result).reason) == (
        ControlState.PARTLY_TESTED,
        "1 files, routes or guards skipped",
    )


def test_what_was_left_out_on_purpose_does_not() -> None:
    left_out = replace(NOTHING, skipped=(Skipped("tests/a.py", "a test", "left-out"),))
    assert _weigh(PASS, inventory=left_out).state is ControlState.OPERATING


def test_a_tentative_failure_is_neither_a_deviation_nor_a_pass() -> None:
    result = _weigh([*PASS, verdict(confidence=Confidence.TENTATIVE)])
    assert (result.state, result.findings) == (ControlState.PARTLY_TESTED, ())
    assert (_only(result).failed, _only(result).reason) == (0, "1 suspected, for review")


def test_a_suppressed_finding_is_neither_a_deviation_nor_a_pass() -> None:
    failing = verdict()
    result = _weigh([*PASS, failing], findings=[excepted(finding(failing))])
    assert (result.state, result.findings) == (ControlState.PARTLY_TESTED, ())
    assert result.summary == "1 accepted, not mended; 1 of 1 weakness looked at, none open"
    assert (_only(result).failed, _only(result).reason) == (1, "1 accepted, not mended")


def test_an_expired_suppression_counts_again() -> None:
    failing = verdict()
    expired = replace(excepted(finding(failing)), state="detected")
    assert _weigh([failing], findings=[expired]).state is ControlState.DEVIATION


def test_a_supporting_failure_is_shown_and_is_no_deviation() -> None:
    known = _small("bfla", supporting=("missing-authentication",))
    result = _weigh([verdict(), verdict("bfla", Outcome.PASS)], known)
    assert result.state is ControlState.PARTLY_TESTED
    assert (
        result.summary
        == "supporting signal: 1 endpoint has missing-authentication; 1 of 1 weakness looked at, none open"
    )
    assert result.findings == ()


def test_a_control_passes_only_if_every_direct_weakness_does() -> None:
    result = _weigh(PASS, _small("missing-authentication", "bfla"))
    assert (result.state, result.summary) == (ControlState.PARTLY_TESTED, "1 of 2 weaknesses looked at, none open")


def test_untested_supporting_weaknesses_do_not_keep_it_from_passing() -> None:
    assert _weigh(PASS, _small("missing-authentication", supporting=("bfla",))).state is ControlState.OPERATING


def test_a_control_without_direct_weaknesses_never_passes() -> None:
    assert _weigh(PASS, _small(supporting=("missing-authentication",))).state is ControlState.PARTLY_TESTED


def test_a_control_for_people_stays_outside_and_shows_its_signals() -> None:
    result = _weigh([verdict()], _small(supporting=("missing-authentication",), automatable="none"))
    assert (result.state, result.word) == (ControlState.OUTSIDE, "OUTSIDE")
    assert result.summary == (
        "supporting signal: 1 endpoint has missing-authentication; for people and paper: Papers are needed"
    )


def test_a_control_that_no_weakness_touches_is_not_tested() -> None:
    assert _weigh([], _small()).summary == "no weakness is linked to it"


def test_the_worst_failures_come_first_and_the_rest_is_counted() -> None:
    severities = {"a": Severity.LOW, "b": Severity.CRITICAL, "c": Severity.HIGH, "d": Severity.HIGH, "e": Severity.LOW}
    failing = [verdict(name, severity=severity) for name, severity in severities.items()]
    failing.append(verdict("d", of=subject("/second")))
    assert _weigh(failing, _small(*severities)).summary == (
        "1 endpoint has b; 2 endpoints have d; 1 endpoint has c; 2 weaknesses more"
    )


def test_failures_stand_before_passes_and_direct_before_supporting() -> None:
    known = _small("a", "b", "c", supporting=("d",))
    result = _weigh([verdict("a", Outcome.PASS), verdict("c"), verdict("d")], known)
    assert [weakness.weakness for weakness in result.weaknesses] == ["c", "a", "b", "d"]


def test_order_and_repetition_do_not_matter() -> None:
    verdicts = [*PASS, verdict(), verdict(outcome=Outcome.NOT_TESTED, of=subject("/x")), verdict(of=subject("/y"))]
    assert _weigh(verdicts) == _weigh([*verdicts[::-1], *verdicts])


SEEDS = [
    ("bola", "CC6.1"),
    ("hardcoded-secret", "CC6.1"),
    ("missing-audit-log", "CC7.2"),
    ("permissive-cors", "CC6.6"),
    ("plaintext-http", "CC6.6"),
    ("missing-hsts", "CC6.1"),
    ("missing-hsts", "CC6.7"),
    ("missing-rate-limit", "CC7.2"),
    ("missing-clickjacking-protection", "CC6.6"),
    ("missing-security-ci-gate", "CC8.1"),
    ("missing-authentication", "CC6.1"),
    ("missing-csp", "CC6.1"),
    ("missing-authorization", "CC6.1"),
    ("exposed-admin-endpoint", "CC6.6"),
    ("plaintext-http", "CC6.7"),
    ("weak-tls", "CC6.7"),
    ("stale-scan", "CC7.2"),
    ("missing-ir-plan", "CC7.2"),
    ("missing-auth-event-logging", "CC7.2"),
    ("unreviewed-change", "CC8.1"),
    ("missing-branch-protection", "CC8.1"),
    ("missing-rollback-plan", "CC8.1"),
    ("undocumented-endpoint", "CC7.2"),
    ("leftover-test-endpoint", "CC7.2"),
    ("weak-session-management", "CC6.1"),
]
"""`seed_assertions` of the mapping, written out: they hold even if the mapping drops one."""


def _shipped(verdicts: Sequence[Verdict], rules: Iterable[str] = ()) -> dict[tuple[str, str], ControlResult]:
    found = [finding(each) for each in verdicts if each.outcome is Outcome.FAIL]
    material = Material(verdicts, found, NOTHING, tuple(rules))
    return {(result.catalog, result.control): result for result in controls(material, KNOWN.catalogs, KNOWN)}


@pytest.mark.parametrize(("weakness", "control"), SEEDS)
def test_each_class_of_finding_fails_its_criterion(weakness: str, control: str) -> None:
    result = _shipped([verdict(weakness)])["soc2", control]
    assert (result.word, result.summary) == ("FAIL", KNOWN.demanded()[weakness].sentence(1))


def test_missing_authentication_reads_as_people_say_it() -> None:
    result = _shipped([verdict(of=subject(f"/{number}")) for number in range(3)])["soc2", "CC6.1"]
    assert f"{result.word} — {result.summary}" == "FAIL — 3 endpoints answer without authentication"


def test_a_finding_reaches_every_catalog() -> None:
    failed = {catalog for (catalog, _), result in _shipped([verdict()]).items() if result.word == "FAIL"}
    assert failed == {catalog.id for catalog in KNOWN.catalogs}


def test_source_alone_lets_no_control_pass_whose_weaknesses_demand_calls() -> None:
    every = [verdict(weakness.id, Outcome.PASS) for weakness in KNOWN.weaknesses]
    rules = {rule for demands in KNOWN.demands for proof in demands.proofs if proof.mode != "live" for rule in proof.by}
    results = _shipped(every, rules)
    assert results["soc2", "CC6.1"].word == "PARTLY TESTED"
    live = {demands.weakness for demands in KNOWN.demands if any(proof.mode == "live" for proof in demands.proofs)}
    passed = [result for result in results.values() if result.word == "PASS"]
    assert not [
        each for result in passed for each in result.weaknesses if each.relation == "direct" and each.weakness in live
    ]


def test_an_empty_run_lets_nothing_pass_and_nothing_fail() -> None:
    assert {result.word for result in _shipped([]).values()} == {"NOT TESTED", "OUTSIDE"}


def test_no_text_claims_what_only_an_auditor_may_say() -> None:
    weak = [weakness.id for weakness in KNOWN.weaknesses]
    runs: tuple[list[Verdict], ...] = (
        [],
        [verdict(name) for name in weak],
        [verdict(name, Outcome.PASS) for name in weak],
    )
    texts = [
        text
        for run in runs
        for result in _shipped(run, ("AP004",)).values()
        for text in (result.word, result.summary, *(each.reason for each in result.weaknesses))
    ]
    assert not [text for text in texts if re.search(r"compliant|certified", text, re.IGNORECASE)]


def test_every_state_has_its_word() -> None:
    assert set(WORDS) == set(ControlState)


def test_ids_that_can_be_guessed_leave_the_cryptography_of_the_code_clean() -> None:
    crypto = replace(verdict(outcome=Outcome.PASS, rule="AP109"), weakness="weak-crypto")
    guessed = replace(
        verdict(rule="AP523"), weakness=PROBE.weakness, severity=PROBE.severity, confidence=Confidence.TENTATIVE
    )
    material = Material((crypto, guessed), (finding(guessed),), NOTHING, ("AP109", "AP523"))
    states = {
        each.weakness: (each.relation, each.state)
        for result in controls(material, KNOWN.catalogs, KNOWN)
        if (result.catalog, result.control) == ("soc2", "CC6.1")
        for each in result.weaknesses
    }
    assert states["weak-crypto"] == ("direct", "pass")
    assert states[PROBE.weakness] == ("supporting", "not-tested"), "for review, and no deviation"
