"""Which files may be contracts: by ending and folder, by name, and by how they begin."""

import pytest

from assay.contract.find import is_contract, is_named_so, may_be_contract


@pytest.mark.parametrize("path", ["openapi.yaml", "docs/api.JSON", "a/b/shop.yml"])
def test_documents_may_be_contracts(path: str) -> None:
    assert may_be_contract(path)


@pytest.mark.parametrize("path", ["openapi.py", "node_modules/x/openapi.json", "src/vendor/openapi.yaml", "README.md"])
def test_code_and_foreign_folders_hold_none(path: str) -> None:
    assert not may_be_contract(path)


@pytest.mark.parametrize("name", ["openapi", "swagger", "shop.openapi", "swagger-v2", "api-docs", "openapi_internal"])
def test_a_name_says_that_it_is_one(name: str) -> None:
    assert is_named_so(f"docs/{name}.json")


@pytest.mark.parametrize("name", ["order", "openapiary", "settings"])
def test_another_name_does_not(name: str) -> None:
    assert not is_named_so(f"docs/{name}.json")


@pytest.mark.parametrize(
    "text",
    [
        b"openapi: 3.0.3\n",
        b'# ours\n"openapi": "3.1.0"\n',
        b"swagger: '2.0'\n",
        b'{\n  "openapi": "3.0.0"\n}',
        b'{"swagger":"2.0","info":{}}',
        b'{"info":{"title":"x","version":"1"},"openapi":"3.0.0"}',
    ],
)
def test_a_version_at_the_top_makes_a_contract(text: bytes) -> None:
    assert is_contract(text)


@pytest.mark.parametrize(
    "text",
    [b'{"dependencies": {"swagger": "^2.0.1"}}', b"openapi: true\n", b"# openapi: see docs\n", b"see openapi: 3.0\n"],
)
def test_other_texts_that_name_it_do_not(text: bytes) -> None:
    assert not is_contract(text)
