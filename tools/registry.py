"""Prints one line for each rule, web framework, report and catalog: the snapshot that `make snap` writes."""

from collections.abc import Iterator

from assay.plugins.framework import Framework
from assay.plugins.registry import registry
from assay.plugins.report import Report
from assay.plugins.rule import Rule
from tools.docs.pages import CATALOGS, loaded_catalogs


def lines() -> Iterator[str]:
    """The lines, each kind sorted by its key."""
    for catalog in loaded_catalogs(CATALOGS):
        yield f"catalog {catalog['id']} ({len(catalog['controls'])} controls, {catalog['version']})"
    for framework in registry("assay.source.frameworks", "FRAMEWORK", Framework, "name"):
        yield f"framework {framework.name} ({framework.language})"
    for report in registry("assay.reports", "REPORT", Report, "name"):
        yield f"report {report.name} (.{report.extension})"
    for rule in registry("assay.rules", "RULE", Rule, "id"):
        yield f"rule {rule.id} {rule.name} ({rule.severity}, {rule.weakness})"


if __name__ == "__main__":
    print("\n".join(lines()))
