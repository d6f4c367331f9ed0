"""Knows by which parent of the path an API usually selects objects, and where one is selected without it.

`/projects/{project_id}/issues/{id}`: guards let whoever belongs to the project pass. An issue that is selected by its id alone may be one
of another project (CWE-639). That it is meant to be one of this is known from the other endpoints of the API, which select issues by id
and project, or, less surely, from a field of the issue that is named like the parameter.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from assay.model.endpoint import Endpoint
from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.reach import OF_REQUEST, Access, Action, Key, Origin
from assay.model.verdict import Confidence, Severity, Verdict
from assay.rules import remedy
from assay.rules.ownership import ACCOUNTS, IDS, SHARED
from assay.rules.reaching import Bench
from assay.rules.selecting import DOES, FROM, GRAVEST, is_seen
from assay.rules.words import words

PARAMETER = re.compile(r"\{(\w+)\}")
FEW, MANY = 2, 3
"""Endpoints that select by the parent: for a suspicion, and to be sure."""
SHARE = 3
"""How many times more of them than of those that do not, to be sure."""
LOOKUPS = frozenset({"", "in", "exact"})
"""Ways to compare that select objects by what is given."""

LABELS = frozenset({"name", "slug", "title", "label", "code"})
"""Fields by which an object itself is called: none of them says what it is a part of."""


class Scoping(Struct):
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


class Parents(Struct, frozen=True):
    """What is known of the parents of an inventory's objects."""

    scopings: Mapping[tuple[str, str, str], Scoping]
    """By API, entity and path parameter."""
    columns: Mapping[str, Mapping[str, str]]
    """By entity and the plain form of the name, its fields."""


class Parted(Struct, frozen=True):
    """An access that leaves out a parent."""

    access: Access
    key: Key
    """By which the object is selected."""
    parameter: str
    """The parent's, of the path."""
    why: str
    """How it is known to be the parent."""
    weight: int = 0
    """How many endpoints say so."""
    is_sure: bool = False


def parents(inventory: Inventory) -> Parents:
    """What the API itself says of the parents of its objects."""
    found: dict[tuple[str, str, str], Scoping] = defaultdict(Scoping)
    for endpoint in inventory.endpoints:
        for entity, parameters in _by_entity(endpoint).items():
            for parameter, is_asked in parameters.items():
                held = found[endpoint.api, entity, parameter]
                if is_asked is not None:
                    (held.within if is_asked else held.without).add(handled(endpoint))
    columns = {
        entity.name: {
            plain(each.name): each.name
            for each in entity.fields
            if each.name.lower() not in LABELS and not is_own(each.name, entity.name)
        }
        for entity in inventory.entities
    }
    return Parents(found, columns)


def verdict(bench: Bench, endpoint: Endpoint, known: Parents) -> Verdict | None:
    """The failure of an endpoint that selects an object without its parent; None when there is none."""
    every = [*_against_others(endpoint, known), *_against_field(endpoint, known)] or [*_beside(endpoint)]
    if not every:
        return None
    found = min(every, key=lambda each: (not each.is_sure, -each.weight, GRAVEST.index(each.access.action)))
    access, parameter = found.access, found.parameter
    is_followed = endpoint.reach is not None and not endpoint.reach.gaps
    confidence = Confidence.FIRM if found.is_sure and is_followed and access.is_certain else Confidence.TENTATIVE
    severity = Severity.HIGH if access.action in {Action.READ, Action.LIST} else Severity.CRITICAL
    key, source = found.key.name or found.key.field or "an id", FROM.get(found.key.origin, "the request")
    message = (
        f"{endpoint.name} {DOES[access.action]} {access.entity} by {key} from {source} and leaves out {parameter} of the path, "
        f"{found.why}: one of another {parameter} is within reach."
    )
    shown = (*access.steps, Step(f"Nothing compares {access.entity} with {parameter}.", access.place))
    fix = remedy.within(endpoint, access.entity, parameter)
    return bench.failure(endpoint, message, (severity, confidence), place=access.place, shown=shown, fix=fix)


def _against_others(endpoint: Endpoint, known: Parents) -> Iterator[Parted]:
    """Accesses without a parent by which the other endpoints select such objects."""
    asked, tested = _by_entity(endpoint), _tested(endpoint)
    for access in endpoint.reach.accesses if endpoint.reach is not None else ():
        key = own_key(access)
        if key is None or not _is_open(access) or not is_seen(access):
            continue
        for parameter, is_asked in asked.get(access.entity, {}).items():
            held = known.scopings.get((endpoint.api, access.entity, parameter))
            if is_asked is False and held is not None and held.is_usual and plain(parameter) not in tested:
                why = f"by which {len(held.within)} other endpoints select it too"
                yield Parted(access, key, parameter, why, len(held.within), held.is_sure)


