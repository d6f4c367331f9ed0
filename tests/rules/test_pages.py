"""Each rule's page: its sections, its examples, and its weaknesses."""

from pathlib import Path

import pytest
import yaml

from assay.plugins.page import Page, page
from assay.plugins.registry import modules
from assay.plugins.rule import Rule

SECTIONS = ["What it finds", "Why it matters", "Bad", "Good", "How to fix", "What it cannot see", "References"]
RULES = [(module, rule) for module, rule in modules("assay.rules", "RULE") if isinstance(rule, Rule)]
MAPPING = Path("src/assay/compliance/mapping.yaml")


def pages() -> list[tuple[Rule, Page]]:
    return [(rule, page(module.__doc__ or "")) for module, rule in RULES]


@pytest.mark.parametrize(("rule", "text"), pages(), ids=lambda each: getattr(each, "id", ""))
def test_a_page_has_its_sections_in_order(rule: Rule, text: Page) -> None:
    assert [heading for heading, _ in text.sections] == SECTIONS


@pytest.mark.parametrize(("rule", "text"), pages(), ids=lambda each: getattr(each, "id", ""))
def test_each_claimed_framework_has_a_bad_and_a_good_project(rule: Rule, text: Page) -> None:
    for heading in ("Bad", "Good"):
        shown = {project[0].framework for project in text.projects(heading)}
        assert shown == set(rule.frameworks), f"{rule.id} {heading}"


@pytest.mark.parametrize(("rule", "text"), pages(), ids=lambda each: getattr(each, "id", ""))
def test_the_weakness_of_a_rule_is_in_the_mapping(rule: Rule, text: Page) -> None:
    mapping = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    assert rule.weakness in {weakness["id"] for weakness in mapping["weaknesses"]}


def test_no_two_posture_rules_are_equally_specific() -> None:
    ranks = [rule.specificity for _, rule in RULES if rule.family == "posture"]
    assert len(ranks) == len(set(ranks))
