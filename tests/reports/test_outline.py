"""The words that reports share: harmless text, groups, statements, places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.reports.shop import EMPTY, SHOP

from assay.model.place import Place, Step
from assay.model.verdict import Severity
from assay.reports.outline import views
from assay.reports.outline.text import HARMFUL, block, commit, counted, decimal, line, percent


@given(st.text())
def test_a_line_is_one_line_and_holds_nothing_harmful(text: str) -> None:
    found = line(text)
    assert len(found.splitlines()) <= 1
    assert not HARMFUL.search(found)
    found.encode("utf-8")


@pytest.mark.parametrize(
    "harmful", ["\x1b", "\x07", "\x9b", "\x00", "\u202e", "\u2066", "\u200b", "\udce4", "\x7f", "\u2028"]
)
def test_what_steers_a_terminal_or_turns_text_around_is_replaced(harmful: str) -> None:
    assert harmful not in block(f"a{harmful}b")
    assert line(f"a{harmful}b").startswith("a")


def test_a_block_keeps_its_lines_and_tabs() -> None:
    assert block("if x:\r\n\tgo()") == "if x:\n\tgo()"


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (0.0004, "0.1 %"), (0.875, "88 %"), (0.9999, "99.9 %"), (1, "100 %")]
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, words: str) -> None:
    assert percent(share) == words


def test_figures_and_commits_are_short() -> None:
    assert (decimal(39.0), decimal(46.54)) == ("39", "46.5")
    assert (counted(1, "API"), counted(2, "weakness", "weaknesses")) == ("1 API", "2 weaknesses")
    assert commit("4f9c2d1e8b7a6f5c4d3e+changes") == "4f9c2d1e8b7a+changes"


def test_groups_come_worst_first() -> None:
    found = views.groups(SHOP, SHOP.findings)
    assert [group.rule.id for group in found] == ["AP004", "AP105", "AP001", "AP006"]
    assert found[0].severity is Severity.CRITICAL
    assert [each.verdict.subject.method for each in found[0].findings] == ["DELETE", "PUT", "POST"]


def test_suspicions_and_suppressed_findings_do_not_count_as_open() -> None:
    assert len(views.opened(SHOP)) == 4
    assert [each.verdict.rule for each in views.reviewed(SHOP)] == ["AP006"]
    assert [each.verdict.subject.path for each in views.suppressed(SHOP)] == ["/api/health/reset"]
    assert views.severities(views.opened(SHOP)) == ((Severity.CRITICAL, 2), (Severity.MEDIUM, 1), (Severity.LOW, 1))


def test_what_holds_counts_the_untested_as_not_passed() -> None:
    found = {each.rule: each for each in views.statements(SHOP)}
    assert found["AP001"].text == "1 of 3 endpoints are guarded, or public on purpose"
    assert found["AP004"].text == "2 of 5 write endpoints are guarded"
    assert found["AP009"].is_whole
    assert "AP105" not in found, "nothing of it passed"


def test_a_rule_without_a_statement_is_told_by_its_name() -> None:
    bare = replace(SHOP, rules=tuple(replace(rule, statement="") for rule in SHOP.rules))
    assert {each.text for each in views.statements(bare)} >= {"2 of 5 endpoints are free of AP004 write-without-guard"}


def test_what_is_left_out_on_purpose_comes_after_what_could_not_be_read() -> None:
    assert [(each.kind, len(each.places)) for each in views.omissions(SHOP)] == [
        ("file", 1),
        ("file", 1),
        ("guard", 1),
        ("left-out", 2),
    ]


def test_a_reader_is_sent_to_the_verdict_or_a_step_or_the_api() -> None:
    verdict = SHOP.findings[0].verdict
    assert views.place_of(SHOP, verdict) == Place("services/orders/routes/orders.py", 41)
    steps = (Step("first"), Step("second", Place("a.py", 3)))
    assert views.place_of(SHOP, replace(verdict, place=None, steps=steps)) == Place("a.py", 3)
    assert views.place_of(SHOP, replace(verdict, place=None, steps=())) == Place("services/orders/main.py", 12)
    assert views.place_of(EMPTY, replace(verdict, place=None, steps=())) is None


def test_score_letter_and_coverage_are_said_together() -> None:
    assert SHOP.score is not None
    assert views.standing(SHOP.score) == "39 of 100, letter F, coverage 88 %"
    low = replace(SHOP.score, letter="", coverage=0.41)
    assert views.standing(low) == "39 of 100, no letter, for coverage is under 50 %, coverage 41 %"
    assert views.standing(None) == "no score: nothing could be assessed"
