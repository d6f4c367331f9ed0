"""Contracts are found in a tree by themselves, or named; a scan joins them with the code."""

from pathlib import Path

import pytest
from tests.assessment.scene import silent
from tests.source.planting import plant

from assay.assessment import run, source_room
from assay.assessment.contract_room import Documents, documents
from assay.assessment.rooms import Wish
from assay.assessment.settings import Settings
from assay.errors import ConfigurationError

DOCUMENT = "openapi: 3.0.3\ninfo: {title: Shop, version: 1}\npaths: {/orders: {get: {}}}\n"
CODE = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/orders')\ndef orders():\n    return []\n"


def found(root: Path, *names: str, exclude: tuple[str, ...] = ()) -> Documents:
    return documents(root, Wish(settings=Settings(contract=names), exclude=exclude))


def paths(read: Documents) -> list[str]:
    return [each.path for each in read.contracts]


def test_documents_are_found_by_how_they_begin(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "main.py": CODE,
            "docs/openapi.yaml": DOCUMENT,
            "api/shop.json": '{"swagger": "2.0", "paths": {}}',
            "docs/late.openapi.yml": "components:\n" + "  x-filler: a\n" * 9000 + DOCUMENT,
            "package.json": '{"dependencies": {\n"swagger": "2.0.1"}}',
            "docker-compose.yaml": "services: {}\n",
            "node_modules/x/openapi.yaml": DOCUMENT,
            "tests/data/openapi.yaml": DOCUMENT,
        },
    )
    assert paths(found(tmp_path)) == ["api/shop.json", "docs/late.openapi.yml", "docs/openapi.yaml"]


def test_a_large_document_is_read(tmp_path: Path) -> None:
    plant(tmp_path, {"openapi.yaml": DOCUMENT + "x-filler: '" + "a" * 2_000_000 + "'\n"})
    assert [len(each.operations) for each in found(tmp_path).contracts] == [1]


def test_what_is_left_out_holds_no_contract(tmp_path: Path) -> None:
    plant(tmp_path, {"legacy/openapi.yaml": DOCUMENT, "openapi.yaml": DOCUMENT})
    assert paths(found(tmp_path, exclude=("legacy/**",))) == ["openapi.yaml"]


def test_named_documents_are_read_and_no_others(tmp_path: Path) -> None:
    plant(tmp_path, {"tree/a.yaml": DOCUMENT, "tree/openapi.yaml": DOCUMENT, "beside.yaml": DOCUMENT})
    read = found(tmp_path / "tree", "a.yaml", str(tmp_path / "beside.yaml"), "a.yaml")
    assert [(each.path, each.is_named) for each in read.contracts] == [("a.yaml", True), ("beside.yaml", True)]


def test_a_named_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no file 'nosuch.yaml'. Mend: name an OpenAPI document"):
        found(tmp_path, "nosuch.yaml")


def test_an_address_is_left_to_the_live_scan_and_said(tmp_path: Path) -> None:
    read = found(tmp_path, "https://api.example.com/openapi.json")
    assert read.contracts == ()
    assert [(each.path, each.kind) for each in read.skipped] == [("https://api.example.com/openapi.json", "left-out")]


def test_a_broken_document_is_kept_with_its_faults(tmp_path: Path) -> None:
    plant(tmp_path, {"openapi.json": '{"openapi": "3.0.0", "paths": {"/a": {"get": {}},'})
    read = found(tmp_path).contracts[0]
    assert [each.name for each in read.operations] == ["GET /a"]
    assert len(read.faults) == 1


def test_a_scan_joins_the_contract_of_a_tree_with_its_code(tmp_path: Path) -> None:
    plant(tmp_path, {"main.py": CODE, "openapi.yaml": DOCUMENT})
    inventory = run.read(tmp_path, Wish(), source_room.read, silent).inventory
    assert [(each.name, each.views) for each in inventory.endpoints] == [("GET /orders", ("code", "contract"))]
    assert [(each.path, each.api) for each in inventory.contracts] == [("openapi.yaml", ".")]


def test_scope_leaves_out_the_contracts_of_other_apis(tmp_path: Path) -> None:
    plant(tmp_path, {"a/main.py": CODE, "a/openapi.yaml": DOCUMENT})
    wish = Wish(settings=Settings(apis=("b",)))
    assert run.read(tmp_path, wish, source_room.read, silent).inventory.contracts == ()


def test_files_that_a_contract_refers_to_are_read_from_the_tree_only(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "tree/openapi.yaml": "openapi: 3.0.3\npaths: {/a: {$ref: a.yaml}, /b: {$ref: away/b.yaml}, /c: {$ref: ../c.yaml}}\n",
            "tree/a.yaml": "get: {}\n",
            "outside/b.yaml": "get: {}\n",
            "c.yaml": "get: {}\n",
        },
    )
    (tmp_path / "tree" / "away").symlink_to(tmp_path / "outside")
    read = found(tmp_path / "tree").contracts[0]
    assert [each.name for each in read.operations] == ["GET /a"]
    assert len(read.faults) == 4
