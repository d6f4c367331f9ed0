"""JSON: everything that a run says, for programs. The format is published as `schemas/scan.schema.json`.

Also the list of endpoints that `assay inventory --format json` prints (`schemas/inventory.schema.json`). Keys are sorted, the text is
ASCII, and every key is always there: what is not known is null or empty, never missing.
"""

from assay.model.assessment import Assessment, Coverage, RuleSheet
from assay.model.catalog import Catalog
from assay.model.endpoint import Endpoint
from assay.model.program import FileCount, Inventory, Setting
from assay.model.reach import Access, Reach
from assay.model.verdict import Finding
from assay.plugins.report import Report
from assay.reports.outline.nouns import dumps, plain
from assay.reports.outline.views import place_of, weakness

SCAN_SCHEMA = "urn:assay:schema:scan:1"
"""The `$id` of the published schema; the number rises when a reader of the old one would be misled."""
Json = dict[str, object]


def write(assessment: Assessment) -> str:
    """The assessment as one JSON object."""
    inventory = assessment.inventory
    found: Json = {
        "schema": SCAN_SCHEMA,
        "run": _run(assessment),
        "apis": inventory.apis,
        "settings": [_setting(setting) for setting in inventory.settings],
        "endpoints": [_endpoint(endpoint) for endpoint in inventory.endpoints],
        "rules": [_rule(assessment, rule) for rule in assessment.rules],
        "verdicts": assessment.verdicts,
        "findings": [_finding(assessment, finding) for finding in assessment.findings],
        "catalogs": [_catalog(catalog) for catalog in assessment.catalogs],
        "controls": assessment.controls,
        "score": assessment.score,
        "coverage": _coverage(assessment.coverage, inventory.files),
        "skipped": inventory.skipped,
        "writes": assessment.writes,
    }
    return dumps(found)


def inventory_json(inventory: Inventory) -> str:
    """The endpoints as a JSON list, in the order of the inventory."""
    return dumps([_endpoint(endpoint) for endpoint in inventory.endpoints])


def _run(assessment: Assessment) -> Json:
    return {**plain(assessment.run), "options": dict(assessment.run.options)}


def _setting(setting: Setting) -> Json:
    return {**plain(setting), "details": dict(setting.details)}


def _endpoint(endpoint: Endpoint) -> Json:
    known = plain(endpoint)
    del known["reach"]
    reach = endpoint.reach or Reach()
    return {
        **known,
        "auth": endpoint.auth,
        "accesses": [_access(access) for access in reach.accesses],
        "gaps": [gap.reason for gap in reach.gaps],
    }


def _access(access: Access) -> Json:
    """What a handler does to stored data, and why the caller may."""
    return {
        "action": access.action,
        "entity": access.entity,
        "keys": access.keys,
        "protection": access.protection,
        "place": access.place,
    }


def _rule(assessment: Assessment, rule: RuleSheet) -> Json:
    known = weakness(assessment, rule.weakness)
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "weakness": rule.weakness,
        "severity": rule.severity,
        "cwe": list(known.cwe) if known else [],
        "owasp_api": list(known.owasp_api) if known else [],
        "help_uri": rule.help_uri,
    }


def _finding(assessment: Assessment, finding: Finding) -> Json:
    verdict = finding.verdict
    subject = verdict.subject
    is_endpoint = subject.kind == "endpoint"
    return {
        "rule": verdict.rule,
        "weakness": verdict.weakness,
        "severity": verdict.severity,
        "confidence": verdict.confidence,
        "state": finding.state,
        "api": subject.api,
        "subject": plain(subject),
        "endpoint": {"method": subject.method, "path": subject.path} if is_endpoint else None,
        "place": place_of(assessment, verdict),
        "fingerprint": finding.fingerprint,
        "parts": dict(finding.parts),
        "steps": verdict.steps,
        "message": verdict.message,
        "fix": verdict.fix,
        "exchanges": verdict.exchanges,
        "framework": verdict.framework,
        "is_new": finding.is_new,
        "exposes": list(finding.exposes),
        "suppression": finding.suppression,
    }


def _catalog(catalog: Catalog) -> Json:
    return {
        "id": catalog.id,
        "name": catalog.name,
        "version": catalog.version,
        "publisher": catalog.publisher,
        "url": catalog.url,
    }


def _coverage(coverage: Coverage, files: FileCount) -> Json:
    return {
        "share": coverage.share,
        "lines": coverage.lines,
        "not_tested": [{"reason": reason, "count": count} for reason, count in coverage.not_tested],
        "files": plain(files),
    }


REPORT = Report(name="json", title="JSON, everything a run says", extension="json", write=write)
