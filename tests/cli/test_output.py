"""Where reports go, and what the extension of a file says."""

from pathlib import Path

import pytest

from assay.cli.output import report, targets, write_text
from assay.errors import UsageError
from assay.plugins.report import Report

REPORTS = tuple(
    Report(name, name, extension, lambda assessment: "")
    for name, extension in (
        ("csv", "csv"),
        ("gitlab-codequality", "json"),
        ("gitlab-sast", "json"),
        ("html", "html"),
        ("json", "json"),
        ("junit", "xml"),
        ("markdown", "md"),
        ("sarif", "sarif"),
        ("terminal", "txt"),
    )
)


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("report.sarif", "sarif", "report.sarif"),
        ("out/report.JSON", "json", "out/report.JSON"),
        ("report.xml", "junit", "report.xml"),
        ("report.md", "markdown", "report.md"),
        ("report.html", "html", "report.html"),
        ("gitlab-sast=gl.json", "gitlab-sast", "gl.json"),
        ("json=a=b.txt", "json", "a=b.txt"),
        ("markdown=/dev/stdout", "markdown", "/dev/stdout"),
        ("out/a=b.csv", "csv", "out/a=b.csv"),
    ],
)
def test_a_file_gets_the_report_that_is_named_or_that_its_extension_says(text: str, name: str, path: str) -> None:
    (target,) = targets([text], REPORTS)
    assert (target.report.name, target.path) == (name, Path(path))


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (["report.xyz"], "the extension does not say which report. Mend: write FORMAT=report.xyz"),
        (["report"], "the extension does not say which report"),
        (["sarf=x.json"], "there is no such report; did you mean sarif?"),
        (["nothing=x.json"], "choose from csv, gitlab-codequality"),
        (["a.json", "gitlab-sast=a.json"], "a.json is named twice"),
    ],
)
def test_what_names_no_report_is_refused_with_the_mend(outputs: list[str], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        targets(outputs, REPORTS)
    assert words in str(refused.value)


def test_a_report_is_found_by_its_name() -> None:
    assert report("junit", REPORTS).name == "junit"


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    write_text(tmp_path / "new/report.txt", "é\n")
    assert (tmp_path / "new/report.txt").read_bytes() == "é\n".encode()


def test_a_file_that_cannot_be_written_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be written: .*Mend: "):
        write_text(tmp_path, "x")
