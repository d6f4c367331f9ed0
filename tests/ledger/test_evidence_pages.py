"""What is judged of the evidence is explained like any rule: a page each, with its sections, about a weakness of the mapping."""

import pytest

from assay.compliance.load import compendium
from assay.ledger.evidence_pages import FOLDER, RULES, text_of
from assay.ledger.judgement import EvidenceRule

SECTIONS = ["What it finds", "Why it matters", "How to fix", "What it cannot see", "References"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_has_its_sections_in_order(rule: EvidenceRule) -> None:
    page = text_of(rule)
    assert page.title.endswith(".")
    assert [heading for heading, _ in page.sections] == SECTIONS
    assert all(body.strip() for _, body in page.sections)


def test_every_page_is_that_of_a_rule() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {rule.id for rule in RULES}


def test_the_weaknesses_are_those_of_the_mapping() -> None:
    assert {rule.weakness for rule in RULES} <= {weakness.id for weakness in compendium().weaknesses}
