"""The only place that names the rules, catalogs and reports: makes what a run asks for out of what the rooms offer.

The source room is named in `source_room` alone, so that commands which read no code start without its parsers.
"""

from collections.abc import Sequence

from assay.assessment.rooms import Rooms, Source, Weighed
from assay.assessment.settings import Settings
from assay.compliance.coverage import coverage
from assay.compliance.load import compendium
from assay.compliance.score import score
from assay.compliance.select import selection
from assay.compliance.weigh import Material, controls
from assay.model.assessment import RuleSheet
from assay.model.catalog import Catalog
from assay.model.program import Inventory
from assay.model.verdict import Finding, Verdict
from assay.model.weakness import Weakness
from assay.plugins.page import page
from assay.plugins.registry import modules, registry
from assay.plugins.report import Report
from assay.plugins.rule import Rule


def rooms(settings: Settings, read: Source) -> Rooms:
    """The rooms of a run by its settings, with this source room. Raises `UsageError` for catalogs and criteria that are not known."""
    chosen = catalogs(settings.frameworks, settings.criteria)
    known = rules()
    ids = tuple(rule.id for rule in known)

    def weigh(
        inventory: Inventory, verdicts: Sequence[Verdict], findings: Sequence[Finding], executed: Sequence[str]
    ) -> Weighed:
        material = Material(verdicts, findings, inventory, executed)
        seen = coverage(verdicts, inventory, executed=executed, known=ids)
        return Weighed(
            coverage=seen,
            score=score(findings, seen, compendium()) if inventory.endpoints else None,
            controls=controls(material, chosen, compendium()),
            catalogs=chosen,
            weaknesses=weaknesses(),
        )

    return Rooms(read=read, rules=known, sheets=sheets(), weigh=weigh)


def rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    return registry("assay.rules", "RULE", Rule, "id")


def reports() -> tuple[Report, ...]:
    """Every report, by name."""
    return registry("assay.reports", "REPORT", Report, "name")


def sheets() -> tuple[RuleSheet, ...]:
    """What reports need to know of every rule, by id."""
    found = [(module, rule) for module, rule in modules("assay.rules", "RULE") if isinstance(rule, Rule)]
    return tuple(_sheet(rule, module.__doc__ or "") for module, rule in sorted(found, key=lambda pair: pair[1].id))


def catalogs(names: Sequence[str], criteria: Sequence[str]) -> tuple[Catalog, ...]:
    """The catalogs of these names, with the controls of these criteria."""
    return selection(compendium().catalogs, names, criteria)


def weaknesses() -> tuple[Weakness, ...]:
    """Every weakness, in the order of the mapping."""
    return compendium().weaknesses


def finders() -> dict[str, tuple[str, ...]]:
    """The rules that test each weakness: those that name it, and those that its demands name."""
    found: dict[str, set[str]] = {}
    for rule in rules():
        found.setdefault(rule.weakness, set()).add(rule.id)
    for demands in compendium().demands:
        found.setdefault(demands.weakness, set()).update(each for proof in demands.proofs for each in proof.by)
    return {weakness: tuple(sorted(ids)) for weakness, ids in found.items()}


def _sheet(rule: Rule, text: str) -> RuleSheet:
    found = page(text)
    return RuleSheet(
        id=rule.id,
        name=rule.name,
        title=rule.title,
        weakness=rule.weakness,
        severity=str(rule.severity),
        page=found.text,
        sections=found.sections,
        family=rule.family,
        statement=rule.statement,
    )
