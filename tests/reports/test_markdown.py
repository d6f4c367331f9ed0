"""The Markdown report fits into a comment, puts what is new first, and lets nobody else's markup through."""

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from msgspec.structs import replace
from tests.reports.made import HOSTILE, assessments, bounded
from tests.reports.shop import EMPTY, SHOP, finding

from assay.model.assessment import Assessment
from assay.model.verdict import Subject
from assay.reports.markdown import REPORT, code, prose

GITHUB_LIMIT = 65_000


def renderer() -> MarkdownIt:
    return MarkdownIt("gfm-like", {"html": True, "linkify": False})


def many(count: int) -> Assessment:
    verdict = SHOP.findings[0].verdict
    subjects = [
        Subject("services/orders", "endpoint", "DELETE", f"/orders/{{id}}/parts/{number}") for number in range(count)
    ]
    findings = tuple(
        finding(replace(verdict, subject=subject), is_new=number < 10) for number, subject in enumerate(subjects)
    )
    return replace(SHOP, findings=findings)


def test_the_standing_comes_first_and_new_findings_before_the_rest() -> None:
    text = REPORT.write(SHOP)
    assert text.startswith("## Assay: shop\n\n**Score: 39 of 100, letter F, coverage 88 %**")
    assert "Fix this first: **AP004 Write endpoint without any guard** (3 places): **+31.9**" in text
    marks = ("### New findings (2)", "### Findings (4)", "What holds", "SOC 2", "not looked at", "Suppressed (1)")
    order = [text.index(mark) for mark in marks]
    assert order == sorted(order)


def test_a_control_is_a_row_with_its_word_and_its_reason() -> None:
    row = "| CC6.1 | Logical access controls | FAIL | 3 endpoints answer without authentication |"
    assert row in REPORT.write(SHOP)
    assert "Outside, for people and paper (2): CC1.1, CC1.2" in REPORT.write(SHOP)
    assert "Not tested (1): CC6.6" in REPORT.write(SHOP)


def test_folds_are_closed_and_tables_are_whole() -> None:
    text = REPORT.write(SHOP)
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>")
    html = renderer().render(text)
    assert html.count("<table>") == len(re.findall(r"^\| --- \|", text, re.MULTILINE)) == 2


@pytest.mark.parametrize("count", [0, 40, 400, 4000])
def test_it_stays_below_the_limit_and_counts_what_did_not_fit(count: int) -> None:
    text = REPORT.write(many(count))
    assert len(text) < GITHUB_LIMIT
    assert len(text.encode()) < GITHUB_LIMIT
    assert text.count("<details>") == text.count("</details>")
    listed = len(re.findall(r"^- .*DELETE /orders", text, re.MULTILINE))
    left = re.search(r"^(\d+) more, which did not fit here", text, re.MULTILINE)
    assert listed + (int(left[1]) if left else 0) == count


def test_a_run_without_anything_says_so() -> None:
    text = REPORT.write(EMPTY)
    assert "no score: nothing could be assessed" in text
    assert "no web framework was recognised" in text
    assert "ended early" in text


@bounded
@given(assessments)
def test_any_comment_is_bounded_and_has_no_foreign_markup(assessment: Assessment) -> None:
    text = REPORT.write(assessment)
    assert len(text.encode()) < GITHUB_LIMIT
    tags = set(re.findall(r"<(/?[a-zA-Z0-9]+)", renderer().render(text)))
    own = "h2 h3 p strong code table thead tbody tr th td ul li br details summary blockquote"
    assert {tag.strip("/") for tag in tags} <= set(own.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_renders_as_the_text_itself(text: str) -> None:
    html = renderer().render(f"x {prose(text)}")
    assert not re.search(r"<(?!/?p>)", html)
    assert "@everyone" not in html
    assert "://" not in html


@pytest.mark.parametrize(
    ("text", "markup"),
    [("0.1.0", "0.1.0"), ("3 endpoints", "3 endpoints"), ("- x", "&#8288;- x"), ("1. x", "&#8288;1. x")],
)
def test_prose_is_left_alone_where_it_is_no_markup(text: str, markup: str) -> None:
    assert prose(text) == markup


@pytest.mark.parametrize("text", ["a`b``c|d", "`", "\\", "``x", "a|b", "x`"])
def test_a_code_span_holds_its_text_in_a_table_too(text: str) -> None:
    html = renderer().render(f"| a |\n| --- |\n| {code(text)} |")
    found = re.search(r"<td><code>(.*?)</code></td>", html)
    assert found
    assert found[1].replace("&quot;", '"').strip() == text
