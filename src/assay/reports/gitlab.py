"""GitLab Code Quality: findings for the widget and the changes view of a merge request.

The format knows no suppression: a suppressed finding is listed as `info`, and says who accepted it, until when and why. It knows no
coverage either: what was skipped is in the other reports.
"""

from assay.model.assessment import Assessment
from assay.model.place import Place
from assay.model.verdict import Finding
from assay.plugins.report import Report
from assay.reports.outline.text import dumps, line
from assay.reports.outline.views import is_suppressed, place_of, state, suppression_text

SEVERITIES = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}
"""GitLab's words, worst first: blocker, critical, major, minor, info."""


def write(assessment: Assessment) -> str:
    """The findings as a Code Quality list."""
    return dumps([_entry(assessment, finding) for finding in assessment.findings])


def _entry(assessment: Assessment, finding: Finding) -> dict[str, object]:
    verdict = finding.verdict
    place = place_of(assessment, verdict) or Place(".", 0)
    counts = state(finding) not in {"suppressed", "review"}
    return {
        "check_name": line(verdict.rule),
        "description": _description(finding),
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES[verdict.severity] if counts else "info",
        "location": {"path": line(place.path), "lines": {"begin": max(place.line, 1)}},
    }


def _description(finding: Finding) -> str:
    verdict = finding.verdict
    text = line(f"{verdict.rule}: {verdict.message}")
    if is_suppressed(finding):
        return f"{text} Suppressed: {suppression_text(finding)}"
    if state(finding) == "review":
        return f"{text} A suspicion, for review."
    return line(f"{text} {verdict.fix}")


REPORT = Report(name="gitlab", title="GitLab Code Quality", extension="json", write=write)
