"""Every Bad project of a rule's page fails by that rule, and no Good one does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.change.deliveries import CHANGE, delivered

from assay.assessment.rooms import Wish
from assay.assessment.run import read
from assay.assessment.source_room import read as source
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict
from assay.plugins.page import CONTRACT, Example, page
from assay.plugins.registry import modules
from assay.plugins.rule import Rule
from assay.source.scan import frameworks

Case = tuple[Rule, tuple[Example, ...]]


def cases(heading: str) -> list[Case]:
    return [
        (rule, project)
        for module, rule in modules("assay.rules", "RULE")
        if isinstance(rule, Rule)
        for project in page(module.__doc__ or "").projects(heading)
    ]


def names(found: list[Case]) -> list[str]:
    return [f"{rule.id}-{project[0].framework}" for rule, project in found]


def judged(rule: Rule, project: tuple[Example, ...], root: Path) -> Iterator[Verdict]:
    for example in project:
        path = root / example.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(example.text, encoding="utf-8")
    if project[0].framework in CHANGE:
        yield from rule.judge(Inventory(delivery=delivered(project, root)))
        return
    yield from rule.judge(read(root, Wish(), source, lambda what, done, total: None).inventory)


BAD, GOOD = cases("Bad"), cases("Good")


@pytest.mark.parametrize(("rule", "project"), BAD, ids=names(BAD))
def test_a_bad_project_fails(rule: Rule, project: tuple[Example, ...], tmp_path: Path) -> None:
    found = list(judged(rule, project, tmp_path))
    assert [verdict for verdict in found if verdict.outcome is Outcome.FAIL], [verdict.message for verdict in found]


@pytest.mark.parametrize(("rule", "project"), GOOD, ids=names(GOOD))
def test_a_good_project_does_not_fail(rule: Rule, project: tuple[Example, ...], tmp_path: Path) -> None:
    found = list(judged(rule, project, tmp_path))
    assert found, "the rule looked at nothing"
    assert [verdict.message for verdict in found if verdict.outcome is Outcome.FAIL] == []


@pytest.mark.parametrize(("rule", "project"), [*BAD, *GOOD], ids=[*names(BAD), *names(GOOD)])
def test_an_example_names_a_framework_that_assay_reads(rule: Rule, project: tuple[Example, ...]) -> None:
    assert {example.framework for example in project} <= {
        CONTRACT,
        *CHANGE,
        *(framework.name for framework in frameworks()),
    }
    assert all(example.path for example in project), "a file name lets the example run"
