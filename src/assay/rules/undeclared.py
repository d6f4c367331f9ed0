"""What goes out that the declared type of an answer does not keep back."""

import re
from collections.abc import Iterator, Mapping

from assay.model.endpoint import Endpoint
from assay.model.entity import Entity
from assay.model.reach import Exposure

NAME = re.compile(r"\w+")
TRACE = "a stack trace"


def undeclared(endpoint: Endpoint, entities: Mapping[str, Entity], *, is_filtered: bool) -> Iterator[Exposure]:
    """Traces, and the stored type itself with what it inherits, where the framework does not filter answers by their type; all that goes
    out, where no type is declared.
    """
    said = set(NAME.findall(endpoint.response.name)) if endpoint.response is not None else set()
    for exposure in endpoint.reach.exposures if endpoint.reach is not None else ():
        is_itself = not is_filtered and exposure.entity in said and exposure.way.startswith("returned")
        if endpoint.response is None or exposure.way == TRACE or (is_itself and exposure.entity in entities):
            yield exposure
