"""Each contract of a tree gets its API, or is said to describe none of it."""

from tests.assessment.scene import inventory
from tests.assessment.views import code, contract, documented, joined

from assay.assessment.reconcile import reconciled
from assay.model.contract import Contract, Fault
from assay.model.place import Place
from assay.model.program import Inventory


def apis(found: Inventory) -> list[str]:
    return [each.api for each in found.contracts]


def test_a_contract_describes_the_api_that_has_most_of_its_operations() -> None:
    written = [*code("GET /orders", "GET /health", api="shop"), *code("GET /bills", "GET /health", api="billing")]
    assert apis(joined(written, contract("GET /bills", "GET /health"))) == ["billing"]


def test_a_contract_of_somebody_else_describes_no_api_and_is_said() -> None:
    found = joined(code("GET /orders"), contract("GET /pets", "GET /pets/{id}", path="client/pets.yaml"))
    assert apis(found) == [""]
    assert [(each.path, each.kind) for each in found.skipped] == [("client/pets.yaml", "left-out")]
    assert "describes no API of this tree" in found.skipped[0].reason
    assert found.drifts == ()


def test_a_contract_that_is_named_is_judged_even_if_nothing_of_it_is_there() -> None:
    written = [*code("GET /orders"), *code("GET /bills", api="billing")]
    found = joined(written, contract("GET /pets", path="pets/openapi.yaml", is_named=True))
    assert apis(found) == ["pets"]
    assert [(api.id, api.name, api.framework) for api in found.apis] == [
        ("billing", "billing", "fastapi"),
        ("pets", "Shop", "openapi"),
        ("shop", "shop", "fastapi"),
    ]


def test_a_contract_that_is_named_belongs_to_the_only_api() -> None:
    assert apis(joined(code("GET /orders"), contract("GET /pets", is_named=True))) == ["shop"]


def test_a_contract_that_is_named_belongs_to_an_api_with_anything_of_it() -> None:
    names = [f"GET /a{number}" for number in range(20)]
    assert apis(joined(code("GET /a1"), contract(*names, is_named=True))) == ["shop"]


def test_a_contract_may_tell_more_than_the_code_of_a_tree() -> None:
    written = [f"GET /a{number}" for number in range(6)]
    promised = [f"GET /a{number}" for number in range(60)]
    assert apis(joined(code(*written), contract(*promised))) == ["shop"]


def test_without_code_a_contract_is_an_api_of_its_own() -> None:
    found = joined([], contract("GET /orders", path="docs/openapi.yaml"), contract("GET /bills", path="docs/b.yaml"))
    assert apis(found) == ["docs", "docs"]
    assert [api.id for api in found.apis] == ["docs"]


def test_an_id_that_is_taken_is_not_given_again() -> None:
    written = [*code("GET /orders", api="docs"), *code("GET /bills", api="billing")]
    found = joined(written, contract("GET /pets", path="docs/openapi.yaml", is_named=True))
    assert apis(found) == ["docs/openapi.yaml"]


def test_several_contracts_may_describe_one_api() -> None:
    found = joined(code("GET /a", "GET /b"), contract("GET /a", path="1.yaml"), contract("GET /b", path="2.yaml"))
    assert documented(found) == ["GET /a", "GET /b"]
    assert found.drifts == ()


def test_a_contract_that_cannot_be_read_is_skipped_with_its_line() -> None:
    broken = Contract(Place("openapi.yaml", 0), faults=(Fault(Place("openapi.yaml", 7), "no table", is_fatal=True),))
    found = joined(code("GET /orders"), broken)
    assert [(each.path, each.line, each.kind, each.reason) for each in found.skipped] == [
        ("openapi.yaml", 7, "file", "the contract cannot be read: no table")
    ]


def test_an_operation_knows_the_endpoints_that_answer_it() -> None:
    found = joined(code("ANY /Orders/{key}"), contract("GET /orders/{id}", "PUT /orders/{id}"))
    assert [each.endpoints for each in found.contracts[0].operations] == [(("ANY", "/Orders/{key}"),)] * 2


def test_without_contracts_an_inventory_stays_as_it_is() -> None:
    read = inventory(*code("GET /orders"))
    assert reconciled(read) is read
