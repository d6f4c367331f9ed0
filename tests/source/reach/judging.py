"""What rules say of the endpoints of a tree."""

from assay.assessment.wiring import rules
from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Confidence, Outcome, Verdict


def named(inventory: Inventory, path: str) -> Endpoint:
    """The endpoint of a path."""
    return next(each for each in inventory.endpoints if each.path == path)


def failures(inventory: Inventory, rule: str) -> dict[str, Verdict]:
    """The failing verdicts of a rule, by path."""
    judge = next(each for each in rules() if each.id == rule).judge
    return {each.subject.path: each for each in judge(inventory) if each.outcome is Outcome.FAIL}


def firm(inventory: Inventory, rule: str) -> set[str]:
    """The paths of those that are firm."""
    return {path for path, each in failures(inventory, rule).items() if each.confidence is Confidence.FIRM}
