"""JUnit XML: every verdict as a test case, for CI servers that show test results.

What passed is shown as passed; what was not tested or does not apply is skipped, with the reason; a suppressed finding is skipped,
with its reason, owner and end. A suite is one rule on one API.
"""

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from assay.model.assessment import Assessment
from assay.model.place import Place
from assay.model.verdict import Finding, Outcome, Subject, Verdict
from assay.plugins.report import Report
from assay.reports.outline.text import line
from assay.reports.outline.views import accepted, api_name, family, place_of, sheet, suppression_text

# XML 1.0 §2.2: characters that no document may hold, beside those that `line` takes out.
BARRED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(assessment: Assessment) -> str:
    """The verdicts as JUnit suites, by API and rule."""
    accepted_findings = accepted(assessment)
    root = ET.Element("testsuites", name=_value(f"{assessment.run.tool} {assessment.run.target}"))
    ordered = sorted(assessment.verdicts, key=_order)
    for (api, rule), verdicts in groupby(ordered, key=_suite):
        title = f"{api_name(assessment, api)}: {rule} {sheet(assessment, rule).title}"
        suite = ET.SubElement(root, "testsuite", name=_value(title))
        for verdict in verdicts:
            finding = accepted_findings.get((family(assessment, rule), verdict.subject))
            _case(suite, verdict, finding, place_of(assessment, verdict))
        _count(suite)
    _count(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(verdict: Verdict) -> tuple[str, str]:
    return (verdict.subject.api, verdict.rule)


def _order(verdict: Verdict) -> tuple[str, str, Subject, str, str]:
    return (verdict.subject.api, verdict.rule, verdict.subject, str(verdict.place or ""), verdict.message)


def _case(suite: ET.Element, verdict: Verdict, finding: Finding | None, place: Place | None) -> None:
    subject = verdict.subject
    name = subject.name if not (subject.kind == "endpoint" and subject.symbol) else f"{subject.name} {subject.symbol}"
    classname = ".".join(part.replace(".", "_") for part in (subject.api or "root", verdict.rule))
    case = ET.SubElement(suite, "testcase", name=_value(name), classname=_value(classname), time="0")
    if place is not None:
        case.set("file", _value(place.path))
        if place.line:
            case.set("line", str(place.line))
    match verdict.outcome:
        case Outcome.FAIL if finding is not None:
            _skip(case, f"suppressed: {suppression_text(finding)}")
        case Outcome.FAIL:
            failure = ET.SubElement(case, "failure", message=_value(verdict.message), type=str(verdict.severity))
            failure.text = _body(verdict, place)
        case Outcome.NOT_TESTED | Outcome.NOT_APPLICABLE:
            _skip(case, f"{verdict.outcome}: {verdict.message}")


def _skip(case: ET.Element, message: str) -> None:
    ET.SubElement(case, "skipped", message=_value(message))


def _body(verdict: Verdict, place: Place | None) -> str:
    rows = [
        verdict.message,
        f"Place: {place}" if place else "",
        f"Severity: {verdict.severity}, {verdict.confidence}",
        *(
            f"{number}. {step.text}{f' ({step.place})' if step.place else ''}"
            for number, step in enumerate(verdict.steps, 1)
        ),
        f"Fix: {verdict.fix}" if verdict.fix else "",
        *(f"Repeat: {exchange.curl}" for exchange in verdict.exchanges),
    ]
    return "\n".join(_value(row) for row in rows if row)


def _count(element: ET.Element) -> None:
    """Write the totals of a suite, or of all."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    element.set("time", "0")


def _value(text: str) -> str:
    return BARRED.sub("\N{REPLACEMENT CHARACTER}", line(text))


REPORT = Report(name="junit", title="JUnit XML, every verdict as a test case", extension="xml", write=write)
