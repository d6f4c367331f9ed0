"""compliance-trestle, which is the reader of OSCAL that others use, takes every document of a pack.

Where it is not installed, the schemas of NIST alone are held (`test_dossier`).
"""

import importlib
import json
from pathlib import Path

import pytest
from tests.reports.dossiers import EMPTY, SHOP

from assay.model.dossier import Dossier
from assay.reports.dossier import written

pytest.importorskip("trestle", reason="compliance-trestle is not installed")
MODELS = {
    "oscal/assessment-plan.json": ("trestle.oscal.assessment_plan", "AssessmentPlan", "assessment-plan"),
    "oscal/assessment-results.json": ("trestle.oscal.assessment_results", "AssessmentResults", "assessment-results"),
    "oscal/poam.json": ("trestle.oscal.poam", "PlanOfActionAndMilestones", "plan-of-action-and-milestones"),
}


@pytest.mark.parametrize(("dossier", "count"), [(SHOP, 3), (EMPTY, 2)], ids=["shop", "empty"])
def test_trestle_reads_every_document(dossier: Dossier, count: int, tmp_path: Path) -> None:
    found = [each for each in written(dossier) if each.path in MODELS]
    assert len(found) == count
    for each in found:
        path = tmp_path / Path(each.path).name
        path.write_text(each.text, encoding="utf-8")
        module, name, key = MODELS[each.path]
        model = getattr(importlib.import_module(module), name)
        read = model.oscal_read(path)
        assert read is not None
        assert str(read.uuid) == json.loads(each.text)[key]["uuid"]


def test_trestle_refuses_what_is_wrong(tmp_path: Path) -> None:
    text = next(each.text for each in written(SHOP) if each.path == "oscal/assessment-results.json")
    wrong = json.loads(text)
    wrong["assessment-results"]["uuid"] = "1"
    path = tmp_path / "assessment-results.json"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    module, name, _ = MODELS["oscal/assessment-results.json"]
    with pytest.raises(importlib.import_module("trestle.common.err").TrestleError):
        getattr(importlib.import_module(module), name).oscal_read(path)
