"""What lists and pages need to know of the rules that judge the evidence itself; apart from `wiring`, since a scan has no use for them."""

from assay.ledger.evidence_pages import RULES, text_of
from assay.ledger.judgement import EvidenceRule
from assay.model.assessment import RuleSheet


def evidence_sheets() -> tuple[RuleSheet, ...]:
    """Every rule that judges the evidence or the policies, by id."""
    return tuple(_sheet(rule) for rule in sorted(RULES, key=lambda rule: rule.id))


def _sheet(rule: EvidenceRule) -> RuleSheet:
    found = text_of(rule)
    return RuleSheet(
        id=rule.id,
        name=rule.name,
        title=rule.title,
        weakness=rule.weakness,
        severity=str(rule.severity),
        page=found.text,
        sections=found.sections,
        family=rule.name,
    )
