"""The score: its numbers, its caps, its letters, and the properties that a team may rely on."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.compliance.samples import FULL, excepted, finding, subject, verdict

from assay.compliance import load
from assay.compliance.score import HYGIENE_FLOOR, resource, score
from assay.model.assessment import Coverage, Score
from assay.model.verdict import Confidence, Finding, Severity, Subject

KNOWN = load.compendium()
CONFIRMED, FIRM, TENTATIVE = Confidence.CONFIRMED, Confidence.FIRM, Confidence.TENTATIVE
CRITICAL, HIGH, MEDIUM, LOW, INFO = Severity


def _score(findings: Sequence[Finding], coverage: Coverage = FULL) -> Score:
    result = score(findings, coverage, KNOWN)
    assert result is not None
    return result


def _found(
    severity: Severity,
    confidence: Confidence = CONFIRMED,
    path: str = "/orders",
    *,
    weakness: str = "missing-authentication",
    method: str = "GET",
) -> Finding:
    of = subject(path, method=method)
    return finding(verdict(weakness, of=of, severity=severity, confidence=confidence))


def test_nothing_found_is_100() -> None:
    found = _score([])
    assert (found.value, found.letter, found.ledger, found.caps) == (100.0, "A", (), ())


@pytest.mark.parametrize(
    ("severity", "confidence", "value"),
    [
        (CRITICAL, CONFIRMED, 39),  # 55 without its cap
        (CRITICAL, FIRM, 69),  # 73 without its cap
        (HIGH, CONFIRMED, 69),  # 75 without its cap
        (HIGH, FIRM, 85),
        (MEDIUM, CONFIRMED, 92),
        (MEDIUM, FIRM, 95.2),
        (LOW, CONFIRMED, 98),
        (LOW, FIRM, 98.8),
        (INFO, CONFIRMED, 100),
        (CRITICAL, TENTATIVE, 100),
    ],
)
def test_one_finding_costs_its_weight(severity: Severity, confidence: Confidence, value: float) -> None:
    assert _score([_found(severity, confidence)]).value == value


def test_checks_and_resource_groups_multiply() -> None:
    groups = [_found(MEDIUM, path="/orders"), _found(MEDIUM, path="/users")]
    checks = [_found(MEDIUM), _found(MEDIUM, weakness="bfla")]
    assert _score(groups).value == _score(checks).value == round(92 * 0.92, 4)


def test_further_places_of_a_check_weigh_a_quarter() -> None:
    places = [_found(MEDIUM, path=f"/orders/{name}") for name in "abc"]
    assert _score(places).value == round(92 * 0.98**2, 4)


def test_further_places_weigh_no_more_than_five_quarters() -> None:
    places = [_found(MEDIUM, path=f"/orders/{number}") for number in range(60)]
    assert _score(places).value == pytest.approx(92 * 0.98**5, abs=0.0001)


def test_the_worst_place_of_a_check_counts_whole() -> None:
    places = [_found(LOW, path="/orders/a"), _found(MEDIUM, path="/orders/b")]
    assert _score(places).value == round(92 * 0.995, 4)


def test_hygiene_never_costs_more_than_15_percent() -> None:
    headers = [
        finding(verdict(weakness, of=Subject(f"api-{number}", "api"), severity=LOW, confidence=CONFIRMED))
        for number in range(40)
        for weakness in ("missing-csp", "missing-nosniff")
    ]
    assert _score(headers).value == 100 * HYGIENE_FLOOR
    assert _score([*headers, _found(MEDIUM)]).value == round(85 * 0.92, 4)


def test_hygiene_that_became_serious_is_no_hygiene() -> None:
    cookies = [_found(MEDIUM, path=f"/{number}", weakness="insecure-cookie") for number in range(9)]
    assert _score(cookies).value < 100 * HYGIENE_FLOOR


def test_a_cap_is_said_only_where_it_holds_the_score_down() -> None:
    assert _score([_found(HIGH)]).caps == ("No more than 69 with a confirmed finding of high severity.",)
    many = [_found(HIGH, path=f"/{number}") for number in range(5)]
    assert _score(many).caps == ()


def test_ten_firm_criticals_get_no_good_letter() -> None:
    apart = [_found(CRITICAL, FIRM, f"/{number}") for number in range(10)]
    together = [_found(CRITICAL, FIRM, f"/orders/{number}") for number in range(10)]
    assert (_score(apart).letter, _score(together).letter) == ("F", "F")


def test_four_mediums_are_still_70_and_five_are_not() -> None:
    mediums = [_found(MEDIUM, path=f"/{number}") for number in range(5)]
    assert (_score(mediums[:4]).letter, _score(mediums).letter) == ("C", "D")


@pytest.mark.parametrize(("share", "letter"), [(0.0001, ""), (0.4999, ""), (0.5, "A"), (1.0, "A")])
def test_no_letter_stands_under_half_coverage(share: float, letter: str) -> None:
    found = _score([], Coverage(share, (), ()))
    assert (found.value, found.letter, found.coverage) == (100.0, letter, share)


def test_there_is_no_score_when_nothing_could_be_assessed() -> None:
    assert score([], Coverage(0.0, (), ()), KNOWN) is None


def test_suppressed_findings_count_and_the_score_without_them_stands_beside() -> None:
    accepted, open_ = excepted(_found(HIGH)), _found(MEDIUM, path="/users")
    found = _score([accepted, open_])
    assert (found.value, found.with_accepted) == (69.0, 92.0)


def test_the_ledger_says_what_to_fix_first() -> None:
    ledger = _score([_found(LOW, path="/a"), _found(MEDIUM, path="/b"), _found(MEDIUM, path="/b/c")]).ledger
    assert [(line.title, line.places) for line in ledger] == [
        ("Endpoint answers without authentication: /b", 2),
        ("Endpoint answers without authentication: /a", 1),
    ]
    assert ledger[0].factor == round(0.92 * 0.98, 4)
    assert ledger[0].gain == round(98 - 98 * 0.92 * 0.98, 4)


def test_one_finding_reported_twice_counts_once() -> None:
    assert _score([_found(MEDIUM), _found(MEDIUM)]) == _score([_found(MEDIUM)])


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/orders", "/orders"),
        ("/api/v1/orders/{id}/lines", "/orders"),
        ("/API/V2.1/orders", "/orders"),
        ("/{tenant}/orders", "/orders"),
        ("/", "/"),
        ("/api/{id}", "/"),
        ("/apiary", "/apiary"),
        ("/vouchers", "/vouchers"),
    ],
)
def test_a_resource_group_is_the_first_telling_segment(path: str, group: str) -> None:
    assert resource(subject(path)) == group


def test_a_setting_is_its_own_resource_group() -> None:
    assert resource(Subject(".", "setting", symbol="cors")) == "cors"
    assert resource(Subject("api", "api")) == "api"


WEAKNESSES = ("missing-authentication", "bfla", "missing-csp", "insecure-cookie", "permissive-cors")
findings = st.lists(
    st.builds(
        _found,
        st.sampled_from(Severity),
        st.sampled_from(Confidence),
        st.builds("/{}/{}".format, st.sampled_from(["orders", "users", "v1/files"]), st.integers(0, 7)),
        weakness=st.sampled_from(WEAKNESSES),
        method=st.sampled_from(["GET", "POST"]),
    ),
    max_size=24,
    unique_by=lambda each: each.fingerprint,
)


@given(findings, st.randoms(use_true_random=False))
def test_order_does_not_matter(found: list[Finding], random: Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert _score(shuffled) == _score(found)


@given(findings)
def test_the_score_lies_between_0_and_100(found: list[Finding]) -> None:
    assert 0 <= _score(found).value <= 100


@given(findings)
def test_70_means_no_confirmed_high_and_no_critical_that_counts(found: list[Finding]) -> None:
    kinds = {(each.verdict.severity, each.verdict.confidence) for each in found}
    if _score(found).value >= 70:
        assert not kinds & {(CRITICAL, CONFIRMED), (CRITICAL, FIRM), (HIGH, CONFIRMED)}


@given(findings)
def test_each_fix_raises_the_score_unless_a_cap_hides_it(found: list[Finding]) -> None:
    before = _score(found)
    for number, fixed in enumerate(found):
        after = _score([*found[:number], *found[number + 1 :]])
        assert after.value >= before.value
        counts = fixed.verdict.confidence is not TENTATIVE and fixed.verdict.severity is not INFO
        is_hygiene = fixed.verdict.severity is LOW and fixed.verdict.weakness in {"missing-csp", "insecure-cookie"}
        if counts and not after.caps and not is_hygiene:
            assert after.value > before.value


@given(findings)
def test_every_gain_is_what_fixing_that_line_gives(found: list[Finding]) -> None:
    before = _score(found)
    for line in before.ledger:
        first = next(each for each in found if each.fingerprint == line.fingerprint)
        rest = [each for each in found if not _is_same_line(each, first)]
        assert _score(rest).value - before.value == pytest.approx(line.gain, abs=2e-4)


@given(findings)
def test_accepting_findings_never_lowers_the_score_beside_it(found: list[Finding]) -> None:
    result = _score([excepted(each) if number % 2 else each for number, each in enumerate(found)])
    assert result.with_accepted >= result.value
    assert result.value == _score(found).value


def _is_same_line(one: Finding, other: Finding) -> bool:
    def line(each: Finding) -> tuple[str, str, bool]:
        of = each.verdict
        return (
            of.weakness,
            resource(of.subject),
            of.severity is LOW and of.weakness in {"missing-csp", "insecure-cookie"},
        )

    return line(one) == line(other)


def test_a_finding_without_family_is_grouped_by_its_rule() -> None:
    places = [replace(_found(MEDIUM, path=f"/orders/{name}"), parts=()) for name in "ab"]
    assert _score(places).value == round(92 * 0.98, 4)
