"""One file for each thing that people decided or did: exceptions, deviations with what management said, changes of the code."""

from collections.abc import Iterator

from assay.model.dossier import Case, Dossier
from assay.reports.dossier._sheets import Json, name
from assay.reports.outline.text import dumps, line


def decisions(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """(path, text) of every file."""
    for case in dossier.cases:
        if case.acceptance:
            yield f"exceptions/{case.fingerprint}-{name(case.scope)}.json", dumps(_exception(case))
    for sequence, each in dossier.deviations:
        answers = [(entry, answer) for entry, answer in dossier.responses if answer.deviation == each.id]
        told: Json = {
            "entry": sequence,
            "id": line(each.id),
            "control": line(each.control),
            "cause": line(each.cause),
            "extent": line(each.extent),
            "impact": line(each.impact),
            "correction": line(each.correction),
            "retest": f"runs/{name(each.retest)}/run.json" if each.retest else "",
            "responses": [
                {"entry": entry, "author": line(answer.author), "text": line(answer.text)} for entry, answer in answers
            ],
        }
        yield f"deviations/{sequence}.json", dumps(told)
    for sequence, change in dossier.changes:
        merged: Json = {
            "entry": sequence,
            "id": line(change.id),
            "ticket": line(change.ticket),
            "commits": [line(each) for each in change.commits],
            "pull_request": line(change.pull_request),
            "author": line(change.author),
            "approvers": [line(each) for each in change.approvers],
            "merged_by": line(change.merged_by),
            "merged_at": line(change.merged_at),
            "gate": line(change.gate),
            "deployed_at": line(change.deployed_at),
            "origin": line(change.origin),
            "source": line(change.source),
        }
        yield f"changes/{sequence}.json", dumps(merged)


def _exception(case: Case) -> Json:
    found = case.acceptance
    assert found is not None
    return {
        "fingerprint": case.fingerprint,
        "scope": line(case.scope),
        "weakness": line(case.weakness),
        "endpoint": line(case.endpoint),
        "kind": found.kind,
        "requester": line(found.requester),
        "approver": line(found.approver),
        "reason": line(found.reason),
        "measure": line(found.measure),
        "expires": line(found.expires),
        "finding": f"findings/{case.fingerprint}.json",
    }
