"""Puts the views of each endpoint side by side: code, contract and live; and tells how they differ.

Source: docs/decisions/0008-contract-and-drift.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from assay.assessment.alignment import Alignment, alignments
from assay.assessment.template import Segments, is_like, is_same, literals, segments
from assay.model.contract import Contract, Observed, Operation
from assay.model.endpoint import Endpoint

ANY = "ANY"
CODE, CONTRACT, LIVE = "code", "contract", "live"


class Pair(Struct, frozen=True):
    """An operation of a contract with what the other views have of it."""

    contract: Contract
    operation: Operation
    path: Segments
    """As the code would write it."""
    endpoints: tuple[Endpoint, ...]
    """Of its method and path, best first."""
    beside: tuple[Endpoint, ...]
    """Of its path, with other methods only."""
    observed: tuple[Observed, ...] = ()
    """Live calls of its method and path, answered or not."""

    @property
    def is_found(self) -> bool:
        """Whether the code has it, or a live call was answered."""
        is_alive = any(each.is_alive for each in self.observed)
        return is_alive or any({CODE, LIVE} & set(endpoint.views) for endpoint in self.endpoints)


class Join(Struct, frozen=True):
    """All views of a tree."""

    endpoints: tuple[Endpoint, ...]
    """As given, each with the views that have it."""
    pairs: tuple[Pair, ...]
    """Of every operation, by contract and as the contract orders them."""
    only_observed: tuple[Observed, ...] = ()
    """Alive, and in no other view."""


def joined(endpoints: Sequence[Endpoint], contracts: Iterable[Contract], observed: Iterable[Observed] = ()) -> Join:
    """The views of each endpoint side by side.

    Names of parameters, cases and slashes at the end do not matter; a prefix that only the contract or only the code
    writes is found for each contract as a whole. A parameter of the code takes a literal of the contract, but not the other
    way round, as servers do.
    """
    index = _Index(endpoints, tuple(observed))
    pairs = tuple(pair for contract in contracts for pair in _pairs(contract, index))
    documented = {id(endpoint) for pair in pairs for endpoint in pair.endpoints}
    seen = {id(each) for pair in pairs for each in pair.observed}
    lively = {id(endpoint): index.alive(segments(endpoint.path), endpoint.method) for endpoint in endpoints}
    seen |= {id(each) for found in lively.values() for each in found}
    viewed = tuple(
        _viewed(endpoint, is_documented=id(endpoint) in documented, is_live=bool(lively[id(endpoint)]))
        for endpoint in endpoints
    )
    again = {id(old): new for old, new in zip(endpoints, viewed, strict=True)}
    return Join(
        endpoints=viewed,
        pairs=tuple(
            replace(
                pair,
                endpoints=tuple(again[id(each)] for each in pair.endpoints),
                beside=tuple(again[id(each)] for each in pair.beside),
            )
            for pair in pairs
        ),
        only_observed=tuple(each for each in index.calls if each.is_alive and id(each) not in seen),
    )


def _viewed(endpoint: Endpoint, *, is_documented: bool, is_live: bool) -> Endpoint:
    views = dict.fromkeys(endpoint.views)
    views |= dict.fromkeys([CONTRACT] if is_documented else []) | dict.fromkeys([LIVE] if is_live else [])
    return endpoint if tuple(views) == endpoint.views else replace(endpoint, views=tuple(views))


def _pairs(contract: Contract, index: "_Index") -> Iterator[Pair]:
    paths = [segments(operation.path) for operation in contract.operations]
    ways = alignments(paths, index.paths)
    for operation in contract.operations:
        yield _pair(contract, operation, ways, index)


def _pair(contract: Contract, operation: Operation, ways: tuple[Alignment, ...], index: "_Index") -> Pair:
    path = segments(operation.path)
    readings = [read for way in ways if (read := way.path(path)) is not None] or [path]
    best = None
    for read in dict.fromkeys((*readings, path)):
        there = index.at(read)
        own = _preferred(contract.api, [each for each in there if answers(each.method, operation.method)])
        live = index.observed(read, operation.method)
        found = Pair(contract, operation, read, own, () if own else there, live)
        if own or live:
            return found
        if best is None or (there and not best.beside):
            best = found
    return best or Pair(contract, operation, path, (), ())


def _preferred(api: str, endpoints: list[Endpoint]) -> tuple[Endpoint, ...]:
    """Those of the API that the contract describes, if it has any there."""
    return tuple(each for each in endpoints if each.api == api) or tuple(endpoints)


def answers(method: str, asked: str) -> bool:
    """Whether an endpoint of a method answers a request: ANY answers all, and GET answers HEAD as well (RFC 9110 §9.3.2)."""
    return method in {asked, ANY} or asked == ANY or (asked == "HEAD" and method == "GET")


class _Index:
    """Endpoints and live calls by path."""

    def __init__(self, endpoints: Sequence[Endpoint], calls: tuple[Observed, ...]) -> None:
        self.calls = calls
        self._exact: dict[Segments, list[Endpoint]] = defaultdict(list)
        self._open: dict[int, list[Segments]] = defaultdict(list)
        self._live: dict[int, list[tuple[Segments, Observed]]] = defaultdict(list)
        for endpoint in endpoints:
            self._exact[segments(endpoint.path)].append(endpoint)
        self._by_length: dict[int, list[Segments]] = defaultdict(list)
        for path in self._exact:
            self._by_length[len(path)].append(path)
            if literals(path) < len(path):
                self._open[len(path)].append(path)
        for each in calls:
            path = segments(each.path)
            self._live[len(path)].append((path, each))

    @property
    def paths(self) -> frozenset[Segments]:
        return frozenset(self._exact)

    def at(self, path: Segments) -> tuple[Endpoint, ...]:
        """The endpoints of a path: of the very template, else of one with an open version, else of the most literal that takes it."""
        if path in self._exact:
            return tuple(self._exact[path])
        same = [other for other in self._by_length[len(path)] if is_same(other, path)]
        if same:
            return tuple(each for other in sorted(same) for each in self._exact[other])
        wider = [other for other in self._open[len(path)] if is_like(other, path)]
        if not wider:
            return ()
        best = min(wider, key=lambda other: (-literals(other), other))
        return tuple(self._exact[best]) if literals(best) else ()

    def alive(self, path: Segments, method: str) -> tuple[Observed, ...]:
        """Of those, the calls that were answered."""
        return tuple(each for each in self.observed(path, method) if each.is_alive)

    def observed(self, path: Segments, method: str) -> tuple[Observed, ...]:
        """The live calls that a template answered; a call for a literal that has a template of its own belongs to that one."""
        return tuple(
            each
            for asked, each in self._live[len(path)]
            if answers(method, each.method) and (asked == path or (asked not in self._exact and is_like(path, asked)))
        )