def _against_field(endpoint: Endpoint, known: Parents) -> Iterator[Parted]:
    """Accesses by one parameter of the path alone, where an earlier one is named like a field of such objects."""
    parameters, tested = PARAMETER.findall(endpoint.path), _tested(endpoint)
    checked = endpoint.reach.checked if endpoint.reach is not None else ()
    accesses = endpoint.reach.accesses if endpoint.reach is not None else ()
    narrowed = {access.entity for access in accesses if access.compared or len(_choosing(access)) > 1}
    for access in accesses:
        is_open = _is_open(access) or access.is_by_role
        if access.action is Action.CREATE or access.entity in narrowed or not is_open or not is_seen(access):
            continue
        for key in access.keys:
            if key.origin is not Origin.PATH or key.name not in parameters:
                continue
            for parameter in parameters[: parameters.index(key.name)]:
                column = known.columns.get(access.entity, {}).get(plain(parameter), "")
                if column and plain(column) not in tested | {plain(key.field)}:
                    is_meant = parameter in checked and is_own(key.field, access.entity)
                    why = ", to which the caller's right is checked" if is_meant else ""
                    yield Parted(access, key, parameter, f"though it has a field {column}{why}", is_sure=is_meant)


def _beside(endpoint: Endpoint) -> Iterator[Parted]:
    """Accesses of what the path holds under a parent, where the caller's right to the parent alone is checked."""
    reach, parameters, tested = endpoint.reach, PARAMETER.findall(endpoint.path), _tested(endpoint)
    if reach is None or not reach.checked:
        return
    narrowed = (access for access in reach.accesses if access.compared or len(_choosing(access)) > 1)
    apart = {key.name for access in narrowed for key in access.keys}
    for access in reach.accesses:
        is_open = (_is_open(access) or access.is_by_role) and not access.compared
        for key in access.keys if is_open and is_seen(access) and access.action is not Action.CREATE else ():
            if key.origin is not Origin.PATH or key.name not in parameters or key.name in {*reach.checked, *apart}:
                continue
            above = [each for each in parameters[: parameters.index(key.name)] if each in reach.checked]
            is_within = above and plain(above[-1]) not in tested and _is_called(endpoint.path, key.name, access.entity)
            if is_within and is_own(key.field, access.entity) and _is_aim(endpoint, access, key.name):
                yield Parted(access, key, above[-1], "to which alone the caller's right is checked")


def _is_aim(endpoint: Endpoint, access: Access, parameter: str) -> bool:
    """Whether an endpoint is there for an object, and does not only look it up on the way."""
    if access.action is Action.READ:
        return not endpoint.is_write and endpoint.path.rstrip("/").endswith(f"{{{parameter}}}")
    return access.action in {Action.UPDATE, Action.DELETE}


def _is_called(path: str, parameter: str, entity: str) -> bool:
    """Whether a path holds objects under the name of their type: `/invoice-lines/{id}` of invoice lines."""
    segment = path.partition(f"/{{{parameter}}}")[0].rpartition("/")[2]
    said, meant = words(segment.replace("-", "_"))[-1:], words(entity)[-1:]
    return bool(meant) and said == meant and not set(meant) & (SHARED | ACCOUNTS)


def handled(endpoint: Endpoint) -> str:
    """What handles an endpoint; lambdas have no names of their own."""
    return f"{endpoint.handler} {endpoint.place}"


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
    is_id = len(spoken) < len(words(first))
    return not first or (is_id and (not spoken or tuple(spoken) == words(entity)[-len(spoken) :]))


def plain(name: str) -> str:
    """A name as it is compared: `project_id`, `projectId` and the field `project` are the same."""
    return name.replace("_", "").lower().removesuffix("id")


def _is_open(access: Access) -> bool:
    """Whether nothing but a guard before the endpoint protects it."""
    return access.protection.partition(":")[0] in {"", "guard"}


def _choosing(access: Access) -> set[str]:
    """The names of what selects the object."""
    return {key.name for key in access.keys if key.origin is not Origin.FIXED}


def _tested(endpoint: Endpoint) -> frozenset[str]:
    """The plain names of what some test of its handler compares."""
    return frozenset(map(plain, endpoint.reach.compared)) if endpoint.reach is not None else frozenset()


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
        otherwise = None if access.compared or any(_is_narrowing(each, access) for each in access.keys) else False
        held = found.setdefault(access.entity, {})
        named = {name for other, name in own if other.entity == access.entity}
        for parameter in PARAMETER.findall(endpoint.path):
            if parameter not in named:
                held[parameter] = _most(held.get(parameter, False), True if parameter in asked else otherwise)
    return found


def _is_narrowing(key: Key, access: Access) -> bool:
    """Whether a key is one of another thing than the object: what it belongs to, by whatever means that is known."""
    return key.origin is not Origin.FIXED and not is_own(key.field, access.entity)


def _most(*known: bool | None) -> bool | None:
    """What holds of several accesses together: one that asks for the parent is enough."""
    return True if True in known else None if None in known else False
