"""What of a declared answer really goes out: a handler may declare a stored type and answer with a model of it."""

import re
from collections.abc import Iterable, Mapping

from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.reach import Exposure

PLAIN = frozenset({"password", "passwd", "pwd"})
"""Names of what somebody typed; who stores a hash does not store it."""
HASHED = re.compile(r"hash", re.IGNORECASE)


def given_otherwise(endpoint: Endpoint) -> frozenset[str] | None:
    """The names that an answer takes of the stored type that it declares, where every such object goes out in another shape; None where
    that is not known.
    """
    reach, response = endpoint.reach, endpoint.response
    if reach is None or response is None or reach.gaps:
        return None
    declared = set(re.findall(r"\w+", response.name))
    shapes: list[Exposure] = [each for each in reach.exposures if each.entity in declared]
    if not shapes or not all(each.is_filtered for each in shapes):
        return None
    return frozenset(name.replace("_", "").lower() for each in shapes for name in each.fields)


def is_beside_hash(fields: Iterable[str], named: str, entities: Mapping[str, Entity]) -> bool:
    """Whether all that is secret of a declared type is a password beside its hash: the hash is stored, and the other is only sent."""
    stored = [entities[name] for name in re.findall(r"\w+", named) if name in entities]
    return all(field.lower() in PLAIN for field in fields) and any(
        HASHED.search(secret) for entity in stored for secret in entity.secrets
    )
