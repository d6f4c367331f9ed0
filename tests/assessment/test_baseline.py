"""A baseline says which findings were known."""

import json
from pathlib import Path

import pytest
from tests.assessment.scene import rule, verdict

from assay.assessment.baseline import Baseline, baseline, compared, read
from assay.assessment.findings import merged
from assay.errors import ConfigurationError

FINDINGS = merged([verdict("AP004", "PUT /a"), verdict("AP004", "PUT /b")], [rule("AP004")]).findings


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(baseline(FINDINGS), encoding="utf-8")
    known = read(tmp_path / "known.json")
    assert known == Baseline("known.json", frozenset(finding.fingerprint for finding in FINDINGS))


def test_the_text_does_not_depend_on_the_order() -> None:
    assert baseline(FINDINGS) == baseline(reversed(FINDINGS))


def test_findings_that_are_not_known_are_new() -> None:
    known = Baseline("known.json", frozenset({FINDINGS[0].fingerprint}))
    assert [finding.is_new for finding in compared(FINDINGS, known)] == [False, True]


def test_without_a_baseline_nothing_is_said_about_newness() -> None:
    assert [finding.is_new for finding in compared(FINDINGS, None)] == [None, None]


def test_a_json_report_is_a_baseline_too(tmp_path: Path) -> None:
    row = {"fingerprint": FINDINGS[0].fingerprint, "rule": "AP004"}
    report = {"schema": "urn:assay:schema:scan:1", "findings": [row], "run": {}}
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    assert read(tmp_path / "report.json").fingerprints == {FINDINGS[0].fingerprint}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "other", "findings": []}',
        '{"schema": "assay baseline, version 1", "findings": 3}',
        '{"schema": "assay baseline, version 1", "findings": [{"fingerprint": "short"}]}',
        '{"schema": "assay baseline, version 1", "findings": [{}]}',
        '{"schema": "assay baseline, version 1", "findings": ["x"]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_baseline_is_refused_with_the_mend(tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"known\.json: .*Mend: write it anew"):
        read(tmp_path / "known.json")


def test_a_baseline_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read(tmp_path / "known.json")
