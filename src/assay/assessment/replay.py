"""A run that is remembered, as the assessment that it was: reports are written from it without scanning anything again.

What a ledger does not hold stays empty: guards, settings, entities. Nothing is invented in its place.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.findings import worst_first
from assay.assessment.rooms import Asked, Progress, Reading, Weighed, Wish
from assay.assessment.settings import Settings
from assay.assessment.wiring import Live, probe_sheets, probes, rooms, rules, sheets
from assay.compliance.compendium import Compendium
from assay.errors import LedgerError
from assay.ledger.encoding import read
from assay.ledger.recall import Recall
from assay.ledger.standing import Standing
from assay.model import exchange
from assay.model.assessment import Assessment, Run
from assay.model.decision import Acceptance
from assay.model.endpoint import Authorization, Endpoint
from assay.model.evidence import RunRecord, Written
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api, Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Suppression, Verdict

NOWHERE = Place("", 0)


class Scale(Struct, frozen=True):
    """What is weighed with: the settings, and mapping and catalogs, None for those of this version."""

    settings: Settings
    edition: Compendium | None = None


def replayed(recall: Recall, run: str, accepted: Mapping[str, Acceptance], scale: Scale) -> Assessment:
    """The assessment of a run, with the findings that were set aside (by fingerprint) marked.

    Raises `LedgerError` if its lists are not in the ledger any more.
    """
    try:
        return _assessment(recall, recall.run(run), accepted, scale)
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(
            f"run {run[:12]}: its lists have another form: {error}. Mend: use the Assay that wrote it."
        ) from error


def _assessment(recall: Recall, record: RunRecord, accepted: Mapping[str, Acceptance], scale: Scale) -> Assessment:
    known = {rule.id for rule in rules()} | {probe.id for probe in probes()}
    told = tuple(_verdict(each) for each in _lines(recall, record, "verdicts"))
    verdicts = tuple(each for each in told if each.rule in known)
    unknown = sorted({each.rule for each in told} - known)
    standings = [read(Standing, each) for each in _lines(recall, record, "findings")]
    findings = tuple(_marked(each, accepted) for each in _findings(standings, verdicts))
    skipped = (*(_skipped(each) for each in _lines(recall, record, "skipped")), *map(_forgotten, unknown))
    inventory = Inventory(
        apis=tuple(Api(each.id, each.id, "", "", "") for each in record.apis),
        endpoints=tuple(_endpoint(each) for each in _lines(recall, record, "endpoints")),
        skipped=tuple(sorted(set(skipped))),
    )
    weighed = weighing(inventory, verdicts, findings, tuple(rule.id for rule in record.rules), scale)
    return Assessment(
        run=_run(record, weighed),
        inventory=inventory,
        verdicts=verdicts,
        findings=findings,
        coverage=weighed.coverage,
        score=weighed.score,
        controls=weighed.controls,
        catalogs=weighed.catalogs,
        weaknesses=weighed.weaknesses,
        rules=tuple(each for each in (*sheets(), *probe_sheets()) if each.id in {rule.id for rule in record.rules}),
        writes=tuple(_write(number, each) for number, each in enumerate(record.writes, start=1)),
    )


def weighing(
    inventory: Inventory,
    verdicts: tuple[Verdict, ...],
    findings: tuple[Finding, ...],
    executed: tuple[str, ...],
    scale: Scale,
) -> Weighed:
    """What the compliance room says of verdicts that are remembered."""
    asking = tuple(probe for probe in probes() if probe.id in executed)
    has_code = any(rule.id in executed for rule in rules())
    live = Live(_unasked, asking, has_code) if asking else None
    return rooms(scale.settings, _unread, live, scale.edition).weigh(inventory, verdicts, findings, executed)


def _findings(standings: Iterable[Standing], verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """What failed in the run, as the ledger knows it: each told by a verdict on its subject, or on the endpoint that it is known by."""
    failing: dict[tuple[str, Subject | str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL:
            failing[verdict.rule, verdict.subject].append(verdict)
            failing[verdict.rule, verdict.subject.name].append(verdict)
    found = (_finding(each, failing) for each in standings if each.outcome == Outcome.FAIL)
    return tuple(sorted(found, key=worst_first))


def _finding(standing: Standing, failing: Mapping[tuple[str, Subject | str], list[Verdict]]) -> Finding:
    keys: tuple[Subject | str, ...] = (standing.subject, standing.endpoint)
    told = [verdict for key in keys for rule in standing.rules for verdict in failing.get((rule, key), ())]
    graded = [each for each in told if (each.severity, each.confidence) == (standing.severity, standing.confidence)]
    if told:
        return Finding((graded or told)[0], standing.fingerprint, standing.parts)
    severity, confidence = Severity(standing.severity), Confidence(standing.confidence)
    rule = standing.rules[0] if standing.rules else ""
    message = f"{standing.endpoint} fails; the verdict itself is not in the list of the run."
    bare = Verdict(rule, standing.weakness, standing.subject, Outcome.FAIL, message, severity, confidence)
    return Finding(bare, standing.fingerprint, standing.parts)


def _unasked(inventory: Inventory, progress: Progress) -> Asked:
    raise LedgerError("Nothing is asked for what is remembered already. Mend: run assay scan URL.")


def endpoints_of(recall: Recall, record: RunRecord) -> tuple[tuple[str, str, str, str], ...]:
    """(api, method, path, authorization) of every endpoint that a run listed. Raises `LedgerError` if its list is gone."""
    lines = _lines(recall, record, "endpoints")
    return tuple(
        sorted((str(each["api"]), str(each["method"]), str(each["path"]), str(each["authorization"])) for each in lines)
    )


def _unread(root: Path, wish: Wish, progress: Progress) -> Reading:
    raise LedgerError(f"{root}: nothing is read for what is remembered already. Mend: run assay scan.")


def _lines(recall: Recall, record: RunRecord, name: str) -> Iterable[dict[str, Any]]:
    """The values of one of its lists, of which the ledger has compared the digest."""
    named = next((each for each in record.attachments if each.name == name), None)
    raw = recall.store.attachment(named.digest) if named else b""
    return [json.loads(line) for line in raw.splitlines()]


def _run(record: RunRecord, weighed: Weighed) -> Run:
    return Run(
        tool=record.tool,
        version=record.version,
        target=record.target,
        commit=record.commit,
        as_of=record.as_of,
        options=record.options,
        rules=tuple(rule.id for rule in record.rules),
        catalogs=tuple(f"{catalog.id} {catalog.version}" for catalog in weighed.catalogs),
        is_complete=record.is_complete,
    )


def _write(number: int, each: Written) -> exchange.Write:
    standing = exchange.Standing(each.standing)
    return exchange.Write(number, each.what, each.identity, each.outcome, standing, each.of, each.mend)


def _verdict(line: dict[str, Any]) -> Verdict:
    subject = line["subject"]
    return Verdict(
        rule=line["rule"],
        weakness=line["weakness"],
        subject=Subject(subject["api"], subject["kind"], subject["method"], subject["path"], subject["symbol"]),
        outcome=Outcome(line["outcome"]),
        message=line["message"],
        severity=Severity(line["severity"]),
        confidence=Confidence(line["confidence"]),
        place=_place(line["place"]),
        steps=tuple(Step(each["text"], _place(each["place"])) for each in line["steps"]),
        framework=line["framework"],
    )


def _place(value: dict[str, Any] | None) -> Place | None:
    return Place(value["path"], value["line"]) if value else None


def _endpoint(line: dict[str, Any]) -> Endpoint:
    kind = Authorization(line["authorization"])
    return Endpoint(line["api"], line["method"], line["path"], "", NOWHERE, "", kind)


def _skipped(line: dict[str, Any]) -> Skipped:
    return Skipped(line["path"], line["reason"], line["kind"], line["line"])


def _forgotten(rule: str) -> Skipped:
    return Skipped(
        rule, "this version of Assay does not have the rule any more; the verdicts stand in the run's list", "rule"
    )


def _marked(finding: Finding, accepted: Mapping[str, Acceptance]) -> Finding:
    fact = accepted.get(finding.fingerprint)
    if fact is None:
        return finding
    waiver = Suppression(fact.reason, fact.approver, fact.expires, "the ledger")
    return replace(finding, state="excepted", suppression=waiver)
