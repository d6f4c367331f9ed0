"""The only place that names the rules, catalogs and reports: makes what a run asks for out of what the rooms offer.

The source room is named in `source_room` alone, so that commands which read no code start without its parsers.
"""

from collections.abc import Sequence

from msgspec import Struct

from assay.assessment.rooms import Ask, Rooms, Source, Weighed
from assay.assessment.settings import Settings
from assay.compliance.compendium import Compendium
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
from assay.plugins.probe import Probe
from assay.plugins.registry import modules, registry
from assay.plugins.report import Report
from assay.plugins.rule import Rule


class Live(Struct, frozen=True):
    """The live room of a run."""

    ask: Ask
    probes: tuple[Probe, ...]
    """Those of its mode."""
    has_code: bool
    """Whether code is read as well."""


def rooms(settings: Settings, read: Source, live: Live | None = None, edition: Compendium | None = None) -> Rooms:
    """The rooms of a run by its settings, with this source room; weighed with what this version ships, or with another edition of it.

    Raises `UsageError` for catalogs and criteria that are not known.
    """
    scale = edition or compendium()
    chosen = catalogs(settings.frameworks, settings.criteria, scale)
    known = rules() if live is None or live.has_code else contract_rules()
    asking = live.probes if live else ()
    ids = (*(rule.id for rule in known), *(probe.id for probe in asking))

    def weigh(
        inventory: Inventory, verdicts: Sequence[Verdict], findings: Sequence[Finding], executed: Sequence[str]
    ) -> Weighed:
        material = Material(verdicts, findings, inventory, executed)
        seen = coverage(verdicts, inventory, executed=executed, known=ids)
        return Weighed(
            coverage=seen,
            score=score(findings, seen, scale) if inventory.endpoints else None,
            controls=controls(material, chosen, scale),
            catalogs=chosen,
            weaknesses=weaknesses(scale),
        )

    shown = set(ids)
    told = sheets() if live is None else tuple(sheet for sheet in (*sheets(), *probe_sheets()) if sheet.id in shown)
    return Rooms(read, known, told, weigh, asking, live.ask if live else None)


def rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    return registry("assay.rules", "RULE", Rule, "id")


def contract_rules() -> tuple[Rule, ...]:
    """The rules that judge contracts, which is all that there is without code, by id."""
    return registry("assay.rules.contract", "RULE", Rule, "id")


def probes() -> tuple[Probe, ...]:
    """Every probe, by id."""
    return registry("assay.live.probes", "PROBE", Probe, "id")


def reports() -> tuple[Report, ...]:
    """Every report, by name."""
    return registry("assay.reports", "REPORT", Report, "name")


def sheets() -> tuple[RuleSheet, ...]:
    """What reports need to know of every rule, by id."""
    found = [(module, rule) for module, rule in modules("assay.rules", "RULE") if isinstance(rule, Rule)]
    return tuple(_sheet(rule, module.__doc__ or "") for module, rule in sorted(found, key=lambda pair: pair[1].id))


def probe_sheets() -> tuple[RuleSheet, ...]:
    """What reports need to know of every probe, by id."""
    found = [(module, probe) for module, probe in modules("assay.live.probes", "PROBE") if isinstance(probe, Probe)]
    return tuple(_sheet(probe, module.__doc__ or "") for module, probe in sorted(found, key=lambda pair: pair[1].id))


def catalogs(names: Sequence[str], criteria: Sequence[str], edition: Compendium | None = None) -> tuple[Catalog, ...]:
    """The catalogs of these names, with the controls of these criteria."""
    return selection((edition or compendium()).catalogs, names, criteria)


def weaknesses(edition: Compendium | None = None) -> tuple[Weakness, ...]:
    """Every weakness, in the order of the mapping."""
    return (edition or compendium()).weaknesses


def finders(others: Sequence[RuleSheet] = ()) -> dict[str, tuple[str, ...]]:
    """What tests each weakness: the rules and probes that name it, those that its demands name, and those of these others."""
    found: dict[str, set[str]] = {}
    known: tuple[Rule | Probe | RuleSheet, ...] = (*rules(), *probes(), *others)
    for rule in known:
        found.setdefault(rule.weakness, set()).add(rule.id)
    for demands in compendium().demands:
        found.setdefault(demands.weakness, set()).update(each for proof in demands.proofs for each in proof.by)
    return {weakness: tuple(sorted(ids)) for weakness, ids in found.items()}


def _sheet(rule: Rule | Probe, text: str) -> RuleSheet:
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
