"""The JSON report keeps its published schema, whatever a project is named."""

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from tests.reports.made import assessments, bounded, inventories
from tests.reports.shop import EMPTY, SHOP

from assay.model.assessment import Assessment
from assay.model.place import Place
from assay.model.program import Inventory
from assay.reports.json_report import REPORT, SCAN_SCHEMA, inventory_json


def schema(name: str) -> Any:
    return json.loads((files("assay.reports") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


SCAN = Draft202012Validator(schema("scan"))
INVENTORY = Draft202012Validator(schema("inventory"))


def written(assessment: Assessment = SHOP) -> Any:
    return json.loads(REPORT.write(assessment))


@pytest.mark.parametrize("name", ["scan", "inventory"])
def test_the_schema_is_a_valid_schema_and_strict(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    objects = [each for each in _walk(schema(name)) if "properties" in each and each.get("type") == "object"]
    assert objects
    for each in objects:
        assert each["additionalProperties"] is False
        assert each["required"] == sorted(each["properties"])


@pytest.mark.parametrize("assessment", [SHOP, EMPTY], ids=["shop", "empty"])
def test_a_realistic_scan_keeps_the_schema(assessment: Assessment) -> None:
    SCAN.validate(written(assessment))
    INVENTORY.validate(json.loads(inventory_json(assessment.inventory)))


@bounded
@given(assessments)
def test_any_scan_keeps_the_schema(assessment: Assessment) -> None:
    text = REPORT.write(assessment)
    text.encode("ascii")
    SCAN.validate(json.loads(text))


@bounded
@given(inventories)
def test_any_inventory_keeps_the_schema(inventory: Inventory) -> None:
    found = json.loads(inventory_json(inventory))
    INVENTORY.validate(found)
    assert len(found) == len(inventory.endpoints)


def test_the_schema_refuses_a_key_that_it_does_not_know() -> None:
    document = written()
    document["findings"][0]["line"] = 4
    assert not SCAN.is_valid(document)


def test_a_finding_says_where_and_what_in_the_promised_shape() -> None:
    first = written()["findings"][0]
    assert first["rule"] == "AP004"
    assert first["endpoint"] == {"method": "DELETE", "path": "/orders/{id}"}
    assert first["api"] == "services/orders"
    assert first["place"] == {"path": "services/orders/routes/orders.py", "line": 41}
    assert first["severity"] == "critical"
    assert first["is_new"] is True
    assert first["suppression"] is None
    assert first["steps"][-1] == {"text": "no guard was found", "place": None}
    assert set(first["parts"]) == {"api", "family", "method", "path", "symbol", "weakness"}


def test_a_finding_about_a_setting_has_no_endpoint() -> None:
    setting = next(each for each in written()["findings"] if each["rule"] == "AP105")
    assert setting["endpoint"] is None
    assert setting["subject"]["symbol"] == "cors"


def test_a_suppressed_finding_is_there_with_who_accepted_it_and_until_when() -> None:
    found = next(each for each in written()["findings"] if each["state"] == "excepted")
    assert found["suppression"]["owner"] == "ops@shop.example"
    assert found["suppression"]["expires"] == "2027-01-31"


def test_a_finding_without_a_place_points_to_where_its_api_is_made() -> None:
    finding = replace(SHOP.findings[0], verdict=replace(SHOP.findings[0].verdict, place=None, steps=()))
    found = written(replace(SHOP, findings=(finding,)))["findings"][0]
    assert found["place"] == {"path": "services/orders/main.py", "line": 12}


def test_an_endpoint_says_whether_a_caller_must_be_known() -> None:
    found = {each["method"] + " " + each["path"]: each for each in json.loads(inventory_json(SHOP.inventory))}
    assert found["GET /orders"]["auth"] is True
    assert found["DELETE /orders/{id}"]["auth"] is False
    assert found["GET /reports/{name}"]["auth"] is None
    assert found["GET /orders"]["guards"][0]["name"] == "Depends(current_user)"
    assert found["POST /api/health/reset"]["guards"][0]["is_effective"] is False


def test_half_of_a_surrogate_in_a_file_name_is_replaced() -> None:
    place = Place("src/\udce4.py", 1)
    endpoint = replace(SHOP.inventory.endpoints[0], place=place)
    text = inventory_json(replace(SHOP.inventory, endpoints=(endpoint,)))
    assert "\\udce4" not in text
    assert json.loads(text)[0]["place"]["path"].startswith("src/")


def test_keys_are_sorted_and_the_schema_is_named() -> None:
    document = written()
    assert list(document) == sorted(document)
    assert document["schema"] == SCAN_SCHEMA == schema("scan")["$id"]


def _walk(value: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    match value:
        case dict():
            found.append(value)
            for inner in value.values():
                found += _walk(inner)
        case list():
            for inner in value:
                found += _walk(inner)
    return found
