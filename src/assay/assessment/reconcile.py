"""Gives each contract of an inventory its API, joins the views, and notes how they differ."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from assay.assessment.drift import drifts
from assay.assessment.join import CODE, LIVE, Join, joined
from assay.model.contract import Contract, Observed
from assay.model.place import Skipped
from assay.model.program import Api, Inventory

SHARE = 0.3
"""Of a contract's operations that an API must have, so that a contract which was found in the tree is taken for its own."""
MANY, MOST = 5, 0.5
"""Or so many operations, and such a share of the endpoints of the API: a contract may tell more than the code of one tree."""
FRAMEWORK = "openapi"
"""Of an API that is known by its contract alone."""


def reconciled(inventory: Inventory, observed: Iterable[Observed] = ()) -> Inventory:
    """The inventory with the contracts placed, the views of endpoints, and the differences. Without contracts it stays as it is."""
    observed = tuple(observed)
    if not inventory.contracts and not observed:
        return inventory
    first = joined(inventory.endpoints, inventory.contracts)
    placed = tuple(_placed(contract, first, inventory) for contract in inventory.contracts)
    strange = [contract for contract in placed if not contract.api]
    join = joined(inventory.endpoints, [contract for contract in placed if contract.api], observed)
    known = {api.id for api in inventory.apis}
    own = {contract.api: _api(contract) for contract in reversed(placed) if contract.api and contract.api not in known}
    skipped = {_stranger(contract) for contract in strange}
    return replace(
        inventory,
        apis=tuple(sorted((*inventory.apis, *own.values()), key=lambda api: api.id)),
        endpoints=join.endpoints,
        contracts=tuple(_answered(contract, join) for contract in placed),
        drifts=drifts(join),
        skipped=tuple(sorted({*inventory.skipped, *skipped})),
    )


def _placed(contract: Contract, join: Join, inventory: Inventory) -> Contract:
    """The contract with its API, if it has none yet.

    That is the one which has most of its operations, or the only one where its owner named it; its own, where its owner
    named it and no API has anything of it, or there is no code.
    """
    if contract.api:
        return contract
    counts: Counter[str] = Counter()
    for pair in join.pairs:
        if pair.contract is contract:
            counts.update({endpoint.api for endpoint in pair.endpoints})
    served = {endpoint.api for endpoint in inventory.endpoints}
    only = next(iter(served)) if contract.is_named and len(served) == 1 else ""
    best = min(counts, key=lambda api: (-counts[api], api), default=only)
    of_api = sum(endpoint.api == best for endpoint in inventory.endpoints)
    if best and (contract.is_named or _is_enough(counts[best], len(contract.operations), of_api)):
        return replace(contract, api=best)
    if contract.is_named or not inventory.endpoints:
        return replace(contract, api=_own_id(contract, inventory))
    return contract


def _answered(contract: Contract, join: Join) -> Contract:
    """The contract, each operation with the endpoints of its API that answer it."""
    found = {id(pair.operation): pair.endpoints for pair in join.pairs if pair.contract is contract}
    operations = tuple(
        replace(
            operation,
            endpoints=tuple(
                dict.fromkeys(
                    (each.method, each.path)
                    for each in found.get(id(operation), ())
                    if each.api == contract.api and {CODE, LIVE} & set(each.views)
                )
            ),
        )
        for operation in contract.operations
    )
    return replace(contract, operations=operations)


def _is_enough(found: int, operations: int, endpoints: int) -> bool:
    return found >= SHARE * operations or (found >= MANY and found >= MOST * endpoints)


def _own_id(contract: Contract, inventory: Inventory) -> str:
    folder = contract.path.rpartition("/")[0] or "."
    return contract.path if any(api.id == folder for api in inventory.apis) else folder


def _api(contract: Contract) -> Api:
    folder = contract.path.rpartition("/")[0]
    return Api(contract.api, contract.title or contract.api, FRAMEWORK, "", folder or ".", contract.place)


def _stranger(contract: Contract) -> Skipped:
    fatal = next((fault for fault in contract.faults if fault.is_fatal), None)
    if fatal:
        return Skipped(contract.path, f"the contract cannot be read: {fatal.message}", "file", fatal.place.line)
    count = len(contract.operations)
    reason = f"the contract, {count} operation{'' if count == 1 else 's'}, describes no API of this tree"
    return Skipped(
        contract.path, f"{reason}; name it in assay.toml or with --contract if it should be judged", "left-out"
    )
