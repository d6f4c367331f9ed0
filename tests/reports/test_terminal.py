"""The terminal report reads well at any width, without colour too, and lets no control character through."""

import io

import pytest
from hypothesis import given
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from tests.reports.made import assessments, bounded
from tests.reports.shop import EMPTY, SHOP, finding

from assay.model.assessment import Assessment
from assay.model.verdict import Subject
from assay.reports.terminal import REPORT, endpoints_table, plain_console, render, summary, text_of
from assay.reports.terminal._layout import wrapped

WIDTHS = [40, 60, 80, 100, 160]


def drawn(assessment: Assessment, width: int, *, most: int = 25) -> str:
    console = plain_console(width)
    render(assessment, console, most=most)
    return text_of(console)


def joined(text: str) -> str:
    """The text with its line breaks taken out, as a reader's eye does."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_essentials_are_there_at_every_width(width: int) -> None:
    text = joined(drawn(SHOP, width))
    for essential in (
        "39 of 100, letter F, coverage 88 %",
        "Fix this first: +31.9 AP004 Write endpoint without any guard (3 places)",
        "CC6.1 — Logical access controls — FAIL — 3 endpoints answer without authentication",
        "2 of 5 write endpoints are guarded",
        "DELETE /orders/{id}",
        "services/orders/routes/orders.py:41",
        "Fix: Add a dependency that refuses to the router:",
        "reset is reachable from the cluster only, see ADR 12 (ops@shop.example, until 2027-01-31, assay.toml:9)",
        "cannot be parsed: 14 errors services/orders/legacy.py:3",
        "suppression expired",
        "Outside, for people and paper (2): CC1.1, CC1.2",
    ):
        if width >= 60:
            assert essential in text
        assert essential.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    console = plain_console(width)
    render(SHOP, console)
    endpoints_table(SHOP.inventory, console)
    assert max(map(cell_len, text_of(console).splitlines())) <= width


@pytest.mark.parametrize("width", [60, 100, 160])
def test_every_endpoint_is_listed_with_its_guards_and_place(width: int) -> None:
    console = plain_console(width)
    endpoints_table(SHOP.inventory, console)
    text = joined(text_of(console))
    for endpoint in SHOP.inventory.endpoints:
        assert endpoint.path in text
        assert str(endpoint.place) in text
    assert "gate comes from a package that is not in this tree" in text
    assert "(never" in text
    assert "decides: [Authorize])" in text


def test_the_written_report_is_plain_text_of_100_columns_and_cuts_nothing() -> None:
    verdict = SHOP.findings[0].verdict
    found = tuple(
        finding(replace(verdict, subject=Subject("services/orders", "endpoint", "DELETE", f"/o/{each}")))
        for each in range(80)
    )
    text = REPORT.write(replace(SHOP, findings=found))
    assert "\x1b" not in text
    assert text.count("orders: DELETE /o/") == 80
    assert max(map(len, text.splitlines())) <= 100
    cut = drawn(replace(SHOP, findings=found), 100)
    assert cut.count("orders: DELETE /o/") == 25
    assert "and 55 more" in cut


def test_colour_only_repeats_what_words_say() -> None:
    target = io.StringIO()
    console = Console(file=target, width=100, force_terminal=True, color_system="truecolor", _environ={})
    render(SHOP, console)
    assert "\x1b[" in target.getvalue()
    plain = "\n".join(row.rstrip() for row in Text.from_ansi(target.getvalue()).plain.splitlines()).strip("\n") + "\n"
    assert plain == drawn(SHOP, 100)


def test_no_color_is_obeyed() -> None:
    target = io.StringIO()
    console = Console(file=target, width=100, force_terminal=True, _environ={"NO_COLOR": "1", "TERM": "xterm-256color"})
    render(SHOP, console)
    assert "\x1b[3" not in target.getvalue()
    assert "\x1b[9" not in target.getvalue()


def test_a_run_without_anything_does_not_look_like_one_without_findings() -> None:
    text = joined(drawn(EMPTY, 60))
    assert "No API was found" in text
    assert "Nothing was tested, so nothing can be said." in text
    assert "no web framework was recognised" in text
    assert "The run ended early" in text


def test_the_summary_is_the_standing_alone() -> None:
    console = plain_console(80)
    summary(SHOP, console)
    text = text_of(console)
    assert "39 of 100, letter F, coverage 88 %" in text
    assert "AP105" not in text


@bounded
@given(assessments)
def test_nothing_that_a_project_wrote_steers_the_terminal(assessment: Assessment) -> None:
    for width in (40, 100):
        console = plain_console(width)
        render(assessment, console)
        endpoints_table(assessment.inventory, console)
        text = text_of(console)
        assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), 0x202E)}
        assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [12, 20, 31])
def test_words_are_broken_only_when_they_are_longer_than_a_line(width: int) -> None:
    text = "the path services/orders/routes/orders.py:41 was looked at"
    rows = [row.plain for row in wrapped(Text(text), width)]
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(len(row) <= width for row in rows)
    for word in ("the", "path", "was", "looked", "at"):
        assert any(word in row.split() for row in rows)
    broken = [row for row in rows if row.rstrip().endswith(("/", ".", ":"))]
    assert broken or width == 31, "a path is broken between its parts"
