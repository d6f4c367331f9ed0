"""Views for tests of the join: contracts of a few operations, and inventories that have them."""

from tests.assessment.scene import endpoint, guard, inventory

from assay.assessment.reconcile import reconciled
from assay.model.contract import Access, Contract, Difference, Fault, Observed, Operation, Scheme, Stance
from assay.model.endpoint import Endpoint
from assay.model.place import Place
from assay.model.program import Inventory

SECURED = Access(Stance.SECURED, (("bearer",),))
INHERITED = Access(Stance.SECURED, (("bearer",),), is_inherited=True)
SILENT = Access(Stance.SILENT)
PUBLIC = Access(Stance.PUBLIC)
SCHEME = Scheme("bearer", "http", Place("openapi.yaml", 9), scheme="bearer")
SIGNED_IN = guard()


def operation(name: str, access: Access = SECURED, line: int = 20, **more: bool) -> Operation:
    method, path = name.split()
    return Operation(method, path, path, Place("openapi.yaml", line), access, **more)  # type: ignore[arg-type]  # flags only


def contract(
    *operations: str | Operation, path: str = "openapi.yaml", is_named: bool = False, faults: tuple[Fault, ...] = ()
) -> Contract:
    return Contract(
        place=Place(path, 1),
        title="Shop",
        standard="3.0.3",
        schemes=(SCHEME,),
        operations=tuple(each if isinstance(each, Operation) else operation(each) for each in operations),
        faults=faults,
        is_named=is_named,
    )


def code(*names: str, api: str = "shop") -> list[Endpoint]:
    """Guarded endpoints."""
    return [endpoint(name, SIGNED_IN, api=api) for name in names]


def joined(endpoints: list[Endpoint], *contracts: Contract, observed: tuple[Observed, ...] = ()) -> Inventory:
    """The inventory of these endpoints and contracts, reconciled."""
    read = inventory(*endpoints)
    return reconciled(Inventory(apis=read.apis, endpoints=read.endpoints, contracts=contracts), observed)


def drifted(found: Inventory, kind: Difference) -> list[str]:
    """Method and path of the differences of a kind."""
    return [f"{drift.method} {drift.path}" for drift in found.drifts if drift.kind is kind]


def documented(found: Inventory) -> list[str]:
    """The endpoints that a contract has."""
    return [each.name for each in found.endpoints if "contract" in each.views]
