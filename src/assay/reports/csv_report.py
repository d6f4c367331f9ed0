"""CSV: one finding a row, for spreadsheets. Suppressed ones are there too, with who accepted them, until when and why.

What was not looked at has no place in a table of findings; the other reports say it.
"""

import csv
import io

from assay.model.assessment import Assessment
from assay.model.verdict import Finding
from assay.plugins.report import Report
from assay.reports.outline.text import line
from assay.reports.outline.views import api_name, place_of, sheet, state, weakness

COLUMNS = (
    "rule", "title", "weakness", "cwe", "severity", "confidence", "state", "api", "method", "endpoint", "symbol",
    "file", "line", "message", "fix", "fingerprint", "reason", "owner", "expires",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@")
"""A cell that begins so is run as a formula by spreadsheets (OWASP: CSV Injection)."""


def write(assessment: Assessment) -> str:
    """The findings as a table, RFC 4180, worst first."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for finding in assessment.findings:
        writer.writerow([_cell(value) for value in _row(assessment, finding)])
    return target.getvalue()


def _row(assessment: Assessment, finding: Finding) -> tuple[str, ...]:
    verdict = finding.verdict
    subject = verdict.subject
    known = weakness(assessment, verdict.weakness)
    place = place_of(assessment, verdict)
    accepted = finding.suppression
    return (
        verdict.rule,
        sheet(assessment, verdict.rule).title,
        verdict.weakness,
        " ".join(known.cwe) if known else "",
        verdict.severity,
        verdict.confidence,
        state(finding),
        api_name(assessment, subject.api),
        subject.method,
        subject.path,
        subject.symbol,
        place.path if place else "",
        str(place.line) if place and place.line else "",
        verdict.message,
        verdict.fix,
        finding.fingerprint,
        accepted.reason if accepted else "",
        accepted.owner if accepted else "",
        accepted.expires if accepted else "",
    )


def _cell(value: str) -> str:
    """The value on one line; an apostrophe before what a spreadsheet would run."""
    text = line(value)
    return f"'{text}" if text.startswith(FORMULA) else text


REPORT = Report(name="csv", title="CSV, one finding a row", extension="csv", write=write)
