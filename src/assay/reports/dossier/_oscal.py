"""OSCAL 1.2.1: assessment plan, assessment results, and plan of action and milestones. Source: NIST OSCAL, json/schema of the release.

An observation is what one rule did in one run, a finding is how one control stood over the window, a risk is one finding of Assay. A
control counts as satisfied only if it operated all through; what was not tested is never satisfied. Ids are made of what they name.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from assay.model.dossier import Case, Dossier, Look, Milestone, Operation
from assay.model.evidence import RuleRun
from assay.reports.outline.text import dumps, line

Json = dict[str, object]
VERSION = "1.2.1"
NAMESPACE = "https://assay.example/ns/oscal"
"""Of our own properties; a name, not an address."""
TOKEN = re.compile(r"[^A-Za-z0-9._-]+")
TARGETS = {
    "operating": ("satisfied", "pass"),
    "deviation": ("not-satisfied", "fail"),
    "deviation_corrected": ("not-satisfied", "other"),
    "excepted": ("not-satisfied", "other"),
    "partly_tested": ("not-satisfied", "other"),
    "not_tested": ("not-satisfied", "other"),
}
"""State of a control over the window: state and reason of its objective. Controls outside of a tool's reach have no finding."""
RISKS = {
    "fix_claimed": "remediating",
    "excepted": "deviation-approved",
    "false_positive": "closed",
    "verified_fixed": "closed",
    "verified_removed": "closed",
}
"""State of a finding: status of its risk; every other is `open`."""
OUTSIDE = "outside"


