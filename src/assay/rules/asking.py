"""Knows whether an API usually asks for the right to a single object, and where one is given out or changed without.

Of an object that no field says to be somebody's, the other endpoints tell: behind the same guards, and for the same kind of act, they
load it by its id and ask whether this caller has a right to it. One that does not is a suspicion.
"""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct, field

from assay.model.endpoint import Authorization, Demand, Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import Access
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules import remedy
from assay.rules.ownership import ADMINISTERING
from assay.rules.parents import handled, own_key
from assay.rules.reaching import Bench
from assay.rules.selecting import DOES, FROM, GRAVEST, READING
from assay.rules.words import words

FEW = 3
"""Endpoints that ask, for a suspicion."""
ASKING = ("authorized", "compared")
"""Protections that are about a single object."""

Group = tuple[str, str, bool, frozenset[str]]
"""An API, an entity, whether it is only read, and the guards that stand before."""


class Asked(Struct):
    """The handlers that ask for the right to an object of a group, and those that do not."""

    asking: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    @property
    def is_usual(self) -> bool:
        """Whether most of them ask."""
        return len(self.asking) >= FEW and len(self.asking) > len(self.silent)


def asked(inventory: Inventory) -> Mapping[Group, Asked]:
    """How often an API asks for the right to its objects."""
    found: dict[Group, Asked] = defaultdict(Asked)
    for endpoint in inventory.endpoints:
        for group, accesses in _by_group(endpoint).items():
            held = found[group]
            if _silent(accesses):
                held.silent.add(handled(endpoint))
            elif any(access.protection.startswith(ASKING) for access in accesses):
                held.asking.add(handled(endpoint))
    return found


def verdict(bench: Bench, endpoint: Endpoint, known: Mapping[Group, Asked]) -> Verdict | None:
    """The suspicion of an endpoint that does not ask where most do; None when there is none."""
    if endpoint.reach is None or endpoint.reach.gaps or endpoint.authorization is Authorization.PUBLIC:
        return None
    every = [
        (access, held)
        for group, accesses in _by_group(endpoint).items()
        if (held := known.get(group)) is not None and held.is_usual
        for access in _silent(accesses)
        if access.is_certain
    ]
    if not every:
        return None
    access, held = min(every, key=lambda each: GRAVEST.index(each[0].action))
    key = own_key(access)
    assert key is not None  # every access of a group has one
    message = (
        f"{endpoint.name} {DOES[access.action]} {access.entity} by {key.name or key.field or 'an id'} from "
        f"{FROM.get(key.origin, 'the request')} and asks nothing about it, while {len(held.asking)} other endpoints behind the same "
        f"guards ask for the right to it."
    )
    shown = (*access.steps, Step(f"Nothing asks for the right to this {access.entity}.", access.place))
    weight = (Severity.HIGH if access.action in READING else Severity.CRITICAL, Confidence.TENTATIVE)
    fix = remedy.tie(endpoint, access.entity)
    return bench.failure(endpoint, message, weight, place=access.place, shown=shown, fix=fix)


def _by_group(endpoint: Endpoint) -> dict[Group, list[Access]]:
    """The accesses of an endpoint to objects that the request selects by their own id; not those that a guard is about."""
    found: dict[Group, list[Access]] = defaultdict(list)
    accesses = [each for each in endpoint.reach.accesses if own_key(each)] if endpoint.reach is not None else []
    deciding = [each for each in endpoint.effective_guards if each.demand is not Demand.NOTHING]
    guards = frozenset(each.name for each in deciding)
    said = {word for each in deciding for text in (each.name, *each.values) for word in words(text)}
    for access in accesses if not said & ADMINISTERING else ():
        if said.isdisjoint(words(access.entity)):
            found[endpoint.api, access.entity, not endpoint.is_write, guards].append(access)
    return found


def _silent(accesses: list[Access]) -> list[Access]:
    """The accesses of an endpoint to objects of one entity, when nothing asks about any of them."""
    kinds = {access.protection.partition(":")[0] for access in accesses}
    return accesses if kinds <= {"", "guard"} else []
