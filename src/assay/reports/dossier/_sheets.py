"""One finding and one control a file, for those who follow one thing: JSON with links to the entries and files that it rests upon."""

import re
from collections.abc import Iterator
from datetime import datetime

from assay.model.decision import Boundary
from assay.model.dossier import Case, Dossier, Operation
from assay.reports.outline.text import dumps, line

Json = dict[str, object]
PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
STRENGTH = "system"
"""What the tool itself made, from a run that is recorded; somebody who runs it again makes it `reperformed`."""


def sheets(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """(path, text): findings by fingerprint, controls by catalog. A finding of several scopes is one file."""
    by_print: dict[str, list[Case]] = {}
    for case in dossier.cases:
        by_print.setdefault(case.fingerprint, []).append(case)
    for fingerprint, cases in sorted(by_print.items()):
        held = [f"{catalog} {control}" for catalog, control in cases[0].controls]
        content = {"fingerprint": fingerprint, "controls": held, "scopes": [_case(each) for each in cases]}
        yield f"findings/{fingerprint}.json", dumps(content)
    for each in dossier.operations:
        yield f"controls/{name(each.catalog)}/{name(each.control)}.json", dumps(_control(each, dossier))


def name(text: str) -> str:
    """A word as a file may be called."""
    return PLAIN.sub("-", text).strip("-.") or "unnamed"


def bounded(mark: Boundary) -> Json:
    """What was stated of a control for an audit."""
    return {
        "audit": line(mark.audit),
        "catalog": line(mark.catalog),
        "control": line(mark.control),
        "position": mark.position,
        "to": line(mark.to),
        "reason": line(mark.reason),
        "by": line(mark.by),
    }


def _case(case: Case) -> Json:
    return {
        "scope": line(case.scope),
        "weakness": case.weakness,
        "rules": list(case.rules),
        "api": line(case.api),
        "endpoint": line(case.endpoint),
        "severity": case.severity,
        "confidence": case.confidence,
        "message": line(case.message),
        "place": line(case.place),
        "state": case.state,
        "why": line(case.why),
        "opened_at": _time(case.opened_at),
        "closed_at": _time(case.closed_at),
        "due": _time(case.due),
        "is_late": case.is_late,
        "owner": line(case.owner),
        "ticket": line(case.ticket),
        "acceptance": _acceptance(case),
        "evidence": STRENGTH,
        "timeline": [
            {
                "entry": each.sequence,
                "at": _time(each.at),
                "actor": line(each.actor),
                "state": each.state,
                "text": line(each.text),
                "commit": each.commit,
                "run": f"runs/{each.run}/run.json" if each.run else "",
            }
            for each in case.milestones
        ],
    }


def _acceptance(case: Case) -> Json | None:
    found = case.acceptance
    if found is None:
        return None
    return {
        "kind": found.kind,
        "requester": line(found.requester),
        "approver": line(found.approver),
        "reason": line(found.reason),
        "measure": line(found.measure),
        "expires": found.expires,
    }


def _control(held: Operation, dossier: Dossier) -> Json:
    ours = [each for each in dossier.deviations if each[1].control == held.control]
    ids = {deviation.id for _, deviation in ours}
    return {
        "catalog": held.catalog,
        "control": held.control,
        "title": line(held.title),
        "category": line(held.category),
        "state": held.state,
        "summary": line(held.summary),
        "boundary": bounded(held.boundary) if held.boundary else None,
        "evidence": STRENGTH if any(each.runs for each in held.tests) else "none",
        "runs": len(dossier.looks),
        "tests": [
            {
                "weakness": each.weakness,
                "title": line(each.title),
                "relation": each.relation,
                "state_in_last_scans": each.state,
                "reason": line(each.reason),
                "runs_that_looked": each.runs,
            }
            for each in held.tests
        ],
        "findings": [f"findings/{each}.json" for each in held.cases],
        "deviations": [
            {
                "entry": sequence,
                "cause": line(each.cause),
                "extent": line(each.extent),
                "correction": line(each.correction),
            }
            for sequence, each in ours
        ],
        "responses": [
            {"entry": sequence, "author": line(each.author), "text": line(each.text)}
            for sequence, each in dossier.responses
            if each.deviation in ids
        ],
    }


def _time(at: datetime | None) -> str:
    return at.isoformat() if at else ""
