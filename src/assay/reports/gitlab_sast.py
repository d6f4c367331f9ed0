"""GitLab SAST report, schema 15: findings for the vulnerability report and the merge request's security widget.

The schema wants times; a run has only the day by which it judged expiries (same input, same bytes), so both stand at its midnight.
It has no word for a suppression: suppressed findings, as what was skipped, stand in the messages of the scan.
"""

from uuid import NAMESPACE_URL, uuid5

from assay.model.assessment import Assessment, RuleSheet
from assay.model.place import Place
from assay.model.verdict import Finding
from assay.plugins.report import Report
from assay.reports.outline.text import block, dumps, line
from assay.reports.outline.views import omissions, place_of, sheet, state, suppressed, suppression_text, weakness

VERSION = "15.2.1"
SCHEMA = f"https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v{VERSION}/dist/sast-report-format.json"
MOST_NAME = 255
MOST_DESCRIPTION = 1_048_576
MOST_SOLUTION = 7000
Json = dict[str, object]


def write(assessment: Assessment) -> str:
    """The open findings as a SAST report."""
    found: Json = {
        "schema": SCHEMA,
        "version": VERSION,
        "scan": _scan(assessment),
        "vulnerabilities": [
            _vulnerability(assessment, finding) for finding in assessment.findings if state(finding) != "suppressed"
        ],
    }
    return dumps(found)


def _scan(assessment: Assessment) -> Json:
    run = assessment.run
    tool: Json = {
        "id": "assay",
        "name": line(run.tool) or "assay",
        "version": line(run.version) or "0",
        "vendor": {"name": "Assay"},
    }
    moment = f"{run.as_of}T00:00:00"
    return {
        "type": "sast",
        "status": "success" if run.is_complete else "failure",
        "start_time": moment,
        "end_time": moment,
        "analyzer": tool,
        "scanner": tool,
        "messages": _messages(assessment),
        "primary_identifiers": [_rule_identifier(rule) for rule in assessment.rules],
    }


def _messages(assessment: Assessment) -> list[Json]:
    accepted = [
        _message("info", f"Suppressed: {finding.verdict.rule} {finding.verdict.message} {suppression_text(finding)}")
        for finding in suppressed(assessment)
    ]
    skipped = [
        _message(
            "info" if omission.kind == "left-out" else "warn",
            f"Not looked at ({omission.kind}): {omission.reason}: {', '.join(omission.places)}",
        )
        for omission in omissions(assessment)
    ]
    return [*accepted, *skipped]


def _message(level: str, text: str) -> Json:
    return {"level": level, "value": line(text)}


def _vulnerability(assessment: Assessment, finding: Finding) -> Json:
    verdict = finding.verdict
    rule = sheet(assessment, verdict.rule)
    place = place_of(assessment, verdict) or Place(".", 0)
    location = {"file": line(place.path) or ".", "start_line": max(place.line, 1)}
    confidence = "Review: " if state(finding) == "review" else ""
    found: Json = {
        "id": str(uuid5(NAMESPACE_URL, f"assay:{finding.fingerprint}")),
        "name": (confidence + line(rule.title))[:MOST_NAME],
        "description": _description(finding)[:MOST_DESCRIPTION],
        "severity": verdict.severity.capitalize(),
        "identifiers": [_rule_identifier(rule), *_cwe(assessment, rule)],
        "location": location,
        "tracking": {
            "type": "source",
            "items": [{**location, "signatures": [{"algorithm": "hash", "value": finding.fingerprint}]}],
        },
    }
    return {**found, "solution": block(verdict.fix)[:MOST_SOLUTION]} if verdict.fix else found


def _description(finding: Finding) -> str:
    verdict = finding.verdict
    steps = [
        f"{number}. {line(step.text)}{f' ({line(str(step.place))})' if step.place else ''}"
        for number, step in enumerate(verdict.steps, 1)
    ]
    return "\n".join([f"{line(verdict.message)} Confidence: {verdict.confidence}.", *steps])


def _rule_identifier(rule: RuleSheet) -> Json:
    found: Json = {"type": "assay_rule", "name": f"Assay {line(rule.id)}", "value": line(rule.id)}
    return {**found, "url": rule.help_uri} if rule.help_uri.startswith("https://") else found


def _cwe(assessment: Assessment, rule: RuleSheet) -> list[Json]:
    known = weakness(assessment, rule.weakness)
    numbers = [each.removeprefix("CWE-") for each in known.cwe] if known else []
    return [
        {
            "type": "cwe",
            "name": f"CWE-{number}",
            "value": number,
            "url": f"https://cwe.mitre.org/data/definitions/{number}.html",
        }
        for number in numbers
    ]


REPORT = Report(name="gitlab-sast", title="GitLab SAST report", extension="json", write=write)
