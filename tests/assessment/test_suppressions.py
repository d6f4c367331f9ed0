"""A suppression holds with reason, owner and end, for what it names, until its day."""

from datetime import date

import pytest
from tests.assessment.scene import TODAY, endpoint, rule, verdict

from assay.assessment.findings import merged
from assay.assessment.inline import Comment, written
from assay.assessment.settings import Waiver, settings
from assay.assessment.suppressions import Judged, suppressed

GOOD = 'assay: ignore[AP004] reason="Signed by the gateway." owner="payments" until=2027-01-31'
NAME = "POST /hooks"


def judged(*waivers: Waiver, today: date = TODAY) -> Judged:
    found = merged([verdict("AP004", NAME, line=12)], [rule("AP004")])
    return suppressed(found.findings, waivers, found.names, [endpoint(NAME, line=12)], today)


def noted(text: str = GOOD, line: int = 12, today: date = TODAY) -> Judged:
    waivers, problems = written([("app.py", line, text)])
    done = judged(*waivers, today=today)
    return Judged(done.findings, (*problems, *done.problems))


@pytest.mark.parametrize("line", [12, 11, 10])
def test_a_comment_on_or_above_the_handler_or_its_route_excepts_the_finding(line: int) -> None:
    (finding,) = noted(line=line).findings
    assert finding.state == "excepted"
    assert finding.suppression is not None
    assert (finding.suppression.reason, finding.suppression.owner) == ("Signed by the gateway.", "payments")
    assert (finding.suppression.expires, finding.suppression.origin) == ("2027-01-31", f"app.py:{line}")


@pytest.mark.parametrize("line", [9, 13])
def test_a_comment_elsewhere_excepts_nothing_and_is_shown(line: int) -> None:
    done = noted(line=line)
    assert done.findings[0].state == "detected"
    assert [(problem.path, problem.line, problem.kind) for problem in done.problems] == [
        ("app.py", line, "suppression")
    ]
    assert "matches no finding" in done.problems[0].reason


def test_comments_may_stand_above_each_other() -> None:
    other = GOOD.replace("AP004", "AP099")
    comments: list[Comment] = [("app.py", 9, GOOD), ("app.py", 10, other)]
    waivers, _ = written(comments)
    assert judged(*waivers).findings[0].state == "excepted"


def test_a_comment_in_another_file_excepts_nothing() -> None:
    waivers, _ = written([("other.py", 12, GOOD)])
    assert judged(*waivers).findings[0].state == "detected"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('assay: ignore[AP004] owner="x" until=2027-01-31', "it has no reason"),
        ('assay: ignore[AP004] reason="x" until=2027-01-31', "it has no owner"),
        ('assay: ignore[AP004] reason="x" owner="y"', "it has no until"),
        ("assay: ignore[AP004]", "it has no reason and no owner and no until"),
        ('assay: ignore[AP004] reason="x" owner="y" until=soon', "until=soon is no date"),
        ('assay: ignore reason="x" owner="y" until=2027-01-31', "it names no rule"),
        ('assay: ignore[AP004] reasn="x" owner="y" until=2027-01-31', "'reasn' is not known"),
        ("assay: disable[AP004]", "is not known"),
    ],
)
def test_a_suppression_that_is_not_whole_excepts_nothing_and_is_shown(text: str, fault: str) -> None:
    done = noted(text)
    assert done.findings[0].state == "detected"
    assert done.findings[0].suppression is None
    (problem,) = done.problems
    assert fault in problem.reason
    assert (problem.path, problem.line) == ("app.py", 12)


def test_a_comment_about_assay_that_is_no_suppression_is_left_alone() -> None:
    assert written([("app.py", 1, "this file is scanned by assay: see docs"), ("app.py", 2, "assay is a tool")]) == (
        (),
        (),
    )


def test_a_block_comment_ends_where_its_mark_stands() -> None:
    waivers, _ = written([("App.cs", 1, "assay: ignore[AP004] reason='x' owner=y until=2027-01-31*/")])
    assert waivers[0].until == "2027-01-31"


@pytest.mark.parametrize(("today", "state"), [(date(2027, 1, 30), "excepted"), (date(2027, 1, 31), "detected")])
def test_an_expired_suppression_is_shown_and_the_finding_counts_again(today: date, state: str) -> None:
    (finding,) = noted(today=today).findings
    assert finding.state == state
    assert finding.suppression is not None
    assert finding.suppression.is_expired is (state == "detected")


def test_one_in_force_is_preferred_to_an_expired_one() -> None:
    old = GOOD.replace("2027", "2025")
    waivers, _ = written([("app.py", 11, old), ("app.py", 12, GOOD)])
    assert judged(*waivers).findings[0].state == "excepted"


@pytest.mark.parametrize(
    ("match", "state"),
    [
        ('rule = "AP004"', "excepted"),
        ('rule = "name-of-ap004"', "excepted"),
        ('rule = ["AP001", "AP004"]', "excepted"),
        ('rule = "AP001"', "detected"),
        ('endpoint = "POST /hooks"', "excepted"),
        ('endpoint = "GET /hooks"', "detected"),
        ('rule = "AP004"\nendpoint = "/other"', "detected"),
        ('fingerprint = "00000000000000000000000000000000"', "detected"),
    ],
)
def test_an_entry_of_the_settings_holds_for_what_it_names(match: str, state: str) -> None:
    text = f'[[suppressions]]\n{match}\nreason = "x"\nowner = "y"\nuntil = 2027-01-31'
    assert judged(*settings(text).suppressions).findings[0].state == state


def test_an_entry_may_name_the_fingerprint() -> None:
    (finding,) = judged().findings
    waiver = Waiver("assay.toml:1", fingerprint=finding.fingerprint, reason="x", owner="y", until="2027-01-31")
    assert judged(waiver).findings[0].state == "excepted"


def test_a_suppression_that_names_a_rule_holds_although_a_more_specific_one_tells_the_defect() -> None:
    found = merged([verdict("AP004", NAME), verdict("AP002", NAME)], [rule("AP004"), rule("AP002", specificity=70)])
    waivers, _ = written([("app.py", 12, GOOD)])
    done = suppressed(found.findings, waivers, found.names, [endpoint(NAME)], TODAY)
    assert [(each.verdict.rule, each.state) for each in done.findings] == [("AP002", "excepted")]
