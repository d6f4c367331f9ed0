"""Knows by which parent of the path an API usually selects objects, and where one is selected without it.

`/projects/{project_id}/issues/{id}`: guards let whoever belongs to the project pass. An issue that is selected by its id alone may be one
of another project (CWE-639); that the other endpoints of the API select issues by id and project says that it is meant to be one of this.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import OF_REQUEST, Access, Action, Key, Origin
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules import remedy
from assay.rules.ownership import IDS
from assay.rules.reaching import Bench
from assay.rules.selecting import DOES, FROM, GRAVEST
from assay.rules.words import words

PARAMETER = re.compile(r"\{(\w+)\}")
FEW, MANY = 2, 3
"""Endpoints that select by the parent: for a suspicion, and to be sure."""
LOOKUPS = frozenset({"", "in", "exact"})
"""Ways to compare that select objects by what is given."""
SHARE = 3
"""How many times more of them than of those that do not, to be sure."""


@dataclass(slots=True)
class Scoping:
    """How the objects of one entity are selected under one path parameter, by what handles the endpoints."""

    within: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)

    @property
    def is_usual(self) -> bool:
        """Whether the parent is usually asked for."""
        return len(self.within) >= FEW and len(self.within) > len(self.without)

    @property
    def is_sure(self) -> bool:
        """Whether it hardly ever is not."""
        return len(self.within) >= max(MANY, SHARE * len(self.without))


Scopings = Mapping[tuple[str, str, str], Scoping]
"""By API, entity and path parameter."""


def scopings(inventory: Inventory) -> Scopings:
    """How every API selects its objects under the parameters of its paths."""
    found: dict[tuple[str, str, str], Scoping] = defaultdict(Scoping)
    for endpoint in inventory.endpoints:
        for entity, parameters in _by_entity(endpoint).items():
            for parameter, is_asked in parameters.items():
                held = found[endpoint.api, entity, parameter]
                if is_asked is not None:
                    (held.within if is_asked else held.without).add(endpoint.handler)
    return found


def apart(endpoint: Endpoint, known: Scopings) -> Iterator[tuple[Access, Key, str, Scoping]]:
    """The accesses of an endpoint that leave out a parent by which such objects are usually selected, with their own key and the parent."""
    asked = _by_entity(endpoint)
    for access in endpoint.reach.accesses if endpoint.reach is not None else ():
        key = own_key(access)
        if key is None or access.protection.partition(":")[0] not in {"", "guard"}:
            continue
        for parameter, is_asked in asked.get(access.entity, {}).items():
            held = known.get((endpoint.api, access.entity, parameter))
            if is_asked is False and held is not None and held.is_usual:
                yield access, key, parameter, held


def is_narrowing(key: Key, access: Access) -> bool:
    """Whether a key is one of another thing than the object: what it belongs to, by whatever means that is known."""
    return key.origin is not Origin.FIXED and not is_own(key.field, access.entity)


def own_key(access: Access) -> Key | None:
    """The key by which a caller chooses an object of its own; None when it does not."""
    if access.action is Action.CREATE or not access.entity:
        return None
    keys = (key for key in access.keys if key.origin in OF_REQUEST)
    return next((key for key in keys if is_own(key.field, access.entity)), None)


def is_own(name: str, entity: str) -> bool:
    """Whether a field is the id of the object itself: `id`, `id.in`, or `issue_id` of an issue, not `project_id` of a project's member."""
    first, _, lookup = name.partition(".")
    if lookup not in LOOKUPS:
        return False
    spoken = [word for word in words(first) if word not in IDS]
    return not first or (
        len(spoken) < len(words(first)) and (not spoken or tuple(spoken) == words(entity)[-len(spoken) :])
    )


def _by_entity(endpoint: Endpoint) -> dict[str, dict[str, bool | None]]:
    """By entity and parameter of the path, whether objects that are chosen by their own id are selected by that parameter too; None
    where something else narrows them.
    """
    found: dict[str, dict[str, bool | None]] = {}
    if endpoint.reach is None:
        return found
    own = [(access, key.name) for access in endpoint.reach.accesses if (key := own_key(access)) is not None]
    for access, _ in own:
        asked = {each.name for each in (*access.keys, *access.compared) if each.origin is Origin.PATH}
        otherwise = None if access.compared or any(is_narrowing(each, access) for each in access.keys) else False
        held = found.setdefault(access.entity, {})
        named = {name for other, name in own if other.entity == access.entity}
        for parameter in PARAMETER.findall(endpoint.path):
            if parameter not in named:
                held[parameter] = most(held.get(parameter, False), True if parameter in asked else otherwise)
    return found


def most(*known: bool | None) -> bool | None:
    """What holds of several accesses together: one that asks for the parent is enough."""
    return True if True in known else None if None in known else False


def parted(bench: Bench, endpoint: Endpoint, usual: Scopings) -> Verdict | None:
    """An object that is selected without the parent of the path by which the API usually selects it."""
    found = sorted(
        apart(endpoint, usual),
        key=lambda each: (not each[3].is_sure, GRAVEST.index(each[0].action), -len(each[3].within)),
    )
    if not found:
        return None
    access, key, parameter, scoping = found[0]
    is_followed = endpoint.reach is not None and not endpoint.reach.gaps
    is_sure = scoping.is_sure and is_followed and access.is_certain
    severity = Severity.HIGH if access.action in {Action.READ, Action.LIST} else Severity.CRITICAL
    source = FROM.get(key.origin, "the request")
    message = (
        f"{endpoint.name} {DOES[access.action]} {access.entity} by {key.name or key.field or 'an id'} from {source} and leaves out "
        f"{parameter} of the path, by which {len(scoping.within)} other endpoints select it too: "
        f"one of another {parameter} is within reach."
    )
    shown = (*access.steps, Step(f"Nothing compares {access.entity} with {parameter}.", access.place))
    return bench.failure(
        endpoint,
        message,
        (severity, Confidence.FIRM if is_sure else Confidence.TENTATIVE),
        place=access.place,
        shown=shown,
        fix=remedy.within(endpoint, access.entity, parameter),
    )
