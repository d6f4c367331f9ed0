"""What every report keeps: one look (its snapshot), the same bytes again, an ending newline, and silence about nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.reports.shop import EMPTY, SHOP

from assay.plugins.registry import registry
from assay.plugins.report import Report
from assay.reports.json_report import inventory_json
from assay.reports.terminal import endpoints_table, plain_console, render, text_of

ROOT = Path(__file__).parent.parent.parent
REPORTS = registry("assay.reports", "REPORT", Report, "name")
NAMES = ["csv", "gitlab", "gitlab-sast", "har", "html", "json", "junit", "markdown", "sarif", "terminal"]
by_report = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)


def look(extension: str) -> type[SingleFileSnapshotExtension]:
    """Snapshots as files that an editor opens as what they are."""
    return type("Look", (SingleFileSnapshotExtension,), {"_write_mode": WriteMode.TEXT, "file_extension": extension})


def test_the_reports_are_these() -> None:
    assert [report.name for report in REPORTS] == NAMES


@by_report
def test_a_report_looks_like_its_snapshot(report: Report, snapshot: SnapshotAssertion) -> None:
    assert report.write(SHOP).replace("\r\n", "\n") == snapshot(extension_class=look(report.extension))


@by_report
def test_a_report_of_nothing_looks_like_its_snapshot(report: Report, snapshot: SnapshotAssertion) -> None:
    assert report.write(EMPTY).replace("\r\n", "\n") == snapshot(extension_class=look(report.extension))


@pytest.mark.parametrize("width", [60, 160])
def test_a_terminal_looks_like_its_snapshot(width: int, snapshot: SnapshotAssertion) -> None:
    console = plain_console(width)
    render(SHOP, console)
    endpoints_table(SHOP.inventory, console)
    assert text_of(console) == snapshot(extension_class=look("txt"))


def test_an_inventory_looks_like_its_snapshot(snapshot: SnapshotAssertion) -> None:
    assert inventory_json(SHOP.inventory) == snapshot(extension_class=look("json"))


@by_report
def test_a_report_ends_with_a_newline_and_is_the_same_again(report: Report) -> None:
    text = report.write(SHOP)
    assert text.endswith("\n")
    assert text == report.write(SHOP)
    text.encode("utf-8")


def test_every_process_writes_the_same_bytes() -> None:
    program = (
        "from hashlib import sha256\n"
        "from tests.reports.shop import SHOP\n"
        "from assay.plugins.registry import registry\n"
        "from assay.plugins.report import Report\n"
        "for each in registry('assay.reports', 'REPORT', Report, 'name'):\n"
        "    print(each.name, sha256(each.write(SHOP).encode()).hexdigest())\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "COLUMNS": seed,
                "TERM": "xterm",
                "LANG": "C",
                "FORCE_COLOR": "1",
            },
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(outputs) == 1
    assert outputs.pop().count("\n") == len(NAMES)


@pytest.mark.parametrize(
    "report", [each for each in REPORTS if each.name not in {"csv", "gitlab"}], ids=lambda report: report.name
)
def test_what_was_not_tested_is_said(report: Report) -> None:
    said = {"junit": "comes from a package that is not in this tree"}.get(report.name, "cannot be parsed: 14 errors")
    assert said in report.write(SHOP)


@by_report
def test_a_suppression_is_shown_with_its_reason_owner_and_end(report: Report) -> None:
    text = " ".join(report.write(SHOP).split())
    assert "reset is reachable from the cluster only, see ADR 12" in text
    assert "2027-01-31" in text
    assert "ops@shop.example" in text.replace("&#8288;", "").replace("&#64;", "@")


@pytest.mark.parametrize("name", ["html", "markdown", "terminal"])
def test_score_and_coverage_stand_together_and_no_letter_is_given_below_half(name: str) -> None:
    assert SHOP.score is not None
    low = replace(SHOP, score=replace(SHOP.score, letter="", coverage=0.41))
    text = next(report for report in REPORTS if report.name == name).write(low)
    assert "41 %" in text
    assert "no letter, for coverage is under 50 %" in text
    assert "letter F" not in text


def test_no_verdict_on_compliance_is_ever_printed() -> None:
    for report in REPORTS:
        text = report.write(SHOP).lower()
        assert "compliant" not in text
        assert "certified" not in text


def test_nothing_heavy_is_loaded_before_a_report_is_written() -> None:
    program = (
        "import sys\n"
        "from assay.plugins.registry import registry\n"
        "from assay.plugins.report import Report\n"
        "registry('assay.reports', 'REPORT', Report, 'name')\n"
        "print([name for name in ('rich', 'jinja2', 'markdown_it') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
