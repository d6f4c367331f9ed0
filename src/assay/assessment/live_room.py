"""Asks the live room about a running API, and joins what it says with what is known of code and contracts."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.live_routes import enriched, of_contract, routes
from assay.assessment.reconcile import reconciled
from assay.assessment.rooms import Asked, Progress
from assay.contract.find import HEAD, is_contract
from assay.contract.read import contract
from assay.live.deep import deepened
from assay.live.session import Live, LiveOrder, run
from assay.model.contract import Contract, Observed
from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import ROUTE_CLOSED, Place, Skipped
from assay.model.program import Api, Inventory
from assay.model.target import Route, Target
from assay.model.verdict import Verdict
from assay.plugins.probe import Probe

FRAMEWORK = "http"
"""Of an API that is known by its answers alone."""
CLOSED = "everybody who asked was refused, so what lies behind was not tested; give an identity that may"
UNSERVED = "everybody who asked got {}, so what lies behind was not tested"
LOST = (
    "everybody who asked any route got {}. Mend: end the URL with the base path of the API; "
    "its code or --contract names its routes"
)
REFUSED = "open in the code, but a live call without credentials was refused"


class LiveRoom(Struct, frozen=True):
    """The live room with an order: asks when it is called."""

    order: LiveOrder
    probes: tuple[Probe, ...]
    is_deep: bool = False
    """Whether Schemathesis is let loose on the target as well."""

    def __call__(self, inventory: Inventory, progress: Progress) -> Asked:
        inventory = _of_target(inventory, self.order)
        order = replace(self.order, api=_api(inventory, self.order), routes=routes(inventory, self.order.base))
        found: list[Contract] = []

        def read(source: bytes, path: str, target: Target) -> tuple[Route, ...]:
            if not is_contract(source[:HEAD]):
                return ()
            document = contract(source, path.lstrip("/"))
            if not document.standard or not document.operations:
                return ()
            found.append(replace(document, api=target.api, is_named=True))
            return enriched(target.routes, of_contract(document, target.api, target.base))

        live = run(order, self.probes, read, progress)
        if self.is_deep:
            progress("running Schemathesis", 0, 0)
            live = deepened(live, order, self.probes)
        joined = _joined(inventory, live, found)
        places = {(each.api, each.method, each.path): each.place for each in joined.endpoints}
        return Asked(
            inventory=joined,
            verdicts=tuple(_placed(live.verdicts, places)),
            executed=live.executed,
            observed=live.observed,
            writes=live.writes,
            is_complete=not (live.problem or live.stopped or live.is_changed or _is_shut(live)),
            problem=live.problem,
        )


def _of_target(inventory: Inventory, order: LiveOrder) -> Inventory:
    """The inventory; without code, its contracts are about the target itself."""
    if inventory.endpoints or not inventory.contracts:
        return inventory
    api = order.api or order.origin
    contracts = tuple(replace(each, api=api) for each in inventory.contracts)
    return replace(inventory, apis=(), contracts=contracts)


def _api(inventory: Inventory, order: LiveOrder) -> str:
    """The API of the tree that the target is, where there is but one; else the origin."""
    return order.api or (inventory.apis[0].id if len(inventory.apis) == 1 else order.origin)


def _joined(inventory: Inventory, live: Live, contracts: list[Contract]) -> Inventory:
    """The inventory with what the live room saw."""
    origin, target = Place(live.target.origin, 0), live.target
    known = {(endpoint.api, endpoint.method, endpoint.path) for endpoint in inventory.endpoints}
    alive = {(each.api, each.method, each.path): each for each in live.observed}
    written = {
        (each.method, each.path): each.place
        for contract in (*contracts, *inventory.contracts)
        for each in contract.operations
    }
    new = [
        _endpoint(
            route,
            alive.get((route.api, route.method, route.path)),
            written.get((route.method, route.path), origin),
        )
        for route in (() if live.problem else target.routes)
        if (route.api, route.method, route.path) not in known and (route.api, "ANY", route.path) not in known
    ]
    apis = {api.id for api in inventory.apis}
    own = () if target.api in apis or live.problem else (Api(target.api, target.origin, FRAMEWORK, "", ".", origin),)
    seen = replace(
        inventory,
        apis=tuple(sorted((*inventory.apis, *own), key=lambda api: api.id)),
        endpoints=tuple(
            sorted((*inventory.endpoints, *new), key=lambda each: (each.api, each.path, each.method, each.place))
        ),
        contracts=(*inventory.contracts, *contracts),
        skipped=tuple(sorted({*inventory.skipped, *live.skipped, *_closed(live)})),
    )
    return _remarked(reconciled(seen, live.observed), live.observed)


def _closed(live: Live) -> Iterator[Skipped]:
    """What nobody was let in to: each route of it, and the target if that is all of them."""
    is_shut = _is_shut(live)
    for each in live.observed:
        if each.is_closed:
            yield Skipped(f"{each.method} {each.path}", CLOSED, ROUTE_CLOSED)
        elif is_shut:
            yield Skipped(f"{each.method} {each.path}", UNSERVED.format(each.unserved), ROUTE_CLOSED)
    if is_shut:
        others = ", ".join(sorted({each.unserved for each in live.observed if each.unserved}))
        reason = LOST.format(others) if others else "every route refused everybody who asked"
        yield Skipped(live.target.origin, reason, "target")


def _is_shut(live: Live) -> bool:
    """Whether nothing was seen of what the API does: a refusal, an error or a page for any path is all that anybody got."""
    is_proved = any(caller.canary for caller in live.target.usable)
    return bool(live.observed) and not is_proved and all(each.is_closed or each.unserved for each in live.observed)


def _remarked(inventory: Inventory, observed: Iterable[Observed]) -> Inventory:
    """The inventory; of endpoints that look open in the code and refused a live call, that is said."""
    refused = {(each.api, each.method, each.path) for each in observed if each.is_refused}
    return replace(
        inventory,
        endpoints=tuple(
            replace(each, reasons=(*each.reasons, REFUSED))
            if each.authorization is Authorization.PUBLIC
            and "code" in each.views
            and (each.api, each.method, each.path) in refused
            else each
            for each in inventory.endpoints
        ),
    )


def _endpoint(route: Route, observed: Observed | None, place: Place) -> Endpoint:
    is_refused = observed.is_refused if observed else None
    authorization = {True: Authorization.AUTHENTICATED, False: Authorization.PUBLIC, None: Authorization.UNKNOWN}[
        is_refused
    ]
    views = (*(view for view in route.views if view != "live"), *(("live",) if observed and observed.is_alive else ()))
    return Endpoint(
        api=route.api,
        method=route.method,
        path=route.path,
        handler="",
        place=place,
        framework=FRAMEWORK,
        authorization=authorization,
        views=views or ("live",),
        reasons=() if is_refused is not None else ("it was not asked, or its answer does not tell",),
    )


def _placed(verdicts: Iterable[Verdict], places: dict[tuple[str, str, str], Place]) -> Iterator[Verdict]:
    """Each verdict at the place of its endpoint in the code, where there is one."""
    for verdict in verdicts:
        subject = verdict.subject
        place = places.get((subject.api, subject.method, subject.path))
        yield replace(verdict, place=place) if verdict.place is None and place else verdict