def documents(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """(path, text) of each document; without findings there is nothing to plan."""
    yield "oscal/assessment-plan.json", dumps({"assessment-plan": _plan(dossier)})
    yield "oscal/assessment-results.json", dumps({"assessment-results": _results(dossier)})
    due = [case for case in dossier.cases if RISKS.get(case.state) != "closed"]
    if due:
        yield "oscal/poam.json", dumps({"plan-of-action-and-milestones": _poam(dossier, due)})


def _plan(dossier: Dossier) -> Json:
    system = _id(dossier, "system")
    return {
        "uuid": _id(dossier, "plan"),
        "metadata": _metadata(dossier, "Assessment plan"),
        "import-ssp": {"href": f"#{system}"},
        "reviewed-controls": _reviewed(dossier),
        "back-matter": {"resources": [_system(dossier, system)]},
    }


def _system(dossier: Dossier, id_: str) -> Json:
    scopes = sorted({look.record.scope for look in dossier.looks}) or ["nothing was scanned"]
    text = f"No system security plan is part of this pack. What was scanned: {', '.join(map(line, scopes))}."
    return {"uuid": id_, "title": "The scanned systems", "description": text}


def _metadata(dossier: Dossier, title: str) -> Json:
    return {
        "title": f"{title}: {_said(f'{dossier.kind} {dossier.subject}')}",
        "last-modified": _time(dossier.as_of),
        "version": str(dossier.size),
        "oscal-version": VERSION,
    }


def _results(dossier: Dossier) -> Json:
    return {
        "uuid": _id(dossier, "results"),
        "metadata": _metadata(dossier, "Assessment results"),
        "import-ap": {"href": "assessment-plan.json"},
        "results": [_result(dossier)],
    }


def _result(dossier: Dossier) -> Json:
    start, end = _bounds(dossier)
    remarks = " ".join(_outside(dossier))
    return _full(
        {
            "uuid": _id(dossier, "result"),
            "title": _said(f"{dossier.kind} {dossier.subject}"),
            "description": "Derived by Assay from the entries of its ledger that are in the same pack.",
            "start": _time(start),
            "end": _time(end),
            "reviewed-controls": _reviewed(dossier),
            "assessment-log": {"entries": [_entry(dossier, look) for look in dossier.looks]} if dossier.looks else None,
            "observations": list(_observations(dossier)),
            "risks": [_risk(dossier, case) for case in dossier.cases],
            "findings": [_finding(dossier, each) for each in dossier.operations if each.state != OUTSIDE],
            "remarks": remarks,
        }
    )


def _outside(dossier: Dossier) -> Iterator[str]:
    """Which controls have no finding, and why."""
    beyond = sorted(f"{each.catalog} {each.control}" for each in dossier.operations if each.is_beyond_tools)
    if beyond:
        yield f"Outside of what a tool can test, and without a finding here: {', '.join(beyond)}."
    marks = (each.boundary for each in dossier.operations if each.boundary and each.boundary.is_outside)
    others = [f"{mark.catalog} {mark.control} ({line(mark.words)})" for mark in marks]
    if others:
        yield f"Outside of the boundary of this audit: {', '.join(others)}."


def _bounds(dossier: Dossier) -> tuple[datetime, datetime]:
    if dossier.window:
        return dossier.window
    return (dossier.looks[0].at if dossier.looks else dossier.as_of), dossier.as_of


def _reviewed(dossier: Dossier) -> Json:
    """The controls that are held against what was seen; of a finding, those that it touches."""
    touched = (each for case in dossier.cases for each in case.controls)
    named = [(each.catalog, each.control) for each in dossier.operations] or list(touched)
    ids = [{"control-id": _token(*each)} for each in dict.fromkeys(named)]
    return {"control-selections": [{"include-controls": ids} if ids else {"include-all": {}}]}


def _entry(dossier: Dossier, look: Look) -> Json:
    record = look.record
    text = f"{record.kind} scan of {line(record.target)} at commit {record.commit or 'unknown'}: {line(record.exit_reason)}"
    return {
        "uuid": _id(dossier, "log", look.id),
        "title": f"Run {look.id[:12]}",
        "description": text,
        "start": _time(record.started_at),
        "end": _time(record.ended_at),
        "props": [_prop("ledger-entry", str(look.sequence)), _prop("run-id", look.id)],
    }


def _observations(dossier: Dossier) -> Iterator[Json]:
    for look in dossier.looks:
        for rule in look.record.rules:
            yield _observation(dossier, look, rule)


def _observation(dossier: Dossier, look: Look, rule: RuleRun) -> Json:
    said = (
        f"{rule.id} looked for {rule.weakness}: {rule.passed} passed, {rule.failed} failed, {rule.not_tested} not tested, "
        f"{rule.not_applicable} not applicable."
    )
    return {
        "uuid": _id(dossier, "observation", look.id, rule.id),
        "title": f"{rule.id} in run {look.id[:12]}",
        "description": said,
        "methods": ["TEST"],
        "types": ["control-objective"],
        "collected": _time(look.record.ended_at),
        "relevant-evidence": [{"href": f"../runs/{look.id}/run.json", "description": "The run as it was recorded."}],
        "props": [_prop("rule", rule.id), _prop("weakness", rule.weakness)],
    }


def _finding(dossier: Dossier, held: Operation) -> Json:
    state, reason = TARGETS[held.state]
    weaknesses = {each.weakness for each in held.tests}
    seen = [
        {"observation-uuid": _id(dossier, "observation", look.id, rule.id)}
        for look in dossier.looks
        for rule in look.record.rules
        if rule.weakness in weaknesses
    ]
    prints = set(held.cases)
    risks = [{"risk-uuid": _risk_id(dossier, case)} for case in dossier.cases if case.fingerprint in prints]
    return _full(
        {
            "uuid": _id(dossier, "finding", held.catalog, held.control),
            "title": _said(f"{held.catalog} {held.control}: {held.title}"),
            "description": _said(held.summary, held.state),
            "props": [_prop("state", held.state), _prop("control", held.control)],
            "target": {
                "type": "objective-id",
                "target-id": _token(held.catalog, held.control),
                "status": {"state": state, "reason": reason},
            },
            "related-observations": seen,
            "related-risks": risks,
        }
    )


def _risk(dossier: Dossier, case: Case) -> Json:
    entries = [_turn(dossier, case, each) for each in case.milestones]
    return _full(
        {
            "uuid": _risk_id(dossier, case),
            "title": f"{_said(case.weakness)}: {_said(case.endpoint, case.fingerprint)}",
            "description": _said(case.message, case.weakness),
            "statement": f"{case.state} in {line(case.scope)}. {line(case.why)}".strip(),
            "props": [
                _prop("fingerprint", case.fingerprint),
                _prop("state", case.state),
                _prop("severity", case.severity),
            ],
            "status": RISKS.get(case.state, "open"),
            "deadline": _time(case.due) if case.due else None,
            "risk-log": {"entries": entries} if entries else None,
            "related-observations": _seen(dossier, case),
        }
    )


def _seen(dossier: Dossier, case: Case) -> list[Json]:
    runs = {each.run for each in case.milestones}
    return [
        {"observation-uuid": _id(dossier, "observation", look.id, rule.id)}
        for look in dossier.looks
        if look.id in runs
        for rule in look.record.rules
        if rule.id in case.rules
    ]


def _turn(dossier: Dossier, case: Case, milestone: Milestone) -> Json:
    return {
        "uuid": _id(dossier, "turn", case.fingerprint, case.scope, str(milestone.sequence)),
        "title": f"Entry {milestone.sequence}: {milestone.state or 'recorded'}",
        "description": _said(milestone.text, milestone.state),
        "start": _time(milestone.at),
        "status-change": RISKS.get(milestone.state, "open"),
        "props": [_prop("ledger-entry", str(milestone.sequence))],
    }


def _poam(dossier: Dossier, cases: Sequence[Case]) -> Json:
    runs = {each.run for case in cases for each in case.milestones}
    rules = {rule for case in cases for rule in case.rules}
    observations = [
        _observation(dossier, look, rule)
        for look in dossier.looks
        if look.id in runs
        for rule in look.record.rules
        if rule.id in rules
    ]
    return _full(
        {
            "uuid": _id(dossier, "poam"),
            "metadata": _metadata(dossier, "Plan of action and milestones"),
            "system-id": {"identifier-type": "https://ietf.org/rfc/rfc4122", "id": _id(dossier, "system")},
            "observations": observations,
            "risks": [_risk(dossier, case) for case in cases],
            "poam-items": [_item(dossier, case) for case in cases],
        }
    )


def _item(dossier: Dossier, case: Case) -> Json:
    due = f" Due on {case.due:%Y-%m-%d}{', and late' if case.is_late else ''}." if case.due else ""
    return {
        "uuid": _id(dossier, "item", case.fingerprint, case.scope),
        "title": f"{_said(case.weakness)}: {_said(case.endpoint, case.fingerprint)}",
        "description": f"{_said(case.message, case.weakness)}{due}",
        "props": [_prop("fingerprint", case.fingerprint), _prop("state", case.state)],
        "related-risks": [{"risk-uuid": _risk_id(dossier, case)}],
    }


def _risk_id(dossier: Dossier, case: Case) -> str:
    return _id(dossier, "risk", case.fingerprint, case.scope)


def _token(catalog: str, control: str) -> str:
    """The id of a control as OSCAL takes it: a token that begins with a letter."""
    return TOKEN.sub("-", f"{catalog}_{control}").strip("-")


def _prop(name: str, value: str) -> Json:
    return {"name": name, "ns": NAMESPACE, "value": _said(value)}


def _said(*texts: str) -> str:
    """The first that says something: OSCAL has no empty text."""
    return next((found for text in texts if (found := line(text))), "unnamed")


def _id(dossier: Dossier, *names: str) -> str:
    """The same for the same things of the same ledger, in every pack."""
    ledger: UUID = uuid5(NAMESPACE_URL, ascii(dossier.origin))
    return str(uuid5(ledger, ascii((dossier.kind, dossier.subject, *names))))


def _time(at: datetime) -> str:
    return at.isoformat()


def _full(value: Json) -> Json:
    """Without what is empty: OSCAL has no empty lists."""
    return {key: each for key, each in value.items() if each not in (None, [], "")}
