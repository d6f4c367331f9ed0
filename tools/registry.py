"""Prints one line for each rule, probe, web framework, report and catalog: the snapshot that `make snap` writes."""

from collections.abc import Iterator

from assay.assessment.evidence_sheets import evidence_sheets
from assay.plugins.framework import Framework
from assay.plugins.probe import Probe
from assay.plugins.registry import registry
from assay.plugins.report import Report
from assay.plugins.rule import Rule
from tools.docs.pages import CATALOGS, loaded_catalogs


def lines() -> Iterator[str]:
    """The lines, each kind sorted by its key."""
    for catalog in loaded_catalogs(CATALOGS):
        yield f"catalog {catalog['id']} ({len(catalog['controls'])} controls, {catalog['version']})"
    for sheet in evidence_sheets():
        yield f"evidence {sheet.id} {sheet.name} ({sheet.severity}, {sheet.weakness})"
    for framework in registry("assay.source.frameworks", "FRAMEWORK", Framework, "name"):
        yield f"framework {framework.name} ({framework.language})"
    for probe in registry("assay.live.probes", "PROBE", Probe, "id"):
        yield f"probe {probe.id} {probe.name} ({probe.severity}, {probe.weakness}, {probe.mode})"
    for report in registry("assay.reports", "REPORT", Report, "name"):
        yield f"report {report.name} (.{report.extension})"
    for rule in registry("assay.rules", "RULE", Rule, "id"):
        yield f"rule {rule.id} {rule.name} ({rule.severity}, {rule.weakness})"


if __name__ == "__main__":
    print("\n".join(lines()))
