"""The report on paper, read back with a library that had no part in it: PDF/A-3a, tagged, with the evidence as JSON inside.

veraPDF is not in the registries that this repository installs from, so what the standard asks of a file is checked here piece by piece.
"""

import io
import json
import re

import pytest
from tests.reports.dossiers import EMPTY, SHOP

from assay.model.dossier import Dossier
from assay.reports.dossier import printed

pypdf = pytest.importorskip("pypdf")
generic = pytest.importorskip("pypdf.generic")
BOTH = pytest.mark.parametrize("dossier", [SHOP, EMPTY], ids=["shop", "empty"])


@BOTH
def test_its_metadata_claims_pdf_a_3a(dossier: Dossier) -> None:
    text = _read(dossier).root_object["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>3<|pdfaid:part=.3.", text)
    assert re.search(r"pdfaid:conformance>A<|pdfaid:conformance=.A.", text)
    assert "<dc:title>" in text


@BOTH
def test_it_is_tagged_and_says_its_language(dossier: Dossier) -> None:
    root = _read(dossier).root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert {"/Document", "/H1", "/P"} <= _roles(root["/StructTreeRoot"])


@BOTH
def test_colours_have_a_profile_and_every_font_is_inside(dossier: Dossier) -> None:
    reader = _read(dossier)
    assert [each["/S"] for each in reader.root_object["/OutputIntents"]] == ["/GTS_PDFA1"]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & described["/FontDescriptor"].keys()
        assert "/ToUnicode" in font


@BOTH
def test_it_runs_nothing_and_hides_nothing(dossier: Dossier) -> None:
    reader = _read(dossier)
    root = reader.root_object
    assert not reader.is_encrypted
    assert not {"/OpenAction", "/AA"} & root.keys()
    assert "/JavaScript" not in root.get("/Names", {})
    assert not [action for page in reader.pages for action in _actions(page) if action != "/URI"]


@BOTH
def test_the_evidence_is_attached_as_json_and_says_how_it_belongs(dossier: Dossier) -> None:
    reader = _read(dossier)
    ((name, (content,)),) = reader.attachments.items()
    assert name == "evidence.json"
    assert isinstance(json.loads(content), dict)
    assert (SHOP.cases[0].fingerprint.encode() in content) == (dossier is SHOP)
    (file,) = reader.root_object["/AF"]
    told = file.get_object()
    assert told["/AFRelationship"] in {"/Source", "/Data", "/Supplement", "/Alternative"}
    assert told["/EF"]["/F"].get_object()["/Subtype"] == "/application/json"


def _read(dossier: Dossier):  # type: ignore[no-untyped-def]  # noqa: ANN202 - of a library that need not be there
    return pypdf.PdfReader(io.BytesIO(printed(dossier)))


def _roles(node) -> set[str]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """The kinds of elements in a tree of tags."""
    found: set[str] = set()
    rest = [node.get_object()]
    while rest:
        each = rest.pop()
        found |= {str(each["/S"])} if "/S" in each else set()
        below = each.get("/K", [])
        below = below.get_object() if hasattr(below, "get_object") else below
        for child in below if isinstance(below, list) else [below]:
            value = child.get_object() if hasattr(child, "get_object") else child
            if isinstance(value, generic.DictionaryObject):
                rest.append(value)
    return found


def _actions(page) -> list[str]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return [
        str(action.get_object()["/S"])
        for each in page.get("/Annots", [])
        if (action := each.get_object().get("/A")) is not None
    ]
