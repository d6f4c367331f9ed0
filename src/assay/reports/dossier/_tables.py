"""Tables: expected scans, populations with their IPE sheets, and what platforms for governance, risk and compliance import.

A population is everything that a sample may be drawn from. Its IPE sheet says how it was made, so that its completeness and accuracy can be
judged: source, parameters, count, digest. Each row names the ledger entry that it stands for.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from assay.model.decision import PolicyMove
from assay.model.dossier import Case, Dossier, Listed
from assay.reports.dossier._sheets import bounded, name
from assay.reports.outline.text import dumps, line

FORMULA = ("=", "+", "-", "@")
"""A cell that begins so is run as a formula by spreadsheets (OWASP: CSV Injection)."""
Row = tuple[object, ...]
WEEKS = ("scope", "start", "end", "state", "run", "runs", "why")
RUNS = (
    "entry", "recorded_at", "actor", "scope", "kind", "target", "commit", "version",
    "is_complete", "coverage", "endpoints", "findings", "run",
)  # fmt: skip
FINDINGS = (
    "entry", "fingerprint", "scope", "weakness", "endpoint", "severity", "confidence", "state", "opened_at", "due", "closed_at", "is_late",
    "owner", "ticket",
)  # fmt: skip
FIXES = ("entry", "fingerprint", "scope", "endpoint", "severity", "opened_at", "fixed_at", "days", "is_late")
EXCEPTIONS = ("fingerprint", "scope", "kind", "requester", "approver", "reason", "measure", "expires")
CHANGES = (
    "entry",
    "id",
    "author",
    "approvers",
    "merged_by",
    "merged_at",
    "gate",
    "deployed_at",
    "ticket",
    "pull_request",
    "origin",
)
WRITES = ("entry", "scope", "number", "request", "identity", "outcome", "standing", "of", "to_mend")
POLICIES = ("entry", "id", "version", "move", "author", "by", "effective", "review", "content")
ENDPOINTS = ("scope", "api", "method", "path", "at_the_start", "at_the_end", "change")
CONTROLS = (
    "Framework",
    "Control ID",
    "Control name",
    "Status",
    "Result",
    "Summary",
    "Findings",
    "Evidence date",
    "Evidence",
)
ISSUES = (
    "ID", "Title", "Description", "Severity", "Status", "Asset", "Opened", "Due date", "Closed", "Controls", "CWE or weakness", "Evidence",
    "Owner", "Ticket",
)  # fmt: skip
FILTERS = {
    "expected-scans": "slots of the window",
    "scans": "recorded in the window",
    "writes": "of scans that were recorded in the window",
    "findings": "not closed before the window",
    "fixes": "not closed before the window",
    "exceptions": "in force at the end of the window, of findings not closed before it",
    "changes": "all of the entries above, whatever the window",
    "policies": "all of the entries above, whatever the window",
}
"""By which time a row counts as of the window."""


def tables(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """(path, text) of every table and sheet."""
    yield "cadence.csv", _csv(WEEKS, list(_weeks(dossier)))
    for title, columns, rows in _populations(dossier):
        text = _csv(columns, rows)
        yield f"populations/{title}.csv", text
        yield f"populations/{title}.ipe.json", _ipe(dossier, title, len(rows), text)
    for register in dossier.registers:
        if register.path:
            yield register.path, _csv(register.columns, list(register.rows))
    yield "inventory/endpoints.csv", _csv(ENDPOINTS, list(_endpoints(dossier)))
    yield "scope.json", _scope(dossier)
    yield "grc/controls.csv", _csv(CONTROLS, list(_controls(dossier)))
    yield "grc/issues.csv", _csv(ISSUES, list(_issues(dossier)))


def _weeks(dossier: Dossier) -> Iterator[Row]:
    for week in dossier.weeks:
        yield week.scope, week.start, week.end, week.state, week.run, week.runs, week.why


def _populations(dossier: Dossier) -> Iterator[tuple[str, Sequence[str], list[Row]]]:
    yield "expected-scans", WEEKS, list(_weeks(dossier))
    yield "scans", RUNS, list(_runs(dossier))
    yield "writes", WRITES, list(_writes(dossier))
    yield "findings", FINDINGS, [_finding(case) for case in dossier.cases]
    yield "fixes", FIXES, [_fix(case, case.closed_at) for case in dossier.cases if case.closed_at]
    yield "exceptions", EXCEPTIONS, list(_exceptions(dossier))
    yield "changes", CHANGES, list(_changes(dossier))
    yield "policies", POLICIES, [_policy(*each) for each in dossier.policies]
    for each in dossier.registers:
        if each.title:
            yield each.title, each.columns, list(each.rows)


def _runs(dossier: Dossier) -> Iterator[Row]:
    for look in dossier.looks:
        run = look.record
        yield (
            look.sequence, look.at, look.actor, run.scope, run.kind, run.target, run.commit, run.version, run.is_complete, run.coverage,
            run.endpoints, run.findings, look.id,
        )  # fmt: skip


def _writes(dossier: Dossier) -> Iterator[Row]:
    """What live scans wrote to their targets."""
    for look in dossier.looks:
        for number, each in enumerate(look.record.writes, start=1):
            who = each.what, each.identity, each.outcome, each.standing
            yield look.sequence, look.record.scope, number, *who, each.of, each.mend


def _finding(case: Case) -> Row:
    return (
        _entry(case), case.fingerprint, case.scope, case.weakness, case.endpoint, case.severity, case.confidence, case.state,
        case.opened_at, case.due, case.closed_at, case.is_late, case.owner, case.ticket,
    )  # fmt: skip


def _fix(case: Case, closed: datetime) -> Row:
    days = (closed - case.opened_at).days
    return (
        case.closed_by,
        case.fingerprint,
        case.scope,
        case.endpoint,
        case.severity,
        case.opened_at,
        closed,
        days,
        case.is_late,
    )


def _entry(case: Case) -> object:
    return case.milestones[0].sequence if case.milestones else ""


def _exceptions(dossier: Dossier) -> Iterator[Row]:
    for case in dossier.cases:
        if found := case.acceptance:
            who = found.requester, found.approver, found.reason, found.measure, found.expires
            yield case.fingerprint, case.scope, found.kind, *who


def _changes(dossier: Dossier) -> Iterator[Row]:
    for sequence, each in dossier.changes:
        people = each.author, " ".join(each.approvers), each.merged_by, each.merged_at
        yield sequence, each.id, *people, each.gate, each.deployed_at, each.ticket, each.pull_request, each.origin


def _policy(sequence: int, move: PolicyMove) -> Row:
    return sequence, move.id, move.version, move.move, move.author, move.by, move.effective, move.review, move.content


def _endpoints(dossier: Dossier) -> Iterator[Row]:
    """What was there in the first and in the last run of the window, with the authorization of each."""
    for first, last in dossier.inventory:
        before, after = _by_name(first), _by_name(last)
        for each in sorted({*before, *after}):
            old, new = before.get(each, ""), after.get(each, "")
            change = "added" if not old else "removed" if not new else "changed" if old != new else ""
            yield last.scope, *each, old, new, change


def _by_name(listed: Listed) -> dict[tuple[str, str, str], str]:
    """Authorization by api, method and path; several, where several are registered."""
    found: dict[tuple[str, str, str], str] = {}
    for api, method, path, authorization in listed.endpoints:
        where = (api, method, path)
        found[where] = f"{found[where]} {authorization}" if where in found else authorization
    return found


def _scope(dossier: Dossier) -> str:
    """What was looked at, by whom, and what is held against which controls."""
    outside = [f"{each.catalog} {each.control}" for each in dossier.operations if each.is_beyond_tools]
    return dumps(
        {
            "kind": dossier.kind,
            "subject": line(dossier.subject),
            "window": [each.isoformat() for each in dossier.window] if dossier.window else [],
            "systems": sorted({line(look.record.scope) for look in dossier.looks}),
            "apis": sorted(
                {f"{line(look.record.scope)} {line(api.id)}" for look in dossier.looks for api in look.record.apis}
            ),
            "actors": sorted({line(look.actor) for look in dossier.looks}),
            "catalogs": [line(each) for each in dossier.catalogs],
            "controls": [f"{each.catalog} {each.control}" for each in dossier.operations],
            "outside_of_what_a_tool_tests": outside,
            "boundary": [{"entry": sequence, **bounded(mark)} for sequence, mark in dossier.boundaries],
        }
    )


def _controls(dossier: Dossier) -> Iterator[Row]:
    for each in dossier.operations:
        result = "Pass" if each.state == "operating" else "Fail" if each.state == "deviation" else "Needs review"
        path = f"controls/{name(each.catalog)}/{name(each.control)}.json"
        state = each.state.replace("_", " ")
        yield each.catalog, each.control, each.title, state, result, each.summary, len(each.cases), dossier.as_of, path


def _issues(dossier: Dossier) -> Iterator[Row]:
    for case in dossier.cases:
        held = [f"{catalog} {control}" for catalog, control in case.controls]
        status = "Open" if case.is_open else "Closed" if case.closed_at else "Risk accepted"
        yield (
            case.fingerprint, f"{case.weakness}: {case.endpoint}", case.message, case.severity.capitalize(), status, case.api,
            case.opened_at, case.due, case.closed_at, "; ".join(held), case.weakness, f"findings/{case.fingerprint}.json",
            case.owner, case.ticket,
        )  # fmt: skip


def _ipe(dossier: Dossier, title: str, rows: int, text: str) -> str:
    """Information produced by the entity: how the reader knows that the list is complete and right."""
    window = [each.isoformat() for each in dossier.window] if dossier.window else []
    filters = FILTERS | {each.title: each.filter for each in dossier.registers if each.title}
    return dumps(
        {
            "population": title,
            "system": f"assay {dossier.version}",
            "source": f"ledger {dossier.origin}, entries 1 to {dossier.size}",
            "query": f"{title} of {dossier.kind} {line(dossier.subject)}",
            "window": window,
            "filter": f"{filters[title]}; the window is {'as above' if window else 'the whole ledger'}",
            "time_zone": "UTC",
            "as_of": dossier.as_of.isoformat(),
            "rows": rows,
            "sha256": sha256(text.encode()).hexdigest(),
            "again": "export a pack of the same ledger, window and size: the bytes are the same",
        }
    )


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """RFC 4180."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return target.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat()
    text = line(str(value))
    return f"'{text}" if text.startswith(FORMULA) else text
