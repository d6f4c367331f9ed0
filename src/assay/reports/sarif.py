"""SARIF 2.1.0: the tool-to-tool format of findings, for code scanning of forges and for editors.

A result carries the path of evidence as a code flow, the fingerprint that outlives runs, and its suppression; a rule carries its
page as help. Passing verdicts are left out (JSON has them); what was skipped stands in the notifications of the invocation.
Source: SARIF 2.1.0 with errata 01, OASIS, 2023-08-28.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from assay.model.assessment import Assessment, RuleSheet
from assay.model.exchange import Transcript
from assay.model.place import Place, Skipped
from assay.model.verdict import Finding, Subject, Verdict
from assay.plugins.report import Report
from assay.reports.outline.text import block, dumps, line
from assay.reports.outline.views import is_suppressed, place_of, sheet, weakness

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
# What forges rank alerts by; over 9.0 reads as critical, 7.0 to 8.9 as high, 4.0 to 6.9 as medium, below as low.
SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
PRECISION = {"confirmed": "very-high", "firm": "high", "tentative": "low"}
# SARIF 2.1.0 §3.11.5 and §3.11.6: what would read as a placeholder or as an embedded link in a message.
PLACEHOLDER = re.compile(r"\{(\d+)\}")
LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
# GitHub shows at most this many locations of the code flows of a result, and 20 tags of a rule.
MOST_STEPS = 1000
Json = dict[str, object]


def write(assessment: Assessment) -> str:
    """The findings as one SARIF log with one run."""
    rules = _rules(assessment)
    index = {rule.id: number for number, rule in enumerate(rules)}
    run = assessment.run
    log: Json = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(assessment, rules)},
                "automationDetails": {"id": f"assay/{quote(line(run.target))}/"},
                "columnKind": "unicodeCodePoints",
                "defaultEncoding": "utf-8",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The scanned folder."}}},
                "invocations": [_invocation(assessment)],
                "results": [_result(assessment, finding, index) for finding in assessment.findings],
                "properties": _run_properties(assessment),
            }
        ],
    }
    return dumps(log)


def _rules(assessment: Assessment) -> tuple[RuleSheet, ...]:
    """The rules that ran, and any other that a finding names, by id."""
    known = {rule.id: rule for rule in assessment.rules}
    found = {finding.verdict.rule: sheet(assessment, finding.verdict.rule) for finding in assessment.findings}
    return tuple(rule for _, rule in sorted({**found, **known}.items()))


def _driver(assessment: Assessment, rules: Iterable[RuleSheet]) -> Json:
    return {
        "name": line(assessment.run.tool),
        "version": line(assessment.run.version),
        "rules": [_rule(assessment, rule) for rule in rules],
    }


def _rule(assessment: Assessment, rule: RuleSheet) -> Json:
    known = weakness(assessment, rule.weakness)
    cwe = [f"external/cwe/{each.lower()}" for each in known.cwe] if known else []
    owasp = [f"external/owasp-api/{each.lower()}" for each in known.owasp_api] if known else []
    introduction = next((body for _, body in rule.sections), "") or rule.title
    properties: Json = {
        "tags": ["security", "api", *cwe, *owasp][:20],
        "security-severity": SECURITY_SEVERITY[rule.severity],
        "precision": "high",
        "weakness": rule.weakness,
    }
    found: Json = {
        "id": rule.id,
        "name": _camel(rule.name),
        "shortDescription": {"text": _text(rule.title)},
        "fullDescription": {"text": _text(introduction)},
        "help": {"text": block(rule.page) or _text(rule.title), "markdown": block(rule.page) or _text(rule.title)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": properties,
    }
    return {**found, "helpUri": rule.help_uri} if rule.help_uri else found


def _invocation(assessment: Assessment) -> Json:
    return {
        "executionSuccessful": assessment.run.is_complete,
        "toolExecutionNotifications": [_notification(skipped) for skipped in assessment.inventory.skipped],
    }


def _notification(skipped: Skipped) -> Json:
    is_file = skipped.kind != "rule" and skipped.path != ""
    return {
        "descriptor": {"id": f"skipped/{line(skipped.kind)}"},
        "level": "note" if skipped.kind == "left-out" else "warning",
        "message": {"text": _text(f"{skipped.path}: {skipped.reason}")},
        "locations": [_location(Place(skipped.path, skipped.line))] if is_file else [],
    }


def _result(assessment: Assessment, finding: Finding, index: dict[str, int]) -> Json:
    verdict = finding.verdict
    place = place_of(assessment, verdict)
    found: Json = {
        "ruleId": verdict.rule,
        "ruleIndex": index[verdict.rule],
        "kind": "fail",
        "level": LEVELS[verdict.severity],
        "message": {"text": _text(f"{verdict.message} {verdict.fix}".strip()) or verdict.rule},
        "locations": [_location(place, verdict.subject)] if place else [],
        "partialFingerprints": {"assay/v1": finding.fingerprint},
        "suppressions": [_suppression(finding)] if is_suppressed(finding) else [],
        "properties": _result_properties(finding),
    }
    if verdict.steps and place:
        found["codeFlows"] = [_flow(verdict, place)]
    if verdict.exchanges:
        found |= _exchange(verdict.exchanges[0])
    if finding.is_new is not None:
        found["baselineState"] = "new" if finding.is_new else "unchanged"
    return found


def _exchange(exchange: Transcript) -> Json:
    """The first exchange of the evidence, masked, as SARIF 2.1.0 §3.46 and §3.47 want it."""
    asked = {name: _text(value) for name, value in exchange.request_headers}
    answered = {name: _text(value) for name, value in exchange.response_headers}
    found: Json = {
        "webRequest": {"method": exchange.method, "target": _text(exchange.url), "headers": asked, "protocol": "HTTP"}
    }
    if exchange.status:
        body = {"text": _text(exchange.response_body)}
        found["webResponse"] = {"statusCode": exchange.status, "headers": answered, "body": body, "protocol": "HTTP"}
    return found


def _flow(verdict: Verdict, place: Place) -> Json:
    """The steps in order; one without a place of its own is told at the place of the step before."""
    locations = []
    for step in verdict.steps[:MOST_STEPS]:
        place = step.place or place
        locations.append({"location": {**_location(place), "message": {"text": _text(step.text)}}})
    return {"threadFlows": [{"locations": locations}]}


def _suppression(finding: Finding) -> Json:
    found = finding.suppression
    if found is None:
        return {"kind": "external", "status": "accepted"}
    path, _, number = found.origin.rpartition(":")
    place = Place(path, int(number)) if path and number.isdecimal() else Place(found.origin, 0)
    return {
        "kind": "external" if place.path.endswith(".toml") else "inSource",
        "status": "accepted",
        "justification": line(found.reason),
        "location": _location(place),
        "properties": {"owner": line(found.owner), "expires": line(found.expires)},
    }


def _location(place: Place, subject: Subject | None = None) -> Json:
    is_address = place.path.startswith(("http://", "https://"))
    artifact = {"uri": line(place.path)} if is_address else {"uri": _uri(place.path), "uriBaseId": "SRCROOT"}
    physical: Json = {"artifactLocation": artifact}
    if place.line >= 1:
        physical["region"] = {"startLine": place.line}
    found: Json = {"physicalLocation": physical}
    if subject is not None:
        found["logicalLocations"] = [
            {
                "name": line(subject.name),
                "fullyQualifiedName": line(f"{subject.api}: {subject.name}"),
                "kind": "resource",
            }
        ]
    return found


def _result_properties(finding: Finding) -> Json:
    verdict = finding.verdict
    subject = verdict.subject
    found: Json = {
        "severity": str(verdict.severity),
        "confidence": str(verdict.confidence),
        "precision": PRECISION[verdict.confidence],
        "security-severity": SECURITY_SEVERITY[verdict.severity],
        "weakness": verdict.weakness,
        "api": line(subject.api),
    }
    if subject.kind == "endpoint":
        found |= {"method": line(subject.method), "path": line(subject.path)}
    if finding.suppression is not None and finding.suppression.is_expired:
        found["expiredSuppression"] = line(f"{finding.suppression.reason} (until {finding.suppression.expires})")
    return found


def _run_properties(assessment: Assessment) -> Json:
    score = assessment.score
    return {
        "commit": line(assessment.run.commit),
        "asOf": line(assessment.run.as_of),
        "coverage": assessment.coverage.share,
        "score": None if score is None else score.value,
        "letter": "" if score is None else score.letter,
    }


def _uri(path: str) -> str:
    """A relative reference, RFC 3986: each byte that is not plainly allowed is escaped."""
    return quote(path.encode("utf-8", "surrogateescape" if _escaped(path) else "replace"))


def _escaped(path: str) -> bool:
    """Whether every half of a surrogate stands for a byte of a file's name."""
    return all("\udc80" <= letter <= "\udcff" for letter in path if "\ud800" <= letter <= "\udfff")


def _text(text: str) -> str:
    """Plain text of a message: braces and brackets that viewers would take for their own are escaped."""
    return LINK.sub(r"\\[", PLACEHOLDER.sub(r"{{\1}}", line(text)))


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", name))


REPORT = Report(name="sarif", title="SARIF 2.1.0, for code scanning and editors", extension="sarif", write=write)
