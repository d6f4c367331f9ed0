"""`assay rules`: list the rules and probes."""

import json

import click

from assay.cli.columns import columns
from assay.cli.stdout import say


@click.command("rules", short_help="List the rules")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print them.")
def command(form: str) -> None:
    """List rules and live probes: id, default severity, name and what each finds.

    `assay explain AP004` prints the page of one.
    """
    from assay.assessment.wiring import probes, rules
    from assay.plugins.probe import Probe
    from assay.plugins.rule import Rule

    found: tuple[Rule | Probe, ...] = (*rules(), *probes())
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
