"""Every Bad project of a rule's page must fail by that rule, every Good one must not."""

from pathlib import Path

import pytest

from assay.model.verdict import Outcome, Verdict
from assay.plugins.page import Example, page
from assay.plugins.registry import modules
from assay.plugins.rule import Rule
from assay.source.scan import scan


def projects(heading: str) -> list[pytest.ParameterSet]:  # type: ignore[name-defined]
    return []
