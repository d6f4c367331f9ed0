"""`assay rules`: list the rules, the probes and what is judged of the evidence."""

import json

import click

from assay.cli.columns import columns
from assay.cli.stdout import say


@click.command("rules", short_help="List the rules")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print them.")
def command(form: str) -> None:
    """List rules, live probes and rules about the evidence: id, severity, name.

    `assay explain AP004` prints the page of one.
    """
    from assay.assessment.evidence_sheets import evidence_sheets
    from assay.assessment.wiring import probes, rules
    from assay.model.assessment import RuleSheet
    from assay.plugins.probe import Probe
    from assay.plugins.rule import Rule

    known: tuple[Rule | Probe | RuleSheet, ...] = (*rules(), *probes(), *evidence_sheets())
    found = sorted(known, key=lambda rule: rule.id)
    if form == "json":
        listed = [
            {
                "id": rule.id,
                "name": rule.name,
                "title": rule.title,
                "severity": str(rule.severity),
                "weakness": rule.weakness,
                "family": rule.family,
                "frameworks": list(rule.frameworks) if isinstance(rule, Rule) else [],
            }
            for rule in found
        ]
        say(json.dumps(listed, indent=2) + "\n")
        return
    say(
        columns(
            ("RULE", "SEVERITY", "NAME", "FINDS"),
            [(rule.id, str(rule.severity), rule.name, rule.title) for rule in found],
        )
    )
