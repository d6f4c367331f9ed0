"""A run in words of the ledger: its record without what only the ledger knows, and its lists as attachments."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from assay.ledger import lines
from assay.ledger.canonical import Json, canonical, digest
from assay.ledger.encoding import sound
from assay.model.assessment import Assessment
from assay.model.evidence import ApiRun, Reason, RuleRun, RunRecord, Share, VerdictList, Waived, Written
from assay.model.place import Place, Skipped
from assay.model.program import Api
from assay.model.verdict import Outcome, Subject, Verdict

UNREAD = {"file", "route", "guard", "rule"}
"""Kinds of what was skipped that may hide an endpoint."""
WHOLE = "."
"""The tree, as the subject of what belongs to no API."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""In place of a moment that is not known yet."""


class Outline(Struct, frozen=True):
    """What can be said of a run before it is compared with the one before."""

    run: RunRecord
    blobs: Mapping[str, bytes]
    """Attachments by name."""
    listed: frozenset[Subject]
    complete: frozenset[str]


def outlined(found: Assessment, kind: str) -> Outline:
    """The outline of a run."""
    blobs = {
        "endpoints": lines.written(_endpoints(found)),
        "skipped": lines.written(_skipped(found.inventory.skipped)),
        "verdicts": lines.written(_verdict(verdict) for verdict in found.verdicts),
    }
    complete = _complete(found)
    endpoints = Counter(endpoint.api for endpoint in found.inventory.endpoints)
    rules = _rules(found)
    options = tuple((sound(key), sound(value)) for key, value in found.run.options)
    run = RunRecord(
        scope="",
        kind=kind,
        tool=found.run.tool,
        version=found.run.version,
        target=sound(found.run.target),
        commit=found.run.commit,
        as_of=found.run.as_of,
        started_at=BEGINNING,
        ended_at=BEGINNING,
        is_complete=found.run.is_complete,
        exit_reason="",
        options=options,
        configuration=digest(canonical(dict(options))),
        circumstances=(),
        rules=rules,
        rule_set=digest(canonical([found.run.tool, found.run.version, *(rule.id for rule in rules)])),
        catalogs=found.run.catalogs,
        apis=tuple(ApiRun(api.id, endpoints[api.id], api.id in complete) for api in found.inventory.apis),
        endpoints=len(found.inventory.endpoints),
        coverage=found.coverage.share,
        lines=tuple(Share(each.name, each.tested, each.total, each.note) for each in found.coverage.lines),
        not_tested=tuple(Reason(text, count) for text, count in found.coverage.not_tested),
        skipped=_kinds(found.inventory.skipped),
        findings=0,
        changes=0,
        waived=_waived(found),
        contains=(),
        previous="",
        report="",
        verdicts=VerdictList(len(found.verdicts), lines.root(blobs["verdicts"])),
        attachments=(),
        writes=_writes(found),
    )
    listed = frozenset(
        Subject(endpoint.api, "endpoint", endpoint.method, endpoint.path) for endpoint in found.inventory.endpoints
    )
    return Outline(run, blobs, listed, complete)


def _rules(found: Assessment) -> tuple[RuleRun, ...]:
    counts: dict[str, Counter[Outcome]] = {rule: Counter() for rule in found.run.rules}
    for verdict in found.verdicts:
        if verdict.rule in counts:
            counts[verdict.rule][verdict.outcome] += 1
    sheets = {sheet.id: sheet for sheet in found.rules}
    return tuple(
        RuleRun(
            id=rule,
            family=sheets[rule].family if rule in sheets else "",
            weakness=sheets[rule].weakness if rule in sheets else "",
            passed=count[Outcome.PASS],
            failed=count[Outcome.FAIL],
            not_tested=count[Outcome.NOT_TESTED],
            not_applicable=count[Outcome.NOT_APPLICABLE],
        )
        for rule, count in sorted(counts.items())
    )


def _complete(found: Assessment) -> frozenset[str]:
    """The APIs below whose folder everything was read, and the tree itself if all of it was."""
    if not found.run.is_complete:
        return frozenset()
    unread = [skipped.path for skipped in found.inventory.skipped if skipped.kind in UNREAD]
    whole = {api.id for api in found.inventory.apis if not any(_is_below(path, api) for path in unread)}
    return frozenset(whole if unread else {*whole, WHOLE})


def _is_below(path: str, api: Api) -> bool:
    return api.root in {"", WHOLE} or path == api.root or path.startswith(f"{api.root}/")


def _kinds(skipped: Iterable[Skipped]) -> tuple[Reason, ...]:
    return tuple(Reason(kind, count) for kind, count in sorted(Counter(each.kind for each in skipped).items()))


def _waived(found: Assessment) -> tuple[Waived, ...]:
    return tuple(
        Waived(finding.fingerprint, each.reason, each.owner, each.expires, each.origin)
        for finding in sorted(found.findings, key=lambda finding: finding.fingerprint)
        if (each := finding.suppression)
    )


def _writes(found: Assessment) -> tuple[Written, ...]:
    return tuple(
        Written(each.what, each.identity, each.outcome, each.standing.value, each.of, each.mend)
        for each in sorted(found.writes)
    )


def _endpoints(found: Assessment) -> Iterable[Json]:
    rows = {
        (sound(each.api), sound(each.path), each.method, each.authorization.value) for each in found.inventory.endpoints
    }
    for api, path, method, authorization in sorted(rows):
        yield {"api": api, "authorization": authorization, "method": method, "path": path}


def _skipped(skipped: Iterable[Skipped]) -> Iterable[Json]:
    for each in sorted(skipped):
        yield {"kind": each.kind, "line": each.line, "path": sound(each.path), "reason": sound(each.reason)}


def _verdict(verdict: Verdict) -> Json:
    subject = verdict.subject
    return {
        "rule": verdict.rule,
        "weakness": verdict.weakness,
        "subject": {
            "api": sound(subject.api),
            "kind": subject.kind,
            "method": subject.method,
            "path": sound(subject.path),
            "symbol": sound(subject.symbol),
        },
        "outcome": verdict.outcome.value,
        "severity": verdict.severity.value,
        "confidence": verdict.confidence.value,
        "message": sound(verdict.message),
        "place": _place(verdict.place),
        "steps": [{"text": sound(step.text), "place": _place(step.place)} for step in verdict.steps],
        "framework": verdict.framework,
    }


def _place(place: Place | None) -> Json:
    return {"path": sound(place.path), "line": place.line} if place else None
