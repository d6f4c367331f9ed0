"""Tells how the views of the endpoints of an API differ: shadow, orphan, looser, stricter, leftover.

Source: docs/decisions/0008-contract-and-drift.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from assay.assessment.join import CODE, CONTRACT, LIVE, Join, Pair
from assay.assessment.template import Segments, segments
from assay.assessment.versions import Versions
from assay.model.contract import Difference, Drift, Stance
from assay.model.endpoint import Authorization, Endpoint
from assay.model.place import Place

UNTOLD = frozenset({"HEAD", "OPTIONS", "WS", "TRACE"})
"""Methods that contracts leave out, and websockets, for which OpenAPI has no word."""
PRODUCTION = frozenset({"", "any", "production"})


def drifts(join: Join) -> tuple[Drift, ...]:
    """The differences of all APIs that a contract describes and another view has, sorted."""
    seen = {endpoint.api for endpoint in join.endpoints} | {each.api for each in join.only_observed}
    described = ({pair.contract.api for pair in join.pairs} & seen) - {""}
    scopes = {api: _scope(join, api) for api in described}
    found = {
        *_missing_in_contract(join, scopes),
        *_missing_in_code(join, described),
        *(drift for pair in join.pairs for drift in _access(pair)),
    }
    return tuple(sorted(found, key=_order))


def _order(drift: Drift) -> tuple[str, str, str, str, str]:
    return (drift.api, drift.kind, drift.path, drift.method, str(drift.place))


def _scope(join: Join, api: str) -> Segments:
    """What all paths of the contracts of an API begin with, up to the first parameter; a whole path only if others are longer."""
    paths = [pair.path for pair in join.pairs if pair.contract.api == api]
    same, longest = 0, max(map(len, paths), default=0)
    while same + 1 < longest and all(
        len(path) > same and path[same] == paths[0][same] and "{" not in path[same] for path in paths
    ):
        same += 1
    return paths[0][:same] if paths else ()


def _missing_in_contract(join: Join, scopes: Mapping[str, Segments]) -> Iterator[Drift]:
    """Endpoints that no contract has, told as leftovers where a newer version is there."""
    versions = Versions(join.endpoints)
    methods = _documented_methods(join)
    for endpoint in join.endpoints:
        is_there = {CODE, LIVE} & set(endpoint.views)
        if endpoint.api not in scopes or CONTRACT in endpoint.views or not is_there or not _is_told(endpoint):
            continue
        path = segments(endpoint.path)
        where = (endpoint.api, endpoint.method, endpoint.path, endpoint.place)
        is_inside = path[: len(scopes[endpoint.api])] == scopes[endpoint.api]
        if later := versions.later(endpoint):
            yield _drift(Difference.LEFTOVER, where, later.place, later.path)
            continue
        others = sorted(methods.get((endpoint.api, path), ()))
        detail = f"the contract has {', '.join(others)} there" if others else ""
        yield _drift(Difference.SHADOW, where, None, detail, is_inside=is_inside)
    for each in join.only_observed:
        if each.api in scopes and each.method not in UNTOLD:
            is_inside = segments(each.path)[: len(scopes[each.api])] == scopes[each.api]
            yield _drift(
                Difference.SHADOW, (each.api, each.method, each.path, None), None, "a live call", is_inside=is_inside
            )


def _is_told(endpoint: Endpoint) -> bool:
    return endpoint.method not in UNTOLD and endpoint.environment.lower() in PRODUCTION


def _documented_methods(join: Join) -> dict[tuple[str, Segments], set[str]]:
    found: dict[tuple[str, Segments], set[str]] = defaultdict(set)
    for pair in join.pairs:
        found[pair.contract.api, pair.path].add(pair.operation.method)
    return found


def _missing_in_code(join: Join, described: Collection[str]) -> Iterator[Drift]:
    """Operations that neither the code nor a live call has; without code, those that a live call asked in vain."""
    in_code = {endpoint.api for endpoint in join.endpoints if CODE in endpoint.views}
    for pair in join.pairs:
        operation, api = pair.operation, pair.contract.api
        if pair.is_found or api not in described or operation.method in UNTOLD:
            continue
        if api not in in_code and not pair.observed:
            continue
        others = sorted({endpoint.method for endpoint in pair.beside})
        detail = f"the code has {', '.join(others)} there" if others else ""
        other = pair.beside[0].place if pair.beside else None
        yield _drift(Difference.ORPHAN, (api, operation.method, operation.path, operation.place), other, detail)


def _access(pair: Pair) -> Iterator[Drift]:
    """Where code and contract say something else of who may call."""
    stance = pair.operation.access.stance
    for endpoint in pair.endpoints:
        if endpoint.api != pair.contract.api or not _is_told(endpoint):
            continue
        where = (endpoint.api, endpoint.method, endpoint.path, endpoint.place)
        if stance is Stance.SECURED and endpoint.authorization is Authorization.PUBLIC:
            schemes = " or ".join(" with ".join(each) for each in pair.operation.access.alternatives)
            said = "for the whole document" if pair.operation.access.is_inherited else "for this operation"
            yield _drift(Difference.LOOSER, where, pair.operation.place, f"{schemes}, {said}")
        elif stance in {Stance.SILENT, Stance.PUBLIC} and endpoint.auth and pair.contract.schemes:
            yield _drift(Difference.STRICTER, where, pair.operation.place, str(stance))


def _drift(
    kind: Difference,
    where: tuple[str, str, str, Place | None],
    other: Place | None,
    detail: str = "",
    *,
    is_inside: bool = True,
) -> Drift:
    api, method, path, place = where
    return Drift(api, kind, method, path, place, other, detail, is_inside)
