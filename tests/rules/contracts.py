"""Judges documents of a few lines, alone or beside code, for tests of rules about contracts."""

from collections.abc import Iterable
from textwrap import dedent

from msgspec.structs import replace
from tests.rules.builders import inventory, rule

from assay.assessment.reconcile import reconciled
from assay.contract.read import contract
from assay.model.endpoint import Endpoint
from assay.model.program import Inventory
from assay.model.verdict import Outcome, Verdict

BEARER = "components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}"
ALL = [f"AP{number}" for number in range(301, 317)]
"""The rules that need a contract."""
SECURE = "security: [{bearer: []}]"
HEAD = "openapi: 3.0.3\ninfo: {title: Shop, version: 1}\n"


def given(text: str, *endpoints: Endpoint, path: str = "openapi.yaml") -> Inventory:
    """An inventory of one document and these endpoints."""
    document = dedent(text) if "openapi" in text else HEAD + dedent(text)
    read = contract(document.encode(), path, is_named=True)
    code = inventory(*endpoints) if endpoints else Inventory()
    return reconciled(replace(code, contracts=(read,)))


def judged(identifier: str, text: str, *endpoints: Endpoint) -> list[Verdict]:
    """What a rule says of a document and these endpoints, without what it says of APIs that no contract describes."""
    found = rule(identifier).judge(given(text, *endpoints))
    return [each for each in found if not (each.outcome is Outcome.NOT_APPLICABLE and each.subject.kind == "api")]


def outcomes(found: Iterable[Verdict]) -> list[str]:
    """The outcomes, in their order."""
    return [str(each.outcome) for each in found]


def failing(found: Iterable[Verdict]) -> list[Verdict]:
    """The failures."""
    return [each for each in found if each.outcome is Outcome.FAIL]


def operations(*lines: str) -> str:
    """A document of these paths, a line each, with a scheme."""
    return "paths:\n" + "".join(f"  {line}\n" for line in lines) + BEARER
