"""A run that is remembered, as the assessment that it was: reports are written from it without scanning anything again.

What a ledger does not hold stays empty: guards, settings, entities. Nothing is invented in its place.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assay.assessment.findings import merged
from assay.assessment.rooms import Progress, Reading, Weighed, Wish
from assay.assessment.settings import Settings
from assay.assessment.wiring import rooms, rules
from assay.errors import LedgerError
from assay.ledger.recall import Recall
from assay.model.assessment import Assessment, Run
from assay.model.decision import Acceptance
from assay.model.endpoint import Authorization, Endpoint
from assay.model.evidence import RunRecord
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api, Inventory
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Suppression, Verdict

NOWHERE = Place("", 0)


def replayed(recall: Recall, run: str, accepted: Mapping[str, Acceptance], settings: Settings) -> Assessment:
    """The assessment of a run, with the findings that were set aside (by fingerprint) marked.

    Raises `LedgerError` if its lists are not in the ledger any more.
    """
    try:
        return _assessment(recall, recall.run(run), accepted, settings)
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(
            f"run {run[:12]}: its lists have another form: {error}. Mend: use the Assay that wrote it."
        ) from error


def _assessment(
    recall: Recall, record: RunRecord, accepted: Mapping[str, Acceptance], settings: Settings
) -> Assessment:
    known = {rule.id for rule in rules()}
    told = tuple(_verdict(each) for each in _lines(recall, record, "verdicts"))
    verdicts = tuple(each for each in told if each.rule in known)
    unknown = sorted({each.rule for each in told} - known)
    findings = tuple(_marked(each, accepted) for each in merged(verdicts, rules()).findings)
    skipped = (*(_skipped(each) for each in _lines(recall, record, "skipped")), *map(_forgotten, unknown))
    inventory = Inventory(
        apis=tuple(Api(each.id, each.id, "", "", "") for each in record.apis),
        endpoints=tuple(_endpoint(each) for each in _lines(recall, record, "endpoints")),
        skipped=tuple(sorted(set(skipped))),
    )
    weighed = weighing(inventory, verdicts, findings, tuple(rule.id for rule in record.rules), settings)
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
        rules=rooms(settings, _unread).sheets,
    )


def weighing(
    inventory: Inventory,
    verdicts: tuple[Verdict, ...],
    findings: tuple[Finding, ...],
    executed: tuple[str, ...],
    settings: Settings,
) -> Weighed:
    """What the compliance room says of verdicts that are remembered."""
    return rooms(settings, _unread).weigh(inventory, verdicts, findings, executed)


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
